import KubernetesObjects

/// Applies strategic merge patches: lists are merged by the keys that the schema names, and directives say what else to do.
///
/// - Shape: `$patch: replace|delete|merge`, `$retainKeys`, `$setElementOrder/FIELD`, `$deleteFromPrimitiveList/FIELD`.
/// - Source: k8s.io/apimachinery `util/strategicpatch`, v1.36.
package struct StrategicMergePatch {
    private static let directive = "$patch"
    private static let retainKeys = "$retainKeys"
    private static let orderPrefix = "$setElementOrder/"
    private static let deletePrefix = "$deleteFromPrimitiveList/"

    package static func apply(_ patch: Value, to document: Value, schema: SchemaNode) throws(APIStatus) -> Value {
        guard let changes = patch.fields else {
            throw .badRequest("json: cannot unmarshal \(patch.goTypeName) into Go value of type map[string]interface {}")
        }
        return .object(try mergeMap(document.fields ?? Fields(), changes, schema))
    }

    // MARK: Maps

    private static func mergeMap(_ original: Fields, _ patch: Fields, _ schema: SchemaNode) throws(APIStatus) -> Fields {
        if let word = patch[directive] {
            switch word.stringValue {
            case "replace":
                var result = patch
                result.removeValue(forKey: directive)
                return result
            case "delete": return Fields()
            default: throw unknownType(word, .object(patch))
            }
        }
        var result = original
        var patch = patch
        try applyRetainKeys(&result, &patch)
        try mergeOrderedLists(&result, &patch, schema)
        var merged = KeyedFields(result)
        for (key, change) in patch {
            var name = key
            let isDeletion = key.hasPrefix(deletePrefix)
            if isDeletion { name = String(key.dropFirst(deletePrefix.count)) }
            if change.isNull {
                merged[name] = nil
                continue
            }
            guard let present = merged[name] else {
                if !isDeletion { merged[name] = withoutDirectives(change) }
                continue
            }
            switch (present, change) {
            case (.object(let before), .object(let after)):
                let child = schema.field(name)
                if child.patchStrategies.contains("replace") {
                    merged[name] = change
                } else {
                    merged[name] = .object(try mergeMap(before, after, child))
                }
            case (.array(let before), .array(let after)):
                let child = schema.field(name)
                if isDeletion || child.patchStrategies.contains("merge") {
                    merged[name] = .array(try mergeList(before, after, child, isDeletion: isDeletion))
                } else {
                    merged[name] = change
                }
            default:
                if !isDeletion { merged[name] = withoutDirectives(change) }
            }
        }
        return merged.fields
    }

    private static func applyRetainKeys(_ original: inout Fields, _ patch: inout Fields) throws(APIStatus) {
        guard let directive = patch.removeValue(forKey: retainKeys) else { return }
        let malformed = APIStatus.badRequest("invalid patch format of retainKeys")
        guard let list = directive.arrayValue else { throw malformed }
        let kept = Set(list.compactMap(\.stringValue))
        for (key, value) in patch
        where !value.isNull && !key.hasPrefix(deletePrefix) && !key.hasPrefix(orderPrefix) && !kept.contains(key) { throw malformed }
        original.removeAll { !kept.contains($0.key) }
    }

    /// Merges the lists for which the patch gives an order, and puts them in it.
    private static func mergeOrderedLists(_ original: inout Fields, _ patch: inout Fields, _ schema: SchemaNode) throws(APIStatus) {
        for (key, order) in patch where key.hasPrefix(orderPrefix) {
            patch.removeValue(forKey: key)
            guard let order = order.arrayValue else { throw .badRequest("invalid patch format of setElementOrder list") }
            let name = String(key.dropFirst(orderPrefix.count))
            let child = schema.field(name)
            let before = original[name]?.arrayValue
            let after = patch[name]?.arrayValue
            if let after { try checkOrder(after, order, child.mergeKey) }
            let merged: [Value]
            switch (before, after) {
            case (let before?, nil): merged = before
            case (nil, let after?): merged = withoutDirectives(.array(after)).elements
            case (let before?, let after?):
                merged = child.patchStrategies.contains("merge") ? try mergeList(before, after, child, isDeletion: false) : after
            case (nil, nil): continue
            }
            original[name] = .array(arrange(merged, by: order, server: before ?? [], mergeKey: child.mergeKey))
            patch.removeValue(forKey: name)
        }
    }

    private static func checkOrder(_ list: [Value], _ order: [Value], _ mergeKey: String?) throws(APIStatus) {
        var place = 0
        for item in list where item[directive] == nil {
            while place < order.count, identity(order[place], mergeKey) != identity(item, mergeKey) { place += 1 }
            if place == order.count {
                throw .patchFailure(
                    "The order in patch list:\n\(Value.array(list).goDescription)\n doesn't match $setElementOrder list:\n"
                        + "\(Value.array(order).goDescription)\n")
            }
        }
    }

    // MARK: Lists

    private static func mergeList(_ original: [Value], _ patch: [Value], _ schema: SchemaNode, isDeletion: Bool) throws(APIStatus) -> [Value] {
        if original.isEmpty, patch.isEmpty { return original }
        let isOfMaps = (original.first ?? patch.first)?.fields != nil
        for element in original + patch where (element.fields != nil) != isOfMaps {
            throw .patchFailure("list element types are not identical: \(schema.name)")
        }
        guard isOfMaps else {
            if isDeletion {
                let gone = Set(patch)
                return original.filter { !gone.contains($0) }
            }
            var seen: Set<Value> = []
            let merged = (original + patch).filter { seen.insert($0).inserted }
            return arrange(merged, by: patch, server: original, mergeKey: nil)
        }
        guard let key = schema.mergeKey else { throw .patchFailure("cannot merge lists without merge key for \(schema.name)") }
        var deleted: Set<Value> = []
        var additions: [Value] = []
        var replaces = false
        for item in patch {
            guard let word = item[directive] else {
                additions.append(item)
                continue
            }
            switch word.stringValue {
            case "delete":
                guard let wanted = item[key] else { throw noMergeKey(item, key) }
                deleted.insert(wanted)
            case "replace": replaces = true
            case "merge": throw .patchFailure("merging lists cannot yet be specified in the patch")
            default: throw unknownType(word, item)
            }
        }
        if replaces { return additions }
        var merged: [Value] = []
        var places: [Value: Int] = [:]
        for item in original {
            if let name = item[key] {
                if deleted.contains(name) { continue }
                if places[name] == nil { places[name] = merged.count }
            }
            merged.append(item)
        }
        for item in additions {
            guard let wanted = item[key] else { throw noMergeKey(item, key) }
            if let place = places[wanted] {
                merged[place] = .object(try mergeMap(merged[place].fields ?? Fields(), item.fields ?? Fields(), schema.element))
            } else {
                places[wanted] = merged.count
                merged.append(withoutNulls(item))
            }
        }
        return arrange(merged, by: additions, server: original, mergeKey: key)
    }

    private static func unknownType(_ word: Value, _ map: Value) -> APIStatus {
        .patchFailure("unknown patch type: \(word.goDescription) in map: \(map.goDescription)")
    }

    private static func noMergeKey(_ item: Value, _ key: String) -> APIStatus {
        .patchFailure("map: \(item.goDescription) does not contain declared merge key: \(key)")
    }

    private static func identity(_ item: Value, _ mergeKey: String?) -> Value? {
        if let mergeKey { item[mergeKey] } else { item }
    }

    /// Puts the items that `order` names in its order, and the others where the server had them among those.
    private static func arrange(_ items: [Value], by order: [Value], server: [Value], mergeKey: String?) -> [Value] {
        func places(_ list: [Value]) -> [Value: Int] {
            var result: [Value: Int] = [:]
            for (index, item) in list.enumerated() {
                if let key = identity(item, mergeKey), result[key] == nil { result[key] = index }
            }
            return result
        }
        let wanted = places(order)
        let present = places(server)
        func rank(_ item: Value, _ table: [Value: Int]) -> Int? { identity(item, mergeKey).flatMap { table[$0] } }
        var named: [(rank: Int, item: Value)] = []
        var others: [(rank: Int, item: Value)] = []
        for item in items {
            if let place = rank(item, wanted) { named.append((place, item)) } else { others.append((rank(item, present) ?? .max, item)) }
        }
        let left = others.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element.item)
        let right = named.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element.item)
        var result: [Value] = []
        var i = 0
        var j = 0
        while i < left.count || j < right.count {
            if i == left.count {
                result.append(right[j])
                j += 1
            } else if j == right.count {
                result.append(left[i])
                i += 1
            } else if let a = rank(left[i], present), let b = rank(right[j], present), a < b {
                result.append(left[i])
                i += 1
            } else {
                result.append(right[j])
                j += 1
            }
        }
        return result
    }

    // MARK: Directives in what is taken over whole

    /// A part of a patch that has nothing to merge with, without its directives and nulls.
    private static func withoutDirectives(_ value: Value) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (key, child) in fields
            where key != directive && key != retainKeys && !key.hasPrefix(orderPrefix) && !key.hasPrefix(deletePrefix) && !child.isNull {
                result.appendDistinct(key, withoutDirectives(child))
            }
            return .object(result)
        case .array(let list):
            var result: [Value] = []
            for element in list {
                if let word = element[directive]?.stringValue, word == "delete" || (word == "replace" && element.fields?.count == 1) { continue }
                result.append(withoutDirectives(element))
            }
            return .array(result)
        default: return value
        }
    }

    private static func withoutNulls(_ value: Value) -> Value {
        guard case .object(let fields) = value else { return value }
        var result = Fields()
        for (key, child) in fields where !child.isNull { result.appendDistinct(key, withoutNulls(child)) }
        return .object(result)
    }
}

extension APIStatus {
    /// A patch that failed while it was merged: an error without a reason, as the real server sends it.
    static func patchFailure(_ message: String) -> APIStatus { APIStatus(code: 500, reason: "", message: message) }
}

extension Value {
    /// The value as Go prints a decoded JSON value with `%v`: maps as `map[a:1 b:2]` with sorted keys, lists in brackets.
    var goDescription: String {
        switch self {
        case .null: "<nil>"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .number(let literal): literal.text
        case .string(let text): text
        case .array(let list): "[" + list.map(\.goDescription).joined(separator: " ") + "]"
        case .object(let fields): "map[" + fields.sorted().map { "\($0.key):\($0.value.goDescription)" }.joined(separator: " ") + "]"
        }
    }

    /// What Go's JSON errors call the kind of value.
    var goTypeName: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
