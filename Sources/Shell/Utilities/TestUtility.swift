/// `test`, `[` and `[[`.
enum TestUtility {
    @Sendable static func test(_ io: inout UtilityIO) -> Int { evaluate(io.arguments, &io, isExtended: false) }

    @Sendable static func bracket(_ io: inout UtilityIO) -> Int {
        guard io.arguments.last == "]" else {
            io.errors += Array("[: missing ']'\n".utf8)
            return 2
        }
        return evaluate(Array(io.arguments.dropLast()), &io, isExtended: false)
    }

    @Sendable static func doubleBracket(_ io: inout UtilityIO) -> Int {
        guard io.arguments.last == "]]" else {
            io.errors += Array("[[: missing ']]'\n".utf8)
            return 2
        }
        return evaluate(Array(io.arguments.dropLast()), &io, isExtended: true)
    }

    private static func evaluate(_ arguments: [String], _ io: inout UtilityIO, isExtended: Bool) -> Int {
        if arguments.isEmpty { return 1 }
        var parser = Parser(words: arguments, isExtended: isExtended, io: io)
        do throws(Parser.Failure) {
            let value = try parser.whole()
            return value ? 0 : 1
        } catch {
            if io.language == .ash || io.language == .dash {
                let name = io.language == .ash ? "sh" : "sh: 1: \(io.name)"
                io.errors += Array("\(name): \(error.strict(io.language))\n".utf8)
            } else {
                io.complain(error.message)
            }
            return 2
        }
    }

    struct Parser {
        struct Failure: Error {
            var message: String
            /// The word that is no number.
            var number: String?
            var word: String?

            /// The words of an ash or a dash.
            func strict(_ language: ShellLanguage) -> String {
                if let number { return language == .ash ? "\(number): bad number" : "Illegal number: \(number)" }
                if let word { return language == .ash ? "\(word): unknown operand" : "\(word): unexpected operator" }
                return message
            }
        }

        let words: [String]
        let isExtended: Bool
        let io: UtilityIO
        var index = 0
        var depth = 0

        static let binary: Set<String> = ["=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "<", ">", "=~"]
        static let unary: Set<String> = ["-n", "-z", "-e", "-f", "-d", "-r", "-w", "-x", "-s", "-L", "-h", "-p", "-S", "-b", "-c", "-t", "-g", "-u", "-k", "-a", "-v", "-O", "-G"]

        init(words: [String], isExtended: Bool, io: UtilityIO) {
            self.words = words
            self.isExtended = isExtended
            self.io = io
        }

        mutating func whole() throws(Failure) -> Bool {
            // POSIX: with up to three words their number decides what they mean.
            if !isExtended {
                if words.count == 1 { return !words[0].isEmpty }
                if words.count == 2, words[0] == "!" { return words[1].isEmpty }
                if words.count == 2, Self.binary.contains(words[1]) { throw Failure(message: "\(words[1]): argument expected") }
                if words.count == 3, Self.binary.contains(words[1]) { return try compare(words[0], words[1], words[2]) }
                if words.count == 4, words[0] == "!", Self.binary.contains(words[2]) { return try !compare(words[1], words[2], words[3]) }
            }
            let value = try disjunction()
            if index < words.count { throw Failure(message: "unexpected operator: \(words[index])", word: words[index]) }
            return value
        }

        private mutating func disjunction() throws(Failure) -> Bool {
            depth += 1
            defer { depth -= 1 }
            if depth > 50 { throw Failure(message: "expression too deep") }
            var value = try conjunction()
            while index < words.count, words[index] == "-o" || (isExtended && words[index] == "||") {
                index += 1
                let right = try conjunction()
                value = value || right
            }
            return value
        }

        private mutating func conjunction() throws(Failure) -> Bool {
            var value = try primary()
            while index < words.count, words[index] == "-a" || (isExtended && words[index] == "&&") {
                index += 1
                let right = try primary()
                value = value && right
            }
            return value
        }

        private mutating func primary() throws(Failure) -> Bool {
            depth += 1
            defer { depth -= 1 }
            guard index < words.count, depth <= 50 else { throw Failure(message: "argument expected") }
            let word = words[index]
            if word == "!" {
                index += 1
                return try !primary()
            }
            if index + 2 < words.count, Self.binary.contains(words[index + 1]) {
                index += 3
                return try compare(word, words[index - 2], words[index - 1])
            }
            if word == "(" {
                index += 1
                let value = try disjunction()
                guard index < words.count, words[index] == ")" else { throw Failure(message: "closing paren expected") }
                index += 1
                return value
            }
            if Self.unary.contains(word), index + 1 < words.count {
                index += 2
                return check(word, words[index - 1])
            }
            index += 1
            return !word.isEmpty
        }

        private func number(_ text: String) throws(Failure) -> Int64 {
            let trimmed = text.filter { $0 != " " && $0 != "\t" && $0 != "\n" }
            guard let value = Int64(trimmed) else {
                if isExtended, trimmed.isEmpty { return 0 }
                throw Failure(message: "\(text): integer expression expected", number: text)
            }
            return value
        }

        private func compare(_ left: String, _ operation: String, _ right: String) throws(Failure) -> Bool {
            switch operation {
            case "=", "==": return isExtended ? GlobPattern(right).matches(left) : left == right
            case "!=": return isExtended ? !GlobPattern(right).matches(left) : left != right
            case "<": return left < right
            case ">": return left > right
            case "=~":
                guard let regex = try? PosixRegex(right, isExtended: true) else { throw Failure(message: "invalid regular expression: \(right)") }
                return regex.isFound(in: Array(left.utf8))
            case "-eq": return try number(left) == number(right)
            case "-ne": return try number(left) != number(right)
            case "-lt": return try number(left) < number(right)
            case "-le": return try number(left) <= number(right)
            case "-gt": return try number(left) > number(right)
            case "-ge": return try number(left) >= number(right)
            case "-ef": return (try? io.files.realPath(io.path(left))) == (try? io.files.realPath(io.path(right)))
            default:
                let times = [left, right].map { (try? io.files.node(io.path($0)))?.attributes.modified ?? -1 }
                return operation == "-nt" ? times[0] > times[1] : times[0] < times[1]
            }
        }

        private func check(_ operation: String, _ operand: String) -> Bool {
            switch operation {
            case "-n": return !operand.isEmpty
            case "-z": return operand.isEmpty
            case "-v": return io.environment.contains { $0.name == operand }
            case "-t": return false
            case "-L", "-h": if case .symlink? = try? io.files.node(io.path(operand), followingLast: false) { return true } else { return false }
            default: break
            }
            if operand.isEmpty { return false }
            guard let node = try? io.files.node(io.path(operand)) else { return false }
            switch operation {
            case "-f": if case .file = node { return true } else { return false }
            case "-d": return node.isDirectory
            case "-s":
                if case .file(let content) = node { return !content.bytes.isEmpty }
                return node.isDirectory
            case "-r": return io.files.permits(node.attributes, bit: 4)
            case "-w": return io.files.permits(node.attributes, bit: 2)
            case "-x": return node.isDirectory || (node.attributes.mode & 0o111 != 0 && (io.files.user == 0 || io.files.permits(node.attributes, bit: 1)))
            case "-c": if case .device = node { return true } else { return false }
            case "-p", "-S", "-b", "-g", "-u", "-k": return false
            default: return true
            }
        }
    }
}

/// `expr`.
enum ExpressionUtility {
    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        var parser = Parser(words: io.arguments)
        do throws(TestUtility.Parser.Failure) {
            let value = try parser.expression(0)
            guard parser.index == parser.words.count, !parser.words.isEmpty else { throw TestUtility.Parser.Failure(message: "syntax error") }
            io.printLine(value)
            return value.isEmpty || value == "0" ? 1 : 0
        } catch {
            io.complain(error.message)
            return 2
        }
    }

