/// Why a text is not JSON, in the words of Go's `encoding/json`.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// For example `invalid character '}' looking for beginning of value`.
    public var message: String
    /// Bytes before the byte that is wrong.
    public var offset: Int
    /// 1-based line and column (in bytes) of that byte.
    public var line: Int
    public var column: Int
    /// The text ended too early. A stream decoder calls this `unexpected EOF`.
    public var isTruncation: Bool

    public var description: String { message }

    init(_ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>, isTruncation: Bool = false) {
        self.message = message
        self.offset = offset
        self.isTruncation = isTruncation
        line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        column = offset - lineStart + 1
    }
}
