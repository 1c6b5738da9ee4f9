import KubernetesObjects

/// The functions of Go templates, and kubectl's `exists` and `base64decode`.
enum TemplateFunctions {
    typealias Item = Value?

    static func isTrue(_ item: Item) -> Bool { item.map { !$0.isEmptyValue } ?? false }

    /// A value as Go's `fmt.Fprint` prints it.
    static func text(_ item: Item) -> String {
        guard let item else { return "<no value>" }
        switch item {
        case .null: return "<no value>"
        case .int(let number): return String(number)
        case .number(let literal): return float(literal.doubleValue)
        case .array(let list): return "[" + list.map { $0.isNull ? "<nil>" : text($0) }.joined(separator: " ") + "]"
        case .object(let fields):
            return "map[" + fields.sorted().map { "\($0.key):\($0.value.isNull ? "<nil>" : text($0.value))" }.joined(separator: " ") + "]"
        default: return goText(item)
        }
    }

    /// `%v` of a float64: `3`, `1.5`, `1e+06`.
    private static func float(_ value: Double) -> String {
        if let integer = Int(exactly: value), abs(integer) < 1_000_000 { return String(integer) }
        if abs(value) < 1e6, abs(value) >= 1e-4 { return "\(value)" }
        var mantissa = value
        var exponent = 0
        while abs(mantissa) >= 10, exponent < 400 {
            mantissa /= 10
            exponent += 1
        }
        while abs(mantissa) < 1, mantissa != 0, exponent > -400 {
            mantissa *= 10
            exponent -= 1
        }
        var digits = "\(mantissa)"
        if let integer = Int64(exactly: value) {
            var text = String(abs(integer))
            while text.hasSuffix("0"), text.count > 1 { text.removeLast() }
            let rest = text.dropFirst()
            digits = (integer < 0 ? "-" : "") + String(text.prefix(1)) + (rest.isEmpty ? "" : "." + rest)
        } else if digits.hasSuffix(".0") {
            digits.removeLast(2)
        }
        let size = abs(exponent)
        return "\(digits)e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
    }

    static func call(_ name: String, _ arguments: [Item]) throws(TemplateProblem) -> Item {
        func need(_ count: Int) throws(TemplateProblem) {
            if arguments.count < count {
                throw TemplateProblem(message: "wrong number of args for \(name): want at least \(count) got \(arguments.count)")
            }
        }
        switch name {
        case "and", "or":
            try need(1)
            for item in arguments where isTrue(item) == (name == "or") { return item }
            return arguments[arguments.count - 1]
        case "not":
            try need(1)
            return .bool(!isTrue(arguments[0]))
        case "len":
            try need(1)
            switch arguments[0] {
            case .string(let text)?: return Value(text.utf8.count)
            case .array(let list)?: return Value(list.count)
            case .object(let fields)?: return Value(fields.count)
            case nil: throw TemplateProblem(message: "reflect: call of reflect.Value.Type on zero Value")
            case .null?: throw TemplateProblem(message: "len of nil pointer")
            case let other?: throw TemplateProblem(message: "len of type \(GoText.typeName(other))")
            }
        case "index": return try index(arguments)
        case "slice": return try slice(arguments)
        case "print": return .string(print(arguments))
        case "println": return .string(arguments.map(text).joined(separator: " ") + "\n")
        case "printf":
            try need(1)
            return .string(GoFormat.format(text(arguments[0]), Array(arguments.dropFirst())))
        case "html":
            return .string(
                arguments.map(text).joined().replacing(text: "&", with: "&amp;").replacing(text: "<", with: "&lt;")
                    .replacing(text: ">", with: "&gt;").replacing(text: "\"", with: "&#34;").replacing(text: "'", with: "&#39;"))
        case "js":
            return .string(
                arguments.map(text).joined().replacing(text: "\\", with: "\\\\").replacing(text: "'", with: "\\'")
                    .replacing(text: "\"", with: "\\\"").replacing(text: "<", with: "\\u003C").replacing(text: ">", with: "\\u003E"))
        case "urlquery": return .string(urlQuery(arguments.map(text).joined()))
        case "eq":
            try need(2)
            for other in arguments.dropFirst() where try equal(arguments[0], other) { return true }
            return false
        case "ne":
            try need(2)
            return .bool(!(try equal(arguments[0], arguments[1])))
        case "lt", "le", "gt", "ge":
            try need(2)
            let order = try compare(arguments[0], arguments[1])
            return .bool(name == "lt" ? order < 0 : name == "le" ? order <= 0 : name == "gt" ? order > 0 : order >= 0)
        case "exists": return .bool(exists(arguments))
        case "base64decode":
            try need(1)
            switch Base64.decoding(text(arguments[0])) {
            case .success(let bytes): return .string(String(decoding: bytes, as: UTF8.self))
            case .failure(let problem): throw TemplateProblem(message: "base64 decode failed: \(problem)")
            }
        default: throw TemplateProblem(message: "function \(goQuoted(name)) not defined")
        }
    }

