/// A value of awk: a number, a text, or a text from input that counts as a number when it looks like one.
struct AwkValue: Sendable {
    var text: String?
    var number: Double?
    /// Came from input.
    var isInput = false

    static func of(_ number: Double) -> AwkValue { AwkValue(text: nil, number: number) }
    static func of(_ text: String) -> AwkValue { AwkValue(text: text, number: nil) }
    static func input(_ text: String) -> AwkValue { AwkValue(text: text, number: nil, isInput: true) }
    static let unset = AwkValue(text: nil, number: nil)

    var numeric: Double { number ?? Self.leading(text ?? "") }
    var looksNumeric: Bool {
        if text == nil { return true }
        guard isInput, let text else { return false }
        let trimmed = text.filter { $0 != " " && $0 != "\t" && $0 != "\n" }
        return !trimmed.isEmpty && Double(trimmed) != nil && !trimmed.lowercased().contains("n")
    }
    var isTrue: Bool { looksNumeric ? numeric != 0 : !(text ?? "").isEmpty }
    var string: String { text ?? number.map(Self.show) ?? "" }

    static func show(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e16 { return String(Int64(number)) }
        return (number < 0 ? "-" : "") + PrintfFormatter.general(number.magnitude, 6)
    }

    /// The number a text begins with.
    static func leading(_ text: String) -> Double {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count, ByteClass.contains(bytes[start], name: "space") { start += 1 }
        var end = start
        if end < bytes.count, bytes[end] == 43 || bytes[end] == 45 { end += 1 }
        while end < bytes.count, (48...57).contains(bytes[end]) || bytes[end] == 46 { end += 1 }
        if end + 1 < bytes.count, bytes[end] | 32 == 101 {
            var after = end + 1
            if bytes[after] == 43 || bytes[after] == 45 { after += 1 }
            if after < bytes.count, (48...57).contains(bytes[after]) {
                while after < bytes.count, (48...57).contains(bytes[after]) { after += 1 }
                end = after
            }
        }
        var digits = String(decoding: bytes[start..<end], as: UTF8.self)
        while let value = digits.isEmpty ? 0 : Double(digits) { return value }
        while !digits.isEmpty {
            digits.removeLast()
            if let value = Double(digits) { return value }
        }
        return 0
    }
}

/// The variables of a program and the record it looks at.
struct AwkMachine: Sendable {
    enum Flow: Sendable { case onward, next, leave, goOn, giveBack(AwkValue), exit }

    static let stepsMax = 1_000_000

