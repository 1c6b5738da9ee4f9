/// `sort`, with keys, numbers, human sizes, versions, uniqueness and reversal.
enum SortUtility {
    struct Key {
        var startField = 1
        var startCharacter = 1
        var endField = Int.max
        var endCharacter = 0
        var flags: Set<Character> = []
    }

    @Sendable static func readsInput(_ arguments: [String]) -> Bool {
        let operands = options(arguments).operands
        return operands.isEmpty || operands.contains("-")
    }

    private static func options(_ arguments: [String]) -> LetterOptions {
        LetterOptions(
            arguments.enumerated().filter { index, argument in !(argument.hasPrefix("-k")) && !(index > 0 && arguments[index - 1] == "-k") }.map(\.element),
            flags: "nruhVfbcsdizgM", values: "to", long: ["--reverse": "r", "--numeric-sort": "n", "--unique": "u", "--human-numeric-sort": "h", "--version-sort": "V", "--field-separator": "t", "--output": "o"])
    }

    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        let options = options(io.arguments)
        if let unknown = options.unknown {
            io.complain("invalid option -- '\(unknown)'")
            return 2
        }
        var keys: [Key] = []
        for (index, argument) in io.arguments.enumerated() where argument.hasPrefix("-k") {
            let text = argument.count > 2 ? String(argument.dropFirst(2)) : index + 1 < io.arguments.count ? io.arguments[index + 1] : ""
            guard let key = key(text) else {
                io.complain("invalid key: '\(text)'")
                return 2
            }
            keys.append(key)
        }
        var lines: [[UInt8]] = []
        for name in options.operands.isEmpty ? ["-"] : options.operands {
            var bytes = name == "-" ? io.input : io.readFile(name)
            guard bytes != nil else { return 2 }
            if bytes!.last == 10 { bytes!.removeLast() } else if bytes!.isEmpty { continue }
            lines += bytes!.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        }
        let separator = options.values["t"]?.utf8.first
        let global = options.flags
        let isStable = global.contains("s") || global.contains("u")
        func order(_ left: [UInt8], _ right: [UInt8], isLast: Bool) -> Int {
            for key in keys.isEmpty ? [Key()] : keys {
                let flags = key.flags.isEmpty ? global : key.flags
                let (a, b) = keys.isEmpty ? (left[...], right[...]) : (part(left, key, separator), part(right, key, separator))
                let result = compare(a, b, flags)
                if result != 0 { return flags.contains("r") ? -result : result }
            }
            if isLast || isStable { return 0 }
            let result = bytes(left[...], right[...])
            return global.contains("r") ? -result : result
        }
        let sorted = lines.enumerated().sorted { left, right in
            let result = order(left.element, right.element, isLast: false)
            return result != 0 ? result < 0 : left.offset < right.offset
        }.map(\.element)
        if global.contains("c") { return sorted == lines ? 0 : 1 }
        var result: [UInt8] = []
        var previous: [UInt8]?
        for line in sorted {
            if global.contains("u"), let previous, order(previous, line, isLast: true) == 0 { continue }
            result += line
            result.append(10)
            previous = line
        }
        if let file = options.values["o"] {
            do throws(FileError) { try io.files.write(result, to: io.path(file)) } catch {
                io.complain("\(file): \(error.code.rawValue)")
                return 2
            }
        } else {
            io.output += result
        }
        return 0
    }

    /// `2,2n`, `1.3,1.5`.
    private static func key(_ text: String) -> Key? {
        var key = Key()
        for (index, part) in text.split(separator: ",", maxSplits: 1).enumerated() {
            let digits = part.prefix { ("0"..."9").contains($0) || $0 == "." }
            key.flags.formUnion(part.dropFirst(digits.count))
            let numbers = digits.split(separator: ".").compactMap { Int($0) }
            guard let field = numbers.first, field >= 1 else { return nil }
            if index == 0 {
                key.startField = field
                key.startCharacter = numbers.count > 1 ? max(1, numbers[1]) : 1
            } else {
                key.endField = field
                key.endCharacter = numbers.count > 1 ? numbers[1] : 0
            }
        }
        return text.isEmpty ? nil : key
    }

    private static func part(_ line: [UInt8], _ key: Key, _ separator: UInt8?) -> ArraySlice<UInt8> {
        var fields: [Range<Int>] = []
        var index = 0
        if let separator {
            var start = 0
            while index <= line.count {
                if index == line.count || line[index] == separator {
                    fields.append(start..<index)
                    start = index + 1
                }
                index += 1
            }
        } else {
            while index < line.count {
                let start = index
                while index < line.count, line[index] == 32 || line[index] == 9 { index += 1 }
                while index < line.count, line[index] != 32, line[index] != 9 { index += 1 }
                fields.append(start..<index)
            }
        }
        guard key.startField <= fields.count else { return [] }
        var start = fields[key.startField - 1].lowerBound
        if key.flags.contains("b") || key.flags.contains("n") { while start < line.count, line[start] == 32 || line[start] == 9 { start += 1 } }
        start = min(start + key.startCharacter - 1, line.count)
        var end = line.count
        if key.endField <= fields.count {
            let field = fields[key.endField - 1]
            end = key.endCharacter > 0 ? min(field.lowerBound + key.endCharacter, field.upperBound) : field.upperBound
        }
        return start < end ? line[start..<end] : []
    }

    static func bytes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, _ flags: Set<Character>) -> Int {
        if flags.contains("n") || flags.contains("h") || flags.contains("g") {
            let (a, b) = (number(left, isHuman: flags.contains("h")), number(right, isHuman: flags.contains("h")))
            return a < b ? -1 : a > b ? 1 : 0
        }
        if flags.contains("V") { return versions(left, right) }
        if flags.contains("f") {
            func fold(_ text: ArraySlice<UInt8>) -> [UInt8] { text.map { (97...122).contains($0) ? $0 - 32 : $0 } }
            return bytes(fold(left)[...], fold(right)[...])
        }
        return bytes(left, right)
    }

    private static func number(_ text: ArraySlice<UInt8>, isHuman: Bool) -> Double {
        let trimmed = text.drop { $0 == 32 || $0 == 9 }
        var end = trimmed.startIndex
        while end < trimmed.endIndex, (48...57).contains(trimmed[end]) || trimmed[end] == 46 || (trimmed[end] == 45 && end == trimmed.startIndex) { end += 1 }
        var value = Double(String(decoding: trimmed[..<end], as: UTF8.self)) ?? 0
        if isHuman, end < trimmed.endIndex, let power = Array("KMGTPE".utf8).firstIndex(of: trimmed[end] & 0xdf) {
            for _ in 0...power { value *= 1024 }
        }
        return value
    }

    private static func versions(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        var (a, b) = (left, right)
        while let first = a.first, let second = b.first {
            if (48...57).contains(first), (48...57).contains(second) {
                let (x, y) = (a.prefix { (48...57).contains($0) }, b.prefix { (48...57).contains($0) })
                let (m, n) = (x.drop { $0 == 48 }, y.drop { $0 == 48 })
                if m.count != n.count { return m.count < n.count ? -1 : 1 }
                let result = bytes(m, n)
                if result != 0 { return result }
                (a, b) = (a.dropFirst(x.count), b.dropFirst(y.count))
            } else if first != second {
                return first < second ? -1 : 1
            } else {
                (a, b) = (a.dropFirst(), b.dropFirst())
            }
        }
        return a.isEmpty ? (b.isEmpty ? 0 : -1) : 1
    }
}
