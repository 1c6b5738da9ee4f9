import APIMachinery
import KubernetesObjects

/// Why a command did not do what it was asked to.
///
/// - Shape: printed on standard error as kubectl prints it; the command's exit status is `exitStatus`.
/// - Source: k8s.io/kubectl `pkg/cmd/util/helpers.go`, `checkErr`.
package struct Failure: Error, Sendable {
    package enum Kind: Sendable {
        /// Printed after `error: `.
        case message(String)
        /// Printed as it is.
        case text(String)
        /// The server's refusal.
        case status(APIStatus)
        /// Several failures, one a line.
        case many([Failure])
        /// Nothing is printed: all was said before.
        case quiet
    }

    package var kind: Kind
    package var exitStatus: Int32 = 1
    /// What goes to standard output although the command failed.
    var output = ""

    package init(_ message: String) { kind = .message(message) }
    package init(_ status: APIStatus) { kind = .status(status) }
    package init(kind: Kind, exitStatus: Int32 = 1) {
        self.kind = kind
        self.exitStatus = exitStatus
    }

    /// A text that is printed without `error: ` in front.
    package static func text(_ text: String) -> Failure { Failure(kind: .text(text)) }
    package static func quiet(_ exitStatus: Int32 = 1) -> Failure { Failure(kind: .quiet, exitStatus: exitStatus) }

    /// One failure for many; nil for none.
    static func aggregate(_ failures: [Failure]) -> Failure? {
        switch failures.count {
        case 0: nil
        case 1: failures[0]
        default: Failure(kind: .many(failures))
        }
    }

    /// The failures that it is made of.
    var parts: [Failure] { if case .many(let failures) = kind { failures } else { [self] } }

    /// The refusal of the server, when that is what went wrong.
    var status: APIStatus? { if case .status(let status) = kind { status } else { nil } }
    var isNotFound: Bool { status?.isNotFound ?? false }

    /// What Go's `err.Error()` would give.
    var plainText: String {
        switch kind {
        case .message(let text), .text(let text): text
        case .status(let status): status.message
        case .many(let failures): failures.count == 1 ? failures[0].plainText : "[" + failures.map(\.plainText).joined(separator: ", ") + "]"
        case .quiet: ""
        }
    }

    /// The failure with `error when VERB "SOURCE": ` in front; unchanged without a source.
    func whileDoing(_ verb: String, source: String) -> Failure {
        if source.isEmpty { return self }
        var copy = self
        switch kind {
        case .status(var status):
            status.message = "error when \(verb) \(goQuoted(source)): \(status.message)"
            copy.kind = .status(status)
        default:
            copy.kind = .message("error when \(verb) \(goQuoted(source)): \(plainText)")
        }
        return copy
    }

    /// The failure with a text put before its message.
    func prefixed(_ prefix: String) -> Failure {
        var copy = self
        switch kind {
        case .status(var status):
            status.message = prefix + status.message
            copy.kind = .status(status)
        default: copy.kind = .message(prefix + plainText)
        }
        return copy
    }

    /// What is printed on standard error; empty for nothing. Always ends with a line end otherwise.
    var printed: String {
        let text: String
        switch kind {
        case .quiet: return ""
        case .text(let message): text = message
        case .message(let message): text = message.hasPrefix("error: ") ? message : "error: " + message
        case .many(let failures): text = failures.map { $0.standardMessage + "\n" }.joined()
        case .status(let status): text = status.isInvalid ? Failure.printed(invalid: status) : standardMessage
        }
        return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }

    /// The message as one of several.
    private var standardMessage: String {
        guard case .status(let status) = kind else { return plainText }
        if status.code == 0 { return status.message }
        if status.reason == "Unauthorized" { return "error: You must be logged in to the server (\(status.message))" }
        return status.reason.isEmpty ? "Error from server: \(status.message)" : "Error from server (\(status.reason)): \(status.message)"
    }

    private static func printed(invalid status: APIStatus) -> String {
        guard let details = status.details else {
            return status.message.isEmpty ? "The request is invalid" : "The request is invalid: \(status.message)"
        }
        let kind = details["kind"]?.stringValue ?? ""
        let name = details["name"]?.stringValue ?? ""
        let causes = details["causes"]?.elements ?? []
        var text = "The request is invalid"
        if !kind.isEmpty || !name.isEmpty {
            text = "The \(kind) \(goQuoted(name)) is invalid"
        } else if !status.message.isEmpty, causes.isEmpty {
            text += ": " + status.message
        }
        if causes.isEmpty { return text }
        var seen: Set<String> = []
        var lines: [String] = []
        for cause in causes {
            let line = "\(cause["field"]?.stringValue ?? ""): \(cause["message"]?.stringValue ?? "")"
            if seen.insert(line).inserted { lines.append(line) }
        }
        if lines.count == 1 { return "\(text): \(lines[0])\n" }
        return "\(text): \n" + lines.map { "* \($0)\n" }.joined()
    }
}

/// A string in double quotes as Go's `%q` writes it.
func goQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case "\u{7}": result += "\\a"
        case "\u{8}": result += "\\b"
        case "\u{b}": result += "\\v"
        case "\u{c}": result += "\\f"
        default:
            if scalar.value < 0x20 || scalar.value == 0x7f {
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count < 2 ? "0" + digits : digits)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
