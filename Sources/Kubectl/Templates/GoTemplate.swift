import KubernetesObjects

/// A Go text/template over a value.
///
/// - Shape: numbers are floats, as kubectl decodes objects for templates; a missing field is `<no value>`.
/// - Bounds: a million steps and a nesting of 100 templates.
/// - Source: Go's text/template and k8s.io/cli-runtime `printers/template.go`.
struct GoTemplate {
    private let body: [TemplateNode]
    private let templates: [String: [TemplateNode]]
    /// Whether a missing key is an error, for `--allow-missing-template-keys=false`.
    var failsOnMissingKeys = false
    private static let stepsMax = 1_000_000

    /// - Throws: the parser's message, `template: output:1: ...`.
    init(_ text: String) throws(TemplateProblem) {
        let parser = try TemplateParser(text)
        body = parser.body
        templates = parser.templates
    }

    func execute(_ data: Value) throws(TemplateProblem) -> String {
        var run = Run(templates: templates, failsOnMissingKeys: failsOnMissingKeys, root: data)
        do throws(TemplateProblem) { _ = try run.walk(body, dot: data) } catch {
            throw TemplateProblem(message: error.message, output: run.output)
        }
        return run.output
    }

    /// A value, or the absence of one.
    typealias Item = Value?

    private enum Flow { case normal, breakLoop, continueLoop }

    private struct Run {
        let templates: [String: [TemplateNode]]
        let failsOnMissingKeys: Bool
        var variables: [(name: String, value: Item)]
        var output = ""
        var steps = 0
        var depth = 0

        init(templates: [String: [TemplateNode]], failsOnMissingKeys: Bool, root: Value) {
            self.templates = templates
            self.failsOnMissingKeys = failsOnMissingKeys
            variables = [("", root)]
        }

        func fail(_ place: TemplatePlace, _ message: String) -> TemplateProblem {
            TemplateProblem(message: "template: output:\(place.line):\(place.column): executing \"output\" at <\(place.text)>: \(message)")
        }

        mutating func walk(_ nodes: [TemplateNode], dot: Item) throws(TemplateProblem) -> Flow {
            let mark = variables.count
            defer { variables.removeLast(variables.count - mark) }
            for node in nodes {
                steps += 1
                if steps > GoTemplate.stepsMax { throw TemplateProblem(message: "template: output: too many steps") }
                switch node {
                case .text(let text): output += text
                case .action(let pipeline):
                    let value = try evaluate(pipeline, dot: dot)
                    if pipeline.variables.isEmpty { output += TemplateFunctions.text(value) }
                case .condition(let pipeline, let then, let otherwise):
                    let inner = variables.count
                    defer { variables.removeLast(variables.count - inner) }
                    let chosen = TemplateFunctions.isTrue(try evaluate(pipeline, dot: dot)) ? then : otherwise
                    let flow = try walk(chosen, dot: dot)
                    if flow != .normal { return flow }
                case .with(let pipeline, let body, let otherwise):
                    let inner = variables.count
                    defer { variables.removeLast(variables.count - inner) }
                    let value = try evaluate(pipeline, dot: dot)
                    let isTrue = TemplateFunctions.isTrue(value)
                    let flow = try walk(isTrue ? body : otherwise, dot: isTrue ? value : dot)
                    if flow != .normal { return flow }
                case .range(let pipeline, let body, let otherwise): try loop(pipeline, body, otherwise, dot)
                case .call(let name, let pipeline, let place):
                    guard let nodes = templates[name] else { throw fail(place, "template \(goQuoted(name)) not defined") }
                    depth += 1
                    if depth > 100 { throw fail(place, "exceeded maximum template depth (100)") }
                    let value: Item
                    if let pipeline { value = try evaluate(pipeline, dot: dot) } else { value = nil }
                    let saved = variables
                    variables = [("", value)]
                    _ = try walk(nodes, dot: value)
                    variables = saved
                    depth -= 1
                case .breakLoop: return .breakLoop
                case .continueLoop: return .continueLoop
                }
            }
            return .normal
        }