    private static func print(_ arguments: [Item]) -> String {
        var result = ""
        for (position, item) in arguments.enumerated() {
            if position > 0, !isString(item), !isString(arguments[position - 1]) { result += " " }
            result += text(item)
        }
        return result
    }

    private static func isString(_ item: Item) -> Bool { if case .string? = item { true } else { false } }

    private static func index(_ arguments: [Item]) throws(TemplateProblem) -> Item {
        guard var current = arguments.first else { throw TemplateProblem(message: "wrong number of args for index: want at least 1 got 0") }
        for key in arguments.dropFirst() {
            switch (current, key) {
            case (.object(let fields)?, .string(let name)?): current = fields[name]
            case (.array(let list)?, let position?):
                guard let number = position.intValue else {
                    throw TemplateProblem(message: "cannot index slice/array with type \(text(position))")
                }
                guard list.indices.contains(number) else { throw TemplateProblem(message: "index out of range: \(number)") }
                current = list[number]
            case (.string(let text)?, let position?):
                let bytes = Array(text.utf8)
                guard let number = position.intValue, bytes.indices.contains(number) else {
                    throw TemplateProblem(message: "index out of range: \(position.intValue ?? 0)")
                }
                current = Value(Int(bytes[number]))
            case (nil, _), (.null?, _): throw TemplateProblem(message: "index of nil pointer")
            case (.object?, let position):
                throw TemplateProblem(message: "value has type \(position.map(Self.typeName) ?? "nil"); should be string")
            case (let item?, _): throw TemplateProblem(message: "can't index item of type \(GoText.typeName(item))")
            }
        }
        return current
    }

    private static func typeName(_ value: Value) -> String {
        if case .int = value { return "int" }
        return GoText.typeName(value)
    }

    private static func slice(_ arguments: [Item]) throws(TemplateProblem) -> Item {
        let bounds = arguments.dropFirst().compactMap { $0?.intValue }
        func range(_ count: Int) throws(TemplateProblem) -> Range<Int> {
            let from = bounds.first ?? 0
            let to = bounds.count > 1 ? bounds[1] : count
            guard from >= 0, from <= to, to <= count else { throw TemplateProblem(message: "index out of range: \(to)") }
            return from..<to
        }
        switch arguments.first ?? nil {
        case .string(let text)?:
            let bytes = Array(text.utf8)
            return .string(String(decoding: bytes[try range(bytes.count)], as: UTF8.self))
        case .array(let list)?: return .array(Array(list[try range(list.count)]))
        default: throw TemplateProblem(message: "can't slice item")
        }
    }

    private static func equal(_ left: Item, _ right: Item) throws(TemplateProblem) -> Bool {
        let (a, b) = (left ?? .null, right ?? .null)
        if let first = basicKind(a), let second = basicKind(b), first != second { throw incompatible }
        return a == b
    }

    private static func compare(_ left: Item, _ right: Item) throws(TemplateProblem) -> Int {
        guard let left, let right, basicKind(left) == basicKind(right) else { throw incompatible }
        if case .string(let a) = left, case .string(let b) = right { return a == b ? 0 : a < b ? -1 : 1 }
        if case .int(let a) = left, case .int(let b) = right { return a == b ? 0 : a < b ? -1 : 1 }
        if let a = left.doubleValue, let b = right.doubleValue { return a == b ? 0 : a < b ? -1 : 1 }
        throw incompatible
    }

