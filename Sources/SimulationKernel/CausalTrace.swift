/// The number of an entry in a cluster's causal trace.
public struct TraceID: Hashable, Comparable, Sendable {
    public var rawValue: Int32
    @inlinable public init(_ rawValue: Int32) { self.rawValue = rawValue }
    @inlinable public static func < (left: TraceID, right: TraceID) -> Bool { left.rawValue < right.rawValue }
}

/// One thing that happened in a cluster, and what made it happen.
public struct TraceEntry: Sendable {
    public let id: TraceID
    /// What caused it; nil for something that came from outside, such as a user's command.
    public let cause: TraceID?
    public let time: Instant
    /// Who did it: `deployment-controller`, `default-scheduler`, `kubelet`, `kubectl`.
    public let actor: String
    /// What was done: `create`, `update`, `delete`, `bind`, `refused`, `decided`.
    public let action: String
    /// To what: `Pod default/web-5d6f`, or a URL.
    public let subject: String
    /// What is worth telling a person; empty when the action says it all.
    public let detail: String
}

/// Everything that happened in a cluster in order, each entry with its cause.
///
/// - Invariants: an entry's cause has a smaller number than the entry.
/// - Bounds: keeps entries up to `capacity`; later ones are counted and folded into the digest only.
public struct CausalTrace: Sendable {
    public private(set) var entries: [TraceEntry] = []
    /// How many entries there were, kept or not.
    public private(set) var total: Int32 = 0
    /// A digest of all entries: equal for two runs that did the same things in the same order.
    public private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    public var capacity: Int

    public init(capacity: Int = 200_000) { self.capacity = capacity }

    /// Adds an entry and returns its number.
    @discardableResult
    public mutating func record(
        cause: TraceID?, time: Instant, actor: String, action: String, subject: @autoclosure () -> String, detail: @autoclosure () -> String = ""
    ) -> TraceID {
        let id = TraceID(total)
        total += 1
        fold(actor)
        fold(action)
        fold(UInt64(bitPattern: time.nanoseconds))
        if entries.count < capacity {
            let entry = TraceEntry(id: id, cause: cause, time: time, actor: actor, action: action, subject: subject(), detail: detail())
            fold(entry.subject)
            entries.append(entry)
        }
        return id
    }

    /// The entry of a number, if it was kept.
    public subscript(id: TraceID) -> TraceEntry? {
        let index = Int(id.rawValue)
        return entries.indices.contains(index) ? entries[index] : nil
    }

    /// An entry and what led to it, the first cause first.
    public func chain(to id: TraceID) -> [TraceEntry] {
        var chain: [TraceEntry] = []
        var next: TraceID? = id
        while let current = next, let entry = self[current] {
            chain.append(entry)
            next = entry.cause
        }
        return chain.reversed()
    }

    private mutating func fold(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    private mutating func fold(_ word: UInt64) {
        digest = (digest ^ word) &* 0x100_0000_01b3
        digest ^= digest >> 32
    }
}
