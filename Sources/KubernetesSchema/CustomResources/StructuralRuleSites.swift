import KubernetesObjects

/// Where the rules of a schema (`x-kubernetes-validations`) meet the values of an object.
package struct StructuralRuleSite: Sendable {
    package var schema: StructuralSchema
    package var rule: StructuralSchema.Rule
    /// `spec`, `spec.items[0]`; empty for the whole object.
    package var path: String
    /// What the rule calls `self`.
    package var value: Value
    /// What the rule calls `oldSelf`; nil on creation and where the old value cannot be told.
    package var old: Value?
}

extension StructuralSchema {
    /// All places of an object where rules stand, outermost first.
    ///
    /// - Order: fields by name. Old entries of lists are found by their map keys; of other lists there are none.
    package func ruleSites(in value: Value, old: Value? = nil, path: String = "") -> [StructuralRuleSite] {
        guard hasRules else { return [] }
        var sites = rules.map { StructuralRuleSite(schema: self, rule: $0, path: path, value: value, old: old) }
        switch value {
        case .object(let fields):
            for (name, member) in fields.sorted() {
                guard let inner = property(name) ?? additionalProperties else { continue }
                let place = property(name) != nil ? (path.isEmpty ? name : "\(path).\(name)") : "\(path)[\(name)]"
                sites += inner.ruleSites(in: member, old: old?[name], path: place)
            }
        case .array(let list):
            guard let items, items.hasRules else { break }
            for index in list.indices {
                var oldEntry: Value?
                if listType == "map", let oldList = old?.arrayValue {
                    oldEntry = oldList.first { candidate in listMapKeys.allSatisfy { candidate[$0] == list[index][$0] } }
                }
                sites += items.ruleSites(in: list[index], old: oldEntry, path: "\(path)[\(index)]")
            }
        default: break
        }
        return sites
    }
}
