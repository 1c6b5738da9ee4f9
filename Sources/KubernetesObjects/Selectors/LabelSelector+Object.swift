/// The selector that stands in objects: `matchLabels` and `matchExpressions`.
extension LabelSelector {
    /// Reads a selector object. An absent one selects nothing, an empty one everything.
    public init(validating object: Value?) throws(SelectorError) {
        guard let object, case .object(let fields) = object else {
            self = .nothing
            return
        }
        var requirements: [Requirement] = []
        for (key, value) in (fields["matchLabels"]?.fields ?? Fields()).sorted() {
            requirements.append(Requirement(key: key, operator: .equals, values: [value.stringValue ?? ""]))
        }
        for expression in fields["matchExpressions"]?.elements ?? [] {
            let name = expression["operator"]?.stringValue ?? ""
            guard let `operator` = Self.objectOperators[name] else {
                throw SelectorError("\(GoText.quoted(name)) is not a valid label selector operator")
            }
            requirements.append(
                Requirement(
                    key: expression["key"]?.stringValue ?? "", operator: `operator`,
                    values: expression["values"]?.elements.compactMap(\.stringValue) ?? []))
        }
        for requirement in requirements {
            if let problem = requirement.problem { throw SelectorError(problem) }
        }
        self.init(requirements)
    }

    /// A selector object that is known to be valid, as those of stored objects are; an invalid one selects nothing.
    public init(object: Value?) {
        self = (try? LabelSelector(validating: object)) ?? .nothing
    }

    private static let objectOperators: [String: Operator] = ["In": .in, "NotIn": .notIn, "Exists": .exists, "DoesNotExist": .doesNotExist]

    /// A selector object as tables print it: `app=web`, or `<none>` when it is empty.
    public static func printed(_ object: Value?) -> String {
        guard let object else { return "<none>" }
        guard let selector = try? LabelSelector(validating: object) else { return "<error>" }
        let text = selector.description
        return text.isEmpty ? "<none>" : text
    }
}
