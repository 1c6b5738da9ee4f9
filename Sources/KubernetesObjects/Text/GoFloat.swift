/// Floating-point numbers as Go prints them.
public enum GoFloat {
    /// The shortest decimal digits of a finite number, and where the point stands: `0.d1d2d3… × 10^point`.
    static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) { decimal(of: "\(value.magnitude)") }

    static func shortest(_ value: Float) -> (digits: [UInt8], point: Int) { decimal(of: "\(value.magnitude)") }

    private static func decimal(of text: String) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var bytes = Array(text.utf8)[...]
        if let e = bytes.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: bytes[(e + 1)...], as: UTF8.self)) ?? 0
            bytes = bytes[..<e]
        }
        for byte in bytes {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        var place = (point ?? digits.count) + exponent
        while let first = digits.first, first == UInt8(ascii: "0"), digits.count > 1 {
            digits.removeFirst()
            place -= 1
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits == [UInt8(ascii: "0")] { place = 1 }
        return (digits, place)
    }

    /// As `strconv.FormatFloat(value, 'g', -1, 64)` prints it: `0.25`, `1e+06`, `+Inf`, `NaN`.
    public static func general(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, point) = shortest(value)
        return general(digits, point, negative: value.sign == .minus, precision: 6)
    }

    /// As `strconv.FormatFloat(value, 'g', -1, 32)` prints it.
    public static func general32(_ value: Double) -> String {
        let single = Float(value)
        if let special = special(Double(single)) { return special }
        let (digits, point) = shortest(single)
        return general(digits, point, negative: value.sign == .minus, precision: 6)
    }

    /// As `encoding/json` prints a float64: plain unless below 1e-6 or from 1e21 on.
    public static func json(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, point) = shortest(value)
        let sign = value.sign == .minus ? "-" : ""
        if value != 0, value.magnitude < 1e-6 || value.magnitude >= 1e21 {
            return sign + scientific(digits, point, exponentDigits: point - 1 < 0 ? 1 : 2)
        }
        return sign + plain(digits, point)
    }

    /// As `strconv.FormatFloat(value, 'f', -1, 64)` prints it: never an exponent.
    public static func fixed(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, point) = shortest(value)
        return (value.sign == .minus ? "-" : "") + plain(digits, point)
    }

    private static func special(_ value: Double) -> String? {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : nil
    }

    private static func general(_ digits: [UInt8], _ point: Int, negative: Bool, precision: Int) -> String {
        let exponent = point - 1
        let sign = negative ? "-" : ""
        if exponent < -4 || exponent >= precision { return sign + scientific(digits, point, exponentDigits: 2) }
        return sign + plain(digits, point)
    }

    static func scientific(_ digits: [UInt8], _ point: Int, exponentDigits: Int) -> String {
        var text = String(decoding: digits.prefix(1), as: UTF8.self)
        if digits.count > 1 { text += "." + String(decoding: digits.dropFirst(), as: UTF8.self) }
        let exponent = digits == [UInt8(ascii: "0")] ? 0 : point - 1
        let magnitude = String(exponent.magnitude)
        return text + "e" + (exponent < 0 ? "-" : "+") + String(repeating: "0", count: max(0, exponentDigits - magnitude.utf8.count))
            + magnitude
    }

    static func plain(_ digits: [UInt8], _ point: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        if point <= 0 { return digits == [UInt8(ascii: "0")] ? "0" : "0." + String(repeating: "0", count: -point) + text }
        if point >= digits.count { return text + String(repeating: "0", count: point - digits.count) }
        return String(decoding: digits[..<point], as: UTF8.self) + "." + String(decoding: digits[point...], as: UTF8.self)
    }
}
