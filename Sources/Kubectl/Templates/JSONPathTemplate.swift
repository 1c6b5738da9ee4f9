import KubernetesObjects

/// A JSONPath template together with the text it was read from.
struct JSONPathTemplate: Sendable {
    let text: String
    private let path: JSONPath

    init(_ text: String, allowsMissingKeys: Bool) throws(JSONPath.Failure) {
        self.text = text
        path = try JSONPath(parsing: text, allowsMissingKeys: allowsMissingKeys)
    }

    func execute(_ value: Value) throws(JSONPath.Failure) -> String { try path.print(value) }
    func results(_ value: Value) throws(JSONPath.Failure) -> [[Value]] { try path.find(in: value) }
}
