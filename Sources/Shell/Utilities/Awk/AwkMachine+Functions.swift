/// The functions awk has by itself.
extension AwkMachine {
    mutating func call(_ name: String, _ arguments: [AwkExpression], _ io: inout UtilityIO) throws(AwkError) -> AwkValue {
        if let function = functions[name] { return try callOwn(function, arguments, &io) }
        func text(_ index: Int, _ machine: inout AwkMachine, _ io: inout UtilityIO) throws(AwkError) -> String {
            index < arguments.count ? try machine.evaluate(arguments[index], &io).string : machine.currentRecord
        }
        func number(_ index: Int, _ machine: inout AwkMachine, _ io: inout UtilityIO) throws(AwkError) -> Double {
            index < arguments.count ? try machine.evaluate(arguments[index], &io).numeric : 0
        }
        switch name {
        case "length":
            if case .variable(let array)? = arguments.first, variables[array] == nil, let count = arrayCount(array) { return .of(Double(count)) }
            return .of(Double(try text(0, &self, &io).count))
        case "toupper": return .of(try text(0, &self, &io).uppercased())
        case "tolower": return .of(try text(0, &self, &io).lowercased())
        case "int": return .of(try number(0, &self, &io).rounded(.towardZero))
        case "sqrt": return .of(max(0, try number(0, &self, &io)).squareRoot())
        case "rand": return .of(random())
        case "srand":
            setSeed(UInt64(bitPattern: arguments.isEmpty ? now / 1_000_000_000 : Self.integer(try number(0, &self, &io))))
            return .of(0)
        case "systime": return .of(Double(now / 1_000_000_000))
        case "strftime":
            let format = arguments.isEmpty ? "%a %b %e %H:%M:%S %Z %Y" : try text(0, &self, &io)
            let seconds = arguments.count > 1 ? try number(1, &self, &io) : Double(now / 1_000_000_000)
            return .of(DateFormatter.format(format, Self.integer(max(-1e9, min(seconds, 9e9))) * 1_000_000_000))
        case "substr":
            let characters = Array(try text(0, &self, &io))
            let start = try number(1, &self, &io).rounded()
            let end = arguments.count > 2 ? start + (try number(2, &self, &io)).rounded() : .infinity
            let (low, high) = (max(1, start), min(end, Double(characters.count) + 1))
            guard low < high, !low.isNaN, !high.isNaN else { return .of("") }
            return .of(String(characters[(Int(low) - 1)..<(Int(high) - 1)]))
        case "index":
            let (whole, part) = (Array(try text(0, &self, &io)), Array(try text(1, &self, &io)))
            guard !part.isEmpty, part.count <= whole.count else { return .of(0) }
            for start in 0...(whole.count - part.count) where whole[start..<start + part.count].elementsEqual(part) { return .of(Double(start + 1)) }
            return .of(0)
        case "split":
            let whole = try text(0, &self, &io)
            guard arguments.count > 1, case .variable(let array) = arguments[1] else { throw AwkError(message: "split needs an array") }
            let pieces: [String]
            if arguments.count > 2, case .regex(let regex) = arguments[2] {
                pieces = whole.isEmpty ? [] : Self.split(Array(whole.utf8), by: regex)
            } else {
                let separator = arguments.count > 2 ? try text(2, &self, &io) : variables["FS"]?.string ?? " "
                pieces = split(whole, by: separator)
            }
            setArray(array, pieces)
            return .of(Double(pieces.count))
        case "sub", "gsub": return try substitute(arguments, isGlobal: name == "gsub", &io)
        case "match":
            let bytes = Array(try text(0, &self, &io).utf8)
            try count(searching: bytes)
            let found = arguments.count > 1 ? try regex(arguments[1], &io)?.firstMatch(in: bytes)?[0] : nil
            set("RSTART", Double(found.map { $0.lowerBound + 1 } ?? 0))
            set("RLENGTH", Double(found?.count ?? -1))
            return .of(Double(found.map { $0.lowerBound + 1 } ?? 0))
        case "sprintf":
            var texts: [String] = []
            for argument in arguments { texts.append(try evaluate(argument, &io).string) }
            return .of(String(decoding: Self.format(texts, &io), as: UTF8.self))
        case "close":
            let name = try text(0, &self, &io)
            closePipes(name, &io)
            sources["|" + name] = nil
            sources["<" + name] = nil
            return .of(0)
        case "fflush": return .of(0)
        case "system":
            let result = NestedCommand.run(try text(0, &self, &io), &io)
            io.output += result.output
            return .of(Double(result.status))
        default: throw AwkError(message: "function \(name) not defined")
        }
    }

    private mutating func substitute(_ arguments: [AwkExpression], isGlobal: Bool, _ io: inout UtilityIO) throws(AwkError) -> AwkValue {
        guard arguments.count >= 2, let regex = try regex(arguments[0], &io) else { throw AwkError(message: "sub needs a pattern and a replacement") }
        let replacement = Array(try evaluate(arguments[1], &io).string.utf8)
        let target = arguments.count > 2 ? arguments[2] : .field(.number(0))
        let bytes = Array(try evaluate(target, &io).string.utf8)
        var result: [UInt8] = []
        var (start, copied, count, lastEnd) = (0, 0, 0, -1)
        var search = RegexSearch(regex, in: bytes)
        while search.find(from: start) {
            let range = search.whole
            if range.isEmpty, range.lowerBound == lastEnd {
                start = range.upperBound + 1
                continue
            }
            count += 1
            result += bytes[copied..<range.lowerBound]
            var index = 0
            while index < replacement.count {
                if replacement[index] == 92, index + 1 < replacement.count, replacement[index + 1] == 38 || replacement[index + 1] == 92 {
                    result.append(replacement[index + 1])
                    index += 2
                } else if replacement[index] == 38 {
                    result += bytes[range]
                    index += 1
                } else {
                    result.append(replacement[index])
                    index += 1
                }
            }
            copied = range.upperBound
            lastEnd = range.upperBound
            start = range.isEmpty ? range.upperBound + 1 : range.upperBound
            if !isGlobal || result.count > 8 << 20 { break }
        }
        if count > 0 { try store(target, .of(String(decoding: result + bytes[min(copied, bytes.count)...], as: UTF8.self)), &io) }
        return .of(Double(count))
    }
}
