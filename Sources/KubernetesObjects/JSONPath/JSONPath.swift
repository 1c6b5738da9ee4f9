/// A template of kubectl's JSONPath: text, and expressions in braces.
///
/// | template | meaning |
/// |---|---|
/// | `{.metadata.name}` | a field |
/// | `{.items[*].metadata.name}` | a field of every element |
/// | `{range .items[*]}{.metadata.name}{"\n"}{end}` | a line for every element |
/// | `{.items[?(@.status.phase=="Running")].metadata.name}` | of the elements that pass |
/// | `{.items[-1:]}` `{[0,2]}` `{..image}` `{.metadata.labels.app\.kubernetes\.io/name}` | slices, unions, descent, dots in keys |
///
/// - Order: where Go walks a map in random order, keys are walked in sorted order.
/// - Source: client-go `util/jsonpath`.
public struct JSONPath: Sendable {
    /// Why a template cannot be read or evaluated.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public var message: String
        public init(_ message: String) { self.message = message }
        public var description: String { message }
    }

    /// A part of a template.
    indirect enum Node: Sendable {
        case text(String)
        case list([Node])
        case field(String)
        case slice(Slice)
        case filter(left: [Node], operator: String, right: [Node])
        case int(Int)
        case float(Double)
        case bool(Bool)
        case wildcard
        case recursive
        case union([[Node]])
        case identifier(String)
    }

    struct Slice: Sendable {
        var start: Int?
        var end: Int?
        /// The end was not written: one element.
        var isSingle = false
        var step: Int?
    }

    let nodes: [Node]
    /// An absent field gives nothing instead of an error.
    public var allowsMissingKeys: Bool

    /// Reads a template.
    public init(parsing template: String, allowsMissingKeys: Bool = false) throws(Failure) {
        var parser = Parser(template)
        nodes = try parser.template()
        self.allowsMissingKeys = allowsMissingKeys
    }

    /// Reads an expression whose braces and leading dot may be missing, as `--sort-by` and custom columns take it.
    public init(relaxed expression: String, allowsMissingKeys: Bool = false) throws(Failure) {
        guard !expression.isEmpty else {
            self = try JSONPath(parsing: "", allowsMissingKeys: allowsMissingKeys)
            return
        }
        var text = expression[...]
        if text.hasPrefix("{"), text.hasSuffix("}"), text.count > 1 { text = text.dropFirst().dropLast() }
        guard !text.contains(where: { $0 == "{" || $0 == "}" }) else {
            throw Failure("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
        }
        if text.hasPrefix(".") { text = text.dropFirst() }
        self = try JSONPath(parsing: text.hasPrefix("[") ? "{\(text)}" : "{.\(text)}", allowsMissingKeys: allowsMissingKeys)
    }

    /// What each part of the template finds.
    public func find(in value: Value) throws(Failure) -> [[Value]] {
        var evaluator = Evaluator(nodes: nodes, allowsMissingKeys: allowsMissingKeys)
        return try evaluator.run(from: 0, on: [value]).results
    }

    /// The template filled in: results of one expression are divided by spaces; maps and lists are JSON.
    public func print(_ value: Value) throws(Failure) -> String {
        try find(in: value).map { results in results.map(Self.text).joined(separator: " ") }.joined()
    }

    /// The results as JSON lists, as `-o jsonpath-as-json` prints them.
    public func printJSON(_ value: Value) throws(Failure) -> String {
        try find(in: value).map { Value.array($0).json(.pretty, sortedKeys: true) + "\n" }.joined()
    }

    /// One result as kubectl prints it.
    public static func text(_ value: Value) -> String {
        switch value {
        case .array, .object, .null: value.json(sortedKeys: true)
        default: GoText.plain(value)
        }
    }
}
