import DequeModule
import HeapModule

/// Entries that become due at an instant, in the order (instant, arrival).
///
/// Much of a cluster's work becomes due at the same moments, so entries stand in a line for each of them.
///
/// - Invariants: an entry comes out once; two entries of one instant come out in the order they went in. `front` is the
///   line of `frontDue`, the earliest instant; `lines` has the others, and `instants` their instants, each once.
///   Inlinable, since other rooms ask it for every piece of work.
public struct TimedQueue<Entry: Sendable>: Sendable {
    @usableFromInline var frontDue: Instant?
    @usableFromInline var front = Deque<Entry>()
    @usableFromInline var lines: [Instant: Deque<Entry>] = [:]
    @usableFromInline var instants = Heap<Instant>()
    @usableFromInline var size = 0

    @inlinable public init() {}

    @inlinable public var isEmpty: Bool { size == 0 }
    @inlinable public var count: Int { size }

    /// The instant of the entry that comes out next.
    @inlinable public var nextDue: Instant? { frontDue }

    /// The entry that comes out next.
    @inlinable public var nextEntry: Entry? { front.first }

    /// All entries in the order in which they come out.
    public var entries: [(due: Instant, entry: Entry)] {
        guard let nextDue else { return [] }
        return front.map { (nextDue, $0) } + lines.keys.sorted().flatMap { due in lines[due]!.map { (due, $0) } }
    }

    /// Adds an entry that becomes due at `instant`.
    @inlinable public mutating func add(_ entry: Entry, at instant: Instant) {
        size += 1
        guard let due = frontDue else {
            frontDue = instant
            front.append(entry)
            return
        }
        if instant == due {
            front.append(entry)
        } else if instant < due {
            lines[due] = front
            instants.insert(due)
            frontDue = instant
            front = [entry]
        } else {
            if lines[instant] == nil { instants.insert(instant) }
            lines[instant, default: []].append(entry)
        }
    }

    /// Takes the next entry out if it is due by `now`.
    @inlinable public mutating func popDue(by now: Instant) -> (due: Instant, entry: Entry)? {
        guard let due = frontDue, due <= now, let entry = front.popFirst() else { return nil }
        size -= 1
        if front.isEmpty {
            frontDue = instants.popMin()
            if let next = frontDue, let line = lines.removeValue(forKey: next) { front = line }
        }
        return (due, entry)
    }
}
