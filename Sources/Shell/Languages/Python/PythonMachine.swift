/// A Python program at work.
struct PythonMachine: Sendable {
    static let textMax = 1 << 20
    static let itemsMax = 100_000

    private let program: PythonProgram
    private let arguments: [String]
    private var place = 0
    private var variables: [String: PythonValue] = [:]
    /// What loops go through, and how far they are.
    private var loops: [Int: (values: PythonValue, next: Int)] = [:]
    var dice: UInt64?
    /// What was printed and not written yet.
    var output = ""

    init(_ program: PythonProgram, arguments: [String]) { (self.program, self.arguments) = (program, arguments) }

    /// Why a program does not go on.
    enum Stop: Error {
        case exit(Int)
        case exception(PythonException)
    }

    mutating func flush(_ io: inout UtilityIO) {
        io.print(output)
        output = ""
    }

    /// Goes on until the program ends, sleeps, or has had its turn.
    mutating func run(_ io: inout UtilityIO) -> UtilityOutcome {
        while place < program.instructions.count {
            if io.isTired { return .again }
            let (instruction, line) = program.instructions[place]
            place += 1
            do throws(Stop) {
                if let until = try step(instruction, &io) { return .sleep(until: until) }
            } catch {
                switch error {
                case .exit(let status): return .exit(status & 0xff)
                case .exception(let exception):
                    flush(&io)
                    let within = exception.isOfEnvironment ? "  File \"<frozen os>\", line 717, in __getitem__\n" : ""
                    io.errors += Array("Traceback (most recent call last):\n  File \"<string>\", line \(line), in <module>\n\(within)\(exception.text)\n".utf8)
                    return .exit(1)
                }
            }
        }
        return .exit(0)
    }

    func failed(_ kind: String, _ message: String) -> Stop { .exception(PythonException(kind: kind, message: message)) }

    /// Carries out an instruction; until when it sleeps, if it does.
    private mutating func step(_ instruction: PythonProgram.Instruction, _ io: inout UtilityIO) throws(Stop) -> Int64? {
        switch instruction {
        case .evaluate(let expression): _ = try value(expression, &io)
        case .assign(let names, let expression):
            let value = try value(expression, &io)
            try assign(names, value)
        case .setItem(let name, let index, let expression):
            let (index, value) = (try value(index, &io), try value(expression, &io))
            guard case .list(var items)? = variables[name], let number = index.integer else { throw failed("TypeError", "'\(variables[name]?.typeName ?? "")' object does not support item assignment") }
            let place = number < 0 ? number + items.count : number
            guard items.indices.contains(place) else { throw failed("IndexError", "list assignment index out of range") }
            items[place] = value
            variables[name] = .list(items)
        case .augment(let name, let sign, let expression):
            guard let old = variables[name] else { throw failed("NameError", "name '\(name)' is not defined") }
            variables[name] = try combined(sign, old, value(expression, &io))
        case .jump(let target): place = target
        case .jumpUnless(let test, let target): if !(try value(test, &io).isTrue) { place = target }
        case .begin(let slot, let expression):
            let value = try value(expression, &io)
            switch value {
            case .list, .tuple, .range, .text: loops[slot] = (value, 0)
            default: throw failed("TypeError", "'\(value.typeName)' object is not iterable")
            }
        case .next(let slot, let names, let end):
            guard let loop = loops[slot], let item = Self.item(loop.values, loop.next) else {
                loops[slot] = nil
                place = end
                return nil
            }
            loops[slot]!.next += 1
            try assign(names, item)
        case .sleep(let expression):
            let length = try value(expression, &io)
            guard let seconds = length.number else { throw failed("TypeError", "'\(length.typeName)' object cannot be interpreted as an integer") }
            guard seconds >= 0 else { throw failed("ValueError", "sleep length must be non-negative") }
            return io.now &+ Int64(min(seconds, 1e9) * 1e9)
        case .raise(let kind, let argument):
            let value = try optional(argument, &io)
            if kind == "SystemExit" { throw leave(value, &io) }
            throw failed(kind, kind == "KeyError" ? value?.represented ?? "" : value?.shown ?? "")
        }
        io.work += 1
        return nil
    }

    private static func item(_ values: PythonValue, _ index: Int) -> PythonValue? {
        switch values {
        case .list(let items), .tuple(let items): return index < items.count ? items[index] : nil
        case .range(let range): return index < range.count ? .int(range.start + index * range.step) : nil
        case .text(let text): return text.dropFirst(index).first.map { .text(String($0)) }
        default: return nil
        }
    }

    private mutating func assign(_ names: [String], _ value: PythonValue) throws(Stop) {
        guard names.count > 1 else {
            variables[names[0]] = value
            return
        }
        guard let items = Self.items(value) else { throw failed("TypeError", "cannot unpack non-iterable \(value.typeName) object") }
        guard items.count == names.count else {
            throw failed("ValueError", items.count < names.count ? "not enough values to unpack (expected \(names.count), got \(items.count))" : "too many values to unpack (expected \(names.count))")
        }
        for (name, item) in zip(names, items) { variables[name] = item }
    }

    static func items(_ value: PythonValue) -> [PythonValue]? {
        switch value {
        case .list(let items), .tuple(let items): return items
        case .range(let range): return range.count <= itemsMax ? (0..<range.count).map { .int(range.start + $0 * range.step) } : nil
        case .text(let text): return text.map { .text(String($0)) }
        default: return nil
        }
    }

