/// Runs a Python program, statement by statement; it can be put aside between two.
///
/// - Bounds: texts and lists of `sizeMax` elements; integers of 64 bits.
struct PythonMachine: Sendable {
    typealias Expression = PythonProgram.Expression
    typealias Statement = PythonProgram.Statement

    /// What ends a program before its last statement.
    enum Interruption: Error {
        case raised(type: String, message: String)
        case exit(Int, message: String)

        static func type(_ message: String) -> Interruption { .raised(type: "TypeError", message: message) }
        static func value(_ message: String) -> Interruption { .raised(type: "ValueError", message: message) }
    }

    private enum Loop {
        case condition(Expression)
        case items(PythonProgram.Target, ArraySlice<PythonValue>)
        case numbers(PythonProgram.Target, next: Int, to: Int, step: Int)
    }

    private struct Frame {
        var block: [Statement]
        var next = 0
        var loop: Loop?
    }

    static let sizeMax = 1 << 20

    var variables: [String: PythonValue] = [:]
    let arguments: [String]
    /// When it goes on after `time.sleep`.
    var sleepsUntil: Int64?
    /// What was printed and is held back: Python writes to a pipe in large pieces.
    var held: [UInt8] = []
    var holdsOutput: Bool
    private(set) var line = 1
    private var frames: [Frame]

    init(_ program: PythonProgram, arguments: [String], holdsOutput: Bool) {
        frames = [Frame(block: program.statements)]
        self.arguments = arguments
        self.holdsOutput = holdsOutput
    }

    /// Runs until it sleeps, has ended (the status is returned then), or has done so many statements.
    mutating func run(_ io: inout UtilityIO, steps: Int = 2000) -> UtilityOutcome {
        sleepsUntil = nil
        for _ in 0..<steps {
            guard !frames.isEmpty else {
                flush(&io)
                return .exit(0)
            }
            do throws(Interruption) { try step(&io) } catch {
                flush(&io)
                switch error {
                case .exit(let status, let message):
                    if !message.isEmpty { io.errors += Array((message + "\n").utf8) }
                    return .exit(status)
                case .raised(let type, let message):
                    io.errors += Array("Traceback (most recent call last):\n  File \"<string>\", line \(line), in <module>\n\(type)\(message.isEmpty ? "" : ": " + message)\n".utf8)
                    return .exit(1)
                }
            }
            if let until = sleepsUntil { return .sleep(until: until) }
            if held.count > 8192 { flush(&io) }
        }
        return .again
    }

    mutating func flush(_ io: inout UtilityIO) {
        io.output += held
        held = []
    }

    private mutating func step(_ io: inout UtilityIO) throws(Interruption) {
        let top = frames.count - 1
        guard frames[top].next < frames[top].block.count else {
            if try !nextTurn(top, &io) { frames.removeLast() }
            return
        }
        let statement = frames[top].block[frames[top].next]
        frames[top].next += 1
        line = statement.line
        switch statement.kind {
        case .pass: break
        case .expression(let expression): _ = try evaluate(expression, &io)
        case .assignment(let targets, let expression):
            let value = try evaluate(expression, &io)
            for target in targets { try assign(value, to: target, &io) }
        case .change(let target, let symbol, let expression):
            let before: PythonValue
            switch target {
            case .name(let name): before = try lookUp(name)
            case .element(let base, let key): before = try element(evaluate(base, &io), evaluate(key, &io), io)
            case .several: throw .type("'tuple' is an illegal expression for augmented assignment")
            }
            try assign(try combine(symbol, before, evaluate(expression, &io)), to: target, &io)
        case .branch(let arms):
            for arm in arms {
                if let condition = arm.condition, try !evaluate(condition, &io).isTrue { continue }
                frames.append(Frame(block: arm.block))
                break
            }
        case .loop(let condition, let block): frames.append(Frame(block: block, next: block.count, loop: .condition(condition)))
        case .each(let target, let source, let block):
            let value = try evaluate(source, &io)
            if case .range(let from, let to, let step) = value {
                frames.append(Frame(block: block, next: block.count, loop: .numbers(target, next: from, to: to, step: step)))
            } else {
                guard let items = value.items else { throw .type("'\(value.typeName)' object is not iterable") }
                frames.append(Frame(block: block, next: block.count, loop: .items(target, items[...])))
            }
        case .bind(let names): for (name, path) in names { variables[String(name.prefix { $0 != "." })] = .library(name.contains(".") ? String(path.prefix { $0 != "." }) : path) }
        case .raise(let expression): throw try exception(expression, &io)
        case .leaveLoop: try leave(&io, removing: true)
        case .nextTurn: try leave(&io, removing: false)
        }
    }

