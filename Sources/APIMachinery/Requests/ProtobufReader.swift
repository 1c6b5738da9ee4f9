import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Why bytes are no object in protobuf.
package struct ProtobufError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The kind is not one whose fields are known.
        case unknownKind
        case malformed
    }

    package var code: Code
    package var description: String
}

/// Reads objects as Kubernetes' clients send them in protobuf.
///
/// - Shape: `k8s\0`, then the message `runtime.Unknown` with the object's type and its bytes.
/// - Bounds: messages nested deeper than `depthMax` are refused; lengths are checked against what is there.
/// - Source: apimachinery `runtime/serializer/protobuf`; the result is the value that the same object in JSON gives.
package struct ProtobufReader {
    package static let mediaType = "application/vnd.kubernetes.protobuf"
    private static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0]
    private static let depthMax = 64

    private let schema = ProtobufSchema.shared
    private var fields: [String: [Int: ProtobufSchema.Field]] = [:]

    package static func read(_ bytes: [UInt8]) throws(ProtobufError) -> Value {
        guard bytes.starts(with: magic) else { throw malformed("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]") }
        var (apiVersion, kind): (String, String) = ("", "")
        var raw: ArraySlice<UInt8> = []
        try parts(bytes[magic.count...]) { (number, part) throws(ProtobufError) in
            if number == 1, case .bytes(let type) = part {
                try parts(type) { (number, part) throws(ProtobufError) in
                    guard case .bytes(let text) = part else { return }
                    if number == 1 { apiVersion = String(decoding: text, as: UTF8.self) } else if number == 2 { kind = String(decoding: text, as: UTF8.self) }
                }
            } else if number == 2, case .bytes(let bytes) = part {
                raw = bytes
            }
        }
        var reader = ProtobufReader()
        guard let message = reader.schema.message(apiVersion: apiVersion, kind: kind) else {
            throw ProtobufError(code: .unknownKind, description: "no kind \"\(kind)\" of version \"\(apiVersion)\" is read in protobuf")
        }
        var object: Value = ["kind": .string(kind), "apiVersion": .string(apiVersion)]
        try reader.read(message, raw, into: &object, depth: 0)
        return object
    }

    private static func malformed(_ why: String) -> ProtobufError { ProtobufError(code: .malformed, description: why) }

    // MARK: Messages

    private mutating func read(_ message: String, _ bytes: ArraySlice<UInt8>, into object: inout Value, depth: Int) throws(ProtobufError) {
        if depth > Self.depthMax { throw Self.malformed("the message is nested too deeply") }
        if fields[message] == nil { fields[message] = schema.fields(of: message) }
        let known = fields[message] ?? [:]
        var found: [Int: [Part]] = [:]
        try Self.parts(bytes) { (number, part) throws(ProtobufError) in found[number, default: []].append(part) }
        for number in found.keys.sorted() {
            guard let field = known[number], let parts = found[number] else { continue }
            if field.isInline {
                guard case .message(let name) = field.kind else { continue }
                for case .bytes(let bytes) in parts { try read(name, bytes, into: &object, depth: depth + 1) }
                continue
            }
            let value = try value(field.kind, parts, depth: depth)
            if field.isOmittedWhenZero, Self.isZero(value) { continue }
            object[field.name] = value
        }
    }

    private static func isZero(_ value: Value) -> Bool {
        switch value {
        case .string(let text): text.isEmpty
        case .int(let number): number == 0
        case .bool(let flag): !flag
        case .number(let literal): literal.text == "0" || literal.text == "0.0"
        default: false
        }
    }

    private mutating func value(_ kind: ProtobufSchema.Kind, _ parts: [Part], depth: Int) throws(ProtobufError) -> Value {
        switch kind {
        case .list(let element):
            var list: [Value] = []
            for part in parts { list.append(try value(element, [part], depth: depth)) }
            return .array(list)
        case .map(let element):
            var map: [(key: String, value: Value)] = []
            for part in parts {
                let (key, value) = try entry(part, element, depth: depth)
                map.append((key, value))
            }
            return .object(Fields(lastWins: map).sorted())
        default: return try single(kind, parts[parts.count - 1], depth: depth)
        }
    }

    private mutating func entry(_ part: Part, _ element: ProtobufSchema.Kind, depth: Int) throws(ProtobufError) -> (String, Value) {
        guard case .bytes(let bytes) = part else { throw Self.malformed("an entry of a map is no message") }
        var key = ""
        var content: Part?
        try Self.parts(bytes) { (number, part) throws(ProtobufError) in
            if number == 1, case .bytes(let text) = part { key = String(decoding: text, as: UTF8.self) }
            if number == 2 { content = part }
        }
        return (key, try single(element, content ?? .bytes([]), depth: depth))
    }

    private mutating func single(_ kind: ProtobufSchema.Kind, _ part: Part, depth: Int) throws(ProtobufError) -> Value {
        switch (kind, part) {
        case (.integer, .number(let bits)): return .int(Int64(bitPattern: bits))
        case (.boolean, .number(let bits)): return .bool(bits != 0)
        case (.double, .number(let bits)):
            let number = Double(bitPattern: bits)
            guard number.isFinite else { throw Self.malformed("a number is not finite") }
            return Value(number)
        case (.string, .bytes(let bytes)): return .string(String(decoding: bytes, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(bytes))
        case (.message(let name), .bytes(let bytes)):
            var object: Value = [:]
            try read(name, bytes, into: &object, depth: depth + 1)
            return object
        case (.strings, .bytes(let bytes)):
            var list: [Value] = []
            try Self.parts(bytes) { (_, part) throws(ProtobufError) in
                if case .bytes(let text) = part { list.append(.string(String(decoding: text, as: UTF8.self))) }
            }
            return .array(list)
        case (.raw, .bytes(let bytes)): return try Self.raw(bytes)
        case (_, .bytes(let bytes)): return try Self.special(kind, bytes)
        default: throw Self.malformed("a field has the wrong wire type")
        }
    }

    // MARK: Types with a form of their own

    private static func raw(_ bytes: ArraySlice<UInt8>) throws(ProtobufError) -> Value {
        var raw: ArraySlice<UInt8> = []
        try parts(bytes) { (number, part) throws(ProtobufError) in if number == 1, case .bytes(let bytes) = part { raw = bytes } }
        if raw.isEmpty { return .null }
        do throws(JSONError) { return try Value(parsingJSON: Array(raw)) } catch { throw malformed("a raw field holds no JSON: \(error)") }
    }

    private static func special(_ kind: ProtobufSchema.Kind, _ bytes: ArraySlice<UInt8>) throws(ProtobufError) -> Value {
        var numbers: [Int: Int64] = [:]
        var texts: [Int: String] = [:]
        try parts(bytes) { (number, part) throws(ProtobufError) in
            switch part {
            case .number(let bits): numbers[number] = Int64(bitPattern: bits)
            case .bytes(let bytes): texts[number] = String(decoding: bytes, as: UTF8.self)
            }
        }
        switch kind {
        case .time: return numbers[1].map { .string(Instant(seconds: $0).rfc3339) } ?? .null
        case .microTime:
            guard let seconds = numbers[1] else { return .null }
            return .string((Instant(seconds: seconds) + .nanoseconds(numbers[2] ?? 0)).rfc3339Micro)
        case .duration: return .string(GoDuration(nanoseconds: numbers[1] ?? 0).description)
        case .quantity: return .string(texts[1] ?? "0")
        case .intOrString: return numbers[1] == 1 ? .string(texts[3] ?? "") : .int(numbers[2] ?? 0)
        default: throw malformed("a field has the wrong wire type")
        }
    }

    // MARK: The wire

    private enum Part {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    /// Calls `body` with each field of a message.
    private static func parts(_ bytes: ArraySlice<UInt8>, _ body: (Int, Part) throws(ProtobufError) -> Void) throws(ProtobufError) {
        var rest = bytes
        while !rest.isEmpty {
            let tag = try varint(&rest)
            let number = Int(truncatingIfNeeded: tag >> 3)
            guard number > 0 else { throw malformed("a field has no number") }
            switch tag & 7 {
            case 0: try body(number, .number(try varint(&rest)))
            case 1: try body(number, .number(try fixed(&rest, 8)))
            case 5: try body(number, .number(try fixed(&rest, 4)))
            case 2:
                let length = try varint(&rest)
                guard length <= UInt64(rest.count) else { throw malformed("unexpected EOF") }
                try body(number, .bytes(rest.prefix(Int(length))))
                rest = rest.dropFirst(Int(length))
            default: throw malformed("a field has the unknown wire type \(tag & 7)")
            }
        }
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) throws(ProtobufError) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { throw malformed("unexpected EOF") }
            if shift < 64 { result |= UInt64(byte & 127) << shift }
            if byte < 128 { return result }
        }
        throw malformed("a number is too long")
    }

    private static func fixed(_ bytes: inout ArraySlice<UInt8>, _ count: Int) throws(ProtobufError) -> UInt64 {
        guard bytes.count >= count else { throw malformed("unexpected EOF") }
        var result: UInt64 = 0
        for (place, byte) in bytes.prefix(count).enumerated() { result |= UInt64(byte) << UInt64(8 * place) }
        bytes = bytes.dropFirst(count)
        return result
    }
}
