/// The fields of a map in the order in which they were written.
///
/// - Shape: a flat list of pairs; Kubernetes maps are small, so a linear search
///   wins over hashing. From `indexThreshold` fields on, building one keyed copy
///   is left to `merging(_:)` and the parsers, which see all keys at once.
/// - Order: insertion order. Equality and hashing ignore it.
public struct Fields: Sendable {
    public typealias Element = (key: String, value: Value)

    /// A pair as it is kept: a structure of its own is copied and freed without looking its type up, as a tuple is not.
    @usableFromInline struct Entry: Sendable {
        @usableFromInline var key: String
        @usableFromInline var value: Value

        @inlinable init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }

        @inlinable var element: Element { (key: key, value: value) }
    }

    @usableFromInline var entries: [Entry]

    @inlinable public init() { entries = [] }

    /// Makes a map of pairs whose keys are known to be distinct.
    @inlinable public init(_ distinct: some Sequence<(String, Value)>) {
        entries = distinct.map { Entry($0.0, $0.1) }
    }

    /// Makes a map of pairs in which a later pair replaces an earlier one of the same key, in its place.
    ///
    /// - Bounds: linear in the number of pairs.
    public init(lastWins pairs: [Element]) {
        if pairs.count <= Self.indexThreshold {
            entries = []
            entries.reserveCapacity(pairs.count)
            for pair in pairs { self[pair.key] = pair.value }
            return
        }
        var positions: [String: Int] = Dictionary(minimumCapacity: pairs.count)
        entries = []
        entries.reserveCapacity(pairs.count)
        for pair in pairs {
            if let position = positions[pair.key] {
                entries[position].value = pair.value
            } else {
                positions[pair.key] = entries.count
                entries.append(Entry(pair.key, pair.value))
            }
        }
    }

    /// Above this many pairs, bulk operations use a keyed index in place of linear search.
    @usableFromInline static let indexThreshold = 16

    @inlinable public var count: Int { entries.count }
    @inlinable public var isEmpty: Bool { entries.isEmpty }
    @inlinable public var keys: [String] { entries.map(\.key) }
    @inlinable public var values: [Value] { entries.map(\.value) }
    @inlinable public mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    /// Most other keys differ in length already, which costs no call.
    @inlinable func position(of key: String) -> Int? {
        let length = key.utf8.count
        return entries.withUnsafeBufferPointer { entries in
            for index in entries.indices where entries[index].key.utf8.count == length && entries[index].key == key { return index }
            return nil
        }
    }

    @inlinable public func contains(_ key: String) -> Bool { position(of: key) != nil }

    /// The value of a key, or nil. Setting nil removes the key; a new key goes last.
    @inlinable public subscript(key: String) -> Value? {
        get {
            guard let position = position(of: key) else { return nil }
            return entries[position].value
        }
        _modify {
            if let position = position(of: key) {
                var value: Value? = entries[position].value
                entries[position].value = .null
                defer {
                    if let value { entries[position].value = value } else { entries.remove(at: position) }
                }
                yield &value
            } else {
                var value: Value?
                defer { if let value { entries.append(Entry(key, value)) } }
                yield &value
            }
        }
    }

    /// The value of a key, or `fallback`; a write through it stores the key.
    @inlinable public subscript(key: String, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        _modify {
            let position: Int
            if let found = self.position(of: key) {
                position = found
            } else {
                position = entries.count
                entries.append(Entry(key, fallback()))
            }
            yield &entries[position].value
        }
    }

    /// Appends a pair whose key is known to be absent.
    @inlinable public mutating func appendDistinct(_ key: String, _ value: Value) {
        entries.append(Entry(key, value))
    }

    /// Removes a key and returns what it held.
    @discardableResult
    @inlinable public mutating func removeValue(forKey key: String) -> Value? {
        guard let position = position(of: key) else { return nil }
        return entries.remove(at: position).value
    }

    @inlinable public mutating func removeAll(where shouldRemove: (Element) throws -> Bool) rethrows {
        try entries.removeAll { try shouldRemove($0.element) }
    }

    /// Changes every value in place.
    @inlinable public mutating func modifyValues(_ change: (String, inout Value) throws -> Void) rethrows {
        for index in entries.indices { try change(entries[index].key, &entries[index].value) }
    }

    /// Changes the value at a position in place.
    @inlinable public mutating func modifyValue(at position: Int, _ change: (inout Value) throws -> Void) rethrows {
        try change(&entries[position].value)
    }

    /// A copy sorted by key, as Go prints maps.
    public func sorted() -> Fields {
        var copy = self
        copy.entries.sort { $0.key < $1.key }
        return copy
    }

    /// A copy with `other`'s values over this one's.
    public func merging(_ other: Fields) -> Fields { Fields(lastWins: self + Array(other)) }
}

extension Fields: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { entries.count }
    @inlinable public subscript(position: Int) -> Element { entries[position].element }
}

extension Fields {
    /// Whether two maps are copies of one: then they are equal, and nothing needs to be compared.
    public func sharesStorage(with other: Fields) -> Bool {
        entries.withUnsafeBufferPointer { own in
            other.entries.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress && own.count == $0.count }
        }
    }
}

extension Fields: Hashable {
    public static func == (left: Fields, right: Fields) -> Bool {
        guard left.count == right.count else { return false }
        if left.sharesStorage(with: right) { return true }
        var lookup: [String: Value]?
        for index in left.entries.indices {
            let entry = left.entries[index]
            if right.entries[index].key == entry.key {
                if right.entries[index].value != entry.value { return false }
                continue
            }
            let other: Value?
            if left.count > indexThreshold {
                if lookup == nil { lookup = Dictionary(right.entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }
                other = lookup?[entry.key]
            } else {
                other = right[entry.key]
            }
            guard other == entry.value else { return false }
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        var combined = 0
        for entry in entries {
            var part = Hasher()
            part.combine(entry.key)
            part.combine(entry.value)
            combined ^= part.finalize()
        }
        hasher.combine(combined)
    }
}

extension Fields: ExpressibleByDictionaryLiteral {
    @inlinable public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
