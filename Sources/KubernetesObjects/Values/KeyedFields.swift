/// A map that is looked into, or changed, by many keys.
///
/// - Order: what stays keeps its place; new keys follow in the order in which they came, also those that were removed before.
/// - Bounds: in a large map a look-up goes through a table that is made once, so that many cost no more than their number. A small
///   map is used as it is.
public struct KeyedFields: Sendable {
    private var entries: Fields
    /// Where each key stands; nil while there are few.
    private var places: [String: Int]?
    /// Positions whose keys were removed while there was a table.
    private var holes: Set<Int> = []

    /// Above this many keys a table is kept.
    static let tableThreshold = 24

    public init(_ fields: Fields) {
        entries = fields
        if entries.count > Self.tableThreshold { makeTable() }
    }

    private mutating func makeTable() {
        var table: [String: Int] = Dictionary(minimumCapacity: entries.count * 2)
        for index in entries.indices { table[entries[index].key] = index }
        places = table
    }

    /// The value of a key; setting nil removes it.
    public subscript(key: String) -> Value? {
        get {
            guard let places else { return entries[key] }
            return places[key].map { entries[$0].value }
        }
        set {
            guard let known = places else {
                entries[key] = newValue
                if entries.count > Self.tableThreshold { makeTable() }
                return
            }
            switch (known[key], newValue) {
            case (let place?, let value?): entries.modifyValue(at: place) { $0 = value }
            case (let place?, nil):
                holes.insert(place)
                places?[key] = nil
            case (nil, let value?):
                places?[key] = entries.count
                entries.appendDistinct(key, value)
            case (nil, nil): break
            }
        }
    }

    public func contains(_ key: String) -> Bool { places.map { $0[key] != nil } ?? entries.contains(key) }

    /// The map as it is now.
    public var fields: Fields {
        if holes.isEmpty { return entries }
        var result = Fields()
        result.reserveCapacity(entries.count - holes.count)
        for index in entries.indices where !holes.contains(index) { result.appendDistinct(entries[index].key, entries[index].value) }
        return result
    }
}
