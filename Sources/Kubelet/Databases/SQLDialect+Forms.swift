/// Forms of statements that SQLite has not at all.
extension SQLDialect {
    /// `INSERT INTO t SET a = 1, b = 2` as a list of columns and one of values.
    func withoutSet(_ tokens: [SQLToken]) -> [SQLToken] {
        guard self == .mysql, ["INSERT", "REPLACE"].contains(tokens.first?.keyword ?? ""), let place = tokens.firstIndex(where: { $0.keyword == "SET" }),
            !tokens[..<place].contains(where: { ["VALUES", "VALUE", "SELECT", "DUPLICATE"].contains($0.keyword) })
        else { return tokens }
        let end = tokens.indices.first { $0 > place && tokens.has("ON", "DUPLICATE", at: $0) } ?? tokens.count
        var (columns, values): ([[SQLToken]], [[SQLToken]]) = ([], [])
        for part in Self.parts(Array(tokens[(place + 1)..<end])) {
            guard let equals = part.firstIndex(where: { $0.isSymbol("=") }), equals > 0 else { return tokens }
            columns.append(Array(part[..<equals]))
            values.append(Array(part[(equals + 1)...]))
        }
        return Array(tokens[..<place]) + Self.bracketed(columns) + Self.words("VALUES") + Self.bracketed(values) + tokens[end...]
    }

    /// What stands between commas, those in brackets aside.
    static func parts(_ tokens: [SQLToken]) -> [[SQLToken]] {
        var (depth, part, result): (Int, [SQLToken], [[SQLToken]]) = (0, [], [])
        for token in tokens {
            if token.isSymbol("(") { depth += 1 }
            if token.isSymbol(")") { depth -= 1 }
            if depth == 0, token.isSymbol(",") {
                result.append(part)
                part = []
            } else {
                part.append(token)
            }
        }
        return part.isEmpty ? result : result + [part]
    }

