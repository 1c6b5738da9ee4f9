import Shell

/// What is asked and done about databases and what they hold, beside the statements on tables.
extension SQLServer {
    /// Statements about databases and users; nil for others.
    mutating func administration(_ statement: [SQLToken]) -> Answer? {
        let tag = dialect.tag(of: statement, changes: 0)
        let isLenient = statement.contains(keyword: "EXISTS")
        let object = statement.count > 1 ? statement[1].keyword : ""
        switch statement.first?.keyword {
        case "USE":
            guard statement.count > 1 else { return nil }
            let name = statement[1].name
            guard tables[name] != nil else { return .failed("ERROR 1049 (42000) at line 1: Unknown database '\(name)'") }
            choose(name)
            return .done("")
        case "SET", "FLUSH", "GRANT", "REVOKE", "LOCK", "UNLOCK", "ANALYZE", "VACUUM", "OPTIMIZE", "COMMENT": return .done(tag)
        case "CREATE" where ["DATABASE", "SCHEMA"].contains(object):
            let name = statement.qualifiedName(at: isLenient ? 5 : 2).parts.first ?? ""
            if name.isEmpty { return nil }
            // A schema of PostgreSQL is a part of a database: all tables stand in one here.
            if isPostgres, object == "SCHEMA" { return .done(tag) }
            if tables[name] != nil {
                if isLenient { return .done(tag) }
                return .failed(isPostgres ? "ERROR:  database \"\(name)\" already exists" : "ERROR 1007 (HY000) at line 1: Can't create database '\(name)'; database exists")
            }
            tables[name] = []
            return .done(tag)
        case "DROP" where ["DATABASE", "SCHEMA"].contains(object):
            let name = statement.qualifiedName(at: isLenient ? 4 : 2).parts.first ?? ""
            if isPostgres, object == "SCHEMA" { return .done(tag) }
            if isPostgres, name == current { return .failed("ERROR:  cannot drop the currently open database") }
            if tables[name] == nil {
                if isLenient { return .done(tag) }
                return .failed(isPostgres ? "ERROR:  database \"\(name)\" does not exist" : "ERROR 1008 (HY000) at line 1: Can't drop database '\(name)'; database doesn't exist")
            }
            choose(name == current ? nil : current)
            tables[name] = nil
            return .done(tag)
        case "CREATE" where ["USER", "ROLE", "EXTENSION", "FUNCTION", "PROCEDURE"].contains(object), "ALTER" where ["USER", "ROLE", "DATABASE", "SYSTEM"].contains(object),
            "DROP" where ["USER", "ROLE", "EXTENSION"].contains(object):
            return .done(tag)
        default: return nil
        }
    }

    private mutating func choose(_ name: String?) {
        keep()
        session.database = name
    }

    /// Statements that ask what there is; nil for others.
    mutating func catalogue(_ statement: [SQLToken]) -> Answer? {
        let words = statement.map(\.keyword)
        switch words.first {
        case "SHOW" where isPostgres:
            let settings = ["SERVER_VERSION": "18.1", "MAX_CONNECTIONS": "100", "SEARCH_PATH": "\"$user\", public", "PORT": "5432", "TIMEZONE": "Etc/UTC"]
            guard words.count > 1, let value = settings[words[1]] else { return .failed("ERROR:  unrecognized configuration parameter \"\(statement.last?.written.lowercased() ?? "")\"") }
            return .rows(columns: [words[1].lowercased()], rows: [[value]])
        case "SHOW": return shown(statement, words)
        case "DESCRIBE", "DESC": return columns(of: statement.qualifiedName(at: 1).parts)
        case "EXPLAIN" where statement.count == 2: return columns(of: [statement[1].name])
        case "EXPLAIN": return unsupported("EXPLAIN")
        case "SELECT" where statement.count == 2 && statement[1].written.hasPrefix("@@"):
            let name = String(statement[1].written.dropFirst(2))
            return .rows(columns: [statement[1].written], rows: [[Self.variables[name.lowercased()] ?? nil]])
        default: return nil
        }
    }

    private static let variables: [String: String] = [
        "version": "9.5.0", "version_comment": "MySQL Community Server - GPL", "max_connections": "151", "port": "3306", "server_id": "1", "read_only": "OFF",
        "datadir": "/var/lib/mysql/", "character_set_server": "utf8mb4", "collation_server": "utf8mb4_0900_ai_ci", "autocommit": "ON", "innodb_buffer_pool_size": "134217728",
    ]

