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

    mutating func int(_ field: Int, _ value: Int?) {
        guard let value, value != 0 else { return }
        key(field, type: 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func double(_ field: Int, _ value: Double?) {
        guard let value, value != 0 else { return }
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
