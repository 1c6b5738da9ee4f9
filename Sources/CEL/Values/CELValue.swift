import KubernetesObjects

/// A value of an expression.
///
/// - Shape: trees of objects are not copied; lists and maps of a `Value` are read where they stand, with the types that a
///   schema gives them.
package indirect enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case timestamp(CELTimestamp)
    /// Nanoseconds.
    case duration(Int64)
    case list(CELList)
    case map(CELMap)
    case type(CELType)
    case optional(CELValue?)
    case quantity(Quantity)
    case url(GoURL)
    case ip(IPAddress)
    case cidr(IPBlock)
    case semver(SemanticVersion)
    /// A format of the `format` library, by name.
    case format(String)
    case authorizer(CELAuthorizer)
    case decision(CELAuthorizer.Decision)
}

extension CELValue {
    /// A value of an object's tree; numbers are integers where they are written so.
    package init(_ value: Value) { self.init(value, as: .dyn) }

    /// A value of an object's tree, as its schema understands it: texts may be timestamps, integers may be doubles.
    package init(_ value: Value, as type: CELType) {
        switch (value, type) {
        case (.null, _): self = .null
        case (.bool(let flag), _): self = .bool(flag)
        case (.int(let number), .double): self = .double(Double(number))
        case (.int(let number), .uint) where number >= 0: self = .uint(UInt64(number))
        case (.int(let number), _): self = .int(number)
        case (.number(let literal), .int): self = Int64(exactly: literal.doubleValue).map(CELValue.int) ?? .double(literal.doubleValue)
        case (.number(let literal), _): self = .double(literal.doubleValue)
        case (.string(let text), .timestamp): self = CELTimestamp(parsing: text).map(CELValue.timestamp) ?? .string(text)
        case (.string(let text), .duration): self = GoDuration(text).map { .duration($0.nanoseconds) } ?? .string(text)
        case (.string(let text), .bytes): self = .bytes(Base64.decode(text) ?? Array(text.utf8))
        case (.string(let text), .quantity): self = Quantity(text).map(CELValue.quantity) ?? .string(text)
        case (.string(let text), _): self = .string(text)
        case (.array(let elements), .list(let element)): self = .list(CELList(elements, element: element))
        case (.array(let elements), _): self = .list(CELList(elements, element: .dyn))
        case (.object(let fields), .object(let object)): self = .map(CELMap(fields, object: object))
        case (.object(let fields), .map(_, let element)): self = .map(CELMap(fields, element: element))
        case (.object(let fields), _): self = .map(CELMap(fields, element: .dyn))
        }
    }

    /// The value as a tree of JSON, for messages and mutations; nil for what JSON cannot say.
    package var json: Value? {
        switch self {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .uint(let number): return Int64(exactly: number).map(Value.int) ?? .number(NumberLiteral(text: String(number)))
        case .double(let number): return number.isFinite ? Value(number) : nil
        case .string(let text): return .string(text)
        case .bytes(let bytes): return .string(Base64.encode(bytes))
        case .timestamp(let time): return .string(time.description)
        case .duration(let nanoseconds): return .string(CELText.duration(nanoseconds))
        case .list(let list):
            if let elements = list.source { return .array(elements) }
            var result: [Value] = []
            for element in list {
                guard let value = element.json else { return nil }
                result.append(value)
            }
            return .array(result)
        case .map(let map):
            if let fields = map.source { return .object(fields) }
            var fields = Fields()
            for (key, element) in map {
                guard case .string(let name) = key, let value = element.json else { return nil }
                fields[name] = value
            }
            return .object(fields)
        case .quantity(let quantity): return .string(quantity.description)
        case .optional(let wrapped): return wrapped.map { $0.json } ?? .some(.null)
        default: return nil
        }
    }

    /// The value's own type, as `type(x)` gives it.
    package var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list(.dyn)
        case .map(let map): map.object.map(CELType.object) ?? .map(.dyn, .dyn)
        case .type: .type(.dyn)
        case .optional: .optional(.dyn)
        case .quantity: .quantity
        case .url: .url
        case .ip: .ip
        case .cidr: .cidr
        case .semver: .semver
        case .format: .format
        case .authorizer(let authorizer): .opaque(authorizer.typeName)
        case .decision: .opaque("kubernetes.authorization.Decision")
        }
    }
}
