import KubernetesObjects

/// A template after parsing.
indirect enum TemplateNode {
    case text(String)
    case action(TemplatePipeline)
    case condition(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case call(String, TemplatePipeline?, TemplatePlace)
    case breakLoop, continueLoop
}

/// `$a, $b := cmd | cmd`.
struct TemplatePipeline {
    var variables: [String] = []
    var declares = false
    var commands: [TemplateCommand] = []
    var place = TemplatePlace()

    /// Where the value stands that `range` goes over: the second link of a lone chain of fields.
    var subjectPlace: TemplatePlace {
        guard commands.count == 1, commands[0].operands.count == 1, case .fields(_, _, let link) = commands[0].operands[0], !link.text.isEmpty else {
            return place
        }
        return link
    }
}

/// A function with its arguments, or a lone operand.
struct TemplateCommand {
    var operands: [TemplateOperand] = []
    var place = TemplatePlace()
}

/// Where something stands in a template, and its text, for messages: `output:1:8: executing "output" at <.kind>`.
struct TemplatePlace {
    var line = 1
    var column = 0
    var text = ""
}

/// One word of a command.
indirect enum TemplateOperand {
    case dot
    case null
    case constant(Value)
    case function(String)
    case variable(String)
    case pipeline(TemplatePipeline)
    /// Fields of an operand: `.a.b`, `$x.a`, `(f).a`.
    case fields(TemplateOperand, [String], TemplatePlace)
}

/// Parses Go templates.
///
/// - Source: Go's text/template/parse.
struct TemplateParser {
    static let functions: Set = [
        "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "eq", "ne", "lt", "le", "gt",
        "ge", "exists", "base64decode", "call",
    ]

    private let tokens: [PlacedToken]
    private let scalars: [Unicode.Scalar]
    private var rangeDepth = 0
    private var known: [String] = [""]
    private var index = 0
    private(set) var templates: [String: [TemplateNode]] = [:]
    private(set) var body: [TemplateNode] = []

    init(_ text: String) throws(TemplateProblem) {
        let lexer = try TemplateLexer(text)
        tokens = lexer.tokens
        scalars = lexer.scalars
        let (nodes, end) = try list(until: [])
        _ = end
        body = nodes
    }

    private var token: TemplateToken { tokens[min(index, tokens.count - 1)].token }
    private func fail(_ message: String) -> TemplateProblem {
        TemplateProblem(message: "template: output:\(tokens[min(index, tokens.count - 1)].line): \(message)")
    }

    /// The place of the tokens from one up to the present one.
    private func place(from first: Int) -> TemplatePlace {
        let range = tokens[first].range.lowerBound..<tokens[max(first, index - 1)].range.upperBound
        return place(range)
    }

    private func place(_ range: Range<Int>) -> TemplatePlace {
        var column = range.lowerBound
        if let lineEnd = scalars[..<range.lowerBound].lastIndex(of: "\n") { column = range.lowerBound - lineEnd - 1 }
        let line = 1 + scalars[..<range.lowerBound].count { $0 == "\n" }
        return TemplatePlace(line: line, column: column, text: String(String.UnicodeScalarView(scalars[range])))
    }

    /// Nodes up to one of the words, which is taken with its brackets unless it is `else`.
    private mutating func list(until stops: Set<String>) throws(TemplateProblem) -> ([TemplateNode], String) {
        var nodes: [TemplateNode] = []
        while true {
            switch token {
            case .end:
                if !stops.isEmpty { throw fail("unexpected EOF") }
                return (nodes, "")
            case .text(let text):
                nodes.append(.text(text))
                index += 1
            case .open:
                index += 1
                if case .word(let word) = token, ["end", "else"].contains(word) {
                    if !stops.contains(word) { throw fail("unexpected {{\(word)}}") }
                    index += 1
                    if word == "end" { try close("end") }
                    return (nodes, word)
                }
                if let node = try action() { nodes.append(node) }
            default: throw fail("unexpected token in input")
            }
        }
    }

    private mutating func close(_ context: String) throws(TemplateProblem) {
        guard token == .close else { throw fail("unexpected \(describe(token)) in \(context)") }
        index += 1
    }

    private mutating func action() throws(TemplateProblem) -> TemplateNode? {
        guard case .word(let word) = token else { return .action(try closed("command")) }
        switch word {
        case "if", "range", "with":
            index += 1
            let mark = known.count
            defer { known.removeLast(known.count - mark) }
            let pipeline = try closed(word)
            if word == "range" { rangeDepth += 1 }
            defer { if word == "range" { rangeDepth -= 1 } }
            let (body, stop) = try list(until: ["end", "else"])
            var otherwise: [TemplateNode] = []
            if stop == "else" {
                if case .word(let next) = token, next == word || next == "if" || next == "with" {
                    if let node = try action() { otherwise = [node] }
                } else {
                    try close("else")
                    (otherwise, _) = try list(until: ["end"])
                }
            }
            switch word {
            case "if": return .condition(pipeline, then: body, otherwise: otherwise)
            case "range": return .range(pipeline, body: body, otherwise: otherwise)
            default: return .with(pipeline, body: body, otherwise: otherwise)
            }
        case "break", "continue":
            index += 1
            if rangeDepth == 0 { throw fail("{{\(word)}} outside {{range}}") }
            try close(word)
            return word == "break" ? .breakLoop : .continueLoop
        case "define":
            index += 1
            guard case .string(let name) = token else { throw fail("missing name in define clause") }
            index += 1
            try close("define clause")
            templates[name] = try definition()
            return nil
        case "block":
            let open = index - 1
            index += 1
            guard case .string(let name) = token else { throw fail("missing name in block clause") }
            index += 1
            let pipeline = try closed("block clause")
            let place = place(from: open)
            templates[name] = try definition()
            return .call(name, pipeline, place)
        case "template":
            let open = index - 1
            index += 1
            guard case .string(let name) = token else { throw fail("missing name in template clause") }
            index += 1
            let named = place(tokens[index - 1].range)
            if token == .close {
                index += 1
                return .call(name, nil, calling(open, at: named))
            }
            let pipeline = try closed("template clause")
            return .call(name, pipeline, calling(open, at: named))
        default: return .action(try closed("command"))
        }
    }

    /// The body of a named template, which sees no variables from outside.
    private mutating func definition() throws(TemplateProblem) -> [TemplateNode] {
        let (outer, depth) = (known, rangeDepth)
        known = [""]
        rangeDepth = 0
        defer { (known, rangeDepth) = (outer, depth) }
        return try list(until: ["end"]).0
    }

    /// A call is named in messages by its whole action, and stands where its name does.
    private func calling(_ open: Int, at named: TemplatePlace) -> TemplatePlace {
        let words = scalars[tokens[open + 1].range.lowerBound..<tokens[index - 2].range.upperBound]
        return TemplatePlace(line: named.line, column: named.column, text: "{{\(String(String.UnicodeScalarView(words)))}}")
    }

    private mutating func closed(_ context: String) throws(TemplateProblem) -> TemplatePipeline {
        let pipeline = try self.pipeline(context)
        try close(context)
        return pipeline
    }

    private mutating func pipeline(_ context: String) throws(TemplateProblem) -> TemplatePipeline {
        var result = TemplatePipeline()
        let start = index
        var names: [String] = []
        while case .variable(let name) = token {
            names.append(name)
            index += 1
            if token == .comma {
                index += 1
                continue
            }
            break
        }
        if !names.isEmpty, token == .declare || token == .assign {
            result.declares = token == .declare
            result.variables = names
            index += 1
        } else {
            index = start
        }
        let first = index
        while true {
            var command = TemplateCommand()
            let begin = index
            loop: while true {
                switch token {
                case .close, .rightParen, .pipe: break loop
                default: command.operands.append(try operand(context))
                }
            }
            if command.operands.isEmpty { throw fail(result.commands.isEmpty ? "missing value for \(context)" : "empty command") }
            command.place = place(from: begin)
            result.commands.append(command)
            if token != .pipe {
                result.place = place(from: first)
                if result.declares { known += result.variables }
                return result
            }
            index += 1
        }
    }

    private mutating func operand(_ context: String) throws(TemplateProblem) -> TemplateOperand {
        var result: TemplateOperand
        let first = token
        let begin = index
        var chainAt: Int?
        switch first {
        case .word(let word):
            switch word {
            case "true": result = .constant(true)
            case "false": result = .constant(false)
            case "nil": result = .null
            default:
                if !Self.functions.contains(word) { throw fail("function \(goQuoted(word)) not defined") }
                result = .function(word)
            }
        case .field(let name): result = name.isEmpty ? .dot : .fields(.dot, [name], place(tokens[index].range))
        case .variable(let name):
            if !known.contains(name) { throw fail("undefined variable \"$\(name)\"") }
            result = .variable(name)
        case .string(let text): result = .constant(.string(text))
        case .character(let scalar): result = .constant(.int(Int64(scalar.value)))
        case .number(let text):
            if let integer = Int64(text.filter { $0 != "_" }) {
                result = .constant(.int(integer))
            } else if let fraction = Double(text) {
                // `5.0` stays a float64, which compares with no int64.
                result = .constant((try? Value(parsingJSON: text)) ?? Value(fraction))
            } else {
                throw fail("bad number syntax: \(goQuoted(text))")
            }
        case .leftParen:
            index += 1
            let inner = try pipeline("parenthesized pipeline")
            guard token == .rightParen else { throw fail("unclosed left paren") }
            result = .pipeline(inner)
        default: throw fail("unexpected \(describe(first)) in \(context)")
        }
        index += 1
        while case .field(let name) = token, !name.isEmpty, !tokens[index].spaceBefore {
            if chainAt == nil { chainAt = index }
            if case .fields(let base, let path, let at) = result {
                result = .fields(base, path + [name], at)
            } else {
                result = .fields(result, [name], TemplatePlace())
            }
            index += 1
        }
        if let chainAt, case .fields(let base, let path, _) = result {
            // A chain of fields stands where its second link does.
            let link = place(tokens[chainAt].range)
            result = .fields(base, path, TemplatePlace(line: link.line, column: link.column, text: place(from: begin).text))
        }
        return result
    }

    private func describe(_ token: TemplateToken) -> String {
        switch token {
        case .close: "\"}}\""
        case .open: "\"{{\""
        case .word(let text), .field(let text), .number(let text): "<\(text)>"
        case .variable(let text): "<$\(text)>"
        case .string(let text): goQuoted(goQuoted(text))
        case .end: "EOF"
        case .declare: "\":=\""
        case .assign: "\"=\""
        case .pipe: "\"|\""
        case .comma: "\",\""
        case .rightParen: "\")\""
        case .leftParen: "\"(\""
        case .text(let text): goQuoted(text)
        case .character(let scalar): "'\(scalar)'"
        }
    }
}
