/// Aligns texts whose cells end with tabs.
///
/// - Shape: a column is a block of neighbouring lines that have the cell; the last cell of a line belongs to none.
/// - Units: widths count Unicode scalars.
/// - Source: Go's text/tabwriter with blanks for padding.
struct TabWriter {
    var minimumWidth: Int
    var padding: Int
    private var lines: [[String]] = [[""]]
    /// How wide each column ever was, for a writer that goes on after a flush.
    private var remembered: [Int] = []
    private let remembersWidths: Bool

    init(minimumWidth: Int = 0, padding: Int = 2, remembersWidths: Bool = false) {
        self.minimumWidth = minimumWidth
        self.padding = padding
        self.remembersWidths = remembersWidths
    }

    /// The writer of kubectl's tables: columns at least six wide, three blanks between.
    static var table: TabWriter { TabWriter(minimumWidth: 6, padding: 3) }

    /// The same for a table that grows: later rows stand under the earlier ones.
    static var growingTable: TabWriter { TabWriter(minimumWidth: 6, padding: 3, remembersWidths: true) }

    mutating func write(_ text: String) {
        var cell = lines[lines.count - 1].removeLast()
        var line = lines.removeLast()
        for character in text.unicodeScalars {
            switch character {
            case "\t":
                line.append(cell)
                cell = ""
            case "\n":
                line.append(cell)
                lines.append(line)
                line = []
                cell = ""
            default: cell.unicodeScalars.append(character)
            }
        }
        line.append(cell)
        lines.append(line)
    }

    /// The aligned text; the writer is empty afterwards.
    mutating func flushed() -> String {
        var result = ""
        var widths: [Int] = []
        format(0, lines.count, &widths, into: &result)
        lines = [[""]]
        return result
    }

    private mutating func format(_ from: Int, _ to: Int, _ widths: inout [Int], into result: inout String) {
        let column = widths.count
        var start = from
        var current = from
        while current < to {
            guard column < lines[current].count - 1 else {
                current += 1
                continue
            }
            put(start..<current, widths, into: &result)
            start = current
            var width = minimumWidth
            while current < to, column < lines[current].count - 1 {
                width = max(width, lines[current][column].unicodeScalars.count + padding)
                current += 1
            }
            if remembersWidths {
                if column == remembered.count { remembered.append(width) }
                width = max(width, remembered[column])
                remembered[column] = width
            }
            widths.append(width)
            format(start, current, &widths, into: &result)
            widths.removeLast()
            start = current
        }
        put(start..<to, widths, into: &result)
    }

    private func put(_ range: Range<Int>, _ widths: [Int], into result: inout String) {
        for index in range {
            let line = lines[index]
            for (column, cell) in line.enumerated() {
                result += cell
                if column < widths.count {
                    let missing = widths[column] - cell.unicodeScalars.count
                    if missing > 0 { result += String(repeating: " ", count: missing) }
                }
            }
            if index < lines.count - 1 { result += "\n" }
        }
    }
}
