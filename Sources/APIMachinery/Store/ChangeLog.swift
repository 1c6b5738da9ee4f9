/// The changes of a store in order, oldest first.
///
/// - Bounds: an append beside a copy of the log copies one chunk and the list of chunks.
struct ChangeLog: Sendable {
    private var chunks: [[StoreEvent]] = []
    private(set) var count = 0

    private static let chunkSize = 256

    mutating func append(_ event: StoreEvent) {
        if let last = chunks.indices.last, chunks[last].count < Self.chunkSize {
            chunks[last].append(event)
        } else {
            var chunk: [StoreEvent] = []
            chunk.reserveCapacity(Self.chunkSize)
            chunk.append(event)
            chunks.append(chunk)
        }
        count += 1
    }

    /// Puts older changes before the first.
    mutating func prepend(_ events: [StoreEvent]) {
        let older = stride(from: 0, to: events.count, by: Self.chunkSize).map { Array(events[$0..<min($0 + Self.chunkSize, events.count)]) }
        chunks.insert(contentsOf: older, at: 0)
        count += events.count
    }

    /// Drops whole chunks from the front until at most `bound` changes are left.
    ///
    /// - Returns: the revision of the last change dropped; nil when none was.
    mutating func dropOldest(keeping bound: Int) -> UInt64? {
        var dropped: UInt64?
        var place = 0
        while place < chunks.count - 1, count - chunks[place].count >= bound {
            dropped = chunks[place].last?.revision
            count -= chunks[place].count
            place += 1
        }
        chunks.removeFirst(place)
        return dropped
    }

    /// Drops the changes up to a revision.
    mutating func drop(through revision: UInt64) {
        chunks = chunks.map { $0.filter { $0.revision > revision } }.filter { !$0.isEmpty }
        count = chunks.reduce(0) { $0 + $1.count }
    }

    mutating func removeAll() {
        chunks = []
        count = 0
    }

    /// The changes after a revision.
    func after(_ revision: UInt64) -> ArraySlice<StoreEvent> {
        guard let last = chunks.last?.last, last.revision > revision else { return [] }
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if let end = chunks[middle].last, end.revision <= revision { low = middle + 1 } else { high = middle }
        }
        guard low < chunks.count else { return [] }
        var start = 0
        var end = chunks[low].count
        while start < end {
            let middle = (start + end) / 2
            if chunks[low][middle].revision <= revision { start = middle + 1 } else { end = middle }
        }
        if low == chunks.count - 1 { return chunks[low][start...] }
        var result = Array(chunks[low][start...])
        for chunk in chunks[(low + 1)...] { result += chunk }
        return result[...]
    }
}
