/// The FNV-1a hash.
public enum FNV1a {
    public static func hash32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    public static func hash64(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

/// Texts that are safe in names: no vowels, nothing that looks like a digit of another letter.
public enum SafeEncoding {
    /// The letters and digits of generated names.
    public static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

    /// Each byte as one letter: how the hash of a pod template becomes a label.
    public static func encode(_ text: String) -> String {
        String(decoding: text.utf8.map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
    }
}
