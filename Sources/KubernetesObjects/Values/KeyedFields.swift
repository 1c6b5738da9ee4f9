/// A map under change by many keys.
///
/// - Order: what stays keeps its place; new keys follow in the order in which they came.
/// - Bounds: a look-up costs the same in a map of a hundred thousand keys as in one of twenty; `fields` is linear.
public struct KeyedFields: Sendable {
    private var entries: [(key: String, value: Value?)]
    /// Where each key stands; nil while there are few.
    private var places: [String: Int]?

    /// Above this many keys a table is kept.
    static let tableThreshold = 24

    public init(_ fields: Fields) {
        entries = fields.map { (key: $0.key, value: .some($0.value)) }
        if entries.count > Self.tableThreshold { keepTable() }
    }

    private mutating func keepTable() {
        var table: [String: Int] = Dictionary(minimumCapacity: entries.count * 2)
        for (index, entry) in entries.enumerated() where entry.value != nil { table[entry.key] = index }
        places = table
    }

    private func place(of key: String) -> Int? {
        if let places { return places[key] }
        return entries.firstIndex { $0.key == key && $0.value != nil }
    }

    /// The value of a key; setting nil removes it.
    public subscript(key: String) -> Value? {
        get { place(of: key).flatMap { entries[$0].value } }
        set {
            if let place = place(of: key) {
                entries[place].value = newValue
                // A key that comes back after it was removed goes last, as in any map.
                if newValue == nil { places?[key] = nil }
                return
            }
            guard let newValue else { return }
            places?[key] = entries.count
            entries.append((key: key, value: .some(newValue)))
            if places == nil, entries.count > Self.tableThreshold { keepTable() }
        }
    }

    public func contains(_ key: String) -> Bool { self[key] != nil }

    /// The map as it is now.
    public var fields: Fields {
        var result = Fields()
        result.reserveCapacity(entries.count)
        for entry in entries {
            if let value = entry.value { result.appendDistinct(entry.key, value) }
        }
        return result
    }
}
