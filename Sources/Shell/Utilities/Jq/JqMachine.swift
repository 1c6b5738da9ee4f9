/// Runs a program of jq over one value.
///
/// - Bounds: `stepsMax` steps and `resultsMax` results for one input.
struct JqMachine {
    static let stepsMax = 500_000
    static let resultsMax = 100_000

    var variables: [String: JqValue] = [:]
    private var steps = 0
    private var depth = 0

    mutating func run(_ filter: JqFilter, _ input: JqValue) throws(JqError) -> [JqValue] {
        steps += 1
        depth += 1
        defer { depth -= 1 }
        if steps > Self.stepsMax || depth > 500 { throw JqError(message: "the program was stopped after \(steps) steps") }
        switch filter {
        case .identity: return [input]
        case .literal(let value): return [value]
        case .everything:
            var result: [JqValue] = []
            Self.walk(input, &result)
            return result
        case .field(let source, let key), .index(let source, let key):
            var result: [JqValue] = []
            for value in try run(source, input) { for key in try run(key, input) { result.append(try Self.element(value, key)) } }
            return result
        case .slice(let source, let start, let end):
            var bounds: [Int?] = []
            for bound in [start, end] {
                guard let bound, case .number(let number, _)? = try run(bound, input).first else {
                    bounds.append(nil)
                    continue
                }
                bounds.append(Int(max(-1e9, min(number, 1e9))))
            }
            var result: [JqValue] = []
            for value in try run(source, input) { result.append(try Self.slice(value, bounds[0], bounds[1])) }
            return result
        case .each(let source):
            var result: [JqValue] = []
            for value in try run(source, input) {
                switch value {
                case .array(let values): result += values
                case .object(let entries): result += entries.map(\.value)
                default: throw JqError(message: "Cannot iterate over \(Self.shown(value))")
                }
            }
            return result
        case .attempt(let inner): do throws(JqError) { return try run(inner, input) } catch { return [] }
        case .text(let pieces, let format):
            var results = [""]
            for piece in pieces {
                switch piece {
                case .text(let text): for index in results.indices { results[index] += text }
                case .filter(let inner):
                    var parts: [String] = []
                    for value in try run(inner, input) { parts.append(try JqFormats.text(value, format)) }
                    results = parts.flatMap { part in results.map { $0 + part } }
                }
            }
            return results.map { .string($0) }
        case .array(let inner): return [.array(try inner.map { (filter) throws(JqError) in try run(filter, input) } ?? [])]
        case .object(let entries):
            var results: [JqValue] = [.object([])]
            for (keyFilter, valueFilter) in entries {
                var next: [JqValue] = []
                for key in try run(keyFilter, input) {
                    guard case .string(let name) = key else { throw JqError(message: "Object keys must be strings") }
                    for value in try run(valueFilter, input) { next += results.map { $0.setting(name, value) } }
                }
                results = next
                if results.count > Self.resultsMax { throw JqError(message: "too many results") }
            }
            return results
        case .pipe(let left, let right):
            var result: [JqValue] = []
            for value in try run(left, input) {
                result += try run(right, value)
                if result.count > Self.resultsMax { throw JqError(message: "too many results") }
            }
            return result
        case .comma(let left, let right): return try run(left, input) + run(right, input)
        case .binary("//", let left, let right):
            let found = ((try? run(left, input)) ?? []).filter(\.isTrue)
            return found.isEmpty ? try run(right, input) : found
        case .binary("and", let left, let right):
            return try logical(left, right, input) { $0 ? nil : false }
        case .binary("or", let left, let right):
            return try logical(left, right, input) { $0 ? true : nil }
        case .binary(let symbol, let left, let right):
            var result: [JqValue] = []
            for second in try run(right, input) { for first in try run(left, input) { result.append(try JqArithmetic.combine(symbol, first, second)) } }
            return result
        case .negate(let inner):
            return try run(inner, input).map { (value) throws(JqError) -> JqValue in
                guard case .number(let number, _) = value else { throw JqError(message: "\(Self.shown(value)) cannot be negated") }
                return .number(-number)
            }
        case .conditional(let condition, let yes, let no):
            var result: [JqValue] = []
            for value in try run(condition, input) { result += value.isTrue ? try run(yes, input) : try no.map { (filter) throws(JqError) in try run(filter, input) } ?? [input] }
            return result
        case .bind(let source, let name, let body):
            var result: [JqValue] = []
            let saved = variables[name]
            defer { variables[name] = saved }
            for value in try run(source, input) {
                variables[name] = value
                result += try run(body, input)
            }
            return result
        case .variable(let name):
            guard let value = variables[name] else { throw JqError(message: "$\(name) is not defined", isSyntax: true) }
            return [value]
        case .reduce(let source, let name, let start, let step):
            var total = try run(start, input).last ?? .null
            let saved = variables[name]
            defer { variables[name] = saved }
            for value in try run(source, input) {
                variables[name] = value
                total = try run(step, total).last ?? .null
            }
            return [total]
        case .assign(let symbol, let path, let right): return try assign(symbol, path, right, input)
        case .call(let name, let arguments): return try call(name, arguments, input)
        }
    }