        private mutating func loop(_ pipeline: TemplatePipeline, _ body: [TemplateNode], _ otherwise: [TemplateNode], _ dot: Item)
            throws(TemplateProblem)
        {
            var quiet = pipeline
            quiet.variables = []
            let subject = try evaluate(quiet, dot: dot)
            var items: [(key: Value, value: Value)] = []
            switch subject {
            case .array(let list)?: items = list.enumerated().map { (Value($0.offset), $0.element) }
            case .object(let fields)?: items = fields.sorted().map { (.string($0.key), $0.value) }
            case .int(let count)?: items = (0..<max(0, min(count, 1_000_000))).map { (.int($0), .int($0)) }
            case nil, .null?: break
            default: throw fail(pipeline.subjectPlace, "range can't iterate over \(TemplateFunctions.text(subject))")
            }
            if items.isEmpty {
                _ = try walk(otherwise, dot: dot)
                return
            }
            for item in items {
                let mark = variables.count
                defer { variables.removeLast(variables.count - mark) }
                if pipeline.variables.count == 1 {
                    variables.append((pipeline.variables[0], item.value))
                } else if pipeline.variables.count == 2 {
                    variables.append((pipeline.variables[0], item.key))
                    variables.append((pipeline.variables[1], item.value))
                }
                if try walk(body, dot: item.value) == .breakLoop { break }
            }
        }

        mutating func evaluate(_ pipeline: TemplatePipeline, dot: Item) throws(TemplateProblem) -> Item {
            var value: Item = nil
            var hasValue = false
            for command in pipeline.commands {
                value = try evaluate(command, dot: dot, last: hasValue ? .some(value) : nil)
                hasValue = true
            }
            for name in pipeline.variables {
                if !pipeline.declares, let index = variables.lastIndex(where: { $0.name == name }) {
                    variables[index].value = value
                } else {
                    variables.append((name, value))
                }
            }
            return value
        }

        private mutating func evaluate(_ command: TemplateCommand, dot: Item, last: Item?) throws(TemplateProblem) -> Item {
            guard case .function(let name) = command.operands[0] else {
                if command.operands.count > 1 || last != nil {
                    throw fail(command.place, "can't give argument to non-function \(command.place.text.prefix { $0 != " " })")
                }
                if case .null = command.operands[0] { throw fail(command.place, "nil is not a command") }
                return try operand(command.operands[0], dot)
            }
            var arguments: [Item] = []
            for word in command.operands.dropFirst() {
                arguments.append(try operand(word, dot))
                // `and` and `or` stop as soon as they know.
                if name == "and", !TemplateFunctions.isTrue(arguments[arguments.count - 1]) { return arguments[arguments.count - 1] }
                if name == "or", TemplateFunctions.isTrue(arguments[arguments.count - 1]) { return arguments[arguments.count - 1] }
            }
            if let last { arguments.append(last) }
            if name == "call" {
                let word = command.place.text.split(separator: " ").dropFirst().first ?? ""
                throw fail(command.place, "error calling call: non-function \(word) of type \(GoText.typeName(arguments.first.flatMap { $0 } ?? .null))")
            }
            do { return try TemplateFunctions.call(name, arguments) } catch {
                if error.message.hasPrefix("wrong number of args") { throw fail(command.place, error.message) }
                throw fail(command.place, "error calling \(name): \(error.message)")
            }
        }

        private mutating func operand(_ operand: TemplateOperand, _ dot: Item) throws(TemplateProblem) -> Item {
            switch operand {
            case .dot: return dot
            case .null: return .some(.null)
            case .constant(let value): return value
            case .function(let name): return try TemplateFunctions.call(name, [])
            case .pipeline(let pipeline): return try evaluate(pipeline, dot: dot)
            case .variable(let name):
                guard let found = variables.last(where: { $0.name == name }) else {
                    throw TemplateProblem(message: "template: output:1: undefined variable \"$\(name)\"")
                }
                return found.value
            case .fields(let base, let names, let place):
                var current = try self.operand(base, dot)
                for name in names {
                    switch current {
                    case .object(let fields)?:
                        current = fields[name]
                        if current == nil, failsOnMissingKeys { throw fail(place, "map has no entry for key \(goQuoted(name))") }
                    case nil:
                        if failsOnMissingKeys { throw fail(place, "nil data; no entry for key \(goQuoted(name))") }
                    case .null?: throw fail(place, "nil pointer evaluating interface {}.\(name)")
                    default: throw fail(place, "can't evaluate field \(name) in type interface {}")
                    }
                }
                return current
            }
        }
    }
}
