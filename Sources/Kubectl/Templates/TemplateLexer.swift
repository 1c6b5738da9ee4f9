/// A piece of a Go template.
enum TemplateToken: Equatable {
    case text(String)
    case open, close
    case word(String)
    /// `.name.name`, without the first dot; empty for a lone dot.
    case field(String)
    case variable(String)
    case string(String)
    case character(Unicode.Scalar)
    case number(String)
    case pipe, declare, assign, comma, leftParen, rightParen
    case end
}

/// What is wrong with a template, as Go says it.
struct TemplateProblem: Error {
    var message: String
    /// What was printed before it went wrong.
    var output = ""
}

/// A token and where it stands: its line, and its scalars.
struct PlacedToken {
    var token: TemplateToken
    var line: Int
    var spaceBefore = false
    var range: Range<Int>
}

/// Cuts a template into tokens.
///
/// - Source: Go's text/template/parse.
struct TemplateLexer {
    private var index = 0
    private var parenDepth = 0
    private(set) var tokens: [PlacedToken] = []
    let scalars: [Unicode.Scalar]

    init(_ text: String) throws(TemplateProblem) {
        scalars = Array(text.unicodeScalars)
        try run()
    }

    private var line: Int { 1 + scalars[..<min(index, scalars.count)].reduce(0) { $0 + ($1 == "\n" ? 1 : 0) } }
    private func fail(_ message: String) -> TemplateProblem { TemplateProblem(message: "template: output:\(line): \(message)") }
    private func at(_ text: String, _ offset: Int = 0) -> Bool {
        let wanted = Array(text.unicodeScalars)
        return index + offset + wanted.count <= scalars.count && scalars[(index + offset)..<(index + offset + wanted.count)].elementsEqual(wanted)
    }

    private mutating func run() throws(TemplateProblem) {
        var trimNext = false
        while index < scalars.count {
            var text = String.UnicodeScalarView()
            while index < scalars.count, !at("{{") {
                text.append(scalars[index])
                index += 1
            }
            var piece = String(text)
            if trimNext { piece = String(piece.drop { $0.isWhitespace }) }
            trimNext = false
            if index >= scalars.count {
                if !piece.isEmpty { add(.text(piece)) }
                break
            }
            var trimsBefore = false
            if at("{{- ") || at("{{-\n") || at("{{-\t") {
                trimsBefore = true
                while let last = piece.last, last.isWhitespace { piece.removeLast() }
            }
            if !piece.isEmpty { add(.text(piece)) }
            index += trimsBefore ? 3 : 2
            if at("/*") || at(" /*") && trimsBefore {
                while index < scalars.count, !at("*/") { index += 1 }
                if index >= scalars.count { throw fail("unclosed comment") }
                index += 2
                if at(" -}}") {
                    trimNext = true
                    index += 4
                } else if at("}}") {
                    index += 2
                } else {
                    throw fail("comment ends before closing delimiter")
                }
                continue
            }
            add(.open)
            trimNext = try action()
        }
        add(.end)
    }

    private mutating func add(_ token: TemplateToken, spaceBefore: Bool = false) {
        tokens.append(PlacedToken(token: token, line: line, spaceBefore: spaceBefore, range: index..<index))
    }

    /// Reads up to `}}`; true when the text that follows is to be trimmed.
    private mutating func action() throws(TemplateProblem) -> Bool {
        parenDepth = 0
        var space = false
        while true {
            if index >= scalars.count { throw fail("unclosed action") }
            if at(" -}}") || at("\n-}}") || at("\t-}}") {
                index += 4
                add(.close)
                return true
            }
            if at("}}") {
                if parenDepth > 0 { throw fail("unclosed left paren") }
                index += 2
                add(.close)
                return false
            }
            let scalar = scalars[index]
            if scalar.properties.isWhitespace {
                space = true
                index += 1
                continue
            }
            let start = index
            try token(scalar, space)
            tokens[tokens.count - 1].range = start..<index
            space = false
        }
    }

    private mutating func token(_ scalar: Unicode.Scalar, _ space: Bool) throws(TemplateProblem) {
        switch scalar {
        case "\"": try string(space)
        case "`":
            var text = String.UnicodeScalarView()
            index += 1
            while index < scalars.count, scalars[index] != "`" {
                text.append(scalars[index])
                index += 1
            }
            if index >= scalars.count { throw fail("unterminated raw quoted string") }
            index += 1
            add(.string(String(text)), spaceBefore: space)
        case "'":
            guard index + 2 < scalars.count else { throw fail("unterminated character constant") }
            add(.character(scalars[index + 1]), spaceBefore: space)
            index += 3
        case ":":
            guard at(":=") else { throw fail("expected :=") }
            index += 2
            add(.declare, spaceBefore: space)
        case "=":
            index += 1
            add(.assign, spaceBefore: space)
        case "|":
            index += 1
            add(.pipe, spaceBefore: space)
        case ",":
            index += 1
            add(.comma, spaceBefore: space)
        case "(":
            parenDepth += 1
            index += 1
            add(.leftParen, spaceBefore: space)
        case ")":
            parenDepth -= 1
            if parenDepth < 0 { throw fail("unexpected right paren") }
            index += 1
            add(.rightParen, spaceBefore: space)
        case ".":
            if index + 1 < scalars.count, ("0"..."9").contains(scalars[index + 1]) { return number(space) }
            index += 1
            add(.field(name()), spaceBefore: space)
        case "$":
            index += 1
            add(.variable(name()), spaceBefore: space)
        case "+", "-", "0"..."9": number(space)
        default:
            guard scalar == "_" || scalar.properties.isAlphabetic else {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                throw fail("bad character U+\(String(repeating: "0", count: max(0, 4 - hex.count)))\(hex) '\(scalar)'")
            }
            add(.word(name()), spaceBefore: space)
        }
    }

    private mutating func name() -> String {
        var text = String.UnicodeScalarView()
        while index < scalars.count, scalars[index] == "_" || scalars[index].properties.isAlphabetic || ("0"..."9").contains(scalars[index]) {
            text.append(scalars[index])
            index += 1
        }
        return String(text)
    }

    private mutating func number(_ space: Bool) {
        var text = String.UnicodeScalarView()
        while index < scalars.count, "+-.0123456789abcdefxABCDEFXoO_eE".unicodeScalars.contains(scalars[index]) {
            text.append(scalars[index])
            index += 1
        }
        add(.number(String(text)), spaceBefore: space)
    }

    private mutating func string(_ space: Bool) throws(TemplateProblem) {
        var text = String.UnicodeScalarView()
        index += 1
        while index < scalars.count, scalars[index] != "\"" {
            if scalars[index] == "\n" { break }
            if scalars[index] == "\\", index + 1 < scalars.count {
                index += 1
                switch scalars[index] {
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "r": text.append("\r")
                case "u" where index + 4 < scalars.count:
                    let digits = String(String.UnicodeScalarView(scalars[(index + 1)...(index + 4)]))
                    if let value = UInt32(digits, radix: 16), let decoded = Unicode.Scalar(value) { text.append(decoded) }
                    index += 4
                default: text.append(scalars[index])
                }
            } else {
                text.append(scalars[index])
            }
            index += 1
        }
        guard index < scalars.count, scalars[index] == "\"" else { throw fail("unterminated quoted string") }
        index += 1
        add(.string(String(text)), spaceBefore: space)
    }
}