    private mutating func shown(_ statement: [SQLToken], _ words: [String]) -> Answer? {
        /// What stands behind LIKE, with the shell's characters for SQL's.
        func pattern() -> GlobPattern? {
            guard let place = words.firstIndex(of: "LIKE"), place + 1 < statement.count else { return nil }
            return GlobPattern(statement[place + 1].name.lowercased().map { $0 == "%" ? "*" : $0 == "_" ? "?" : "\\\($0)" }.joined())
        }
        func named() -> [String]? { words.firstIndex { ["FROM", "IN"].contains($0) }.map { statement.qualifiedName(at: $0 + 1).parts } }
        if words.contains("DATABASES") || words.contains("SCHEMAS") { return .rows(columns: ["Database"], rows: tables.keys.sorted().map { [$0] }) }
        if words.contains("TABLES") {
            guard let database = named()?.first ?? current else { return .failed(SQLProblems.noDatabase) }
            guard let names = tableNames(of: database) else { return .failed("ERROR 1049 (42000) at line 1: Unknown database '\(database)'") }
            return .rows(columns: ["Tables_in_\(database)"], rows: names.map { [$0] })
        }
        if words.contains("COLUMNS") || words.contains("FIELDS") { return columns(of: named() ?? []) }
        if words.contains("VARIABLES") {
            let wanted = pattern()
            let found = Self.variables.sorted { $0.key < $1.key }.filter { entry in wanted?.matches(entry.key) ?? true }
            return .rows(columns: ["Variable_name", "Value"], rows: found.map { [$0.key, $0.value] })
        }
        if words.contains("PROCESSLIST") {
            return .rows(
                columns: ["Id", "User", "Host", "db", "Command", "Time", "State", "Info"],
                rows: [["8", session.user, "localhost", current, "Query", "0", "init", statement.sql]])
        }
        if words.count > 2, words[1] == "CREATE", words[2] == "TABLE" { return definition(of: statement.qualifiedName(at: 3).parts) }
        return words.contains("CREATE") ? unsupported("SHOW CREATE") : .rows(columns: [], rows: [])
    }

    /// What SQLite would answer in a way of its own.
    private func unsupported(_ feature: String) -> Answer {
        .failed(isPostgres ? "ERROR:  \(feature) is not supported" : "ERROR 1235 (42000) at line 1: This version of MySQL doesn't yet support '\(feature)'")
    }

    /// The tables of a database in order of names; nil when there is none of this name.
    private mutating func tableNames(of database: String) -> [String]? {
        guard let bytes = tables[database] else { return nil }
        let connection = database == current ? open() : SQLiteConnection(bytes, steps: stepsLeft)
        return connection.inspect("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name").compactMap { $0[0] }
    }

    struct ColumnFacts {
        var name: String
        var type: String
        var isRequired: Bool
        var standard: String?
        var isKey: Bool
    }

    func described(_ table: String, on connection: SQLiteConnection) -> [ColumnFacts] {
        let name = table.split(separator: "'").joined()
        let found = connection.inspect("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('\(name)')")
        return found.map { ColumnFacts(name: $0[0] ?? "", type: $0[1] ?? "", isRequired: $0[2] == "1", standard: $0[3], isKey: $0[4] != "0") }
    }

    private mutating func columns(of name: [String]) -> Answer {
        guard let table = name.last else { return .failed(problems.syntaxAtEnd) }
        guard let database = name.count > 1 ? name[0] : current else { return .failed(SQLProblems.noDatabase) }
        let connection = database == current ? open() : SQLiteConnection(tables[database] ?? [], steps: stepsLeft)
        let columns = described(table, on: connection)
        if columns.isEmpty { return .failed(SQLProblems(dialect: dialect, database: database).missing(table: table)) }
        return .rows(
            columns: ["Field", "Type", "Null", "Key", "Default", "Extra"],
            rows: columns.map { column in
                let isCounted = column.isKey && column.type == "INTEGER"
                return [
                    column.name, column.type == "INTEGER" || column.type == "INT" ? "int" : column.type.lowercased(), column.isRequired || column.isKey ? "NO" : "YES", column.isKey ? "PRI" : "",
                    column.standard.map(Self.bare), isCounted ? "auto_increment" : "",
                ]
            })
    }

