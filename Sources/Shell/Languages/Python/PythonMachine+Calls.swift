/// Calls of builtins, of the library and of methods.
extension PythonMachine {
    mutating func call(_ callee: PythonValue, _ arguments: [PythonValue], _ keywords: [String: PythonValue], _ io: inout UtilityIO) throws(Interruption) -> PythonValue {
        switch callee {
        case .library(let path): return try library(path, arguments, keywords, &io)
        case .method(let value, let name): return try method(name, of: value, arguments, io)
        default: throw .type("'\(callee.typeName)' object is not callable")
        }
    }

    private func first(_ arguments: [PythonValue], of name: String) throws(Interruption) -> PythonValue {
        guard let value = arguments.first else { throw .type("\(name)() takes at least 1 argument (0 given)") }
        return value
    }

    private func number(_ arguments: [PythonValue], of name: String) throws(Interruption) -> Double {
        guard let number = try first(arguments, of: name).number else { throw .type("must be real number, not \(arguments[0].typeName)") }
        return number
    }

    // MARK: Library

    private mutating func library(_ path: String, _ arguments: [PythonValue], _ keywords: [String: PythonValue], _ io: inout UtilityIO) throws(Interruption) -> PythonValue {
        switch path {
        case "print":
            let text = arguments.map(\.shown).joined(separator: keywords["sep"]?.shown ?? " ") + (keywords["end"]?.shown ?? "\n")
            write(text, toErrors: { if case .library("sys.stderr")? = keywords["file"] { true } else { false } }(), &io)
            if keywords["flush"]?.isTrue == true { flush(&io) }
            return .none
        case "sys.stdout.write", "sys.stderr.write":
            let text = try first(arguments, of: "write").shown
            write(text, toErrors: path == "sys.stderr.write", &io)
            return .integer(text.count)
        case "sys.stdout.flush", "sys.stderr.flush":
            flush(&io)
            return .none
        case "sys.exit", "exit", "quit": throw Self.exit(arguments.first ?? .none)
        case "time.sleep":
            let seconds = try number(arguments, of: "sleep")
            if seconds < 0 { throw .value("sleep length must be non-negative") }
            sleepsUntil = (sleepsUntil ?? io.now) + Int64(min(seconds, 1.5e9) * 1e9)
            return .none
        case "time.time": return .real(Double(io.now) / 1e9)
        case "os.getenv": return environmentValue(arguments, io)
        case "os.getpid": return .integer(io.process)
        case "os.path.exists": return .bool(io.files.exists(io.path(try first(arguments, of: "exists").shown)))
        case "os.path.basename": return .text(String(try first(arguments, of: "basename").shown.split(separator: "/", omittingEmptySubsequences: false).last ?? ""))
        case "os.path.join": return .text(arguments.map(\.shown).reduce("") { $1.hasPrefix("/") || $0.isEmpty ? $1 : $0.hasSuffix("/") ? $0 + $1 : "\($0)/\($1)" })
        case "os.listdir":
            let name = arguments.first?.shown ?? "."
            do throws(FileError) { return .list(try io.files.names(in: io.path(name)).map { .text($0) }) } catch {
                throw .raised(type: error.code == .notFound ? "FileNotFoundError" : "OSError", message: "[Errno \(error.code == .notFound ? 2 : 20)] \(error.code.rawValue): '\(name)'")
            }
        case "socket.gethostname": return .text(io.hostName)
        case "math.sqrt":
            let value = try number(arguments, of: "sqrt")
            if value < 0 { throw .value("math domain error") }
            return .real(value.squareRoot())
        case "math.floor", "math.ceil": return try whole(number(arguments, of: path).rounded(path == "math.floor" ? .down : .up))
        case "random.random": return .real(Double(draw(&io) >> 11) / 9_007_199_254_740_992)
        case "random.randint":
            guard arguments.count == 2, let low = arguments[0].whole, let high = arguments[1].whole, low <= high, high.subtractingReportingOverflow(low).overflow == false else { throw .value("empty range in randrange") }
            return .integer(low + Int(draw(&io) % (UInt64(high - low) + 1)))
        case "random.choice":
            guard let items = try first(arguments, of: "choice").items, !items.isEmpty else { throw .raised(type: "IndexError", message: "Cannot choose from an empty sequence") }
            return items[Int(draw(&io) % UInt64(items.count))]
        default: return try builtin(path, arguments, keywords)
        }
    }

