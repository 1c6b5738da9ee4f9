/// The steps that lead on from a place in a field set.
///
/// - Order: by their written form. So two sets are joined, cut and written down in one pass, and nothing is hashed.
/// - Invariants: no step stands twice. A set that is built step by step (`append`) is in order once it is sealed.
struct FieldSteps: Sendable {
    typealias Element = (key: String, set: FieldSet)

    private var entries: [Element] = []

    init() {}

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    subscript(key: String) -> FieldSet? {
        get {
            let place = place(of: key)
            return place < entries.count && entries[place].key == key ? entries[place].set : nil
        }
        set {
            let place = place(of: key)
            let isKnown = place < entries.count && entries[place].key == key
            switch (isKnown, newValue) {
            case (true, let set?): entries[place].set = set
            case (true, nil): entries.remove(at: place)
            case (false, let set?): entries.insert((key, set), at: place)
            case (false, nil): break
            }
        }
    }

    /// The first place whose step is not before `key`.
    private func place(of key: String) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Building

    mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// Adds a step in any order; `seal` follows.
    mutating func append(_ key: String, _ set: FieldSet) { entries.append((key, set)) }

    /// Puts appended steps in order. Of steps that were appended twice the last counts.
    mutating func seal() {
        var isSorted = true
        for index in entries.indices.dropFirst() where !(entries[index - 1].key < entries[index].key) {
            isSorted = false
            break
        }
        if isSorted { return }
        let sorted = entries.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map(\.element)
        entries.removeAll(keepingCapacity: true)
        for entry in sorted {
            if entries.last?.key == entry.key { entries[entries.count - 1] = entry } else { entries.append(entry) }
        }
    }

    // MARK: Two at once

    /// Goes through two sets of steps side by side; `result` says what becomes of a step that one or both have (nil drops it).
    func joined(_ other: FieldSteps, _ result: (FieldSet?, FieldSet?) -> FieldSet?) -> FieldSteps {
        var joined = FieldSteps()
        joined.reserveCapacity(Swift.max(count, other.count))
        var (i, j) = (0, 0)
        while i < entries.count || j < other.entries.count {
            let key: String
            let set: FieldSet?
            if j == other.entries.count || (i < entries.count && entries[i].key < other.entries[j].key) {
                (key, set) = (entries[i].key, result(entries[i].set, nil))
                i += 1
            } else if i == entries.count || entries[i].key != other.entries[j].key {
                (key, set) = (other.entries[j].key, result(nil, other.entries[j].set))
                j += 1
            } else {
                (key, set) = (entries[i].key, result(entries[i].set, other.entries[j].set))
                i += 1
                j += 1
            }
            if let set { joined.entries.append((key, set)) }
        }
        return joined
    }
}

extension FieldSteps: RandomAccessCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { entries.count }
    subscript(position: Int) -> Element { entries[position] }
}

extension FieldSteps: Equatable {
    static func == (left: FieldSteps, right: FieldSteps) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && $0.set == $1.set }
    }
}
