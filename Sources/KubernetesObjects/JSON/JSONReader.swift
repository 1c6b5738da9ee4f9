/// Reads JSON texts into value trees.
///
/// - Bounds: linear in the length of the text; nesting beyond `maxDepth` is an error.
/// - Order: keys keep their order; of a key given twice the last value wins, in the place of the first.
/// - Source: Go `encoding/json` for accepted texts and error messages.
///   Differs: numbers keep every digit; the default depth is far below Go's 10000, so that whatever walks a tree may recurse.
public struct JSONReader: Sendable {
    public var maxDepth = 256
    /// Collects the places of keys that were given more than once.
    public var reportsDuplicates = false

    public init(maxDepth: Int = 256, reportsDuplicates: Bool = false) {
        self.maxDepth = maxDepth
        self.reportsDuplicates = reportsDuplicates
    }

    /// What was read.
    public struct Document: Sendable {
        public var value: Value
        /// Places given more than once, in the order of their second occurrence.
        public var duplicates: [ValuePath] = []
        /// Bytes consumed, for reading several texts in a row.
        public var end: Int = 0
    }

    /// Reads one text and nothing after it but white space.
    public func read(_ bytes: [UInt8]) throws(JSONError) -> Document {
        let result: Result<Document, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            Self.attempt { () throws(JSONError) in
                var parser = Parser(bytes: buffer, maxDepth: maxDepth, reportsDuplicates: reportsDuplicates)
                let value = try parser.document()
                return Document(value: value, duplicates: parser.duplicates, end: parser.position)
            }
        }
        return try result.get()
    }

    /// Reads the first text from an offset on, whatever follows it; nil at the end of the bytes.
    public func readNext(_ bytes: [UInt8], from offset: Int) throws(JSONError) -> Document? {
        let result: Result<Document?, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            Self.attempt { () throws(JSONError) in
                var parser = Parser(bytes: buffer, maxDepth: maxDepth, reportsDuplicates: reportsDuplicates)
                parser.position = offset
                guard parser.skipSpace() != nil else { return nil }
                let value = try parser.value(depth: 0)
                return Document(value: value, duplicates: parser.duplicates, end: parser.position)
            }
        }
        return try result.get()
    }

    private static func attempt<T>(_ body: () throws(JSONError) -> T) -> Result<T, JSONError> {
        do throws(JSONError) { return .success(try body()) } catch { return .failure(error) }
    }
}

extension Value {
    /// Reads one JSON text.
    public init(parsingJSON text: String) throws(JSONError) {
        self = try JSONReader().read(Array(text.utf8)).value
    }

    /// Reads one JSON text.
    public init(parsingJSON bytes: [UInt8]) throws(JSONError) {
        self = try JSONReader().read(bytes).value
    }
}
