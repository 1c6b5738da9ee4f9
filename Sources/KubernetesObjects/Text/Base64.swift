/// Standard base64 with padding.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var filled = 0
        func emit(_ group: UInt32, _ count: Int) {
            for place in 0..<4 {
                result.append(place <= count ? alphabet[Int(group >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
            }
        }
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            filled += 1
            if filled == 3 {
                emit(group, 3)
                group = 0
                filled = 0
            }
        }
        if filled > 0 { emit(group << UInt32(8 * (3 - filled)), filled) }
        return String(decoding: result, as: UTF8.self)
    }

    public static func encode(_ text: String) -> String { encode(Array(text.utf8)) }

    /// The bytes, or nil when the text is not base64. Line breaks are skipped, as Go does.
    public static func decode(_ text: String) -> [UInt8]? {
        if case .success(let bytes) = decoding(text) { bytes } else { nil }
    }

    /// The offset of the byte that is wrong: `illegal base64 data at input byte 3`.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public var offset: Int
        public var description: String { "illegal base64 data at input byte \(offset)" }
    }

    /// The bytes, or where the text stops being base64.
    public static func decoding(_ text: String) -> Result<[UInt8], Failure> {
        var result: [UInt8] = []
        var group: UInt32 = 0
        var filled = 0
        var padding = 0
        var offset = -1
        for byte in text.utf8 {
            offset += 1
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { continue }
            if byte == UInt8(ascii: "=") {
                guard filled + padding >= 2, filled + padding < 4 else { return .failure(Failure(offset: offset)) }
                padding += 1
                continue
            }
            guard padding == 0, let digit = value(byte) else { return .failure(Failure(offset: padding > 0 ? offset - 1 : offset)) }
            group = group << 6 | digit
            filled += 1
            if filled == 4 {
                result.append(UInt8(group >> 16 & 255))
                result.append(UInt8(group >> 8 & 255))
                result.append(UInt8(group & 255))
                group = 0
                filled = 0
            }
        }
        guard filled == 0 && padding == 0 || filled + padding == 4 && filled > 1 else { return .failure(Failure(offset: text.utf8.count)) }
        if filled == 2 { result.append(UInt8(group >> 4 & 255)) }
        if filled == 3 {
            result.append(UInt8(group >> 10 & 255))
            result.append(UInt8(group >> 2 & 255))
        }
        return .success(result)
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
