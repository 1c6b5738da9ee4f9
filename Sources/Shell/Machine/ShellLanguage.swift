/// Whose shell a process is. They differ in what they take, in what they call a mistake, and in when they give up.
///
/// - Source: busybox ash 1.35, dash 0.5.12 and bash 5.2, as they print.
package enum ShellLanguage: Sendable {
    /// All of POSIX and the everyday additions of bash: for scripts whose shell is not known.
    case lenient
    case ash
    case dash
    case bash

    /// The language of a shell that is called by a name; nil when the name does not say.
    static func named(_ name: String) -> ShellLanguage? {
        switch name.split(separator: "/").last {
        case "bash": .bash
        case "dash": .dash
        case "ash": .ash
        default: nil
        }
    }

    var hasArrays: Bool { self == .lenient || self == .bash }
    var hasBraces: Bool { self == .lenient || self == .bash }
    var hasHereStrings: Bool { self == .lenient || self == .bash }
    var hasFunctionWord: Bool { self != .dash }
    var hasPipefail: Bool { self != .dash }
    /// `${x/a/b}` and `${x:0:1}`.
    var hasSubstrings: Bool { self != .dash }
    var changesCase: Bool { self == .lenient || self == .bash }

    /// Builtins and utilities that belong to a shell and that this one has not.
    func lacks(_ name: String) -> Bool {
        switch self {
        case .lenient, .bash: false
        case .ash: name == "declare" || name == "typeset" || name == "shopt" || name == "builtin"
        case .dash: ["declare", "typeset", "shopt", "builtin", "source", "let", "[["].contains(name)
        }
    }
}

/// Whose utilities a system has: they differ in messages, in widths and in a few habits.
package enum ToolFlavour: Sendable { case gnu, busybox }

/// A mistake that a shell finds while it runs.
enum ShellProblem: Error {
    case notFound(String)
    case permissionDenied(String)
    case isDirectory(String)
    case unset(String)
    /// `${name?text}` and `${name:?text}`.
    case required(String, text: String, orEmpty: Bool)
    case readOnly(String)
    case badSubstitution
    case divisionByZero(String)
    /// An expression that cannot be read; what was expected is not told by all.
    case arithmetic(String, what: String)
    case cannotChange(directory: String, FileError.Code)
    case cannotCreate(String, FileError.Code)
    case cannotOpen(String, FileError.Code)
    /// A script for `.` or `sh`.
    case noScript(builtin: String, String, FileError.Code)
    case illegalOption(builtin: String, String)
    case badName(builtin: String, String)
    case notNumeric(builtin: String, String)
    case notInFunction(String)
    case notAProcess(String)
    case noProcess(Int)
    case other(String, builtin: String? = nil)

    /// The builtin that complains, and what it says.
    func words(_ language: ShellLanguage) -> (builtin: String?, text: String) {
        let isBash = language == .bash
        switch self {
        case .notFound(let name): return (nil, isBash && !name.contains("/") ? "\(name): command not found" : isBash ? "\(name): No such file or directory" : "\(name): not found")
        case .permissionDenied(let name): return (nil, "\(name): Permission denied")
        case .isDirectory(let name): return (nil, isBash ? "\(name): Is a directory" : "\(name): Permission denied")
        case .unset(let name): return (nil, "\(name): \(isBash ? "unbound variable" : "parameter not set")")
        case .required(let name, let text, let orEmpty):
            if !text.isEmpty { return (nil, "\(name): \(text)") }
            return (nil, "\(name): " + (isBash ? orEmpty ? "parameter null or not set" : "parameter not set" : "parameter not set" + (orEmpty ? " or null" : "")))
        case .readOnly(let name): return (nil, "\(name): \(isBash ? "readonly variable" : "is read only")")
        case .badSubstitution: return (nil, language == .dash ? "Bad substitution" : language == .ash ? "syntax error: bad substitution" : "bad substitution")
        case .divisionByZero(let expression):
            switch language {
            case .ash: return (nil, "divide by zero")
            case .dash: return (nil, "arithmetic expression: division by zero: \"\(expression)\"")
            case .bash: return (nil, "\(expression): division by 0 (error token is \"\(expression.split { "/%".contains($0) }.last ?? "0")\")")
            case .lenient: return (nil, "division by zero: \"\(expression)\"")
            }
        case .arithmetic(let expression, let what):
            switch language {
            case .ash: return (nil, what)
            case .dash: return (nil, "arithmetic expression: expecting primary: \"\(expression)\"")
            case .bash: return (nil, "\(expression): syntax error: operand expected (error token is \"\(expression.split(separator: " ").last ?? "")\")")
            case .lenient: return (nil, "\(what): \"\(expression)\"")
            }
        case .cannotChange(let directory, let code):
            return ("cd", isBash ? "\(directory): \(code.rawValue)" : "can't cd to \(directory)" + (language == .dash ? "" : ": \(code.rawValue)"))
        case .cannotCreate(let path, let code):
            switch language {
            case .ash: return (nil, "can't create \(path): \(code == .notFound ? "nonexistent directory" : code.rawValue)")
            case .dash: return (nil, "cannot create \(path): \(code == .notFound ? "Directory nonexistent" : code.rawValue)")
            case .bash: return (nil, "\(path): \(code == .exists ? "cannot overwrite existing file" : code.rawValue)")
            case .lenient: return (nil, "can't create \(path): \(code.rawValue)")
            }
        case .cannotOpen(let path, let code):
            switch language {
            case .ash: return (nil, "can't open \(path): \(code == .notFound ? "no such file" : code.rawValue)")
            case .dash: return (nil, "cannot open \(path): \(code == .notFound ? "No such file" : code.rawValue)")
            case .bash: return (nil, "\(path): \(code.rawValue)")
            case .lenient: return (nil, "can't open \(path): \(code.rawValue)")
            }
        case .noScript(let builtin, let name, let code):
            switch language {
            case .dash: return (builtin == "." ? "." : nil, "cannot open \(name): \(code == .notFound ? "No such file" : code.rawValue)")
            case .bash: return (nil, "\(name): \(code.rawValue)")
            default: return (builtin, "can't open '\(name)': \(code.rawValue)")
            }
        case .illegalOption(let builtin, let option):
            if isBash { return (builtin, "\(option.split(separator: " ").last ?? ""): invalid option\(option.hasPrefix("-o ") ? " name" : "")") }
            return (builtin, "\(language == .dash ? "Illegal" : "illegal") option \(option)")
        case .badName(let builtin, let argument):
            let name = argument.prefix { $0 != "=" }
            return (builtin, language == .ash || language == .dash ? "\(name): bad variable name" : "`\(argument)': not a valid identifier")
        case .notNumeric(let builtin, let text):
            return (builtin, language == .ash || language == .dash ? "Illegal number: \(text)" : "\(text): numeric argument required")
        case .notInFunction(let builtin): return (builtin, isBash ? "can only be used in a function" : "not in a function")
        case .notAProcess(let text):
            return ("kill", language == .dash ? "Illegal number: \(text)" : isBash ? "\(text): arguments must be process or job IDs" : "invalid number '\(text)'")
        case .noProcess(let id):
            return ("kill", language == .dash ? "No such process" : isBash ? "(\(id)) - No such process" : "can't kill pid \(id): No such process")
        case .other(let text, let builtin): return (builtin, text)
        }
    }

