/// How values are laid out in texts: `{value:>8.2f}` and `'%5d' % value`.
///
/// - Source: The Python Standard Library, "Format Specification Mini-Language" and "printf-style String Formatting".
/// - Bounds: at most 1,000 characters wide, 50 digits behind the point.
struct PythonLayout {
    private var fill: Character = " "
    private var align: Character?
    private var showsPlus = false
    private var width = 0
    private var groups = false
    private var precision: Int?
    private var type: Character?

    init?(_ text: String) {
        var rest = Array(text)[...]
        if rest.count > 1, "<>^=".contains(rest[rest.startIndex + 1]) {
            fill = rest.removeFirst()
            align = rest.removeFirst()
        } else if let first = rest.first, "<>^=".contains(first) {
            align = rest.removeFirst()
        }
        if let first = rest.first, "+- ".contains(first) { showsPlus = rest.removeFirst() == "+" }
        if rest.first == "0", align == nil {
            rest.removeFirst()
            (fill, align) = ("0", "=")
        }
        func number() -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return Int(String(digits))
        }
        width = min(number() ?? 0, 1000)
        if rest.first == "," {
            groups = true
            rest.removeFirst()
        }
        if rest.first == "." {
            rest.removeFirst()
            guard let digits = number() else { return nil }
            precision = min(digits, 50)
        }
        if let last = rest.first, "dsfFxX%bog".contains(last) { type = rest.removeFirst() }
        guard rest.isEmpty else { return nil }
    }

    /// A value in this layout; nil when it is not of that type.
    func text(of value: PythonValue) -> String? {
        var body: String
        var isNumber = value.number != nil
        switch type {
        case "f", "F", "%":
            guard let number = value.number else { return nil }
            body = PrintfFormatter.fixed(type == "%" ? number * 100 : number, precision ?? 6) + (type == "%" ? "%" : "")
        case "d", "x", "X", "b", "o":
            guard let number = value.whole else { return nil }
            body = String(number, radix: type == "d" ? 10 : type == "b" ? 2 : type == "o" ? 8 : 16, uppercase: type == "X")
        case "s":
            guard case .text(let text) = value else { return nil }
            body = precision.map { String(text.prefix($0)) } ?? text
        default:
            body = if isNumber, let precision, let number = value.number { PrintfFormatter.fixed(number, precision) } else { value.shown }
            if case .bool = value { isNumber = false }
        }
        if groups, isNumber { body = Self.grouped(body) }
        if showsPlus, isNumber, !body.hasPrefix("-") { body = "+" + body }
        let space = max(width - body.count, 0)
        func run(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch align ?? (isNumber ? ">" : "<") {
        case "<": return body + run(space)
        case "^": return run(space / 2) + body + run(space - space / 2)
        case "=":
            let sign = body.first.map { "+-".contains($0) } == true ? String(body.removeFirst()) : ""
            return sign + run(space) + body
        default: return run(space) + body
        }
    }

    private static func grouped(_ text: String) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        var (result, count) = ("", 0)
        for digit in parts[0].reversed() {
            if count > 0, count % 3 == 0 { result = "," + result }
            result = String(digit) + result
            count += 1
        }
        return sign + result + (parts.count > 1 ? "." + parts[1] : "")
    }

    /// `format % values`; nil when they do not fit.
    static func filled(_ format: String, with values: [PythonValue]) -> String? {
        var (result, rest, left) = ("", format[...], values[...])
        while let character = rest.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            var layout = ""
            while let next = rest.first, "0123456789.+-".contains(next) { layout.append(rest.removeFirst()) }
            guard let type = rest.popFirst() else { return nil }
            if type == "%" {
                result += "%"
                continue
            }
            guard let value = left.popFirst() else { return nil }
            // A minus sign means the left here.
            if layout.hasPrefix("-") { layout = "<" + layout.dropFirst() } else if type == "s" || type == "r", !layout.isEmpty { layout = ">" + layout }
            let given: PythonValue = type == "s" ? .text(value.shown) : type == "r" ? .text(value.raw) : type == "d" || type == "i" ? .integer(value.number.map { Int(clamping: Int64($0)) } ?? 0) : value
            if type != "s", type != "r", value.number == nil { return nil }
            guard let text = PythonLayout(layout + (type == "r" ? "s" : type == "i" ? "d" : String(type)))?.text(of: given) else { return nil }
            result += text
        }
        return left.isEmpty ? result : nil
    }
}
