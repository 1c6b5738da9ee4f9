/// Evaluating expressions.
extension PythonMachine {
    mutating func evaluate(_ expression: Expression, _ io: inout UtilityIO) throws(Interruption) -> PythonValue {
        switch expression {
        case .literal(let value): return value
        case .name(let name): return try lookUp(name)
        case .list(let items): return .list(try values(items, &io))
        case .tuple(let items): return .tuple(try values(items, &io))
        case .dictionary(let entries):
            var result: [(key: PythonValue, value: PythonValue)] = []
            for entry in entries {
                let (key, value) = (try evaluate(entry.key, &io), try evaluate(entry.value, &io))
                if let place = result.firstIndex(where: { $0.key.equals(key) }) { result[place].value = value } else { result.append((key, value)) }
            }
            return .dictionary(result)
        case .formatted(let parts): return .text(try joined(parts, &io))
        case .negative(let inner):
            let value = try evaluate(inner, &io)
            if let number = value.whole { return .integer(0 &- number) }
            guard let number = value.number else { throw .type("bad operand type for unary -: '\(value.typeName)'") }
            return .real(-number)
        case .not(let inner): return .bool(try !evaluate(inner, &io).isTrue)
        case .both(let left, let right):
            let value = try evaluate(left, &io)
            return value.isTrue ? try evaluate(right, &io) : value
        case .either(let left, let right):
            let value = try evaluate(left, &io)
            return value.isTrue ? value : try evaluate(right, &io)
        case .conditional(let condition, let then, let otherwise): return try evaluate(evaluate(condition, &io).isTrue ? then : otherwise, &io)
        case .binary(let symbol, let left, let right): return try combine(symbol, evaluate(left, &io), evaluate(right, &io))
        case .comparison(let first, let rest):
            var left = try evaluate(first, &io)
            for (symbol, expression) in rest {
                let right = try evaluate(expression, &io)
                guard try holds(symbol, left, right, io) else { return .bool(false) }
                left = right
            }
            return .bool(true)
        case .attribute(let base, let name): return try member(name, of: evaluate(base, &io), io)
        case .element(let base, let key): return try element(evaluate(base, &io), evaluate(key, &io), io)
        case .slice(let base, let from, let to):
            let value = try evaluate(base, &io)
            let bounds = try [from, to].map { bound throws(Interruption) -> Int? in
                guard let bound else { return nil }
                return try evaluate(bound, &io).whole
            }
            func part<T>(_ items: [T]) -> [T] {
                func place(_ bound: Int) -> Int { min(max(bound < 0 ? bound + items.count : bound, 0), items.count) }
                let (first, last) = (place(bounds[0] ?? 0), place(bounds[1] ?? items.count))
                return first < last ? Array(items[first..<last]) : []
            }
            switch value {
            case .text(let text): return .text(String(part(Array(text))))
            case .list(let items): return .list(part(items))
            case .tuple(let items): return .tuple(part(items))
            default: throw .type("'\(value.typeName)' object is not subscriptable")
            }
        case .call(let function, let positional, let named):
            if case .attribute(.name(let name), "append") = function, case .list(var items)? = variables[name], positional.count == 1 {
                items.append(try evaluate(positional[0], &io))
                guard items.count <= Self.sizeMax else { throw .raised(type: "MemoryError", message: "") }
                variables[name] = .list(items)
                return .none
            }
            let callee = try evaluate(function, &io)
            let arguments = try values(positional, &io)
            var keywords: [String: PythonValue] = [:]
            for (name, expression) in named.sorted(by: { $0.key < $1.key }) { keywords[name] = try evaluate(expression, &io) }
            return try call(callee, arguments, keywords, &io)
        }
    }

    private mutating func values(_ expressions: [Expression], _ io: inout UtilityIO) throws(Interruption) -> [PythonValue] {
        var result: [PythonValue] = []
        for expression in expressions { result.append(try evaluate(expression, &io)) }
        return result
    }

