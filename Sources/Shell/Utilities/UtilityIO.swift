/// What a utility has to work with while it runs.
package struct UtilityIO: Sendable {
    package var name: String
    package var arguments: [String]
    package var files: VirtualFileSystem
    package var directory: String
    package var environment: [(name: String, value: String)]
    /// Nanoseconds since 1970.
    package var now: Int64
    /// Bytes of standard input that were not consumed yet; the utility takes them out.
    package var input: [UInt8] = []
    package var inputEnded = false
    package var output: [UInt8] = []
    package var errors: [UInt8] = []
    package var hostName = ""
    var language = ShellLanguage.lenient
    package var tools = ToolFlavour.gnu
    /// What listens in the pod: for `ss` and `netstat`.
    package var sockets: [ListeningSocket] = []
    package var userName = ""
    /// The machine's processes: number, parent, command.
    package var processes: [ProcessEntry] = []
    /// The number of the process that runs it.
    package var process = 1
    /// Signals it sends.
    package var signals: [SentSignal] = []
    package var random: UInt64 = 1
    /// What a utility with a language of its own has done: about one for each of its statements. It counts as steps of the script.
    var work = 0
    /// How many of them count as one step.
    static let workPerStep = 8
    /// Whether it is time to let others have their turn.
    var isTired: Bool { work > 50_000 }
    /// The terminal, for what asks for its size or changes how it treats keys.
    var terminal: Terminal?

    package mutating func print(_ text: String) { output += Array(text.utf8) }

    package mutating func printLine(_ text: String) {
        output += Array(text.utf8)
        output.append(10)
    }

    /// Writes `NAME: message` to standard error.
    package mutating func complain(_ message: String) { errors += Array("\(name): \(message)\n".utf8) }

    package func path(_ relative: String) -> String { VirtualFileSystem.absolute(relative, from: directory) + (relative.hasSuffix("/") && relative.count > 1 ? "/" : "") }

    /// Those of busybox that say that they cannot open a file, and not only what is wrong with it.
    private static let openers: Set<String> = ["cat", "tail", "tac", "less", "more", "md5sum", "sha1sum", "sha256sum", "sha512sum", "base64", "od", "hexdump", "xxd"]

    /// What a utility says of a file that cannot be opened, without its own name.
    package func openProblem(_ name: String, _ error: FileError) -> String {
        if tools == .busybox {
            if error.code == .isDirectory { return "read error: Is a directory" }
            return Self.openers.contains(self.name) ? "can't open '\(name)': \(error.code.rawValue)" : "\(name): \(error.code.rawValue)"
        }
        switch self.name {
        case "head", "tail" where error.code != .isDirectory: return "cannot open '\(name)' for reading: \(error.code.rawValue)"
        case "sort": return "cannot read: \(name): \(error.code.rawValue)"
        case "sed": return "can't read \(name): \(error.code.rawValue)"
        case "awk", "mawk", "gawk": return "cannot open \"\(name)\" (\(error.code.rawValue))"
        default: return "\(name): \(error.code.rawValue)"
        }
    }

    /// The contents of a file named on the command line; complains when there is none.
    package mutating func readFile(_ name: String) -> [UInt8]? {
        do throws(FileError) {
            let path = path(name)
            if files.isDirectory(path) { throw FileError(.isDirectory, path: name) }
            return try files.read(path)
        } catch {
            complain(openProblem(name, error))
            return nil
        }
    }
}

/// What a utility wants after it ran for a while.
package enum UtilityOutcome: Sendable {
    case exit(Int)
    /// More of standard input, or its end.
    case needsInput
    /// To go on at once, after others had their turn.
    case again
    case sleep(until: Int64)
    /// To run these commands in order and exit with the worst of their statuses.
    case run([[String]])
}

/// A utility that is at work: a value that can be put aside and resumed.
package protocol UtilityTask: Sendable {
    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome
}

/// A utility that does all its work in one go, once its input is complete.
///
/// - Bounds: `inputMax` bytes of input; what comes without an end is given up.
struct WholeInputTask: UtilityTask {
    static let inputMax = 8 << 20


    let needsInput: @Sendable ([String]) -> Bool
    let body: @Sendable (inout UtilityIO) -> Int
    /// The input so far, in the pieces in which it came.
    private var pieces: [[UInt8]] = []
    private var count = 0

