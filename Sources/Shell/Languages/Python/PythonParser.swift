/// Reads the statements of a Python program.
///
/// - Source: The Python Language Reference, "Full grammar specification": the part that is named in `docs/IMAGES.md`.
/// - Bounds: blocks and expressions are nested at most `depthMax` deep.
struct PythonParser {
    typealias Expression = PythonProgram.Expression
    typealias Statement = PythonProgram.Statement
    typealias Target = PythonProgram.Target

    static let depthMax = 60
    /// Words of the language that are not run here.
    private static let unsupported: Set<String> = [
        "def", "class", "try", "with", "lambda", "yield", "async", "await", "del", "global", "nonlocal", "assert", "return", "match",
    ]
    static let keywords: Set<String> = unsupported.subtracting(["match"]).union([
        "if", "elif", "else", "while", "for", "in", "not", "and", "or", "is", "import", "from", "as", "break", "continue", "pass", "raise", "None", "True", "False", "except", "finally",
    ])

    let tokens: [PythonToken]
    var index = 0
    var depth = 0
    /// The names that the program gives a meaning to.
    private var known: Set<String> = []

    init(_ tokens: [PythonToken]) {
        self.tokens = tokens
        for (place, token) in tokens.enumerated() where token.kind == .name {
            let next = place + 1 < tokens.count ? tokens[place + 1].text : ""
            let last = place > 0 ? tokens[place - 1].text : ""
            if next == "=" || next == "," || ["for", "import", "as", ","].contains(last) { known.insert(token.text) }
        }
    }

    var token: PythonToken { tokens[index] }
    var problem: PythonRefusal { .syntax("invalid syntax", line: token.line) }

    func isNext(_ text: String) -> Bool { (token.kind == .symbol || token.kind == .name) && token.text == text }

    mutating func take(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        index += 1
        return true
    }

    mutating func expect(_ text: String) throws(PythonRefusal) {
        guard take(text) else { throw text == ":" ? .syntax("expected ':'", line: token.line) : problem }
    }

    mutating func name() throws(PythonRefusal) -> String {
        guard token.kind == .name, !Self.keywords.contains(token.text) else { throw problem }
        index += 1
        return tokens[index - 1].text
    }

    func isKnown(_ name: String) -> Bool { known.contains(name) || PythonLibrary.builtins.contains(name) }

    // MARK: Statements

    mutating func program() throws(PythonRefusal) -> [Statement] {
        var result: [Statement] = []
        while token.kind != .end { result += try statement() }
        return result
    }

    private mutating func statement() throws(PythonRefusal) -> [Statement] {
        let line = token.line
        if token.kind == .indent { throw .syntax("unexpected indent", line: line) }
        if token.kind == .name, Self.unsupported.contains(token.text), token.text != "match" || tokens[index + 1].kind == .name { throw .unsupported("'\(token.text)'", line: line) }
        if isNext("@") { throw .unsupported("decorators", line: line) }
        if take("if") {
            var arms: [(condition: Expression?, block: [Statement])] = [(try expression(), try block())]
            while true {
                if take("elif") { arms.append((try expression(), try block())) } else if take("else") {
                    arms.append((nil, try block()))
                    break
                } else {
                    break
                }
            }
            return [Statement(line: line, kind: .branch(arms))]
        }
        if take("while") {
            let condition = try expression()
            return [Statement(line: line, kind: .loop(while: condition, try loopBlock()))]
        }
        if take("for") {
            let target = try targets()
            try expect("in")
            let source = try tuple()
            return [Statement(line: line, kind: .each(target, in: source, try loopBlock()))]
        }
        return try simpleStatements()
    }

    private mutating func loopBlock() throws(PythonRefusal) -> [Statement] {
        let result = try block()
        if isNext("else") { throw .unsupported("'else' of a loop", line: token.line) }
        return result
    }

    /// What stands behind a colon: statements on the same line, or lines that are indented.
    private mutating func block() throws(PythonRefusal) -> [Statement] {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax { throw .syntax("too many statically nested blocks", line: token.line) }
        try expect(":")
        guard token.kind == .newline else { return try simpleStatements() }
        index += 1
        guard token.kind == .indent else { throw .syntax("expected an indented block", line: token.line) }
        index += 1
        var result: [Statement] = []
        while token.kind != .dedent, token.kind != .end { result += try statement() }
        if token.kind == .dedent { index += 1 }
        return result
    }

    /// Statements with semicolons between them, up to the end of the line.
    private mutating func simpleStatements() throws(PythonRefusal) -> [Statement] {
        var result: [Statement] = []
        repeat {
            if token.kind == .newline { break }
            result.append(Statement(line: token.line, kind: try simpleStatement()))
        } while take(";")
        guard token.kind == .newline else { throw problem }
        index += 1
        return result
    }

    private mutating func simpleStatement() throws(PythonRefusal) -> Statement.Kind {
        if token.kind == .name, Self.unsupported.contains(token.text), token.text != "match" { throw .unsupported("'\(token.text)'", line: token.line) }
        if take("pass") { return .pass }
        if take("break") { return .leaveLoop }
        if take("continue") { return .nextTurn }
        if take("import") { return try importModules() }
        if take("from") { return try importNames() }
        if take("raise") { return .raise(token.kind == .newline ? nil : try expression()) }
        let first = try tuple()
        if isNext("=") {
            var (list, value) = ([try target(first)], first)
            while take("=") {
                value = try tuple()
                if isNext("=") { list.append(try target(value)) }
            }
            return .assignment(list, value)
        }
        if token.kind == .symbol, token.text.count > 1, token.text.hasSuffix("="), !["==", "!=", "<=", ">=", ":="].contains(token.text) {
            let symbol = String(token.text.dropLast())
            index += 1
            return .change(try target(first), symbol, try tuple())
        }
        return .expression(first)
    }

    private mutating func importModules() throws(PythonRefusal) -> Statement.Kind {
        var result: [(name: String, path: String)] = []
        repeat {
            let line = token.line
            var module = try name()
            while take(".") { module += "." + (try name()) }
            guard PythonLibrary.modules.contains(module) else { throw .unsupported("module '\(module)'", line: line) }
            result.append((take("as") ? try name() : module, module))
        } while take(",")
        return .bind(result)
    }

    private mutating func importNames() throws(PythonRefusal) -> Statement.Kind {
        let line = token.line
        let module = try name()
        guard PythonLibrary.modules.contains(module) else { throw .unsupported("module '\(module)'", line: line) }
        try expect("import")
        var result: [(name: String, path: String)] = []
        repeat {
            let item = isNext("*") ? "*" : try name()
            guard PythonLibrary.members.contains("\(module).\(item)") else { throw .unsupported("'\(module).\(item)'", line: line) }
            result.append((take("as") ? try name() : item, "\(module).\(item)"))
        } while take(",")
        return .bind(result)
    }

    // MARK: Targets

    private mutating func targets() throws(PythonRefusal) -> Target {
        var list = [Target.name(try name())]
        while take(",") { list.append(.name(try name())) }
        return list.count == 1 ? list[0] : .several(list)
    }

    /// What can be assigned to.
    private func target(_ expression: Expression) throws(PythonRefusal) -> Target {
        switch expression {
        case .name(let name): return .name(name)
        case .element(let base, let key): return .element(base, key)
        case .tuple(let items), .list(let items):
            var list: [Target] = []
            for item in items { list.append(try target(item)) }
            return .several(list)
        case .attribute, .slice: throw .unsupported("assignment to an attribute or a slice", line: token.line)
        default: throw .syntax("cannot assign to expression here. Maybe you meant '==' instead of '='?", line: token.line)
        }
    }
}
