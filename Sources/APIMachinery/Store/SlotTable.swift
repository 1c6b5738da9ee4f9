/// A keyed table that iterates in the order of insertion and removes in constant time.
///
/// - Invariants: `position[k]` is the slot of `k`; removed slots stay empty until more than half are, then the table is packed.
package struct SlotTable<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    private var slots: [(key: Key, element: Element)?] = []
    private var position: [Key: Int] = [:]

    package init() {}

    package var count: Int { position.count }
    package var isEmpty: Bool { position.isEmpty }

    package subscript(key: Key) -> Element? {
        get {
            guard let index = position[key] else { return nil }
            return slots[index]?.element
        }
        set {
            if let newValue {
                if let index = position[key] {
                    slots[index] = (key, newValue)
                } else {
                    position[key] = slots.count
                    slots.append((key, newValue))
                }
            } else if let index = position.removeValue(forKey: key) {
                slots[index] = nil
                if slots.count > 16, position.count * 2 < slots.count { pack() }
            }
        }
    }

    private mutating func pack() {
        slots.removeAll { $0 == nil }
        for (index, slot) in slots.enumerated() { position[slot!.key] = index }
    }

    /// The elements in the order in which their keys were first inserted.
    package var elements: [Element] {
        var result: [Element] = []
        result.reserveCapacity(count)
        for slot in slots { if let slot { result.append(slot.element) } }
        return result
    }

    package var keys: [Key] {
        var result: [Key] = []
        result.reserveCapacity(count)
        for slot in slots { if let slot { result.append(slot.key) } }
        return result
    }

    package func forEach(_ body: (Key, Element) throws -> Void) rethrows {
        for slot in slots { if let slot { try body(slot.key, slot.element) } }
    }
}