    init(needsInput: @escaping @Sendable ([String]) -> Bool, body: @escaping @Sendable (inout UtilityIO) -> Int) {
        self.needsInput = needsInput
        self.body = body
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if needsInput(io.arguments) {
            count += io.input.count
            if !io.input.isEmpty { pieces.append(io.input) }
            io.input = []
            if count > Self.inputMax {
                io.complain("memory exhausted")
                return .exit(2)
            }
            if !io.inputEnded { return .needsInput }
            io.input = Array(pieces.joined())
        }
        return .exit(body(&io))
    }
}

/// Lines from files and standard input, as they become available.
struct LineFeed: Sendable {
    enum Next {
        case line([UInt8], hasNewline: Bool)
        case needsInput
        case end
    }

    private var files: [String]
    private var next = 0
    private var buffer: [UInt8] = []
    private var position = 0
    /// Up to here the buffer is known to have no separator.
    private var searched = 0
    /// A longer line is handed out in pieces, so that input without line ends cannot fill the memory.
    private static let lineMax = 1 << 20
    private static let blockSize = 1 << 16
    private var readsInput = false
    private var sourceEnded = true
    /// The file whose lines come now; `-` for standard input.
    private(set) var current = "-"
    /// Whether the line that came last was the first of its file.
    private(set) var isNewFile = false
    private(set) var failed = false
    /// What ends a line; awk changes it.
    var separator: UInt8 {
        didSet { searched = position }
    }

    init(_ files: [String], separator: UInt8 = 10) {
        self.files = files.isEmpty ? ["-"] : files
        self.separator = separator
    }

    mutating func nextLine(_ io: inout UtilityIO) -> Next {
        while true {
            if let end = buffer[max(position, searched)...].firstIndex(of: separator) {
                let line = Array(buffer[position..<end])
                position = end + 1
                searched = position
                compact()
                return .line(line, hasNewline: true)
            }
            searched = buffer.count
            if buffer.count - position > Self.lineMax {
                let line = Array(buffer[position...])
                (position, searched) = (buffer.count, buffer.count)
                compact()
                return .line(line, hasNewline: false)
            }
            switch more(&io) {
            case .needsInput: return .needsInput
            case .more: continue
            case .end where position < buffer.count:
                let line = Array(buffer[position...])
                position = buffer.count
                return .line(line, hasNewline: false)
            case .end: if !openNext(&io) { return .end }
            }
        }
    }

    /// Some bytes as they come, whatever lines they belong to.
    mutating func nextBlock(_ io: inout UtilityIO) -> Next {
        while position >= buffer.count {
            switch more(&io) {
            case .needsInput: return .needsInput
            case .more: continue
            case .end: if !openNext(&io) { return .end }
            }
        }
        let end = min(position + Self.blockSize, buffer.count)
        let block = Array(buffer[position..<end])
        position = end
        compact()
        return .line(block, hasNewline: false)
    }

    private enum Refill { case more, needsInput, end }

    /// Takes what standard input has, if it is what is read.
    private mutating func more(_ io: inout UtilityIO) -> Refill {
        guard readsInput, !sourceEnded else { return .end }
        if io.input.isEmpty {
            guard io.inputEnded else { return .needsInput }
            sourceEnded = true
        } else {
            buffer += io.input
            io.input = []
        }
        return .more
    }

    /// Goes on to the next file; false when there is none.
    private mutating func openNext(_ io: inout UtilityIO) -> Bool {
        guard next < files.count else { return false }
        current = files[next]
        next += 1
        (position, searched) = (0, 0)
        isNewFile = true
        readsInput = current == "-"
        sourceEnded = !readsInput
        buffer = []
        if !readsInput {
            if let bytes = io.readFile(current) { buffer = bytes } else { failed = true }
        }
        return true
    }

    /// Whether no line follows; nil when more input must come before that is known.
    mutating func isAtEnd(_ io: inout UtilityIO) -> Bool? {
        if position < buffer.count { return false }
        if readsInput, !sourceEnded {
            if !io.input.isEmpty { return false }
            if !io.inputEnded { return nil }
        }
        for name in files[next...] {
            if name == "-" { return io.input.isEmpty && io.inputEnded ? true : (io.input.isEmpty ? nil : false) }
            if let bytes = try? io.files.read(io.path(name)), !bytes.isEmpty { return false }
        }
        return true
    }

    mutating func clearNewFile() { isNewFile = false }

    /// Drops what was read of standard input. A file's bytes are those of the file: to drop some would copy the rest.
    private mutating func compact() {
        if readsInput, position > max(Self.blockSize, buffer.count / 2) {
            buffer.removeFirst(position)
            searched = max(0, searched - position)
            position = 0
        }
    }
}
