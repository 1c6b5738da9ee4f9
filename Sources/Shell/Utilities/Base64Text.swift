/// Base64 without line ends.
enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            word <<= UInt32(8 * (3 - group.count))
            for index in 0..<4 { text.append(index <= group.count ? alphabet[Int(word >> UInt32(18 - 6 * index) & 63)] : 61) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var (word, count) = (UInt32(0), 0)
        for byte in text where byte != 61 && !ByteClass.contains(byte, name: "space") {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            word = word << 6 | UInt32(value)
            count += 1
            if count == 4 {
                result += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
                (word, count) = (0, 0)
            }
        }
        if count == 3 { result += [UInt8(word >> 10 & 255), UInt8(word >> 2 & 255)] }
        if count == 2 { result.append(UInt8(word >> 4 & 255)) }
        return count == 1 ? nil : result
    }
}
