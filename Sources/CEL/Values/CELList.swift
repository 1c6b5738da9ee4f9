import KubernetesObjects

/// A list: computed values, or the elements of an object's list as they stand.
package struct CELList: Sendable, RandomAccessCollection {
    private enum Storage: Sendable {
        case values([CELValue])
        case json([Value], CELType)
    }

    private let storage: Storage

    package init(_ values: [CELValue]) { storage = .values(values) }
    package init(_ elements: [Value], element: CELType) { storage = .json(elements, element) }

    /// The tree it was made of.
    var source: [Value]? { if case .json(let elements, _) = storage { elements } else { nil } }

    package var startIndex: Int { 0 }
    package var endIndex: Int {
        switch storage {
        case .values(let values): values.count
        case .json(let elements, _): elements.count
        }
    }

    package subscript(position: Int) -> CELValue {
        switch storage {
        case .values(let values): values[position]
        case .json(let elements, let type): CELValue(elements[position], as: type)
        }
    }

    /// Whether an element equals a value.
    func includes(_ value: CELValue) -> Bool {
        for index in 0..<count where self[index].equals(value) { return true }
        return false
    }

    /// This list and another after it.
    func appending(_ other: CELList) -> CELList { CELList(Array(self) + Array(other)) }
}