    /// Begins a loop's next turn; false when there is none.
    private mutating func nextTurn(_ top: Int, _ io: inout UtilityIO) throws(Interruption) -> Bool {
        switch frames[top].loop {
        case nil: return false
        case .condition(let condition): guard try evaluate(condition, &io).isTrue else { return false }
        case .items(let target, var items):
            guard let item = items.popFirst() else { return false }
            frames[top].loop = .items(target, items)
            try assign(item, to: target, &io)
        case .numbers(let target, let next, let to, let step):
            guard step > 0 ? next < to : next > to else { return false }
            frames[top].loop = .numbers(target, next: next &+ step, to: to, step: step)
            try assign(.integer(next), to: target, &io)
        }
        frames[top].next = 0
        return true
    }

    /// `break` and `continue`.
    private mutating func leave(_ io: inout UtilityIO, removing: Bool) throws(Interruption) {
        guard let loop = frames.lastIndex(where: { $0.loop != nil }) else { throw .raised(type: "SyntaxError", message: removing ? "'break' outside loop" : "'continue' not properly in loop") }
        frames.removeLast(frames.count - 1 - loop)
        if removing { frames.removeLast() } else { frames[loop].next = frames[loop].block.count }
    }

    private mutating func exception(_ expression: Expression?, _ io: inout UtilityIO) throws(Interruption) -> Interruption {
        guard let expression else { return .raised(type: "RuntimeError", message: "No active exception to reraise") }
        if case .call(.name(let name), let arguments, _) = expression, PythonLibrary.exceptions.contains(name) {
            let value = try arguments.first.map { expression throws(Interruption) in try evaluate(expression, &io) }
            if name == "SystemExit" { return Self.exit(value ?? .none) }
            return .raised(type: name, message: name == "KeyError" ? value?.raw ?? "" : value?.shown ?? "")
        }
        if case .name(let name) = expression, PythonLibrary.exceptions.contains(name) { return name == "SystemExit" ? .exit(0, message: "") : .raised(type: name, message: "") }
        return .type("exceptions must derive from BaseException")
    }

    /// What `sys.exit` does with its argument: a number is the status, anything else is printed and the status is 1.
    static func exit(_ value: PythonValue) -> Interruption {
        if case .none = value { return .exit(0, message: "") }
        if let status = value.whole { return .exit(status & 0xff, message: "") }
        return .exit(1, message: value.shown)
    }

    func lookUp(_ name: String) throws(Interruption) -> PythonValue {
        if let value = variables[name] { return value }
        if PythonLibrary.builtins.contains(name) { return .library(name) }
        throw .raised(type: "NameError", message: "name '\(name)' is not defined")
    }

    mutating func assign(_ value: PythonValue, to target: PythonProgram.Target, _ io: inout UtilityIO) throws(Interruption) {
        switch target {
        case .name(let name): variables[name] = value
        case .several(let targets):
            guard let items = value.items else { throw .type("cannot unpack non-iterable \(value.typeName) object") }
            if items.count > targets.count { throw .value("too many values to unpack (expected \(targets.count))") }
            if items.count < targets.count { throw .value("not enough values to unpack (expected \(targets.count), got \(items.count))") }
            for (target, item) in zip(targets, items) { try assign(item, to: target, &io) }
        case .element(let base, let key):
            guard case .name(let name) = base else { throw .type("'\(try evaluate(base, &io).typeName)' object does not support item assignment here") }
            let (container, key) = (try lookUp(name), try evaluate(key, &io))
            switch container {
            case .dictionary(var entries):
                if let place = entries.firstIndex(where: { $0.key.equals(key) }) { entries[place].value = value } else { entries.append((key, value)) }
                guard entries.count <= 10_000 else { throw .raised(type: "MemoryError", message: "") }
                variables[name] = .dictionary(entries)
            case .list(var items):
                items[try place(key, in: items.count, "list assignment index out of range")] = value
                variables[name] = .list(items)
            default: throw .type("'\(container.typeName)' object does not support item assignment")
            }
        }
    }

    /// Where an index leads to; negative ones count from the end.
    func place(_ key: PythonValue, in count: Int, _ problem: String) throws(Interruption) -> Int {
        guard let index = key.whole else { throw .type("indices must be integers or slices, not \(key.typeName)") }
        let place = index < 0 ? index + count : index
        guard (0..<count).contains(place) else { throw .raised(type: "IndexError", message: problem) }
        return place
    }
}