    /// `and` and `or`: `decides` says what the left side settles by itself.
    private mutating func logical(_ left: JqFilter, _ right: JqFilter, _ input: JqValue, _ decides: (Bool) -> Bool?) throws(JqError) -> [JqValue] {
        var result: [JqValue] = []
        for value in try run(left, input) {
            if let settled = decides(value.isTrue) {
                result.append(.bool(settled))
            } else {
                for other in try run(right, input) { result.append(.bool(other.isTrue)) }
            }
        }
        return result
    }

    // MARK: Looking into values

    private static func walk(_ value: JqValue, _ result: inout [JqValue]) {
        result.append(value)
        switch value {
        case .array(let values): for inner in values { walk(inner, &result) }
        case .object(let entries): for entry in entries { walk(entry.value, &result) }
        default: break
        }
    }

    static func shown(_ value: JqValue) -> String {
        if case .null = value { return "null" }
        let text = value.text(indent: nil)
        return "\(value.typeName) (\(text.count > 11 ? text.prefix(10) + "..." : text[...]))"
    }

    static func element(_ value: JqValue, _ key: JqValue) throws(JqError) -> JqValue {
        switch (value, key) {
        case (.object, .string(let name)): return value[name]
        case (.null, .string), (.null, .number): return .null
        case (.array(let values), .number(let number, _)):
            let index = Int(max(-1e9, min(number.rounded(.down), 1e9)))
            let place = index < 0 ? values.count + index : index
            return values.indices.contains(place) ? values[place] : .null
        case (_, .string(let name)): throw JqError(message: "Cannot index \(value.typeName) with \"\(name)\"")
        default: throw JqError(message: "Cannot index \(value.typeName) with \(key.typeName)")
        }
    }

    private static func slice(_ value: JqValue, _ start: Int?, _ end: Int?) throws(JqError) -> JqValue {
        func range(_ count: Int) -> Range<Int> {
            func place(_ bound: Int) -> Int { max(0, min(bound < 0 ? count + bound : bound, count)) }
            let (low, high) = (place(start ?? 0), place(end ?? count))
            return low..<max(low, high)
        }
        switch value {
        case .null: return .null
        case .array(let values): return .array(Array(values[range(values.count)]))
        case .string(let text):
            let characters = Array(text)
            return .string(String(characters[range(characters.count)]))
        default: throw JqError(message: "Cannot index \(value.typeName) with object")
        }
    }

    // MARK: Assignment

    private mutating func assign(_ symbol: String, _ path: JqFilter, _ right: JqFilter, _ input: JqValue) throws(JqError) -> [JqValue] {
        if symbol == "|=" {
            return [try update(path, input) { (machine, old) throws(JqError) in try machine.run(right, old).first ?? .null }]
        }
        var results: [JqValue] = []
        for value in try run(right, input) {
            results.append(
                try update(path, input) { (_, old) throws(JqError) in
                    if symbol == "=" { return value }
                    if symbol == "//=" { return old.isTrue ? old : value }
                    return try JqArithmetic.combine(String(symbol.dropLast()), old, value)
                })
        }
        return results
    }

    /// The value with what a path leads to changed.
    private mutating func update(_ path: JqFilter, _ value: JqValue, _ change: (inout JqMachine, JqValue) throws(JqError) -> JqValue) throws(JqError) -> JqValue {
        switch path {
        case .identity: return try change(&self, value)
        case .field(let source, let keyFilter), .index(let source, let keyFilter):
            guard let key = try run(keyFilter, value).first else { return value }
            return try update(source, value) { (machine, old) throws(JqError) in try Self.replacing(old, key, try change(&machine, try Self.element(old, key))) }
        case .each(let source):
            return try update(source, value) { (machine, old) throws(JqError) in
                switch old {
                case .array(let values):
                    var next: [JqValue] = []
                    for inner in values { next.append(try change(&machine, inner)) }
                    return .array(next)
                case .object(let entries):
                    var next: [(key: String, value: JqValue)] = []
                    for entry in entries { next.append((entry.key, try change(&machine, entry.value))) }
                    return .object(next)
                default: throw JqError(message: "Cannot iterate over \(Self.shown(old))")
                }
            }
        case .pipe(let left, let right): return try update(left, value) { (machine, old) throws(JqError) in try machine.update(right, old, change) }
        case .comma(let left, let right): return try update(right, try update(left, value, change), change)
        case .call("select", let arguments) where arguments.count == 1: return try run(arguments[0], value).contains(where: \.isTrue) ? try change(&self, value) : value
        case .attempt(let inner): return (try? update(inner, value, change)) ?? value
        default: throw JqError(message: "Invalid path expression")
        }
    }

