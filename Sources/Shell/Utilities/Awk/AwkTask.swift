/// `awk`: the language without pipes into or out of commands.
///
/// - Bounds: 1,000,000 steps for one record, 8 MiB of variables' text; exceeding one ends it with status 2.
struct AwkTask: UtilityTask {
    private var program = AwkProgram()
    private var machine = AwkMachine()
    /// The program has a `getline` of its own input.
    private var takesLines = false
    private var held: [UInt8] = []
    private var problem: String?
    private var hasBegun = false
    private var isDone = false
    private var actives: Set<Int> = []

    init(arguments: [String]) {
        var rest = arguments[...]
        var source: String?
        while let first = rest.first, first.hasPrefix("-"), first.count > 1 {
            rest = rest.dropFirst()
            if first == "--" { break }
            func value() -> String {
                if first.count > 2 { return String(first.dropFirst(2)) }
                return rest.popFirst() ?? ""
            }
            if first.hasPrefix("-F") {
                let text = value()
                machine.set("FS", text == "t" ? "\t" : String(decoding: EscapeSequences.decode(Array(text.utf8), style: .printf).bytes, as: UTF8.self))
            } else if first.hasPrefix("-v") {
                assign(value())
            } else if first.hasPrefix("-f") {
                machine.programFile = value()
                source = ""
            } else {
                problem = "unknown option \(first)"
            }
        }
        if source == nil {
            guard let text = rest.popFirst() else {
                problem = problem ?? "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]"
                return
            }
            read(text)
        }
        var files: [String] = []
        for word in rest {
            if let equals = word.firstIndex(of: "="), ScriptReader.isName(String(word[..<equals])) { assign(word) } else { files.append(word) }
        }
        machine.feed = LineFeed(files)
    }

    private mutating func assign(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 { machine.setInput(parts[0], String(decoding: EscapeSequences.decode(Array(parts[1].utf8), style: .printf).bytes, as: UTF8.self)) }
    }

    private mutating func read(_ text: String) {
        takesLines = text.contains("getline")
        var parser = AwkParser(text)
        do throws(AwkError) {
            program = try parser.program()
            machine.functions = program.functions
        } catch {
            problem = error.message
        }
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if takesLines {
            // `getline` takes records when it likes, so that all of them must be there.
            held += io.input
            io.input = []
            if !io.inputEnded { return .needsInput }
            swap(&io.input, &held)
        }
        if let file = machine.programFile, !hasBegun {
            guard let bytes = io.readFile(file) else { return .exit(2) }
            read(String(decoding: bytes, as: UTF8.self))
        }
        if let problem {
            io.complain(problem)
            return .exit(2)
        }
        do throws(AwkError) {
            if !hasBegun {
                hasBegun = true
                machine.environment = io.environment
                machine.now = io.now
                for rule in program.rules { if case .begin = rule.pattern { try run(rule, &io) } }
                if machine.exitStatus == nil, !program.rules.contains(where: { if case .begin = $0.pattern { false } else { true } }) {
                    machine.closePipes(nil, &io)
                    return .exit(0)
                }
            }
            for _ in 0..<500 {
                if io.isTired { return .again }
                if machine.exitStatus != nil { return try end(&io) }
                if let byte = machine.variables["RS"]?.string.utf8.first, byte != machine.feed.separator { machine.feed.separator = byte }
                switch machine.feed.nextLine(&io) {
                case .needsInput: return .needsInput
                case .end: return try end(&io)
                case .line(let line, _):
                    if machine.feed.isNewFile {
                        machine.feed.clearNewFile()
                        machine.set("FILENAME", machine.feed.current == "-" ? "" : machine.feed.current)
                        machine.set("FNR", 0)
                    }
                    machine.setRecord(String(decoding: line, as: UTF8.self), counts: true)
                    defer { io.work += machine.steps }
                    try record(&io)
                }
            }
        } catch {
            io.complain(error.message)
            return .exit(2)
        }
        return .again
    }

    private mutating func record(_ io: inout UtilityIO) throws(AwkError) {
        machine.steps = 0
        for (index, rule) in program.rules.enumerated() {
            switch rule.pattern {
            case .begin, .end: continue
            case .always: break
            case .expression(let expression): if !(try machine.evaluate(expression, &io).isTrue) { continue }
            case .range(let first, let last):
                if !actives.contains(index) {
                    if !(try machine.evaluate(first, &io).isTrue) { continue }
                    actives.insert(index)
                }
                if try machine.evaluate(last, &io).isTrue { actives.remove(index) }
            }
            try run(rule, &io)
            if machine.exitStatus != nil || machine.skipsRecord { break }
        }
        machine.skipsRecord = false
    }

    private mutating func run(_ rule: AwkProgram.Rule, _ io: inout UtilityIO) throws(AwkError) {
        guard machine.exitStatus == nil else { return }
        guard let body = rule.body else {
            io.printLine(machine.record)
            return
        }
        if case .next = try machine.run(body, &io) { machine.skipsRecord = true }
    }

    private mutating func end(_ io: inout UtilityIO) throws(AwkError) -> UtilityOutcome {
        if !isDone {
            isDone = true
            let status = machine.exitStatus
            machine.exitStatus = nil
            machine.steps = 0
            for rule in program.rules { if case .end = rule.pattern { try run(rule, &io) } }
            machine.closePipes(nil, &io)
            machine.exitStatus = machine.exitStatus ?? status
        }
        return .exit(machine.exitStatus ?? (machine.feed.failed ? 2 : 0))
    }
}
