/// What a plain scalar means in YAML 1.1, as Kubernetes' YAML library decides it.
///
/// | text | meaning |
/// |---|---|
/// | `y` `yes` `on` `true` `n` `no` `off` `false`, also `Yes`, `YES` | a boolean |
/// | `~` `null` `Null` `NULL` and nothing | null |
/// | `12` `+12` `1_000` `0x1F` `010` `0o10` `0b11` | an integer (`010` is eight) |
/// | `1.5` `.5` `1e3` `.inf` `.nan` | a float |
/// | `2026-01-05`, `2026-01-05T09:00:00Z` | a timestamp, which stays text |
enum YAMLScalar {
    case null
    case bool(Bool)
    case int(Int64)
    /// An integer beyond 64 bits, in decimal.
    case bigInt(String)
    case float(Double)
    case timestamp
    case string

    static func resolve(_ text: String) -> YAMLScalar {
        var copy = text
        return copy.withUTF8 { resolve($0) }
    }

    static func resolve(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
        guard let first = bytes.first else { return .null }
        switch first {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            if let special = word(bytes) { return special }
            if isTimestamp(bytes) { return .timestamp }
            return number(bytes)
        case UInt8(ascii: "."):
            if let special = word(bytes) { return special }
            return isFloat(bytes[...], allowsLeadingSign: false) ? .float(double(bytes)) : .string
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
            UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "~"):
            return word(bytes) ?? .string
        default: return .string
        }
    }

    private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLScalar? {
        guard bytes.count <= 5 else { return nil }
        return switch String(decoding: bytes, as: UTF8.self) {
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": .bool(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": .bool(false)
        case "~", "null", "Null", "NULL": .null
        case ".nan", ".NaN", ".NAN": .float(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": .float(-.infinity)
        default: nil
        }
    }

    // MARK: Numbers

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLScalar {
        let plain = bytes.contains(UInt8(ascii: "_")) ? bytes.filter { $0 != UInt8(ascii: "_") } : Array(bytes)
        if let integer = integer(plain[...]) { return integer }
        if isFloat(plain[...], allowsLeadingSign: true) { return .float(plain.withUnsafeBufferPointer { double($0) }) }
        return .string
    }

    /// An integer with Go's prefixes: `0x`, `0o` or `0`, `0b`.
    private static func integer(_ text: ArraySlice<UInt8>) -> YAMLScalar? {
        var digits = text
        var isNegative = false
        let hasSign = digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+")
        if hasSign {
            isNegative = digits.first == UInt8(ascii: "-")
            digits = digits.dropFirst()
        }
        var radix = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            switch digits[digits.startIndex + 1] | 0x20 {
            case UInt8(ascii: "x"): radix = 16
            case UInt8(ascii: "o"): radix = 8
            case UInt8(ascii: "b"): radix = 2
            default: radix = 0
            }
            digits = digits.dropFirst(radix == 0 ? 1 : 2)
            if radix == 0 { radix = 8 }
        }
        guard !digits.isEmpty else { return nil }
        for digit in digits {
            guard let value = hexValue(digit), value < radix else { return nil }
        }
        let digitText = String(decoding: digits, as: UTF8.self)
        if let value = Int64((isNegative ? "-" : "") + digitText, radix: radix) { return .int(value) }
        if radix == 10 {
            let significant = String(digitText.drop { $0 == "0" })
            return .bigInt((isNegative ? "-" : "") + significant)
        }
        if !hasSign, let value = UInt64(digitText, radix: radix) { return .bigInt(String(value)) }
        return nil
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isFloat(_ text: some Collection<UInt8>, allowsLeadingSign: Bool) -> Bool {
        var rest = text[...]
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 &- UInt8(ascii: "0") < 10 } ?? false }
        if allowsLeadingSign, rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard isDigit(rest.first) else { return false }
            rest = rest.drop { isDigit($0) }
        } else {
            guard isDigit(rest.first) else { return false }
            rest = rest.drop { isDigit($0) }
            if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { isDigit($0) } }
        }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard isDigit(rest.first) else { return false }
            rest = rest.drop { isDigit($0) }
        }
        return rest.isEmpty
    }

    private static func double(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
        var text = String(decoding: bytes, as: UTF8.self)
        if text.hasSuffix(".") { text += "0" }
        return Double(text) ?? Double(text.replacing(".e", with: ".0e").replacing(".E", with: ".0E")) ?? .infinity
    }

    // MARK: Timestamps

    /// `2026-1-5`, `2026-1-5T9:0:0.5Z`, `2026-1-5t09:00:00+01:00` or `2026-1-5 9:0:0`.
    static func isTimestamp(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = TimestampCursor(bytes: bytes)
        guard let year = cursor.digits(4...4), cursor.take("-"), let month = cursor.digits(1...2), cursor.take("-"),
            let day = cursor.digits(1...2), (1...12).contains(month), day >= 1, day <= daysIn(month, year)
        else { return false }
        if cursor.isAtEnd { return true }
        let isSpaced = cursor.take(" ")
        guard isSpaced || cursor.take("T") || cursor.take("t"), let hour = cursor.digits(1...2), cursor.take(":"),
            let minute = cursor.digits(1...2), cursor.take(":"), let second = cursor.digits(1...2), hour < 24, minute < 60, second < 60
        else { return false }
        if cursor.take(".") || cursor.take(","), cursor.digits(1...30) == nil { return false }
        if isSpaced { return cursor.isAtEnd }
        if cursor.take("Z") { return cursor.isAtEnd }
        guard cursor.take("+") || cursor.take("-"), let zoneHour = cursor.digits(2...2), cursor.take(":"),
            let zoneMinute = cursor.digits(2...2)
        else { return false }
        return zoneHour <= 24 && zoneMinute < 60 && cursor.isAtEnd
    }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private struct TimestampCursor {
        let bytes: UnsafeBufferPointer<UInt8>
        var position = 0

        init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
            position += 1
            return true
        }

        mutating func digits(_ count: ClosedRange<Int>) -> Int? {
            var value = 0
            var length = 0
            while length < count.upperBound, position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 {
                value = value &* 10 &+ Int(bytes[position] - UInt8(ascii: "0"))
                position += 1
                length += 1
            }
            return length >= count.lowerBound ? value : nil
        }
    }
}
