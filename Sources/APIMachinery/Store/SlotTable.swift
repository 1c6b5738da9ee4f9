import HashTreeCollections

/// A keyed table that iterates in the order of insertion and removes in constant time.
///
/// - Invariants: `position[k]` is the slot of `k`; removed slots stay empty until more than half are, then the table is packed.
/// - Bounds: a write beside a copy of the table copies one chunk of slots and the list of chunks, not the table.
package struct SlotTable<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    private typealias Slot = (key: Key, element: Element)?
    private var chunks: [[Slot]] = []
    private var slotCount = 0
    private var position = TreeDictionary<Key, Int>()

    private static var chunkSize: Int { 128 }

    package init() {}

    package var count: Int { position.count }
    package var isEmpty: Bool { position.isEmpty }

    package subscript(key: Key) -> Element? {
        get {
            guard let index = position[key] else { return nil }
            return chunks[index / Self.chunkSize][index % Self.chunkSize]?.element
        }
        set {
            if let newValue {
                let next = slotCount
                let index = Self.value(of: &position[key, default: next])
                if index < next {
                    chunks[index / Self.chunkSize][index % Self.chunkSize] = (key, newValue)
                } else {
                    append((key, newValue))
                }
            } else if let index = position.removeValue(forKey: key) {
                chunks[index / Self.chunkSize][index % Self.chunkSize] = nil
                if slotCount > 16, position.count * 2 < slotCount { pack() }
            }
        }
    }

    /// Reading through an access for writing stores a default with one look at the key.
    private static func value(of place: inout Int) -> Int { place }

    private mutating func append(_ slot: Slot) {
        if slotCount % Self.chunkSize == 0 { chunks.append([]) }
        chunks[chunks.count - 1].append(slot)
        slotCount += 1
    }

    private mutating func pack() {
        let kept = chunks.flatMap { $0.filter { $0 != nil } }
        chunks = []
        slotCount = 0
        for slot in kept {
            guard let slot else { continue }
            position[slot.key] = slotCount
            append(slot)
        }
    }

    /// The elements in the order in which their keys were first inserted.
    package var elements: [Element] {
        var result: [Element] = []
        result.reserveCapacity(count)
        forEach { result.append($1) }
        return result
    }

    package var keys: [Key] {
        var result: [Key] = []
        result.reserveCapacity(count)
        forEach { key, _ in result.append(key) }
        return result
    }

    package func forEach(_ body: (Key, Element) throws -> Void) rethrows {
        for chunk in chunks { for slot in chunk { if let slot { try body(slot.key, slot.element) } } }
    }
}
