/// `cut`, by fields, characters or bytes.
struct CutTask: LineTask {
    let options: LetterOptions
    var feed: LineFeed
    var hasBegun = false
    private var ranges: [ClosedRange<Int>] = []

    init(arguments: [String]) {
        options = LetterOptions(arguments, flags: "sn", values: "dfcb", long: ["--delimiter": "d", "--fields": "f", "--characters": "c"])
        feed = LineFeed(options.operands)
    }

    mutating func begin(_ io: inout UtilityIO) -> Int? {
        guard options.unknown == nil, let list = options.values["f"] ?? options.values["c"] ?? options.values["b"] else {
            io.complain("you must specify a list of bytes, characters, or fields")
            return 1
        }
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            let low = ends[0] ?? 1
            let high = ends.count > 1 ? ends[1] ?? Int.max : low
            guard low >= 1, low <= high, ends.count <= 2 else {
                io.complain("invalid byte, character or field list")
                return 1
            }
            ranges.append(low...high)
        }
        return nil
    }

    mutating func take(_ line: [UInt8], hasNewline: Bool, _ io: inout UtilityIO) -> Int? {
        if options.values["f"] == nil {
            let characters = Array(String(decoding: line, as: UTF8.self))
            io.printLine(String(characters.enumerated().filter { entry in ranges.contains { $0.contains(entry.offset + 1) } }.map(\.element)))
            return nil
        }
        let delimiter = options.values["d"]?.utf8.first ?? 9
        if !line.contains(delimiter) {
            if !options.flags.contains("s") { io.output += line + [10] }
            return nil
        }
        let fields = line.split(separator: delimiter, omittingEmptySubsequences: false)
        let chosen = fields.enumerated().filter { entry in ranges.contains { $0.contains(entry.offset + 1) } }.map(\.element)
        io.output += Array(chosen.joined(separator: [delimiter])) + [10]
        return nil
    }
}

/// `uniq`, with `-c`, `-d`, `-u`, `-i`.
struct UniqTask: LineTask {
    let options: LetterOptions
    var feed: LineFeed
    var hasBegun = false
    private var last: [UInt8]?
    private var count = 0

    init(arguments: [String]) {
        options = LetterOptions(arguments, flags: "cdui", values: "fsw")
        feed = LineFeed(Array(options.operands.prefix(1)))
    }

    private func key(_ line: [UInt8]) -> [UInt8] {
        var key = line[...]
        if let skip = options.values["f"].flatMap(Int.init) {
            for _ in 0..<min(skip, 1000) { key = key.drop { $0 == 32 || $0 == 9 }.drop { $0 != 32 && $0 != 9 } }
        }
        return options.flags.contains("i") ? key.map { (65...90).contains($0) ? $0 + 32 : $0 } : Array(key)
    }

    mutating func take(_ line: [UInt8], hasNewline: Bool, _ io: inout UtilityIO) -> Int? {
        if let last, key(last) == key(line) {
            count += 1
        } else {
            show(&io)
            last = line
            count = 1
        }
        return nil
    }

    private func show(_ io: inout UtilityIO) {
        guard let last else { return }
        if options.flags.contains("d"), count < 2 { return }
        if options.flags.contains("u"), count > 1 { return }
        if options.flags.contains("c") {
            let text = String(count)
            io.print(String(repeating: " ", count: max(0, 7 - text.count)) + text + " ")
        }
        io.output += last + [10]
    }

    mutating func end(_ io: inout UtilityIO) -> Int {
        show(&io)
        return feed.failed ? 1 : 0
    }
}

/// `nl`: numbers lines that are not empty.
struct NumberTask: LineTask {
    var feed: LineFeed
    var hasBegun = false
    private var number = 0

    init(arguments: [String]) { feed = LineFeed(LetterOptions(arguments, flags: "p", values: "bwsnv").operands) }

    mutating func take(_ line: [UInt8], hasNewline: Bool, _ io: inout UtilityIO) -> Int? {
        if line.isEmpty {
            io.printLine("       ")
        } else {
            number += 1
            let text = String(number)
            io.print(String(repeating: " ", count: max(0, 6 - text.count)) + text + "\t")
            io.output += line + [10]
        }
        return nil
    }
}

