/// Reads a program of awk.
///
/// - Bounds: nesting deeper than 60 is an error.
struct AwkParser {
    static let keywords: Set<String> = [
        "BEGIN", "END", "if", "else", "while", "for", "do", "break", "continue", "next", "exit", "print", "printf", "function", "func", "return", "delete", "in", "getline",
    ]

    var lexer: AwkLexer
    var token = AwkToken.newline
    var depth = 0
    /// `>` after print is a redirection, not a comparison.
    var noGreater = false
    var noIn = false

    init(_ text: String) { lexer = AwkLexer(text) }

    func failure(_ text: String = "syntax error") -> AwkError { AwkError(message: text) }
    mutating func advance() throws(AwkError) { token = try lexer.next() }
    func isSymbol(_ text: String) -> Bool { token == .symbol(text) }
    func isName(_ text: String) -> Bool { token == .name(text) }

    mutating func take(_ text: String) throws(AwkError) -> Bool {
        guard isSymbol(text) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ text: String) throws(AwkError) {
        guard try take(text) else { throw failure("syntax error: expected \(text)") }
    }

    mutating func skipNewlines() throws(AwkError) { while token == .newline || isSymbol(";") { try advance() } }
    mutating func skipLineEnds() throws(AwkError) { while token == .newline { try advance() } }

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

    mutating func block() throws(AwkError) -> [AwkStatement] {
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

    mutating func body() throws(AwkError) -> [AwkStatement] {
        try skipLineEnds()
        if try take(";") { return [] }
        return isSymbol("{") ? try block() : [try statement()]
    }

    mutating func statement() throws(AwkError) -> AwkStatement {
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

    mutating func forLoop() throws(AwkError) -> AwkStatement {
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

    var endsStatement: Bool { token == .newline || token == .end || isSymbol(";") || isSymbol("}") || isSymbol(")") }

    mutating func simple() throws(AwkError) -> AwkStatement {
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

    mutating func subscripts() throws(AwkError) -> [AwkExpression] {
        var result = [try expression()]
        while try take(",") { result.append(try expression()) }
        try expect("]")
        return result
    }
}
