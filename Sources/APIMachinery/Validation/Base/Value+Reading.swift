import KubernetesObjects

/// Short ways to read fields as Go's typed structs give them: absent is the zero value.
extension Value {
    /// The text of a field; empty when it is absent.
    @inline(__always) func text(_ key: String) -> String { self[key]?.stringValue ?? "" }
    /// The integer of a field; nil when it is absent.
    @inline(__always) func int(_ key: String) -> Int? { self[key]?.intValue }
    /// Whether a field is `true`.
    @inline(__always) func flag(_ key: String) -> Bool { self[key]?.boolValue ?? false }
    /// The elements of a list field; none when it is absent.
    @inline(__always) func list(_ key: String) -> [Value] { self[key]?.elements ?? [] }
    /// The entries of a map field; none when it is absent.
    @inline(__always) func map(_ key: String) -> Fields { self[key]?.fields ?? Fields() }
    /// The texts of a list field.
    func texts(_ key: String) -> [String] { self[key]?.elements.compactMap(\.stringValue) ?? [] }
    /// A field that is there and not null.
    @inline(__always) func present(_ key: String) -> Value? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }
    /// Whether a field is there and not null.
    @inline(__always) func has(_ key: String) -> Bool { present(key) != nil }
}

extension Fields {
    /// The entries in the order of their keys, as text.
    var sortedTexts: [(key: String, text: String)] {
        map { (key: $0.key, text: $0.value.stringValue ?? "") }.sorted { $0.key < $1.key }
    }
}
