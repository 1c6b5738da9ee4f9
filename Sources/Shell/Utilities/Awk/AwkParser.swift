/// Reads a program of awk.
///
/// - Bounds: nesting deeper than 60 is an error.
struct AwkParser {
    static let keywords: Set<String> = [
        "BEGIN", "END", "if", "else", "while", "for", "do", "break", "continue", "next", "exit", "print", "printf", "function", "func", "return", "delete", "in", "getline",
    ]

    private var lexer: AwkLexer
    private var token = AwkToken.newline
    private var depth = 0
    /// `>` after print is a redirection, not a comparison.
    private var noGreater = false
    private var noIn = false

    init(_ text: String) { lexer = AwkLexer(text) }

    private func failure(_ text: String = "syntax error") -> AwkError { AwkError(message: text) }
    private mutating func advance() throws(AwkError) { token = try lexer.next() }
    private func isSymbol(_ text: String) -> Bool { token == .symbol(text) }
    private func isName(_ text: String) -> Bool { token == .name(text) }

    private mutating func take(_ text: String) throws(AwkError) -> Bool {
        guard isSymbol(text) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ text: String) throws(AwkError) {
        guard try take(text) else { throw failure("syntax error: expected \(text)") }
    }

    private mutating func skipNewlines() throws(AwkError) { while token == .newline || isSymbol(";") { try advance() } }
    private mutating func skipLineEnds() throws(AwkError) { while token == .newline { try advance() } }

    mutating func program() throws(AwkError) -> AwkProgram {
        var program = AwkProgram()
        try advance()
        try skipNewlines()
        while token != .end {
            if isName("function") || isName("func") {
                try advance()
                let name: String
                switch token {
                case .name(let text), .function(let text): name = text
                default: throw failure()
                }
                try advance()
                try expect("(")
                var parameters: [String] = []
                while case .name(let parameter) = token {
                    parameters.append(parameter)
                    try advance()
                    if try !take(",") { break }
                    try skipLineEnds()
                }
                try expect(")")
                try skipLineEnds()
                program.functions[name] = AwkProgram.Function(parameters: parameters, body: try block())
            } else {
                var pattern = AwkProgram.Pattern.always
                if isName("BEGIN") {
                    pattern = .begin
                    try advance()
                } else if isName("END") {
                    pattern = .end
                    try advance()
                } else if !isSymbol("{") {
                    let first = try expression()
                    if try take(",") {
                        try skipLineEnds()
                        pattern = .range(first, try expression())
                    } else {
                        pattern = .expression(first)
                    }
                }
                program.rules.append(AwkProgram.Rule(pattern: pattern, body: isSymbol("{") ? try block() : nil))
            }
            try skipNewlines()
        }
        return program
    }

    // MARK: Statements

    private mutating func block() throws(AwkError) -> [AwkStatement] {
        try expect("{")
        var statements: [AwkStatement] = []
        try skipNewlines()
        while !isSymbol("}") {
            guard token != .end else { throw failure("syntax error: missing }") }
            statements.append(try statement())
            try skipNewlines()
        }
        try advance()
        return statements
    }

    private mutating func body() throws(AwkError) -> [AwkStatement] {
        try skipLineEnds()
        if try take(";") { return [] }
        return isSymbol("{") ? try block() : [try statement()]
    }

    private mutating func statement() throws(AwkError) -> AwkStatement {
        depth += 1
        defer { depth -= 1 }
        if depth > 60 { throw failure("program is nested too deeply") }
        if isSymbol("{") { return .block(try block()) }
        guard case .name(let word) = token, Self.keywords.contains(word), word != "getline" else { return try simple() }
        switch word {
        case "if":
            try advance()
            try expect("(")
            let condition = try expression()
            try expect(")")
            let yes = try body()
            let saved = (lexer, token)
            try skipNewlines()
            if isName("else") {
                try advance()
                return .conditional(condition, yes, try body())
            }
            (lexer, token) = saved
            return .conditional(condition, yes, [])
        case "while":
            try advance()
            try expect("(")
            let condition = try expression()
            try expect(")")
            return .loop(condition, try body(), step: nil, testsFirst: true)
        case "do":
            try advance()
            let inner = try body()
            try skipNewlines()
            guard isName("while") else { throw failure() }
            try advance()
            try expect("(")
            let condition = try expression()
            try expect(")")
            return .loop(condition, inner, step: nil, testsFirst: false)
        case "for": return try forLoop()
        default: return try simple()
        }
    }

