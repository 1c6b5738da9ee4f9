/// Why a YAML document cannot be read, in the words of the YAML library that Kubernetes uses.
public struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, such as `did not find expected key`.
    public var problem: String
    /// The line that the message names, counted from the start of its document; 0 when it names none.
    ///
    /// Differs from `line` where the library counts from zero.
    public var reportedLine: Int
    /// 1-based line and column in the whole text.
    public var line: Int
    public var column: Int
    /// The text is JSON that was cut off or cannot be read as either language; `problem` is the whole message.
    public var isJSON = false

    /// `yaml: line 4: did not find expected key`.
    public var message: String {
        if isJSON { return problem }
        return reportedLine > 0 ? "yaml: line \(reportedLine): \(problem)" : "yaml: \(problem)"
    }

    /// What a decoder of manifests prints: `error converting YAML to JSON: yaml: line 4: …`.
    public var decodingMessage: String { isJSON ? problem : "error converting YAML to JSON: \(message)" }

    public var description: String { message }
}

/// A place in a YAML text.
struct YAMLMark: Hashable, Sendable {
    var offset = 0
    /// Counted from zero.
    var line = 0
    /// Counted from zero, in characters.
    var column = 0
}
