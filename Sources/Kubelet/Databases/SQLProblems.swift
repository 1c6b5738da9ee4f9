/// What the servers say of statements that fail.
///
/// - Source: MySQL's error message reference; PostgreSQL's appendix of error codes and the messages of its server.
struct SQLProblems {
    let dialect: SQLDialect
    /// The database that statements are about; nil while none is chosen.
    let database: String?

    /// A value that may not come twice.
    struct Duplicate {
        var value: String
        var isPrimaryKey: Bool
    }

    static let noDatabase = "ERROR 1046 (3D000) at line 1: No database selected"

    /// The server's words for a statement that SQLite refuses.
    ///
    /// - Parameters:
    ///   - text: the statement as SQLite was given it.
    ///   - duplicate: what was there already in columns whose values must differ.
    func message(of problem: SQLiteConnection.Problem, text: String, statement: [SQLToken], duplicate: (_ columns: [String]) -> Duplicate) -> String {
        let said = problem.message
        func after(_ start: String) -> String? { said.hasPrefix(start) ? String(said.dropFirst(start.count)) : nil }
        if let name = after("no such table: ") { return missing(table: name) }
        if let name = after("no such column: ") { return missing(column: name, statement) }
        if let name = after("no such function: ") { return both("1305 (42000)", "FUNCTION \(database.map { $0 + "." } ?? "")\(name) does not exist", "function \(name)() does not exist") }
        if said.hasPrefix("table "), said.hasSuffix(" already exists") {
            let name = said.dropFirst(6).dropLast(15).filter { $0 != "\"" }
            return both("1050 (42S01)", "Table '\(name)' already exists", "relation \"\(name)\" already exists")
        }
        if let places = after("UNIQUE constraint failed: ") { return duplicated(places.split(separator: ",").map { Self.trimmed(String($0)) }, duplicate) }
        if let place = after("NOT NULL constraint failed: ") {
            let (table, column) = Self.parts(place)
            return both("1048 (23000)", "Column '\(column)' cannot be null", "null value in column \"\(column)\" of relation \"\(table)\" violates not-null constraint")
        }
        if let name = after("CHECK constraint failed: ") {
            let table = Self.target(statement)
            return both("3819 (HY000)", "Check constraint '\(name)' is violated.", "new row for relation \"\(table)\" violates check constraint \"\(name)\"")
        }
        if said == "FOREIGN KEY constraint failed" {
            let isChild = ["INSERT", "REPLACE"].contains(statement.first?.keyword ?? "")
            return both(
                isChild ? "1452 (23000)" : "1451 (23000)",
                isChild ? "Cannot add or update a child row: a foreign key constraint fails" : "Cannot delete or update a parent row: a foreign key constraint fails",
                "\(isChild ? "insert" : "update or delete") on table \"\(Self.target(statement))\" violates foreign key constraint")
        }
        if said.contains(" values were supplied") || said.contains(" values for ") {
            return both("1136 (21S01)", "Column count doesn't match value count at row 1", "INSERT has more expressions than target columns")
        }
        if said == "database or disk is full" { return both("1114 (HY000)", "The table '\(Self.target(statement))' is full", "could not extend file: No space left on device") }
        if said == "interrupted" { return both("3024 (HY000)", "Query execution was interrupted, maximum statement execution time exceeded", "canceling statement due to statement timeout") }
        if said.hasSuffix("syntax error") || said == "incomplete input" || said.hasPrefix("unrecognized token") { return syntax(at: problem.offset.map { String(decoding: text.utf8.dropFirst($0), as: UTF8.self) } ?? "") }
        return both("1105 (HY000)", said, said)
    }

    private func both(_ code: String, _ mysql: String, _ postgres: String) -> String {
        dialect == .mysql ? "ERROR \(code) at line 1: \(mysql)" : "ERROR:  \(postgres)"
    }

    /// A table that is not there; its name may have its database before it.
    func missing(table name: String) -> String {
        let isQualified = name.contains(".")
        if dialect == .mysql, !isQualified, database == nil { return Self.noDatabase }
        return both(
            "1146 (42S02)", "Table '\(isQualified ? name : "\(database ?? "").\(name)")' doesn't exist",
            "relation \"\(Self.last(name))\" does not exist")
    }

    private func missing(column: String, _ statement: [SQLToken]) -> String {
        let isCondition = statement.firstIndex { $0.keyword == "WHERE" }.map { place in statement[place...].contains { $0.name.lowercased() == Self.last(column).lowercased() } } ?? false
        return both("1054 (42S22)", "Unknown column '\(column)' in '\(isCondition ? "where clause" : "field list")'", "column \"\(column)\" does not exist")
    }

    private func duplicated(_ places: [String], _ duplicate: (_ columns: [String]) -> Duplicate) -> String {
        let (table, columns) = (Self.parts(places.first ?? "").0, places.map { Self.parts($0).1 })
        let found = duplicate(columns)
        return both(
            "1062 (23000)", "Duplicate entry '\(found.value)' for key '\(table).\(found.isPrimaryKey ? "PRIMARY" : columns.joined(separator: "_"))'",
            "duplicate key value violates unique constraint \"\(table)_\(found.isPrimaryKey ? "pkey" : columns.joined(separator: "_") + "_key")\"")
    }

    /// A statement that ends before it is one.
    var syntaxAtEnd: String { syntax(at: "") }

    private func syntax(at rest: String) -> String {
        if dialect == .mysql {
            return both("1064 (42000)", "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '\(rest.prefix(80))' at line 1", "")
        }
        let word = rest.prefix { !$0.isWhitespace && !"(),;".contains($0) }
        let place = word.isEmpty ? rest.prefix(1) : word
        return place.isEmpty ? "ERROR:  syntax error at end of input" : "ERROR:  syntax error at or near \"\(place)\""
    }

    // MARK: Names

    private static func trimmed(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
    private static func last(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

    private static func parts(_ place: String) -> (String, String) {
        let parts = place.split(separator: ".").map(String.init)
        return parts.count > 1 ? (parts[parts.count - 2], parts[parts.count - 1]) : ("", place)
    }

    /// The table that a statement changes.
    static func target(_ statement: [SQLToken]) -> String {
        guard let place = statement.firstIndex(where: { ["INTO", "UPDATE", "FROM", "TABLE"].contains($0.keyword) }) else { return "" }
        return statement.qualifiedName(at: place + 1).parts.last ?? ""
    }
}
