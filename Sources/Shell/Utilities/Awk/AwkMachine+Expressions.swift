/// Evaluating expressions, assigning, and calling the program's own functions.
extension AwkMachine {
    /// `$0`, made anew when a field was changed.
    var current: String { isRecordOld ? fields.joined(separator: variables["OFS"]?.string ?? " ") : record }

    func alias(_ name: String) -> String { aliases.last?[name] ?? name }

    mutating func key(_ subscripts: [AwkExpression], _ io: inout UtilityIO) throws(AwkError) -> String {
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
            try count(searching: text)
            return .of((try regex(wanted, &io)?.isFound(in: text) ?? false) != isNegated ? 1 : 0)
        case .conditional(let condition, let yes, let no): return try evaluate(try evaluate(condition, &io).isTrue ? yes : no, &io)
        case .contains(let subscripts, let array): 
            let key = try key(subscripts, &io)
            return .of(arrays[alias(array)]?.values[key] != nil ? 1 : 0)
        case .concatenate(let left, let right):
            let text = try evaluate(left, &io).string + evaluate(right, &io).string
            if text.utf8.count > 8 << 20 { throw AwkError(message: "a text is larger than 8 MiB") }
            try count(text.utf8.count)
            return .of(text)
        case .call(let name, let arguments): return try call(name, arguments, &io)
        case .readLine(let target):
            guard case .line(let line, _) = feed.nextLine(&io) else { return .of(0) }
            let text = String(decoding: line, as: UTF8.self)
            guard let target else {
                setRecord(text, counts: true)
                return .of(1)
            }
            try store(target, .input(text), &io)
            for name in ["NR", "FNR"] { set(name, (variables[name]?.numeric ?? 0) + 1) }
            return .of(1)
        case .readFile(let target, let file): return try nextLine(of: try evaluate(file, &io).string, isCommand: false, into: target, &io)
        case .readCommand(let command, let target): return try nextLine(of: try evaluate(command, &io).string, isCommand: true, into: target, &io)
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

    static func arithmetic(_ symbol: String, _ left: Double, _ right: Double) -> Double {
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
    static func index(_ number: Double) -> Int { number.isNaN ? 0 : Int(max(-1, min(1e6, number))) }

    static func compare(_ symbol: String, _ left: AwkValue, _ right: AwkValue) -> Bool {
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
