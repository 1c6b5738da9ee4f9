import KubernetesObjects
import KubernetesSchema

/// Makes strategic merge patches out of two or three states of an object.
///
/// - Source: k8s.io/apimachinery `pkg/util/strategicpatch`, `CreateThreeWayMergePatch` and `CreateTwoWayMergePatch`.
struct StrategicDiff {
    /// What is left out of a diff.
    struct Options {
        var ignoresDeletions = false
        var ignoresChanges = false
        var retainsKeys = false
        var setsElementOrder = true
    }

    /// A list entry has no merge key, or states were changed differently.
    struct Problem: Error {
        var message: String
    }

    /// The patch that brings `current` to `modified`, and removes what was in `original` only.
    ///
    /// - Parameter overwrites: whether what others have changed since `original` is taken back; a problem otherwise.
    static func threeWay(
        original: Value, modified: Value, current: Value, schema: TypeSchema?, overwrites: Bool = true
    ) throws(Problem) -> Value {
        let delta = try diff(current, modified, schema, Options(ignoresDeletions: true))
        let deletions = try diff(original, modified, schema, Options(ignoresChanges: true))
        let patch = Value.object(combine(deletions, delta, schema))
        if !overwrites {
            let changed = Value.object(try diff(original, current, schema, Options(setsElementOrder: false)))
            if conflict(patch, changed, FieldFacts(schema: schema)) {
                throw Problem(message: "patch:\n\(patch.yaml())\nconflicts with changes made from original to current:\n\(changed.yaml())\n")
            }
        }
        return patch
    }

    /// The patch that brings `original` to `modified`.
    static func twoWay(original: Value, modified: Value, schema: TypeSchema?) throws(Problem) -> Value {
        .object(try diff(original, modified, schema, Options()))
    }

    private static func diff(_ original: Value, _ modified: Value, _ schema: TypeSchema?, _ options: Options) throws(Problem) -> Fields {
        var patch = Fields()
        let before = original.fields ?? Fields()
        let after = modified.fields ?? Fields()
        var kept: [String] = []
        for (key, new) in after {
            if options.retainsKeys, !new.isNull { kept.append(key) }
            guard let old = before[key] else {
                if !options.ignoresChanges { patch[key] = new }
                continue
            }
            if key == "$patch" {
                if old != new, !options.ignoresChanges { patch[key] = new }
                continue
            }
            let field = field(key, schema)
            var inner = options
            inner.retainsKeys = field.retainsKeys
            switch (old, new) {
            case (.object, .object):
                if field.replaces {
                    // Sent even when it is the same, as by kubectl: an apply of a PodDisruptionBudget always says `configured`.
                    if !options.ignoresChanges { patch[key] = new }
                } else {
                    let part = try diff(old, new, field.schema, inner)
                    if !part.isEmpty { patch[key] = .object(part) }
                }
            case (.array(let oldList), .array(let newList)) where field.merges:
                try diffLists(key, oldList, newList, field, inner, into: &patch)
            default: if !options.ignoresChanges, old != new { patch[key] = new }
            }
        }
        if !options.ignoresDeletions { for (key, _) in before where after[key] == nil { patch[key] = .null } }
        let hasRemoved = before.contains { !$0.value.isNull && after[$0.key] == nil }
        if !kept.isEmpty, !patch.isEmpty || hasRemoved { patch["$retainKeys"] = Value(kept.sorted()) }
        return patch
    }

    private struct FieldFacts {
        var schema: TypeSchema?
        var merges = false
        var replaces = false
        var retainsKeys = false
        var mergeKey: String?
    }

    private static func field(_ name: String, _ schema: TypeSchema?) -> FieldFacts {
        guard let schema else { return FieldFacts() }
        guard let found = schema.field(name) else { return FieldFacts(schema: schema.fields.isEmpty ? schema.element : nil) }
        let strategy = found.patchStrategy
        return FieldFacts(
            schema: found.type, merges: strategy.contains(.merge), replaces: strategy.contains(.replace),
            retainsKeys: strategy.contains(.retainKeys), mergeKey: found.patchMergeKey)
    }

    // MARK: Conflicts

