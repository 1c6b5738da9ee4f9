import KubernetesObjects

/// A set of paths into an object, as managed fields record them.
///
/// - Shape: a tree whose edges are path elements in their written form: `f:NAME`, `k:{KEYS}`, `v:VALUE`, `i:INDEX`.
///   A node is in the set, or only leads to others that are.
/// - Source: sigs.k8s.io/structured-merge-diff `fieldpath.Set`.
struct FieldSet: Sendable, Equatable {
    /// Whether the path that ends here is in the set.
    var isMember: Bool
    var children = FieldSteps()

    init(isMember: Bool = false) { self.isMember = isMember }

    static let member = FieldSet(isMember: true)

    var isEmpty: Bool { !isMember && children.isEmpty }

    // MARK: The written form

    /// Reads `fieldsV1`.
    ///
    /// - Bounds: as deep as the value is.
    init(fieldsV1 value: Value, isRoot: Bool = true) {
        isMember = false
        guard let fields = value.fields else { return }
        if fields.isEmpty {
            isMember = !isRoot
            return
        }
        children.reserveCapacity(fields.count)
        for (key, child) in fields {
            if key == "." { isMember = true } else { children.append(key, FieldSet(fieldsV1: child, isRoot: false)) }
        }
        children.seal()
    }

    /// `fieldsV1`, keys sorted.
    var fieldsV1: Value {
        var fields = Fields()
        fields.reserveCapacity(children.count + 1)
        if isMember, !children.isEmpty { fields.appendDistinct(".", [:]) }
        for (key, child) in children { fields.appendDistinct(key, child.fieldsV1) }
        return .object(fields)
    }

    /// Whether a path of this set is also in a set in its written form.
    func overlaps(fieldsV1 value: Value, isRoot: Bool = true) -> Bool {
        guard let fields = value.fields else { return false }
        if fields.isEmpty { return isMember && !isRoot }
        if isMember, fields.contains(".") { return true }
        // A look-up in a map goes through all of it.
        if children.count > Self.lookupsMax {
            let keyed = KeyedFields(fields)
            return children.contains { key, child in keyed[key].map { child.overlaps(fieldsV1: $0, isRoot: false) } ?? false }
        }
        return children.contains { key, child in fields[key].map { child.overlaps(fieldsV1: $0, isRoot: false) } ?? false }
    }

    /// Above this many steps an index is made to look them up.
    private static let lookupsMax = 8

    // MARK: Set operations

    func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        var result = FieldSet(isMember: isMember || other.isMember)
        result.children = children.joined(other.children) { own, others in
            if let own, let others { own.union(others) } else { own ?? others }
        }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && other.isMember)
        if children.isEmpty || other.children.isEmpty { return result }
        result.children = children.joined(other.children) { own, others in
            guard let own, let others else { return nil }
            return own.intersection(others).ifAny
        }
        return result
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        var result = FieldSet(isMember: isMember && !other.isMember)
        result.children = children.subtracting(other.children) { $0.subtracting($1) }
        return result
    }

    /// Without these paths and all below them.
    func recursivelySubtracting(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        var result = FieldSet(isMember: isMember && !other.isMember)
        result.children = children.subtracting(other.children) { $1.isMember ? FieldSet() : $0.recursivelySubtracting($1) }
        return result
    }

    fileprivate var ifAny: FieldSet? { isEmpty ? nil : self }

    mutating func insert(_ path: ArraySlice<String>) {
        guard let first = path.first else {
            isMember = true
            return
        }
        var below = children[first] ?? FieldSet()
        below.insert(path.dropFirst())
        children[first] = below
    }

    /// With every field of a structure that leads somewhere being a member itself.
    ///
    /// - Source: `fieldpath.Set.EnsureNamedFieldsAreMembers`.
    func withNamedFieldsAsMembers(_ schema: SchemaNode) -> FieldSet {
        var result = FieldSet(isMember: isMember)
        result.children.reserveCapacity(children.count)
        for (key, child) in children {
            let isField = key.hasPrefix("f:")
            let next = isField ? schema.field(String(key.dropFirst(2))) : schema.element
            var set = child.withNamedFieldsAsMembers(next)
            if isField, !child.children.isEmpty, schema.hasField(String(key.dropFirst(2))) { set.isMember = true }
            result.children.append(key, set)
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
        for (key, child) in children { child.collect(prefix + PathElement.text(key), into: &result) }
    }
}

extension FieldSteps {
    /// The steps without what `rest` takes of those that `other` has too.
    fileprivate func subtracting(_ other: FieldSteps, _ rest: (FieldSet, FieldSet) -> FieldSet) -> FieldSteps {
        if isEmpty || other.isEmpty { return self }
        // Few steps that are not here leave everything as it is.
        if other.count < 4, !other.contains(where: { self[$0.key] != nil }) { return self }
        return joined(other) { own, others in
            guard let own, let others else { return own }
            return rest(own, others).ifAny
        }
    }
}

/// The steps of a path in their written form.
enum PathElement {
    /// What keys of lists are where entries leave them out.
    static let keyDefaults: [String: Value] = ["protocol": "TCP"]

    static func field(_ name: String) -> String { "f:" + name }
    static func index(_ index: Int) -> String { "i:\(index)" }
    static func value(_ value: Value) -> String { "v:" + compactJSON(value, sortedKeys: true) }

    /// The element of a list entry that is told apart by keys.
    ///
    /// - Source: missing keys count with the schema's default.
    static func key(of entry: Value, _ keys: [String]) -> String {
        var fields = Fields()
        for key in keys.sorted() {
            if let value = entry[key] {
                fields.appendDistinct(key, value)
            } else if let fallback = keyDefaults[key] {
                fields.appendDistinct(key, fallback)
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
