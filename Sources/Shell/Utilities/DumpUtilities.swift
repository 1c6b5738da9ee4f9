/// Utilities that show bytes: od, hexdump, xxd, strings.
enum DumpUtilities {
    private static func hex(_ value: Int, _ width: Int) -> String { padded(String(value, radix: 16), width) }
    private static func octal(_ value: Int, _ width: Int) -> String { padded(String(value, radix: 8), width) }
    private static func padded(_ text: String, _ width: Int, with filler: String = "0") -> String { String(repeating: filler, count: max(0, width - text.count)) + text }
    private static func shown(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes.map { (32...126).contains($0) ? $0 : 46 }, as: UTF8.self) }

    private static func contents(_ operands: [String], _ io: inout UtilityIO) -> [UInt8]? {
        if operands.isEmpty { return io.input }
        var bytes: [UInt8] = []
        for name in operands {
            guard let part = name == "-" ? io.input : io.readFile(name) else { return nil }
            bytes += part
        }
        return bytes
    }

    private static let names: [UInt8: String] = [0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"]

    /// `od`, in words of two bytes unless `-c`, `-x`, `-t x1`, `-t c`, `-t d1` and the like say otherwise.
    @Sendable static func od(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "cxbdovh", values: "AtNjw")
        guard var bytes = contents(options.operands, &io) else { return 1 }
        if let skipped = options.values["j"].flatMap({ CountedArguments.count($0) }) { bytes = Array(bytes.dropFirst(skipped)) }
        if let most = options.values["N"].flatMap({ CountedArguments.count($0) }) { bytes = Array(bytes.prefix(most)) }
        var kind = options.values["t"] ?? (options.flags.contains("c") ? "c" : options.flags.contains("x") || options.flags.contains("h") ? "x2" : options.flags.contains("b") ? "o1" : options.flags.contains("d") ? "u2" : "o2")
        kind = String(kind.prefix { $0 != "z" })
        let size = Int(kind.dropFirst()) ?? (kind == "c" || kind == "a" ? 1 : 4)
        func address(_ offset: Int) -> String {
            switch options.values["A"] {
            case "n": ""
            case "x": hex(offset, 6)
            case "d": padded(String(offset), 7)
            default: octal(offset, 7)
            }
        }
        func cell(_ group: ArraySlice<UInt8>) -> String {
            var value = 0
            for (index, byte) in group.enumerated() where index < 7 { value |= Int(byte) << (8 * index) }
            switch kind.first {
            case "c": return padded(names[group.first!] ?? ((32...126).contains(value) ? String(decoding: [group.first!], as: UTF8.self) : octal(value, 3)), 4, with: " ")
            case "x": return " " + hex(value, size * 2)
            case "u", "d":
                let bits = size * 8
                if kind.first == "d", value >> (bits - 1) & 1 == 1, bits < 63 { value -= 1 << bits }
                return " " + padded(String(value), size == 1 ? 3 : size == 2 ? 5 : 10, with: " ")
            default: return " " + octal(value, size == 1 ? 3 : size == 2 ? 6 : 11)
            }
        }
        var offset = 0
        var last: ArraySlice<UInt8>?
        var isRepeated = false
        while offset < bytes.count {
            let row = bytes[offset..<min(offset + 16, bytes.count)]
            if row.count == 16, let last, last.elementsEqual(row), !options.flags.contains("v") {
                if !isRepeated { io.printLine("*") }
                isRepeated = true
            } else {
                isRepeated = false
                io.printLine(address(offset) + stride(from: row.startIndex, to: row.endIndex, by: size).map { cell(row[$0..<min($0 + size, row.endIndex)]) }.joined())
            }
            last = row
            offset += row.count
        }
        if options.values["A"] != "n" { io.printLine(address(bytes.count)) }
        return 0
    }

    /// `hexdump`, with `-C` and `-n`.
    @Sendable static func hexdump(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "Cvx", values: "nse")
        guard var bytes = contents(options.operands, &io) else { return 1 }
        if let most = options.values["n"].flatMap({ CountedArguments.count($0) }) { bytes = Array(bytes.prefix(most)) }
        let isCanonical = options.flags.contains("C") || io.name == "hd"
        for offset in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[offset..<min(offset + 16, bytes.count)]
            if isCanonical {
                var text = hex(offset, 8) + " "
                for index in 0..<16 { text += (index == 8 ? " " : "") + (index < row.count ? " " + hex(Int(row[offset + index]), 2) : "   ") }
                io.printLine("\(text)  |\(shown(row))|")
            } else {
                let words = stride(from: row.startIndex, to: row.endIndex, by: 2).map { " " + hex(Int(row[$0]) | ($0 + 1 < row.endIndex ? Int(row[$0 + 1]) << 8 : 0), 4) }
                io.printLine(hex(offset, 7) + words.joined())
            }
        }
        if !bytes.isEmpty { io.printLine(hex(bytes.count, isCanonical ? 8 : 7)) }
        return 0
    }

    /// `xxd`, with `-p`, `-r -p`, `-l` and `-u`.
    @Sendable static func xxd(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments.map { $0 == "-ps" || $0 == "-plain" ? "-p" : $0 }, flags: "prui", values: "lcgs")
        guard var bytes = contents(options.operands, &io) else { return 2 }
        if options.flags.contains("r") {
            let digits = String(decoding: bytes, as: UTF8.self).filter(\.isHexDigit).compactMap(\.hexDigitValue)
            io.output += stride(from: 0, to: digits.count - digits.count % 2, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
            return 0
        }
        if let most = options.values["l"].flatMap({ CountedArguments.count($0) }) { bytes = Array(bytes.prefix(most)) }
        func digits(_ byte: UInt8) -> String { options.flags.contains("u") ? hex(Int(byte), 2).uppercased() : hex(Int(byte), 2) }
        if options.flags.contains("p") {
            for offset in stride(from: 0, to: bytes.count, by: 30) { io.printLine(bytes[offset..<min(offset + 30, bytes.count)].map(digits).joined()) }
            return 0
        }
        for offset in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[offset..<min(offset + 16, bytes.count)]
            var text = ""
            for index in 0..<16 { text += (index < row.count ? digits(row[offset + index]) : "  ") + (index % 2 == 1 ? " " : "") }
            io.printLine("\(hex(offset, 8)): \(text) \(shown(row))")
        }
        return 0
    }

    /// `strings`: runs of at least four printable characters.
    @Sendable static func strings(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "af", values: "n")
        guard let bytes = contents(options.operands, &io) else { return 1 }
        let least = options.values["n"].flatMap(Int.init) ?? 4
        for run in bytes.split(whereSeparator: { !(32...126).contains($0) && $0 != 9 }) where run.count >= least { io.output += run + [10] }
        return 0
    }
}