    /// What a query asks for: what stands between `SELECT` and the clause behind it.
    static func selected(_ statement: [SQLToken]) -> [SQLToken] {
        var depth = 0
        let rest = statement.dropFirst().drop { ["DISTINCT", "ALL"].contains($0.keyword) }
        return Array(
            rest.prefix { token in
                if token.isSymbol("(") { depth += 1 }
                if token.isSymbol(")") { depth -= 1 }
                return depth > 0 || !["FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "HAVING", "FOR", "INTO"].contains(token.keyword)
            })
    }

    static func symbol(_ text: String) -> SQLToken { SQLToken(kind: .symbol, written: text, space: " ") }

    static func bracketed(_ parts: [[SQLToken]]) -> [SQLToken] { [symbol("(")] + parts.joined(separator: [symbol(",")]) + [symbol(")")] }

    // MARK: Series

    /// `generate_series(1, 5)` as a table that counts; where it stands among the columns of a query without tables, as its only one.
    ///
    /// - Differs: numbers only, of which SQLite's steps bound how many.
    func withSeries(_ statement: [SQLToken]) -> [SQLToken] {
        guard self == .postgres, statement.contains(keyword: "GENERATE_SERIES") else { return statement }
        var tokens = statement
        var calls = 0
        while calls < 8, let place = tokens.firstIndex(where: { $0.keyword == "GENERATE_SERIES" }), place + 1 < tokens.count, tokens[place + 1].isSymbol("(") {
            calls += 1
            let end = tokens.end(ofBracketAt: place + 1)
            let arguments = Self.parts(Array(tokens[(place + 2)..<max(end - 1, place + 2)]))
            guard (2...3).contains(arguments.count) else { return statement }
            let isTable = place > 0 && (["FROM", "JOIN", "LATERAL"].contains(tokens[place - 1].keyword) || tokens[place - 1].isSymbol(",") && Self.isAfterFrom(tokens, place))
            if isTable {
                let (name, column, after) = Self.alias(tokens, end)
                tokens.replaceSubrange(place..<after, with: Self.series(arguments, named: name, column: column))
            } else {
                guard !tokens.contains(keyword: "FROM"), let select = tokens.firstIndex(where: { $0.keyword == "SELECT" }), select < place else { return statement }
                tokens.replaceSubrange(place..<end, with: [SQLToken(kind: .quotedName, written: "\"generate_series\"", space: " ")])
                let stop = tokens.indices.first { $0 > place && ["WHERE", "ORDER", "LIMIT", "GROUP", "ON", "RETURNING", "UNION"].contains(tokens[$0].keyword) } ?? tokens.count
                tokens.insert(contentsOf: Self.words("FROM") + Self.series(arguments, named: "generate_series", column: "generate_series"), at: stop)
            }
        }
        return tokens
    }

    /// Whether a place stands in a list of tables: brackets before it are looked past.
    private static func isAfterFrom(_ tokens: [SQLToken], _ place: Int) -> Bool {
        var depth = 0
        for token in tokens[..<place].reversed() {
            if token.isSymbol(")") { depth += 1 }
            if token.isSymbol("(") { depth -= 1 }
            if depth < 0 { return false }
            if depth == 0, ["SELECT", "FROM", "WHERE", "SET", "VALUES", "BY"].contains(token.keyword) { return token.keyword == "FROM" }
        }
        return false
    }

    /// What a table in a query is called: `AS t(x)`, `t`, or nothing.
    private static func alias(_ tokens: [SQLToken], _ start: Int) -> (name: String, column: String, end: Int) {
        var index = start
        if index < tokens.count, tokens[index].keyword == "AS" { index += 1 }
        let clauses: Set<String> = ["WHERE", "ORDER", "LIMIT", "GROUP", "ON", "JOIN", "CROSS", "LEFT", "INNER", "UNION", "HAVING", "RETURNING", "USING", "OFFSET", "FETCH"]
        guard index < tokens.count, tokens[index].isName, !clauses.contains(tokens[index].keyword) else { return ("generate_series", "generate_series", start) }
        let name = tokens[index].name
        guard index + 3 < tokens.count, tokens[index + 1].isSymbol("("), tokens[index + 2].isName, tokens[index + 3].isSymbol(")") else { return (name, name, index + 1) }
        return (name, tokens[index + 2].name, index + 4)
    }

    private static func series(_ arguments: [[SQLToken]], named name: String, column: String) -> [SQLToken] {
        func text(_ tokens: [SQLToken]) -> String { "(" + tokens.sql + ")" }
        let (first, last, step) = (text(arguments[0]), text(arguments[1]), arguments.count > 2 ? text(arguments[2]) : "1")
        let quoted = "\"" + column.filter { $0 != "\"" } + "\""
        let body = """
            (WITH RECURSIVE "series of"(v, e, s) AS (SELECT \(first), \(last), \(step) UNION ALL SELECT v + s, e, s FROM "series of" WHERE s > 0 AND v + s <= e OR s < 0 AND v + s >= e) \
            SELECT v AS \(quoted) FROM "series of" WHERE s > 0 AND v <= e OR s < 0 AND v >= e) AS "\(name.filter { $0 != "\"" })"
            """
        var reader = SQLReader(body, .postgres)
        return (reader.next() ?? []).map { token in
            var token = token
            if token.space.isEmpty, token.kind != .symbol { token.space = " " }
            return token
        }
    }

    // MARK: Casts

    private static let wholeTypes: Set<String> = ["INT", "INTEGER", "BIGINT", "SMALLINT", "INT2", "INT4", "INT8"]

    /// `value::type` is the value, which SQLite takes as it comes; a whole number is rounded, and a date loses its time.
    func withoutCasts(_ tokens: [SQLToken]) -> [SQLToken] {
        var result: [SQLToken] = []
        var index = 0
        while index < tokens.count {
            guard tokens[index].isSymbol("::") else {
                result.append(tokens[index])
                index += 1
                continue
            }
            let type = index + 1 < tokens.count ? tokens[index + 1].keyword : ""
            index += 2
            if index < tokens.count, tokens[index].isSymbol("(") { index = tokens.end(ofBracketAt: index) }
            guard type == "DATE" || Self.wholeTypes.contains(type), let start = Self.startOfOperand(result) else { continue }
            let operand = [Self.symbol("(")] + result[start...] + [Self.symbol(")")]
            let cast = type == "DATE" ? Self.words("date") + operand : Self.words("CAST") + [Self.symbol("(")] + Self.words("round") + operand + Self.words("AS INTEGER") + [Self.symbol(")")]
            result.replaceSubrange(start..., with: cast)
        }
        return result
    }

    /// Where the operand begins that ends with the last token: a bracket with the function before it, or a name or value.
    private static func startOfOperand(_ tokens: [SQLToken]) -> Int? {
        guard let last = tokens.last else { return nil }
        var start = tokens.count - 1
        if last.isSymbol(")") {
            var depth = 0
            while start >= 0 {
                if tokens[start].isSymbol(")") { depth += 1 }
                if tokens[start].isSymbol("(") { depth -= 1 }
                if depth == 0 { break }
                start -= 1
            }
            guard start >= 0 else { return nil }
            let clauses: Set<String> = ["SELECT", "WHERE", "AND", "OR", "NOT", "VALUES", "IN", "THEN", "ELSE", "WHEN", "BY", "ON", "SET", "FROM", "LIMIT"]
            if start > 0, tokens[start - 1].isName, !clauses.contains(tokens[start - 1].keyword) { start -= 1 }
        } else if last.kind == .symbol {
            return nil
        }
        while start > 1, tokens[start - 1].isSymbol("."), tokens[start - 2].isName { start -= 2 }
        return start
    }
}
