/// Evaluates `$((…))`: 64-bit integers, all operators of C that POSIX asks for, assignments included.
///
/// - Units: numbers wrap at 64 bits.
/// - Bounds: nesting deeper than 60, or variables that name one another in a circle, is an error.
struct ArithmeticEvaluator {
    struct Failure: Error {
        var problem: ShellProblem
        var message: String { problem.words(.lenient).text }
    }

    var state: ShellState
    private var text: [UInt8] = []
    private var index = 0
    private var depth = 0
    /// Off in the branch of `?:`, `&&`, `||` that is not taken.
    private var isLive = true

    init(state: ShellState) { self.state = state }

    mutating func evaluate(_ expression: String, level: Int = 0) throws(Failure) -> Int64 {
        if level > 20 { throw Failure(problem: .other("expression recursion level exceeded")) }
        let saved = (text, index, depth)
        defer { (text, index, depth) = saved }
        text = Array(expression.utf8)
        index = 0
        depth = level
        skip()
        if index == text.count { return 0 }
        let value = try comma()
        skip()
        if index < text.count { throw failure() }
        return value
    }

    private func failure(_ message: String = "arithmetic syntax error") -> Failure {
        let expression = String(decoding: text, as: UTF8.self)
        return Failure(problem: message == "division by zero" ? .divisionByZero(expression) : .arithmetic(expression, what: message))
    }

    private mutating func skip() { while index < text.count, ByteClass.contains(text[index], name: "space") { index += 1 } }

    /// Takes an operator if it comes next and is not the start of a longer one in `unless`.
    private mutating func take(_ operation: String, unless: String = "") -> Bool {
        skip()
        let wanted = Array(operation.utf8)
        guard index + wanted.count <= text.count, text[index..<index + wanted.count].elementsEqual(wanted) else { return false }
        if index + wanted.count < text.count, unless.utf8.contains(text[index + wanted.count]) { return false }
        index += wanted.count
        return true
    }

    private mutating func comma() throws(Failure) -> Int64 {
        var value = try assignment()
        while take(",") { value = try assignment() }
        return value
    }

    private static let assignments: [(String, String)] = [
        ("=", ""), ("+=", "+"), ("-=", "-"), ("*=", "*"), ("/=", "/"), ("%=", "%"), ("<<=", "<<"), (">>=", ">>"), ("&=", "&"), ("^=", "^"), ("|=", "|"),
    ]

    private mutating func assignment() throws(Failure) -> Int64 {
        depth += 1
        defer { depth -= 1 }
        if depth > 60 { throw failure("expression too deep") }
        skip()
        let start = index
        if let name = try takeVariable() {
            for (symbol, operation) in Self.assignments where take(symbol, unless: symbol == "=" ? "=" : "") {
                let right = try assignment()
                let value = operation.isEmpty ? right : try apply(operation, try value(of: name), right)
                store(name, value)
                return value
            }
            index = start
        }
        let condition = try binary(0)
        guard take("?") else { return condition }
        let wasLive = isLive
        isLive = wasLive && condition != 0
        let first = try comma()
        guard take(":") else { throw failure() }
        isLive = wasLive && condition == 0
        let second = try assignment()
        isLive = wasLive
        return condition != 0 ? first : second
    }

    /// Binary operators by precedence; within a level the longer come first.
    private static let levels: [[(symbol: String, unless: String)]] = [
        [("||", "")], [("&&", "")], [("|", "|=")], [("^", "=")], [("&", "&=")], [("==", ""), ("!=", "")],
        [("<=", ""), (">=", ""), ("<", "<"), (">", ">")], [("<<", "="), (">>", "=")], [("+", "+="), ("-", "-=")],
        [("*", "*="), ("/", "="), ("%", "=")],
    ]

    private mutating func binary(_ level: Int) throws(Failure) -> Int64 {
        if level == Self.levels.count { return try power() }
        var left = try binary(level + 1)
        search: while true {
            for (symbol, unless) in Self.levels[level] where take(symbol, unless: unless) {
                if symbol == "&&" || symbol == "||" {
                    let wasLive = isLive
                    isLive = wasLive && (symbol == "&&") == (left != 0)
                    let right = try binary(level + 1)
                    isLive = wasLive
                    left = symbol == "&&" ? (left != 0 && right != 0 ? 1 : 0) : (left != 0 || right != 0 ? 1 : 0)
                } else {
                    left = try apply(symbol, left, try binary(level + 1))
                }
                continue search
            }
            return left
        }
    }

    private mutating func power() throws(Failure) -> Int64 {
        let base = try unary()
        guard take("**", unless: "=") else { return base }
        depth += 1
        defer { depth -= 1 }
        if depth > 60 { throw failure("expression too deep") }
        var exponent = try power()
        if exponent < 0 { throw failure("exponent less than 0") }
        var (result, factor): (Int64, Int64) = (1, base)
        while exponent > 0 {
            if exponent & 1 == 1 { result &*= factor }
            factor &*= factor
            exponent >>= 1
        }
        return result
    }

