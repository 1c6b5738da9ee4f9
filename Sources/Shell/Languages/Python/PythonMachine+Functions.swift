/// The methods of texts and the functions that programs may call.
///
/// - Source: the Python library reference.
extension PythonMachine {
    // MARK: Methods

    func method(_ name: String, of object: PythonValue, _ given: [PythonValue]) throws(Stop) -> PythonValue {
        guard case .text(let text) = object else {
            if name == "count", let items = Self.items(object), given.count == 1 { return .int(items.count { $0.equals(given[0]) }) }
            throw failed("AttributeError", "'\(object.typeName)' object has no attribute '\(name)'")
        }
        func word(_ place: Int) throws(Stop) -> String {
            guard place < given.count, case .text(let word) = given[place] else { throw failed("TypeError", "\(name)() argument must be str") }
            return word
        }
        func stripped(_ front: Bool, _ back: Bool) throws(Stop) -> PythonValue {
            let letters = given.isEmpty ? nil : Set(try word(0))
            func goes(_ character: Character) -> Bool { letters?.contains(character) ?? character.isWhitespace }
            var part = text[...]
            if front { part = part.drop(while: goes) }
            if back { while let last = part.last, goes(last) { part.removeLast() } }
            return .text(String(part))
        }
        switch name {
        case "upper": return .text(text.uppercased())
        case "lower": return .text(text.lowercased())
        case "title": return .text(text.split(separator: " ", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: " "))
        case "strip": return try stripped(true, true)
        case "lstrip": return try stripped(true, false)
        case "rstrip": return try stripped(false, true)
        case "split":
            if given.isEmpty { return .list(text.split(whereSeparator: \.isWhitespace).map { .text(String($0)) }) }
            return .list(text.split(separator: try word(0), omittingEmptySubsequences: false).map { .text(String($0)) })
        case "join":
            guard let first = given.first, let items = Self.items(first) else { throw failed("TypeError", "can only join an iterable") }
            for (index, item) in items.enumerated() { guard case .text = item else { throw failed("TypeError", "sequence item \(index): expected str instance, \(item.typeName) found") } }
            return try bounded(items.map(\.shown).joined(separator: text))
        case "startswith": return .bool(text.hasPrefix(try word(0)))
        case "endswith": return .bool(text.hasSuffix(try word(0)))
        case "replace": return try bounded(text.split(separator: try word(0), omittingEmptySubsequences: false).joined(separator: try word(1)))
        case "isdigit": return .bool(!text.isEmpty && text.allSatisfy(\.isNumber))
        case "count": return .int(text.split(separator: try word(0), omittingEmptySubsequences: false).count - 1)
        case "zfill": return .text(PythonFormat("0>\(min(given.first?.integer ?? 0, 1000))")?.shown(object) ?? text)
        default: return try bounded(filled(text, given))
        }
    }

    /// `"{} {1:>5}".format(values)`
    private func filled(_ text: String, _ given: [PythonValue]) throws(Stop) -> String {
        var (result, rest, next) = ("", text[...], 0)
        while let character = rest.popFirst() {
            if (character == "{" || character == "}"), rest.first == character {
                result.append(rest.removeFirst())
            } else if character == "{" {
                let inner = rest.prefix { $0 != "}" }
                rest = rest.dropFirst(inner.count + 1)
                let parts = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                let place = parts.first.flatMap { Int($0) } ?? next
                next += 1
                guard given.indices.contains(place), let form = PythonFormat(parts.count > 1 ? String(parts[1]) : "") else { throw failed("IndexError", "Replacement index \(place) out of range for positional args tuple") }
                result += form.shown(given[place])
            } else {
                result.append(character)
            }
        }
        return result
    }

    // MARK: Functions