    var functions: [String: AwkProgram.Function] = [:]
    var variables: [String: AwkValue] = ["FS": .of(" "), "OFS": .of(" "), "ORS": .of("\n"), "NR": .of(0), "FNR": .of(0), "SUBSEP": .of("\u{1c}"), "RSTART": .of(0), "RLENGTH": .of(-1)]
    var arrays: [String: AwkArray] = [:]
    var fields: [String] = []
    private(set) var record = ""
    private var isRecordOld = false
    var environment: [(name: String, value: String)] = []
    var now: Int64 = 0
    var steps = 0
    var exitStatus: Int?
    var skipsRecord = false
    var programFile: String?
    private var seed: UInt64 = 1
    private var depth = 0
    /// Names of arrays that parameters stand for, by call.
    private var aliases: [[String: String]] = []
    private var written: Set<String> = []
    private var patterns: [String: PosixRegex] = [:]

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
        var (start, search) = (0, 0)
        while search <= bytes.count, let range = regex.firstMatch(in: bytes, from: search)?[0] {
            if range.isEmpty {
                search = range.upperBound + 1
                continue
            }
            result.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
            start = range.upperBound
            search = start
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

    private mutating func count() throws(AwkError) {
        steps += 1
        if steps > Self.stepsMax { throw AwkError(message: "stopped after \(Self.stepsMax) steps for one record") }
    }

    private mutating func run(_ statement: AwkStatement, _ io: inout UtilityIO) throws(AwkError) -> Flow {
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

    private mutating func emit(_ bytes: [UInt8], _ redirect: (kind: String, target: AwkExpression)?, _ io: inout UtilityIO) throws(AwkError) {
        guard let redirect else {
            io.output += bytes
            return
        }
        let target = try evaluate(redirect.target, &io).string
        if redirect.kind == "|" { throw AwkError(message: "a pipe to a command is not available") }
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

    // MARK: Expressions

    /// `$0`, made anew when a field was changed.
    private var current: String { isRecordOld ? fields.joined(separator: variables["OFS"]?.string ?? " ") : record }

    private func alias(_ name: String) -> String { aliases.last?[name] ?? name }

    private mutating func key(_ subscripts: [AwkExpression], _ io: inout UtilityIO) throws(AwkError) -> String {
        var parts: [String] = []
        for expression in subscripts { parts.append(try evaluate(expression, &io).string) }
        return parts.joined(separator: variables["SUBSEP"]?.string ?? "\u{1c}")
    }

    mutating func evaluate(_ expression: AwkExpression, _ io: inout UtilityIO) throws(AwkError) -> AwkValue {
        try count()
        switch expression {
        case .number(let value): return .of(value)
        case .string(let text): return .of(text)
        case .regex(let regex): return .of(regex.isFound(in: Array(current.utf8)) ? 1 : 0)
        case .variable(let name): return variables[name] ?? .unset
        case .field(let inner):
            let number = Self.index(try evaluate(inner, &io).numeric)
            if number == 0 { return .input(current) }
            if number < 0 { throw AwkError(message: "trying to access out of range field \(number)") }
            return number <= fields.count ? .input(fields[number - 1]) : .unset
        case .element(let array, let subscripts):
            let key = try key(subscripts, &io)
            if array == "ENVIRON" { return .input(environment.first { $0.name == key }?.value ?? "") }
            if let value = arrays[alias(array)]?.values[key] { return value }
            let name = alias(array)
            arrays[name, default: AwkArray()].set(key, .unset)
            return .unset
        case .assign(let target, let operation, let right):
            var value = try evaluate(right, &io)
            if !operation.isEmpty { value = .of(Self.arithmetic(operation, try evaluate(target, &io).numeric, value.numeric)) }
            try store(target, value, &io)
            return value
        case .binary("&&", let left, let right):
            if !(try evaluate(left, &io).isTrue) { return .of(0) }
            return .of(try evaluate(right, &io).isTrue ? 1 : 0)
        case .binary("||", let left, let right):
            if try evaluate(left, &io).isTrue { return .of(1) }
            return .of(try evaluate(right, &io).isTrue ? 1 : 0)
        case .binary(let symbol, let left, let right):
            let (a, b) = (try evaluate(left, &io), try evaluate(right, &io))
            if ["<", "<=", "==", "!=", ">", ">="].contains(symbol) { return .of(Self.compare(symbol, a, b) ? 1 : 0) }
            if symbol == "/" || symbol == "%", b.numeric == 0 { throw AwkError(message: "division by zero") }
            return .of(Self.arithmetic(symbol, a.numeric, b.numeric))
        case .unary(let symbol, let inner):
            let value = try evaluate(inner, &io)
            return .of(symbol == "!" ? (value.isTrue ? 0 : 1) : symbol == "-" ? -value.numeric : value.numeric)
        case .increment(let target, let change, let isPrefix):
            let old = try evaluate(target, &io).numeric
            try store(target, .of(old + change), &io)
            return .of(isPrefix ? old + change : old)
        case .match(let subject, let wanted, let isNegated):
            let text = Array(try evaluate(subject, &io).string.utf8)
            return .of((try regex(wanted, &io)?.isFound(in: text) ?? false) != isNegated ? 1 : 0)
        case .conditional(let condition, let yes, let no): return try evaluate(try evaluate(condition, &io).isTrue ? yes : no, &io)
        case .contains(let subscripts, let array): 
            let key = try key(subscripts, &io)
            return .of(arrays[alias(array)]?.values[key] != nil ? 1 : 0)
        case .concatenate(let left, let right):
            let text = try evaluate(left, &io).string + evaluate(right, &io).string
            if text.utf8.count > 8 << 20 { throw AwkError(message: "a text is larger than 8 MiB") }
            return .of(text)
        case .call(let name, let arguments): return try call(name, arguments, &io)
        case .readLine: return .of(0)
        }
    }

    mutating func regex(_ expression: AwkExpression, _ io: inout UtilityIO) throws(AwkError) -> PosixRegex? {
        if case .regex(let regex) = expression { return regex }
        return pattern(try evaluate(expression, &io).string)
    }

    mutating func store(_ target: AwkExpression, _ value: AwkValue, _ io: inout UtilityIO) throws(AwkError) {
        switch target {
        case .variable(let name):
            variables[name] = value
            if name == "NF" {
                let count = max(0, min(Self.index(value.numeric), 100_000))
                if count < fields.count { fields.removeLast(fields.count - count) }
                while fields.count < count { fields.append("") }
                isRecordOld = true
            }
        case .field(let inner):
            let number = min(Self.index(try evaluate(inner, &io).numeric), 100_000)
            if number == 0 { return setRecord(value.string, counts: false) }
            if number < 0 { throw AwkError(message: "trying to access out of range field \(number)") }
            while fields.count < number { fields.append("") }
            fields[number - 1] = value.string
            set("NF", Double(fields.count))
            isRecordOld = true
        case .element(let array, let subscripts):
            let key = try key(subscripts, &io)
            let name = alias(array)
            arrays[name, default: AwkArray()].set(key, value)
            if (arrays[name]?.values.count ?? 0) > 200_000 { throw AwkError(message: "an array has more than 200000 elements") }
        default: throw AwkError(message: "assignment to something that is no variable")
        }
    }

    private static func arithmetic(_ symbol: String, _ left: Double, _ right: Double) -> Double {
        switch symbol {
        case "+": return left + right
        case "-": return left - right
        case "*": return left * right
        case "/": return right == 0 ? 0 : left / right
        case "%": return right == 0 ? 0 : left.truncatingRemainder(dividingBy: right)
        default:
            var (result, count) = (1.0, min(right.magnitude, 4096))
            while count >= 1 {
                result *= left
                count -= 1
            }
            if count > 0 { result *= left.squareRoot() }
            return right < 0 ? 1 / result : result
        }
    }

    static func integer(_ number: Double) -> Int64 { number.isNaN ? 0 : Int64(max(-9e18, min(9e18, number.rounded(.towardZero)))) }

    /// A field's number; -1 for one that cannot be.
    private static func index(_ number: Double) -> Int { number.isNaN ? 0 : Int(max(-1, min(1e6, number))) }

    private static func compare(_ symbol: String, _ left: AwkValue, _ right: AwkValue) -> Bool {
        if left.looksNumeric, right.looksNumeric {
            let (a, b) = (left.numeric, right.numeric)
            return ["<": a < b, "<=": a <= b, "==": a == b, "!=": a != b, ">": a > b, ">=": a >= b][symbol] ?? false
        }
        let (a, b) = (left.string, right.string)
        return ["<": a < b, "<=": a <= b, "==": a == b, "!=": a != b, ">": a > b, ">=": a >= b][symbol] ?? false
    }

    // MARK: Functions

    /// Calls a function of the program; arrays are passed by name.
    mutating func callOwn(_ function: AwkProgram.Function, _ arguments: [AwkExpression], _ io: inout UtilityIO) throws(AwkError) -> AwkValue {
        depth += 1
        defer { depth -= 1 }
        if depth > 100 { throw AwkError(message: "functions are nested more than 100 deep") }
        var values: [AwkValue] = []
        var names: [String: String] = [:]
        for (index, argument) in arguments.enumerated() where index < function.parameters.count {
            if case .variable(let name) = argument, variables[name] == nil {
                names[function.parameters[index]] = alias(name)
                values.append(.unset)
            } else {
                values.append(try evaluate(argument, &io))
            }
        }
        var saved: [(String, AwkValue?)] = []
        for (index, name) in function.parameters.enumerated() {
            saved.append((name, variables[name]))
            variables[name] = index < values.count && names[name] == nil ? values[index] : nil
            if names[name] == nil {
                names[name] = "\(name)#\(depth)"
                arrays["\(name)#\(depth)"] = nil
            }
        }
        aliases.append(names)
        let flow = try run(function.body, &io)
        aliases.removeLast()
        for (name, value) in saved.reversed() { variables[name] = value }
        if case .giveBack(let value) = flow { return value }
        return .unset
    }

    mutating func random() -> Double {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(seed >> 11) / 9_007_199_254_740_992
    }

    mutating func setSeed(_ value: UInt64) { seed = value }
    mutating func setArray(_ name: String, _ elements: [String]) {
        var array = AwkArray()
        for (index, element) in elements.enumerated() { array.set(String(index + 1), .input(element)) }
        let place = alias(name)
        arrays[place] = array
    }
    func arrayCount(_ name: String) -> Int? { arrays[alias(name)]?.values.count }
    var currentRecord: String { current }
}