    private mutating func write(_ text: String, toErrors: Bool, _ io: inout UtilityIO) {
        if toErrors { io.errors += Array(text.utf8) } else if holdsOutput { held += Array(text.utf8) } else { io.output += Array(text.utf8) }
    }

    private func draw(_ io: inout UtilityIO) -> UInt64 {
        // SplitMix64, on the state that the machine's other utilities draw from.
        io.random &+= 0x9e37_79b9_7f4a_7c15
        var mixed = io.random
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    private func environmentValue(_ arguments: [PythonValue], _ io: UtilityIO) -> PythonValue {
        let name = arguments.first?.shown ?? ""
        return io.environment.last { $0.name == name }.map { .text($0.value) } ?? (arguments.count > 1 ? arguments[1] : .none)
    }

    private func whole(_ value: Double) throws(Interruption) -> PythonValue {
        guard let number = Int(exactly: value.rounded(.towardZero)) else { throw .raised(type: "OverflowError", message: "cannot convert float \(value.isNaN ? "NaN" : "infinity") to integer") }
        return .integer(number)
    }

    private func builtin(_ name: String, _ arguments: [PythonValue], _ keywords: [String: PythonValue]) throws(Interruption) -> PythonValue {
        switch name {
        case "str": return .text(arguments.first?.shown ?? "")
        case "repr": return .text(try first(arguments, of: name).raw)
        case "bool": return .bool(arguments.first?.isTrue ?? false)
        case "int":
            let value = arguments.first ?? .integer(0)
            if let number = value.whole { return .integer(number) }
            if let number = value.number { return try whole(number) }
            guard case .text(let text) = value else { throw .type("int() argument must be a string, a bytes-like object or a real number, not '\(value.typeName)'") }
            let base = arguments.count > 1 ? arguments[1].whole ?? 10 : 10
            guard (2...36).contains(base), let number = Int(text[...].trimming(\.isWhitespace), radix: base) else { throw .value("invalid literal for int() with base \(base): \(value.raw)") }
            return .integer(number)
        case "float":
            let value = arguments.first ?? .real(0)
            if let number = value.number { return .real(number) }
            guard case .text(let text) = value, let number = Double(text[...].trimming(\.isWhitespace)) else { throw .value("could not convert string to float: \(value.raw)") }
            return .real(number)
        case "len":
            let value = try first(arguments, of: name)
            if case .text(let text) = value { return .integer(text.unicodeScalars.count) }
            guard let items = value.items else { throw .type("object of type '\(value.typeName)' has no len()") }
            return .integer(items.count)
        case "range":
            let numbers = arguments.compactMap(\.whole)
            guard (1...3).contains(numbers.count), numbers.count == arguments.count else { throw .type("'\(arguments.first { $0.whole == nil }?.typeName ?? "NoneType")' object cannot be interpreted as an integer") }
            let step = numbers.count == 3 ? numbers[2] : 1
            if step == 0 { throw .value("range() arg 3 must not be zero") }
            return numbers.count == 1 ? .range(0, numbers[0], 1) : .range(numbers[0], numbers[1], step)
        case "abs":
            let value = try first(arguments, of: name)
            if let number = value.whole, number != .min { return .integer(abs(number)) }
            return .real(abs(try number(arguments, of: name)))
        case "round":
            let value = try number(arguments, of: name)
            guard arguments.count > 1 else { return try whole(value.rounded(.toNearestOrEven)) }
            return .real(Double(PrintfFormatter.fixed(value, min(max(arguments[1].whole ?? 0, 0), 15))) ?? value)
        case "sum":
            guard let items = try first(arguments, of: name).items else { throw .type("'\(arguments[0].typeName)' object is not iterable") }
            var total = PythonValue.integer(0)
            for item in items { total = try combine("+", total, item) }
            return total
        case "list", "sorted", "min", "max":
            let given = arguments.count == 1 ? arguments[0].items : arguments
            guard let items = given else { throw .type("'\(arguments[0].typeName)' object is not iterable") }
            if name == "list" { return .list(arguments.isEmpty ? [] : items) }
            let ordered = try Self.sorted(items)
            if name == "sorted" { return .list(keywords["reverse"]?.isTrue == true ? ordered.reversed() : ordered) }
            guard let found = name == "min" ? ordered.first : ordered.last else { throw .value("\(name)() iterable argument is empty") }
            return found
        default: throw .type("'\(name)' cannot be called here")
        }
    }

    private static func sorted(_ items: [PythonValue]) throws(Interruption) -> [PythonValue] {
        for (left, right) in zip(items, items.dropFirst()) where left.precedes(right) == nil {
            throw .type("'<' not supported between instances of '\(right.typeName)' and '\(left.typeName)'")
        }
        return items.enumerated().sorted { left, right in
            if left.element.precedes(right.element) == true { return true }
            return right.element.precedes(left.element) == true ? false : left.offset < right.offset
        }.map(\.element)
    }

    // MARK: Methods

    private func method(_ name: String, of value: PythonValue, _ arguments: [PythonValue], _ io: UtilityIO) throws(Interruption) -> PythonValue {
        switch value {
        case .library("os.environ"):
            if name == "get" { return environmentValue(arguments, io) }
        case .dictionary(let entries):
            switch name {
            case "get": return entries.first { $0.key.equals(arguments.first ?? .none) }?.value ?? (arguments.count > 1 ? arguments[1] : .none)
            case "keys": return .list(entries.map(\.key))
            case "values": return .list(entries.map(\.value))
            case "items": return .list(entries.map { .tuple([$0.key, $0.value]) })
            default: break
            }
        case .list(let items):
            if name == "count" { return .integer(items.filter { $0.equals(arguments.first ?? .none) }.count) }
        case .text(let text): if let result = try Self.method(name, of: text, arguments) { return result }
        default: break
        }
        throw .raised(type: "AttributeError", message: "'\(value.typeName)' object has no attribute '\(name)'")
    }

    private static func method(_ name: String, of text: String, _ arguments: [PythonValue]) throws(Interruption) -> PythonValue? {
        let words = arguments.map(\.shown)
        func isStripped(_ character: Character) -> Bool { words.first.map { $0.contains(character) } ?? character.isWhitespace }
        func withoutEnd(_ text: Substring) -> String {
            var text = text
            while let last = text.last, isStripped(last) { text.removeLast() }
            return String(text)
        }
        switch name {
        case "upper": return .text(text.uppercased())
        case "lower": return .text(text.lowercased())
        case "strip": return .text(withoutEnd(text.drop(while: isStripped)))
        case "rstrip": return .text(withoutEnd(text[...]))
        case "lstrip": return .text(String(text.drop(while: isStripped)))
        case "isdigit": return .bool(!text.isEmpty && text.allSatisfy(\.isNumber))
        case "startswith": return .bool(words.first.map { text.hasPrefix($0) } ?? false)
        case "endswith": return .bool(words.first.map { text.hasSuffix($0) } ?? false)
        case "split":
            guard let separator = words.first else { return .list(text.split(whereSeparator: \.isWhitespace).map { .text(String($0)) }) }
            if separator.isEmpty { throw .value("empty separator") }
            return .list(text.split(separator: separator, omittingEmptySubsequences: false).map { .text(String($0)) })
        case "count": return .integer(words.first.map { $0.isEmpty ? text.count + 1 : text.split(separator: $0, omittingEmptySubsequences: false).count - 1 } ?? 0)
        case "replace":
            guard words.count >= 2, !words[0].isEmpty else { return .text(text) }
            return .text(text.split(separator: words[0], omittingEmptySubsequences: false).joined(separator: words[1]))
        case "join":
            guard let items = arguments.first?.items else { throw .type("can only join an iterable") }
            for (index, item) in items.enumerated() { guard case .text = item else { throw .type("sequence item \(index): expected str instance, \(item.typeName) found") } }
            return .text(items.map(\.shown).joined(separator: text))
        case "format":
            var (result, rest, next) = ("", text[...], 0)
            while let character = rest.popFirst() {
                if (character == "{" || character == "}") && rest.first == character { result.append(rest.removeFirst()) } else if character == "{" {
                    let field = rest.prefix { $0 != "}" }
                    rest = rest.dropFirst(field.count + 1)
                    let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    let index = parts[0].isEmpty ? next : Int(parts[0]) ?? -1
                    next += 1
                    guard arguments.indices.contains(index) else { throw .raised(type: "IndexError", message: "Replacement index \(index) out of range for positional args tuple") }
                    guard let shown = parts.count > 1 ? PythonLayout(String(parts[1]))?.text(of: arguments[index]) : arguments[index].shown else { throw .value("Invalid format specifier") }
                    result += shown
                } else {
                    result.append(character)
                }
            }
            return .text(result)
        default: return nil
        }
    }
}
