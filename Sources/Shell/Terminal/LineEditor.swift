/// The line that is being typed at a shell's prompt.
///
/// - Shape: keys come in as the bytes a terminal sends; what the terminal has to show comes out.
/// - Order: the line before the cursor, then the line behind it.
/// - Bounds: a line has at most `lengthMax` characters, the history `historyMax` lines; more of either is dropped with a bell.
/// - Source: the keys of busybox `lineedit` and GNU readline's default bindings. Differs: no completion, no search.
struct LineEditor: Sendable {
    static let lengthMax = 4096
    static let historyMax = 500

    /// What a key came to.
    enum Event: Equatable, Sendable {
        case none
        /// Enter was pressed; the line without its end.
        case line([UInt8])
        /// ^D on an empty line.
        case end
        /// ^C.
        case interrupt
    }

    var columns = 80
    private(set) var prompt: [UInt8] = []
    private var characters: [Unicode.Scalar] = []
    private var cursor = 0
    private var killed: [Unicode.Scalar] = []
    private(set) var history: [[Unicode.Scalar]] = []
    /// Where in the history the line comes from; `history.count` for a new one.
    private var place = 0
    private var unfinished: [Unicode.Scalar] = []
    /// The bytes of an escape sequence or of a character that is not complete.
    private var sequence: [UInt8] = []

    /// Begins a new line behind a prompt that has been shown.
    mutating func begin(prompt: [UInt8]) {
        self.prompt = prompt
        characters = []
        cursor = 0
        place = history.count
        unfinished = []
        sequence = []
    }

    /// Takes one byte and adds what is to be shown to `output`.
    mutating func take(_ byte: UInt8, _ output: inout [UInt8]) -> Event {
        if !sequence.isEmpty { return takeSequence(byte, &output) }
        switch byte {
        case 1: move(to: 0, &output)
        case 2: move(to: cursor - 1, &output)
        case 3:
            output += Array("^C\r\n".utf8)
            return .interrupt
        case 4:
            if characters.isEmpty { return .end }
            delete(cursor..<min(cursor + 1, characters.count), &output)
        case 5: move(to: characters.count, &output)
        case 6: move(to: cursor + 1, &output)
        case 8, 127: cursor > 0 ? delete(cursor - 1..<cursor, &output) : output.append(7)
        case 10, 13: return finish(&output)
        case 11: kill(cursor..<characters.count, &output)
        case 12:
            output += Array("\u{1B}[H\u{1B}[J".utf8) + prompt
            show(from: 0, &output)
        case 14: recall(place + 1, &output)
        case 16: recall(place - 1, &output)
        case 21: kill(0..<cursor, &output)
        case 23: kill(wordStart..<cursor, &output)
        case 25: insert(killed, &output)
        case 27: sequence = [27]
        case 0..<32: output.append(7)
        case 32..<127: insert([Unicode.Scalar(byte)], &output)
        default: sequence = [byte]
        }
        return .none
    }

    private mutating func finish(_ output: inout [UInt8]) -> Event {
        move(to: characters.count, &output)
        output += [13, 10]
        if !characters.isEmpty, history.last != characters {
            history.append(characters)
            if history.count > Self.historyMax { history.removeFirst() }
        }
        return .line(Self.bytes(characters))
    }

    // MARK: Keys of several bytes

