/// The functions that programs call.
extension JqMachine {
    mutating func call(_ name: String, _ arguments: [JqFilter], _ input: JqValue) throws(JqError) -> [JqValue] {
        if name.hasPrefix("@") { return [.string(try JqFormats.text(input, String(name.dropFirst())))] }
        switch (name, arguments.count) {
        case ("empty", 0): return []
        case ("not", 0): return [.bool(!input.isTrue)]
        case ("error", 0), ("error", 1):
            let value = arguments.isEmpty ? input : try run(arguments[0], input).first ?? .null
            if case .string(let text) = value { throw JqError(message: text) }
            throw JqError(message: "\(value.text(indent: nil)) (not a string)")
        case ("select", 1):
            return try run(arguments[0], input).filter(\.isTrue).map { _ in input }
        case ("map", 1): return try run(.array(.pipe(.each(.identity), arguments[0])), input)
        case ("map_values", 1): return try run(.assign("|=", .each(.identity), arguments[0]), input)
        case ("recurse", 0): return try run(.everything, input)
        case ("first", 1): return Array(try run(arguments[0], input).prefix(1))
        case ("last", 1): return Array(try run(arguments[0], input).suffix(1))
        case ("limit", 2):
            guard case .number(let count, _)? = try run(arguments[0], input).first else { return [] }
            return Array(try run(arguments[1], input).prefix(Int(max(0, min(count, 1e6)))))
        case ("any", 1), ("all", 1):
            let values = try run(.pipe(.each(.identity), arguments[0]), input)
            return [.bool(name == "any" ? values.contains(where: \.isTrue) : values.allSatisfy(\.isTrue))]
        case ("del", 1): return [try deleting(arguments[0], input)]
        case ("with_entries", 1): return try run(.pipe(.pipe(.call("to_entries", []), .call("map", arguments)), .call("from_entries", [])), input)
        case ("sort_by", 1), ("group_by", 1), ("unique_by", 1), ("min_by", 1), ("max_by", 1):
            guard case .array(let values) = input else { throw JqError(message: "Cannot index \(input.typeName) with number") }
            var keyed: [(key: JqValue, place: Int, value: JqValue)] = []
            for (place, value) in values.enumerated() { keyed.append((.array(try run(arguments[0], value)), place, value)) }
            keyed.sort { left, right in
                let order = JqValue.order(left.key, right.key)
                return order == 0 ? left.place < right.place : order < 0
            }
            return [Self.arranged(name, keyed)]
        case ("range", 1), ("range", 2):
            var bounds: [Double] = []
            for argument in arguments { if case .number(let number, _)? = try run(argument, input).first { bounds.append(number) } }
            let (low, high) = bounds.count == 2 ? (bounds[0], bounds[1]) : (0, bounds.first ?? 0)
            guard high - low <= Double(Self.resultsMax) else { throw JqError(message: "too many results") }
            return stride(from: low, to: high, by: 1).map { .number($0) }
        case ("env", 0): return [variables["ENV"] ?? .object([])]
        case ("input", 0), ("inputs", 0): throw JqError(message: "\(name) is not available here")
        default: break
        }
        var results: [JqValue] = []
        var combinations: [[JqValue]] = [[]]
        for argument in arguments { combinations = try run(argument, input).flatMap { value in combinations.map { $0 + [value] } } }
        for values in combinations { results += try JqFunctions.call(name, values, input) }
        return results
    }

    private static func arranged(_ name: String, _ keyed: [(key: JqValue, place: Int, value: JqValue)]) -> JqValue {
        switch name {
        case "sort_by": return .array(keyed.map(\.value))
        case "min_by": return keyed.first?.value ?? .null
        case "max_by": return keyed.last?.value ?? .null
        default:
            var groups: [[JqValue]] = []
            var last: JqValue?
            for entry in keyed {
                if let last, last == entry.key { groups[groups.count - 1].append(entry.value) } else { groups.append([entry.value]) }
                last = entry.key
            }
            return .array(name == "group_by" ? groups.map { .array($0) } : groups.map { $0[0] })
        }
    }
}

