/// The variables of a program and the record it looks at.
struct AwkMachine: Sendable {
    enum Flow: Sendable { case onward, next, leave, goOn, giveBack(AwkValue), exit }

    static let stepsMax = 1_000_000

    var functions: [String: AwkProgram.Function] = [:]
    var variables: [String: AwkValue] = ["FS": .of(" "), "OFS": .of(" "), "ORS": .of("\n"), "NR": .of(0), "FNR": .of(0), "SUBSEP": .of("\u{1c}"), "RSTART": .of(0), "RLENGTH": .of(-1)]
    var arrays: [String: AwkArray] = [:]
    var fields: [String] = []
    var record = ""
    var isRecordOld = false
    var environment: [(name: String, value: String)] = []
    var now: Int64 = 0
    var steps = 0
    var exitStatus: Int?
    var skipsRecord = false
    var programFile: String?
    var seed: UInt64 = 1
    var depth = 0
    /// Names of arrays that parameters stand for, by call.
    var aliases: [[String: String]] = []
    var written: Set<String> = []
    var feed = LineFeed([])
    /// What commands after `|` are given when they are closed, in the order of their first line.
    var piped: [(command: String, bytes: [UInt8])] = []
    /// Lines of files and commands that `getline` has not taken yet.
    var sources: [String: [[UInt8]]] = [:]
    var patterns: [String: PosixRegex] = [:]

    struct AwkArray: Sendable {
        var values: [String: AwkValue] = [:]
        var order: [String] = []

        mutating func set(_ key: String, _ value: AwkValue) { if values.updateValue(value, forKey: key) == nil { order.append(key) } }
        mutating func remove(_ key: String) {
            if values.removeValue(forKey: key) != nil { order.removeAll { $0 == key } }
        }
    }

    mutating func set(_ name: String, _ text: String) { variables[name] = .of(text) }
    mutating func set(_ name: String, _ number: Double) { variables[name] = .of(number) }
    mutating func setInput(_ name: String, _ text: String) { variables[name] = .input(text) }

    mutating func setRecord(_ text: String, counts: Bool) {
        record = text
        isRecordOld = false
        fields = split(text, by: variables["FS"]?.string ?? " ")
        set("NF", Double(fields.count))
        if counts {
            set("NR", (variables["NR"]?.numeric ?? 0) + 1)
            set("FNR", (variables["FNR"]?.numeric ?? 0) + 1)
        }
    }