    /// How a program ends that asks for it: with a number, or with a message.
    mutating func leave(_ value: PythonValue?, _ io: inout UtilityIO) -> Stop {
        switch value {
        case nil, .some(.none): return .exit(0)
        case let value?:
            if let status = value.integer { return .exit(status) }
            flush(&io)
            io.errors += Array((value.shown + "\n").utf8)
            return .exit(1)
        }
    }

    // MARK: Expressions

    private mutating func value(_ expression: PythonExpression, _ io: inout UtilityIO) throws(Stop) -> PythonValue {
        io.work += 1
        switch expression {
        case .constant(let value): return value
        case .name(let name):
            guard let value = variables[name] else { throw failed("NameError", "name '\(name)' is not defined") }
            return value
        case .list(let parts, let isTuple):
            let items = try values(parts, &io)
            return isTuple ? .tuple(items) : .list(items)
        case .not(let inner): return .bool(!(try value(inner, &io).isTrue))
        case .negative(let inner):
            let inner = try value(inner, &io)
            if let number = inner.integer { return .int(0 &- number) }
            guard let number = inner.number else { throw failed("TypeError", "bad operand type for unary -: '\(inner.typeName)'") }
            return .float(-number)
        case .and(let left, let right):
            let left = try value(left, &io)
            return left.isTrue ? try value(right, &io) : left
        case .or(let left, let right):
            let left = try value(left, &io)
            return left.isTrue ? left : try value(right, &io)
        case .choice(let test, let then, let other): return try value(value(test, &io).isTrue ? then : other, &io)
        case .binary(let sign, let left, let right): return try combined(sign, value(left, &io), value(right, &io))
        case .compare(let first, let rest):
            var left = try value(first, &io)
            for part in rest {
                let right = try value(part.value, &io)
                guard try compares(part.sign, left, right) else { return .bool(false) }
                left = right
            }
            return .bool(true)
        case .index(let whole, let place): return try item(of: value(whole, &io), at: value(place, &io), io)
        case .slice(let whole, let first, let last):
            let whole = try value(whole, &io)
            guard let items = Self.items(whole) else { throw failed("TypeError", "'\(whole.typeName)' object is not subscriptable") }
            func bound(_ number: Int?, _ standard: Int) -> Int { number.map { min(max($0 < 0 ? $0 + items.count : $0, 0), items.count) } ?? standard }
            let begin = bound(try optional(first, &io)?.integer, 0)
            let end = bound(try optional(last, &io)?.integer, items.count)
            let part = begin < end ? Array(items[begin..<end]) : []
            if case .text = whole { return .text(part.map(\.shown).joined()) }
            if case .tuple = whole { return .tuple(part) }
            return .list(part)
        case .formatted(let parts):
            var text = ""
            for part in parts {
                let value = try value(part.value, &io)
                text += part.form.isEmpty ? value.shown : PythonFormat(part.form)?.shown(value) ?? value.shown
            }
            return try bounded(text)
        case .method(let object, let name, let parts):
            let given = try values(parts, &io)
            if name == "append" { return try append(given, to: object, &io) }
            return try method(name, of: value(object, &io), given)
        case .call(let name, let parts, let names):
            let given = try values(parts, &io)
            var named: [String: PythonValue] = [:]
            for key in names.keys.sorted() { named[key] = try value(names[key]!, &io) }
            return try call(name, given, named, &io)
        }
    }

    private mutating func optional(_ expression: PythonExpression?, _ io: inout UtilityIO) throws(Stop) -> PythonValue? {
        guard let expression else { return nil }
        return try value(expression, &io)
    }

    private mutating func values(_ parts: [PythonExpression], _ io: inout UtilityIO) throws(Stop) -> [PythonValue] {
        var result: [PythonValue] = []
        for part in parts { result.append(try value(part, &io)) }
        return result
    }

    func bounded(_ text: String) throws(Stop) -> PythonValue {
        guard text.utf8.count <= Self.textMax else { throw failed("MemoryError", "") }
        return .text(text)
    }

    private func item(of whole: PythonValue, at place: PythonValue, _ io: UtilityIO) throws(Stop) -> PythonValue {
        if case .builtin("os.environ") = whole {
            guard let found = io.environment.last(where: { $0.name == place.shown }) else {
                throw .exception(PythonException(kind: "KeyError", message: place.represented, isOfEnvironment: true))
            }
            return .text(found.value)
        }
        if case .builtin("sys.argv") = whole { return try item(of: .list(arguments.map { .text($0) }), at: place, io) }
        guard let items = Self.items(whole) else { throw failed("TypeError", "'\(whole.typeName)' object is not subscriptable") }
        guard let number = place.integer else { throw failed("TypeError", "\(whole.typeName) indices must be integers or slices, not \(place.typeName)") }
        let index = number < 0 ? number + items.count : number
        guard items.indices.contains(index) else { throw failed("IndexError", "\(whole.typeName == "str" ? "string" : whole.typeName) index out of range") }
        return items[index]
    }

    private mutating func append(_ given: [PythonValue], to object: PythonExpression, _ io: inout UtilityIO) throws(Stop) -> PythonValue {
        guard case .name(let name) = object, case .list(var items)? = variables[name], given.count == 1 else { throw failed("AttributeError", "object has no attribute 'append'") }
        guard items.count < Self.itemsMax else { throw failed("MemoryError", "") }
        variables[name] = PythonValue.none
        items.append(given[0])
        variables[name] = .list(items)
        return .none
    }
}
