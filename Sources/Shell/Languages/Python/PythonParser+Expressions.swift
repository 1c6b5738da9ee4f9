/// Expressions, by how tightly their operators bind.
extension PythonParser {
    mutating func expressionOrTuple() throws(PythonRefusal) -> PythonExpression {
        var items = [try expression()]
        guard isSymbol(",") else { return items[0] }
        while take(",") { items.append(try expression()) }
        return .list(items, isTuple: true)
    }

    mutating func expression() throws(PythonRefusal) -> PythonExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < 60 else { throw PythonRefusal(message: "so deep an expression") }
        let value = try disjunction()
        guard takeWord("if") else { return value }
        let test = try disjunction()
        guard takeWord("else") else { throw refusal }
        return .choice(test, then: value, else: try expression())
    }

    private mutating func disjunction() throws(PythonRefusal) -> PythonExpression {
        var left = try conjunction()
        while takeWord("or") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(PythonRefusal) -> PythonExpression {
        var left = try negation()
        while takeWord("and") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(PythonRefusal) -> PythonExpression {
        var count = 0
        while takeWord("not") { count += 1 }
        let value = try comparison()
        return count % 2 == 1 ? .not(value) : count > 0 ? .not(.not(value)) : value
    }

    private mutating func comparison() throws(PythonRefusal) -> PythonExpression {
        let left = try binary(0)
        var rest: [(sign: String, value: PythonExpression)] = []
        while true {
            var sign = ""
            if token.kind == .symbol, ["==", "!=", "<", ">", "<=", ">="].contains(token.text) { sign = token.text } else if isWord("in") || isWord("is") { sign = token.text } else if isWord("not"), index + 1 < tokens.count, tokens[index + 1].text == "in" {
                sign = "not in"
                index += 1
            }
            if sign.isEmpty { break }
            index += 1
            if sign == "is", takeWord("not") { sign = "is not" }
            rest.append((sign, try binary(0)))
        }
        return rest.isEmpty ? left : .compare(left, rest)
    }

    private static let levels = [["+", "-"], ["*", "/", "//", "%"]]

    private mutating func binary(_ level: Int) throws(PythonRefusal) -> PythonExpression {
        guard level < Self.levels.count else { return try unary() }
        var left = try binary(level + 1)
        while token.kind == .symbol, Self.levels[level].contains(token.text) {
            let sign = token.text
            index += 1
            left = .binary(sign, left, try binary(level + 1))
        }
        return left
    }

    private mutating func unary() throws(PythonRefusal) -> PythonExpression {
        var count = 0
        while isSymbol("-") || isSymbol("+") {
            count += isSymbol("-") ? 1 : 0
            index += 1
        }
        var value = try postfix()
        if take("**") { value = .binary("**", value, try unary()) }
        return count % 2 == 1 ? .negative(value) : value
    }

    private mutating func postfix() throws(PythonRefusal) -> PythonExpression {
        var value = try atom()
        while true {
            if take(".") {
                let method = try name()
                guard Self.methods.contains(method) else { throw PythonRefusal(message: "'.\(method)'") }
                try need("(")
                value = .method(value, method, try arguments(named: false).values)
            } else if take("[") {
                value = try subscripted(value)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: PythonExpression) throws(PythonRefusal) -> PythonExpression {
        let first = isSymbol(":") ? nil : try expression()
        if take(":") {
            let last = isSymbol("]") ? nil : try expression()
            try need("]")
            return .slice(value, first, last)
        }
        try need("]")
        guard let first else { throw refusal }
        return .index(value, first)
    }

    private mutating func arguments(named: Bool) throws(PythonRefusal) -> (values: [PythonExpression], names: [String: PythonExpression]) {
        var (values, names): ([PythonExpression], [String: PythonExpression]) = ([], [:])
        while !take(")") {
            if token.kind == .name, index + 1 < tokens.count, tokens[index + 1].kind == .symbol, tokens[index + 1].text == "=" {
                guard named else { throw refusal }
                let name = token.text
                index += 2
                names[name] = try expression()
            } else {
                values.append(try expression())
            }
            if isWord("for") || !take(",") && !isSymbol(")") { throw refusal }
        }
        return (values, names)
    }

    private mutating func atom() throws(PythonRefusal) -> PythonExpression {
        let first = token
        switch first.kind {
        case .number:
            index += 1
            if let number = Int(first.text) { return .constant(.int(number)) }
            guard let number = Double(first.text) else { throw PythonRefusal(message: "'\(first.text)'") }
            return .constant(.float(number))
        case .text:
            var parts: [(value: PythonExpression, form: String)] = []
            var isFormatted = false
            while case .text(let formatted) = token.kind {
                if formatted { parts += try self.formatted(token.text) } else { parts.append((.constant(.text(token.text)), "")) }
                isFormatted = isFormatted || formatted
                index += 1
            }
            return !isFormatted && parts.count == 1 ? parts[0].value : .formatted(parts)
        case .symbol where first.text == "(" || first.text == "[":
            index += 1
            let (open, close) = (first.text, first.text == "(" ? ")" : "]")
            var items: [PythonExpression] = []
            var hasComma = false
            while !take(close) {
                items.append(try expression())
                if take(",") { hasComma = true } else if !isSymbol(close) { throw refusal }
            }
            return open == "(" && items.count == 1 && !hasComma ? items[0] : .list(items, isTuple: open == "(")
        case .name: return try named()
        default: throw refusal
        }
    }

    private mutating func named() throws(PythonRefusal) -> PythonExpression {
        let constants: [String: PythonValue] = ["None": .none, "True": .bool(true), "False": .bool(false)]
        if let value = constants[token.text] {
            index += 1
            return .constant(value)
        }
        var path = try name()
        if assigned.contains(path) { return .name(path) }
        let root = path
        if let meant = imports[path] { path = meant }
        while isSymbol("."), index + 1 < tokens.count, Self.isKnown(path + "." + tokens[index + 1].text) {
            path += "." + tokens[index + 1].text
            index += 2
        }
        let isLanguages = !path.contains(".") && imports[root] == nil
        guard isLanguages || imports[root] != nil else { throw PythonRefusal(message: "'\(root)'") }
        if Self.functions.contains(path), take("(") {
            let (values, names) = try arguments(named: ["print", "sorted", "min", "max"].contains(path))
            guard names.keys.allSatisfy({ ["sep", "end", "flush", "file"].contains($0) }) else { throw PythonRefusal(message: "\(path) with these arguments") }
            return .call(path, values, names)
        }
        guard Self.objects.contains(path) else { throw PythonRefusal(message: "'\(path)'") }
        return .constant(.builtin(path))
    }

    private static func isKnown(_ path: String) -> Bool { functions.contains(path) || objects.contains(path) || ["os.path"].contains(path) }

    /// What stands in a formatted text: words, and values in braces.
    private mutating func formatted(_ text: String) throws(PythonRefusal) -> [(value: PythonExpression, form: String)] {
        var (parts, words): ([(value: PythonExpression, form: String)], String) = ([], "")
        var rest = text[...]
        while let next = rest.popFirst() {
            if (next == "{" || next == "}"), rest.first == next {
                words.append(next)
                rest.removeFirst()
            } else if next == "{" {
                let inner = rest.prefix { $0 != "}" }
                rest = rest.dropFirst(inner.count + 1)
                var code = String(inner)
                var form = ""
                if let colon = code.lastIndex(of: ":"), !code[colon...].contains("]"), !code[colon...].contains("'") {
                    form = String(code[code.index(after: colon)...])
                    code = String(code[..<colon])
                }
                guard !code.contains("!"), !code.hasSuffix("="), PythonFormat(form) != nil else { throw PythonRefusal(message: "'{\(inner)}'") }
                var parser = PythonParser(try PythonReader.tokens(code))
                (parser.imports, parser.assigned, parser.depth) = (imports, assigned, depth + 1)
                let value = try parser.expression()
                guard parser.token.kind == .newline else { throw PythonRefusal(message: "'{\(inner)}'") }
                parts += [(.constant(.text(words)), ""), (value, form)]
                words = ""
            } else {
                words.append(next)
            }
        }
        return parts + [(.constant(.text(words)), "")]
    }
}