    mutating func call(_ name: String, _ given: [PythonValue], _ named: [String: PythonValue], _ io: inout UtilityIO) throws(Stop) -> PythonValue {
        func argument(_ place: Int = 0) throws(Stop) -> PythonValue {
            guard place < given.count else { throw failed("TypeError", "\(name.split(separator: ".").last ?? "")() missing required argument") }
            return given[place]
        }
        switch name {
        case "print":
            let text = given.map(\.shown).joined(separator: named["sep"]?.shown ?? " ") + (named["end"]?.shown ?? "\n")
            if case .builtin("sys.stderr")? = named["file"] {
                io.errors += Array(text.utf8)
                return .none
            }
            output += text
            if named["flush"]?.isTrue == true || output.utf8.count >= 8192 { flush(&io) }
        case "sys.stdout.write": output += try argument().shown
        case "sys.stderr.write": io.errors += Array(try argument().shown.utf8)
        case "sys.stdout.flush": flush(&io)
        case "sys.exit", "exit", "quit": throw leave(given.first, &io)
        case "os._exit":
            output = ""
            throw .exit(try argument().integer ?? 1)
        case "os.getenv", "os.environ.get":
            let wanted = try argument().shown
            return io.environment.last { $0.name == wanted }.map { .text($0.value) } ?? (given.count > 1 ? given[1] : .none)
        case "os.getpid": return .int(io.process)
        case "os.uname": return .tuple(["Linux", io.hostName, "6.18.30", "#1 SMP", "x86_64"].map { .text($0) })
        case "socket.gethostname": return .text(io.hostName)
        case "os.path.exists": return .bool(io.files.exists(io.path(try argument().shown)))
        case "time.sleep": throw failed("RuntimeError", "a sleep within an expression is not simulated")
        case "time.time": return .float(Double(io.now) / 1e9)
        case "time.strftime": return .text(DateFormatter.format(try argument().shown, io.now))
        case "random.seed": dice = UInt64(bitPattern: Int64(given.first?.integer ?? 0))
        case "random.random": return .float(Double(draw(io) >> 11) / 9_007_199_254_740_992)
        case "random.randint":
            guard let low = try argument(0).integer, let high = try argument(1).integer, low <= high, high - low < 1 << 40 else { throw failed("ValueError", "empty range for randrange()") }
            return .int(low + Int(draw(io) % UInt64(high - low + 1)))
        case "random.choice":
            guard let items = Self.items(try argument()), !items.isEmpty else { throw failed("IndexError", "Cannot choose from an empty sequence") }
            return items[Int(draw(io) % UInt64(items.count))]
        default:
            let empty: [String: PythonValue] = ["str": .text(""), "list": .list([]), "int": .int(0), "float": .float(0), "bool": .bool(false)]
            if given.isEmpty, let value = empty[name] { return value }
            return try convert(name, given, argument())
        }
        return .none
    }

    private mutating func draw(_ io: UtilityIO) -> UInt64 {
        var state = (dice ?? io.random) &+ 0x9E37_79B9_7F4A_7C15
        dice = state
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        return state ^ (state >> 31)
    }

    /// The functions of the language itself that make one value from others.
    private func convert(_ name: String, _ given: [PythonValue], _ first: PythonValue) throws(Stop) -> PythonValue {
        switch name {
        case "int":
            if case .text(let text) = first {
                guard let number = Int(text.split(whereSeparator: \.isWhitespace).joined()) else { throw failed("ValueError", "invalid literal for int() with base 10: \(first.represented)") }
                return .int(number)
            }
            guard let number = first.number, abs(number) < 9e18 else { throw failed("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '\(first.typeName)'") }
            return .int(first.integer ?? Int(number))
        case "float":
            if case .text(let text) = first {
                guard let number = Double(text.split(whereSeparator: \.isWhitespace).joined()) else { throw failed("ValueError", "could not convert string to float: \(first.represented)") }
                return .float(number)
            }
            guard let number = first.number else { throw failed("TypeError", "float() argument must be a string or a real number, not '\(first.typeName)'") }
            return .float(number)
        case "str": return .text(first.shown)
        case "repr": return .text(first.represented)
        case "bool": return .bool(first.isTrue)
        case "abs":
            if let number = first.integer { return .int(abs(max(number, -Int.max))) }
            guard let number = first.number else { throw failed("TypeError", "bad operand type for abs(): '\(first.typeName)'") }
            return .float(abs(number))
        case "round":
            guard let number = first.number else { throw failed("TypeError", "type \(first.typeName) doesn't define __round__ method") }
            if given.count > 1, let places = given[1].integer { return .float(Double(PythonFormat.fixed(number, min(max(places, 0), 15))) ?? number) }
            return .int(Int(exactly: number.rounded(.toNearestOrEven)) ?? 0)
        case "range":
            let numbers = given.compactMap(\.integer)
            guard numbers.count == given.count, numbers.count <= 3, numbers.allSatisfy({ abs($0) < 1 << 53 }) else { throw failed("TypeError", "'\(first.typeName)' object cannot be interpreted as an integer") }
            guard numbers.count < 3 || numbers[2] != 0 else { throw failed("ValueError", "range() arg 3 must not be zero") }
            return .range(.init(start: numbers.count > 1 ? numbers[0] : 0, stop: numbers.count > 1 ? numbers[1] : numbers[0], step: numbers.count > 2 ? numbers[2] : 1))
        default: break
        }
        if name == "len", case .range(let range) = first { return .int(range.count) }
        guard let items = given.count > 1 ? given : Self.items(first) else { throw failed("TypeError", name == "len" ? "object of type '\(first.typeName)' has no len()" : "'\(first.typeName)' object is not iterable") }
        switch name {
        case "len": return .int(items.count)
        case "list": return .list(items)
        case "sum":
            var total = PythonValue.int(0)
            for item in items { total = try combined("+", total, item) }
            return total
        default:
            var ordered: [PythonValue] = []
            for item in items {
                // Equal ones stay in their order.
                var place = ordered.count
                while place > 0, try compares("<", item, ordered[place - 1]) { place -= 1 }
                ordered.insert(item, at: place)
                guard ordered.count <= 2_000 else { throw failed("MemoryError", "") }
            }
            if name == "sorted" { return .list(ordered) }
            guard let result = name == "min" ? ordered.first : ordered.last else { throw failed("ValueError", "\(name)() iterable argument is empty") }
            return result
        }
    }
}
