/// Utilities that only print: echo, printf, seq, basename, dirname.
enum PrintingUtilities {
    @Sendable static func echo(_ io: inout UtilityIO) -> Int {
        var arguments = io.arguments[...]
        var (endsLine, escapes) = (true, io.language == .dash)
        // A dash knows -n only, and takes escapes always.
        if io.language == .dash, arguments.first == "-n" {
            endsLine = false
            arguments = arguments.dropFirst()
        }
        while io.language != .dash, let first = arguments.first, first.count > 1, first.hasPrefix("-"), first.dropFirst().allSatisfy({ "neE".contains($0) }) {
            for letter in first.dropFirst() {
                if letter == "n" { endsLine = false } else { escapes = letter == "e" }
            }
            arguments = arguments.dropFirst()
        }
        let text = Array(arguments.joined(separator: " ").utf8)
        if escapes {
            let (bytes, stopped) = EscapeSequences.decode(text, style: .echo)
            io.output += bytes
            if stopped { return 0 }
        } else {
            io.output += text
        }
        if endsLine { io.output.append(10) }
        return 0
    }

    @Sendable static func printf(_ io: inout UtilityIO) -> Int {
        var arguments = io.arguments[...]
        if arguments.first == "--" { arguments = arguments.dropFirst() }
        guard let format = arguments.first else {
            io.complain("usage: printf format [arguments]")
            return 2
        }
        arguments = arguments.dropFirst()
        var status = 0
        repeat {
            let before = arguments.count
            guard PrintfFormatter.format(Array(format.utf8), &arguments, &io, &status) else { return status }
            if arguments.count == before { break }
        } while !arguments.isEmpty && io.output.count < 1 << 24
        return status
    }

    @Sendable static func seq(_ io: inout UtilityIO) -> Int {
        var arguments = io.arguments
        var (separator, isPadded) = ("\n", false)
        while let first = arguments.first, first.hasPrefix("-"), Double(first) == nil {
            arguments.removeFirst()
            if first == "-w" { isPadded = true } else if first == "-s" { separator = arguments.isEmpty ? "\n" : arguments.removeFirst() } else if first.hasPrefix("-s") { separator = String(first.dropFirst(2)) } else {
                io.complain("invalid option -- '\(first.dropFirst())'")
                return 1
            }
        }
        guard (1...3).contains(arguments.count) else {
            io.complain("missing operand")
            return 1
        }
        var numbers: [Double] = []
        for text in arguments {
            guard let number = Double(text), number.isFinite else {
                io.complain("invalid floating point argument: '\(text)'")
                return 1
            }
            numbers.append(number)
        }
        let (start, step, end) = numbers.count == 1 ? (1, 1, numbers[0]) : numbers.count == 2 ? (numbers[0], 1, numbers[1]) : (numbers[0], numbers[1], numbers[2])
        guard step != 0 else {
            io.complain("invalid Zero increment value: '0'")
            return 1
        }
        let decimals = arguments.dropLast().map { text in text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0 }.max() ?? 0
        let count = Int(min(max(((end - start) / step + 1e-9).rounded(.down) + 1, 0), 200_000))
        var lines = (0..<count).map { PrintfFormatter.fixed(start + Double($0) * step, decimals) }
        if isPadded {
            let width = lines.map(\.count).max() ?? 0
            lines = lines.map { String(repeating: "0", count: width - $0.count) + $0 }
        }
        if !lines.isEmpty { io.print(lines.joined(separator: separator) + "\n") }
        return 0
    }

    @Sendable static func basename(_ io: inout UtilityIO) -> Int {
        guard var name = io.arguments.first(where: { !$0.hasPrefix("-") }) else {
            io.complain("missing operand")
            return 1
        }
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        if name != "/", let slash = name.lastIndex(of: "/") { name = String(name[name.index(after: slash)...]) }
        if io.arguments.count == 2, !io.arguments[1].isEmpty, name.hasSuffix(io.arguments[1]), name != io.arguments[1] { name.removeLast(io.arguments[1].count) }
        io.printLine(name)
        return 0
    }

    @Sendable static func dirname(_ io: inout UtilityIO) -> Int {
        guard !io.arguments.isEmpty else {
            io.complain("missing operand")
            return 1
        }
        for argument in io.arguments {
            var name = argument
            while name.count > 1, name.hasSuffix("/") { name.removeLast() }
            if let slash = name.lastIndex(of: "/") {
                name = String(name[..<slash])
                while name.count > 1, name.hasSuffix("/") { name.removeLast() }
                io.printLine(name.isEmpty ? "/" : name)
            } else {
                io.printLine(".")
            }
        }
        return 0
    }
}

