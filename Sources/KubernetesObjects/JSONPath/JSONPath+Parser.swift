extension JSONPath {
    /// Reads templates.
    struct Parser {
        private let input: [Unicode.Scalar]
        private var position = 0
        private let depth: Int

        init(_ text: String, depth: Int = 0) {
            input = Array(text.unicodeScalars)
            self.depth = depth
        }

        /// The parts of a template: texts, and a list for each pair of braces.
        mutating func template() throws(Failure) -> [Node] {
            var nodes: [Node] = []
            var text = String.UnicodeScalarView()
            while position < input.count {
                if input[position] == "{" {
                    if !text.isEmpty { nodes.append(.text(String(text))) }
                    text = .init()
                    position += 1
                    nodes.append(.list(try action()))
                } else {
                    text.append(input[position])
                    position += 1
                }
            }
            if !text.isEmpty { nodes.append(.text(String(text))) }
            return nodes
        }

        /// What stands between braces; the closing one is consumed.
        private mutating func action() throws(Failure) -> [Node] {
            var nodes: [Node] = []
            while true {
                guard position < input.count else { throw Failure("unclosed action") }
                if starts(with: "[?(") {
                    position += 3
                    nodes.append(try filter())
                    continue
                }
                if starts(with: "..") {
                    if case .recursive? = nodes.last { throw Failure("invalid multiple recursive descent") }
                    position += 2
                    nodes.append(.recursive)
                    if position < input.count, Self.isAlphaNumeric(input[position]) { nodes.append(field()) }
                    continue
                }
                let scalar = input[position]
                switch scalar {
                case "}":
                    position += 1
                    return nodes
                case "\r", "\n": throw Failure("unclosed action")
                case " ", "@", "$": position += 1
                case "[": nodes += try array()
                case "\"", "'": nodes.append(try quoted(scalar))
                case ".":
                    position += 1
                    nodes.append(field())
                case "+", "-": nodes.append(try number())
                case _ where Self.isDigit(scalar): nodes.append(try number())
                case _ where Self.isAlphaNumeric(scalar): nodes.append(identifier())
                default:
                    throw Failure("unrecognized character in action: U+\(GoText.hex(scalar.value, digits: 4).uppercased()) '\(scalar)'")
                }
            }
        }

        /// Reads a text as the inside of braces.
        private func nested(_ text: String) throws(Failure) -> [Node] {
            guard depth < 32 else { throw Failure("expression is nested too deeply") }
            var parser = Parser("{\(text)}", depth: depth + 1)
            guard case .list(let nodes)? = try parser.template().first else { return [] }
            return nodes
        }

        private func starts(with text: String) -> Bool {
            var index = position
            for scalar in text.unicodeScalars {
                guard index < input.count, input[index] == scalar else { return false }
                index += 1
            }
            return true
        }

        private func text(_ range: Range<Int>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: input[range])
            return String(view)
        }

        // MARK: Parts

        private mutating func identifier() -> Node {
            let start = position
            while position < input.count, !Self.isTerminator(input[position]) { position += 1 }
            let name = text(start..<position)
            return name == "true" ? .bool(true) : name == "false" ? .bool(false) : .identifier(name)
        }

        private mutating func field() -> Node {
            var name = String.UnicodeScalarView()
            while position < input.count {
                if input[position] == "\\" {
                    position += 1
                    if position < input.count, input[position] != "\\" { name.append(input[position]) }
                    position += 1
                    continue
                }
                if Self.isTerminator(input[position]) { break }
                name.append(input[position])
                position += 1
            }
            position = min(position, input.count)
            let text = String(name)
            return text == "*" ? .wildcard : .field(text)
        }

        private mutating func number() throws(Failure) -> Node {
            let start = position
            position += 1
            while position < input.count, input[position] == "." || Self.isDigit(input[position]) { position += 1 }
            let value = text(start..<position)
            if let integer = Int(value) { return .int(integer) }
            if let double = Double(value) { return .float(double) }
            throw Failure("cannot parse number \(value)")
        }

        private mutating func quoted(_ quote: Unicode.Scalar) throws(Failure) -> Node {
            let start = position
            position += 1
            while true {
                guard position < input.count, input[position] != "\n" else { throw Failure("unterminated quoted string") }
                position += 1
                if input[position - 1] == quote, input[position - 2] != "\\" || position - 2 == start { break }
            }
            let literal = text(start..<position)
            guard let value = GoText.unquoted(literal) else { throw Failure("unquote string \(literal) error invalid syntax") }
            return .text(value)
        }

        private mutating func array() throws(Failure) -> [Node] {
            let start = position
            repeat {
                position += 1
                guard position < input.count, input[position] != "\n" else { throw Failure("unterminated array") }
            } while input[position] != "]"
            let inside = text(start + 1..<position)
            position += 1
            let parts = inside.split(separator: ",", omittingEmptySubsequences: false)
            if parts.count > 1 {
                var union: [[Node]] = []
                for part in parts {
                    var trimmed = part
                    while trimmed.first == " " { trimmed.removeFirst() }
                    while trimmed.last == " " { trimmed.removeLast() }
                    union.append(try nested("[\(trimmed)]"))
                }
                return [.union(union)]
            }
            if inside.utf8.count >= 2, inside.hasPrefix("'"), inside.hasSuffix("'"), !inside.dropFirst().dropLast().contains("'") {
                return try nested("." + inside.dropFirst().dropLast())
            }
            return [.slice(try slice(inside == "*" ? ":" : inside))]
        }

        private func slice(_ text: String) throws(Failure) -> Slice {
            let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
            func isNumber(_ part: Substring) -> Bool { (part.hasPrefix("-") ? part.dropFirst() : part).utf8.allSatisfy { $0 &- 0x30 < 10 } }
            guard parts.count <= 3, parts.allSatisfy(isNumber) else { throw Failure("invalid array index \(text)") }
            func number(_ index: Int) throws(Failure) -> Int? {
                guard index < parts.count, !parts[index].isEmpty else { return nil }
                guard let value = Int(parts[index]) else { throw Failure("array index \(parts[index]) is not a number") }
                return value
            }
            var result = Slice(start: try number(0), end: try number(1), step: try number(2))
            if parts.count == 1 {
                result.isSingle = true
                result.end = (result.start ?? 0) &+ 1
            }
            return result
        }

        private mutating func filter() throws(Failure) -> Node {
            let start = position
            var quote: Unicode.Scalar?
            var isClosed = false
            scan: while true {
                guard position < input.count, input[position] != "\n" else { throw Failure("unterminated filter") }
                let scalar = input[position]
                position += 1
                switch scalar {
                case "\"", "'":
                    if quote == nil {
                        quote = scalar
                    } else if scalar == quote, input[position - 2] != "\\" {
                        isClosed = true
                    }
                case ")": if (quote != nil) == isClosed { break scan }
                default: break
                }
            }
            let end = position - 1
            guard position < input.count, input[position] == "]" else { throw Failure("unclosed array expect ]") }
            position += 1
            // The left side, an operator, the right side.
            let signs: Set<Unicode.Scalar> = ["!", "<", ">", "="]
            var split = start
            while split < end, !signs.contains(input[split]) { split += 1 }
            var right = split
            while right < end, signs.contains(input[right]) { right += 1 }
            if right == end, right > split + 1 { right -= 1 }
            guard split > start, right > split, right < end else {
                return .filter(left: try nested(text(start..<end)), operator: "exists", right: [])
            }
            return .filter(
                left: try nested(text(start..<split)), operator: text(split..<right), right: try nested(text(right..<end)))
        }

        // MARK: Characters

        private static func isTerminator(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case " ", "\t", "\r", "\n", ".", ",", "[", "]", "$", "@", "{", "}": true
            default: false
            }
        }

        private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
        private static func isAlphaNumeric(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_" || isDigit(scalar) || scalar.properties.isAlphabetic
        }
    }
}
