/// A token of an expression.
struct CELToken: Sendable {
    enum Kind: Hashable, Sendable {
        case end
        case identifier(String)
        /// An identifier in back-quotes; only a field may be one.
        case quotedIdentifier(String)
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(String)
    }

    var kind: Kind
    /// Characters before the token.
    var offset: Int
    /// The token as it was written.
    var text: String
}

/// A mistake at a place of the source.
struct CELProblem: Error {
    var message: String
    var offset: Int
}

/// Divides an expression into tokens.
struct CELLexer {
    private let input: [Unicode.Scalar]
    private var position = 0
    /// Characters that begin no token.
    private(set) var problems: [CELProblem] = []

    init(_ source: String) { input = Array(source.unicodeScalars) }

    mutating func tokens() -> [CELToken] {
        var result: [CELToken] = []
        while true {
            skipSpace()
            let start = position
            guard position < input.count else {
                result.append(CELToken(kind: .end, offset: start, text: "<EOF>"))
                return result
            }
            do throws(CELProblem) {
                let kind = try next()
                result.append(CELToken(kind: kind, offset: start, text: text(start)))
            } catch {
                problems.append(error)
                position = max(position, start + 1)
            }
        }
    }

    private func text(_ start: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: input[start..<min(position, input.count)])
        return String(view)
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { position + ahead < input.count ? input[position + ahead] : nil }

    private mutating func skipSpace() {
        while let scalar = peek() {
            if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{0C}" {
                position += 1
            } else if scalar == "/", peek(1) == "/" {
                while let next = peek(), next != "\n" { _ = next; position += 1 }
            } else {
                return
            }
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { (0x30...0x39).contains($0.value) } ?? false }
    private static func isLetter(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { (0x41...0x5A).contains($0.value) || (0x61...0x7A).contains($0.value) || $0 == "_" } ?? false
    }

    private mutating func next() throws(CELProblem) -> CELToken.Kind {
        guard let scalar = peek() else { return .end }
        if Self.isDigit(scalar) || scalar == "." && Self.isDigit(peek(1)) { return try number() }
        if Self.isLetter(scalar) {
            if let string = try prefixedString() { return string }
            let start = position
            while Self.isLetter(peek()) || Self.isDigit(peek()) { position += 1 }
            return .identifier(text(start))
        }
        if scalar == "\"" || scalar == "'" { return try string(isRaw: false, isBytes: false, start: position) }
        if scalar == "`" {
            let start = position
            position += 1
            while let next = peek(), next != "`", next != "\n" { _ = next; position += 1 }
            guard peek() == "`" else { throw CELProblem(message: "Syntax error: token recognition error at: '\(text(start))'", offset: start) }
            position += 1
            return .quotedIdentifier(String(text(start).dropFirst().dropLast()))
        }
        for symbol in ["==", "!=", "<=", ">=", "&&", "||"] where symbol.unicodeScalars.first == scalar {
            if let second = symbol.unicodeScalars.last, peek(1) == second {
                position += 2
                return .symbol(symbol)
            }
        }
        position += 1
        if "+-*/%<>!?:.,()[]{}".unicodeScalars.contains(scalar) { return .symbol(String(Character(scalar))) }
        throw CELProblem(message: "Syntax error: token recognition error at: '\(scalar)'", offset: position - 1)
    }

    // MARK: Numbers

