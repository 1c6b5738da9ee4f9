/// Why a text is not a quantity.
public enum QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
    case format, number, suffix

    public var description: String {
        switch self {
        case .format: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        case .number: "unable to parse numeric part of quantity"
        case .suffix: "unable to parse quantity's suffix"
        }
    }

    public var message: String { description }
}

extension Quantity {
    /// Reads a quantity.
    public init(parsing text: String) throws(QuantityError) {
        var copy = text
        let result: Result<Quantity, QuantityError> = copy.withUTF8 { bytes in
            do throws(QuantityError) { return .success(try Self.parse(bytes)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// Reads a quantity; nil when the text is not one.
    public init?(_ text: String) {
        guard let quantity = try? Quantity(parsing: text) else { return nil }
        self = quantity
    }

    /// Reads a quantity as it stands in an object: a text or a number.
    public init?(_ value: Value?) {
        switch value {
        case .string(let text)?: self.init(text)
        case .int(let number)?: self.init(mantissa: Int128(number), exponent: 0, format: .decimalSI)
        case .number(let literal)?: self.init(literal.text)
        default: return nil
        }
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(QuantityError) -> Quantity {
        guard !bytes.isEmpty else { throw .format }
        var position = 0
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative || bytes[0] == UInt8(ascii: "+") { position = 1 }

        // The number: digits, a point, digits.
        var mantissa: Int128 = 0
        var hasDigits = false
        var isCut = false
        var dropped = 0
        var fraction = 0
        var inFraction = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "."), !inFraction {
                inFraction = true
            } else if byte &- UInt8(ascii: "0") < 10 {
                hasDigits = true
                if mantissa < Self.mantissaMax {
                    mantissa = mantissa * 10 + Int128(byte - UInt8(ascii: "0"))
                    if inFraction { fraction += 1 }
                } else {
                    if byte != UInt8(ascii: "0") { isCut = true }
                    if !inFraction { dropped += 1 }
                }
            } else {
                break
            }
            position += 1
        }

        // The suffix: letters, then an exponent with its sign.
        let suffixStart = position
        while position < bytes.count, Self.isSuffixLetter(bytes[position]) { position += 1 }
        let lettersEnd = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") { position += 1 }
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position == bytes.count else { throw .format }
        let letters = String(decoding: bytes[suffixStart..<lettersEnd], as: UTF8.self)
        let digits = String(decoding: bytes[lettersEnd..<position], as: UTF8.self)

        guard let suffix = Suffix(letters: letters, digits: digits) else { throw .suffix }
        guard hasDigits else { throw .number }
        if isCut { mantissa += 1 }

        var format = suffix.format
        var exponent = dropped - fraction
        switch suffix.base {
        case .ten(let power): exponent += power
        case .two(let power):
            for _ in 0..<power / 10 {
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 1024)
                if overflow {
                    mantissa = mantissa / 1000 * 1024
                    exponent += 3
                } else {
                    mantissa = product
                }
            }
        }
        // Nothing is finer than a nano; what is lost rounds up.
        if exponent < -9 {
            var hasRest = false
            var steps = -9 - exponent
            while steps > 0, mantissa != 0 {
                if mantissa % 10 != 0 { hasRest = true }
                mantissa /= 10
                steps -= 1
            }
            if hasRest { mantissa += 1 }
            exponent = -9
        }
        var result = Quantity(mantissa: isNegative ? -mantissa : mantissa, exponent: exponent, format: format)
        if suffix.isBinary {
            if result > Self.binaryMax { result = Self.binaryMax }
            if result > .zero, result < Quantity(1) { format = .decimalSI }
        }
        result.format = format
        return result
    }

    /// Digits beyond this are rounded up.
    private static let mantissaMax: Int128 = 1_000_000_000_000_000_000_000_000_000_000
    private static let binaryMax = Quantity(mantissa: Int128(Int64.max), exponent: 0, format: .binarySI)

    private static func isSuffixLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "m"),
            UInt8(ascii: "k"), UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "G"), UInt8(ascii: "T"), UInt8(ascii: "P"):
            true
        default: false
        }
    }

    /// What a suffix multiplies by.
    struct Suffix {
        enum Base { case ten(Int), two(Int) }

        var base: Base
        var format: Format
        var isBinary: Bool { if case .two = base { true } else { false } }

        static let decimal = ["n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]
        static let binary = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]

        init?(letters: String, digits: String) {
            if digits.isEmpty {
                if let power = Self.decimal[letters] {
                    base = .ten(power)
                    format = .decimalSI
                    return
                }
                if let power = Self.binary[letters] {
                    base = .two(power)
                    format = .binarySI
                    return
                }
            }
            guard letters == "e" || letters == "E", let power = Int(digits), abs(power) <= 1_000_000_000 else { return nil }
            base = .ten(power)
            format = .decimalExponent
        }
    }
}

extension Quantity: CustomStringConvertible {
    /// The canonical text: no fraction, the largest suffix that keeps it so.
    public var description: String {
        if mantissa == 0 { return "0" }
        if format == .binarySI, exponent >= 0, self >= Quantity(1024) || self <= Quantity(-1024) {
            var number = mantissa
            var isExact = true
            for _ in 0..<min(exponent, 40) {
                let (product, overflow) = number.multipliedReportingOverflow(by: 10)
                if overflow { isExact = false }
                number = product
            }
            if isExact, exponent < 40 {
                var power = 0
                while number % 1024 == 0, power < 6 {
                    number /= 1024
                    power += 1
                }
                return "\(number)" + ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]
            }
        }
        var number = mantissa
        var power = exponent
        // Powers are multiples of three.
        while power % 3 != 0 {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            if overflow { break }
            number = product
            power -= 1
        }
        if format == .decimalExponent { return power == 0 ? "\(number)" : "\(number)e\(power)" }
        while power > 18, power < 60 {
            number = number &* 1000
            power -= 3
        }
        let suffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
        let index = power / 3 + 3
        guard suffixes.indices.contains(index) else { return "\(number)e\(power)" }
        return "\(number)" + suffixes[index]
    }
}