    private static func replacing(_ value: JqValue, _ key: JqValue, _ new: JqValue) throws(JqError) -> JqValue {
        switch (value, key) {
        case (.object, .string(let name)), (.null, .string(let name)): return value.setting(name, new)
        case (.array(var values), .number(let number, _)):
            let index = Int(max(-1e6, min(number, 1e6)))
            let place = index < 0 ? values.count + index : index
            guard place >= 0 else { throw JqError(message: "Out of bounds negative array index") }
            while values.count <= place { values.append(.null) }
            values[place] = new
            return .array(values)
        default: throw JqError(message: "Cannot index \(value.typeName) with \(key.typeName)")
        }
    }

    /// The value without what a path leads to.
    mutating func deleting(_ path: JqFilter, _ value: JqValue) throws(JqError) -> JqValue {
        switch path {
        case .comma(let left, let right): return try deleting(right, try deleting(left, value))
        case .field(let source, let keyFilter), .index(let source, let keyFilter):
            guard let key = try run(keyFilter, value).first else { return value }
            return try update(source, value) { (_, old) throws(JqError) in
                switch (old, key) {
                case (.object(let entries), .string(let name)): return .object(entries.filter { $0.key != name })
                case (.array(var values), .number(let number, _)):
                    let index = Int(max(-1e9, min(number, 1e9)))
                    let place = index < 0 ? values.count + index : index
                    if values.indices.contains(place) { values.remove(at: place) }
                    return .array(values)
                default: return old
                }
            }
        case .pipe(let left, let right): return try update(left, value) { (machine, old) throws(JqError) in try machine.deleting(right, old) }
        case .each(let source):
            return try update(source, value) { (_, old) throws(JqError) in if case .array = old { .array([]) } else { .object([]) } }
        default: throw JqError(message: "Invalid path expression")
        }
    }
}

/// Operators on two values.
enum JqArithmetic {
    static func combine(_ symbol: String, _ left: JqValue, _ right: JqValue) throws(JqError) -> JqValue {
        let order = JqValue.order(left, right)
        switch symbol {
        case "==": return .bool(order == 0)
        case "!=": return .bool(order != 0)
        case "<": return .bool(order < 0)
        case "<=": return .bool(order <= 0)
        case ">": return .bool(order > 0)
        case ">=": return .bool(order >= 0)
        default: break
        }
        func refuse(_ verb: String) -> JqError { JqError(message: "\(JqMachine.shown(left)) and \(JqMachine.shown(right)) cannot be \(verb)") }
        switch (symbol, left, right) {
        case ("+", .null, _): return right
        case ("+", _, .null): return left
        case ("+", .number(let a, _), .number(let b, _)): return .number(a + b)
        case ("+", .string(let a), .string(let b)): return .string(a + b)
        case ("+", .array(let a), .array(let b)): return .array(a + b)
        case ("+", .object, .object(let entries)): return entries.reduce(left) { $0.setting($1.key, $1.value) }
        case ("+", _, _): throw refuse("added")
        case ("-", .number(let a, _), .number(let b, _)): return .number(a - b)
        case ("-", .array(let a), .array(let b)): return .array(a.filter { !b.contains($0) })
        case ("-", _, _): throw refuse("subtracted")
        case ("*", .number(let a, _), .number(let b, _)): return .number(a * b)
        case ("*", .string(let text), .number(let count, _)): return count <= 0 ? .null : .string(String(repeating: text, count: Int(min(count, 10_000))))
        case ("*", .object, .object(let entries)):
            var result = left
            for entry in entries {
                if case .object = entry.value, case .object = result[entry.key] { result = result.setting(entry.key, try combine("*", result[entry.key], entry.value)) } else { result = result.setting(entry.key, entry.value) }
            }
            return result
        case ("*", _, _): throw refuse("multiplied")
        case ("/", .number(let a, _), .number(let b, _)):
            if b == 0 { throw JqError(message: "\(JqMachine.shown(left)) and \(JqMachine.shown(right)) cannot be divided because the divisor is zero") }
            return .number(a / b)
        case ("/", .string(let text), .string(let separator)): return .array(JqFormats.split(text, separator).map { .string($0) })
        case ("/", _, _): throw refuse("divided")
        case ("%", .number(let a, _), .number(let b, _)):
            let (first, second) = (Int64(max(-9e18, min(a, 9e18))), Int64(max(-9e18, min(b, 9e18))))
            if second == 0 { throw JqError(message: "\(JqMachine.shown(left)) and \(JqMachine.shown(right)) cannot be divided because the divisor is zero") }
            return .number(Double(first % Swift.abs(second)))
        default: throw refuse("divided")
        }
    }
}
