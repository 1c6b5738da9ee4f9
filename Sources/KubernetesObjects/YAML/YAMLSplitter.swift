/// Divides a text at its `---` lines.
///
/// - Source: kubectl's `YAMLReader`. A divider that follows nothing stays part of the document that begins there, so lines
///   are counted from it; after text it belongs to neither document.
struct YAMLSplitter {
    let bytes: [UInt8]
    var position: Int
    private var line = 1

    init(bytes: [UInt8], position: Int) {
        self.bytes = bytes
        self.position = position
        for byte in bytes[..<position] where byte == 0x0A { line += 1 }
    }

    /// The next document's text, ending in a line feed, and its 1-based first line; nil at the end.
    mutating func next() throws(YAMLError) -> (text: [UInt8], line: Int)? {
        let start = position
        let startLine = line
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
            if end - position >= 3, bytes[position] == 0x2D, bytes[position + 1] == 0x2D, bytes[position + 2] == 0x2D {
                var rest = bytes[(position + 3)..<end]
                while let first = rest.first, first == 0x20 || (0x09...0x0D).contains(first) { rest = rest.dropFirst() }
                while let last = rest.last, last == 0x20 || (0x09...0x0D).contains(last) { rest = rest.dropLast() }
                if let first = rest.first, first != UInt8(ascii: "#") {
                    throw YAMLError(
                        problem: "invalid Yaml document separator: \(GoText.string(rest))", reportedLine: 0, line: line, column: 4, isJSON: true)
                }
                if position > start {
                    let text = Array(bytes[start..<position])
                    position = min(end + 1, bytes.count)
                    line += 1
                    return (text, startLine)
                }
            }
            position = min(end + 1, bytes.count)
            line += 1
        }
        guard position > start else { return nil }
        var text = Array(bytes[start..<position])
        if text.last != 0x0A { text.append(0x0A) }
        return (text, startLine)
    }
}
