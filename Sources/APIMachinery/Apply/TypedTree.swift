import KubernetesObjects
import KubernetesSchema

/// Object trees as server-side apply sees them: what fields there are, what differs, what merging and pruning give.
///
/// - Source: sigs.k8s.io/structured-merge-diff `typed`.
enum TypedTree {
    /// What changed between two trees.
    struct Comparison {
        var added = FieldSet()
        var modified = FieldSet()
        var removed = FieldSet()

        var isSame: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }
    }

    // MARK: The fields of a tree

    /// All paths of a tree.
    static func fields(of value: Value, _ schema: SchemaNode) -> FieldSet {
        var set = FieldSet()
        collect(value, schema, &set)
        return set
    }

    private static func collect(_ value: Value, _ schema: SchemaNode, _ set: inout FieldSet) {
        switch schema.merging(value) {
        case .scalar, .atomic: set.isMember = true
        case .map:
            for (key, child) in value.fields ?? [:] {
                var below = FieldSet()
                let next = schema.field(key)
                collect(child, next, &below)
                if child.isNull || child.fields?.isEmpty == true || next.origin == nil { below.isMember = true }
                if !below.isEmpty { set.children.append(next.pathElement(key), below) }
            }
        case .set:
            for element in value.elements { set.children.append(PathElement.value(element), .member) }
        case .associativeList(let keys):
            for element in value.elements {
                var below = FieldSet(isMember: true)
                collect(element, schema.element, &below)
                below.isMember = true
                set.children.append(PathElement.key(of: element, keys), below)
            }
        }
        set.children.seal()
    }

    // MARK: What differs

    static func compare(_ old: Value, _ new: Value, _ schema: SchemaNode) -> Comparison {
        var result = Comparison()
        compare(old, new, schema, &result.added, &result.modified, &result.removed)
        return result
    }

    private static func compare(
        _ old: Value?, _ new: Value?, _ schema: SchemaNode, _ added: inout FieldSet, _ modified: inout FieldSet, _ removed: inout FieldSet
    ) {
        if old == nil, new == nil { return }
        let isContainer = isGranular(old, schema) && isGranular(new, schema)
        let isEmptyPair = isHollow(old) && isHollow(new)
        if !isContainer || isEmptyPair {
            if old == nil { added.isMember = true } else if new == nil { removed.isMember = true } else if old != new { modified.isMember = true }
            return
        }
        switch schema.merging(new?.isNull == false ? new! : old ?? .null) {
        case .map:
            let earlier = old?.fields ?? Fields()
            let later = new?.fields ?? Fields()
            let (before, after) = (KeyedFields(earlier), KeyedFields(later))
            for (key, value) in later {
                let known = before[key]
                if known == value { continue }
                let next = schema.field(key)
                descend(next.pathElement(key), known ?? implied(next, present: old), value, next, &added, &modified, &removed)
            }
            for (key, value) in earlier where !after.contains(key) {
                let next = schema.field(key)
                descend(next.pathElement(key), value, implied(next, present: new), next, &added, &modified, &removed)
            }
        case .set:
            let before = Set(old?.elements ?? [])
            let after = Set(new?.elements ?? [])
            for element in after where !before.contains(element) { added.children.append(PathElement.value(element), .member) }
            for element in before where !after.contains(element) { removed.children.append(PathElement.value(element), .member) }
        case .associativeList(let keys):
            var before: [String: Value] = [:]
            for element in old?.elements ?? [] { before[PathElement.key(of: element, keys)] = element }
            for element in new?.elements ?? [] {
                let key = PathElement.key(of: element, keys)
                descend(key, before.removeValue(forKey: key), element, schema.element, &added, &modified, &removed)
            }
            for (key, element) in before { descend(key, element, nil, schema.element, &added, &modified, &removed) }
        case .scalar, .atomic: break
        }
        added.children.seal()
        modified.children.seal()
        removed.children.seal()
        if old == nil { added.isMember = true } else if new == nil { removed.isMember = true }
    }

    private static func descend(
        _ element: String, _ old: Value?, _ new: Value?, _ schema: SchemaNode, _ added: inout FieldSet, _ modified: inout FieldSet,
        _ removed: inout FieldSet
    ) {
        if let old, let new, old == new { return }
        var below = (FieldSet(), FieldSet(), FieldSet())
        compare(old, new, schema, &below.0, &below.1, &below.2)
        if !below.0.isEmpty { added.children.append(element, below.0) }
        if !below.1.isEmpty { modified.children.append(element, below.1) }
        if !below.2.isEmpty { removed.children.append(element, below.2) }
    }

    private static func isGranular(_ value: Value?, _ schema: SchemaNode) -> Bool {
        guard let value, !value.isNull else { return true }
        switch schema.merging(value) {
        case .scalar, .atomic: return false
        default: return true
        }
    }

    private static func isHollow(_ value: Value?) -> Bool {
        switch value {
        case nil, .null: true
        case .object(let fields): fields.isEmpty
        case .array(let list): list.isEmpty
        default: false
        }
    }

    /// What a field that is not there stands for: a Go struct always has its plain struct fields.
    private static func implied(_ place: SchemaNode, present: Value?) -> Value? {
        guard present != nil, let field = place.origin, field.emptiness == .written else { return nil }
        switch field.type.form {
        case .structure: return [:]
        case .list, .map: return .null
        case .string: return ""
        case .int32, .int64: return 0
        case .bool: return false
        default: return nil
        }
    }

    // MARK: Merging

    /// A tree with another merged over it.
    ///
    /// - Throws: `Duplicate` when a list of the new tree names an entry twice.
    static func merge(_ old: Value, _ new: Value, _ schema: SchemaNode, path: String = "") throws(Duplicate) -> Value {
        if old.isNull { return try checked(new, schema, path) }
        switch schema.merging(new) {
        case .scalar, .atomic: return new
        case .map:
            guard let before = old.fields else { return new }
            var fields = KeyedFields(before)
            for (key, value) in new.fields ?? [:] {
                fields[key] = try merge(fields[key] ?? .null, value, schema.field(key), path: path + "." + key)
            }
            return .object(fields.fields)
        case .set: return .array(try mergeLists(old.elements, new.elements, PathElement.value, schema, path))
        case .associativeList(let keys):
            return .array(try mergeLists(old.elements, new.elements, { PathElement.key(of: $0, keys) }, schema, path))
        }
    }

    struct Duplicate: Error {
        var message: String
    }

    /// A new tree by itself, refused when one of its lists names an entry twice.
    private static func checked(_ value: Value, _ schema: SchemaNode, _ path: String) throws(Duplicate) -> Value {
        switch schema.merging(value) {
        case .scalar, .atomic: break
        case .map: for (key, child) in value.fields ?? [:] { _ = try checked(child, schema.field(key), path + "." + key) }
        case .set: try checkUnique(value.elements.map(PathElement.value), path)
        case .associativeList(let keys):
            try checkUnique(value.elements.map { PathElement.key(of: $0, keys) }, path)
            for element in value.elements {
                _ = try checked(element, schema.element, path + PathElement.text(PathElement.key(of: element, keys)))
            }
        }
        return value
    }

    private static func checkUnique(_ names: [String], _ path: String) throws(Duplicate) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw Duplicate(message: "\(path): duplicate entries for key \(PathElement.text(name))")
        }
    }

    /// The new list's order, with what only the old one has where it was.
    private static func mergeLists(
        _ old: [Value], _ new: [Value], _ identity: (Value) -> String, _ schema: SchemaNode, _ path: String
    ) throws(Duplicate) -> [Value] {
        let left = old.map(identity)
        let right = new.map(identity)
        try checkUnique(right, path)
        var leftItems: [String: Value] = [:]
        for (index, name) in left.enumerated() { leftItems[name] = old[index] }
        let rightNames = Set(right)
        var shared = right.filter { leftItems[$0] != nil }[...]
        var taken: Set<String> = []
        var result: [Value] = []
        func merged(_ index: Int) throws(Duplicate) -> Value {
            let name = right[index]
            guard let before = leftItems[name] else { return try checked(new[index], schema.element, path + PathElement.text(name)) }
            return try merge(before, new[index], schema.element, path: path + PathElement.text(name))
        }
        var i = 0
        var j = 0
        while i < left.count || j < right.count {
            if i < left.count, j < right.count {
                if left[i] == right[j] {
                    taken.insert(left[i])
                    result.append(try merged(j))
                    if shared.first == left[i] { shared = shared.dropFirst() }
                    i += 1
                    j += 1
                    continue
                }
                if rightNames.contains(left[i]), let next = shared.first, next != left[i] {
                    i += 1
                    continue
                }
            }
            if i < left.count {
                if !rightNames.contains(left[i]) {
                    result.append(old[i])
                    i += 1
                    continue
                }
                if taken.contains(left[i]) { i += 1 }
            }
            if j < right.count {
                taken.insert(right[j])
                result.append(try merged(j))
                if shared.first == right[j] { shared = shared.dropFirst() }
                j += 1
            }
        }
        return result
    }

    // MARK: Pruning

    /// A tree without the paths of a set; nil when nothing is left of a part that was to go.
    static func removing(_ set: FieldSet, from value: Value, _ schema: SchemaNode) -> Value {
        switch schema.merging(value) {
        case .scalar, .atomic: return value
        case .map:
            var result = Fields()
            for (key, child) in value.fields ?? [:] {
                guard let below = set.children[PathElement.field(key)] else {
                    result.appendDistinct(key, child)
                    continue
                }
                if below.isMember { continue }
                result.appendDistinct(key, removing(below, from: child, schema.field(key)))
            }
            return .object(result)
        case .set: return .array(value.elements.filter { set.children[PathElement.value($0)]?.isMember != true })
        case .associativeList(let keys):
            var result: [Value] = []
            for element in value.elements {
                guard let below = set.children[PathElement.key(of: element, keys)] else {
                    result.append(element)
                    continue
                }
                if below.isMember { continue }
                result.append(removing(below, from: element, schema.element))
            }
            return .array(result)
        }
    }
}
