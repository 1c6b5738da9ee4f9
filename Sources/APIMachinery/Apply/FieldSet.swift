import KubernetesObjects

/// A set of paths into an object, as managed fields record them.
///
/// - Shape: a tree whose edges are path elements in their written form: `f:NAME`, `k:{KEYS}`, `v:VALUE`, `i:INDEX`.
///   A node is in the set, or only leads to others that are.
/// - Source: sigs.k8s.io/structured-merge-diff `fieldpath.Set`.
struct FieldSet: Sendable, Equatable {
    /// Whether the path that ends here is in the set.
    var isMember: Bool
    var children: [String: FieldSet]

    init(isMember: Bool = false, children: [String: FieldSet] = [:]) {
        self.isMember = isMember
        self.children = children
    }

    static let member = FieldSet(isMember: true)

    var isEmpty: Bool { !isMember && children.isEmpty }

    // MARK: The written form

    /// Reads `fieldsV1`.
    ///
    /// - Bounds: as deep as the value is.
    init(fieldsV1 value: Value, isRoot: Bool = true) {
        children = [:]
        isMember = false
        guard let fields = value.fields else { return }
        if fields.isEmpty {
            isMember = !isRoot
            return
        }
        for (key, child) in fields {
            if key == "." { isMember = true } else { children[key] = FieldSet(fieldsV1: child, isRoot: false) }
        }
    }

    /// `fieldsV1`, keys sorted.
    var fieldsV1: Value {
        var fields = Fields()
        fields.reserveCapacity(children.count + 1)
        if isMember, !children.isEmpty { fields.appendDistinct(".", [:]) }
        for key in children.keys.sorted() { fields.appendDistinct(key, children[key]!.fieldsV1) }
        return .object(fields)
    }

    // MARK: Set operations

    func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return FieldSet(isMember: isMember || other.isMember, children: children.merging(other.children) { $0.union($1) })
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && other.isMember)
        for (key, child) in children {
            guard let partner = other.children[key] else { continue }
            let common = child.intersection(partner)
            if !common.isEmpty { result.children[key] = common }
        }
        return result
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        if other.isEmpty { return self }
        var result = FieldSet(isMember: isMember && !other.isMember)
        for (key, child) in children {
            let rest = other.children[key].map(child.subtracting) ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    /// Without these paths and all below them.
    func recursivelySubtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && !other.isMember)
        for (key, child) in children {
            guard let partner = other.children[key] else {
                result.children[key] = child
                continue
            }
            if partner.isMember { continue }
            let rest = child.recursivelySubtracting(partner)
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    mutating func insert(_ path: ArraySlice<String>) {
        guard let first = path.first else {
            isMember = true
            return
        }
        children[first, default: FieldSet()].insert(path.dropFirst())
    }

    mutating func remove(_ path: ArraySlice<String>) {
        guard let first = path.first else {
            isMember = false
            return
        }
        children[first]?.remove(path.dropFirst())
        if children[first]?.isEmpty == true { children[first] = nil }
    }

    /// With every field of a structure that leads somewhere being a member itself.
    ///
    /// - Source: `fieldpath.Set.EnsureNamedFieldsAreMembers`.
    func withNamedFieldsAsMembers(_ schema: SchemaNode) -> FieldSet {
        var result = FieldSet(isMember: isMember)
        for (key, child) in children {
            let isField = key.hasPrefix("f:")
            let next = isField ? schema.field(String(key.dropFirst(2))) : schema.element
            var set = child.withNamedFieldsAsMembers(next)
            if isField, !child.children.isEmpty, schema.hasField(String(key.dropFirst(2))) { set.isMember = true }
            result.children[key] = set
        }
        return result
    }

    // MARK: Paths as people read them

    /// The paths in the set as messages show them: `.spec.containers[name="web"].image`, sorted.
    var paths: [String] {
        var result: [String] = []
        collect("", into: &result)
        return result
    }

    private func collect(_ prefix: String, into result: inout [String]) {
        if isMember { result.append(prefix) }
        for key in children.keys.sorted() { children[key]!.collect(prefix + PathElement.text(key), into: &result) }
    }
}

/// The steps of a path in their written form.
enum PathElement {
    static func field(_ name: String) -> String { "f:" + name }
    static func value(_ value: Value) -> String { "v:" + compactJSON(value, sortedKeys: true) }

    /// The element of a list entry that is told apart by keys.
    ///
    /// - Source: missing keys count with the schema's default, which is `TCP` for protocols.
    static func key(of entry: Value, _ keys: [String]) -> String {
        var fields = Fields()
        for key in keys.sorted() {
            if let value = entry[key] {
                fields.appendDistinct(key, value)
            } else if key == "protocol" {
                fields.appendDistinct(key, "TCP")
            }
        }
        return "k:" + compactJSON(.object(fields))
    }

    /// `.name`, `[name="web"]`, `[="x"]`, `[0]`.
    static func text(_ element: String) -> String {
        let rest = String(element.dropFirst(2))
        switch element.first {
        case "f": return "." + rest
        case "k":
            let fields = (try? Value(parsingJSON: rest))?.fields ?? Fields()
            return "[" + fields.sorted().map { "\($0.key)=\(shown($0.value))" }.joined(separator: ",") + "]"
        case "v": return "[=" + ((try? Value(parsingJSON: rest)).map(shown) ?? rest) + "]"
        default: return "[\(rest)]"
        }
    }

    private static func shown(_ value: Value) -> String {
        if let text = value.stringValue { return goQuoted(text) }
        return compactJSON(value)
    }
}
