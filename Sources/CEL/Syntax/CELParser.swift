import KubernetesObjects

/// Reads expressions and expands their macros.
///
/// - Bounds: at most `lengthMax` characters and `depthMax` levels.
/// - Source: the grammar of CEL; messages in the form of cel-go's generated parser.
struct CELParser {
    static let lengthMax = 100_000
    static let depthMax = 250

    private let tokens: [CELToken]
    private var position = 0
    private var depth = 0
    private let source: String
    private var lexerProblems: [CELProblem]

    init(_ source: String) {
        self.source = source
        var lexer = CELLexer(source)
        tokens = lexer.tokens()
        lexerProblems = lexer.problems
    }

    static func parse(_ source: String) throws(CELCompileError) -> CELExpression {
        let length = source.unicodeScalars.count
        if length > lengthMax {
            throw CELCompileError([("expression code point size exceeds limit: size: \(length), limit \(lengthMax)", 0)], source: "")
        }
        var parser = CELParser(source)
        var problems = parser.lexerProblems
        do throws(CELProblem) {
            let expression = try parser.expression()
            if case .end = parser.current.kind {} else { throw parser.unexpectedTrailer() }
            if problems.isEmpty { return expression }
        } catch {
            problems.append(error)
        }
        throw CELCompileError(problems.map { ($0.message, $0.offset) }, source: source)
    }

    // MARK: Tokens

    private var current: CELToken { tokens[min(position, tokens.count - 1)] }
    private func isSymbol(_ symbol: String, _ ahead: Int = 0) -> Bool {
        let index = position + ahead
        return index < tokens.count && tokens[index].kind == .symbol(symbol)
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(CELProblem) {
        if take(symbol) { return }
        if case .end = current.kind { throw CELProblem(message: "Syntax error: missing '\(symbol)' at '<EOF>'", offset: current.offset) }
        throw CELProblem(message: "Syntax error: mismatched input '\(current.text)' expecting '\(symbol)'", offset: current.offset)
    }

    private func unexpectedTrailer() -> CELProblem {
        let isLast = position + 1 < tokens.count && tokens[position + 1].kind == .end
        let word = isLast ? "extraneous" : "mismatched"
        return CELProblem(message: "Syntax error: \(word) input '\(current.text)' expecting <EOF>", offset: current.offset)
    }

    private func expectedExpression() -> CELProblem {
        CELProblem(
            message:
                "Syntax error: mismatched input '\(current.text)' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
            offset: current.offset)
    }

    // MARK: Operators

    private mutating func expression() throws(CELProblem) -> CELExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax { throw CELProblem(message: "expression recursion limit exceeded: \(Self.depthMax)", offset: current.offset) }
        let condition = try or()
        guard isSymbol("?") else { return condition }
        let offset = current.offset
        position += 1
        let yes = try or()
        try expect(":")
        let no = try expression()
        return call(CELOperator.conditional, [condition, yes, no], offset)
    }

    private func call(_ name: String, _ arguments: [CELExpression], _ offset: Int) -> CELExpression {
        CELExpression(offset: offset, kind: .call(name, target: nil, arguments: arguments))
    }

    /// Long chains are balanced, so that their depth stays small.
    private mutating func chain(
        _ symbol: String, _ operand: (inout CELParser) throws(CELProblem) -> CELExpression
    ) throws(CELProblem) -> CELExpression {
        var operands = [try operand(&self)]
        var offsets: [Int] = []
        while isSymbol(symbol) {
            offsets.append(current.offset)
            position += 1
            operands.append(try operand(&self))
        }
        func balanced(_ range: Range<Int>) -> CELExpression {
            if range.count == 1 { return operands[range.lowerBound] }
            let middle = range.lowerBound + (range.count + 1) / 2
            return call(
                CELOperator.binary(symbol), [balanced(range.lowerBound..<middle), balanced(middle..<range.upperBound)], offsets[middle - 1])
        }
        return balanced(0..<operands.count)
    }

    private mutating func or() throws(CELProblem) -> CELExpression {
        try chain("||") { (self) throws(CELProblem) in try self.and() }
    }

    private mutating func and() throws(CELProblem) -> CELExpression {
        try chain("&&") { (self) throws(CELProblem) in try self.relation() }
    }

