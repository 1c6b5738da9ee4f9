/// Utilities that work on their whole input at once: wc, tac, base64, paste, comm, column.
enum TextUtilities {
    /// The contents of the operands, standard input for `-` and for none; nil for one that cannot be read.
    private static func sources(_ operands: [String], _ io: inout UtilityIO) -> [(name: String, bytes: [UInt8]?)] {
        if operands.isEmpty { return [("", io.input)] }
        var result: [(String, [UInt8]?)] = []
        for name in operands { result.append((name, name == "-" ? io.input : io.readFile(name))) }
        return result
    }

    static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var bytes = bytes
        if bytes.isEmpty { return [] }
        if bytes.last == 10 { bytes.removeLast() }
        return bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    }

    @Sendable static func wc(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "lwcmL", long: ["--lines": "l", "--words": "w", "--bytes": "c", "--chars": "m"])
        let sources = sources(options.operands, &io)
        let chosen = "lwmc".filter { options.flags.isEmpty ? $0 != "m" : options.flags.contains($0) }
        var rows: [([Int], String)] = []
        var totals = [Int](repeating: 0, count: chosen.count)
        var status = 0
        for (name, bytes) in sources {
            guard let bytes else {
                status = 1
                continue
            }
            let counts = chosen.map { letter -> Int in
                switch letter {
                case "l": bytes.count { $0 == 10 }
                case "w": bytes.split { ByteClass.contains($0, name: "space") }.count
                case "m": String(decoding: bytes, as: UTF8.self).unicodeScalars.count
                default: bytes.count
                }
            }
            for index in counts.indices { totals[index] += counts[index] }
            rows.append((counts, name))
        }
        if sources.count > 1 { rows.append((totals, "total")) }
        let single = chosen.count == 1 && rows.count == 1
        let width = single ? 1 : io.tools == .busybox ? 9 : options.operands.isEmpty ? 7 : rows.flatMap(\.0).map { String($0).count }.max() ?? 1
        for (counts, name) in rows {
            let cells = counts.map { count in
                let text = String(count)
                return String(repeating: " ", count: max(0, width - text.count)) + text
            }
            io.printLine(cells.joined(separator: " ") + (name.isEmpty ? "" : " " + name))
        }
        return status
    }

    @Sendable static func tac(_ io: inout UtilityIO) -> Int {
        for (_, bytes) in sources(io.arguments.filter { !$0.hasPrefix("-") }, &io) {
            for line in lines(bytes ?? []).reversed() { io.output += line + [10] }
        }
        return 0
    }

    @Sendable static func base64(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "di", values: "w", long: ["--decode": "d", "--wrap": "w"])
        guard let bytes = sources(options.operands, &io).first?.bytes else { return 1 }
        if options.flags.contains("d") {
            guard let decoded = Base64Text.decode(bytes) else {
                io.complain(io.tools == .busybox ? "truncated input" : "invalid input")
                return 1
            }
            io.output += decoded
            return 0
        }
        let text = Array(Base64Text.encode(bytes).utf8)
        let width = options.values["w"].flatMap(Int.init) ?? 76
        if width <= 0 {
            io.output += text
        } else {
            for start in stride(from: 0, to: text.count, by: width) { io.output += text[start..<min(start + width, text.count)] + [10] }
        }
        return 0
    }

    @Sendable static func paste(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "s", values: "d")
        let delimiters = EscapeSequences.decode(Array((options.values["d"] ?? "\t").utf8), style: .ansi).bytes
        let columns = sources(options.operands, &io).map { lines($0.bytes ?? []) }
        func joined(_ cells: [[UInt8]]) -> [UInt8] {
            var result: [UInt8] = []
            for (index, cell) in cells.enumerated() {
                if index > 0, !delimiters.isEmpty { result.append(delimiters[(index - 1) % delimiters.count]) }
                result += cell
            }
            return result + [10]
        }
        if options.flags.contains("s") {
            for column in columns { io.output += joined(column) }
        } else {
            for row in 0..<(columns.map(\.count).max() ?? 0) { io.output += joined(columns.map { row < $0.count ? $0[row] : [] }) }
        }
        return 0
    }

    @Sendable static func comm(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "123")
        guard options.operands.count == 2 else {
            io.complain("missing operand")
            return 1
        }
        let both = sources(options.operands, &io).map { lines($0.bytes ?? []) }
        var (left, right) = (both[0][...], both[1][...])
        func show(_ line: [UInt8], _ column: Int, _ io: inout UtilityIO) {
            guard !options.flags.contains(Character(String(column))) else { return }
            let tabs = (1..<column).filter { !options.flags.contains(Character(String($0))) }.count
            io.output += [UInt8](repeating: 9, count: tabs) + line + [10]
        }
        while let a = left.first, let b = right.first {
            let order = SortUtility.bytes(a[...], b[...])
            if order == 0 { show(a, 3, &io) } else { show(order < 0 ? a : b, order < 0 ? 1 : 2, &io) }
            if order <= 0 { left.removeFirst() }
            if order >= 0 { right.removeFirst() }
        }
        for line in left { show(line, 1, &io) }
        for line in right { show(line, 2, &io) }
        return 0
    }

    /// `column -t`.
    @Sendable static func column(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments, flags: "t", values: "so")
        let separators = Array((options.values["s"] ?? " \t").utf8)
        let rows = sources(options.operands, &io).flatMap { lines($0.bytes ?? []) }
        guard options.flags.contains("t") else {
            for row in rows { io.output += row + [10] }
            return 0
        }
        let cells = rows.map { $0.split { separators.contains($0) }.map { String(decoding: $0, as: UTF8.self) } }
        var widths: [Int] = []
        for row in cells {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.count)
            }
        }
        for row in cells {
            var line = ""
            for (index, cell) in row.enumerated() { line += index + 1 < row.count ? cell + String(repeating: " ", count: widths[index] - cell.count + 2) : cell }
            io.printLine(line)
        }
        return 0
    }
}
