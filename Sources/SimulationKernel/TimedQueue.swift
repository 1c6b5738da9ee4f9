import HeapModule

/// Entries that become due at an instant, in the order (instant, arrival).
///
/// - Invariants: an entry comes out once; two entries of one instant come out in the order they went in.
public struct TimedQueue<Entry: Sendable>: Sendable {
    struct Slot: Comparable, Sendable {
        var due: Instant
        var sequence: UInt64
        var entry: Entry

        static func < (left: Slot, right: Slot) -> Bool { (left.due, left.sequence) < (right.due, right.sequence) }
        static func == (left: Slot, right: Slot) -> Bool { left.sequence == right.sequence }
    }

    private var heap = Heap<Slot>()
    private var nextSequence: UInt64 = 0

    public init() {}

    public var isEmpty: Bool { heap.isEmpty }
    public var count: Int { heap.count }

    /// The instant of the entry that comes out next.
    public var nextDue: Instant? { heap.min?.due }

    /// The entry that comes out next.
    public var nextEntry: Entry? { heap.min?.entry }

    /// Adds an entry that becomes due at `instant`.
    public mutating func add(_ entry: Entry, at instant: Instant) {
        heap.insert(Slot(due: instant, sequence: nextSequence, entry: entry))
        nextSequence += 1
    }

    /// Takes the next entry out if it is due by `now`.
    public mutating func popDue(by now: Instant) -> (due: Instant, entry: Entry)? {
        guard let first = heap.min, first.due <= now else { return nil }
        let slot = heap.removeMin()
        return (slot.due, slot.entry)
    }
}
