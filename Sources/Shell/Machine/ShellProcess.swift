/// What a descriptor of a process leads to.
enum Descriptor: Hashable, Sendable {
    case null
    /// The machine's standard input.
    case input
    /// The machine's standard output (1) or error (2).
    case console(Int)
    case pipeRead(Int)
    case pipeWrite(Int)
    /// The output of a command substitution.
    case capture(Int)
    case file(Int)
}

/// A file a process has open.
struct OpenFile: Sendable {
    var path: String
    var offset = 0
    var appends = false
    var isReadable = true
    var isWritable = false
    /// The text of a here-document, which is no file.
    var document: [UInt8]?
    var device: FileDevice?
}

/// Bytes on their way between two processes.
struct ShellPipe: Sendable {
    static let capacity = 65_536
    var buffer: [UInt8] = []
    var readers = 1
    var writers = 1
}

/// One process of a machine: a shell or a subshell with what it has still to do.
///
/// - Invariants: what remains to be done stands in `frames`, the last one first; nothing is kept on the host's stack.
struct ShellProcess: Sendable {
    var id: Int
    var parent: Int
    var state: ShellState
    var frames: [Frame] = []
    var descriptors: [Int: Descriptor]
    /// Output that a full pipe has not taken yet.
    var pending: [(descriptor: Descriptor, bytes: [UInt8])] = []
    var signals: [String] = []
    var position = SourcePosition(line: 1, column: 1)
    /// When it is killed, by `timeout`.
    var deadline: (at: Int64, signal: String)?
    /// Sleeps until then.
    var wake: Int64?
    var isExiting = false
    /// Started with `&`, or by something that was: keys do not reach it.
    var isBackground = false
    var hasRunExitTrap = false
    /// Status of the last command substitution of the present command.
    var substitutionStatus: Int?
    /// What `ps` shows.
    var title = "sh"
    /// Who prints, for complaints about what cannot be written, and whether something could not.
    var writer = "sh"
    var hasWriteFailed = false
}

/// A piece of work that is not finished.
enum Frame: Sendable {
    case node(ScriptNode)
    case sequence([SequenceItem], next: Int)
    /// The first part runs or has run; `next` is the part after it.
    case andOr([AndOrPart], next: Int)
    case negate
    /// A condition runs or has run.
    case conditional([ConditionalClause], index: Int, otherwise: ScriptNode?)
    case loop(condition: ScriptNode, body: ScriptNode, isUntil: Bool, isInBody: Bool, status: Int)
    case each(name: String, values: [String], next: Int, body: ScriptNode)
    case counting(condition: Word, step: Word, body: ScriptNode, isFirst: Bool)
    case expanding(Expansion)
    case substitution(process: Int, capture: Int)
    case restoreDescriptors([Int: Descriptor?])
    case restoreVariables([(name: String, variable: ShellState.Variable?)])
    case function(positional: [String], locals: [(name: String, variable: ShellState.Variable?)])
    /// The end of a file read with `.`, where `return` stops.
    case sourced
    /// The end of `eval` or a trap: undoes the nesting count.
    case leave
    case awaitProcess(Int)
    case awaitPipeline([Int], isNegated: Bool)
    case awaitTimeout(Int)
    case wait([Int], hadArguments: Bool)
    case utility(UtilityRun)
    case host(HostRun)
    case readLine(ReadLine)
    /// A shell that reads its commands one after another.
    case prompt(PromptRun)
    /// Commands to be run one after another, for xargs and find.
    case commands([[String]], next: Int, worst: Int)
    /// Makes of the worst status of commands what the utility that ran them ends with.
    case commandStatus(of: String)
    /// Puts the status back that a trap found.
    case status(Int)
}

/// Something whose words are being expanded, with the outputs of its substitutions so far.
struct Expansion: Sendable {
    enum Kind: Sendable {
        case simple(SimpleCommand)
        case each(name: String, words: [Word], body: ScriptNode, position: SourcePosition)
        case selection(subject: Word, arms: [SelectionArm], position: SourcePosition)
        case arithmetic(Word)
        case countingStart(start: Word, condition: Word, step: Word, body: ScriptNode)
        /// The condition of a counting loop, after which the body may run; `step` first unless it is the first turn.
        case countingTurn(condition: Word, step: Word, body: ScriptNode, isFirst: Bool)
        case redirected(ScriptNode, [Redirection])
    }

    var kind: Kind
    var outputs: [String] = []
}

/// A utility at work.
struct UtilityRun: Sendable {
    var name: String
    var arguments: [String]
    var task: any UtilityTask
    /// It asked for input the last time.
    var wantsInput = false
    var inputEnded = false
}

/// A host command that collects its input or waits for its answer.
struct HostRun: Sendable {
    var arguments: [String]
    /// What it has read so far, in the pieces in which it came.
    var input: [[UInt8]] = []
    var inputBytes = 0
    var needsInput: Bool
    var call: Int?
}

/// The `read` builtin at work.
struct ReadLine: Sendable {
    var names: [String]
    /// The array that gets all words, with `-a`.
    var array: String?
    var isRaw: Bool
    var line: [UInt8] = []
    /// Which bytes of `line` were escaped, and so do not split.
    var escaped: [Bool] = []
    var delimiter: UInt8 = 10
    var count: Int?
    var deadline: Int64?
}
