/// A terminal at which somebody sits: what was typed and not read yet, and how it is treated.
///
/// - Shape: a shell at its prompt edits the line itself (`editor`); for everything else lines are collected here with the few
///   keys that a kernel's line discipline knows.
/// - Bounds: `typedMax` bytes of keys wait at most, a line has at most `lineMax` bytes.
package struct Terminal: Sendable {
    static let typedMax = 1 << 16
    static let lineMax = 4095

    package internal(set) var rows: Int
    package internal(set) var columns: Int
    /// Whether keys are shown as they are typed.
    var echoes = true
    /// Whether keys are collected to lines; otherwise each is read at once.
    var isCanonical = true
    /// Whether ^C and the like are signals.
    var hasSignals = true
    /// Keys that nobody has looked at.
    var typed: [UInt8] = []
    /// The line that is being collected.
    var line: [UInt8] = []
    /// ^D on empty lines that have not been read yet.
    var ends = 0
    var editor = LineEditor()

    package init(rows: Int = 24, columns: Int = 80) {
        self.rows = rows
        self.columns = columns
        editor.columns = max(columns, 1)
    }

    /// Sets the size, in cells; nonsense is made a size that works.
    mutating func resize(rows: Int, columns: Int) {
        self.rows = min(max(rows, 1), 10_000)
        self.columns = min(max(columns, 1), 10_000)
        editor.columns = self.columns
    }

    /// What the line discipline makes of a key.
    enum Effect: Equatable {
        case none
        /// Bytes that can be read now.
        case input([UInt8])
        /// The end of input for one reader.
        case end
        case signal(String)
    }

    /// Takes the next key while no shell edits its line, and adds what is to be shown to `output`.
    mutating func takeKey(_ byte: UInt8, _ output: inout [UInt8]) -> Effect {
        if hasSignals, byte == 3 || byte == 28 {
            if echoes { output += byte == 3 ? Array("^C".utf8) : Array("^\\".utf8) }
            line = []
            return .signal(byte == 3 ? "INT" : "QUIT")
        }
        guard isCanonical else {
            if echoes { output += Self.shown(byte) }
            return .input([byte == 13 ? 10 : byte])
        }
        switch byte {
        case 4:
            if line.isEmpty { return .end }
            defer { line = [] }
            return .input(line)
        case 8, 127: erase(upTo: 1, &output)
        case 21: erase(upTo: .max, &output)
        case 23:
            while line.last == 32 { erase(upTo: 1, &output) }
            while let last = line.last, last != 32 { erase(upTo: 1, &output) }
        case 10, 13:
            if echoes { output += [13, 10] }
            defer { line = [] }
            return .input(line + [10])
        default:
            guard line.count < Self.lineMax else {
                output.append(7)
                return .none
            }
            line.append(byte)
            if echoes { output += Self.shown(byte) }
        }
        return .none
    }

    private mutating func erase(upTo most: Int, _ output: inout [UInt8]) {
        var left = most
        while left > 0, let last = line.popLast() {
            if last & 0xC0 == 0x80 { continue }
            if echoes { output += Array(last < 32 && last != 9 ? "\u{8} \u{8}\u{8} \u{8}".utf8 : "\u{8} \u{8}".utf8) }
            left -= 1
        }
    }

    private static func shown(_ byte: UInt8) -> [UInt8] {
        if byte == 13 { return [13, 10] }
        return byte < 32 && byte != 9 && byte != 10 ? [94, byte + 64] : [byte]
    }

    /// Line ends as a terminal wants them.
    static func cooked(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(10) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            if byte == 10, result.last != 13 { result.append(13) }
            result.append(byte)
        }
        return result
    }
}
