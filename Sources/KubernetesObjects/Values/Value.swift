/// One node of an object's tree: what JSON or YAML can say, and nothing more.
///
/// Every API object is a `Value`. Unknown fields, custom resources and patches
/// behave because nothing is ever decoded into a struct that forgets.
///
/// - Shape: copy-on-write; a copied tree shares all its branches until one is written.
/// - Order: keys of a map keep the order in which they were written; equality and
///   hashing look at the content only.
/// - Units: integers that fit 64 bits are `int`; every other number keeps its exact text.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// A number that is not a 64-bit integer: a fraction, an exponent, or a larger integer.
    case number(NumberLiteral)
    case string(String)
    case array([Value])
    case object(Fields)
}

/// The exact text of a JSON number that is not a 64-bit integer, such as `1.5` or `1e9`.
public struct NumberLiteral: Hashable, Sendable {
    /// The text as it was written; a valid JSON number.
    public let text: String

    /// Wraps a text that is known to be a valid JSON number.
    @inlinable public init(text: String) { self.text = text }

    /// The nearest double; infinite when the number is out of range.
    public var doubleValue: Double { Double(text) ?? .infinity }
}

// MARK: - Reading

extension Value {
    @inlinable public var isNull: Bool { if case .null = self { true } else { false } }

    @inlinable public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, also of a number such as `3.0` or `1e2` that is integral and fits.
    @inlinable public var intValue: Int? {
        switch self {
        case .int(let value): Int(value)
        case .number(let literal): Int(exactly: literal.doubleValue)
        default: nil
        }
    }

    @inlinable public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let literal): literal.doubleValue
        default: nil
        }
    }

    @inlinable public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The elements of a list; nil for anything else.
    @inlinable public var arrayValue: [Value]? { if case .array(let value) = self { value } else { nil } }

    /// The fields of a map; nil for anything else.
    @inlinable public var fields: Fields? { if case .object(let value) = self { value } else { nil } }

    /// The elements of a list, none for anything else.
    @inlinable public var elements: [Value] { if case .array(let value) = self { value } else { [] } }

    /// The kind of node in JSON's words: `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// True for null, `{}`, `[]`, `""`, `0` and `false`: what Go's `omitempty` leaves out.
    public var isEmptyValue: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .number(let literal): literal.doubleValue == 0
        case .string(let value): value.isEmpty
        case .array(let value): value.isEmpty
        case .object(let value): value.isEmpty
        }
    }
}

// MARK: - Walking and writing

extension Value {
    /// The field of a map, or nil. Setting nil removes it; setting a field of
    /// anything but a map makes it a map first.
    @inlinable public subscript(key: String) -> Value? {
        get {
            if case .object(let fields) = self { fields[key] } else { nil }
        }
        _modify {
            var fields = takeFields()
            defer { self = .object(fields) }
            yield &fields[key]
        }
    }

    /// The value at a path of fields, or nil. Setting makes the maps on the way;
    /// setting nil removes the last field and leaves the maps on the way.
    @inlinable public subscript(_ first: String, _ second: String, _ rest: String...) -> Value? {
        get {
            guard var current = self[first]?[second] else { return nil }
            for key in rest {
                guard let next = current[key] else { return nil }
                current = next
            }
            return current
        }
        set { set(newValue, at: [first, second] + rest) }
    }

    /// The value at a path of fields, or nil.
    @inlinable public subscript(path path: some Collection<String>) -> Value? {
        get {
            var current = self
            for key in path {
                guard let next = current[key] else { return nil }
                current = next
            }
            return current
        }
        set { set(newValue, at: Array(path)) }
    }

    /// Sets or removes (nil) the value at a path, making maps on the way where a value is set.
    public mutating func set(_ value: Value?, at path: [String]) {
        set(value, at: path[...])
    }

    private mutating func set(_ value: Value?, at path: ArraySlice<String>) {
        guard let first = path.first else {
            self = value ?? .null
            return
        }
        if path.count == 1 {
            if value == nil, case .object = self {} else if value == nil { return }
            self[first] = value
        } else {
            if value == nil, self[first] == nil { return }
            self[first, default: .object([:])].set(value, at: path.dropFirst())
        }
    }

    /// The field, or `fallback` in its place; a write through it stores the field.
    @inlinable public subscript(key: String, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        _modify {
            var fields = takeFields()
            defer { self = .object(fields) }
            yield &fields[key, default: fallback()]
        }
    }

    /// Makes room for a number of fields; anything but a map becomes an empty one first.
    @inlinable public mutating func reserveFields(_ count: Int) {
        var fields = takeFields()
        fields.reserveCapacity(count)
        self = .object(fields)
    }

    /// The element of a list, or nil when out of range or not a list.
    @inlinable public subscript(index: Int) -> Value? {
        guard case .array(let list) = self, list.indices.contains(index) else { return nil }
        return list[index]
    }

    /// Appends to a list; anything else becomes a list first.
    @inlinable public mutating func append(_ element: Value) {
        var list: [Value] = []
        if case .array(let existing) = self { list = existing }
        self = .null
        list.append(element)
        self = .array(list)
    }

    /// Changes the elements of a list in place; does nothing to anything else.
    @inlinable public mutating func modifyElements(_ change: (inout [Value]) throws -> Void) rethrows {
        guard case .array(var list) = self else { return }
        self = .null
        defer { self = .array(list) }
        try change(&list)
    }

    /// Moves the fields out, leaving null behind, so that they can be changed without a copy.
    @inlinable mutating func takeFields() -> Fields {
        guard case .object(let fields) = self else { return Fields() }
        self = .null
        return fields
    }
}

// MARK: - Content equality

extension Value: Hashable {
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        case (.number(let a), .number(let b)): a.text == b.text || a.doubleValue == b.doubleValue
        case (.int(let a), .number(let b)): Double(a) == b.doubleValue
        case (.number(let a), .int(let b)): a.doubleValue == Double(b)
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(Double(value))
        case .number(let literal): hasher.combine(literal.doubleValue)
        case .string(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

// MARK: - Literals

extension Value: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
    @inlinable public init(stringLiteral value: String) { self = .string(value) }
    @inlinable public init(integerLiteral value: Int64) { self = .int(value) }
    @inlinable public init(booleanLiteral value: Bool) { self = .bool(value) }
    @inlinable public init(floatLiteral value: Double) { self.init(value) }
    @inlinable public init(arrayLiteral elements: Value...) { self = .array(elements) }
    @inlinable public init(dictionaryLiteral elements: (String, Value)...) { self = .object(Fields(elements)) }

    @inlinable public init(_ value: Int) { self = .int(Int64(value)) }
    @inlinable public init(_ value: Int32) { self = .int(Int64(value)) }
    @inlinable public init(_ value: String) { self = .string(value) }
    @inlinable public init(_ value: Bool) { self = .bool(value) }

    /// A double; an integral one that fits becomes an integer, as JSON prints it.
    @inlinable public init(_ value: Double) {
        if let integer = Int64(exactly: value) {
            self = .int(integer)
        } else {
            self = .number(NumberLiteral(text: "\(value)"))
        }
    }

    @inlinable public init(_ strings: some Sequence<String>) { self = .array(strings.map { .string($0) }) }
}
