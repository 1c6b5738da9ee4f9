/// Which labels an object must have.
///
/// - Order: requirements are kept sorted by key, as the API server prints them.
public struct LabelSelector: Hashable, Sendable {
    public enum Operator: Hashable, Sendable {
        case equals, doubleEquals, notEquals, `in`, notIn, exists, doesNotExist, greaterThan, lessThan

        /// The name in messages.
        public var text: String {
            switch self {
            case .equals: "="
            case .doubleEquals: "=="
            case .notEquals: "!="
            case .in: "in"
            case .notIn: "notin"
            case .exists: "exists"
            case .doesNotExist: "!"
            case .greaterThan: "gt"
            case .lessThan: "lt"
            }
        }
    }

    public struct Requirement: Hashable, Sendable {
        public var key: String
        public var `operator`: Operator
        /// Sorted and distinct.
        public var values: [String]

        public init(key: String, operator: Operator, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = Array(Set(values)).sorted()
        }
    }

    public var requirements: [Requirement]
    /// Selects nothing: what an absent selector object means.
    public var matchesNothing = false

    public init(_ requirements: [Requirement] = []) {
        self.requirements = requirements.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map(\.element)
    }

    /// Selects every object.
    public static let everything = LabelSelector()
    /// Selects no object.
    public static let nothing: LabelSelector = {
        var selector = LabelSelector()
        selector.matchesNothing = true
        return selector
    }()

    /// Equal to each of these labels: the selector of a Service.
    public init(matching labels: Fields) {
        self.init(labels.map { Requirement(key: $0.key, operator: .equals, values: [$0.value.stringValue ?? ""]) })
    }

    public var isEmpty: Bool { requirements.isEmpty && !matchesNothing }

    /// Whether labels satisfy every requirement.
    public func matches(_ labels: Fields) -> Bool {
        if matchesNothing { return false }
        for requirement in requirements where !requirement.matches(labels) { return false }
        return true
    }

    /// The key and value of a selector that is one plain equality; for indexes.
    public var singleEquality: (key: String, value: String)? {
        guard requirements.count == 1, let only = requirements.first, let value = only.values.first, only.values.count == 1 else { return nil }
        switch only.operator {
        case .equals, .doubleEquals, .in: return (only.key, value)
        default: return nil
        }
    }
}

extension LabelSelector.Requirement {
    public func matches(_ labels: Fields) -> Bool {
        let value = labels[key]?.stringValue
        switch `operator` {
        case .equals, .doubleEquals, .in: return value.map(values.contains) ?? false
        case .notEquals, .notIn: return value.map { !values.contains($0) } ?? true
        case .exists: return value != nil
        case .doesNotExist: return value == nil
        case .greaterThan, .lessThan:
            guard let value, let number = Int64(value), let bound = values.first.flatMap({ Int64($0) }) else { return false }
            return `operator` == .greaterThan ? number > bound : number < bound
        }
    }

    /// What is wrong with the requirement, as a field error; nil when it is right.
    public var problem: String? {
        func invalid(_ field: String, _ value: String, _ message: String) -> String { "\(field): Invalid value: \(value): \(message)" }
        let keyProblems = NameRules.labelKey(key)
        if !keyProblems.isEmpty { return invalid("key", GoText.quoted(key), keyProblems.joined(separator: "; ")) }
        let list = "[" + values.map { GoText.quoted($0) }.joined(separator: ",") + "]"
        switch `operator` {
        case .in, .notIn:
            if values.isEmpty { return invalid("values", "[]", "for 'in', 'notin' operators, values set can't be empty") }
        case .equals, .doubleEquals, .notEquals:
            if values.count != 1 { return invalid("values", list, "exact-match compatibility requires one single value") }
        case .exists, .doesNotExist:
            if !values.isEmpty { return invalid("values", list, "values set must be empty for exists and does not exist") }
        case .greaterThan, .lessThan:
            if values.count != 1 { return invalid("values", list, "for 'Gt', 'Lt' operators, exactly one value is required") }
            if let value = values.first, Int64(value) == nil {
                return invalid("values[0]", GoText.quoted(value), "for 'Gt', 'Lt' operators, the value must be an integer")
            }
        }
        for (index, value) in values.enumerated() {
            let problems = NameRules.labelValue(value)
            if !problems.isEmpty { return invalid("values[\(index)][\(key)]", GoText.quoted(value), problems.joined(separator: "; ")) }
        }
        return nil
    }
}

extension LabelSelector: CustomStringConvertible {
    /// `app=web,tier in (a,b),!old`
    public var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelSelector.Requirement: CustomStringConvertible {
    public var description: String {
        let list = values.joined(separator: ",")
        return switch `operator` {
        case .equals: "\(key)=\(list)"
        case .doubleEquals: "\(key)==\(list)"
        case .notEquals: "\(key)!=\(list)"
        case .in: "\(key) in (\(list))"
        case .notIn: "\(key) notin (\(list))"
        case .exists: key
        case .doesNotExist: "!\(key)"
        case .greaterThan: "\(key)>\(list)"
        case .lessThan: "\(key)<\(list)"
        }
    }
}
