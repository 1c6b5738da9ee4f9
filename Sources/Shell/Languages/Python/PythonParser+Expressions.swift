/// Reads expressions, by precedence.
extension PythonParser {
    /// An expression, or several with commas between them.
    mutating func tuple() throws(PythonRefusal) -> Expression {
        let first = try expression()
        guard isNext(",") else { return first }
        var items = [first]
        while take(","), token.kind != .newline, !isNext("="), !isNext(")") { items.append(try expression()) }
        return .tuple(items)
    }

    mutating func expression() throws(PythonRefusal) -> Expression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax { throw .syntax("too many nested parentheses", line: token.line) }
        let value = try disjunction()
        if isNext(":=") { throw .unsupported("':='", line: token.line) }
        guard take("if") else { return value }
        let condition = try disjunction()
        try expect("else")
        return .conditional(condition, then: value, otherwise: try expression())
    }

    private mutating func disjunction() throws(PythonRefusal) -> Expression {
        var left = try conjunction()
        while take("or") { left = .either(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(PythonRefusal) -> Expression {
        var left = try negation()
        while take("and") { left = .both(left, try negation()) }
        return left
    }

    private mutating func negation() throws(PythonRefusal) -> Expression {
        var count = 0
        while take("not") { count += 1 }
        let value = try comparison()
        return count == 0 ? value : count % 2 == 1 ? .not(value) : .not(.not(value))
    }

    private mutating func comparison() throws(PythonRefusal) -> Expression {
        let first = try sum()
        var rest: [(symbol: String, right: Expression)] = []
        while true {
            var symbol = token.text
            if token.kind == .symbol, ["<", ">", "==", "!=", "<=", ">="].contains(symbol) { index += 1 } else if take("in") {
                symbol = "in"
            } else if isNext("not"), tokens[index + 1].text == "in" {
                index += 2
                symbol = "not in"
            } else if take("is") {
                symbol = take("not") ? "is not" : "is"
            } else {
                break
            }
            rest.append((symbol, try sum()))
        }
        return rest.isEmpty ? first : .comparison(first, rest)
    }

    private mutating func sum() throws(PythonRefusal) -> Expression {
        var left = try product()
        while token.kind == .symbol, ["+", "-"].contains(token.text) {
            index += 1
            left = .binary(tokens[index - 1].text, left, try product())
        }
        if token.kind == .symbol, ["&", "|", "^", "<<", ">>"].contains(token.text) { throw .unsupported("'\(token.text)'", line: token.line) }
        return left
    }

    private mutating func product() throws(PythonRefusal) -> Expression {
        var left = try unary()
        while token.kind == .symbol, ["*", "/", "//", "%"].contains(token.text) {
            index += 1
            left = .binary(tokens[index - 1].text, left, try unary())
        }
        return left
    }

    private mutating func unary() throws(PythonRefusal) -> Expression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax { throw .syntax("too many nested parentheses", line: token.line) }
        if take("-") { return .negative(try unary()) }
        if take("+") { return try unary() }
        let base = try postfix()
        return take("**") ? .binary("**", base, try unary()) : base
    }

    private mutating func postfix() throws(PythonRefusal) -> Expression {
        var value = try atom()
        while true {
            let line = token.line
            if take("(") { value = try call(value) } else if take("[") { value = try element(of: value) } else if take(".") {
                let member = try name()
                guard PythonLibrary.isMember(member, of: value) else { throw .unsupported("'.\(member)'", line: line) }
                value = .attribute(value, member)
            } else {
                return value
            }
        }
    }

    private mutating func call(_ function: Expression) throws(PythonRefusal) -> Expression {
        var (positional, named) = ([Expression](), [String: Expression]())
        while !take(")") {
            if isNext("*") || isNext("**") { throw .unsupported("'*' in a call", line: token.line) }
            if token.kind == .name, tokens[index + 1].text == "=", tokens[index + 1].kind == .symbol {
                let name = try name()
                index += 1
                named[name] = try expression()
            } else {
                positional.append(try expression())
            }
            if isNext("for") { throw .unsupported("comprehensions", line: token.line) }
            guard take(",") || isNext(")") else { throw problem }
        }
        return .call(function, positional, named)
    }

    private mutating func element(of value: Expression) throws(PythonRefusal) -> Expression {
        var from: Expression?
        if !isNext(":") { from = try expression() }
        if take(":") {
            let to = isNext("]") ? nil : try expression()
            if isNext(":") { throw .unsupported("steps of slices", line: token.line) }
            try expect("]")
            return .slice(value, from: from, to: to)
        }
        try expect("]")
        return .element(value, from!)
    }

    private mutating func atom() throws(PythonRefusal) -> Expression {
        let (token, line) = (token, token.line)
        switch token.kind {
        case .number:
            index += 1
            if let number = Int(token.text) { return .literal(.integer(number)) }
            if token.text.hasPrefix("0x"), let number = Int(token.text.dropFirst(2), radix: 16) { return .literal(.integer(number)) }
            if token.text.allSatisfy(\.isNumber) { throw .unsupported("an integer of this size", line: line) }
            guard let number = Double(token.text) else { throw .syntax("invalid decimal literal", line: line) }
            return .literal(.real(number))
        case .text: return try text()
        case .name:
            index += 1
            switch token.text {
            case "None": return .literal(.none)
            case "True": return .literal(.bool(true))
            case "False": return .literal(.bool(false))
            case "lambda", "await", "yield": throw .unsupported("'\(token.text)'", line: line)
            case _ where Self.keywords.contains(token.text): throw .syntax("invalid syntax", line: line)
            default:
                // A name that nobody gives a meaning to is Python's to complain of, unless it is one of Python's own.
                if !isKnown(token.text), PythonLibrary.otherBuiltins.contains(token.text) { throw .unsupported("'\(token.text)'", line: line) }
                return .name(token.text)
            }
        case .symbol where take("("):
            if take(")") { return .tuple([]) }
            let value = try tuple()
            if isNext("for") { throw .unsupported("comprehensions", line: line) }
            try expect(")")
            return value
        case .symbol where take("["): return .list(try items(until: "]"))
        case .symbol where take("{"): return try dictionary()
        default: throw problem
        }
    }

    private mutating func items(until end: String) throws(PythonRefusal) -> [Expression] {
        var result: [Expression] = []
        while !take(end) {
            result.append(try expression())
            if isNext("for") { throw .unsupported("comprehensions", line: token.line) }
            guard take(",") || isNext(end) else { throw problem }
        }
        return result
    }

    private mutating func dictionary() throws(PythonRefusal) -> Expression {
        var result: [(key: Expression, value: Expression)] = []
        while !take("}") {
            let key = try expression()
            guard take(":") else { throw .unsupported("sets", line: token.line) }
            result.append((key, try expression()))
            if isNext("for") { throw .unsupported("comprehensions", line: token.line) }
            guard take(",") || isNext("}") else { throw problem }
        }
        return .dictionary(result)
    }

    /// Strings that stand side by side are one.
    private mutating func text() throws(PythonRefusal) -> Expression {
        var parts: [PythonProgram.Part] = []
        while case .text(let isFormatted) = token.kind {
            let (text, line) = (token.text, token.line)
            index += 1
            if isFormatted { parts += try Self.parts(text, line: line) } else { parts.append(.text(text)) }
        }
        var plain = ""
        for part in parts {
            guard case .text(let text) = part else { return .formatted(parts) }
            plain += text
        }
        return .literal(.text(plain))
    }

    /// The parts of an f-string: `{value!r:layout}` and what stands between them.
    private static func parts(_ text: String, line: Int) throws(PythonRefusal) -> [PythonProgram.Part] {
        var (result, plain, rest): ([PythonProgram.Part], String, Substring) = ([], "", text[...])
        while let character = rest.popFirst() {
            if character == "{" || character == "}", rest.first == character {
                plain.append(character)
                rest.removeFirst()
                continue
            }
            guard character == "{" else {
                if character == "}" { throw .syntax("f-string: single '}' is not allowed", line: line) }
                plain.append(character)
                continue
            }
            if !plain.isEmpty { result.append(.text(plain)) }
            plain = ""
            var (depth, source, layout, isRaw, isClosed) = (0, "", "", false, false)
            while let next = rest.popFirst() {
                if next == "}", depth == 0 {
                    isClosed = true
                    break
                }
                if "([{".contains(next) { depth += 1 }
                if ")]}".contains(next) { depth -= 1 }
                if next == "!", depth == 0, rest.first == "r" || rest.first == "s" {
                    isRaw = rest.popFirst() == "r"
                } else if next == ":", depth == 0 {
                    layout = String(rest.prefix { $0 != "}" })
                    rest = rest.dropFirst(layout.count)
                } else {
                    source.append(next)
                }
            }
            guard isClosed else { throw .syntax("f-string: expecting '}'", line: line) }
            if source.hasSuffix("=") { throw .unsupported("'=' in an f-string", line: line) }
            var parser = PythonParser(try PythonLexer.tokens(of: "(\(source))"))
            result.append(.value(try parser.expression(), isRaw: isRaw, layout: layout))
        }
        if !plain.isEmpty || result.isEmpty { result.append(.text(plain)) }
        return result
    }
}
