/// Trees that share their storage are equal, and finding that out costs nothing.
extension Value {
    /// Whether two trees are copies of one, or the same plain value. False says nothing: equal trees may be stored twice.
    public func isSameStorage(as other: Value) -> Bool {
        switch (self, other) {
        case (.object(let own), .object(let others)): own.sharesStorage(with: others)
        case (.array(let own), .array(let others)):
            own.count == others.count
                && own.withUnsafeBufferPointer { own in others.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress } }
        case (.string(let own), .string(let others)): own == others
        case (.int(let own), .int(let others)): own == others
        case (.bool(let own), .bool(let others)): own == others
        default: false
        }
    }

    /// Takes over the storage of another tree for all parts that are equal.
    ///
    /// - Returns: whether the whole trees are equal.
    /// - Bounds: one pass over what is not shared yet. Entries of lists are compared with those at their place.
    @discardableResult
    public mutating func share(with other: Value) -> Bool {
        if isSameStorage(as: other) { return true }
        switch (self, other) {
        case (.array(var list), .array(let others)):
            self = .null
            var isSame = list.count == others.count
            for index in list.indices.prefix(others.count) where !list[index].share(with: others[index]) { isSame = false }
            self = isSame ? other : .array(list)
            return isSame
        case (.object(var fields), .object(let others)):
            self = .null
            let isSame = fields.share(with: others)
            self = isSame ? other : .object(fields)
            return isSame
        default:
            guard self == other else { return false }
            self = other
            return true
        }
    }
}

extension Fields {
    fileprivate mutating func share(with others: Fields) -> Bool {
        var isSame = count == others.count
        var keyed: KeyedFields?
        for index in entries.indices {
            let key = entries[index].key
            if index < others.count, others.entries[index].key == key {
                if !entries[index].value.share(with: others.entries[index].value) { isSame = false }
                continue
            }
            if keyed == nil { keyed = KeyedFields(others) }
            guard let partner = keyed?[key], entries[index].value.share(with: partner) else {
                isSame = false
                continue
            }
        }
        return isSame
    }
}