    private mutating func forLoop() throws(AwkError) -> AwkStatement {
        try advance()
        try expect("(")
        if case .name(let name) = token {
            let saved = (lexer, token)
            try advance()
            if isName("in") {
                try advance()
                if case .name(let array) = token {
                    try advance()
                    if try take(")") { return .each(name, in: array, try body()) }
                }
            }
            (lexer, token) = saved
        }
        let start: AwkStatement? = isSymbol(";") ? nil : try simple()
        try expect(";")
        let condition: AwkExpression? = isSymbol(";") ? nil : try expression()
        try expect(";")
        let step: AwkStatement? = isSymbol(")") ? nil : try simple()
        try expect(")")
        let loop = AwkStatement.loop(condition, try body(), step: step, testsFirst: true)
        return start.map { .block([$0, loop]) } ?? loop
    }

    private var endsStatement: Bool { token == .newline || token == .end || isSymbol(";") || isSymbol("}") || isSymbol(")") }

    private mutating func simple() throws(AwkError) -> AwkStatement {
        guard case .name(let word) = token else { return .expression(try expression()) }
        switch word {
        case "print", "printf":
            try advance()
            var arguments: [AwkExpression] = []
            noGreater = true
            if !endsStatement, !isSymbol(">"), !isSymbol(">>"), !isSymbol("|") {
                let saved = (lexer, token)
                var isList = false
                if isSymbol("(") {
                    // `print (a, b)` is a list, `print (a) b` an expression.
                    try advance()
                    noGreater = false
                    var list = [try expression()]
                    while try take(",") {
                        try skipLineEnds()
                        list.append(try expression())
                    }
                    noGreater = true
                    if isSymbol(")") {
                        try advance()
                        if endsStatement || isSymbol(">") || isSymbol(">>") || isSymbol("|") {
                            arguments = list
                            isList = true
                        }
                    }
                }
                if !isList {
                    (lexer, token) = saved
                    repeat {
                        try skipLineEnds()
                        arguments.append(try expression())
                    } while try take(",")
                }
            }
            noGreater = false
            var redirect: (kind: String, target: AwkExpression)?
            for kind in [">>", ">", "|"] where isSymbol(kind) {
                try advance()
                redirect = (kind, try concatenation())
                break
            }
            return word == "print" ? .print(arguments, redirect: redirect) : .printf(arguments, redirect: redirect)
        case "next":
            try advance()
            return .next
        case "break":
            try advance()
            return .leave
        case "continue":
            try advance()
            return .goOn
        case "exit":
            try advance()
            return .exit(endsStatement ? nil : try expression())
        case "return":
            try advance()
            return .giveBack(endsStatement ? nil : try expression())
        case "delete":
            try advance()
            guard case .name(let array) = token else { throw failure() }
            try advance()
            guard try take("[") else { return .delete(array, nil) }
            return .delete(array, try subscripts())
        default: return .expression(try expression())
        }
    }

    private mutating func subscripts() throws(AwkError) -> [AwkExpression] {
        var result = [try expression()]
        while try take(",") { result.append(try expression()) }
        try expect("]")
        return result
    }

    // MARK: Expressions

