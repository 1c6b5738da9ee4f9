import DequeModule
import HeapModule

/// Entries that become due at an instant, in the order (instant, arrival).
///
/// Much of a cluster's work becomes due at the same moments, so entries stand in a line for each of them.
///
/// - Invariants: an entry comes out once; two entries of one instant come out in the order they went in. `front` is the
///   line of `nextDue`, the earliest instant; `lines` has the others, and `instants` their instants, each once.
public struct TimedQueue<Entry: Sendable>: Sendable {
    /// The instant of the entry that comes out next.
    public private(set) var nextDue: Instant?
    private var front = Deque<Entry>()
    private var lines: [Instant: Deque<Entry>] = [:]
    private var instants = Heap<Instant>()
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { nextDue == nil }

    /// The entry that comes out next.
    public var nextEntry: Entry? { front.first }

    /// All entries in the order in which they come out.
    public var entries: [(due: Instant, entry: Entry)] {
        guard let nextDue else { return [] }
        return front.map { (nextDue, $0) } + lines.keys.sorted().flatMap { due in lines[due]!.map { (due, $0) } }
    }

    /// Adds an entry that becomes due at `instant`.
    public mutating func add(_ entry: Entry, at instant: Instant) {
        count += 1
        guard let due = nextDue else {
            nextDue = instant
            front.append(entry)
            return
        }
        if instant == due {
            front.append(entry)
        } else if instant < due {
            lines[due] = front
            instants.insert(due)
            nextDue = instant
            front = [entry]
        } else {
            if lines[instant] == nil { instants.insert(instant) }
            lines[instant, default: []].append(entry)
        }
    }

    /// Takes the next entry out if it is due by `now`.
    public mutating func popDue(by now: Instant) -> (due: Instant, entry: Entry)? {
        guard let due = nextDue, due <= now, let entry = front.popFirst() else { return nil }
        count -= 1
        if front.isEmpty {
            nextDue = instants.popMin()
            if let next = nextDue, let line = lines.removeValue(forKey: next) { front = line }
        }
        return (due, entry)
    }
}
