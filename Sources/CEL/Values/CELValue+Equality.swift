import KubernetesObjects

extension CELValue {
    /// Whether two values are equal; numbers compare by value whatever their types, other types never mix.
    package func equals(_ other: CELValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.string(let a), .string(let b)): return a == b
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            for index in 0..<a.count where !a[index].equals(b[index]) { return false }
            return true
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            for (key, value) in a {
                guard let found = b[key], value.equals(found) else { return false }
            }
            return true
        case (.type(let a), .type(let b)): return a.runtimeName == b.runtimeName
        case (.optional(let a), .optional(let b)):
            switch (a, b) {
            case (nil, nil): return true
            case (let a?, let b?): return a.equals(b)
            default: return false
            }
        case (.quantity(let a), .quantity(let b)): return a == b
        case (.url(let a), .url(let b)): return a == b
        case (.ip(let a), .ip(let b)): return a == b
        case (.cidr(let a), .cidr(let b)): return a == b
        case (.semver(let a), .semver(let b)): return a == b
        case (.format(let a), .format(let b)): return a == b
        default: return comparesNumerically(other) == 0
        }
    }

    /// The order of two numbers: -1, 0, 1; nil when one is no number or not a number.
    func comparesNumerically(_ other: CELValue) -> Int? {
        func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
        switch (self, other) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.uint(let a), .uint(let b)): return order(a, b)
        case (.double(let a), .double(let b)): return a.isNaN || b.isNaN ? nil : order(a, b)
        case (.int(let a), .uint(let b)): return a < 0 ? -1 : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): return b < 0 ? 1 : order(a, UInt64(b))
        case (.int(let a), .double(let b)): return Self.order(a, b)
        case (.double(let a), .int(let b)): return Self.order(b, a).map { -$0 }
        case (.uint(let a), .double(let b)): return Self.order(a, b)
        case (.double(let a), .uint(let b)): return Self.order(b, a).map { -$0 }
        default: return nil
        }
    }

    /// Compares an integer with a double without rounding the integer.
    private static func order<T: FixedWidthInteger>(_ a: T, _ b: Double) -> Int? {
        if b.isNaN { return nil }
        if b >= Double(T.max) { return -1 }
        if b < Double(T.min) { return 1 }
        let whole = T(b.rounded(.down))
        if a != whole { return a < whole ? -1 : 1 }
        return b == b.rounded(.down) ? 0 : -1
    }

    /// The order of two values of one kind; nil when they have none.
    func compares(_ other: CELValue) -> Int? {
        func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
        switch (self, other) {
        case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
        case (.string(let a), .string(let b)): return order(a, b)
        case (.bytes(let a), .bytes(let b)): return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
        case (.timestamp(let a), .timestamp(let b)): return order(a, b)
        case (.duration(let a), .duration(let b)): return order(a, b)
        default: return comparesNumerically(other)
        }
    }

    /// What a cost per character or element is counted by.
    var size: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .list(let list): list.count
        case .map(let map): map.count
        default: 1
        }
    }
}