    private mutating func expression() throws(AwkError) -> AwkExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > 60 { throw failure("expression is nested too deeply") }
        let left = try conditional()
        for symbol in ["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="] where isSymbol(symbol) {
            switch left {
            case .variable, .field, .element: break
            default: throw failure()
            }
            try advance()
            try skipLineEnds()
            return .assign(left, String(symbol.dropLast()), try expression())
        }
        return left
    }

    private mutating func conditional() throws(AwkError) -> AwkExpression {
        let condition = try disjunction()
        guard try take("?") else { return condition }
        try skipLineEnds()
        let yes = try expression()
        try skipLineEnds()
        try expect(":")
        try skipLineEnds()
        return .conditional(condition, yes, try expression())
    }

    private mutating func disjunction() throws(AwkError) -> AwkExpression {
        var left = try conjunction()
        while try take("||") {
            try skipLineEnds()
            left = .binary("||", left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws(AwkError) -> AwkExpression {
        var left = try membership()
        while try take("&&") {
            try skipLineEnds()
            left = .binary("&&", left, try membership())
        }
        return left
    }

    private mutating func membership() throws(AwkError) -> AwkExpression {
        var left = try matching()
        while isName("in"), !noIn {
            try advance()
            guard case .name(let array) = token else { throw failure() }
            try advance()
            left = .contains([left], array)
        }
        return left
    }

    private mutating func matching() throws(AwkError) -> AwkExpression {
        var left = try comparison()
        while isSymbol("~") || isSymbol("!~") {
            let isNegated = isSymbol("!~")
            try advance()
            left = .match(left, try comparison(), isNegated: isNegated)
        }
        return left
    }

    private mutating func comparison() throws(AwkError) -> AwkExpression {
        let left = try concatenation()
        for symbol in ["<", "<=", "==", "!=", ">=", ">"] where isSymbol(symbol) && !(symbol == ">" && noGreater) {
            try advance()
            return .binary(symbol, left, try concatenation())
        }
        return left
    }

    private var beginsOperand: Bool {
        switch token {
        case .number, .string, .regex, .function: true
        case .name(let name): !Self.keywords.contains(name)
        case .symbol(let text): ["$", "!", "(", "-", "+", "++", "--"].contains(text)
        default: false
        }
    }

    private mutating func concatenation() throws(AwkError) -> AwkExpression {
        var left = try sum()
        while beginsOperand, !isSymbol("-"), !isSymbol("+"), !isSymbol("!") { left = .concatenate(left, try sum()) }
        return left
    }

    private mutating func sum() throws(AwkError) -> AwkExpression {
        var left = try product()
        while isSymbol("+") || isSymbol("-") {
            let symbol = isSymbol("+") ? "+" : "-"
            try advance()
            left = .binary(symbol, left, try product())
        }
        return left
    }

    private mutating func product() throws(AwkError) -> AwkExpression {
        var left = try unary()
        while isSymbol("*") || isSymbol("/") || isSymbol("%") {
            guard case .symbol(let symbol) = token else { break }
            try advance()
            left = .binary(symbol, left, try unary())
        }
        return left
    }

    private mutating func unary() throws(AwkError) -> AwkExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > 60 { throw failure("expression is nested too deeply") }
        for symbol in ["!", "-", "+"] where isSymbol(symbol) {
            try advance()
            return .unary(symbol, try unary())
        }
        let base = try postfix()
        if isSymbol("^") || isSymbol("**") {
            try advance()
            return .binary("^", base, try unary())
        }
        return base
    }

    private mutating func postfix() throws(AwkError) -> AwkExpression {
        for (symbol, change) in [("++", 1.0), ("--", -1.0)] where isSymbol(symbol) {
            try advance()
            return .increment(try postfix(), by: change, isPrefix: true)
        }
        let base = try primary()
        switch base {
        case .variable, .field, .element:
            for (symbol, change) in [("++", 1.0), ("--", -1.0)] where isSymbol(symbol) {
                try advance()
                lexer.expectsOperand = false
                return .increment(base, by: change, isPrefix: false)
            }
        default: break
        }
        return base
    }

    private mutating func primary() throws(AwkError) -> AwkExpression {
        let current = token
        switch current {
        case .number(let value):
            try advance()
            return .number(value)
        case .string(let text):
            try advance()
            return .string(text)
        case .regex(let text):
            try advance()
            do throws(PosixRegex.SyntaxError) { return .regex(try PosixRegex(text, isExtended: true)) } catch { throw failure(error.message) }
        case .symbol("$"):
            try advance()
            return .field(try postfix())
        case .symbol("("):
            try advance()
            let saved = noGreater
            noGreater = false
            var list = [try expression()]
            while try take(",") { list.append(try expression()) }
            noGreater = saved
            try expect(")")
            if list.count > 1 {
                guard isName("in") else { throw failure() }
                try advance()
                guard case .name(let array) = token else { throw failure() }
                try advance()
                return .contains(list, array)
            }
            return list[0]
        case .function(let name):
            try advance()
            try expect("(")
            var arguments: [AwkExpression] = []
            let saved = noGreater
            noGreater = false
            try skipLineEnds()
            if !isSymbol(")") {
                repeat {
                    try skipLineEnds()
                    arguments.append(try expression())
                } while try take(",")
            }
            noGreater = saved
            try expect(")")
            return .call(name, arguments)
        case .name("getline"):
            try advance()
            if case .name(let name) = token, !Self.keywords.contains(name) {
                try advance()
                return .readLine(.variable(name))
            }
            return .readLine(nil)
        case .name(let name) where !Self.keywords.contains(name):
            try advance()
            if try take("[") { return .element(name, try subscripts()) }
            if name == "length" { return .call("length", []) }
            return .variable(name)
        default: throw failure()
        }
    }
}
