/// What a shell process knows: variables, functions, options, directory.
///
/// A value: a subshell is a copy.
package struct ShellState: Sendable {
    package struct Variable: Sendable {
        package var value: String?
        /// The elements, when it is an array; `value` is then the first.
        package var array: ShellArray?
        package var isExported = false
        package var isReadOnly = false
        /// Bytes of what it holds.
        var size: Int { (value?.utf8.count ?? 0) + (array?.bytes ?? 0) }
    }

    package private(set) var variables: [String: Variable] = [:]
    /// Bytes of all values, kept up by `assign`.
    package private(set) var variableBytes = 0
    var functions: [String: ScriptNode] = [:]
    /// `$1`, `$2`, ...
    package var positional: [String] = []
    /// `$0`.
    package var scriptName = "sh"
    var language = ShellLanguage.lenient
    /// It reads its commands from a file, so that complaints tell the line.
    var readsFile = false
    /// The bits that new files and directories do not get.
    var fileMask = 0o022
    package var directory = "/"
    var options = ShellOptions()
    package var lastStatus = 0
    var lastBackground: Int?
    /// `$$`: the number of the shell itself, also in its subshells.
    var shellNumber = 1
    /// Commands by signal name; empty text means ignore.
    var traps: [String: String] = [:]
    var randomState: UInt64 = 0x2545_f491_4f6c_dd1d
    /// Where `getopts` stands inside an argument.
    var optionOffset = 0
    /// How deep functions, `eval` and `.` are nested.
    var depth = 0
    /// It shows prompts, and an error in a command does not end it.
    var isInteractive = false
    /// `set -e` is off for commands of which something waits for the status.
    var ignoresErrors = false

    package init() {}

    package subscript(name: String) -> String? { variables[name]?.value }

    /// Sets a variable, keeping whether it is exported; false when it is read-only.
    @discardableResult
    package mutating func assign(_ name: String, _ value: String) -> Bool {
        var variable = variables[name] ?? Variable()
        if variable.isReadOnly { return false }
        variableBytes += value.utf8.count - variable.size
        variable.value = value
        variable.array?["0"] = value
        variableBytes += variable.size - value.utf8.count
        if options.exportsAll { variable.isExported = true }
        variables[name] = variable
        if name == "OPTIND" { optionOffset = 0 }
        return true
    }

    /// Makes a variable an array with these elements; false when it is read-only.
    mutating func assign(_ name: String, _ array: ShellArray) -> Bool {
        var variable = variables[name] ?? Variable()
        if variable.isReadOnly { return false }
        variableBytes -= variable.size
        (variable.value, variable.array) = (array["0"], array)
        variableBytes += variable.size
        variables[name] = variable
        return true
    }

    /// Sets and exports a variable.
    package mutating func export(_ name: String, _ value: String) {
        assign(name, value)
        mark(name, isExported: true)
    }

    mutating func mark(_ name: String, isExported: Bool? = nil, isReadOnly: Bool? = nil) {
        var variable = variables[name] ?? Variable()
        if let isExported { variable.isExported = isExported }
        if let isReadOnly { variable.isReadOnly = isReadOnly }
        variables[name] = variable
    }

    @discardableResult
    mutating func unset(_ name: String) -> Bool {
        guard let variable = variables[name] else { return true }
        if variable.isReadOnly { return false }
        variableBytes -= variable.size
        variables[name] = nil
        return true
    }

    /// Puts a variable back as it was before a function's `local` or a command's own assignment.
    mutating func restore(_ name: String, _ variable: Variable?) {
        variableBytes += (variable?.size ?? 0) - (variables[name]?.size ?? 0)
        variables[name] = variable
    }

    /// The exported variables, sorted by name.
    package var environment: [(name: String, value: String)] {
        variables.filter { $0.value.isExported && $0.value.value != nil }.map { ($0.key, $0.value.value!) }.sorted { $0.0 < $1.0 }
    }

    mutating func nextRandom() -> Int {
        randomState ^= randomState << 13
        randomState ^= randomState >> 7
        randomState ^= randomState << 17
        return Int(randomState % 32_768)
    }
}

/// The options of `set`.
struct ShellOptions: Sendable {
    var exitsOnError = false
    var refusesUnset = false
    var traces = false
    var noGlobbing = false
    var exportsAll = false
    var noClobber = false
    var pipefail = false
    var noExecution = false
    var verbose = false

    /// The options by letter and name, in the order of `$-`.
    static let table: [(letter: Character, name: String, path: any WritableKeyPath<ShellOptions, Bool> & Sendable)] = [
        ("a", "allexport", \.exportsAll), ("e", "errexit", \.exitsOnError), ("f", "noglob", \.noGlobbing), ("n", "noexec", \.noExecution),
        ("u", "nounset", \.refusesUnset), ("v", "verbose", \.verbose), ("x", "xtrace", \.traces), ("C", "noclobber", \.noClobber),
        ("o", "pipefail", \.pipefail),
    ]

    var letters: String { String(Self.table.filter { $0.letter != "o" && self[keyPath: $0.path] }.map(\.letter)) }
}
