/// `bc`, for its everyday use: expressions, `scale`, variables, comparison; and `dc` for what stands in postfix.
///
/// - Units: exact decimal numbers of at most `digitsMax` digits behind the point.
/// - Bounds: numbers of more than 18 digits are refused.
enum CalculatorUtility {
    struct Number {
        /// The value times 10^scale.
        var units: Int128
        var scale: Int
    }

    struct Failure: Error { var message: String }

    static let digitsMax = 12
    private static func power(_ count: Int) -> Int128 { (0..<count).reduce(1) { value, _ in value * 10 } }
    private static let unitsMax: Int128 = power(30)

    static func rescaled(_ number: Number, to scale: Int) -> Number {
        if number.scale == scale { return number }
        return Number(units: number.scale < scale ? number.units * power(scale - number.scale) : number.units / power(number.scale - scale), scale: scale)
    }

    private static func checked(_ number: Number) throws(Failure) -> Number {
        if number.units > unitsMax || number.units < -unitsMax { throw Failure(message: "number too large") }
        return number
    }

    static func parse(_ text: String) -> Number? {
        let isNegative = text.hasPrefix("-") || text.hasPrefix("_")
        let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }), parts.allSatisfy({ $0.allSatisfy(\.isNumber) }), parts[0].count <= 18 else { return nil }
        let fraction = parts.count > 1 ? parts[1].prefix(digitsMax) : ""
        guard let units = Int128(String(parts[0]) + fraction) else { return nil }
        return Number(units: isNegative ? -units : units, scale: fraction.count)
    }

    static func text(_ number: Number) -> String {
        let digits = String(number.units.magnitude)
        let sign = number.units < 0 ? "-" : ""
        if number.scale == 0 { return sign + digits }
        if number.units == 0 { return "0" }
        let padded = String(repeating: "0", count: max(0, number.scale + 1 - digits.count)) + digits
        let whole = padded.dropLast(number.scale)
        return sign + (whole == "0" ? "" : String(whole)) + "." + padded.suffix(number.scale)
    }

    static func combine(_ operation: Character, _ left: Number, _ right: Number, scale: Int) throws(Failure) -> Number {
        let common = max(left.scale, right.scale)
        let (a, b) = (rescaled(left, to: common), rescaled(right, to: common))
        switch operation {
        case "+": return try checked(Number(units: a.units + b.units, scale: common))
        case "-": return try checked(Number(units: a.units - b.units, scale: common))
        case "*":
            let product = Number(units: left.units * right.units, scale: left.scale + right.scale)
            return try checked(rescaled(product, to: min(left.scale + right.scale, max(scale, left.scale, right.scale))))
        case "/", "%":
            guard right.units != 0 else { throw Failure(message: "Divide by zero") }
            let quotient = Number(units: a.units * power(scale) / b.units, scale: scale)
            if operation == "/" { return try checked(quotient) }
            let product = Number(units: quotient.units * right.units, scale: scale + right.scale)
            return try combine("-", left, product, scale: scale)
        case "^":
            var result = Number(units: 1, scale: 0)
            let count = Int(clamping: rescaled(right, to: 0).units)
            guard count.magnitude <= 1000 else { throw Failure(message: "exponent too large") }
            for _ in 0..<count.magnitude { result = try combine("*", result, left, scale: max(scale, left.scale)) }
            return count < 0 ? try combine("/", Number(units: 1, scale: 0), result, scale: scale) : result
        default: throw Failure(message: "unknown operator \(operation)")
        }
    }

    // MARK: bc

    struct Evaluator {
        var variables: [String: Number] = [:]
        var scale = 0
        private var text: [Character] = []
        private var index = 0
        private var depth = 0
        /// An assignment is not printed.
        private(set) var isAssignment = false

        init() {}

        mutating func evaluate(_ expression: String) throws(Failure) -> Number {
            (text, index, depth, isAssignment) = (Array(expression), 0, 0, false)
            let value = try comparison()
            skip()
            guard index == text.count else { throw Failure(message: "syntax error") }
            return value
        }

        private mutating func skip() { while index < text.count, text[index] == " " || text[index] == "\t" { index += 1 } }

        private mutating func take(_ symbol: String) -> Bool {
            skip()
            let wanted = Array(symbol)
            guard index + wanted.count <= text.count, Array(text[index..<index + wanted.count]) == wanted else { return false }
            index += wanted.count
            return true
        }

        private mutating func comparison() throws(Failure) -> Number {
            depth += 1
            defer { depth -= 1 }
            if depth > 60 { throw Failure(message: "expression is nested too deeply") }
            let left = try sum()
            for symbol in ["<=", ">=", "==", "!=", "<", ">"] where take(symbol) {
                let difference = try CalculatorUtility.combine("-", left, try sum(), scale: scale).units
                let holds =
                    switch symbol {
                    case "<=": difference <= 0
                    case ">=": difference >= 0
                    case "==": difference == 0
                    case "!=": difference != 0
                    case "<": difference < 0
                    default: difference > 0
                    }
                return Number(units: holds ? 1 : 0, scale: 0)
            }
            return left
        }

        private mutating func sum() throws(Failure) -> Number {
            var left = try product()
            while true {
                if take("+") { left = try CalculatorUtility.combine("+", left, try product(), scale: scale) } else if take("-") { left = try CalculatorUtility.combine("-", left, try product(), scale: scale) } else { return left }
            }
        }

        private mutating func product() throws(Failure) -> Number {
            var left = try unary()
            while true {
                var symbol: Character?
                for candidate: Character in ["*", "/", "%"] where take(String(candidate)) {
                    symbol = candidate
                    break
                }
                guard let symbol else { return left }
                left = try CalculatorUtility.combine(symbol, left, try unary(), scale: scale)
            }
        }

        private mutating func unary() throws(Failure) -> Number {
            if take("-") {
                let value = try unary()
                return Number(units: -value.units, scale: value.scale)
            }
            let base = try primary()
            return take("^") ? try CalculatorUtility.combine("^", base, try unary(), scale: scale) : base
        }

        private mutating func primary() throws(Failure) -> Number {
            if take("(") {
                let value = try comparison()
                guard take(")") else { throw Failure(message: "syntax error") }
                return value
            }
            skip()
            let start = index
            while index < text.count, text[index].isNumber || text[index] == "." { index += 1 }
            if index > start {
                guard let number = CalculatorUtility.parse(String(text[start..<index])) else { throw Failure(message: "syntax error") }
                return number
            }
            while index < text.count, text[index].isLetter || text[index] == "_" || (index > start && text[index].isNumber) { index += 1 }
            guard index > start else { throw Failure(message: "syntax error") }
            let name = String(text[start..<index])
            if take("(") {
                let value = try comparison()
                guard take(")") else { throw Failure(message: "syntax error") }
                switch name {
                case "sqrt":
                    guard value.units >= 0 else { throw Failure(message: "square root of a negative number") }
                    let digits = max(scale, value.scale)
                    let wide = CalculatorUtility.rescaled(value, to: digits * 2).units
                    var root = Int128(Double(wide).squareRoot())
                    while root * root > wide { root -= 1 }
                    while (root + 1) * (root + 1) <= wide { root += 1 }
                    return Number(units: root, scale: digits)
                case "length": return Number(units: Int128(String(value.units.magnitude).count), scale: 0)
                case "scale": return Number(units: Int128(value.scale), scale: 0)
                default: throw Failure(message: "function \(name) is not available")
                }
            }
            skip()
            if index < text.count, text[index] == "=", index + 1 >= text.count || text[index + 1] != "=" {
                index += 1
                let value = try comparison()
                if name == "scale" { scale = max(0, min(Int(clamping: CalculatorUtility.rescaled(value, to: 0).units), CalculatorUtility.digitsMax)) } else { variables[name] = value }
                isAssignment = true
                return value
            }
            if name == "scale" { return Number(units: Int128(scale), scale: 0) }
            return variables[name] ?? Number(units: 0, scale: 0)
        }
    }

    @Sendable static func bc(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "lqsw")
        var evaluator = Evaluator()
        if options.flags.contains("l") { evaluator.scale = digitsMax }
        var text = String(decoding: io.input, as: UTF8.self)
        for name in options.operands {
            guard let bytes = io.readFile(name) else { return 1 }
            text = String(decoding: bytes, as: UTF8.self) + text
        }
        for statement in text.split(whereSeparator: { $0 == "\n" || $0 == ";" }).prefix(10_000) {
            let trimmed = statement.trimming { $0 == " " || $0 == "\t" }
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            if trimmed == "quit" || trimmed == "halt" { break }
            if trimmed.hasPrefix("\""), trimmed.hasSuffix("\"") {
                io.print(String(trimmed.dropFirst().dropLast()))
                continue
            }
            do throws(Failure) {
                let value = try evaluator.evaluate(trimmed)
                if !evaluator.isAssignment { io.printLine(CalculatorUtility.text(value)) }
            } catch {
                io.complain(error.message)
                if io.tools == .busybox { return 1 }
            }
        }
        return 0
    }

    @Sendable static func dc(_ io: inout UtilityIO) -> Int {
        var stack: [Number] = []
        var scale = 0
        var words = io.arguments.filter { $0 != "-e" }
        if words.isEmpty { words = [String(decoding: io.input, as: UTF8.self)] }
        for word in words.joined(separator: " ").split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init) {
            if let number = parse(word) {
                stack.append(number)
                continue
            }
            switch word {
            case "p": if let top = stack.last { io.printLine(text(top)) }
            case "f": for number in stack.reversed() { io.printLine(text(number)) }
            case "k": scale = max(0, min(Int(clamping: stack.popLast()?.units ?? 0), digitsMax))
            case "d": if let top = stack.last { stack.append(top) }
            case "q": return 0
            case "+", "-", "*", "/", "%", "^":
                guard let right = stack.popLast(), let left = stack.popLast() else {
                    io.complain("stack empty")
                    return 1
                }
                do throws(Failure) { stack.append(try combine(Character(word), left, right, scale: scale)) } catch {
                    io.complain(error.message)
                    return 1
                }
            default:
                io.complain("syntax error at '\(word)'")
                return 1
            }
        }
        return 0
    }
}

extension Substring {
    func trimming(_ isBlank: (Character) -> Bool) -> String {
        var rest = self.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
