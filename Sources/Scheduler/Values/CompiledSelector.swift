import KubernetesObjects

/// A label selector in the form in which it is matched many times.
///
/// - Shape: made of a `LabelSelector` object (`matchLabels`, `matchExpressions`) or of a plain map of labels.
/// - Order: requirements are sorted, so that selectors that mean the same are equal.
/// - Source: k8s.io/apimachinery `LabelSelectorAsSelector`.
package struct CompiledSelector: Hashable, Sendable {
    package enum Operation: Int, Sendable {
        case isIn, isNotIn, exists, doesNotExist, greaterThan, lessThan
    }

    package struct Requirement: Hashable, Sendable {
        package var key: String
        package var operation: Operation
        package var values: [String]

        package init(key: String, operation: Operation, values: [String]) {
            self.key = key
            self.operation = operation
            self.values = values
        }

        /// Whether labels whose value under `key` is `value` (nil for none) meet the requirement.
        @inline(__always)
        package func accepts(_ value: String?) -> Bool {
            switch operation {
            case .isIn:
                guard let value else { return false }
                return values.count == 1 ? values[0] == value : values.contains(value)
            case .isNotIn:
                guard let value else { return true }
                return !values.contains(value)
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            case .greaterThan, .lessThan:
                guard let value, let number = Int64(value), let bound = values.first.flatMap({ Int64($0) }) else { return false }
                return operation == .greaterThan ? number > bound : number < bound
            }
        }
    }

    package private(set) var requirements: [Requirement]
    /// True for the selector that nothing matches, such as an absent one.
    package private(set) var matchesNothing: Bool

    package static let nothing = CompiledSelector(requirements: [], matchesNothing: true)
    package static let everything = CompiledSelector(requirements: [], matchesNothing: false)

    package init(requirements: [Requirement], matchesNothing: Bool = false) {
        self.requirements = requirements.sorted { ($0.key, $0.operation.rawValue, $0.values.joined(separator: ",")) < ($1.key, $1.operation.rawValue, $1.values.joined(separator: ",")) }
        self.matchesNothing = matchesNothing
    }

    /// Reads a `LabelSelector` object. An absent one matches nothing, an empty one everything.
    package init(_ selector: Value?) {
        guard let selector, !selector.isNull else {
            self = .nothing
            return
        }
        var found = Self.requirements(ofLabels: selector["matchLabels"])
        for expression in selector["matchExpressions"]?.elements ?? [] {
            let values = (expression["values"]?.elements ?? []).compactMap(\.stringValue).sorted()
            let operation: Operation
            switch expression["operator"]?.stringValue ?? "" {
            case "In": operation = .isIn
            case "NotIn": operation = .isNotIn
            case "Exists": operation = .exists
            case "DoesNotExist": operation = .doesNotExist
            default:
                self = .nothing
                return
            }
            found.append(Requirement(key: expression["key"]?.stringValue ?? "", operation: operation, values: values))
        }
        self.init(requirements: found)
    }

    /// A selector for all labels of a map, such as a Service's.
    package init(labels: Value?) { self.init(requirements: Self.requirements(ofLabels: labels)) }

    private static func requirements(ofLabels labels: Value?) -> [Requirement] {
        (labels?.fields ?? Fields()).map { Requirement(key: $0.key, operation: .isIn, values: [$0.value.stringValue ?? ""]) }
    }

    package var isEmpty: Bool { requirements.isEmpty && !matchesNothing }

    package func matches(_ labels: Fields) -> Bool {
        if matchesNothing { return false }
        for requirement in requirements where !requirement.accepts(labels[requirement.key]?.stringValue) { return false }
        return true
    }

    /// Whether the labels of an object match.
    package func matches(_ object: Value) -> Bool {
        if matchesNothing { return false }
        let labels = object["metadata"]?["labels"]
        for requirement in requirements where !requirement.accepts(labels?[requirement.key]?.stringValue) { return false }
        return true
    }

    package func matches(_ labels: [String: String]) -> Bool {
        if matchesNothing { return false }
        for requirement in requirements where !requirement.accepts(labels[requirement.key]) { return false }
        return true
    }

    /// Adds a requirement that a label has one value.
    package mutating func require(_ key: String, _ value: String) {
        requirements.append(Requirement(key: key, operation: .isIn, values: [value]))
        self = CompiledSelector(requirements: requirements, matchesNothing: matchesNothing)
    }
}
