/// The type of an expression.
package indirect enum CELType: Hashable, Sendable {
    case dyn, null, bool, int, uint, double, string, bytes, timestamp, duration
    case list(CELType)
    case map(CELType, CELType)
    case optional(CELType)
    /// The type of a type.
    case type(CELType)
    /// An object whose fields are known.
    case object(CELObjectType)
    /// A type without fields that functions know: a quantity, a URL.
    case opaque(String)
    /// A type that a call decides.
    case parameter(String)

    package static let quantity = CELType.opaque("kubernetes.Quantity")
    package static let url = CELType.opaque("kubernetes.URL")
    package static let ip = CELType.opaque("net.IP")
    package static let cidr = CELType.opaque("net.CIDR")
    package static let semver = CELType.opaque("kubernetes.Semver")
    package static let format = CELType.opaque("kubernetes.NamedFormat")

    /// The type of objects that expressions make: `Object`, `JSONPatch`.
    package static func made(_ name: String) -> CELType { .object(CELObjectType(name: name, schema: CELMadeObject(isPatch: name == "JSONPatch"))) }

    var isList: Bool { if case .list = self { true } else { false } }

    /// The name in messages.
    package var name: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element.name))"
        case .map(let key, let value): "map(\(key.name), \(value.name))"
        case .optional(let wrapped): "optional_type(\(wrapped.name))"
        case .type(let of): of == .dyn ? "type" : "type(\(of.name))"
        case .object(let object): object.name
        case .opaque(let name): name
        case .parameter(let name): name
        }
    }

    /// What `string(type(x))` and comparisons of types look at: parameters do not count.
    var runtimeName: String {
        switch self {
        case .null: "null_type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map: "map"
        case .optional: "optional_type"
        case .type: "type"
        default: name
        }
    }
}

/// An object type: a name, and what its fields are.
package struct CELObjectType: Hashable, Sendable {
    package var name: String
    package var schema: any CELObjectSchema

    package init(name: String, schema: any CELObjectSchema) {
        self.name = name
        self.schema = schema
    }

    package static func == (left: CELObjectType, right: CELObjectType) -> Bool { left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What CEL needs to know about an object's fields; schemas of resources provide it.
package protocol CELObjectSchema: Sendable {
    /// The type of a field by the name that expressions use, or nil when there is no such field.
    func fieldType(_ name: String) -> CELType?
}

extension CELObjectSchema {
    /// The name of a field in JSON.
    func jsonName(_ name: String) -> String { CELNames.unescaped(name) }
}

/// Names of fields that are no identifiers, and how expressions write them.
package enum CELNames {
    private static let reserved: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    /// `foo-bar` becomes `foo__dash__bar`; nil for a name that cannot be written.
    package static func escaped(_ name: String) -> String? {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return nil }
        if reserved.contains(name) { return "__\(name)__" }
        var result = ""
        var bytes = Array(name.utf8)[...]
        while let byte = bytes.first {
            bytes = bytes.dropFirst()
            switch byte {
            case UInt8(ascii: "."): result += "__dot__"
            case UInt8(ascii: "-"): result += "__dash__"
            case UInt8(ascii: "/"): result += "__slash__"
            case UInt8(ascii: "_") where bytes.first == UInt8(ascii: "_"):
                bytes = bytes.dropFirst()
                result += "__underscores__"
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: return nil
            }
        }
        return result
    }

    /// Whether the language keeps a name for itself.
    package static func isReserved(_ name: String) -> Bool { reserved.contains(name) }

    /// The name that an expression's name stands for.
    package static func unescaped(_ name: String) -> String {
        guard name.contains("__") else { return name }
        if name.hasPrefix("__"), name.hasSuffix("__"), reserved.contains(String(name.dropFirst(2).dropLast(2))) {
            return String(name.dropFirst(2).dropLast(2))
        }
        return name.replacing("__dot__", with: ".").replacing("__dash__", with: "-").replacing("__slash__", with: "/")
            .replacing("__underscores__", with: "__")
    }
}