    private mutating func joined(_ parts: [PythonProgram.Part], _ io: inout UtilityIO) throws(Interruption) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .value(let expression, let isRaw, let layout):
                let value = try evaluate(expression, &io)
                if layout.isEmpty { result += isRaw ? value.raw : value.shown } else {
                    guard let text = PythonLayout(layout)?.text(of: isRaw ? .text(value.raw) : value) else { throw .value("Unknown format code '\(layout.last ?? " ")' for object of type '\(value.typeName)'") }
                    result += text
                }
            }
        }
        return try checked(result)
    }

    func checked(_ text: String) throws(Interruption) -> String {
        guard text.utf8.count <= Self.sizeMax else { throw .raised(type: "MemoryError", message: "") }
        return text
    }

    // MARK: Operators

    func combine(_ symbol: String, _ left: PythonValue, _ right: PythonValue) throws(Interruption) -> PythonValue {
        if let a = left.whole, let b = right.whole, symbol != "/" { return try whole(symbol, a, b) }
        if let a = left.number, let b = right.number {
            switch symbol {
            case "+": return .real(a + b)
            case "-": return .real(a - b)
            case "*": return .real(a * b)
            case "**": return .real(try Self.power(a, b))
            default:
                guard b != 0 else { throw .raised(type: "ZeroDivisionError", message: "division by zero") }
                let floor = (a / b).rounded(.down)
                return .real(symbol == "/" ? a / b : symbol == "//" ? floor : a - floor * b)
            }
        }
        switch (symbol, left, right) {
        case ("+", .text(let a), .text(let b)): return .text(try checked(a + b))
        case ("+", .list(let a), .list(let b)) where a.count + b.count <= Self.sizeMax: return .list(a + b)
        case ("+", .tuple(let a), .tuple(let b)) where a.count + b.count <= Self.sizeMax: return .tuple(a + b)
        case ("+", .text, _): throw .type("can only concatenate str (not \"\(right.typeName)\") to str")
        case ("*", .text(let text), .integer(let count)), ("*", .integer(let count), .text(let text)):
            guard text.isEmpty || max(count, 0) <= Self.sizeMax / text.utf8.count else { throw .raised(type: "MemoryError", message: "") }
            return .text(String(repeating: text, count: max(count, 0)))
        case ("*", .list(let items), .integer(let count)):
            guard items.isEmpty || max(count, 0) <= Self.sizeMax / items.count else { throw .raised(type: "MemoryError", message: "") }
            return .list(Array(repeatElement(items, count: max(count, 0)).joined()))
        case ("%", .text(let format), _):
            let values = if case .tuple(let items) = right { items } else { [right] }
            guard let text = PythonLayout.filled(format, with: values) else { throw .type("not enough arguments for format string, or of another type") }
            return .text(try checked(text))
        default: throw .type("unsupported operand type(s) for \(symbol): '\(left.typeName)' and '\(right.typeName)'")
        }
    }

    private func whole(_ symbol: String, _ a: Int, _ b: Int) throws(Interruption) -> PythonValue {
        func within(_ result: (partialValue: Int, overflow: Bool)) throws(Interruption) -> PythonValue {
            guard !result.overflow else { throw .raised(type: "OverflowError", message: "integers of more than 64 bits are not simulated") }
            return .integer(result.partialValue)
        }
        switch symbol {
        case "+": return try within(a.addingReportingOverflow(b))
        case "-": return try within(a.subtractingReportingOverflow(b))
        case "*": return try within(a.multipliedReportingOverflow(by: b))
        case "**":
            guard b >= 0 else { return .real(try Self.power(Double(a), Double(b))) }
            var result = 1
            for _ in 0..<min(b, 64) {
                guard case .integer(let next) = try within(result.multipliedReportingOverflow(by: a)) else { break }
                result = next
            }
            if b > 64, a.magnitude > 1 { throw .raised(type: "OverflowError", message: "integers of more than 64 bits are not simulated") }
            return .integer(b > 64 && a == -1 && b % 2 == 1 ? -1 : b > 64 && a == -1 ? 1 : result)
        default:
            guard b != 0 else { throw .raised(type: "ZeroDivisionError", message: symbol == "%" ? "integer modulo by zero" : "integer division or modulo by zero") }
            let (quotient, rest) = (try within(a.dividedReportingOverflow(by: b)), b == -1 ? 0 : a % b)
            let isRounded = rest != 0 && (rest < 0) != (b < 0)
            if symbol == "%" { return .integer(isRounded ? rest + b : rest) }
            return isRounded ? .integer((quotient.whole ?? 0) - 1) : quotient
        }
    }

    /// Powers with whole exponents, and roots.
    private static func power(_ base: Double, _ exponent: Double) throws(Interruption) -> Double {
        if exponent == 0.5, base >= 0 { return base.squareRoot() }
        guard exponent == exponent.rounded(), exponent.magnitude <= 4096 else { throw .value("powers with this exponent are not simulated") }
        if base == 0, exponent < 0 { throw .raised(type: "ZeroDivisionError", message: "0.0 cannot be raised to a negative power") }
        var result = 1.0
        for _ in 0..<Int(exponent.magnitude) { result *= base }
        return exponent < 0 ? 1 / result : result
    }

    private func holds(_ symbol: String, _ left: PythonValue, _ right: PythonValue, _ io: UtilityIO) throws(Interruption) -> Bool {
        switch symbol {
        case "==", "is": return left.equals(right)
        case "!=", "is not": return !left.equals(right)
        case "in", "not in":
            let isIn: Bool
            switch right {
            case .library("os.environ"): isIn = io.environment.contains { $0.name == left.shown }
            case .text(let text):
                guard case .text(let wanted) = left else { throw .type("'in <string>' requires string as left operand, not \(left.typeName)") }
                isIn = wanted.isEmpty || text.contains(wanted)
            default:
                guard let items = right.items else { throw .type("argument of type '\(right.typeName)' is not iterable") }
                isIn = items.contains { $0.equals(left) }
            }
            return isIn == (symbol == "in")
        default:
            guard let isLess = left.precedes(right), let isMore = right.precedes(left) else {
                throw .type("'\(symbol)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'")
            }
            return symbol == "<" ? isLess : symbol == ">" ? isMore : symbol == "<=" ? !isMore : !isLess
        }
    }

    func element(_ container: PythonValue, _ key: PythonValue, _ io: UtilityIO) throws(Interruption) -> PythonValue {
        switch container {
        case .library("os.environ"):
            guard let found = io.environment.last(where: { $0.name == key.shown }) else { throw .raised(type: "KeyError", message: key.raw) }
            return .text(found.value)
        case .dictionary(let entries):
            guard let found = entries.first(where: { $0.key.equals(key) }) else { throw .raised(type: "KeyError", message: key.raw) }
            return found.value
        case .text(let text):
            let characters = Array(text)
            return .text(String(characters[try place(key, in: characters.count, "string index out of range")]))
        case .list(let items), .tuple(let items): return items[try place(key, in: items.count, "\(container.typeName) index out of range")]
        default: throw .type("'\(container.typeName)' object is not subscriptable")
        }
    }

    private func member(_ name: String, of value: PythonValue, _ io: UtilityIO) throws(Interruption) -> PythonValue {
        guard case .library(let path) = value, path != "os.environ" else { return .method(value, name) }
        switch "\(path).\(name)" {
        case "math.pi": return .real(.pi)
        case "sys.argv": return .list(arguments.map { .text($0) })
        case "sys.version": return .text(PythonTask.version(io) + " (main) [GCC 14.2.0]")
        case let full where PythonLibrary.members.contains(full): return .library(full)
        default: throw .raised(type: "AttributeError", message: "module '\(path)' has no attribute '\(name)'")
        }
    }
}
