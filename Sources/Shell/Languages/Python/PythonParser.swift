/// Reads the part of Python that programs on a command line need: imports of `os`, `sys`, `time` and `random`, assignments,
/// conditions, loops and the everyday functions. A program that needs more is refused as a whole.
///
/// - Source: the grammar of the Python reference.
struct PythonParser {
    let tokens: [PythonToken]
    var index = 0
    private var instructions: [(instruction: PythonProgram.Instruction, line: Int)] = []
    /// What imported names stand for, and names that are assigned.
    var imports: [String: String] = [:]
    var assigned: Set<String> = []
    private var loops: [(start: Int, breaks: [Int])] = []
    var depth = 0

    init(_ tokens: [PythonToken]) { self.tokens = tokens }

    var token: PythonToken { tokens[min(index, tokens.count - 1)] }
    func isSymbol(_ text: String) -> Bool { token.kind == .symbol && token.text == text }
    func isWord(_ text: String) -> Bool { token.kind == .name && token.text == text }
    var refusal: PythonRefusal { PythonRefusal(message: token.text.isEmpty ? "this" : "'\(token.text)'") }

    mutating func take(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        index += 1
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        index += 1
        return true
    }

    mutating func need(_ symbol: String) throws(PythonRefusal) { if !take(symbol) { throw refusal } }

    mutating func name() throws(PythonRefusal) -> String {
        guard token.kind == .name, !Self.keywords.contains(token.text) else { throw refusal }
        defer { index += 1 }
        return token.text
    }

    private mutating func emit(_ instruction: PythonProgram.Instruction, line: Int? = nil) { instructions.append((instruction, line ?? token.line)) }

    // MARK: Statements

    static let modules: Set<String> = ["os", "sys", "time", "random"]
    static let functions: Set<String> = [
        "os.getenv", "os.environ.get", "os.getpid", "os.uname", "os._exit", "os.path.exists", "sys.exit", "time.sleep", "time.time", "time.strftime", "random.random", "random.randint",
        "random.choice", "random.seed", "print", "exit", "quit", "int", "str", "float", "bool", "len", "range", "abs", "min", "max", "sum", "round", "repr", "list", "sorted",
        "sys.stdout.write", "sys.stderr.write", "sys.stdout.flush", "sys.stderr.flush", "socket.gethostname",
    ]
    static let objects: Set<String> = ["os.environ", "sys.argv", "sys.stdout", "sys.stderr"]
    static let methods: Set<String> = ["upper", "lower", "strip", "lstrip", "rstrip", "split", "join", "startswith", "endswith", "replace", "append", "isdigit", "count", "title", "zfill", "format"]
    private static let exceptions: Set<String> = ["Exception", "RuntimeError", "ValueError", "KeyError", "SystemExit", "OSError", "TypeError", "NotImplementedError", "TimeoutError", "ConnectionError"]
    private static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
        "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]

    mutating func program() throws(PythonRefusal) -> [(instruction: PythonProgram.Instruction, line: Int)] {
        while token.kind != .end { try statement() }
        return instructions
    }

    private mutating func statement() throws(PythonRefusal) {
        switch token.kind == .name ? token.text : "" {
        case "if": try condition()
        case "while": try whileLoop()
        case "for": try forLoop()
        default: try simpleLine()
        }
    }

    private mutating func simpleLine() throws(PythonRefusal) {
        repeat {
            if token.kind == .newline { break }
            try simple()
        } while take(";")
        guard token.kind == .newline else { throw refusal }
        index += 1
    }

    private mutating func block() throws(PythonRefusal) {
        try need(":")
        depth += 1
        defer { depth -= 1 }
        guard depth < 30 else { throw PythonRefusal(message: "so deep a block") }
        guard token.kind == .newline else { return try simpleLine() }
        index += 1
        guard token.kind == .indent else { throw refusal }
        index += 1
        while token.kind != .dedent, token.kind != .end { try statement() }
        if token.kind == .dedent { index += 1 }
    }

    private mutating func condition() throws(PythonRefusal) {
        var ends: [Int] = []
        repeat {
            index += 1
            let line = token.line
            let test = try expression()
            let branch = instructions.count
            emit(.jump(0), line: line)
            try block()
            let hasMore = isWord("elif") || isWord("else")
            if hasMore {
                ends.append(instructions.count)
                emit(.jump(0))
            }
            instructions[branch].instruction = .jumpUnless(test, instructions.count)
        } while isWord("elif")
        if takeWord("else") { try block() }
        for place in ends { instructions[place].instruction = .jump(instructions.count) }
    }

