import KubernetesObjects

/// The `format` function: `"%s has %d".format([name, count])`.
enum CELFormatter {
    static func format(_ pattern: String, _ values: CELList) throws(CELEvaluationError) -> String {
        let scalars = Array(pattern.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        var next = 0
        while index < scalars.count {
            guard scalars[index] == "%" else {
                result.append(scalars[index])
                index += 1
                continue
            }
            index += 1
            guard index < scalars.count else { throw CELEvaluationError("unexpected end of string") }
            if scalars[index] == "%" {
                result.append("%")
                index += 1
                continue
            }
            var precision: Int?
            if scalars[index] == "." {
                index += 1
                var digits = ""
                while index < scalars.count, (0x30...0x39).contains(scalars[index].value) {
                    digits.unicodeScalars.append(scalars[index])
                    index += 1
                }
                guard let number = Int(digits), number < 1000 else {
                    throw CELEvaluationError("could not parse formatting clause: error while converting precision to integer: strconv.Atoi: parsing \"\(digits)\": invalid syntax")
                }
                precision = number
            }
            guard index < scalars.count else { throw CELEvaluationError("unexpected end of string") }
            guard next < values.count else { throw CELEvaluationError("index \(next) out of range") }
            let value = values[next]
            next += 1
            result.append(contentsOf: try clause(scalars[index], value, precision).unicodeScalars)
            index += 1
        }
        return String(result)
    }

    private static func clause(_ verb: Unicode.Scalar, _ value: CELValue, _ precision: Int?) throws(CELEvaluationError) -> String {
        func wrong(_ what: String, _ accepted: String) -> CELEvaluationError {
            CELEvaluationError("error during formatting: \(what) clause can only be used on \(accepted), was given \(value.type.runtimeName)")
        }
        switch verb {
        case "s":
            guard let text = CELText.plain(value) else {
                throw CELEvaluationError(
                    "error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given \(value.type.runtimeName)")
            }
            return text
        case "d":
            switch value {
            case .int(let number): return String(number)
            case .uint(let number): return String(number)
            case .double(let number) where number.isNaN || number.isInfinite: return CELText.plain(value) ?? ""
            default: throw wrong("decimal", "integers")
            }
        case "f", "e":
            let number: Double
            switch value {
            case .double(let double): number = double
            case .int(let integer): number = Double(integer)
            case .uint(let integer): number = Double(integer)
            default: throw wrong(verb == "f" ? "fixed-point" : "scientific", "doubles")
            }
            if number.isNaN || number.isInfinite { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
            return verb == "f" ? CELDecimal.fixed(number, precision ?? 6) : CELDecimal.scientific(number, precision ?? 6)
        case "b":
            switch value {
            case .int(let number): return String(number, radix: 2)
            case .uint(let number): return String(number, radix: 2)
            case .bool(let flag): return flag ? "1" : "0"
            default: throw wrong("binary", "integers and bools")
            }
        case "o":
            switch value {
            case .int(let number): return String(number, radix: 8)
            case .uint(let number): return String(number, radix: 8)
            default: throw wrong("octal", "integers")
            }
        case "x", "X":
            let isUpper = verb == "X"
            switch value {
            case .int(let number): return String(number, radix: 16, uppercase: isUpper)
            case .uint(let number): return String(number, radix: 16, uppercase: isUpper)
            case .string(let text): return hex(Array(text.utf8), isUpper)
            case .bytes(let bytes): return hex(bytes, isUpper)
            default: throw wrong("hex", "integers, byte buffers, and strings")
            }
        default: throw CELEvaluationError("could not parse formatting clause: unrecognized formatting clause \"\(verb)\"")
        }
    }

    private static func hex(_ bytes: [UInt8], _ isUpper: Bool) -> String {
        bytes.map { GoText.hex(UInt32($0), digits: 2) }.joined().map { isUpper ? $0.uppercased() : String($0) }.joined()
    }
}

/// Doubles with a given number of digits, rounded half to even as C and Go round.
enum CELDecimal {
    /// The exact decimal digits of a finite double: whole part and fraction.
    private static func exact(_ value: Double) -> (whole: [UInt8], fraction: [UInt8]) {
        let magnitude = value.magnitude
        if magnitude == 0 { return ([0], []) }
        var mantissa = UInt64(magnitude.significandBitPattern)
        var exponent: Int
        if magnitude.isNormal {
            mantissa |= 1 << 52
            exponent = Int(magnitude.exponent) - 52
        } else {
            exponent = -1074
        }
        var digits: [UInt8] = String(mantissa).utf8.map { $0 - 0x30 }
        var scale = 0
        while exponent > 0 {
            multiply(&digits, by: 2)
            exponent -= 1
        }
        while exponent < 0 {
            multiply(&digits, by: 5)
            scale += 1
            exponent += 1
        }
        if digits.count <= scale { digits.insert(contentsOf: [UInt8](repeating: 0, count: scale - digits.count + 1), at: 0) }
        return (Array(digits[..<(digits.count - scale)]), Array(digits[(digits.count - scale)...]))
    }

    private static func multiply(_ digits: inout [UInt8], by factor: UInt8) {
        var carry: UInt8 = 0
        for index in digits.indices.reversed() {
            let product = digits[index] * factor + carry
            digits[index] = product % 10
            carry = product / 10
        }
        if carry > 0 { digits.insert(carry, at: 0) }
    }

    /// Cuts digits to a count, rounded; true when a digit was carried out in front.
    private static func round(_ digits: inout [UInt8], to count: Int) -> Bool {
        guard count < digits.count else {
            digits += [UInt8](repeating: 0, count: count - digits.count)
            return false
        }
        let rest = digits[count...]
        let isUp: Bool
        if let first = rest.first, first != 5 {
            isUp = first > 5
        } else if rest.dropFirst().contains(where: { $0 != 0 }) {
            isUp = true
        } else {
            isUp = count > 0 && digits[count - 1] % 2 == 1
        }
        digits.removeLast(digits.count - count)
        guard isUp else { return false }
        for index in digits.indices.reversed() {
            if digits[index] < 9 {
                digits[index] += 1
                return false
            }
            digits[index] = 0
        }
        digits.insert(1, at: 0)
        return true
    }

    private static func text(_ digits: some Sequence<UInt8>) -> String { String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self) }

    static func fixed(_ value: Double, _ precision: Int) -> String {
        let (whole, fraction) = exact(value)
        var digits = whole + fraction
        var wholeCount = whole.count
        if round(&digits, to: whole.count + precision) { wholeCount += 1 }
        let sign = value.sign == .minus ? "-" : ""
        return sign + text(digits[..<wholeCount]) + (precision > 0 ? "." + text(digits[wholeCount...]) : "")
    }

    static func scientific(_ value: Double, _ precision: Int) -> String {
        let (whole, fraction) = exact(value)
        var digits = whole + fraction
        var exponent = whole.count - 1
        while digits.count > 1, digits[0] == 0, value != 0 {
            digits.removeFirst()
            exponent -= 1
        }
        if round(&digits, to: precision + 1) {
            digits.removeLast()
            exponent += 1
        }
        let sign = value.sign == .minus ? "-" : ""
        let magnitude = String(exponent.magnitude)
        return sign + text(digits.prefix(1)) + (precision > 0 ? "." + text(digits.dropFirst()) : "") + "e" + (exponent < 0 ? "-" : "+")
            + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
    }
}
