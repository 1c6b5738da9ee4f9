/// The streams of a command that runs in a container.
enum CommandStream: UInt8, CaseIterable, Sendable {
    case input = 0, output, errors, status, resize

    /// How SPDY's `streamType` header calls it.
    var name: String {
        switch self {
        case .input: "stdin"
        case .output: "stdout"
        case .errors: "stderr"
        case .status: "error"
        case .resize: "resize"
        }
    }

    init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

/// Which streams a request for a command has.
struct CommandStreams: Equatable, Sendable {
    var all: Set<CommandStream>
    var isTerminal: Bool

    /// - Parameter parameters: the request's query.
    init(_ parameters: [(name: String, value: String)], isTerminal: Bool, hasResize: Bool) {
        func flag(_ name: String) -> Bool { parameters.first { $0.name == name }.map { $0.value.lowercased() != "false" && $0.value != "0" } ?? false }
        self.isTerminal = isTerminal
        all = [.status]
        if flag("stdin") { all.insert(.input) }
        if flag("stdout") { all.insert(.output) }
        // A terminal has one output.
        if flag("stderr"), !flag("tty") { all.insert(.errors) }
        if flag("tty"), hasResize { all.insert(.resize) }
    }
}
