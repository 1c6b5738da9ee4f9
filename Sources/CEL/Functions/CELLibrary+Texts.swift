import KubernetesObjects

extension CELLibrary {
    /// Functions on texts. Positions count characters, that is Unicode scalars.
    static let texts: [CELFunction] = [
        text("startsWith", "string.(string) bool") { text, arguments, context throws(CELEvaluationError) in
            let prefix = try string(arguments[1])
            try context.chargeWalk(prefix.utf8.count)
            return .bool(text.utf8.starts(with: prefix.utf8))
        },
        text("endsWith", "string.(string) bool") { text, arguments, context throws(CELEvaluationError) in
            let suffix = try string(arguments[1])
            try context.chargeWalk(suffix.utf8.count)
            return .bool(text.utf8.reversed().starts(with: suffix.utf8.reversed()))
        },
        text("contains", "string.(string) bool") { text, arguments, context throws(CELEvaluationError) in
            let part = try string(arguments[1])
            try context.charge(((text.utf8.count + 9) / 10) * max(1, (part.utf8.count + 9) / 10))
            return .bool(position(of: Array(part.utf8), in: Array(text.utf8), from: 0) != nil)
        },
        text("charAt", "string.(int) string") { text, arguments, context throws(CELEvaluationError) in
            let index = try int(arguments[1])
            let scalars = Array(text.unicodeScalars)
            guard index >= 0, index <= scalars.count else { throw CELEvaluationError("index out of range: \(index)") }
            return .string(index == scalars.count ? "" : string(scalars[Int(index)..<Int(index) + 1]))
        },
        text("indexOf", "string.(string) int", "string.(string, int) int") { text, arguments, context throws(CELEvaluationError) in
            let part = Array(try string(arguments[1]).unicodeScalars)
            let scalars = Array(text.unicodeScalars)
            try context.chargeWalk(scalars.count)
            let start = arguments.count > 2 ? try int(arguments[2]) : 0
            guard start >= 0, start <= max(scalars.count, 0) || arguments.count == 2 else { throw CELEvaluationError("index out of range: \(start)") }
            return .int(Int64(position(of: part, in: scalars, from: Int(start)) ?? -1))
        },
        text("lastIndexOf", "string.(string) int", "string.(string, int) int") { text, arguments, context throws(CELEvaluationError) in
            let part = Array(try string(arguments[1]).unicodeScalars)
            let scalars = Array(text.unicodeScalars)
            try context.chargeWalk(scalars.count)
            var start = Int64(scalars.count - part.count)
            if arguments.count > 2 {
                let limit = try int(arguments[2])
                guard limit >= 0, limit <= scalars.count else { throw CELEvaluationError("index out of range: \(limit)") }
                start = min(start, limit)
            }
            while start >= 0 {
                if scalars[Int(start)..<Int(start) + part.count].elementsEqual(part) { return .int(start) }
                start -= 1
            }
            return .int(-1)
        },
        text("lowerAscii", "string.() string") { text, _, context throws(CELEvaluationError) in
            try context.chargeWalk(text.utf8.count)
            return .string(String(decoding: text.utf8.map { $0 &- 0x41 < 26 ? $0 + 32 : $0 }, as: UTF8.self))
        },
        text("upperAscii", "string.() string") { text, _, context throws(CELEvaluationError) in
            try context.chargeWalk(text.utf8.count)
            return .string(String(decoding: text.utf8.map { $0 &- 0x61 < 26 ? $0 - 32 : $0 }, as: UTF8.self))
        },
        text("trim", "string.() string") { text, _, context throws(CELEvaluationError) in
            try context.chargeWalk(text.utf8.count)
            var scalars = Array(text.unicodeScalars)[...]
            while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
            while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
            return .string(string(scalars))
        },
        text("reverse", "string.() string") { text, _, context throws(CELEvaluationError) in
            try context.chargeWalk(text.utf8.count)
            return .string(string(Array(text.unicodeScalars.reversed())[...]))
        },
        text("substring", "string.(int) string", "string.(int, int) string") { text, arguments, context throws(CELEvaluationError) in
            let scalars = Array(text.unicodeScalars)
            try context.chargeWalk(scalars.count)
            let start = try int(arguments[1])
            let end = arguments.count > 2 ? try int(arguments[2]) : Int64(scalars.count)
            if arguments.count > 2, start > end { throw CELEvaluationError("invalid substring range. start: \(start), end: \(end)") }
            guard start >= 0, start <= scalars.count else { throw CELEvaluationError("index out of range: \(start)") }
            guard end >= 0, end <= scalars.count else { throw CELEvaluationError("index out of range: \(end)") }
            return .string(string(scalars[Int(start)..<Int(end)]))
        },
        text("replace", "string.(string, string) string", "string.(string, string, int) string") { text, arguments, context throws(CELEvaluationError) in
            let limit = arguments.count > 3 ? try int(arguments[3]) : -1
            let result = replaced(text, try string(arguments[1]), try string(arguments[2]), limit: limit < 0 ? .max : Int(limit))
            try context.chargeWalk(text.utf8.count, text.utf8.count)
            return .string(result)
        },
        text("split", "string.(string) list(string)", "string.(string, int) list(string)") { text, arguments, context throws(CELEvaluationError) in
            try context.chargeWalk(text.utf8.count, text.utf8.count)
            let limit = arguments.count > 2 ? try int(arguments[2]) : -1
            return .list(CELList(split(text, try string(arguments[1]), limit: limit < 0 ? .max : Int(limit)).map(CELValue.string)))
        },
        CELFunction("join", "list(string).() string", "list(string).(string) string") { arguments, context throws(CELEvaluationError) in
            guard case .list(let list) = arguments[0] else { throw .noSuchOverload }
            let separator = arguments.count > 1 ? try string(arguments[1]) : ""
            var result = ""
            for (index, element) in list.enumerated() {
                if index > 0 { result += separator }
                result += try string(element)
            }
            try context.chargeWalk(result.utf8.count, result.utf8.count)
            return .string(result)
        },
        CELFunction("strings.quote", "(string) string") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            return .string(CELText.quoted(text))
        },
        text("format", "string.(list(dyn)) string") { text, arguments, context throws(CELEvaluationError) in
            guard case .list(let values) = arguments[1] else { throw .noSuchOverload }
            let result = try CELFormatter.format(text, values)
            try context.chargeWalk(result.utf8.count)
            return .string(result)
        },
        CELFunction("jsonpatch.escapeKey", "(string) string") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            return .string(text.replacing("~", with: "~0").replacing("/", with: "~1"))
        },
        CELFunction("base64.encode", "(bytes) string") { arguments, context throws(CELEvaluationError) in
            guard case .bytes(let bytes) = arguments[0] else { throw .noSuchOverload }
            try context.chargeWalk(bytes.count)
            return .string(Base64.encode(bytes))
        },
        CELFunction("base64.decode", "(string) bytes") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            switch Base64.decoding(padded) {
            case .success(let bytes): return .bytes(bytes)
            case .failure(let failure): throw CELEvaluationError(failure.description)
            }
        },
    ]

    private static func text(
        _ name: String, _ signatures: String...,
        body: @escaping @Sendable (String, [CELValue], inout CELContext) throws(CELEvaluationError) -> CELValue
    ) -> CELFunction {
        var function = CELFunction(name) { arguments, context throws(CELEvaluationError) in
            try body(try string(arguments[0]), arguments, &context)
        }
        function.signatures = signatures
        return function
    }

    static func string(_ value: CELValue) throws(CELEvaluationError) -> String {
        guard case .string(let text) = value else { throw .noSuchOverload }
        return text
    }

    static func int(_ value: CELValue) throws(CELEvaluationError) -> Int64 {
        guard case .int(let number) = value else { throw .noSuchOverload }
        return number
    }

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Where a part first stands in a whole; the empty part stands everywhere.
    static func position<T: Equatable>(of part: [T], in whole: [T], from start: Int) -> Int? {
        guard !part.isEmpty else { return start }
        var index = start
        while index + part.count <= whole.count {
            if whole[index] == part[0], whole[index..<index + part.count].elementsEqual(part) { return index }
            index += 1
        }
        return nil
    }

    private static func split(_ text: String, _ separator: String, limit: Int) -> [String] {
        if limit == 0 { return [] }
        if limit == 1 { return [text] }
        if separator.isEmpty {
            let scalars = Array(text.unicodeScalars)
            if scalars.count <= limit { return scalars.map { String(Character($0)) } }
            return scalars[..<(limit - 1)].map { String(Character($0)) } + [string(scalars[(limit - 1)...])]
        }
        let bytes = Array(text.utf8)
        let part = Array(separator.utf8)
        var result: [String] = []
        var start = 0
        while result.count < limit - 1, let found = position(of: part, in: bytes, from: start) {
            result.append(String(decoding: bytes[start..<found], as: UTF8.self))
            start = found + part.count
        }
        return result + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    private static func replaced(_ text: String, _ old: String, _ new: String, limit: Int) -> String {
        if old.isEmpty {
            var result = ""
            var count = 0
            let scalars = Array(text.unicodeScalars)
            for index in 0...scalars.count {
                if count < limit {
                    result += new
                    count += 1
                }
                if index < scalars.count { result.unicodeScalars.append(scalars[index]) }
            }
            return result
        }
        return split(text, old, limit: limit == .max ? .max : limit + 1).joined(separator: new)
    }
}