    private func apply(_ operation: String, _ left: Int64, _ right: Int64) throws(Failure) -> Int64 {
        switch operation {
        case "+": return left &+ right
        case "-": return left &- right
        case "*": return left &* right
        case "/", "%":
            if right == 0 {
                if !isLive { return 0 }
                throw failure("division by zero")
            }
            if right == -1 { return operation == "/" ? 0 &- left : 0 }
            return operation == "/" ? left / right : left % right
        case "<<": return left &<< right
        case ">>": return left &>> right
        case "&": return left & right
        case "^": return left ^ right
        case "|": return left | right
        case "==": return left == right ? 1 : 0
        case "!=": return left != right ? 1 : 0
        case "<": return left < right ? 1 : 0
        case ">": return left > right ? 1 : 0
        case "<=": return left <= right ? 1 : 0
        default: return left >= right ? 1 : 0
        }
    }

    private mutating func unary() throws(Failure) -> Int64 {
        depth += 1
        defer { depth -= 1 }
        if depth > 60 { throw failure("expression too deep") }
        skip()
        for (symbol, change) in [("++", Int64(1)), ("--", Int64(-1))] where take(symbol) {
            skip()
            guard let name = try takeVariable() else { return change == 1 ? try unary() : try unary() }
            let value = try value(of: name) &+ change
            store(name, value)
            return value
        }
        if take("-") { return 0 &- (try unary()) }
        if take("+") { return try unary() }
        if take("!", unless: "=") { return try unary() == 0 ? 1 : 0 }
        if take("~") { return ~(try unary()) }
        if take("(") {
            let value = try comma()
            guard take(")") else { throw failure() }
            return value
        }
        if let name = try takeVariable() {
            let current = try value(of: name)
            if take("++") {
                store(name, current &+ 1)
            } else if take("--") {
                store(name, current &- 1)
            }
            return current
        }
        return try number()
    }

    /// Takes `name` or `name[expression]`, the latter as `name[NUMBER]`.
    private mutating func takeVariable() throws(Failure) -> String? {
        guard let name = takeName() else { return nil }
        guard state.language.hasArrays, index < text.count, text[index] == 91 else { return name }
        index += 1
        let number = Int(clamping: try comma())
        guard take("]") else { throw failure() }
        return "\(name)[\(number < 0 ? (state.elements(of: name)?.end ?? 0) + number : number)]"
    }

    /// The array and the key of what `takeVariable` gave; nil for a plain variable.
    private static func element(_ variable: String) -> (name: String, key: String)? {
        guard variable.hasSuffix("]"), let bracket = variable.firstIndex(of: "[") else { return nil }
        return (String(variable[..<bracket]), String(variable[variable.index(after: bracket)...].dropLast()))
    }

    private mutating func takeName() -> String? {
        let start = index
        while index < text.count, ByteClass.contains(text[index], name: index == start ? "alpha" : "word") || text[index] == 95 { index += 1 }
        return index > start ? String(decoding: text[start..<index], as: UTF8.self) : nil
    }

    private mutating func number() throws(Failure) -> Int64 {
        let start = index
        while index < text.count, ByteClass.contains(text[index], name: "word") || text[index] == 35 { index += 1 }
        guard let value = Self.parse(String(decoding: text[start..<index], as: UTF8.self)) else { throw failure() }
        return value
    }

    /// `12`, `0x1f`, `017`, `2#101`.
    static func parse(_ text: String) -> Int64? {
        if let hash = text.firstIndex(of: "#"), let base = Int(text[..<hash]), (2...36).contains(base) {
            return Int64(text[text.index(after: hash)...], radix: base)
        }
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return Int64(text.dropFirst(2), radix: 16) }
        if text.count > 1, text.hasPrefix("0") { return Int64(text.dropFirst(), radix: 8) }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), !text.isEmpty else { return nil }
        return Int64(text) ?? .max
    }

    private func value(of name: String) throws(Failure) -> Int64 {
        let element = Self.element(name)
        guard let text = element.map({ state.elements(of: $0.name)?[$0.key] }) ?? state[name], !text.isEmpty else {
            if state.options.refusesUnset, state[name] == nil, isLive { throw Failure(problem: .other("\(name): parameter not set")) }
            return 0
        }
        var trimmed = Substring(text)
        while let first = trimmed.first, first == " " || first == "\t" || first == "\n" { trimmed.removeFirst() }
        while let last = trimmed.last, last == " " || last == "\t" || last == "\n" { trimmed.removeLast() }
        let isNegative = trimmed.hasPrefix("-")
        if isNegative || trimmed.hasPrefix("+") { trimmed.removeFirst() }
        if let number = Self.parse(String(trimmed)) { return isNegative ? 0 &- number : number }
        var inner = ArithmeticEvaluator(state: state)
        return try inner.evaluate(text, level: depth + 1)
    }

    private mutating func store(_ name: String, _ value: Int64) {
        guard isLive else { return }
        if let (array, key) = Self.element(name) { _ = state.assign(array, key: key, String(value)) } else { state.assign(name, String(value)) }
    }
}