/// The formats of `printf` and awk.
enum PrintfFormatter {
    /// Formats once through; false when the output ends there.
    static func format(_ format: [UInt8], _ arguments: inout ArraySlice<String>, _ io: inout UtilityIO, _ status: inout Int) -> Bool {
        var index = 0
        var literal: [UInt8] = []
        func flush(_ io: inout UtilityIO) -> Bool {
            let (bytes, stopped) = EscapeSequences.decode(literal, style: .printf)
            literal = []
            io.output += bytes
            return !stopped
        }
        while index < format.count {
            guard format[index] == 37 else {
                literal.append(format[index])
                if format[index] == 92, index + 1 < format.count {
                    literal.append(format[index + 1])
                    index += 1
                }
                index += 1
                continue
            }
            if !flush(&io) { return false }
            index += 1
            guard let specification = Specification.read(format, &index, next: { arguments.popFirst() }) else {
                io.output.append(37)
                continue
            }
            if specification.conversion == 37 {
                io.output.append(37)
                continue
            }
            let argument = arguments.popFirst()
            switch specification.conversion {
            case 98:
                let (bytes, stopped) = EscapeSequences.decode(Array((argument ?? "").utf8), style: .echo)
                io.output += specification.padded(String(decoding: bytes, as: UTF8.self))
                if stopped { return false }
            case 113: io.output += Array(("'" + (argument ?? "") + "'").utf8)
            case 115: io.output += specification.padded(argument ?? "")
            case 99: io.output += specification.padded(String((argument ?? "").prefix(1)))
            case 100, 105, 117, 120, 88, 111:
                let text = argument ?? "0"
                let (value, isValid) = integer(text)
                if !isValid {
                    io.complain("'\(text)': expected a numeric value")
                    status = 1
                }
                io.output += specification.number(value)
            case 101, 102, 103, 69, 70, 71:
                let value = Double(argument ?? "0")
                if value == nil {
                    io.complain("'\(argument ?? "")': expected a numeric value")
                    status = 1
                }
                io.output += specification.number(value ?? 0)
            default:
                io.complain("%\(Character(Unicode.Scalar(specification.conversion))): invalid directive")
                status = 1
                return false
            }
        }
        return flush(&io)
    }

    private static func integer(_ text: String) -> (Int64, Bool) {
        if text.isEmpty { return (0, true) }
        if text.hasPrefix("'") || text.hasPrefix("\"") { return (Int64(text.unicodeScalars.dropFirst().first?.value ?? 0), true) }
        let isNegative = text.hasPrefix("-")
        let digits = isNegative || text.hasPrefix("+") ? String(text.dropFirst()) : text
        guard let value = ArithmeticEvaluator.parse(digits) else {
            let prefix = digits.prefix { ("0"..."9").contains($0) }
            return ((Int64(prefix) ?? 0) * (isNegative ? -1 : 1), false)
        }
        return (isNegative ? 0 &- value : value, true)
    }

    struct Specification {
        var isLeft = false
        var isZeroPadded = false
        var sign: Character?
        var isAlternate = false
        var width = 0
        var precision: Int?
        var conversion: UInt8 = 0

        /// Reads from after the `%`; nil when the format ends too early.
        static func read(_ format: [UInt8], _ index: inout Int, next: () -> String?) -> Specification? {
            var result = Specification()
            flags: while index < format.count {
                switch format[index] {
                case 45: result.isLeft = true
                case 48: result.isZeroPadded = true
                case 43: result.sign = "+"
                case 32: result.sign = result.sign ?? " "
                case 35: result.isAlternate = true
                default: break flags
                }
                index += 1
            }
            func number() -> Int? {
                if index < format.count, format[index] == 42 {
                    index += 1
                    return next().flatMap(Int.init).map { min(max($0, -4096), 4096) }
                }
                var value: Int?
                while index < format.count, (48...57).contains(format[index]) {
                    value = min((value ?? 0) * 10 + Int(format[index] - 48), 4096)
                    index += 1
                }
                return value
            }
            result.width = number() ?? 0
            if result.width < 0 { (result.isLeft, result.width) = (true, -result.width) }
            if index < format.count, format[index] == 46 {
                index += 1
                result.precision = max(0, number() ?? 0)
            }
            while index < format.count, format[index] == 108 || format[index] == 104 { index += 1 }
            guard index < format.count else { return nil }
            result.conversion = format[index]
            index += 1
            return result
        }