    /// A table as a statement that would make it.
    private mutating func definition(of name: [String]) -> Answer {
        guard let table = name.last else { return .failed(problems.syntaxAtEnd) }
        guard let database = name.count > 1 ? name[0] : current else { return .failed(SQLProblems.noDatabase) }
        let connection = database == current ? open() : SQLiteConnection(tables[database] ?? [], steps: stepsLeft)
        let columns = described(table, on: connection)
        if columns.isEmpty { return .failed(SQLProblems(dialect: dialect, database: database).missing(table: table)) }
        var lines = columns.map { column in
            let isCounted = column.isKey && column.type == "INTEGER"
            let type = ["INTEGER", "INT"].contains(column.type) ? "int" : column.type.lowercased()
            let isEmpty = !column.isRequired && !column.isKey
            let standard = column.standard.map { " DEFAULT " + (["now()", "(now())"].contains($0) ? "CURRENT_TIMESTAMP" : $0.hasPrefix("'") || $0 == "NULL" ? $0 : "'\($0)'") } ?? (isEmpty ? " DEFAULT NULL" : "")
            return "  `\(column.name)` \(type)" + (isEmpty ? "" : " NOT NULL") + (isCounted ? " AUTO_INCREMENT" : standard)
        }
        let keys = columns.filter(\.isKey).map { "`\($0.name)`" }
        if !keys.isEmpty { lines.append("  PRIMARY KEY (\(keys.joined(separator: ",")))") }
        let quoted = table.split(separator: "'").joined()
        for row in connection.inspect("SELECT name FROM pragma_index_list('\(quoted)') WHERE \"unique\" = 1 AND origin = 'u' ORDER BY seq DESC") {
            let parts = connection.inspect("SELECT name FROM pragma_index_info('\((row[0] ?? "").split(separator: "'").joined())') ORDER BY seqno").compactMap { $0[0] }
            if let first = parts.first { lines.append("  UNIQUE KEY `\(first)` (\(parts.map { "`\($0)`" }.joined(separator: ",")))") }
        }
        let text = "CREATE TABLE `\(table)` (\n" + lines.joined(separator: ",\n") + "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci"
        return .rows(columns: ["Table", "Create Table"], rows: [[table, text]])
    }

    // MARK: Commands of psql

    /// `\dt` and the like.
    mutating func command(_ line: String) -> Answer {
        let words = line.dropFirst().split(separator: " ").map { String($0.filter { $0 != ";" }) }
        switch words.first?.prefix { $0 != "+" } {
        case "dt", "d" where words.count == 1:
            let names = current.flatMap { tableNames(of: $0) } ?? []
            guard !names.isEmpty else { return .failed("Did not find any \(words[0] == "d" ? "relations" : "tables").") }
            return .rows(
                columns: ["Schema", "Name", "Type", "Owner"], rows: names.map { ["public", $0, "table", session.user] }, title: words[0] == "d" ? "List of relations" : "List of tables")
        case "d":
            let columns = described(words[1], on: open())
            guard !columns.isEmpty else { return .failed("Did not find any relation named \"\(words[1])\".") }
            return .rows(
                columns: ["Column", "Type", "Collation", "Nullable", "Default"],
                rows: columns.map { [$0.name, $0.type.lowercased(), nil, $0.isRequired || $0.isKey ? "not null" : nil, $0.standard] }, title: "Table \"public.\(words[1])\"")
        case "l", "list":
            return .rows(
                columns: ["Name", "Owner", "Encoding", "Locale Provider", "Collate", "Ctype"],
                rows: tables.keys.sorted().map { [$0, session.user, "UTF8", "libc", "en_US.utf8", "en_US.utf8"] }, title: "List of databases")
        case "du", "dg":
            return .rows(
                columns: ["Role name", "Attributes"], rows: [[session.user, "Superuser, Create role, Create DB, Replication, Bypass RLS"]], title: "List of roles")
        case "c", "connect":
            guard words.count > 1 else { return .done("") }
            guard tables[words[1]] != nil else { return .failed("connection to server failed: FATAL:  database \"\(words[1])\" does not exist") }
            choose(words[1])
            return .done("You are now connected to database \"\(words[1])\" as user \"\(session.user)\".")
        case "conninfo": return .done("You are connected to database \"\(current ?? "")\" as user \"\(session.user)\" on port \"5432\".")
        case "q", "x", "timing", "echo", "set", "pset": return .done("")
        default: return .failed("invalid command \\\(words.first ?? "")")
        }
    }
}
