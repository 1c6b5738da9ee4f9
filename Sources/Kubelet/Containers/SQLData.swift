import KubernetesObjects

/// What a small SQL server keeps: the statements that changed it, and the tables that come of them.
///
/// - Shape: a file with one statement a line; tables are made anew from it.
/// - Bounds: 2,000 statements; queries without joins, conditions of one comparison.
package struct SQLData: Sendable {
    struct Table: Sendable {
        var columns: [String]
        var rows: [[String]] = []
    }

    /// What a statement came to.
    package enum Answer: Hashable, Sendable {
        case rows(columns: [String], rows: [[String]])
        /// A change, as Postgres tags it: `INSERT 0 1`.
        case done(String)
        case failed(String)

        package var value: Value {
            switch self {
            case .rows(let columns, let rows): ["columns": Value(columns), "rows": .array(rows.map { Value($0) })]
            case .done(let tag): ["done": .string(tag)]
            case .failed(let text): ["failed": .string(text)]
            }
        }

        package init?(_ value: Value) {
            if let columns = value["columns"]?.elements, let rows = value["rows"]?.elements {
                self = .rows(columns: columns.compactMap(\.stringValue), rows: rows.map { $0.elements.compactMap(\.stringValue) })
            } else if let tag = value["done"]?.stringValue {
                self = .done(tag)
            } else if let text = value["failed"]?.stringValue {
                self = .failed(text)
            } else {
                return nil
            }
        }
    }

    static let statementsMax = 2000
    private(set) var statements: [String] = []
    private(set) var databases: Set<String>
    private(set) var tables: [String: Table] = [:]
    let isPostgres: Bool

    init(_ bytes: [UInt8], isPostgres: Bool, databases: [String]) {
        self.isPostgres = isPostgres
        self.databases = Set(databases)
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") { _ = run(String(line)) }
    }

    var bytes: [UInt8] { Array(statements.map { $0 + "\n" }.joined().utf8) }

    /// Runs one statement.
    mutating func run(_ statement: String) -> Answer {
        let words = Self.words(statement)
        guard let verb = words.first?.uppercased() else { return .done("") }
        let upper = words.map { $0.uppercased() }
        let answer: Answer
        switch verb {
        case "SELECT": return select(words, upper)
        case "SHOW": return show(upper)
        case "USE", "SET", "BEGIN", "COMMIT", "FLUSH", "GRANT": return .done(verb)
        case "CREATE": answer = create(words, upper)
        case "DROP": answer = drop(words, upper)
        case "INSERT": answer = insert(words, upper)
        case "DELETE": answer = delete(words, upper)
        default:
            return .failed(isPostgres ? "ERROR:  syntax error at or near \"\(words[0])\"" : "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax near '\(statement.prefix(40))'")
        }
        if case .failed = answer { return answer }
        if statements.count < Self.statementsMax { statements.append(statement.split(separator: "\n").joined(separator: " ")) }
        return answer
    }

    // MARK: Statements

    private static func bare(_ name: String) -> String { name.split(separator: ".").last.map { $0.lowercased().filter { $0 != "`" && $0 != "\"" } } ?? "" }

    private func missing(_ name: String) -> Answer {
        .failed(isPostgres ? "ERROR:  relation \"\(Self.bare(name))\" does not exist" : "ERROR 1146 (42S02) at line 1: Table '\(name)' doesn't exist")
    }

    private mutating func create(_ words: [String], _ upper: [String]) -> Answer {
        let isLenient = upper.contains("EXISTS")
        guard words.count > 2, let place = upper.firstIndex(where: { ["DATABASE", "SCHEMA", "TABLE", "USER", "ROLE"].contains($0) }) else { return .failed("ERROR:  syntax error") }
        let at = place + 1 + (isLenient ? 3 : 0)
        guard words.indices.contains(at) else { return .failed("ERROR:  syntax error") }
        let name = Self.bare(words[at])
        switch upper[place] {
        case "TABLE":
            if tables[name] != nil {
                return isLenient ? .done("CREATE TABLE") : .failed(isPostgres ? "ERROR:  relation \"\(name)\" already exists" : "ERROR 1050 (42S01) at line 1: Table '\(name)' already exists")
            }
            var columns: [String] = []
            var depth = 0
            var begins = false
            for word in words[(at + 1)...] {
                if word == "(" {
                    depth += 1
                    begins = depth == 1
                } else if word == ")" { depth -= 1 } else if word == ",", depth == 1 { begins = true } else if depth == 1, begins {
                    begins = false
                    if !["PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "FOREIGN", "INDEX", "CHECK"].contains(word.uppercased()) { columns.append(Self.bare(word)) }
                }
            }
            tables[name] = Table(columns: columns)
            return .done("CREATE TABLE")
        case "DATABASE", "SCHEMA":
            if !databases.insert(name).inserted, !isLenient {
                return .failed(isPostgres ? "ERROR:  database \"\(name)\" already exists" : "ERROR 1007 (HY000) at line 1: Can't create database '\(name)'; database exists")
            }
            return .done("CREATE DATABASE")
        default: return .done("CREATE ROLE")
        }
    }

    private mutating func drop(_ words: [String], _ upper: [String]) -> Answer {
        let isLenient = upper.contains("EXISTS")
        guard words.count > 2, let last = words.last(where: { $0 != ";" }) else { return .failed("ERROR:  syntax error") }
        let name = Self.bare(last)
        if upper[1] == "TABLE" {
            if tables.removeValue(forKey: name) == nil, !isLenient { return missing(last) }
            return .done("DROP TABLE")
        }
        if databases.remove(name) == nil, !isLenient { return .failed(isPostgres ? "ERROR:  database \"\(name)\" does not exist" : "ERROR 1008 (HY000) at line 1: Can't drop database '\(name)'; database doesn't exist") }
        return .done("DROP DATABASE")
    }

    private mutating func insert(_ words: [String], _ upper: [String]) -> Answer {
        guard let into = upper.firstIndex(of: "INTO"), words.indices.contains(into + 1), let values = upper.firstIndex(of: "VALUES") ?? upper.firstIndex(of: "VALUE") else { return .failed("ERROR:  syntax error") }
        let name = Self.bare(words[into + 1])
        guard var table = tables[name] else { return missing(words[into + 1]) }
        let named = words[(into + 2)..<max(values, into + 2)].filter { $0 != "(" && $0 != ")" && $0 != "," }.map(Self.bare)
        var count = 0
        var row: [String]?
        for word in words[(values + 1)...] {
            if word == "(" { row = [] } else if word == ")", let given = row {
                let columns = named.isEmpty ? table.columns : named
                guard given.count <= columns.count else { return .failed(isPostgres ? "ERROR:  INSERT has more expressions than target columns" : "ERROR 1136 (21S01) at line 1: Column count doesn't match value count at row 1") }
                table.rows.append(table.columns.enumerated().map { index, column in
                    if named.isEmpty { return given.indices.contains(index) ? given[index] : "NULL" }
                    if let place = named.firstIndex(of: column), given.indices.contains(place) { return given[place] }
                    return column == "id" ? String(table.rows.count + 1) : "NULL"
                })
                count += 1
                row = nil
            } else if word != ",", row != nil { row!.append(Self.unquoted(word)) }
        }
        tables[name] = table
        return .done("INSERT 0 \(count)")
    }

    private mutating func delete(_ words: [String], _ upper: [String]) -> Answer {
        guard let from = upper.firstIndex(of: "FROM"), words.indices.contains(from + 1), var table = tables[Self.bare(words[from + 1])] else { return missing(words.last ?? "") }
        let before = table.rows.count
        table.rows = table.rows.filter { !holds(words, upper, table, $0) }
        tables[Self.bare(words[from + 1])] = table
        return .done("DELETE \(before - table.rows.count)")
    }

    private func select(_ words: [String], _ upper: [String]) -> Answer {
        guard let from = upper.firstIndex(of: "FROM") else {
            let parts = words.dropFirst().filter { $0 != ";" && $0 != "," }
            let text = parts.joined()
            if text.lowercased().hasPrefix("version(") || text == "@@version" { return .rows(columns: ["version"], rows: [[isPostgres ? "PostgreSQL 18.1 on x86_64-pc-linux-musl" : "9.5.0"]]) }
            if text.lowercased().hasPrefix("now(") || text.lowercased().hasPrefix("current_database(") { return .rows(columns: ["now"], rows: [["-"]]) }
            return .rows(columns: isPostgres ? parts.map { _ in "?column?" } : Array(parts), rows: [parts.map(Self.unquoted)])
        }
        guard words.indices.contains(from + 1), let table = tables[Self.bare(words[from + 1])] else { return missing(words.indices.contains(from + 1) ? words[from + 1] : "") }
        let rows = table.rows.filter { holds(words, upper, table, $0) }
        let wanted = words[1..<from].filter { $0 != "," }
        if wanted.joined().lowercased() == "count(*)" { return .rows(columns: [isPostgres ? "count" : "COUNT(*)"], rows: [[String(rows.count)]]) }
        if wanted == ["*"] { return .rows(columns: table.columns, rows: rows) }
        let places = wanted.map { table.columns.firstIndex(of: Self.bare($0)) }
        if let index = places.firstIndex(of: nil) {
            return .failed(isPostgres ? "ERROR:  column \"\(wanted[index])\" does not exist" : "ERROR 1054 (42S22) at line 1: Unknown column '\(wanted[index])' in 'field list'")
        }
        return .rows(columns: wanted.map(Self.bare), rows: rows.map { row in places.map { row[$0!] } })
    }

    /// `WHERE column = value`; without one every row is meant.
    private func holds(_ words: [String], _ upper: [String], _ table: Table, _ row: [String]) -> Bool {
        guard let condition = upper.firstIndex(of: "WHERE"), words.indices.contains(condition + 3), let column = table.columns.firstIndex(of: Self.bare(words[condition + 1])) else { return true }
        let isEqual = row[column] == Self.unquoted(words[condition + 3])
        return words[condition + 2] == "=" ? isEqual : !isEqual
    }

    private func show(_ upper: [String]) -> Answer {
        if upper.contains("DATABASES") { return .rows(columns: ["Database"], rows: databases.sorted().map { [$0] }) }
        if upper.contains("TABLES") { return .rows(columns: ["Tables"], rows: tables.keys.sorted().map { [$0] }) }
        return .rows(columns: [], rows: [])
    }

    // MARK: Words

    private static func unquoted(_ word: String) -> String {
        guard let first = word.first, first == "'" || first == "\"", word.count >= 2 else { return word }
        return String(word.dropFirst().dropLast())
    }

    /// A statement's words; quoted texts stay whole, brackets, commas and `=` stand alone.
    static func words(_ text: String) -> [String] {
        var result: [String] = []
        var word = ""
        var quote: Character?
        func end() {
            if !word.isEmpty { result.append(word) }
            word = ""
        }
        for character in text {
            if let open = quote {
                word.append(character)
                if character == open {
                    quote = nil
                    end()
                }
            } else if character == "'" || character == "\"" {
                end()
                quote = character
                word.append(character)
            } else if character.isWhitespace || character == ";" { end() } else if "(),=".contains(character) {
                end()
                result.append(String(character))
            } else { word.append(character) }
        }
        end()
        return result
    }
}
