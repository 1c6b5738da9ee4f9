/// What operators make of values.
///
/// - Source: "Expressions" of the Python reference, with its messages. Differs: whole numbers have 64 bits.
extension PythonMachine {
    func combined(_ sign: String, _ left: PythonValue, _ right: PythonValue) throws(Stop) -> PythonValue {
        if case .text(let text) = left {
            switch (sign, right) {
            case ("+", .text(let more)): return try bounded(text + more)
            case ("*", _): if let count = right.integer { return try repeated(text, count) }
            case ("%", _): return try bounded(percent(text, right))
            default: break
            }
        } else if case .text(let text) = right, sign == "*", let count = left.integer {
            return try repeated(text, count)
        } else if case .list(let items) = left, case .list(let more) = right, sign == "+" {
            guard items.count + more.count <= Self.itemsMax else { throw failed("MemoryError", "") }
            return .list(items + more)
        } else if let first = left.integer, let second = right.integer, sign != "/", !(sign == "**" && second < 0) {
            return .int(try whole(sign, first, second))
        } else if let first = left.number, let second = right.number {
            return .float(try fractional(sign, first, second))
        }
        if sign == "+", case .text = left { throw failed("TypeError", "can only concatenate str (not \"\(right.typeName)\") to str") }
        throw failed("TypeError", "unsupported operand type(s) for \(sign == "**" ? "** or pow()" : sign): '\(left.typeName)' and '\(right.typeName)'")
    }

    private func repeated(_ text: String, _ count: Int) throws(Stop) -> PythonValue {
        guard count <= Self.textMax, text.utf8.count * max(count, 0) <= Self.textMax else { throw failed("MemoryError", "") }
        return .text(String(repeating: text, count: max(count, 0)))
    }

    private func whole(_ sign: String, _ first: Int, _ second: Int) throws(Stop) -> Int {
        var result = (partialValue: 0, overflow: false)
        switch sign {
        case "+": result = first.addingReportingOverflow(second)
        case "-": result = first.subtractingReportingOverflow(second)
        case "*": result = first.multipliedReportingOverflow(by: second)
        case "//", "%":
            guard second != 0 else { throw failed("ZeroDivisionError", "division by zero") }
            guard second != -1 else { return sign == "%" ? 0 : 0 &- first }
            // Python rounds down, and what is left has the divisor's sign.
            let rest = first % second
            let isBelow = rest != 0 && (rest < 0) != (second < 0)
            return sign == "%" ? (isBelow ? rest + second : rest) : first / second - (isBelow ? 1 : 0)
        default:
            result.partialValue = 1
            for _ in 0..<min(second, 64) where !result.overflow { result = result.partialValue.multipliedReportingOverflow(by: first) }
            if second > 64, first != 0, abs(first) != 1 { result.overflow = true }
            if second > 64, first == -1 { result.partialValue = second % 2 == 0 ? 1 : -1 }
        }
        guard !result.overflow else { throw failed("OverflowError", "numbers of more than 64 bits are not simulated") }
        return result.partialValue
    }

    private func fractional(_ sign: String, _ first: Double, _ second: Double) throws(Stop) -> Double {
        switch sign {
        case "+": return first + second
        case "-": return first - second
        case "*": return first * second
        case "/", "//", "%":
            guard second != 0 else { throw failed("ZeroDivisionError", sign == "/" ? "division by zero" : "float floor division by zero") }
            let quotient = first / second
            return sign == "/" ? quotient : sign == "//" ? quotient.rounded(.down) : first - quotient.rounded(.down) * second
        default:
            guard second == second.rounded(), abs(second) <= 1024 else { throw failed("OverflowError", "powers of fractions are not simulated") }
            var result = 1.0
            for _ in 0..<Int(abs(second)) { result *= first }
            return second < 0 ? 1 / result : result
        }
    }

    func compares(_ sign: String, _ left: PythonValue, _ right: PythonValue) throws(Stop) -> Bool {
        switch sign {
        case "==", "is": return left.equals(right)
        case "!=", "is not": return !left.equals(right)
        case "in", "not in": return try contains(right, left) == (sign == "in")
        default: break
        }
        let isLess: (Bool, Bool)
        if case .text(let first) = left, case .text(let second) = right {
            isLess = (Array(first.unicodeScalars).lexicographicallyPrecedes(Array(second.unicodeScalars)), first == second)
        } else if let first = left.number, let second = right.number {
            isLess = (first < second, first == second)
        } else {
            throw failed("TypeError", "'\(sign)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'")
        }
        switch sign {
        case "<": return isLess.0
        case "<=": return isLess.0 || isLess.1
        case ">": return !isLess.0 && !isLess.1
        default: return !isLess.0
        }
    }

    private func contains(_ whole: PythonValue, _ part: PythonValue) throws(Stop) -> Bool {
        switch whole {
        case .text(let text):
            guard case .text(let wanted) = part else { throw failed("TypeError", "'in <string>' requires string as left operand, not \(part.typeName)") }
            return wanted.isEmpty || text.split(separator: wanted, maxSplits: 1, omittingEmptySubsequences: false).count > 1
        case .range(let range):
            guard let number = part.integer else { return false }
            return range.count > 0 && (range.step > 0 ? number >= range.start && number < range.stop : number <= range.start && number > range.stop) && (number - range.start) % range.step == 0
        case .list(let items), .tuple(let items): return items.contains { $0.equals(part) }
        default: throw failed("TypeError", "argument of type '\(whole.typeName)' is not iterable")
        }
    }

    /// `"%s is %d" % values`
    private func percent(_ text: String, _ values: PythonValue) throws(Stop) -> String {
        var given: [PythonValue] = if case .tuple(let items) = values { items } else { [values] }
        given.reverse()
        var (result, rest) = ("", text[...])
        while let next = rest.popFirst() {
            guard next == "%" else {
                result.append(next)
                continue
            }
            if rest.first == "%" {
                result.append(rest.removeFirst())
                continue
            }
            let form = rest.prefix { $0.isNumber || $0 == "." || $0 == "-" }
            rest = rest.dropFirst(form.count)
            guard let kind = rest.popFirst(), "sdifrx".contains(kind) else { throw failed("ValueError", "unsupported format character") }
            guard let value = given.popLast() else { throw failed("TypeError", "not enough arguments for format string") }
            if "difx".contains(kind), value.number == nil { throw failed("TypeError", "%\(kind) format: a real number is required, not \(value.typeName)") }
            let number: PythonValue = "di".contains(kind) ? value.number.map { .int(Int(exactly: $0.rounded(.towardZero)) ?? 0) } ?? value : value
            let shown: PythonValue = kind == "r" ? .text(value.represented) : kind == "s" ? .text(value.shown) : number
            let letter = kind == "f" || kind == "x" ? String(kind) : ""
            let alignment = form.hasPrefix("-") ? "<" : kind == "s" || kind == "r" ? ">" : ""
            result += PythonFormat(alignment + form.drop { $0 == "-" } + letter)?.shown(shown) ?? shown.shown
        }
        guard given.isEmpty else { throw failed("TypeError", "not all arguments converted during string formatting") }
        return result
    }
}