/// Functions of plain values.
enum JqFunctions {
    static func call(_ name: String, _ arguments: [JqValue], _ input: JqValue) throws(JqError) -> [JqValue] {
        switch (name, input, arguments.count) {
        case ("length", .null, 0): return [.number(0)]
        case ("length", .string(let text), 0): return [.number(Double(text.unicodeScalars.count))]
        case ("length", .array(let values), 0): return [.number(Double(values.count))]
        case ("length", .object(let entries), 0): return [.number(Double(entries.count))]
        case ("length", .number(let number, _), 0): return [.number(abs(number))]
        case ("length", _, 0): throw JqError(message: "\(JqMachine.shown(input)) has no length")
        case ("keys", .object(let entries), 0): return [.array(entries.map(\.key).sorted().map { .string($0) })]
        case ("keys_unsorted", .object(let entries), 0): return [.array(entries.map { .string($0.key) })]
        case ("keys", .array(let values), 0), ("keys_unsorted", .array(let values), 0): return [.array(values.indices.map { .number(Double($0)) })]
        case ("keys", _, 0): throw JqError(message: "\(JqMachine.shown(input)) has no keys")
        case ("values", _, 0): return input == .null ? [] : [input]
        case ("type", _, 0): return [.string(input.typeName)]
        case ("add", .array(let values), 0):
            var total = JqValue.null
            for value in values { total = try JqArithmetic.combine("+", total, value) }
            return [total]
        case ("add", .object(let entries), 0): return try call("add", [], .array(entries.map(\.value)))
        case ("any", .array(let values), 0): return [.bool(values.contains(where: \.isTrue))]
        case ("all", .array(let values), 0): return [.bool(values.allSatisfy(\.isTrue))]
        case ("first", _, 0): return [try JqMachine.element(input, .number(0))]
        case ("last", _, 0): return [try JqMachine.element(input, .number(-1))]
        case ("reverse", .array(let values), 0): return [.array(values.reversed())]
        case ("reverse", .string(let text), 0): return [.string(String(text.reversed()))]
        case ("reverse", .null, 0): return [.array([])]
        case ("sort", .array(let values), 0):
            return [.array(values.enumerated().sorted { left, right in
                let order = JqValue.order(left.element, right.element)
                return order == 0 ? left.offset < right.offset : order < 0
            }.map(\.element))]
        case ("sort", _, 0): throw JqError(message: "\(JqMachine.shown(input)) cannot be sorted, as it is not an array")
        case ("unique", .array, 0):
            guard case .array(let sorted)? = try call("sort", [], input).first else { return [] }
            return [.array(sorted.enumerated().filter { $0.offset == 0 || sorted[$0.offset - 1] != $0.element }.map(\.element))]
        case ("min", .array(let values), 0): return [values.min { JqValue.order($0, $1) < 0 } ?? .null]
        case ("max", .array(let values), 0): return [values.max { JqValue.order($0, $1) < 0 } ?? .null]
        case ("flatten", .array(let values), 0...1):
            func flat(_ values: [JqValue], _ depth: Int) -> [JqValue] {
                values.flatMap { value -> [JqValue] in if depth > 0, case .array(let inner) = value { flat(inner, depth - 1) } else { [value] } }
            }
            var depth = JqValue.depthMax
            if case .number(let number, _)? = arguments.first { depth = Int(max(0, min(number, 200))) }
            return [.array(flat(values, depth))]
        case ("tostring", .string, 0): return [input]
        case ("tostring", _, 0): return [.string(input.text(indent: nil))]
        case ("tojson", _, 0): return [.string(input.text(indent: nil))]
        case ("fromjson", .string(let text), 0):
            var reader = JqReader(Array(text.utf8))
            do throws(JqReader.Failure) { return [try reader.next() ?? .null] } catch { throw JqError(message: "\(text) (while parsing '\(text)')") }
        case ("tonumber", .number, 0): return [input]
        case ("tonumber", .string(let text), 0):
            guard let number = Double(text), number.isFinite else { throw JqError(message: "Cannot parse '\(text)' as number") }
            return [.number(number)]
        case ("tonumber", _, 0): throw JqError(message: "\(JqMachine.shown(input)) cannot be parsed as a number")
        case ("floor", .number(let number, _), 0): return [.number(number.rounded(.down))]
        case ("ceil", .number(let number, _), 0): return [.number(number.rounded(.up))]
        case ("round", .number(let number, _), 0): return [.number(number.rounded())]
        case ("sqrt", .number(let number, _), 0): return [.number(number.squareRoot())]
        case ("abs", .number(let number, _), 0): return [.number(abs(number))]
        case ("to_entries", .object(let entries), 0): return [.array(entries.map { .object([("key", .string($0.key)), ("value", $0.value)]) })]
        case ("to_entries", _, 0): throw JqError(message: "\(JqMachine.shown(input)) has no keys")
        case ("from_entries", .array(let values), 0):
            return [values.reduce(JqValue.object([])) { result, entry in
                let key = ["key", "k", "name", "Name", "Key"].lazy.map { entry[$0] }.first { $0 != .null } ?? .null
                let text = if case .string(let name) = key { name } else { key.text(indent: nil) }
                return result.setting(text, entry["value"] != .null ? entry["value"] : entry["v"])
            }]
        case ("ascii_downcase", .string(let text), 0): return [.string(text.lowercased())]
        case ("ascii_upcase", .string(let text), 0): return [.string(text.uppercased())]
        case ("explode", .string(let text), 0): return [.array(text.unicodeScalars.map { .number(Double($0.value)) })]
        case ("trim", .string(let text), 0): return [.string(text[...].trimming { $0.isWhitespace })]
        case ("paths", _, 0): return paths(input, [])
        case ("objects", _, 0), ("arrays", _, 0), ("strings", _, 0), ("numbers", _, 0), ("booleans", _, 0): return input.typeName + "s" == name ? [input] : []
        case ("scalars", _, 0):
            switch input {
            case .array, .object: return []
            default: return [input]
            }
        default: return try call(name, with: arguments, input)
        }
    }

