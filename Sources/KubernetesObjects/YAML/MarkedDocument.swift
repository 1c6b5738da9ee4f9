/// One document of a manifest: its value, and where everything in it was written.
public struct MarkedDocument: Sendable {
    /// A 1-based line and column, counted in the whole text.
    public struct Position: Hashable, Sendable, Comparable {
        public var line: Int
        public var column: Int

        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

        public static func < (left: Position, right: Position) -> Bool { (left.line, left.column) < (right.line, right.column) }
    }

    public var value: Value
    /// The 1-based line on which the document begins.
    public var startLine: Int
    /// Keys that a mapping has more than once; the last value won.
    public var duplicates: [YAMLDuplicate]
    /// The document was read as JSON.
    public var isJSON: Bool
    var marks: YAMLMarks

    /// Where the value of a path stands, or nil.
    public func position(of path: ValuePath) -> Position? {
        guard let (entry, found) = marks.find(path), found == path.steps.count else { return nil }
        return Position(line: Int(entry.line) + startLine, column: Int(entry.column) + 1)
    }

    /// Where the key of a path stands, or nil; for a list element, where the element stands.
    public func keyPosition(of path: ValuePath) -> Position? {
        guard let (entry, found) = marks.find(path), found == path.steps.count else { return nil }
        return Self.keyPosition(entry, startLine)
    }

    /// Where the key of the longest part of a path that was written stands: what to point at when a field is missing.
    public func nearestPosition(of path: ValuePath) -> Position {
        guard let (entry, _) = marks.find(path) else { return Position(line: startLine, column: 1) }
        return Self.keyPosition(entry, startLine)
    }

    private static func keyPosition(_ entry: YAMLMarks.Entry, _ startLine: Int) -> Position {
        entry.isPair
            ? Position(line: Int(entry.keyLine) + startLine, column: Int(entry.keyColumn) + 1)
            : Position(line: Int(entry.line) + startLine, column: Int(entry.column) + 1)
    }
}

/// A key that a mapping has more than once.
public struct YAMLDuplicate: Hashable, Sendable {
    public var path: ValuePath
    /// 1-based place of the repeated key, counted in the whole text.
    public var line: Int
    public var column: Int
}
