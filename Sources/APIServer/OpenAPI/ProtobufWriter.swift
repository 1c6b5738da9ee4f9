import KubernetesObjects

/// Writes fields of a protocol buffer message.
///
/// - Source: the protocol buffers encoding. As in proto3, fields with zero values are left out.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func key(_ field: Int, type: UInt64) { varint(UInt64(field) << 3 | type) }

    mutating func string(_ field: Int, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        element(field, text)
    }

    /// A string of a repeated field, which is there even when it is empty.
    mutating func element(_ field: Int, _ text: String) {
        key(field, type: 2)
        varint(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func bool(_ field: Int, _ value: Bool?) {
        guard value == true else { return }
        key(field, type: 0)
        bytes.append(1)
    }

    /// A truth value that is one of several kinds of value: it is there even when it is false.
    mutating func present(_ field: Int, _ value: Bool) {
        key(field, type: 0)
        bytes.append(value ? 1 : 0)
    }

    mutating func int(_ field: Int, _ value: Int?) {
        guard let value, value != 0 else { return }
        key(field, type: 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func double(_ field: Int, _ value: Double?) {
        guard let value, value != 0 else { return }
        present(field, value)
    }

    /// A number that is one of several kinds of value: it is there even when it is zero.
    mutating func present(_ field: Int, _ value: Double) {
        key(field, type: 1)
        var bits = value.bitPattern
        for _ in 0..<8 {
            bytes.append(UInt8(bits & 0xFF))
            bits >>= 8
        }
    }

    /// A message within this one; it is there even when it is empty.
    mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        key(field, type: 2)
        varint(UInt64(inner.bytes.count))
        bytes += inner.bytes
    }
}

/// What documents of OpenAPI have in common as messages of gnostic: maps are lists of entries, values of any type are texts in
/// YAML, here in its JSON part.
extension ProtobufWriter {
    /// An entry of a map: its name and its value.
    mutating func entry(_ field: Int, _ name: String, _ value: (inout ProtobufWriter) -> Void) {
        message(field) {
            $0.string(1, name)
            $0.message(2, value)
        }
    }

    /// A value of any type.
    mutating func any(_ field: Int, _ value: Value) { message(field) { $0.anyValue(value) } }

    private mutating func anyValue(_ value: Value) { string(2, value.json(.compact) + "\n") }

    mutating func extensions(_ field: Int, of value: Value) {
        for (name, value) in value.fields ?? Fields() where name.hasPrefix("x-") { entry(field, name) { $0.anyValue(value) } }
    }
}
