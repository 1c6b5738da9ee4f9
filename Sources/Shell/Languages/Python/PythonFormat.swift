/// How a value is shown: `>8`, `05d`, `.2f`, `x`.
///
/// - Source: the format specification mini-language of the Python library reference.
struct PythonFormat: Sendable {
    private var fill: Character = " "
    private var alignment: Character?
    private var width = 0
    private var places: Int?
    private var kind: Character?

    init?(_ text: String) {
        var rest = text[...]
        if let first = rest.first, let second = rest.dropFirst().first, "<>^".contains(second) {
            (fill, alignment) = (first, second)
            rest = rest.dropFirst(2)
        } else if let first = rest.first, "<>^".contains(first) {
            alignment = first
            rest.removeFirst()
        }
        if rest.first == "0" { (fill, alignment) = ("0", alignment ?? ">") }
        let digits = rest.prefix { $0.isNumber }
        width = Int(digits) ?? 0
        rest = rest.dropFirst(digits.count)
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isNumber }
            places = Int(digits)
            rest = rest.dropFirst(digits.count + 1)
        }
        kind = rest.popFirst()
        guard rest.isEmpty, width <= 1000, places ?? 0 <= 15, kind == nil || "sdfxX".contains(kind!) else { return nil }
    }

    func shown(_ value: PythonValue) -> String {
        var text = value.shown
        if kind == "f" || places != nil && kind == nil, let number = value.number { text = Self.fixed(number, places ?? 6) }
        if kind == "x" || kind == "X", let number = value.integer { text = String(number, radix: 16, uppercase: kind == "X") }
        if let places, value.number == nil { text = String(text.prefix(places)) }
        let space = max(width - text.count, 0)
        switch alignment ?? (value.number == nil ? "<" : ">") {
        case "<": return text + String(repeating: fill, count: space)
        case "^": return String(repeating: fill, count: space / 2) + text + String(repeating: fill, count: space - space / 2)
        default:
            let sign = fill == "0" && text.hasPrefix("-") ? "-" : ""
            return sign + String(repeating: fill, count: space) + text.dropFirst(sign.count)
        }
    }

    /// A number with so many digits after the point.
    static func fixed(_ number: Double, _ places: Int) -> String {
        var scale: Double = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(number) * scale).rounded(.toNearestOrEven)
        guard scaled < 9e18 else { return String(number) }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
        let sign = number < 0 && scaled > 0 ? "-" : ""
        return sign + (places == 0 ? padded : padded.dropLast(places) + "." + padded.suffix(places))
    }
}
