/// A program of awk, read.
struct AwkProgram: Sendable {
    enum Pattern: Sendable {
        case always, begin, end
        case expression(AwkExpression)
        case range(AwkExpression, AwkExpression)
    }

    struct Rule: Sendable {
        var pattern: Pattern
        /// Nil prints the record.
        var body: [AwkStatement]?
    }

    struct Function: Sendable {
        var parameters: [String]
        var body: [AwkStatement]
    }

    var rules: [Rule] = []
    var functions: [String: Function] = [:]
}

indirect enum AwkExpression: Sendable {
    case number(Double)
    case string(String)
    case regex(PosixRegex)
    case variable(String)
    case field(AwkExpression)
    case element(String, [AwkExpression])
    case assign(AwkExpression, String, AwkExpression)
    case binary(String, AwkExpression, AwkExpression)
    case unary(String, AwkExpression)
    case increment(AwkExpression, by: Double, isPrefix: Bool)
    case match(AwkExpression, AwkExpression, isNegated: Bool)
    case conditional(AwkExpression, AwkExpression, AwkExpression)
    case contains([AwkExpression], String)
    case call(String, [AwkExpression])
    case concatenate(AwkExpression, AwkExpression)
    /// `getline`, with the variable it fills.
    case readLine(AwkExpression?)
    /// `getline < file`.
    case readFile(AwkExpression?, file: AwkExpression)
    /// `command | getline`.
    case readCommand(AwkExpression, AwkExpression?)
}

indirect enum AwkStatement: Sendable {
    case expression(AwkExpression)
    case print([AwkExpression], redirect: (kind: String, target: AwkExpression)?)
    case printf([AwkExpression], redirect: (kind: String, target: AwkExpression)?)
    case block([AwkStatement])
    case conditional(AwkExpression, [AwkStatement], [AwkStatement])
    case loop(AwkExpression?, [AwkStatement], step: AwkStatement?, testsFirst: Bool)
    case each(String, in: String, [AwkStatement])
    case delete(String, [AwkExpression]?)
    case next, leave, goOn
    case exit(AwkExpression?)
    case giveBack(AwkExpression?)
}

struct AwkError: Error { var message: String }

/// Splits a program into words.
enum AwkToken: Equatable {
    case number(Double), string(String), regex(String), name(String), function(String), symbol(String), newline, end
}

struct AwkLexer {
    let bytes: [UInt8]
    var index = 0
    /// Whether a `/` now begins a regular expression.
    var expectsOperand = true

    init(_ text: String) { bytes = Array(text.utf8) }

    private static let symbols = [
        "**=", "&&", "||", "==", "!=", "<=", ">=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", ">>", "!~", "{", "}", "(", ")", "[", "]", ";", ",",
        "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=",
    ].map { Array($0.utf8) }

    mutating func next() throws(AwkError) -> AwkToken {
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 32 || byte == 9 || byte == 13 { index += 1 } else if byte == 92, index + 1 < bytes.count, bytes[index + 1] == 10 { index += 2 } else if byte == 35 {
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            } else { break }
        }
        guard index < bytes.count else { return .end }
        let byte = bytes[index]
        if byte == 10 {
            index += 1
            expectsOperand = true
            return .newline
        }
        if byte == 34 { return .string(try quoted(34)) }
        if byte == 47, expectsOperand { return .regex(try quoted(47)) }
        if (48...57).contains(byte) || (byte == 46 && index + 1 < bytes.count && (48...57).contains(bytes[index + 1])) {
            let start = index
            while index < bytes.count, (48...57).contains(bytes[index]) || bytes[index] == 46 { index += 1 }
            if index < bytes.count, bytes[index] | 32 == 101 {
                var end = index + 1
                if end < bytes.count, bytes[end] == 43 || bytes[end] == 45 { end += 1 }
                if end < bytes.count, (48...57).contains(bytes[end]) {
                    while end < bytes.count, (48...57).contains(bytes[end]) { end += 1 }
                    index = end
                }
            }
            expectsOperand = false
            return .number(Double(String(decoding: bytes[start..<index], as: UTF8.self)) ?? 0)
        }
        if ByteClass.contains(byte, name: "alpha") || byte == 95 {
            let start = index
            while index < bytes.count, ByteClass.contains(bytes[index], name: "word") { index += 1 }
            let name = String(decoding: bytes[start..<index], as: UTF8.self)
            expectsOperand = ["print", "printf", "return", "in", "if", "while", "do", "else", "exit", "getline"].contains(name)
            if index < bytes.count, bytes[index] == 40, !AwkParser.keywords.contains(name) { return .function(name) }
            return .name(name)
        }
        for symbol in Self.symbols where index + symbol.count <= bytes.count && bytes[index..<index + symbol.count].elementsEqual(symbol) {
            index += symbol.count
            let text = String(decoding: symbol, as: UTF8.self)
            expectsOperand = text != ")" && text != "]" && text != "$" && text != "++" && text != "--"
            return .symbol(text)
        }
        throw AwkError(message: "syntax error at source line 1: unexpected character")
    }

    private mutating func quoted(_ end: UInt8) throws(AwkError) -> String {
        index += 1
        var text: [UInt8] = []
        var isInBrackets = false
        while index < bytes.count, bytes[index] != end || isInBrackets {
            if bytes[index] == 10 { throw AwkError(message: "unterminated \(end == 34 ? "string" : "regexp")") }
            if bytes[index] == 92, index + 1 < bytes.count {
                if end == 47, bytes[index + 1] == 47 { text.append(47) } else { text += [92, bytes[index + 1]] }
                index += 2
                continue
            }
            if end == 47 {
                if bytes[index] == 91 { isInBrackets = true }
                if bytes[index] == 93 { isInBrackets = false }
            }
            text.append(bytes[index])
            index += 1
        }
        guard index < bytes.count else { throw AwkError(message: "unterminated \(end == 34 ? "string" : "regexp")") }
        index += 1
        expectsOperand = false
        return String(decoding: end == 34 ? EscapeSequences.decode(text, style: .printf).bytes : text, as: UTF8.self)
    }
}
