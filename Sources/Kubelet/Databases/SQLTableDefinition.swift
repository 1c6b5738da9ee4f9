/// A `CREATE TABLE` with a list of columns, which MySQL and PostgreSQL write in ways of their own.
struct SQLTableDefinition {
    private var head: [SQLToken]
    private var entries: [[SQLToken]] = []

    /// Nil for other statements, and for tables made from a query.
    init?(_ statement: [SQLToken]) {
        guard statement.first?.keyword == "CREATE", statement.prefix(3).contains(where: { $0.keyword == "TABLE" }),
            let open = statement.firstIndex(where: { $0.isSymbol("(") }), !statement[..<open].contains(where: { $0.keyword == "AS" })
        else { return nil }
        head = Array(statement[..<open])
        let end = statement.end(ofBracketAt: open)
        var (depth, entry): (Int, [SQLToken]) = (0, [])
        for token in statement[(open + 1)..<max(end - 1, open + 1)] {
            if token.isSymbol("(") { depth += 1 }
            if token.isSymbol(")") { depth -= 1 }
            if depth == 0, token.isSymbol(",") {
                entries.append(entry)
                entry = []
            } else {
                entry.append(token)
            }
        }
        if !entry.isEmpty { entries.append(entry) }
    }

    /// The statement as SQLite reads it; what follows the list, as `ENGINE=InnoDB`, is left out.
    func translated(_ dialect: SQLDialect) -> [SQLToken] {
        var head = head
        if head.count > 1, ["TEMPORARY", "TEMP", "UNLOGGED"].contains(head[1].keyword) { head.remove(at: 1) }
        let counted = entries.first(where: Self.isCounted)?.first?.name
        var columns: [[SQLToken]] = []
        for entry in entries {
            guard let entry = Self.translated(entry, counted: counted) else { continue }
            columns.append(entry)
        }
        let separator = [SQLToken(kind: .symbol, written: ",", space: "")]
        return head + [SQLToken(kind: .symbol, written: "(", space: " ")] + columns.joined(separator: separator) + [SQLToken(kind: .symbol, written: ")", space: "")]
    }

    /// Whether a column counts up by itself.
    private static func isCounted(_ entry: [SQLToken]) -> Bool {
        entry.contains { ["AUTO_INCREMENT", "SERIAL", "BIGSERIAL", "SMALLSERIAL", "IDENTITY"].contains($0.keyword) }
    }

    /// An entry of the list; nil for one that SQLite has no use for.
    private static func translated(_ entry: [SQLToken], counted: String?) -> [SQLToken]? {
        guard let first = entry.first else { return nil }
        switch first.keyword {
        case "KEY", "INDEX", "FULLTEXT", "SPATIAL": return nil
        case "PRIMARY":
            // A column that counts is its table's key by its own declaration.
            if let counted, entry.contains(where: { $0.isName && $0.name.lowercased() == counted.lowercased() }) { return nil }
            return entry
        case "UNIQUE":
            guard let open = entry.firstIndex(where: { $0.isSymbol("(") }) else { return entry }
            return [first] + entry[open...]
        case "CONSTRAINT", "FOREIGN", "CHECK": return entry
        default: break
        }
        if isCounted(entry) { return [first] + SQLDialect.words("INTEGER PRIMARY KEY AUTOINCREMENT") }
        return SQLDialect.renamed(column(entry))
    }

    /// What a column may begin with that is worked out.
    private static let defaults = ["CURRENT_TIMESTAMP": "now", "NOW": "now", "CURRENT_DATE": "today", "GEN_RANDOM_UUID": "uuid", "UUID": "uuid"]

    /// A column's declaration without what is only of its own dialect.
    private static func column(_ entry: [SQLToken]) -> [SQLToken] {
        var result: [SQLToken] = []
        var index = 0
        while index < entry.count {
            if entry.has("CHARACTER", "SET", at: index) {
                index += 3
            } else if ["COMMENT", "COLLATE"].contains(entry[index].keyword) {
                index += 2
            } else if entry.has("WITH", "TIME", "ZONE", at: index) || entry.has("WITHOUT", "TIME", "ZONE", at: index) || entry.has("ON", "UPDATE", "CURRENT_TIMESTAMP", at: index) {
                index += 3
                if index < entry.count, entry[index].isSymbol("(") { index = entry.end(ofBracketAt: index) }
            } else if index > 0, ["UNSIGNED", "ZEROFILL"].contains(entry[index].keyword) {
                index += 1
            } else if index == 1, ["ENUM", "SET"].contains(entry[index].keyword) {
                result.append(SQLToken(kind: .word, written: "TEXT", space: " "))
                index = index + 1 < entry.count && entry[index + 1].isSymbol("(") ? entry.end(ofBracketAt: index + 1) : index + 1
            } else if entry[index].keyword == "DEFAULT", index + 1 < entry.count, let function = defaults[entry[index + 1].keyword] {
                // A default that is worked out stands in brackets.
                let isCalled = index + 2 < entry.count && entry[index + 2].isSymbol("(")
                result += SQLDialect.words("DEFAULT (\(function)())")
                index = isCalled ? entry.end(ofBracketAt: index + 2) : index + 2
            } else {
                result.append(entry[index])
                index += 1
            }
        }
        return result
    }
}