    private static func paths(_ value: JqValue, _ path: [JqValue]) -> [JqValue] {
        var result: [JqValue] = path.isEmpty ? [] : [.array(path)]
        switch value {
        case .array(let values): for (index, inner) in values.enumerated() { result += paths(inner, path + [.number(Double(index))]) }
        case .object(let entries): for entry in entries { result += paths(entry.value, path + [.string(entry.key)]) }
        default: break
        }
        return result
    }

    private static func call(_ name: String, with arguments: [JqValue], _ input: JqValue) throws(JqError) -> [JqValue] {
        switch (name, input, arguments.first) {
        case ("has", .object(let entries), .string(let key)?): return [.bool(entries.contains { $0.key == key })]
        case ("has", .array(let values), .number(let number, _)?): return [.bool(number >= 0 && number < Double(values.count))]
        case ("has", _, let key?): throw JqError(message: "Cannot check whether \(input.typeName) has a \(key.typeName == "string" ? "string" : key.typeName) key")
        case ("contains", _, let part?): return [.bool(try contains(input, part))]
        case ("inside", _, let whole?): return [.bool(try contains(whole, input))]
        case ("startswith", .string(let text), .string(let part)?): return [.bool(text.hasPrefix(part))]
        case ("endswith", .string(let text), .string(let part)?): return [.bool(text.hasSuffix(part))]
        case ("startswith", _, _), ("endswith", _, _): throw JqError(message: "\(name)() requires string inputs")
        case ("ltrimstr", .string(let text), .string(let part)?): return [.string(text.hasPrefix(part) ? String(text.dropFirst(part.count)) : text)]
        case ("rtrimstr", .string(let text), .string(let part)?): return [.string(text.hasSuffix(part) && !part.isEmpty ? String(text.dropLast(part.count)) : text)]
        case ("split", .string(let text), .string(let separator)?): return [.array(JqFormats.split(text, separator).map { .string($0) })]
        case ("join", .array(let values), .string(let separator)?):
            return [.string(values.map { if case .string(let text) = $0 { text } else { $0 == .null ? "" : $0.text(indent: nil) } }.joined(separator: separator))]
        case ("index", .array(let values), let part?): return [values.firstIndex(of: part).map { .number(Double($0)) } ?? .null]
        case ("index", .string(let text), .string(let part)?):
            let pieces = JqFormats.split(text, part)
            return [pieces.count > 1 ? .number(Double(pieces[0].unicodeScalars.count)) : .null]
        case ("nth", _, let place?): return [try JqMachine.element(input, place)]
        case ("IN", _, .some): return [.bool(arguments.contains(input))]
        case ("test", .string(let text), .string(let pattern)?):
            return [.bool(try regex(pattern, arguments).firstMatch(in: Array(text.utf8)) != nil)]
        case ("sub", .string(let text), .string(let pattern)?), ("gsub", .string(let text), .string(let pattern)?):
            guard arguments.count > 1, case .string(let replacement) = arguments[1] else { break }
            return [.string(substituted(text, try regex(pattern, Array(arguments.dropFirst())), replacement, isGlobal: name == "gsub"))]
        case ("getpath", _, .array(let path)?):
            var value = input
            for key in path { value = try JqMachine.element(value, key) }
            return [value]
        default: break
        }
        throw JqError(message: "\(name)/\(arguments.count) is not defined", isSyntax: true)
    }