    private mutating func whileLoop() throws(PythonRefusal) {
        index += 1
        let (line, start) = (token.line, instructions.count)
        let test = try expression()
        emit(.jump(0), line: line)
        loops.append((start, []))
        try block()
        emit(.jump(start), line: line)
        instructions[start].instruction = .jumpUnless(test, instructions.count)
        try endLoop()
    }

    private mutating func forLoop() throws(PythonRefusal) {
        index += 1
        let line = token.line
        var names = [try name()]
        while take(",") { names.append(try name()) }
        assigned.formUnion(names)
        guard takeWord("in") else { throw refusal }
        let slot = instructions.count
        emit(.begin(slot, try expressionOrTuple()), line: line)
        let start = instructions.count
        emit(.jump(0), line: line)
        loops.append((start, []))
        try block()
        emit(.jump(start), line: line)
        instructions[start].instruction = .next(slot, names, instructions.count)
        try endLoop()
    }

    private mutating func endLoop() throws(PythonRefusal) {
        if isWord("else") { throw refusal }
        for place in loops.removeLast().breaks { instructions[place].instruction = .jump(instructions.count) }
    }

    private mutating func simple() throws(PythonRefusal) {
        let line = token.line
        switch token.kind == .name ? token.text : "" {
        case "pass": index += 1
        case "import":
            index += 1
            repeat { try importModule() } while take(",")
        case "from": try importNames()
        case "break":
            index += 1
            guard !loops.isEmpty else { throw PythonRefusal(message: "'break' here") }
            loops[loops.count - 1].breaks.append(instructions.count)
            emit(.jump(0), line: line)
        case "continue":
            index += 1
            guard let loop = loops.last else { throw PythonRefusal(message: "'continue' here") }
            emit(.jump(loop.start), line: line)
        case "raise":
            index += 1
            let kind = try name()
            guard Self.exceptions.contains(kind) else { throw PythonRefusal(message: "'\(kind)'") }
            var argument: PythonExpression?
            if take("("), !take(")") {
                argument = try expression()
                try need(")")
            }
            emit(.raise(kind, argument), line: line)
        case "assert":
            index += 1
            let test = try expression()
            let message = take(",") ? try expression() : nil
            emit(.jumpUnless(.not(test), instructions.count + 2), line: line)
            emit(.raise("AssertionError", message), line: line)
        case let word where Self.keywords.contains(word) && !["not", "None", "True", "False"].contains(word): throw refusal
        default: try assignmentOrExpression(line)
        }
    }

    private mutating func importModule() throws(PythonRefusal) {
        let module = try name()
        guard Self.modules.contains(module) || module == "socket", !isSymbol(".") else { throw PythonRefusal(message: "the module \(module)") }
        imports[takeWord("as") ? try name() : module] = module
    }

    private mutating func importNames() throws(PythonRefusal) {
        index += 1
        let module = try name()
        guard Self.modules.contains(module), takeWord("import") else { throw PythonRefusal(message: "the module \(module)") }
        repeat {
            let member = module + "." + (try name())
            guard Self.functions.contains(member) || Self.objects.contains(member) else { throw PythonRefusal(message: "'\(member)'") }
            imports[takeWord("as") ? try name() : String(member.dropFirst(module.count + 1))] = member
        } while take(",")
    }

    private static let augmenting = ["+=": "+", "-=": "-", "*=": "*", "/=": "/", "//=": "//", "%=": "%", "**=": "**"]

    private mutating func assignmentOrExpression(_ line: Int) throws(PythonRefusal) {
        let start = index
        if token.kind == .name, !Self.keywords.contains(token.text) {
            var names = [try name()]
            while isSymbol(","), index + 1 < tokens.count, tokens[index + 1].kind == .name {
                index += 1
                names.append(try name())
            }
            if take("=") {
                let value = try expressionOrTuple()
                guard !isSymbol("=") else { throw refusal }
                assigned.formUnion(names)
                return emit(.assign(names, value), line: line)
            }
            if names.count == 1, token.kind == .symbol, let sign = Self.augmenting[token.text] {
                index += 1
                return emit(.augment(names[0], sign, try expression()), line: line)
            }
            if names.count == 1, assigned.contains(names[0]), take("[") {
                let place = try expression()
                if take("]"), take("=") { return emit(.setItem(names[0], place, try expression()), line: line) }
            }
            index = start
        }
        let value = try expression()
        if case .call("time.sleep", let arguments, _) = value, arguments.count == 1 { return emit(.sleep(arguments[0]), line: line) }
        emit(.evaluate(value), line: line)
    }
}