    private mutating func number() throws(CELProblem) -> CELToken.Kind {
        let start = position
        if peek() == "0", peek(1) == "x" || peek(1) == "X" {
            position += 2
            let digits = position
            while let scalar = peek(), scalar.properties.isASCIIHexDigit { _ = scalar; position += 1 }
            guard position > digits, let value = UInt64(text(digits), radix: 16) else {
                throw CELProblem(message: "invalid int literal", offset: start)
            }
            return takeUnsignedMark() ? .uint(value) : .int(value)
        }
        while Self.isDigit(peek()) { position += 1 }
        var isDouble = false
        if peek() == ".", Self.isDigit(peek(1)) {
            isDouble = true
            position += 1
            while Self.isDigit(peek()) { position += 1 }
        }
        if peek() == "e" || peek() == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 2 : 1
            if Self.isDigit(peek(sign)) {
                isDouble = true
                position += sign
                while Self.isDigit(peek()) { position += 1 }
            }
        }
        if isDouble {
            let literal = text(start)
            guard let value = Double(literal.hasPrefix(".") ? "0" + literal : literal) else { throw CELProblem(message: "invalid double literal", offset: start) }
            return .double(value)
        }
        let digits = text(start)
        let isUnsigned = takeUnsignedMark()
        guard let value = UInt64(digits) else { throw CELProblem(message: isUnsigned ? "invalid uint literal" : "invalid int literal", offset: start) }
        return isUnsigned ? .uint(value) : .int(value)
    }

    private mutating func takeUnsignedMark() -> Bool {
        guard peek() == "u" || peek() == "U" else { return false }
        position += 1
        return true
    }

    // MARK: Strings

    private mutating func prefixedString() throws(CELProblem) -> CELToken.Kind? {
        var isRaw = false
        var isBytes = false
        var ahead = 0
        while ahead < 2, let scalar = peek(ahead) {
            if !isRaw, scalar == "r" || scalar == "R" {
                isRaw = true
            } else if !isBytes, scalar == "b" || scalar == "B" {
                isBytes = true
            } else {
                break
            }
            ahead += 1
        }
        guard ahead > 0, peek(ahead) == "\"" || peek(ahead) == "'" else { return nil }
        let start = position
        position += ahead
        return try string(isRaw: isRaw, isBytes: isBytes, start: start)
    }

    private mutating func string(isRaw: Bool, isBytes: Bool, start: Int) throws(CELProblem) -> CELToken.Kind {
        let quote = input[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var bytes: [UInt8] = []
        while true {
            guard let scalar = peek(), isTriple || scalar != "\n" && scalar != "\r" else {
                throw CELProblem(message: "Syntax error: token recognition error at: '\(text(start))'", offset: start)
            }
            if scalar == quote, !isTriple || peek(1) == quote && peek(2) == quote {
                position += isTriple ? 3 : 1
                break
            }
            position += 1
            if scalar == "\\" {
                if isRaw {
                    bytes.append(0x5C)
                    if let next = peek() {
                        bytes.append(contentsOf: String(Character(next)).utf8)
                        position += 1
                    }
                } else {
                    try escape(isBytes: isBytes, to: &bytes, start: start)
                }
            } else {
                bytes.append(contentsOf: String(Character(scalar)).utf8)
            }
        }
        return isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
    }

    private mutating func escape(isBytes: Bool, to bytes: inout [UInt8], start: Int) throws(CELProblem) {
        func failure() -> CELProblem { CELProblem(message: "Syntax error: token recognition error at: '\(text(start))'", offset: start) }
        guard let scalar = peek() else { throw failure() }
        position += 1
        let simple: [Unicode.Scalar: UInt8] = [
            "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 0x5C, "'": 0x27, "\"": 0x22, "`": 0x60, "?": 0x3F,
        ]
        if let byte = simple[scalar] { return bytes.append(byte) }
        var radix: UInt32 = 16
        let length: Int
        switch scalar {
        case "x", "X": length = 2
        case "u": length = 4
        case "U": length = 8
        case "0"..."3":
            radix = 8
            length = 3
            position -= 1
        default: throw failure()
        }
        var code: UInt32 = 0
        for _ in 0..<length {
            guard let next = peek(), let digit = next.properties.numericType == nil && !next.properties.isASCIIHexDigit ? nil : Int(String(Character(next)), radix: 16),
                digit < radix
            else { throw failure() }
            code = code &* radix &+ UInt32(digit)
            position += 1
        }
        if isBytes, length < 4 {
            bytes.append(UInt8(truncatingIfNeeded: code))
        } else {
            guard let decoded = Unicode.Scalar(code) else { throw failure() }
            bytes.append(contentsOf: String(Character(decoded)).utf8)
        }
    }
}
