/// Expressions by precedence, the loosest first.
extension AwkParser {
    mutating func expression() throws(AwkError) -> AwkExpression {
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

    mutating func conditional() throws(AwkError) -> AwkExpression {
        let condition = try disjunction()
        guard try take("?") else { return condition }
        try skipLineEnds()
        let yes = try expression()
        try skipLineEnds()
        try expect(":")
        try skipLineEnds()
        return .conditional(condition, yes, try expression())
    }

    mutating func disjunction() throws(AwkError) -> AwkExpression {
        var left = try conjunction()
        while try take("||") {
            try skipLineEnds()
            left = .binary("||", left, try conjunction())
        }
        return left
    }

    mutating func conjunction() throws(AwkError) -> AwkExpression {
        var left = try membership()
        while try take("&&") {
            try skipLineEnds()
            left = .binary("&&", left, try membership())
        }
        return left
    }

    mutating func membership() throws(AwkError) -> AwkExpression {
        var left = try matching()
        while isName("in"), !noIn {
            try advance()
            guard case .name(let array) = token else { throw failure() }
            try advance()
            left = .contains([left], array)
        }
        return left
    }

    mutating func matching() throws(AwkError) -> AwkExpression {
        var left = try comparison()
        while isSymbol("~") || isSymbol("!~") {
            let isNegated = isSymbol("!~")
            try advance()
            left = .match(left, try comparison(), isNegated: isNegated)
        }
        return left
    }

    /// What `getline` fills; nil for the record.
    private mutating func lineTarget() throws(AwkError) -> AwkExpression? {
        guard isSymbol("$") || { if case .name(let name) = token { !Self.keywords.contains(name) } else { false } }() else { return nil }
        return try primary()
    }

    mutating func comparison() throws(AwkError) -> AwkExpression {
        var left = try concatenation()
        // `command | getline`; any other pipe belongs to a print.
        while isSymbol("|") {
            let saved = (lexer, token)
            try advance()
            guard isName("getline") else {
                (lexer, token) = saved
                break
            }
            try advance()
            left = .readCommand(left, try lineTarget())
        }
        for symbol in ["<", "<=", "==", "!=", ">=", ">"] where isSymbol(symbol) && !(symbol == ">" && noGreater) {
            try advance()
            return .binary(symbol, left, try concatenation())
        }
        return left
    }

    var beginsOperand: Bool {
        switch token {
        case .number, .string, .regex, .function: true
        case .name(let name): !Self.keywords.contains(name)
        case .symbol(let text): ["$", "!", "(", "-", "+", "++", "--"].contains(text)
        default: false
        }
    }

    mutating func concatenation() throws(AwkError) -> AwkExpression {
        var left = try sum()
        while beginsOperand, !isSymbol("-"), !isSymbol("+"), !isSymbol("!") { left = .concatenate(left, try sum()) }
        return left
    }

    mutating func sum() throws(AwkError) -> AwkExpression {
        var left = try product()
        while isSymbol("+") || isSymbol("-") {
            let symbol = isSymbol("+") ? "+" : "-"
            try advance()
            left = .binary(symbol, left, try product())
        }
        return left
    }

    mutating func product() throws(AwkError) -> AwkExpression {
        var left = try unary()
        while isSymbol("*") || isSymbol("/") || isSymbol("%") {
            guard case .symbol(let symbol) = token else { break }
            try advance()
            left = .binary(symbol, left, try unary())
        }
        return left
    }

    mutating func unary() throws(AwkError) -> AwkExpression {
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

    mutating func postfix() throws(AwkError) -> AwkExpression {
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

    mutating func primary() throws(AwkError) -> AwkExpression {
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
            let target = try lineTarget()
            if isSymbol("<") {
                try advance()
                return .readFile(target, file: try primary())
            }
            return .readLine(target)
        case .name(let name) where !Self.keywords.contains(name):
            try advance()
            if try take("[") { return .element(name, try subscripts()) }
            if name == "length" { return .call("length", []) }
            return .variable(name)
        default: throw failure()
        }
    }
}
