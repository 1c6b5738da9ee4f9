import KubernetesObjects
import SimulationKernel

/// A database server of a container: its databases, and what it answers to statements. SQLite does the work behind MySQL's and PostgreSQL's words.
///
/// - Shape: `tables` holds each database as SQLite's file; empty for one without tables.
/// - Differs: types are those of SQLite, users and grants are taken note of by nobody, and a transaction ends with the call it is in.
package struct SQLServer {
    /// What a statement came to.
    package enum Answer: Hashable, Sendable {
        /// A table; nil in a row is NULL. A change that gives rows back has a tag as well.
        case rows(columns: [String], rows: [[String?]], title: String = "", tag: String = "")
        /// A change, as Postgres tags it: `INSERT 0 1`.
        case done(String)
        case failed(String)

        package var isFailure: Bool { if case .failed = self { true } else { false } }

        package var value: Value {
            switch self {
            case .rows(let columns, let rows, let title, let tag):
                ["columns": Value(columns), "rows": .array(rows.map { .array($0.map { $0.map { .string($0) } ?? .null }) }), "title": .string(title), "tag": .string(tag)]
            case .done(let tag): ["done": .string(tag)]
            case .failed(let text): ["failed": .string(text)]
            }
        }

        /// The answers that stand in the body of a server's message; none when it is no such message.
        package static func all(in body: [UInt8]) -> [Answer] {
            ((try? Value(parsingJSON: body))?.elements ?? []).compactMap { Answer($0) }
        }

        private init?(_ value: Value) {
            if let columns = value["columns"]?.elements, let rows = value["rows"]?.elements {
                self = .rows(columns: columns.compactMap(\.stringValue), rows: rows.map { $0.elements.map(\.stringValue) }, title: value["title"]?.stringValue ?? "", tag: value["tag"]?.stringValue ?? "")
            } else if let tag = value["done"]?.stringValue {
                self = .done(tag)
            } else if let text = value["failed"]?.stringValue {
                self = .failed(text)
            } else {
                return nil
            }
        }
    }

    /// Who asks, where and when.
    struct Session {
        var user: String
        /// The database that is chosen from the start.
        var database: String?
        /// As `2026-03-02 10:00:00`.
        var now: String
        /// For what is random.
        var seed: UInt64
    }

    private static let statementsMax = 10_000
    /// Steps of SQLite that a call may take.
    static let stepsMax = 5_000_000
    /// To open and keep a database costs a step for so many of its bytes.
    private static let bytesPerStep = 16

    let dialect: SQLDialect
    var tables: [String: [UInt8]]
    var session: Session
    private var connection: SQLiteConnection?
    private var random: UInt64
    private(set) var stepsLeft: Int

    init(_ dialect: SQLDialect, tables: [String: [UInt8]], session: Session, steps: Int = stepsMax) {
        stepsLeft = steps
        self.dialect = dialect
        self.tables = tables
        self.session = session
        random = session.seed
    }

    /// The database whose tables need no name before them.
    var current: String? { session.database }
    var problems: SQLProblems { SQLProblems(dialect: dialect, database: current) }
    var isPostgres: Bool { dialect == .postgres }

    /// Runs the scripts of a server that starts for the first time; each ends with its first mistake.
    mutating func initialize(with scripts: [String], database: String?) {
        guard !scripts.isEmpty else { return }
        let chosen = session.database
        for script in scripts {
            session.database = database
            _ = run(script)
        }
        session.database = chosen
    }

    /// Runs statements until one fails.
    mutating func run(_ script: String) -> [Answer] {
        var answers: [Answer] = []
        var reader = SQLReader(script, dialect)
        if let chosen = current, tables[chosen] == nil {
            return [.failed(isPostgres ? "psql: error: connection to server failed: FATAL:  database \"\(chosen)\" does not exist" : "ERROR 1049 (42000): Unknown database '\(chosen)'")]
        }
        while answers.count < Self.statementsMax, let statement = reader.next() {
            var answer = run(statement)
            if reader.endsVertically, case .rows(let columns, let rows, _, let tag) = answer { answer = .rows(columns: columns, rows: rows, title: SQLClient.vertical, tag: tag) }
            answers.append(answer)
            if case .failed = answer { break }
        }
        keep()
        return answers
    }

    private mutating func run(_ statement: [SQLToken]) -> Answer {
        if let line = statement.first?.written, line.hasPrefix("\\") { return command(line) }
        if let answer = administration(statement) ?? catalogue(statement) { return answer }
        return execute(statement)
    }

    // MARK: Connections

    mutating func open() -> SQLiteConnection {
        if let connection { return connection }
        let bytes = current.flatMap { tables[$0] } ?? []
        stepsLeft -= bytes.count / Self.bytesPerStep
        let opened = SQLiteConnection(bytes, steps: stepsLeft)
        connection = opened
        SQLFunctions(dialect: dialect, session: session, version: dialect.version, dice: SQLFunctions.Dice(random)).define(on: opened)
        random = random &+ 1
        return opened
    }

    /// Takes the tables out of the connection, and closes it.
    mutating func keep() {
        guard let connection else { return }
        self.connection = nil
        stepsLeft = connection.stepsLeft
        connection.rollBackUnfinished()
        guard connection.hasWritten else { return }
        if let current, let bytes = connection.bytes() { tables[current] = bytes }
        for name in connection.attached { if let bytes = connection.bytes(of: name) { tables[name] = bytes } }
    }

    // MARK: Statements

    private mutating func execute(_ statement: [SQLToken]) -> Answer {
        let connection = open()
        // Other databases are looked into as far as they are named.
        for (index, token) in statement.enumerated() where token.isName && index + 1 < statement.count && statement[index + 1].isSymbol(".") && token.name != current {
            if !isPostgres, let bytes = tables[token.name] { connection.attach(bytes, as: token.name) }
        }
        if current == nil, statement.has("CREATE", "TABLE"), statement.qualifiedName(at: statement.contains(keyword: "EXISTS") ? 5 : 2).parts.count < 2 {
            return .failed(SQLProblems.noDatabase)
        }
        // Without a transaction there is nothing to end.
        if ["COMMIT", "ROLLBACK", "END"].contains(statement.first?.keyword ?? ""), !connection.isInTransaction { return .done(dialect.tag(of: statement, changes: 0)) }
        var translated = dialect.translated(statement, current: current)
        if statement.has("START", "TRANSACTION") || statement.has("BEGIN") { translated = SQLDialect.words("BEGIN") }
        guard !translated.isEmpty else { return .failed(problems.syntaxAtEnd) }
        translated[0].space = ""
        let text = translated.sql
        do throws(SQLiteConnection.Problem) {
            let result = try connection.run(text)
            if !result.columns.isEmpty { return rows(result, of: statement) }
            return .done(dialect.tag(of: statement, changes: result.changes))
        } catch {
            return .failed(problems.message(of: error, text: text, statement: statement) { duplicate($0, in: translated, on: connection) })
        }
    }

    private func rows(_ result: SQLiteConnection.Result, of statement: [SQLToken]) -> Answer {
        var rows = result.rows
        if isPostgres {
            for (place, column) in result.columns.enumerated() where ["BOOLEAN", "BOOL"].contains(SQLType(column.type).name) {
                for index in rows.indices { rows[index][place] = rows[index][place].map { ["1", "true", "t"].contains($0.lowercased()) ? "t" : "f" } }
            }
        }
        let changes = ["INSERT", "UPDATE", "DELETE", "REPLACE"].contains(statement.first?.keyword ?? "")
        return .rows(
            columns: isPostgres ? result.columns.map { Self.postgresName($0.name) } : Self.mysqlNames(result.columns.map(\.name), of: statement), rows: rows,
            tag: changes ? dialect.tag(of: statement, changes: result.changes) : "")
    }

    /// What MySQL calls columns: by what was asked for, where that is no name.
    private static func mysqlNames(_ names: [String], of statement: [SQLToken]) -> [String] {
        guard statement.first?.keyword == "SELECT" else { return names }
        let items = SQLDialect.parts(SQLDialect.selected(statement))
        guard items.count == names.count else { return names }
        return zip(names, items).map { name, item in name.contains("(") ? String(item.sql.drop { $0.isWhitespace }) : name }
    }

    /// What PostgreSQL calls a column: its own name, a function's name, or nothing in particular.
    private static func postgresName(_ name: String) -> String {
        if name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }), name.first?.isLetter == true || name.first == "_" { return name.lowercased() }
        let function = name.prefix { $0.isLetter || $0 == "_" }
        guard !function.isEmpty, name.hasSuffix(")"), name.dropFirst(function.count).first == "(" else { return "?column?" }
        return ["today": "current_date", "rand": "random", "leftmost": "left", "rightmost": "right"][function.lowercased()] ?? function.lowercased()
    }

    /// The values that an insertion wanted to have twice.
    private func duplicate(_ columns: [String], in statement: [SQLToken], on connection: SQLiteConnection) -> SQLProblems.Duplicate {
        let table = SQLProblems.target(statement)
        let known = described(table, on: connection)
        let isPrimaryKey = !columns.isEmpty && columns.allSatisfy { name in known.first { $0.name == name }?.isKey == true }
        guard let into = statement.firstIndex(where: { $0.keyword == "INTO" }), let values = statement.firstIndex(where: { $0.keyword == "VALUES" }) else {
            return SQLProblems.Duplicate(value: "", isPrimaryKey: isPrimaryKey)
        }
        var place = statement.qualifiedName(at: into + 1).end
        var named: [String] = []
        while place < values {
            if statement[place].isName { named.append(statement[place].name) }
            place += 1
        }
        let order = named.isEmpty ? known.map(\.name) : named
        var index = values + 1
        while index < statement.count, statement[index].isSymbol("(") {
            let end = statement.end(ofBracketAt: index)
            let given = statement[(index + 1)..<max(end - 1, index + 1)].split { $0.isSymbol(",") }.map { Array($0).sql }
            let pairs = columns.compactMap { column in order.firstIndex(of: column).flatMap { $0 < given.count ? (column, given[$0]) : nil } }
            let condition = pairs.map { "\"\($0.0)\" = \($0.1)" }.joined(separator: " AND ")
            if !pairs.isEmpty, let found = try? connection.run("SELECT 1 FROM \"\(table)\" WHERE \(condition)"), !found.rows.isEmpty {
                return SQLProblems.Duplicate(value: pairs.map { Self.bare($0.1) }.joined(separator: "-"), isPrimaryKey: isPrimaryKey)
            }
            index = end + 1
        }
        return SQLProblems.Duplicate(value: "", isPrimaryKey: isPrimaryKey)
    }

    static func bare(_ written: String) -> String {
        let text = written.drop { $0.isWhitespace }
        return text.hasPrefix("'") && text.hasSuffix("'") && text.count > 1 ? String(text.dropFirst().dropLast()) : String(text)
    }
}
