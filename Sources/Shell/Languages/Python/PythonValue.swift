/// A value of a Python program.
///
/// - Differs: lists and dictionaries are copied when they get a second name.
indirect enum PythonValue: Sendable {
    case none, bool(Bool), integer(Int), real(Double), text(String)
    case list([PythonValue]), tuple([PythonValue])
    case dictionary([(key: PythonValue, value: PythonValue)])
    /// `range(from, to, step)`
    case range(Int, Int, Int)
    /// A module, or something in one: `os.environ`; a builtin by its bare name.
    case library(String)
    /// A method of a value.
    case method(PythonValue, String)

    var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .integer: "int"
        case .real: "float"
        case .text: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .dictionary: "dict"
        case .range: "range"
        case .library(let path): PythonLibrary.modules.contains(path) ? "module" : "builtin_function_or_method"
        case .method: "builtin_function_or_method"
        }
    }

    var isTrue: Bool {
        switch self {
        case .none: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        case .text(let text): !text.isEmpty
        case .list(let items), .tuple(let items): !items.isEmpty
        case .dictionary(let entries): !entries.isEmpty
        case .range: !(items ?? []).isEmpty
        case .library, .method: true
        }
    }

    /// The number that it is, `True` counting as 1.
    var number: Double? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    var whole: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .integer(let value): value
        default: nil
        }
    }

    static let rangeMax = 1_000_000

    /// What a loop over it gives; nil when it cannot be looped over.
    var items: [PythonValue]? {
        switch self {
        case .text(let text): return text.map { .text(String($0)) }
        case .list(let items), .tuple(let items): return items
        case .dictionary(let entries): return entries.map(\.key)
        case .range(let from, let to, let step): return stride(from: from, to: to, by: step).prefix(Self.rangeMax).map { .integer($0) }
        default: return nil
        }
    }

    func equals(_ other: PythonValue) -> Bool {
        if let left = whole, let right = other.whole { return left == right }
        if let left = number, let right = other.number { return left == right }
        switch (self, other) {
        case (.none, .none): return true
        case (.text(let left), .text(let right)): return left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): return left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
        case (.dictionary(let left), .dictionary(let right)):
            return left.count == right.count && left.allSatisfy { entry in right.contains { $0.key.equals(entry.key) && $0.value.equals(entry.value) } }
        case (.library(let left), .library(let right)): return left == right
        default: return false
        }
    }

    /// Whether it comes before another; nil when the two have no order.
    func precedes(_ other: PythonValue) -> Bool? {
        if let left = whole, let right = other.whole { return left < right }
        if let left = number, let right = other.number { return left < right }
        switch (self, other) {
        case (.text(let left), .text(let right)): return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            for (mine, theirs) in zip(left, right) where !mine.equals(theirs) { return mine.precedes(theirs) }
            return left.count < right.count
        default: return nil
        }
    }

    // MARK: Text

    /// As `str` gives it.
    var shown: String { if case .text(let text) = self { text } else { raw } }

    /// As `repr` gives it.
    var raw: String {
        switch self {
        case .none: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .integer(let value): return String(value)
        case .real(let value): return Self.text(of: value)
        case .text(let text):
            let quote = text.contains("'") && !text.contains("\"") ? "\"" : "'"
            var result = ""
            for character in text {
                switch character {
                case "\\": result += "\\\\"
                case "\n": result += "\\n"
                case "\t": result += "\\t"
                case "\r": result += "\\r"
                case "'" where quote == "'": result += "\\'"
                default: result.append(character)
                }
            }
            return quote + result + quote
        case .list(let items): return "[" + items.map(\.raw).joined(separator: ", ") + "]"
        case .tuple(let items): return items.count == 1 ? "(\(items[0].raw),)" : "(" + items.map(\.raw).joined(separator: ", ") + ")"
        case .dictionary(let entries): return "{" + entries.map { "\($0.key.raw): \($0.value.raw)" }.joined(separator: ", ") + "}"
        case .range(let from, let to, let step): return step == 1 ? "range(\(from), \(to))" : "range(\(from), \(to), \(step))"
        case .library(let path): return PythonLibrary.modules.contains(path) ? "<module '\(path)'>" : "<built-in function \(path.split(separator: ".").last ?? "")>"
        case .method(_, let name): return "<built-in method \(name)>"
        }
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == value.rounded(), value.magnitude < 1e16 { return "\(Int(value)).0" }
        return "\(value)"
    }
}
