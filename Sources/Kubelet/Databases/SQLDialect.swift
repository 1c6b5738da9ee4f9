/// Whose SQL it is.
enum SQLDialect: String, Hashable, Sendable {
    case mysql, postgres

    /// What the server has from the beginning.
    var systemDatabases: [String] {
        self == .postgres ? ["postgres", "template0", "template1"] : ["information_schema", "mysql", "performance_schema", "sys"]
    }

    var version: String { self == .postgres ? "PostgreSQL 18.1 on x86_64-pc-linux-musl" : "9.5.0" }

    /// The statement as SQLite understands it.
    ///
    /// - Parameter current: the database whose tables need no name before them.
    func translated(_ statement: [SQLToken], current: String?) -> [SQLToken] {
        var tokens = withSeries(withoutCasts(withoutSet(statement)))
        tokens = withoutQualifier(tokens, current)
        if let body = SQLTableDefinition(tokens) { return body.translated(self) }
        if tokens.has("TRUNCATE") {
            let rest = tokens.dropFirst(tokens.has("TRUNCATE", "TABLE") ? 2 : 1)
            return Self.words("DELETE FROM") + rest.prefix { !["RESTART", "CASCADE", "CONTINUE"].contains($0.keyword) }
        }
        if tokens.has("INSERT", "IGNORE") { tokens.replaceSubrange(0..<2, with: Self.words("INSERT OR IGNORE")) }
        return Self.renamed(withoutDuplicateKey(tokens))
    }

    static func words(_ text: String) -> [SQLToken] { text.split(separator: " ").map { SQLToken(kind: .word, written: String($0), space: " ") } }

    /// `public.` and the name of the present database say nothing new.
    private func withoutQualifier(_ tokens: [SQLToken], _ current: String?) -> [SQLToken] {
        var result: [SQLToken] = []
        var index = 0
        while index < tokens.count {
            let token = tokens[index]
            if token.isName, index + 1 < tokens.count, tokens[index + 1].isSymbol("."), result.last?.isSymbol(".") != true,
                token.name == current || self == .postgres && token.name.lowercased() == "public", index + 2 < tokens.count {
                var next = tokens[index + 2]
                next.space = token.space
                result.append(next)
                index += 3
            } else {
                result.append(token)
                index += 1
            }
        }
        return result
    }

    /// `ON DUPLICATE KEY UPDATE a = VALUES(a)` as the standard's `ON CONFLICT`.
    private func withoutDuplicateKey(_ tokens: [SQLToken]) -> [SQLToken] {
        guard let place = tokens.indices.first(where: { tokens.has("ON", "DUPLICATE", "KEY", "UPDATE", at: $0) }) else { return tokens }
        var result = Array(tokens[..<place]) + Self.words("ON CONFLICT DO UPDATE SET")
        var index = place + 4
        while index < tokens.count {
            if tokens[index].keyword == "VALUES", index + 3 < tokens.count, tokens[index + 1].isSymbol("(") {
                result += [SQLToken(kind: .word, written: "excluded", space: " "), SQLToken(kind: .symbol, written: ".", space: ""), tokens[index + 2]]
                index += 4
            } else {
                result.append(tokens[index])
                index += 1
            }
        }
        return result
    }

    /// Functions and words that SQLite has under other names.
    static func renamed(_ tokens: [SQLToken]) -> [SQLToken] {
        let functions = [
            "CHAR_LENGTH": "length", "CHARACTER_LENGTH": "length", "GREATEST": "max", "LEAST": "min", "IF": "iif", "UCASE": "upper", "LCASE": "lower", "SUBSTRING": "substr",
            "MID": "substr", "RANDOM": "rand", "STRING_AGG": "group_concat", "LOCALTIMESTAMP": "now", "SYSDATE": "now", "CURDATE": "today", "LEFT": "leftmost", "RIGHT": "rightmost", "DAYOFMONTH": "day",
        ]
        var result = tokens
        for index in tokens.indices {
            let keyword = tokens[index].keyword
            let isCalled = index + 1 < tokens.count && tokens[index + 1].isSymbol("(")
            if isCalled, keyword == "EXTRACT", index + 3 < tokens.count, tokens[index + 3].keyword == "FROM" {
                // `EXTRACT(YEAR FROM x)`
                result[index].written = "extract"
                result[index + 2] = SQLToken(kind: .text, written: "'\(tokens[index + 2].name.filter { $0 != "'" })'", space: "")
                result[index + 3] = SQLToken(kind: .symbol, written: ",", space: "")
            } else if isCalled, let name = functions[keyword] {
                result[index].written = name
            } else if ["CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "CURRENT_DATE"].contains(keyword) {
                result[index].written = (keyword == "CURRENT_DATE" ? "today" : "now") + (isCalled ? "" : "()")
            } else if ["CURRENT_USER", "SESSION_USER"].contains(keyword), !isCalled {
                result[index].written = keyword.lowercased() + "()"
            } else if keyword == "ILIKE" {
                result[index].written = "LIKE"
            }
        }
        return result
    }

    // MARK: Tags

    /// What the server says of a statement that was carried out.
    func tag(of statement: [SQLToken], changes: Int) -> String {
        let first = statement.first?.keyword ?? ""
        switch first {
        case "INSERT", "REPLACE": return "INSERT 0 \(changes)"
        case "UPDATE", "DELETE": return "\(first) \(changes)"
        case "TRUNCATE": return "TRUNCATE TABLE"
        case "START": return "START TRANSACTION"
        case "END": return "COMMIT"
        case "CREATE", "DROP", "ALTER":
            let kinds = ["TABLE", "INDEX", "VIEW", "DATABASE", "SCHEMA", "ROLE", "USER", "EXTENSION", "TRIGGER"]
            let kind = statement.lazy.map(\.keyword).first(where: kinds.contains) ?? ""
            return kind.isEmpty ? first : "\(first) \(kind == "USER" ? "ROLE" : kind)"
        default: return first
        }
    }
}