    /// The status with which a shell that is not interactive ends over it.
    func fatalStatus(_ language: ShellLanguage, isFirst: Bool) -> Int {
        switch language {
        case .lenient: return isFirst ? 2 : 1
        case .ash, .dash: return 2
        case .bash:
            switch self {
            case .unset, .required: return 127
            default: return 1
            }
        }
    }
}

extension ScriptSyntaxError {
    /// The text that a shell prints, after its name.
    ///
    /// - `line` is nil where an ash does not tell it: in text given with `-c`.
    func words(_ language: ShellLanguage, inFile: Bool) -> String {
        func quoted(_ text: String, _ shown: (String) -> String) -> String {
            // The reader quotes what it names in one way; each shell has its own.
            var result = ""
            var rest = text[...]
            while let open = rest.firstIndex(of: "`"), let close = rest[open...].firstIndex(of: "'") {
                result += rest[..<open] + shown(String(rest[rest.index(after: open)..<close]))
                rest = rest[rest.index(after: close)...]
            }
            return result + rest
        }
        var text = message
        if text.hasPrefix("unexpected word ") { text = "unexpected " + text.dropFirst("unexpected word ".count) }
        switch language {
        case .lenient: return description
        case .ash:
            if message.contains("a variable name") { text = "bad for loop variable" }
            return (inFile ? "line \(position.line): " : "") + "syntax error: " + quoted(text) { "\"\($0)\"" }
        case .dash:
            if message == "bad substitution" { return "\(position.line): Bad substitution" }
            if message.contains("a variable name") { text = "Bad for loop variable" }
            if text.hasPrefix("unterminated") { text = "Unterminated" + text.dropFirst("unterminated".count) }
            text = quoted(text) { "\"\($0)\"" }
            if text.hasPrefix("unexpected ") {
                let rest = text.dropFirst("unexpected ".count)
                let name = rest.range(of: " (").map { rest[..<$0.lowerBound] } ?? rest
                text = "\(name) unexpected" + rest.dropFirst(name.count)
            }
            return "\(position.line): Syntax error: \(text)"
        case .bash:
            let place = (inFile ? "" : "-c: ") + "line \(position.line): "
            if message.hasPrefix("unterminated") { return place + "unexpected EOF while looking for matching `\(message.contains("backquote") ? "`" : message.contains("{") ? "}" : "\"")'" }
            if message.hasPrefix("unexpected end of file") { return place + "syntax error: unexpected end of file" }
            if text.hasPrefix("unexpected "), let open = text.firstIndex(of: "`"), let close = text[open...].firstIndex(of: "'") {
                return place + "syntax error near unexpected token `\(text[text.index(after: open)..<close])'"
            }
            return place + "syntax error: \(text)"
        }
    }
}

extension Substring {
    /// The first place of a short text.
    fileprivate func range(of wanted: String) -> Range<Substring.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(wanted) { return start..<index(start, offsetBy: wanted.count) }
            start = index(after: start)
        }
        return nil
    }
}
