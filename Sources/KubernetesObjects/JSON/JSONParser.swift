extension JSONReader {
    /// The recursive-descent parser behind `JSONReader`.
    struct Parser {
        let bytes: UnsafeBufferPointer<UInt8>
        let maxDepth: Int
        let reportsDuplicates: Bool
        var position = 0
        var duplicates: [ValuePath] = []
        var path: [ValuePath.Step] = []

        init(bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int, reportsDuplicates: Bool) {
            self.bytes = bytes
            self.maxDepth = maxDepth
            self.reportsDuplicates = reportsDuplicates
        }

        mutating func document() throws(JSONError) -> Value {
            let value = try value(depth: 0)
            if skipSpace() != nil { throw unexpected("after top-level value") }
            return value
        }

        // MARK: Nodes

        mutating func value(depth: Int) throws(JSONError) -> Value {
            guard let byte = skipSpace() else { throw truncated() }
            switch byte {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try literal("true", .bool(true))
            case UInt8(ascii: "f"): return try literal("false", .bool(false))
            case UInt8(ascii: "n"): return try literal("null", .null)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
            default: throw unexpected("looking for beginning of value")
            }
        }

        private mutating func object(depth: Int) throws(JSONError) -> Value {
            if depth >= maxDepth { throw JSONError("exceeded max depth", at: position, in: bytes) }
            position += 1
            var pairs: [Fields.Element] = []
            guard var byte = skipSpace() else { throw truncated() }
            if byte == UInt8(ascii: "}") {
                position += 1
                return .object(Fields())
            }
            while true {
                guard byte == UInt8(ascii: "\"") else { throw unexpected("looking for beginning of object key string") }
                let key = try string()
                guard let colon = skipSpace() else { throw truncated() }
                guard colon == UInt8(ascii: ":") else { throw unexpected("after object key") }
                position += 1
                if reportsDuplicates { path.append(.key(key)) }
                pairs.append((key: key, value: try value(depth: depth + 1)))
                if reportsDuplicates { path.removeLast() }
                guard let next = skipSpace() else { throw truncated() }
                if next == UInt8(ascii: "}") { break }
                guard next == UInt8(ascii: ",") else { throw unexpected("after object key:value pair") }
                position += 1
                guard let following = skipSpace() else { throw truncated() }
                byte = following
            }
            position += 1
            let fields = Fields(lastWins: pairs)
            if reportsDuplicates, fields.count < pairs.count { note(duplicatesIn: pairs) }
            return .object(fields)
        }

        private mutating func note(duplicatesIn pairs: [Fields.Element]) {
            var seen: Set<String> = []
            var reported: Set<String> = []
            for pair in pairs where !seen.insert(pair.key).inserted && reported.insert(pair.key).inserted {
                duplicates.append(ValuePath(path + [.key(pair.key)]))
            }
        }

        private mutating func array(depth: Int) throws(JSONError) -> Value {
            if depth >= maxDepth { throw JSONError("exceeded max depth", at: position, in: bytes) }
            position += 1
            var elements: [Value] = []
            guard let byte = skipSpace() else { throw truncated() }
            if byte == UInt8(ascii: "]") {
                position += 1
                return .array([])
            }
            while true {
                if reportsDuplicates { path.append(.index(elements.count)) }
                elements.append(try value(depth: depth + 1))
                if reportsDuplicates { path.removeLast() }
                guard let next = skipSpace() else { throw truncated() }
                if next == UInt8(ascii: "]") { break }
                guard next == UInt8(ascii: ",") else { throw unexpected("after array element") }
                position += 1
            }
            position += 1
            return .array(elements)
        }

        private mutating func literal(_ text: StaticString, _ value: Value) throws(JSONError) -> Value {
            let start = position
            for index in 0..<text.utf8CodeUnitCount {
                guard position < bytes.count else { throw truncated() }
                let expected = text.utf8Start[index]
                guard bytes[position] == expected else {
                    throw unexpected("in literal \(text) (expecting \(GoText.quotedRune(Unicode.Scalar(expected))))")
                }
                position = start + index + 1
            }
            return value
        }

        // MARK: Numbers

        private mutating func number() throws(JSONError) -> Value {
            let start = position
            var isInteger = true
            if bytes[position] == UInt8(ascii: "-") {
                position += 1
                guard position < bytes.count else { throw truncated() }
                guard isDigit(position) else { throw unexpected("in numeric literal") }
            }
            if bytes[position] == UInt8(ascii: "0") { position += 1 } else { skipDigits() }
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                isInteger = false
                position += 1
                guard position < bytes.count else { throw truncated() }
                guard isDigit(position) else { throw unexpected("after decimal point in numeric literal") }
                skipDigits()
            }
            if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
                isInteger = false
                position += 1
                if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
                guard position < bytes.count else { throw truncated() }
                guard isDigit(position) else { throw unexpected("in exponent of numeric literal") }
                skipDigits()
            }
            if isInteger, let integer = integer(start..<position) { return .int(integer) }
            return .number(NumberLiteral(text: String(decoding: bytes[start..<position], as: UTF8.self)))
        }

        private func integer(_ range: Range<Int>) -> Int64? {
            let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
            var result: Int64 = 0
            for index in (isNegative ? range.lowerBound + 1 : range.lowerBound)..<range.upperBound {
                let digit = Int64(bytes[index] &- UInt8(ascii: "0"))
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                let (sum, carry) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
                if overflow || carry { return nil }
                result = sum
            }
            return result
        }

        private func isDigit(_ index: Int) -> Bool { bytes[index] &- UInt8(ascii: "0") < 10 }

        private mutating func skipDigits() {
            while position < bytes.count, isDigit(position) { position += 1 }
        }

        // MARK: Strings

        private mutating func string() throws(JSONError) -> String {
            position += 1
            let start = position
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\"") {
                    let text = GoText.string(UnsafeBufferPointer(rebasing: bytes[start..<position]))
                    position += 1
                    return text
                }
                if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
                if byte < 0x20 { throw unexpected("in string literal") }
                position += 1
            }
            throw truncated()
        }

        private mutating func escapedString(from start: Int) throws(JSONError) -> String {
            var buffer = Array(bytes[start..<position])
            while position < bytes.count {
                let byte = bytes[position]
                switch byte {
                case UInt8(ascii: "\""):
                    position += 1
                    return GoText.string(buffer)
                case UInt8(ascii: "\\"):
                    position += 1
                    guard position < bytes.count else { throw truncated() }
                    let escape = bytes[position]
                    switch escape {
                    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(escape)
                    case UInt8(ascii: "b"): buffer.append(0x08)
                    case UInt8(ascii: "f"): buffer.append(0x0C)
                    case UInt8(ascii: "n"): buffer.append(0x0A)
                    case UInt8(ascii: "r"): buffer.append(0x0D)
                    case UInt8(ascii: "t"): buffer.append(0x09)
                    case UInt8(ascii: "u"):
                        position += 1
                        buffer.append(contentsOf: UTF8.encode(try unicodeEscape())!)
                        continue
                    default: throw unexpected("in string escape code")
                    }
                    position += 1
                case 0..<0x20: throw unexpected("in string literal")
                default:
                    buffer.append(byte)
                    position += 1
                }
            }
            throw truncated()
        }

        /// Reads four digits, and the second half of a surrogate pair; half a pair becomes U+FFFD.
        private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
            let first = try hexDigits()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
            else { return "\u{FFFD}" }
            let rewind = position
            position += 2
            let second = try hexDigits()
            if second & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)) { return scalar }
            position = rewind
            return "\u{FFFD}"
        }

        private mutating func hexDigits() throws(JSONError) -> UInt32 {
            var code: UInt32 = 0
            for _ in 0..<4 {
                guard position < bytes.count else { throw truncated() }
                guard let digit = hexValue(bytes[position]) else { throw unexpected("in \\u hexadecimal character escape") }
                code = code << 4 | UInt32(digit)
                position += 1
            }
            return code
        }

        // MARK: White space and errors

        /// Moves to the next byte that is not white space and returns it; nil at the end.
        @inline(__always) mutating func skipSpace() -> UInt8? {
            while position < bytes.count {
                let byte = bytes[position]
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
                position += 1
            }
            return nil
        }

        private func truncated() -> JSONError {
            JSONError("unexpected end of JSON input", at: bytes.count, in: bytes, isTruncation: true)
        }

        private func unexpected(_ context: String) -> JSONError {
            let byte = bytes[position]
            let shown = byte == UInt8(ascii: "\"") ? "'\"'" : GoText.quotedRune(Unicode.Scalar(byte))
            return JSONError("invalid character \(shown) \(context)", at: position, in: bytes)
        }
    }
}

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
