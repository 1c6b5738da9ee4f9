import KubernetesObjects

/// A quantity such as `500m` or `1Gi` as a number that can be compared and added.
///
/// - Units: billionths.
/// - Bounds: amounts past about 1.7e29 are cut to that.
package struct Amount: Comparable, Hashable, Sendable, CustomStringConvertible {
    package enum Form: Hashable, Sendable { case decimal, binary, exponent }

    package var nano: Int128
    package var form: Form

    package init(nano: Int128, form: Form = .decimal) {
        self.nano = nano
        self.form = form
    }

    package init(_ whole: Int) { self.init(nano: Int128(whole) * 1_000_000_000) }

    package static let zero = Amount(nano: 0)
    static let limit: Int128 = 170_000_000_000_000_000_000_000_000_000

    /// Reads a quantity; nil when the text is none.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        var isNegative = false
        if index < bytes.count, bytes[index] == 45 || bytes[index] == 43 {
            isNegative = bytes[index] == 45
            index += 1
        }
        var mantissa: Int128 = 0
        var fractionDigits = 0
        var digits = 0
        var sawPoint = false
        while index < bytes.count {
            let byte = bytes[index]
            if NameFormats.isDigit(byte) {
                digits += 1
                if mantissa < Self.limit {
                    mantissa = mantissa * 10 + Int128(byte - 48)
                    if sawPoint { fractionDigits += 1 }
                } else if !sawPoint {
                    return nil
                }
            } else if byte == 46, !sawPoint {
                sawPoint = true
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        let suffix = String(decoding: bytes[index...], as: UTF8.self)
        var scale: Int128 = 1
        var exponent = 9 - fractionDigits
        var form = Form.decimal
        if let power = ["Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6][suffix] {
            form = .binary
            for _ in 0..<power { scale *= 1024 }
        } else if let power = ["n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18][suffix] {
            exponent += power
        } else if let first = suffix.first, first == "e" || first == "E", let power = Int(suffix.dropFirst()), abs(power) < 40 {
            exponent += power
            form = .exponent
        } else {
            return nil
        }
        var value = mantissa
        var isCut = false
        func multiply(_ factor: Int128) {
            let (product, overflow) = value.multipliedReportingOverflow(by: factor)
            if overflow { isCut = true } else { value = product }
        }
        multiply(scale)
        while exponent > 0, !isCut {
            multiply(10)
            exponent -= 1
        }
        while exponent < 0 {
            value = value % 10 == 0 ? value / 10 : value / 10 + 1
            exponent += 1
        }
        nano = isCut ? Self.limit : min(value, Self.limit)
        if isNegative { nano = -nano }
        self.form = form
    }

    /// Reads a field of a resource list, text or number; nil when it is neither.
    package init?(_ value: Value?) {
        switch value {
        case .string(let text)?: self.init(text)
        case .int(let number)?: self.init(String(number))
        case .number(let literal)?: self.init(literal.text)
        default: return nil
        }
    }

    package static func == (left: Amount, right: Amount) -> Bool { left.nano == right.nano }
    package static func < (left: Amount, right: Amount) -> Bool { left.nano < right.nano }
    package static func + (left: Amount, right: Amount) -> Amount {
        Amount(nano: max(-limit, min(limit, left.nano + right.nano)), form: left.nano == 0 ? right.form : left.form)
    }
    package static func - (left: Amount, right: Amount) -> Amount {
        Amount(nano: max(-limit, min(limit, left.nano - right.nano)), form: left.form)
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(nano) }

    /// Thousandths, rounded up.
    package var milli: Int { Int(clamping: nano >= 0 ? (nano + 999_999) / 1_000_000 : nano / 1_000_000) }
    /// Whole units, rounded up.
    package var whole: Int { Int(clamping: nano >= 0 ? (nano + 999_999_999) / 1_000_000_000 : nano / 1_000_000_000) }
    package var isInteger: Bool { nano % 1_000_000_000 == 0 }
    /// Whether it is a whole number of thousandths.
    package var isMilliInteger: Bool { nano % 1_000_000 == 0 }

    /// The canonical text: the largest suffix that loses nothing.
    ///
    /// - Source: k8s.io/apimachinery `resource.Quantity.String`.
    package var description: String {
        if nano == 0 { return "0" }
        if form == .binary, isInteger, abs(nano) >= 1024 * 1_000_000_000 {
            var number = nano / 1_000_000_000
            var power = 0
            while power < 6, number % 1024 == 0 {
                number /= 1024
                power += 1
            }
            return "\(number)" + ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]
        }
        var number = nano
        var power = -3
        while power < 6, number % 1000 == 0 {
            number /= 1000
            power += 1
        }
        if form == .exponent { return "\(number)" + (power == 0 ? "" : "e\(power * 3)") }
        return "\(number)" + ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"][power + 3]
    }
}