        func padded(_ text: String) -> [UInt8] {
            var shown = text
            if let precision { shown = String(shown.prefix(precision)) }
            let missing = max(0, width - shown.count)
            let blanks = String(repeating: " ", count: missing)
            return Array((isLeft ? shown + blanks : blanks + shown).utf8)
        }

        func number(_ value: Int64) -> [UInt8] {
            var digits: String
            switch conversion {
            case 120: digits = (isAlternate ? "0x" : "") + String(UInt64(bitPattern: value), radix: 16)
            case 88: digits = (isAlternate ? "0X" : "") + String(UInt64(bitPattern: value), radix: 16, uppercase: true)
            case 111: digits = (isAlternate ? "0" : "") + String(UInt64(bitPattern: value), radix: 8)
            case 117: digits = String(UInt64(bitPattern: value))
            default: digits = String(value.magnitude)
            }
            if let precision, digits.count < precision { digits = String(repeating: "0", count: precision - digits.count) + digits }
            let isSigned = conversion == 100 || conversion == 105
            let sign = isSigned && value < 0 ? "-" : isSigned ? sign.map(String.init) ?? "" : ""
            return aligned(digits, sign: sign, zeros: isZeroPadded && precision == nil)
        }

        func number(_ value: Double) -> [UInt8] {
            var digits: String
            let magnitude = value.magnitude
            if !value.isFinite {
                digits = value.isNaN ? "nan" : "inf"
            } else {
                switch conversion | 32 {
                case 102: digits = PrintfFormatter.fixed(magnitude, precision ?? 6)
                case 101: digits = PrintfFormatter.exponential(magnitude, precision ?? 6)
                default: digits = PrintfFormatter.general(magnitude, precision ?? 6)
                }
            }
            if conversion < 97 { digits = digits.uppercased() }
            return aligned(digits, sign: value < 0 ? "-" : sign.map(String.init) ?? "", zeros: isZeroPadded)
        }

        private func aligned(_ digits: String, sign: String, zeros: Bool) -> [UInt8] {
            let missing = max(0, width - digits.count - sign.count)
            if isLeft { return Array((sign + digits + String(repeating: " ", count: missing)).utf8) }
            if zeros { return Array((sign + String(repeating: "0", count: missing) + digits).utf8) }
            return Array((String(repeating: " ", count: missing) + sign + digits).utf8)
        }
    }

    /// A number with so many decimals, rounded half to even as C does for values it can represent.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let decimals = min(decimals, 15)
        guard value.magnitude < 1e15 else { return value.magnitude < 9e18 ? String(Int64(value)) : "\(value)" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = value.magnitude * scale
        guard scaled < 9e18 else { return String(Int64(value)) }
        let rounded = Int64(scaled.rounded(.toNearestOrEven))
        var digits = String(rounded)
        if digits.count <= decimals { digits = String(repeating: "0", count: decimals - digits.count + 1) + digits }
        if decimals > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals)) }
        return (value < 0 && rounded != 0 ? "-" : "") + digits
    }

    static func exponential(_ value: Double, _ decimals: Int) -> String {
        var exponent = 0
        var mantissa = value
        if mantissa != 0 {
            while mantissa >= 10 { mantissa /= 10; exponent += 1 }
            while mantissa < 1 { mantissa *= 10; exponent -= 1 }
        }
        var digits = fixed(mantissa, decimals)
        if digits.hasPrefix("10") {
            digits = fixed(mantissa / 10, decimals)
            exponent += 1
        }
        let shown = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
        return digits + "e" + (exponent < 0 ? "-" : "+") + shown
    }

    /// `%g`: the shorter form without trailing zeros.
    static func general(_ value: Double, _ precision: Int) -> String {
        let precision = max(1, precision)
        if value == 0 { return "0" }
        var exponent = 0
        var mantissa = value.magnitude
        while mantissa >= 10 { mantissa /= 10; exponent += 1 }
        while mantissa < 1 { mantissa *= 10; exponent -= 1 }
        var text: String
        if exponent < -4 || exponent >= precision {
            text = exponential(value, precision - 1)
            guard let e = text.firstIndex(of: "e") else { return text }
            return trimmed(String(text[..<e])) + text[e...]
        }
        text = fixed(value, max(0, precision - 1 - exponent))
        return trimmed(text)
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var result = text
        while result.hasSuffix("0") { result.removeLast() }
        if result.hasSuffix(".") { result.removeLast() }
        return result
    }
}