    struct Parser {
        typealias Failure = TestUtility.Parser.Failure
        let words: [String]
        var index = 0
        var depth = 0

        init(words: [String]) { self.words = words }

        static let levels: [[String]] = [["|"], ["&"], ["=", "==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"], [":"]]

        mutating func expression(_ level: Int) throws(Failure) -> String {
            if level == Self.levels.count { return try primary() }
            var left = try expression(level + 1)
            while index < words.count, Self.levels[level].contains(words[index]) {
                let operation = words[index]
                index += 1
                left = try apply(operation, left, try expression(level + 1))
            }
            return left
        }

        private mutating func primary() throws(Failure) -> String {
            depth += 1
            defer { depth -= 1 }
            guard index < words.count, depth < 50 else { throw Failure(message: "syntax error") }
            let word = words[index]
            index += 1
            switch word {
            case "(":
                let value = try expression(0)
                guard index < words.count, words[index] == ")" else { throw Failure(message: "syntax error") }
                index += 1
                return value
            case "length" where index < words.count: return String(try primary().count)
            case "match" where index + 1 < words.count:
                let text = try primary()
                return try apply(":", text, try primary())
            case "substr" where index + 2 < words.count:
                let text = Array(try primary())
                let start = Int(try primary()) ?? 0
                let count = Int(try primary()) ?? 0
                guard start >= 1, count > 0, start <= text.count else { return "" }
                return String(text[(start - 1)..<min(text.count, start - 1 + min(count, text.count))])
            case "index" where index + 1 < words.count:
                let text = Array(try primary())
                let characters = try primary()
                return String((text.firstIndex { characters.contains($0) } ?? -1) + 1)
            default: return word
            }
        }

        private func apply(_ operation: String, _ left: String, _ right: String) throws(Failure) -> String {
            let numbers = (Int64(left), Int64(right))
            switch operation {
            case "|": return left.isEmpty || left == "0" ? (right.isEmpty ? "0" : right) : left
            case "&": return left.isEmpty || left == "0" || right.isEmpty || right == "0" ? "0" : left
            case ":":
                guard let regex = try? PosixRegex("^\\(\(right)\\)", isExtended: false) else { throw Failure(message: "Invalid regular expression") }
                let bytes = Array(left.utf8)
                guard let match = regex.firstMatch(in: bytes), let whole = match[0] else { return regex.captureCount > 2 ? "" : "0" }
                if regex.captureCount > 2 { return match[2].map { String(decoding: bytes[$0], as: UTF8.self) } ?? "" }
                return String(whole.count)
            case "=", "==", "!=", "<", "<=", ">", ">=":
                let order: Int
                if let first = numbers.0, let second = numbers.1 { order = first < second ? -1 : first == second ? 0 : 1 } else { order = left < right ? -1 : left == right ? 0 : 1 }
                let holds = ["=": order == 0, "==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0][operation] ?? false
                return holds ? "1" : "0"
            default:
                guard let first = numbers.0, let second = numbers.1 else { throw Failure(message: "non-integer argument") }
                switch operation {
                case "+": return String(first &+ second)
                case "-": return String(first &- second)
                case "*": return String(first &* second)
                default:
                    guard second != 0 else { throw Failure(message: "division by zero") }
                    if second == -1 { return operation == "/" ? String(0 &- first) : "0" }
                    return String(operation == "/" ? first / second : first % second)
                }
            }
        }
    }
}