    private static let levels: [[String]] = [["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]]

    private mutating func relation(_ level: Int = 0) throws(CELProblem) -> CELExpression {
        guard level < Self.levels.count else { return try unary() }
        var left = try relation(level + 1)
        var count = 0
        while true {
            let symbol: String
            switch current.kind {
            case .symbol(let text): symbol = text
            case .identifier("in"): symbol = "in"
            default: return left
            }
            guard Self.levels[level].contains(symbol) else { return left }
            count += 1
            if count + depth > Self.depthMax {
                throw CELProblem(message: "expression recursion limit exceeded: \(Self.depthMax)", offset: current.offset)
            }
            let offset = current.offset
            position += 1
            left = call(CELOperator.binary(symbol), [left, try relation(level + 1)], offset)
        }
    }

    private mutating func unary() throws(CELProblem) -> CELExpression {
        for (symbol, name) in [("!", CELOperator.not), ("-", CELOperator.negate)] where isSymbol(symbol) {
            let offset = current.offset
            var count = 0
            while isSymbol(symbol) {
                count += 1
                position += 1
            }
            // A minus belongs to a number that follows it.
            if symbol == "-", let literal = negativeLiteral() {
                let member = try members(of: literal)
                return count % 2 == 0 ? call(name, [member], offset) : member
            }
            let operand = try member()
            return count % 2 == 0 ? operand : call(name, [operand], offset)
        }
        return try member()
    }

    private mutating func negativeLiteral() -> CELExpression? {
        let offset = current.offset
        switch current.kind {
        case .int(let magnitude) where magnitude <= UInt64(Int64.max) + 1:
            position += 1
            return CELExpression(offset: offset - 1, kind: .literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))))
        case .double(let value):
            position += 1
            return CELExpression(offset: offset - 1, kind: .literal(.double(-value)))
        default: return nil
        }
    }

    // MARK: Members

    private mutating func member() throws(CELProblem) -> CELExpression { try members(of: try primary()) }

    private mutating func members(of first: CELExpression) throws(CELProblem) -> CELExpression {
        var target = first
        var count = 0
        while true {
            count += 1
            if count + depth > Self.depthMax {
                throw CELProblem(message: "expression recursion limit exceeded: \(Self.depthMax)", offset: current.offset)
            }
            let offset = current.offset
            if take(".") {
                let isOptional = take("?")
                let name: String
                switch current.kind {
                case .identifier(let text): name = text
                case .quotedIdentifier(let text): name = text
                default: throw CELProblem(message: "Syntax error: no viable alternative at input '\(current.text == "<EOF>" ? "." : "." + current.text)'", offset: current.offset)
                }
                position += 1
                if !isOptional, isSymbol("(") {
                    let callOffset = current.offset
                    position += 1
                    let arguments = try list(until: ")")
                    target = try CELMacros.expandMember(name, target, arguments, offset: callOffset)
                } else {
                    target = CELExpression(offset: offset, kind: .select(target, field: name, isOptional: isOptional))
                }
            } else if take("[") {
                let isOptional = take("?")
                let index = try expression()
                try expect("]")
                target = CELExpression(offset: offset, kind: .index(target, index, isOptional: isOptional))
            } else if isSymbol("{"), let name = Self.qualifiedName(target) {
                target = try message(name, offset)
            } else {
                return target
            }
        }
    }

    private static func qualifiedName(_ expression: CELExpression) -> String? {
        switch expression.kind {
        case .identifier(let name, _): name
        case .select(let operand, let field, false): qualifiedName(operand).map { "\($0).\(field)" }
        default: nil
        }
    }

    private mutating func list(until end: String) throws(CELProblem) -> [CELExpression] {
        var elements: [CELExpression] = []
        if take(end) { return [] }
        repeat { elements.append(try expression()) } while take(",")
        try expect(end)
        return elements
    }

    private mutating func message(_ name: String, _ offset: Int) throws(CELProblem) -> CELExpression {
        try expect("{")
        var fields: [CELExpression.Field] = []
        while !isSymbol("}") {
            let isOptional = take("?")
            let field: String
            switch current.kind {
            case .identifier(let text): field = text
            case .quotedIdentifier(let text): field = text
            default: throw CELProblem(message: "Syntax error: mismatched input '\(current.text)' expecting IDENTIFIER", offset: current.offset)
            }
            position += 1
            let fieldOffset = current.offset
            try expect(":")
            fields.append(CELExpression.Field(name: field, value: try expression(), offset: fieldOffset, isOptional: isOptional))
            if !take(",") { break }
        }
        try expect("}")
        return CELExpression(offset: offset, kind: .message(name, fields))
    }

    private mutating func primary() throws(CELProblem) -> CELExpression {
        let token = current
        func literal(_ value: CELValue) -> CELExpression { CELExpression(offset: token.offset, kind: .literal(value)) }
        switch token.kind {
        case .int(let value):
            guard let signed = Int64(exactly: value) else { throw CELProblem(message: "invalid int literal", offset: token.offset) }
            position += 1
            return literal(.int(signed))
        case .uint(let value):
            position += 1
            return literal(.uint(value))
        case .double(let value):
            position += 1
            return literal(.double(value))
        case .string(let value):
            position += 1
            return literal(.string(value))
        case .bytes(let value):
            position += 1
            return literal(.bytes(value))
        case .identifier(let name):
            switch name {
            case "true", "false":
                position += 1
                return literal(.bool(name == "true"))
            case "null":
                position += 1
                return literal(.null)
            default: return try identifier(isAbsolute: false)
            }
        case .symbol("."):
            position += 1
            return try identifier(isAbsolute: true)
        case .symbol("("):
            position += 1
            let inner = try expression()
            try expect(")")
            return inner
        case .symbol("["):
            position += 1
            var elements: [CELExpression] = []
            var optional: Set<Int> = []
            while !isSymbol("]") {
                if take("?") { optional.insert(elements.count) }
                elements.append(try expression())
                if !take(",") { break }
            }
            try expect("]")
            return CELExpression(offset: token.offset, kind: .list(elements, optional: optional))
        case .symbol("{"):
            position += 1
            var entries: [CELExpression.Entry] = []
            while !isSymbol("}") {
                let isOptional = take("?")
                let key = try expression()
                try expect(":")
                entries.append(CELExpression.Entry(key: key, value: try expression(), isOptional: isOptional))
                if !take(",") { break }
            }
            try expect("}")
            return CELExpression(offset: token.offset, kind: .map(entries))
        default: throw expectedExpression()
        }
    }

    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void",
        "while",
    ]

    private mutating func identifier(isAbsolute: Bool) throws(CELProblem) -> CELExpression {
        let token = current
        guard case .identifier(let name) = token.kind, name != "in" else { throw expectedExpression() }
        position += 1
        if isSymbol("(") {
            let offset = current.offset
            position += 1
            let arguments = try list(until: ")")
            return try CELMacros.expandGlobal(name, arguments, offset: offset, isAbsolute: isAbsolute)
        }
        if Self.reserved.contains(name) { throw CELProblem(message: "reserved identifier: \(name)", offset: token.offset) }
        return CELExpression(offset: token.offset, kind: .identifier(name, isAbsolute: isAbsolute))
    }
}
