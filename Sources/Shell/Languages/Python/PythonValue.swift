/// A value of a Python program.
indirect enum PythonValue: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case text(String)
    case list([PythonValue])
    case tuple([PythonValue])
    case range(PythonRange)
    /// A function or an object of a module, by its dotted name.
    case builtin(String)

    /// `range(start, stop, step)`, which is not spelled out.
    struct PythonRange: Sendable {
        var (start, stop, step): (Int, Int, Int)

        var count: Int { max(step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step, 0) }
    }

    /// What `if` makes of it.
    var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .text(let value): !value.isEmpty
        case .list(let items), .tuple(let items): !items.isEmpty
        case .range(let range): range.count > 0
        case .builtin: true
        }
    }

    var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .text: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .range: "range"
        case .builtin: "builtin_function_or_method"
        }
    }

    /// A whole number, of which a truth value is one.
    var integer: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): value
        default: nil
        }
    }

    var number: Double? {
        if case .float(let value) = self { return value }
        return integer.map { Double($0) }
    }

    /// `str(value)`
    var shown: String {
        if case .text(let text) = self { return text }
        return represented
    }

    /// `repr(value)`
    var represented: String {
        switch self {
        case .none: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .int(let value): return String(value)
        case .float(let value): return value.isNaN ? "nan" : value.isInfinite ? (value < 0 ? "-inf" : "inf") : String(value)
        case .text(let text):
            let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
            let inner = text.map { $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : $0 == "\t" ? "\\t" : $0 == "\r" ? "\\r" : $0 == quote ? "\\\($0)" : String($0) }.joined()
            return "\(quote)\(inner)\(quote)"
        case .list(let items): return "[" + items.map(\.represented).joined(separator: ", ") + "]"
        case .tuple(let items): return "(" + items.map(\.represented).joined(separator: ", ") + (items.count == 1 ? ",)" : ")")
        case .range(let range): return "range(\(range.start), \(range.stop)\(range.step == 1 ? "" : ", \(range.step)"))"
        case .builtin(let name): return "<built-in function \(name)>"
        }
    }

    /// Whether two values are equal; numbers of different kinds may be.
    func equals(_ other: PythonValue) -> Bool {
        switch (self, other) {
        case (.none, .none): return true
        case (.text(let left), .text(let right)): return left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): return left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
        default:
            if let left = integer, let right = other.integer { return left == right }
            if let left = number, let right = other.number { return left == right }
            return false
        }
    }
}

/// An exception of a Python program.
struct PythonException: Error {
    var kind: String
    var message: String
    /// It comes from within `os.environ`.
    var isOfEnvironment = false

    /// The last line of its traceback.
    var text: String { message.isEmpty ? kind : "\(kind): \(message)" }
}
