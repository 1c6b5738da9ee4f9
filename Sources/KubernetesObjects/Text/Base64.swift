/// Base64 as Go has it: the standard alphabet with padding, and that of URLs without.
public enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public static func encode(_ bytes: some Collection<UInt8>) -> String { encode(bytes, standard, isPadded: true) }

    public static func encode(_ text: String) -> String { encode(Array(text.utf8)) }

    /// The form of tokens: `-` and `_`, no padding.
    public static func encodeURL(_ bytes: some Collection<UInt8>) -> String { encode(bytes, url, isPadded: false) }

    /// The bytes, or nil when the text is not base64. Line breaks are skipped, as Go does.
    public static func decode(_ text: String) -> [UInt8]? { try? decoding(text).get() }

    /// The bytes of the form of tokens, or nil when the text is none.
    public static func decodeURL(_ text: String) -> [UInt8]? { try? decodingURL(text).get() }

    /// The offset of the byte that is wrong: `illegal base64 data at input byte 3`.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public var offset: Int
        public var description: String { "illegal base64 data at input byte \(offset)" }
    }

    /// The bytes, or where the text stops being base64.
    public static func decoding(_ text: String) -> Result<[UInt8], Failure> { decoding(text, isURL: false) }

    /// The bytes of the form of tokens, or where the text stops being one.
    public static func decodingURL(_ text: String) -> Result<[UInt8], Failure> { decoding(text, isURL: true) }

    // MARK: Parts

    private static func encode(_ bytes: some Collection<UInt8>, _ alphabet: [UInt8], isPadded: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var filled = 0
        func emit(_ group: UInt32, _ count: Int) {
            for place in 0...count { result.append(alphabet[Int(group >> UInt32(18 - 6 * place)) & 63]) }
            if isPadded { result += repeatElement(UInt8(ascii: "="), count: 3 - count) }
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

    private static func decoding(_ text: String, isURL: Bool) -> Result<[UInt8], Failure> {
        var result: [UInt8] = []
        var group: UInt32 = 0
        var filled = 0
        var padding = 0
        var offset = -1
        for byte in text.utf8 {
            offset += 1
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { continue }
            if byte == UInt8(ascii: "="), !isURL {
                guard filled + padding >= 2, filled + padding < 4 else { return .failure(Failure(offset: offset)) }
                padding += 1
                continue
            }
            guard padding == 0, let digit = value(byte, isURL: isURL) else {
                // What follows whole padding is wrong itself; in the midst of it, the padding is.
                return .failure(Failure(offset: padding == 0 || filled + padding == 4 ? offset : offset - 1))
            }
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
        let isWhole = isURL ? filled != 1 : filled == 0 || filled + padding == 4
        guard isWhole else { return .failure(Failure(offset: text.utf8.count - (padding == 0 ? filled : 0))) }
        if filled == 2 { result.append(UInt8(group >> 4 & 255)) }
        if filled == 3 {
            result.append(UInt8(group >> 10 & 255))
            result.append(UInt8(group >> 2 & 255))
        }
        return .success(result)
    }

    private static func value(_ byte: UInt8, isURL: Bool) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+") where !isURL, UInt8(ascii: "-") where isURL: 62
        case UInt8(ascii: "/") where !isURL, UInt8(ascii: "_") where isURL: 63
        default: nil
        }
    }
}
