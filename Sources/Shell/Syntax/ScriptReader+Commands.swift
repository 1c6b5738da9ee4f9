/// The grammar above words: lists, pipelines and compound commands.
extension ScriptReader {
    private static let closers: Set<String> = ["then", "else", "elif", "fi", "do", "done", "esac", "}"]

    /// Reads commands until something that ends a list: a closing word or operator, or the end.
    mutating func readList(mayBeEmpty: Bool = false, until isEnd: (String) -> Bool) throws(ScriptSyntaxError) -> ScriptNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw fail("commands are nested too deeply") }
        var items: [SequenceItem] = []
        while true {
            try skipNewlines()
            if case .end = try peek() { break }
            if let text = try peekOperator(), text == ")" || text.hasPrefix(";;") || text == ";&" || isEnd(text) { break }
            if let word = try peekReserved(), Self.closers.contains(word) { break }
            let start = bufferedPosition
            let node = try readAndOr()
            var isBackground = false
            if let text = try peekOperator(), text == ";" || text == "&" {
                _ = try next()
                isBackground = text == "&"
            } else if case .newline = try peek() {
            } else if case .end = try peek() {
            } else if let text = try peekOperator(), text == ")" || text.hasPrefix(";;") || text == ";&" {
            } else {
                throw try unexpected()
            }
            items.append(SequenceItem(node: node, isBackground: isBackground, position: start))
        }
        if items.isEmpty, !mayBeEmpty { throw try unexpected() }
        return .sequence(items)
    }

    private mutating func readAndOr() throws(ScriptSyntaxError) -> ScriptNode {
        let first = try readPipeline()
        var rest: [AndOrPart] = []
        while let text = try peekOperator(), text == "&&" || text == "||" {
            _ = try next()
            try skipNewlines()
            rest.append(AndOrPart(isAnd: text == "&&", node: try readPipeline()))
        }
        return rest.isEmpty ? first : .andOr(first: first, rest: rest)
    }

    private mutating func readPipeline() throws(ScriptSyntaxError) -> ScriptNode {
        var isNegated = false
        while try peekReserved() == "!" {
            _ = try next()
            isNegated.toggle()
        }
        var stages = [try readCommand()]
        while let text = try peekOperator(), text == "|" || text == "|&" {
            let position = bufferedPosition
            _ = try next()
            try skipNewlines()
            if text == "|&" {
                let target = Word(parts: [.text("1", isQuoted: false)], position: position)
                let join = Redirection(kind: .duplicateOutput, descriptor: 2, target: target, position: position)
                stages[stages.count - 1] = .redirected(stages[stages.count - 1], [join])
            }
            stages.append(try readCommand())
        }
        return stages.count == 1 && !isNegated ? stages[0] : .pipeline(stages, isNegated: isNegated)
    }

    private mutating func readCommand() throws(ScriptSyntaxError) -> ScriptNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw fail("commands are nested too deeply") }
        _ = try peek()
        let start = bufferedPosition
        if try peekOperator() == "(" {
            _ = try next()
            if isByte("("), let inside = arithmeticBody(from: offset + 1) {
                let word = try readArithmetic(from: offset + 1, to: inside)
                return try withRedirections(.arithmetic(word))
            }
            let body = try readList { _ in false }
            try expectOperator(")")
            return try withRedirections(.subshell(body))
        }
        guard let reserved = try peekReserved() else { return try readSimple(at: start) }
        switch reserved {
        case "if": return try withRedirections(readConditional())
        case "while", "until":
            _ = try next()
            let condition = try readList { _ in false }
            return try withRedirections(.loop(condition: condition, body: try readDo(), isUntil: reserved == "until"))
        case "for": return try withRedirections(readFor(at: start))
        case "case": return try withRedirections(readSelection(at: start))
        case "{":
            _ = try next()
            let body = try readList { _ in false }
            try expect("}")
            return try withRedirections(.group(body))
        case "function" where language.hasFunctionWord:
            _ = try next()
            guard let name = try peekReserved() else { throw try unexpected(insteadOf: "a function name") }
            _ = try next()
            if try peekOperator() == "(" {
                _ = try next()
                try expectOperator(")")
            }
            try skipNewlines()
            return .function(name: name, body: try readCommand())
        case "[[" where language != .dash: return try readTest(at: start)
        case "then", "else", "elif", "fi", "do", "done", "esac", "}", "in": throw try unexpected()
        default: return try readSimple(at: start)
        }
    }

    private mutating func withRedirections(_ node: ScriptNode) throws(ScriptSyntaxError) -> ScriptNode {
        var redirections: [Redirection] = []
        while let redirection = try readRedirection() { redirections.append(redirection) }
        return redirections.isEmpty ? node : .redirected(node, redirections)
    }

    private mutating func readConditional() throws(ScriptSyntaxError) -> ScriptNode {
        var clauses: [ConditionalClause] = []
        var otherwise: ScriptNode?
        _ = try next()
        while true {
            let condition = try readList { _ in false }
            try expect("then")
            clauses.append(ConditionalClause(condition: condition, body: try readList { _ in false }))
            switch try peekReserved() {
            case "elif":
                _ = try next()
                continue
            case "else":
                _ = try next()
                otherwise = try readList { _ in false }
            default: break
            }
            try expect("fi")
            return .conditional(clauses: clauses, otherwise: otherwise)
        }
    }

    private mutating func readDo() throws(ScriptSyntaxError) -> ScriptNode {
        try skipNewlines()
        try expect("do")
        let body = try readList { _ in false }
        try expect("done")
        return body
    }

    private mutating func readFor(at start: SourcePosition) throws(ScriptSyntaxError) -> ScriptNode {
        _ = try next()
        if try peekOperator() == "(", isByte("("), let end = arithmeticBody(from: offset + 1) {
            buffered = nil
            let pieces = bytes[offset + 1..<end].split(separator: 59, omittingEmptySubsequences: false)
            guard pieces.count == 3 else { throw fail("`for ((' needs three expressions") }
            var words: [Word] = []
            for piece in pieces { words.append(try readArithmetic(from: piece.startIndex, to: piece.endIndex, closing: false)) }
            offset = end + 2
            if try peekOperator() == ";" { _ = try next() }
            return .counting(start: words[0], condition: words[1], step: words[2], body: try readDo(), position: start)
        }
        guard let name = try peekReserved(), Self.isName(name) else { throw try unexpected(insteadOf: "a variable name") }
        _ = try next()
        try skipNewlines()
        var words: [Word]?
        if try peekReserved() == "in" {
            _ = try next()
            var list: [Word] = []
            while case .word(let word) = try peek() {
                _ = try next()
                list.append(word)
            }
            words = list
        }
        if try peekOperator() == ";" { _ = try next() }
        return .each(name: name, words: words, body: try readDo(), position: start)
    }

    private mutating func readSelection(at start: SourcePosition) throws(ScriptSyntaxError) -> ScriptNode {
        _ = try next()
        guard case .word(let subject) = try next() else { throw fail("unexpected token after `case'", at: start) }
        try skipNewlines()
        try expect("in")
        var arms: [SelectionArm] = []
        while true {
            try skipNewlines()
            if try peekReserved() == "esac" { break }
            if try peekOperator() == "(" { _ = try next() }
            var patterns: [Word] = []
            while true {
                guard case .word(let pattern) = try peek() else { throw try unexpected(insteadOf: "a pattern or `esac'") }
                _ = try next()
                patterns.append(pattern)
                if try peekOperator() == "|" { _ = try next() } else { break }
            }
            try expectOperator(")")
            let body = try readList(mayBeEmpty: true) { _ in false }
            var fallsThrough = false
            if let text = try peekOperator(), text.hasPrefix(";;") || text == ";&" {
                _ = try next()
                fallsThrough = text == ";&"
                arms.append(SelectionArm(patterns: patterns, body: body, fallsThrough: fallsThrough))
            } else {
                arms.append(SelectionArm(patterns: patterns, body: body, fallsThrough: false))
                try skipNewlines()
                break
            }
        }
        try expect("esac")
        return .selection(subject: subject, arms: arms, position: start)
    }

    /// `[[ … ]]`, in which operators are plain words.
    private mutating func readTest(at start: SourcePosition) throws(ScriptSyntaxError) -> ScriptNode {
        var command = SimpleCommand(position: start)
        command.isConditional = true
        while true {
            let position = bufferedPosition
            switch try next() {
            case .word(let word):
                command.words.append(word)
                if word.bareText == "]]" { return try withRedirections(.simple(command)) }
                if word.bareText == "=~", language.hasArrays { command.words.append(try readExpression()) }
            case .op(let text): command.words.append(Word(parts: [.text(text, isQuoted: false)], position: position))
            case .number(let number): command.words.append(Word(parts: [.text(String(number), isQuoted: false)], position: position))
            case .newline: continue
            case .end: throw fail("unexpected end of file (expecting `]]')")
            }
        }
    }

    /// The expression right of `=~`: brackets and bars are part of it, and so is all that stands in brackets.
    private mutating func readExpression() throws(ScriptSyntaxError) -> Word {
        skipBlanks()
        var word = Word(parts: [], position: position)
        var depth = 0
        while let current = byte() {
            if current == UInt8(ascii: "(") { depth += 1 }
            let isOwn = current == UInt8(ascii: "(") || current == UInt8(ascii: "|") || depth > 0 && Self.isMeta(current) && current != 10
            guard isOwn || !Self.isMeta(current) else { break }
            if isOwn {
                word.parts.append(.text(String(UnicodeScalar(current)), isQuoted: false))
                offset += 1
            } else {
                word.parts += try readParts(.plain)
            }
            if isOwn, current == UInt8(ascii: ")") { depth -= 1 }
        }
        return word
    }

    private mutating func readSimple(at start: SourcePosition) throws(ScriptSyntaxError) -> ScriptNode {
        var command = SimpleCommand(position: start)
        var declared: [Assignment] = []
        while true {
            if let redirection = try readRedirection() {
                command.redirections.append(redirection)
                continue
            }
            switch try peek() {
            case .word(let word):
                _ = try next()
                if command.words.isEmpty, var assignment = Self.assignment(word, hasKeys: language.hasArrays) {
                    if isArrayAhead(assignment) { assignment.elements = try readElements() }
                    command.assignments.append(assignment)
                } else if let first = command.words.first?.bareText, Self.declarations.contains(first),
                    var assignment = Self.assignment(word), isArrayAhead(assignment)
                {
                    assignment.elements = try readElements()
                    command.words.append(Word(parts: [.text(assignment.name, isQuoted: false)], position: word.position))
                    declared.append(assignment)
                } else {
                    command.words.append(word)
                }
                if command.words.count == 1, command.assignments.isEmpty, try peekOperator() == "(" {
                    guard let name = word.bareText, Self.isName(name.replacingDashes) else { throw try unexpected() }
                    _ = try next()
                    try expectOperator(")")
                    try skipNewlines()
                    return .function(name: name, body: try readCommand())
                }
            default:
                if command.words.isEmpty, command.assignments.isEmpty, command.redirections.isEmpty { throw try unexpected() }
                guard !declared.isEmpty else { return .simple(command) }
                // The variables are declared first, then they get their elements.
                var filling = SimpleCommand(position: start)
                filling.assignments = declared
                return .sequence([command, filling].map { SequenceItem(node: .simple($0), isBackground: false, position: start) })
            }
        }
    }

    private static let declarations: Set<String> = ["declare", "typeset", "local", "readonly", "export"]

    /// Whether `(` follows directly on `name=`.
    private func isArrayAhead(_ assignment: Assignment) -> Bool {
        language.hasArrays && assignment.key == nil && assignment.value.parts.isEmpty && buffered == nil && isByte("(")
    }

    /// The words between the parentheses of `name=(…)`.
    private mutating func readElements() throws(ScriptSyntaxError) -> [Word] {
        try expectOperator("(")
        var elements: [Word] = []
        while true {
            try skipNewlines()
            if try peekOperator() == ")" { break }
            guard case .word(let word) = try peek() else { throw try unexpected(insteadOf: "`)'") }
            _ = try next()
            elements.append(word)
        }
        _ = try next()
        return elements
    }

    /// Takes `[key]=value` apart; nil when the word is not of that form.
    static func keyed(_ word: Word) -> (key: Word, value: Word, appends: Bool)? {
        guard case .text(let first, isQuoted: false)? = word.parts.first, first.hasPrefix("[") else { return nil }
        var key: [WordPart] = []
        for (index, part) in word.parts.enumerated() {
            guard case .text(let whole, isQuoted: false) = part else {
                key.append(part)
                continue
            }
            let text = index == 0 ? whole.dropFirst() : whole[...]
            guard let close = text.firstIndex(of: "]"), case let rest = text[text.index(after: close)...], rest.hasPrefix("=") || rest.hasPrefix("+=") else {
                key.append(.text(String(text), isQuoted: false))
                continue
            }
            let appends = rest.hasPrefix("+")
            if close > text.startIndex { key.append(.text(String(text[..<close]), isQuoted: false)) }
            let value = String(rest.dropFirst(appends ? 2 : 1))
            let parts = (value.isEmpty ? [] : [WordPart.text(value, isQuoted: false)]) + word.parts[(index + 1)...]
            return key.isEmpty ? nil : (Word(parts: key, position: word.position), Word(parts: parts, position: word.position), appends)
        }
        return nil
    }

    private static func assignment(_ word: Word, hasKeys: Bool = false) -> Assignment? {
        guard case .text(let text, isQuoted: false)? = word.parts.first else { return nil }
        if hasKeys, let bracket = text.firstIndex(of: "["), isName(String(text[..<bracket])) {
            var rest = word
            rest.parts[0] = .text(String(text[bracket...]), isQuoted: false)
            if let (key, value, appends) = keyed(rest) { return Assignment(name: String(text[..<bracket]), value: value, appends: appends, key: key) }
        }
        guard let equals = text.firstIndex(of: "=") else { return nil }
        var name = String(text[..<equals])
        let appends = name.hasSuffix("+")
        if appends { name.removeLast() }
        guard isName(name) else { return nil }
        var value = word
        let rest = String(text[text.index(after: equals)...])
        if rest.isEmpty { value.parts.removeFirst() } else { value.parts[0] = .text(rest, isQuoted: false) }
        return Assignment(name: name, value: value, appends: appends)
    }

    static func isName(_ text: String) -> Bool {
        var isFirst = true
        for byte in text.utf8 {
            let isLetter = (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
            if !isLetter && (isFirst || !(48...57).contains(byte)) { return false }
            isFirst = false
        }
        return !isFirst
    }
}

extension String {
    /// The name with `-` and `.` taken for letters: functions may be named more freely than variables.
    fileprivate var replacingDashes: String { String(map { $0 == "-" || $0 == "." || $0 == ":" ? "_" : $0 }) }
}