    /// Whether two patches want different things of one field.
    private static func conflict(_ left: Value, _ right: Value, _ facts: FieldFacts) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            // A patch that deletes or replaces the whole disagrees with one that changes parts.
            if left["$patch"] != right["$patch"] { return true }
            if facts.replaces { return false }
            return left.contains { key, value in
                guard key != "$patch", key != "$retainKeys", let other = right[key] else { return false }
                return conflict(value, other, field(key, facts.schema))
            }
        case (.array(let left), .array(let right)): return conflict(left, right, facts)
        default: return left != right
        }
    }

    private static func conflict(_ left: [Value], _ right: [Value], _ facts: FieldFacts) -> Bool {
        func isMap(_ value: Value?) -> Bool { if case .object? = value { true } else { false } }
        let element = FieldFacts(schema: facts.schema?.element)
        if facts.merges {
            // Single values are joined, whatever they are; entries are compared with those of the same key.
            guard isMap(left.first) || isMap(right.first), let mergeKey = facts.mergeKey else { return false }
            return left.contains { item in right.contains { $0[mergeKey] == item[mergeKey] && conflict(item, $0, element) } }
        }
        if left.count != right.count { return true }
        if isMap(left.first) { return zip(left, right).contains { conflict($0, $1, element) } }
        return left.sorted { goText($0) < goText($1) } != right.sorted { goText($0) < goText($1) }
    }

    // MARK: Lists

    private static func diffLists(
        _ key: String, _ old: [Value], _ new: [Value], _ field: FieldFacts, _ options: Options, into patch: inout Fields
    ) throws(Problem) {
        if old.isEmpty {
            if !new.isEmpty, !options.ignoresChanges { patch[key] = .array(new) }
            return
        }
        let isMaps = (old + new).contains { if case .object = $0 { true } else { false } }
        if isMaps, let mergeKey = field.mergeKey {
            try diffMaps(key, old, new, mergeKey, field, options, into: &patch)
        } else {
            diffScalars(key, old, new, options, into: &patch)
        }
    }

    private static func diffMaps(
        _ key: String, _ old: [Value], _ new: [Value], _ mergeKey: String, _ field: FieldFacts, _ options: Options, into patch: inout Fields
    ) throws(Problem) {
        for item in old + new where item[mergeKey] == nil {
            throw Problem(message: "map: \(goText(item)) does not contain declared merge key: \(mergeKey)")
        }
        var changes: [Value] = []
        for item in new {
            if let before = old.first(where: { $0[mergeKey] == item[mergeKey] }) {
                var part = try diff(before, item, field.schema?.element, options)
                if part.isEmpty { continue }
                part[mergeKey] = item[mergeKey]
                changes.append(.object(part))
            } else if !options.ignoresChanges {
                changes.append(item)
            }
        }
        if !options.ignoresDeletions {
            for item in old where !new.contains(where: { $0[mergeKey] == item[mergeKey] }) {
                changes.append(.object(Fields([("$patch", "delete"), (mergeKey, item[mergeKey] ?? .null)])))
            }
        }
        let sameOrder = old.count == new.count && zip(old, new).allSatisfy { $0[mergeKey] == $1[mergeKey] }
        if !changes.isEmpty { patch[key] = .array(changes) }
        if options.setsElementOrder,
            (!options.ignoresChanges && (!changes.isEmpty || !sameOrder)) || (!options.ignoresDeletions && !changes.isEmpty)
        {
            patch["$setElementOrder/\(key)"] = .array(new.map { .object(Fields([(mergeKey, $0[mergeKey] ?? .null)])) })
        }
    }

    private static func diffScalars(_ key: String, _ old: [Value], _ new: [Value], _ options: Options, into patch: inout Fields) {
        let added = new.filter { !old.contains($0) }
        var removed: [Value] = []
        for item in old where !new.contains(item) && !removed.contains(item) { removed.append(item) }
        if !options.ignoresChanges, !added.isEmpty { patch[key] = .array(added) }
        if !options.ignoresDeletions, !removed.isEmpty {
            patch["$deleteFromPrimitiveList/\(key)"] = .array(removed.sorted { goText($0) < goText($1) })
        }
        if options.setsElementOrder, (!options.ignoresDeletions && !removed.isEmpty) || (!options.ignoresChanges && old != new) {
            patch["$setElementOrder/\(key)"] = .array(new)
        }
    }

    // MARK: Joining deletions and changes

    private static func combine(_ deletions: Fields, _ delta: Fields, _ schema: TypeSchema?) -> Fields {
        var result = deletions
        for (key, change) in delta {
            guard let deletion = deletions[key], !key.hasPrefix("$") else {
                result[key] = change
                continue
            }
            let field = field(key, schema)
            switch (deletion, change) {
            case (.object(let left), .object(let right)): result[key] = .object(combine(left, right, field.schema))
            case (.array(let left), .array(let right)):
                if field.merges, let mergeKey = field.mergeKey {
                    result[key] = .array(combine(left, right, mergeKey, field.schema?.element))
                } else {
                    result[key] = change
                }
            default: result[key] = change
            }
        }
        return inOrder(result, schema)
    }

    /// With the entries of keyed lists in the order that the patch gives them, which the server insists on.
    private static func inOrder(_ patch: Fields, _ schema: TypeSchema?) -> Fields {
        var result = patch
        for (key, order) in patch where key.hasPrefix(orderPrefix) {
            let name = String(key.dropFirst(orderPrefix.count))
            guard let list = result[name]?.arrayValue, let mergeKey = field(name, schema).mergeKey else { continue }
            var places: [Value: Int] = [:]
            for (index, item) in order.elements.enumerated() { if let identity = item[mergeKey] { places[identity] = index } }
            func place(_ item: Value) -> Int { item["$patch"] == nil ? item[mergeKey].flatMap { places[$0] } ?? .max : .max }
            result[name] = .array(
                list.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element))
        }
        return result
    }

    private static let orderPrefix = "$setElementOrder/"

    private static func combine(_ deletions: [Value], _ changes: [Value], _ mergeKey: String, _ schema: TypeSchema?) -> [Value] {
        var result: [Value] = []
        for change in changes {
            if let deletion = deletions.first(where: { $0[mergeKey] == change[mergeKey] && $0["$patch"] == nil }) {
                result.append(.object(combine(deletion.fields ?? Fields(), change.fields ?? Fields(), schema)))
            } else {
                result.append(change)
            }
        }
        let rest = deletions.filter { item in !changes.contains { $0[mergeKey] == item[mergeKey] } }
        return result + rest.filter { $0["$patch"] == nil } + rest.filter { $0["$patch"] != nil }
    }
}