    private static func regex(_ pattern: String, _ arguments: [JqValue]) throws(JqError) -> PosixRegex {
        var ignoresCase = false
        if case .string(let flags)? = arguments.dropFirst().first { ignoresCase = flags.contains("i") }
        do throws(PosixRegex.SyntaxError) { return try PosixRegex(pattern, isExtended: true, ignoresCase: ignoresCase) } catch { throw JqError(message: "\(pattern) (at offset 0) is not a valid regex: \(error.message)") }
    }

    private static func substituted(_ text: String, _ regex: PosixRegex, _ replacement: String, isGlobal: Bool) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var start = 0
        while start <= bytes.count, let range = regex.firstMatch(in: bytes, from: start)?[0] {
            result += bytes[start..<range.lowerBound] + Array(replacement.utf8)
            if range.isEmpty {
                if range.upperBound < bytes.count { result.append(bytes[range.upperBound]) }
                start = range.upperBound + 1
            } else {
                start = range.upperBound
            }
            if !isGlobal { break }
        }
        if start < bytes.count { result += bytes[start...] }
        return String(decoding: result, as: UTF8.self)
    }

    private static func contains(_ whole: JqValue, _ part: JqValue) throws(JqError) -> Bool {
        switch (whole, part) {
        case (.string(let a), .string(let b)): return b.isEmpty || JqFormats.split(a, b).count > 1
        case (.array(let a), .array(let b)):
            for wanted in b {
                var isThere = false
                for value in a where value.typeName == wanted.typeName {
                    if try contains(value, wanted) {
                        isThere = true
                        break
                    }
                }
                if !isThere { return false }
            }
            return true
        case (.object, .object(let entries)):
            for entry in entries {
                let found = whole[entry.key]
                guard found.typeName == entry.value.typeName else { return false }
                if try !contains(found, entry.value) { return false }
            }
            return true
        default:
            guard whole.typeName == part.typeName else { throw JqError(message: "\(JqMachine.shown(whole)) and \(JqMachine.shown(part)) cannot have their containment checked") }
            return whole == part
        }
    }
}

/// How values are written into texts: `@base64`, `@csv` and the like.
enum JqFormats {
    static func split(_ text: String, _ separator: String) -> [String] {
        if text.isEmpty { return [] }
        if separator.isEmpty { return text.map { String($0) } }
        return text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    static func text(_ value: JqValue, _ format: String) throws(JqError) -> String {
        let plain: String
        if case .string(let text) = value { plain = text } else { plain = value.text(indent: nil) }
        switch format {
        case "text": return plain
        case "json": return value.text(indent: nil)
        case "base64": return Base64Text.encode(Array(plain.utf8))
        case "base64d":
            guard let bytes = Base64Text.decode(Array(plain.utf8)) else { throw JqError(message: "\(JqMachine.shown(value)) is not valid base64 data") }
            return String(decoding: bytes, as: UTF8.self)
        case "uri":
            let digits = Array("0123456789ABCDEF")
            return plain.utf8.map { ByteClass.contains($0, name: "alnum") || "-_.~".utf8.contains($0) ? String(UnicodeScalar($0)) : "%" + String(digits[Int($0 >> 4)]) + String(digits[Int($0 & 15)]) }.joined()
        case "html": return plain.map { ["<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", "\"": "&quot;"][$0] ?? String($0) }.joined()
        case "csv", "tsv", "sh":
            guard case .array(let cells) = format == "sh" ? { if case .array = value { value } else { .array([value]) } }() : value else { throw JqError(message: "\(JqMachine.shown(value)) cannot be \(format)-formatted, only an array can be") }
            var texts: [String] = []
            for cell in cells {
                switch cell {
                case .string(let text):
                    switch format {
                    case "csv": texts.append("\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"")
                    case "tsv": texts.append(text.map { ["\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"][$0] ?? String($0) }.joined())
                    default: texts.append("'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'")
                    }
                case .null: texts.append(format == "sh" ? "null" : "")
                case .array, .object: throw JqError(message: "\(JqMachine.shown(cell)) is not valid in a \(format) row")
                default: texts.append(cell.text(indent: nil))
                }
            }
            return texts.joined(separator: format == "csv" ? "," : format == "tsv" ? "\t" : " ")
        default: throw JqError(message: "\(format) is not a valid format", isSyntax: true)
        }
    }
}
