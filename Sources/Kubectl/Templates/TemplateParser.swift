import KubernetesObjects

/// A template after parsing.
indirect enum TemplateNode {
    case text(String)
    case action(TemplatePipeline)
    case condition(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case call(String, TemplatePipeline?)
    case breakLoop, continueLoop
}

/// `$a, $b := cmd | cmd`.
struct TemplatePipeline {
    var variables: [String] = []
    var declares = false
    var commands: [[TemplateOperand]] = []
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
    case fields(TemplateOperand, [String])
}

/// Parses Go templates.
///
/// - Source: Go's text/template/parse. Differs: no `block`.
struct TemplateParser {
    static let functions: Set = [
        "and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "eq", "ne", "lt", "le", "gt",
        "ge", "exists", "base64decode", "call",
    ]

    private let tokens: [(token: TemplateToken, line: Int, spaceBefore: Bool)]
    private var index = 0
    private(set) var templates: [String: [TemplateNode]] = [:]
    private(set) var body: [TemplateNode] = []

    init(_ text: String) throws(TemplateProblem) {
        tokens = try TemplateLexer(text).tokens
        let (nodes, end) = try list(until: [])
        _ = end
        body = nodes
    }

    private var token: TemplateToken { tokens[min(index, tokens.count - 1)].token }
    private func fail(_ message: String) -> TemplateProblem {
        TemplateProblem(message: "template: output:\(tokens[min(index, tokens.count - 1)].line): \(message)")
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
            let pipeline = try closed(word)
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
            try close(word)
            return word == "break" ? .breakLoop : .continueLoop
        case "define":
            index += 1
            guard case .string(let name) = token else { throw fail("missing name in define clause") }
            index += 1
            try close("define clause")
            let (nodes, _) = try list(until: ["end"])
            templates[name] = nodes
            return nil
        case "template":
            index += 1
            guard case .string(let name) = token else { throw fail("missing name in template clause") }
            index += 1
            if token == .close {
                index += 1
                return .call(name, nil)
            }
            return .call(name, try closed("template clause"))
        default: return .action(try closed("command"))
        }
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
        while true {
            var command: [TemplateOperand] = []
            loop: while true {
                switch token {
                case .close, .rightParen, .pipe: break loop
                default: command.append(try operand(context))
                }
            }
            if command.isEmpty { throw fail(result.commands.isEmpty ? "missing value for \(context)" : "empty command") }
            result.commands.append(command)
            if token != .pipe { return result }
            index += 1
        }
    }

    private mutating func operand(_ context: String) throws(TemplateProblem) -> TemplateOperand {
        var result: TemplateOperand
        let first = token
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
        case .field(let name): result = name.isEmpty ? .dot : .fields(.dot, [name])
        case .variable(let name): result = .variable(name)
        case .string(let text): result = .constant(.string(text))
        case .character(let scalar): result = .constant(.int(Int64(scalar.value)))
        case .number(let text):
            if let integer = Int64(text.filter { $0 != "_" }) {
                result = .constant(.int(integer))
            } else if let fraction = Double(text) {
                result = .constant(Value(fraction))
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
            if case .fields(let base, let path) = result { result = .fields(base, path + [name]) } else { result = .fields(result, [name]) }
            index += 1
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
