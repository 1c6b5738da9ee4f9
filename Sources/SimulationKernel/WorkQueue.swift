/// The keys a controller still has to reconcile, each at most once, some only later or after a back-off.
///
/// - Order: (due instant, arrival). Adding a waiting key again keeps the earlier of the two instants.
/// - Source: client-go `util/workqueue`: deduplicating, delaying, and rate limiting with
///   exponential back-off per item from 5 ms to 1000 s.
public struct WorkQueue<Key: Hashable & Sendable>: Sendable {
    @usableFromInline var due: [Key: Instant] = [:]
    @usableFromInline var queue = TimedQueue<Key>()
    @usableFromInline var failures: [Key: Int] = [:]
    /// Whether the entry at the front of `queue` is known not to be superseded.
    @usableFromInline var frontIsCurrent = false

    @inlinable public static var backOffBase: Duration { .milliseconds(5) }
    @inlinable public static var backOffMax: Duration { .seconds(1000) }

    @inlinable public init() {}

    @inlinable public var isEmpty: Bool { due.isEmpty }
    @inlinable public var count: Int { due.count }

    /// Queues a key for `instant`, or leaves it where it is when it is due sooner.
    @inlinable public mutating func add(_ key: Key, at instant: Instant) {
        if let waiting = due[key], waiting <= instant { return }
        // The key may stand at the front for later; a new front is current in any case.
        let isFront = queue.nextDue.map { instant < $0 } ?? true
        if !isFront, due[key] != nil { frontIsCurrent = false }
        due[key] = instant
        queue.add(key, at: instant)
        if isFront { frontIsCurrent = true }
    }

    /// Queues a key after its next back-off.
    @inlinable public mutating func addRateLimited(_ key: Key, now: Instant) {
        let count = failures[key, default: 0]
        failures[key] = count + 1
        let delay = count >= 18 ? Self.backOffMax : min(Self.backOffBase * (1 << count), Self.backOffMax)
        add(key, at: now + delay)
    }

    /// Ends a key's back-off after a success.
    @inlinable public mutating func forget(_ key: Key) {
        if !failures.isEmpty { failures.removeValue(forKey: key) }
    }

    /// How often a key has failed since it last succeeded.
    @inlinable public func failureCount(_ key: Key) -> Int { failures[key] ?? 0 }

    /// When the next key is due; drops superseded entries on the way.
    @inlinable public mutating func nextDue() -> Instant? {
        while let instant = queue.nextDue {
            if frontIsCurrent { return instant }
            if let key = queue.nextEntry, due[key] == instant {
                frontIsCurrent = true
                return instant
            }
            _ = queue.popDue(by: instant)
        }
        return nil
    }

    /// The keys that wait, in the order in which they come out.
    public var waiting: [(key: Key, due: Instant)] {
        queue.entries.compactMap { instant, key in due[key] == instant ? (key, instant) : nil }
    }

    /// Takes the next key that is due by `now`.
    @inlinable public mutating func pop(by now: Instant) -> Key? {
        while let (instant, key) = queue.popDue(by: now) {
            frontIsCurrent = false
            guard due[key] == instant else { continue }
            due.removeValue(forKey: key)
            return key
        }
        return nil
    }
}