    private static let incompatible = TemplateProblem(message: "incompatible types for comparison")

    /// The kinds that Go compares only among themselves.
    private static func basicKind(_ value: Value) -> String? {
        switch value {
        case .bool, .int, .number, .string: GoText.typeName(value)
        default: nil
        }
    }

    private static func exists(_ arguments: [Item]) -> Bool {
        var current = arguments.first ?? nil
        for key in arguments.dropFirst() {
            if case .string(let name)? = key { current = current?[name] } else if let number = key?.intValue { current = current?[number] }
            if current == nil { return false }
        }
        return true
    }

    private static func urlQuery(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.unicodeScalars.append(Unicode.Scalar(byte))
            case 32: result += "+"
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}

/// The everyday part of Go's `fmt.Sprintf`.
enum GoFormat {
    static func format(_ pattern: String, _ arguments: [Value?]) -> String {
        var result = ""
        var rest = Substring(pattern)
        var next = 0
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            var flags = ""
            while let first = rest.first, "-+# 0".contains(first) {
                flags.append(first)
                rest.removeFirst()
            }
            let width = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(width.count)
            var precision: Int?
            if rest.first == "." {
                rest.removeFirst()
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(digits.count)
                precision = Int(digits) ?? 0
            }
            guard let verb = rest.first else { return result + "%!(NOVERB)" }
            rest.removeFirst()
            if verb == "%" {
                result += "%"
                continue
            }
            guard next < arguments.count else {
                result += "%!\(verb)(MISSING)"
                continue
            }
            let argument = arguments[next]
            next += 1
            var text = one(verb, argument, precision)
            let missing = min(Int(width) ?? 0, 10_000) - text.unicodeScalars.count
            if missing > 0 {
                let fill = String(repeating: flags.contains("0") && !flags.contains("-") ? "0" : " ", count: missing)
                text = flags.contains("-") ? text + fill : fill + text
            }
            result += text
        }
        result += rest
        guard next < arguments.count else { return result }
        // What the pattern has no verb for is told of.
        let extra = arguments[next...].map { argument in
            guard let argument, !argument.isNull else { return "<nil>" }
            return "\(GoText.typeName(argument))=\(TemplateFunctions.text(argument))"
        }
        return "\(result)%!(EXTRA \(extra.joined(separator: ", ")))"
    }

    private static func one(_ verb: Character, _ argument: Value?, _ precision: Int?) -> String {
        switch verb {
        case "q": return goQuoted(TemplateFunctions.text(argument))
        case "d":
            if case .int(let number)? = argument { return String(number) }
            return misfit(verb, argument)
        case "t":
            if case .bool(let flag)? = argument { return String(flag) }
            return misfit(verb, argument)
        case "x":
            if let number = argument?.intValue { return String(number, radix: 16) }
            return TemplateFunctions.text(argument).utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case "f":
            guard case .number(let literal)? = argument else { return misfit(verb, argument) }
            return fixed(literal.doubleValue, digits: min(precision ?? 6, 18))
        case "s":
            switch argument {
            case .int?, .number?, .bool?: return misfit(verb, argument)
            default: break
            }
            let text = TemplateFunctions.text(argument)
            return precision.map { String(text.prefix($0)) } ?? text
        case "T": return argument.map(GoText.typeName) ?? "<nil>"
        default: return TemplateFunctions.text(argument)
        }
    }

    /// `%!d(string=abc)`: a value that the verb does not print.
    private static func misfit(_ verb: Character, _ argument: Value?) -> String {
        guard let argument, !argument.isNull else { return "%!\(verb)(<nil>)" }
        return "%!\(verb)(\(GoText.typeName(argument))=\(TemplateFunctions.text(argument)))"
    }

    /// A number with so many digits after the point, rounded half to even as far as doubles tell.
    static func fixed(_ number: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(number) * scale).rounded(.toNearestOrEven)
        guard scaled < 9e18 else { return "\(number)" }
        var text = String(Int64(scaled))
        while text.count <= digits { text = "0" + text }
        let whole = text.dropLast(digits)
        return (number < 0 ? "-" : "") + whole + (digits > 0 ? "." + text.suffix(digits) : "")
    }
}
