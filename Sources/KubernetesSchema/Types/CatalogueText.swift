/// A range of bytes of a text that is compiled into the program.
///
/// The bytes are constant data that lives as long as the process, which is why
/// pointing into it is safe from any thread.
struct CatalogueText: @unchecked Sendable {
    private let start: UnsafePointer<UInt8>
    private let count: Int

    init(_ text: StaticString) {
        start = text.utf8Start
        count = text.utf8CodeUnitCount
    }

    private init(start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    /// Calls `body` with each line's text, without its line end; empty lines are left out.
    func forEachLine(_ body: (CatalogueText) -> Void) {
        var position = 0
        while position < count {
            var end = position
            while end < count, start[end] != UInt8(ascii: "\n") { end += 1 }
            if end > position { body(CatalogueText(start: start + position, count: end - position)) }
            position = end + 1
        }
    }

    /// Calls `body` with each block: a line that does not begin with a blank, and the indented lines under it.
    func forEachBlock(_ body: (_ heading: CatalogueText, _ block: CatalogueText) -> Void) {
        var blockStart = 0
        var headingEnd = 0
        var position = 0
        func close(at end: Int) {
            if headingEnd > blockStart {
                body(
                    CatalogueText(start: start + blockStart, count: headingEnd - blockStart),
                    CatalogueText(start: start + blockStart, count: end - blockStart))
            }
        }
        while position < count {
            var end = position
            while end < count, start[end] != UInt8(ascii: "\n") { end += 1 }
            if end > position, start[position] != UInt8(ascii: " ") {
                close(at: position)
                blockStart = position
                headingEnd = end
            }
            position = end + 1
        }
        close(at: count)
    }

    /// The text up to the first blank.
    var firstWord: String {
        var end = 0
        while end < count, start[end] != UInt8(ascii: " ") { end += 1 }
        return String(decoding: UnsafeBufferPointer(start: start, count: end), as: UTF8.self)
    }

    /// Whether the text begins with a blank, as the lines under a heading do.
    var isIndented: Bool { count > 0 && start[0] == UInt8(ascii: " ") }

    /// The words between blanks.
    var words: [String] {
        var result: [String] = []
        var position = 0
        while position < count {
            if start[position] == UInt8(ascii: " ") {
                position += 1
                continue
            }
            var end = position
            while end < count, start[end] != UInt8(ascii: " ") { end += 1 }
            result.append(String(decoding: UnsafeBufferPointer(start: start + position, count: end - position), as: UTF8.self))
            position = end
        }
        return result
    }

    var string: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }
}
