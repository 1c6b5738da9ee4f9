/// A value of awk: a number, a text, or a text from input that counts as a number when it looks like one.
struct AwkValue: Sendable {
    var text: String?
    var number: Double?
    /// Came from input.
    var isInput = false

    static func of(_ number: Double) -> AwkValue { AwkValue(text: nil, number: number) }
    static func of(_ text: String) -> AwkValue { AwkValue(text: text, number: nil) }
    static func input(_ text: String) -> AwkValue { AwkValue(text: text, number: nil, isInput: true) }
    static let unset = AwkValue(text: nil, number: nil)

    var numeric: Double { number ?? Self.leading(text ?? "") }
    var looksNumeric: Bool {
        if text == nil { return true }
        guard isInput, let text else { return false }
        let trimmed = text.filter { $0 != " " && $0 != "\t" && $0 != "\n" }
        return !trimmed.isEmpty && Double(trimmed) != nil && !trimmed.lowercased().contains("n")
    }
    var isTrue: Bool { looksNumeric ? numeric != 0 : !(text ?? "").isEmpty }
    var string: String { text ?? number.map(Self.show) ?? "" }

    static func show(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e16 { return String(Int64(number)) }
        return (number < 0 ? "-" : "") + PrintfFormatter.general(number.magnitude, 6)
    }

    /// The number a text begins with.
    static func leading(_ text: String) -> Double {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count, ByteClass.contains(bytes[start], name: "space") { start += 1 }
        var end = start
        if end < bytes.count, bytes[end] == 43 || bytes[end] == 45 { end += 1 }
        while end < bytes.count, (48...57).contains(bytes[end]) || bytes[end] == 46 { end += 1 }
        if end + 1 < bytes.count, bytes[end] | 32 == 101 {
            var after = end + 1
            if bytes[after] == 43 || bytes[after] == 45 { after += 1 }
            if after < bytes.count, (48...57).contains(bytes[after]) {
                while after < bytes.count, (48...57).contains(bytes[after]) { after += 1 }
                end = after
            }
        }
        var digits = String(decoding: bytes[start..<end], as: UTF8.self)
        while let value = digits.isEmpty ? 0 : Double(digits) { return value }
        while !digits.isEmpty {
            digits.removeLast()
            if let value = Double(digits) { return value }
        }
        return 0
    }
}