    mutating func split(_ text: String, by separator: String) -> [String] {
        if text.isEmpty { return [] }
        if separator == " " { return text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init) }
        if separator.isEmpty { return text.map { String($0) } }
        let bytes = Array(text.utf8)
        if separator.utf8.count == 1, let byte = separator.utf8.first, byte != 92 {
            return bytes.split(separator: byte, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let regex = pattern(separator) else { return [text] }
        return Self.split(bytes, by: regex)
    }

    static func split(_ bytes: [UInt8], by regex: PosixRegex) -> [String] {
        var result: [String] = []
        var (start, next) = (0, 0)
        var search = RegexSearch(regex, in: bytes)
        while search.find(from: next) {
            let range = search.whole
            if range.isEmpty {
                next = range.upperBound + 1
                continue
            }
            result.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
            next = start
        }
        return result + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    mutating func pattern(_ text: String) -> PosixRegex? {
        if let known = patterns[text] { return known }
        let made = try? PosixRegex(text, isExtended: true)
        if patterns.count > 100 { patterns = [:] }
        patterns[text] = made
        return made
    }

    // MARK: Statements

    mutating func run(_ statements: [AwkStatement], _ io: inout UtilityIO) throws(AwkError) -> Flow {
        for statement in statements {
            let flow = try run(statement, &io)
            if case .onward = flow { continue }
            return flow
        }
        return .onward
    }

    /// Counts a step, and more of them for one that handles a long text.
    mutating func count(_ length: Int = 0) throws(AwkError) {
        steps += 1 + length / 1024
        if steps > Self.stepsMax { throw AwkError(message: "stopped after \(Self.stepsMax) steps for one record") }
    }

    /// Counts a search for a pattern.
    mutating func count(searching text: [UInt8]) throws(AwkError) { try count(text.count << 6) }

    mutating func run(_ statement: AwkStatement, _ io: inout UtilityIO) throws(AwkError) -> Flow {
        try count()
        switch statement {
        case .expression(let expression): _ = try evaluate(expression, &io)
        case .print(let arguments, let redirect):
            var text = arguments.isEmpty ? current : ""
            for (index, argument) in arguments.enumerated() {
                if index > 0 { text += variables["OFS"]?.string ?? " " }
                text += try evaluate(argument, &io).string
            }
            try emit(Array((text + (variables["ORS"]?.string ?? "\n")).utf8), redirect, &io)
        case .printf(let arguments, let redirect):
            var texts: [String] = []
            for argument in arguments { texts.append(try evaluate(argument, &io).string) }
            try emit(Self.format(texts, &io), redirect, &io)
        case .block(let inner): return try run(inner, &io)
        case .conditional(let condition, let yes, let no): return try run(try evaluate(condition, &io).isTrue ? yes : no, &io)
        case .loop(let condition, let body, let step, let testsFirst):
            var isFirst = true
            while true {
                try count()
                if testsFirst || !isFirst, let condition, !(try evaluate(condition, &io).isTrue) { break }
                isFirst = false
                let flow = try run(body, &io)
                switch flow {
                case .onward, .goOn: break
                case .leave: return .onward
                default: return flow
                }
                if let step { _ = try run(step, &io) }
            }
        case .each(let name, let array, let body):
            for key in arrays[alias(array)]?.order ?? [] where arrays[alias(array)]?.values[key] != nil {
                variables[name] = .input(key)
                let flow = try run(body, &io)
                switch flow {
                case .onward, .goOn: continue
                case .leave: return .onward
                default: return flow
                }
            }
        case .delete(let array, let subscripts):
            let name = alias(array)
            if let subscripts {
                let key = try key(subscripts, &io)
                arrays[name]?.remove(key)
            } else {
                arrays[name] = nil
            }
        case .next: return .next
        case .leave: return .leave
        case .goOn: return .goOn
        case .exit(let status):
            var code = Double(exitStatus ?? 0)
            if let status { code = try evaluate(status, &io).numeric }
            exitStatus = Int(max(-1e9, min(code.isNaN ? 0 : code, 1e9))) & 255
            return .exit
        case .giveBack(let value):
            guard let value else { return .giveBack(.unset) }
            return .giveBack(try evaluate(value, &io))
        }
        return .onward
    }

    mutating func emit(_ bytes: [UInt8], _ redirect: (kind: String, target: AwkExpression)?, _ io: inout UtilityIO) throws(AwkError) {
        guard let redirect else {
            io.output += bytes
            return
        }
        let target = try evaluate(redirect.target, &io).string
        if redirect.kind == "|" {
            if !piped.contains(where: { $0.command == target }) { piped.append((target, [])) }
            if let index = piped.firstIndex(where: { $0.command == target }) { piped[index].bytes += bytes }
            return
        }
        if target == "/dev/stderr" {
            io.errors += bytes
        } else if target == "/dev/stdout" {
            io.output += bytes
        } else {
            let path = io.path(target)
            if redirect.kind == ">", written.insert(path).inserted { try? io.files.write([], to: path) }
            _ = try? io.files.write(bytes, to: path, at: nil)
        }
    }

    static func format(_ texts: [String], _ io: inout UtilityIO) -> [UInt8] {
        guard let format = texts.first else { return [] }
        // Numbers for %d may have fractions here.
        var arguments = texts.dropFirst()
        var result: [UInt8] = []
        let bytes = Array(format.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 37 else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            guard let specification = PrintfFormatter.Specification.read(bytes, &index, next: { arguments.popFirst() }) else { break }
            switch specification.conversion {
            case 37: result.append(37)
            case 115: result += specification.padded(arguments.popFirst() ?? "")
            case 99:
                let text = arguments.popFirst() ?? ""
                let code = Double(text).flatMap { Unicode.Scalar(UInt32(max(0, min($0, 1_114_111)))) }
                result += specification.padded(code.map { String(Character($0)) } ?? String(text.prefix(1)))
            case 100, 105, 117, 120, 88, 111: result += specification.number(Self.integer(AwkValue.leading(arguments.popFirst() ?? "")))
            case 101, 102, 103, 69, 70, 71: result += specification.number(AwkValue.leading(arguments.popFirst() ?? ""))
            default: break
            }
        }
        return result
    }
}