    private mutating func takeSequence(_ byte: UInt8, _ output: inout [UInt8]) -> Event {
        if sequence[0] != 27 {
            sequence.append(byte)
            let needed = sequence[0] >= 0xF0 ? 4 : sequence[0] >= 0xE0 ? 3 : 2
            guard sequence.count >= needed || byte & 0xC0 != 0x80 else { return .none }
            let text = String(decoding: sequence, as: UTF8.self)
            sequence = []
            insert(Array(text.unicodeScalars), &output)
            return .none
        }
        if sequence.count == 1 {
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
                sequence.append(byte)
                return .none
            }
            sequence = []
            switch byte {
            case UInt8(ascii: "b"): move(to: wordStart, &output)
            case UInt8(ascii: "f"): move(to: wordEnd, &output)
            case UInt8(ascii: "d"): kill(cursor..<wordEnd, &output)
            case 127, 8: kill(wordStart..<cursor, &output)
            default: break
            }
            return .none
        }
        sequence.append(byte)
        // Parameters and intermediate bytes come before the byte that names the key.
        guard (64...126).contains(byte) || sequence.count > 16 else { return .none }
        let parameters = String(decoding: sequence.dropFirst(2).dropLast(), as: UTF8.self)
        sequence = []
        let isWordwise = parameters.hasSuffix(";5") || parameters.hasSuffix(";3")
        switch byte {
        case UInt8(ascii: "A"): recall(place - 1, &output)
        case UInt8(ascii: "B"): recall(place + 1, &output)
        case UInt8(ascii: "C"): move(to: isWordwise ? wordEnd : cursor + 1, &output)
        case UInt8(ascii: "D"): move(to: isWordwise ? wordStart : cursor - 1, &output)
        case UInt8(ascii: "H"): move(to: 0, &output)
        case UInt8(ascii: "F"): move(to: characters.count, &output)
        case UInt8(ascii: "~"):
            switch parameters {
            case "1", "7": move(to: 0, &output)
            case "4", "8": move(to: characters.count, &output)
            case "3": delete(cursor..<min(cursor + 1, characters.count), &output)
            default: break
            }
        default: break
        }
        return .none
    }

    // MARK: Changing the line

    private var wordStart: Int {
        var index = cursor
        while index > 0, characters[index - 1] == " " { index -= 1 }
        while index > 0, characters[index - 1] != " " { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, characters[index] == " " { index += 1 }
        while index < characters.count, characters[index] != " " { index += 1 }
        return index
    }

    private mutating func insert(_ added: [Unicode.Scalar], _ output: inout [UInt8]) {
        guard characters.count + added.count <= Self.lengthMax else {
            output.append(7)
            return
        }
        characters.insert(contentsOf: added, at: cursor)
        let start = cursor
        cursor += added.count
        if cursor == characters.count { output += Self.bytes(added) } else { show(from: start, &output) }
    }

    private mutating func delete(_ range: Range<Int>, _ output: inout [UInt8]) {
        guard !range.isEmpty else { return }
        move(to: range.lowerBound, &output)
        characters.removeSubrange(range)
        show(from: cursor, &output)
    }

    private mutating func kill(_ range: Range<Int>, _ output: inout [UInt8]) {
        guard !range.isEmpty else { return }
        killed = Array(characters[range])
        delete(range, &output)
    }

    private mutating func recall(_ wanted: Int, _ output: inout [UInt8]) {
        guard (0...history.count).contains(wanted), wanted != place else {
            output.append(7)
            return
        }
        if place == history.count { unfinished = characters }
        move(to: 0, &output)
        place = wanted
        characters = wanted == history.count ? unfinished : history[wanted]
        cursor = characters.count
        show(from: 0, &output)
    }

    // MARK: Showing it

    /// Shows the line from a place on, clears what is behind it and puts the cursor where it belongs.
    private func show(from start: Int, _ output: inout [UInt8]) {
        output += Self.bytes(characters[start...])
        // A line that ends at the last column leaves the terminal's cursor there: it must be on the next row.
        if column(characters.count) % columns == 0, !characters.isEmpty { output += [32, 13] }
        output += Array("\u{1B}[J".utf8)
        Self.travel(from: column(characters.count), to: column(cursor), columns, &output)
    }

    private mutating func move(to wanted: Int, _ output: inout [UInt8]) {
        let target = min(max(wanted, 0), characters.count)
        Self.travel(from: column(cursor), to: column(target), columns, &output)
        cursor = target
    }

    /// Cells from the start of the prompt's last line to a place in the line.
    private func column(_ index: Int) -> Int { Self.width(of: prompt) + characters[..<index].reduce(0) { $0 + Self.width($1) } }

    private static func travel(from: Int, to: Int, _ columns: Int, _ output: inout [UInt8]) {
        let rows = to / columns - from / columns
        let cells = to % columns - from % columns
        if rows == 0, cells < 0, cells >= -4 {
            output += [UInt8](repeating: 8, count: -cells)
            return
        }
        if rows != 0 { output += Array("\u{1B}[\(abs(rows))\(rows < 0 ? "A" : "B")".utf8) }
        if cells != 0 { output += Array("\u{1B}[\(abs(cells))\(cells < 0 ? "D" : "C")".utf8) }
    }

    private static func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return Array(String(text).utf8)
    }

    private static func width(of prompt: [UInt8]) -> Int {
        let last = prompt.split(separator: 10, omittingEmptySubsequences: false).last ?? []
        var cells = 0
        var isEscape = false
        for scalar in String(decoding: last, as: UTF8.self).unicodeScalars {
            if isEscape { isEscape = !(scalar.properties.isAlphabetic || scalar == "~") } else if scalar == "\u{1B}" { isEscape = true } else { cells += width(scalar) }
        }
        return cells
    }

    /// Cells that a character takes on a terminal.
    static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