/// `rev`.
struct RevTask: LineTask {
    var feed: LineFeed
    var hasBegun = false

    init(arguments: [String]) { feed = LineFeed(arguments) }

    mutating func take(_ line: [UInt8], hasNewline: Bool, _ io: inout UtilityIO) -> Int? {
        io.printLine(String(String(decoding: line, as: UTF8.self).reversed()))
        return nil
    }
}

/// `fold -w N`.
struct FoldTask: LineTask {
    let options: LetterOptions
    var feed: LineFeed
    var hasBegun = false

    init(arguments: [String]) {
        options = LetterOptions(arguments, flags: "sb", values: "w")
        feed = LineFeed(options.operands)
    }

    mutating func take(_ line: [UInt8], hasNewline: Bool, _ io: inout UtilityIO) -> Int? {
        let width = max(1, options.values["w"].flatMap(Int.init) ?? 80)
        var rest = line[...]
        while rest.count > width {
            io.output += rest.prefix(width) + [10]
            rest = rest.dropFirst(width)
        }
        io.output += rest
        if hasNewline { io.output.append(10) }
        return nil
    }
}

/// `tr`, with `-d`, `-s`, `-c`, ranges and classes.
struct TrTask: UtilityTask {
    let options: LetterOptions
    private var map: [UInt8]?
    private var members = ByteSet()
    private var squeezed = ByteSet()
    private var last: UInt8?

    init(arguments: [String]) {
        options = LetterOptions(arguments, flags: "dscCt")
        let sets = options.operands.map(Self.expand)
        guard let first = sets.first else { return }
        for byte in first { members.insert(byte) }
        let isComplement = options.flags.contains("c") || options.flags.contains("C")
        if isComplement { members = members.inverted }
        var table = Array(UInt8.min...UInt8.max)
        if !options.flags.contains("d"), sets.count > 1, let filler = sets[1].last {
            let source = isComplement ? (UInt8.min...UInt8.max).filter { members.contains($0) } : first
            for (index, byte) in source.enumerated() { table[Int(byte)] = index < sets[1].count ? sets[1][index] : filler }
        }
        map = table
        for byte in sets.count > 1 ? sets[1] : first { squeezed.insert(byte) }
        if sets.count == 1, isComplement { squeezed = members }
    }

    private static func expand(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 91, index + 1 < bytes.count, bytes[index + 1] == 58, let close = text.utf8.dropFirst(index).firstRange(of: Array(":]".utf8)) {
                let end = text.utf8.distance(from: text.utf8.startIndex, to: close.lowerBound)
                let name = String(decoding: bytes[index + 2..<max(end, index + 2)], as: UTF8.self)
                result += (UInt8.min...UInt8.max).filter { ByteClass.contains($0, name: name) }
                index = end + 2
                continue
            }
            var byte = bytes[index]
            index += 1
            if byte == 92, index < bytes.count {
                var end = index + 1
                while end < bytes.count, end < index + 3, (48...55).contains(bytes[index]), (48...55).contains(bytes[end]) { end += 1 }
                byte = EscapeSequences.decode([92] + bytes[index..<end], style: .ansi).bytes.last ?? 92
                index = end
            }
            if index + 1 < bytes.count, bytes[index] == 45, bytes[index + 1] >= byte {
                result += Array(byte...bytes[index + 1])
                index += 2
            } else {
                result.append(byte)
            }
        }
        return result
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        guard let map, options.unknown == nil, options.operands.count > 1 || options.flags.contains("d") || options.flags.contains("s") else {
            io.complain("missing operand")
            return .exit(1)
        }
        let (deletes, squeezes) = (options.flags.contains("d"), options.flags.contains("s"))
        for byte in io.input {
            if deletes, members.contains(byte) { continue }
            let mapped = map[Int(byte)]
            if squeezes, last == mapped, squeezed.contains(mapped) { continue }
            last = mapped
            io.output.append(mapped)
        }
        io.input = []
        return io.inputEnded ? .exit(0) : .needsInput
    }
}
