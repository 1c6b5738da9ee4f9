import KubernetesObjects

/// How `mysql` or `psql` was called: what it asks of which server, and in which form it prints the answer.
///
/// - Source: the manual pages of mysql(1) and psql(1), without a terminal.
struct SQLClient {
    let dialect: SQLDialect
    private(set) var host = "localhost"
    private(set) var port: Int
    private(set) var user: String?
    private(set) var password: String?
    private(set) var database: String?
    /// What is to be run; nil when it stands in the input.
    private(set) var script: String?
    /// A script to be read from a file of the container.
    private(set) var file: String?
    /// Without the names of columns, and for `psql` without the count of rows.
    private(set) var isBare = false
    /// `psql -A`: cells are not made equally wide.
    private(set) var isUnaligned = false
    private(set) var separator: String
    /// `mysql -t`: in a frame.
    private(set) var isFramed = false
    private(set) var isQuiet = false
    /// A password in the command line, of which `mysql` warns.
    private(set) var showsPassword = false

    init(_ tool: String, _ arguments: [String]) {
        dialect = tool == "psql" ? .postgres : .mysql
        port = tool == "psql" ? 5432 : 3306
        separator = tool == "psql" ? "|" : "\t"
        var words: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word.hasPrefix("--") {
                let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
                read(long: parts.first ?? "", parts.count > 1 ? parts[1] : nil, &rest)
            } else if word.hasPrefix("-"), word.count > 1 {
                read(letters: word.dropFirst(), &rest)
            } else {
                words.append(word)
            }
        }
        if database == nil { database = words.first }
        if dialect == .postgres, user == nil, words.count > 1 { user = words[1] }
    }

    private mutating func read(long name: String, _ value: String?, _ rest: inout ArraySlice<String>) {
        func given() -> String { value ?? rest.popFirst() ?? "" }
        switch name {
        case "host": host = given()
        case "port": port = Int(given()) ?? port
        case "user", "username": user = given()
        case "password":
            password = value
            showsPassword = value != nil
        case "database", "dbname": database = given()
        case "execute", "command": ask(given())
        case "file": file = given()
        case "skip-column-names", "tuples-only": isBare = true
        case "no-align": isUnaligned = true
        case "csv": (isUnaligned, separator) = (true, ",")
        case "field-separator": separator = given()
        case "table": isFramed = true
        case "quiet", "silent": isQuiet = true
        default: break
        }
    }

    /// Letters in a row, the last of which may have its value in the same word or in the next.
    private mutating func read(letters word: Substring, _ rest: inout ArraySlice<String>) {
        var letters = word
        while let letter = letters.popFirst() {
            func given() -> String {
                defer { letters = "" }
                return letters.isEmpty ? rest.popFirst() ?? "" : String(letters)
            }
            switch (dialect, letter) {
            case (_, "h"): host = given()
            case (.mysql, "P"), (.postgres, "p"): port = Int(given()) ?? port
            case (.mysql, "u"), (.postgres, "U"): user = given()
            case (.mysql, "p"):
                // Its value stands in the same word or nowhere: without one it would be asked for.
                password = letters.isEmpty ? nil : String(letters)
                showsPassword = !letters.isEmpty
                letters = ""
            case (.mysql, "D"), (.postgres, "d"): database = given()
            case (.mysql, "e"), (.postgres, "c"): ask(given())
            case (.postgres, "f"): file = given()
            case (.mysql, "N"), (.postgres, "t"): isBare = true
            case (.postgres, "A"): isUnaligned = true
            case (.postgres, "F"): separator = given()
            case (.postgres, "v"), (.postgres, "P"), (.postgres, "o"), (.postgres, "L"), (.mysql, "S"): _ = given()
            case (.mysql, "t"): isFramed = true
            case (_, "q"): isQuiet = true
            case (.postgres, "l"): script = "\\l"
            default: break
            }
        }
    }

    /// What is asked by several options is run in their order.
    private mutating func ask(_ text: String) { script = script.map { $0 + ";\n" + text } ?? text }

    // MARK: Answers

    /// The title of a table that is to be shown with each column in a line of its own.
    static let vertical = "\\G"

    /// What the client prints of a server's answers.
    func print(_ answers: [SQLServer.Answer]) -> (output: String, errors: String, status: Int) {
        var output = ""
        for answer in answers {
            switch answer {
            case .failed(let text): return (output, text + "\n", 1)
            case .done(let tag): output += shown(tag)
            case .rows(let columns, let rows, let title, let tag): output += print(columns, rows, title) + shown(tag)
            }
        }
        return (output, "", 0)
    }

    private func shown(_ tag: String) -> String { dialect == .postgres && !tag.isEmpty && !isQuiet ? tag + "\n" : "" }

    private func print(_ columns: [String], _ rows: [[String?]], _ title: String) -> String {
        let empty = dialect == .postgres ? "" : "NULL"
        let cells = rows.map { $0.map { $0 ?? empty } }
        if dialect == .postgres {
            if !isUnaligned { return SQLTable.aligned(columns, cells, title: title, isBare: isBare) }
            let lines = (isBare ? [] : [columns]) + cells
            return lines.map { $0.joined(separator: separator) + "\n" }.joined() + (isBare || separator == "," ? "" : SQLTable.count(rows.count) + "\n")
        }
        if rows.isEmpty { return "" }
        if title == Self.vertical { return SQLTable.vertical(columns, cells) }
        if isFramed { return SQLTable.framed(columns, cells, isBare: isBare) }
        return ((isBare ? [] : [columns]) + cells).map { $0.map(Self.escaped).joined(separator: separator) + "\n" }.joined()
    }

    /// A cell of `mysql` in batch mode.
    private static func escaped(_ cell: String) -> String {
        guard cell.contains(where: { "\n\t\\".contains($0) }) else { return cell }
        return cell.map { ["\n": "\\n", "\t": "\\t", "\\": "\\\\"][$0] ?? String($0) }.joined()
    }
}

/// Tables as the clients draw them.
enum SQLTable {
    static func count(_ rows: Int) -> String { "(\(rows) row\(rows == 1 ? "" : "s"))" }

    private static func widths(_ columns: [String], _ rows: [[String]]) -> [Int] {
        columns.indices.map { column in ([columns[column]] + rows.map { $0[column] }).map(\.count).max() ?? 0 }
    }

    private static func padded(_ cell: String, _ width: Int, toTheRight: Bool) -> String {
        let space = String(repeating: " ", count: max(width - cell.count, 0))
        return toTheRight ? space + cell : cell + space
    }

    /// Columns of numbers, which stand to the right.
    private static func numeric(_ columns: [String], _ rows: [[String]]) -> [Bool] {
        columns.indices.map { column in !rows.isEmpty && rows.allSatisfy { $0[column].isEmpty || $0[column] == "NULL" || Double($0[column]) != nil } }
    }

    /// As `psql` draws one.
    static func aligned(_ columns: [String], _ rows: [[String]], title: String, isBare: Bool) -> String {
        let (widths, isNumeric) = (isBare ? widths(columns.map { _ in "" }, rows) : widths(columns, rows), numeric(columns, rows))
        func line(_ cells: [String]) -> String {
            " " + cells.enumerated().map { index, cell in
                index == cells.count - 1 && !isNumeric[index] ? cell : padded(cell, widths[index], toTheRight: isNumeric[index])
            }.joined(separator: " | ") + "\n"
        }
        let lines = rows.map(line).joined()
        if isBare { return lines + "\n" }
        func centred(_ text: String, _ width: Int) -> String {
            let space = max(width - text.count, 0)
            return String(repeating: " ", count: space / 2) + text + String(repeating: " ", count: space - space / 2)
        }
        let head = " " + columns.enumerated().map { centred($1, widths[$0]) }.joined(separator: " | ") + " \n"
        let rule = widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "+")
        let above = title.isEmpty ? "" : String(repeating: " ", count: max(rule.count - title.count, 0) / 2) + title + "\n"
        return above + head + rule + "\n" + lines + count(rows.count) + "\n\n"
    }

    /// As `mysql` shows rows after `\\G`.
    static func vertical(_ columns: [String], _ rows: [[String]]) -> String {
        let width = columns.map(\.count).max() ?? 0
        let stars = String(repeating: "*", count: 27)
        return rows.enumerated().map { index, row in
            "\(stars) \(index + 1). row \(stars)\n" + zip(columns, row).map { padded($0, width, toTheRight: true) + ": \($1)\n" }.joined()
        }.joined()
    }

    /// As `mysql -t` draws one.
    static func framed(_ columns: [String], _ rows: [[String]], isBare: Bool) -> String {
        let (widths, isNumeric) = (widths(columns, rows), numeric(columns, rows))
        func line(_ cells: [String], isHead: Bool) -> String {
            "|" + cells.enumerated().map { " " + padded($1, widths[$0], toTheRight: !isHead && isNumeric[$0]) + " |" }.joined() + "\n"
        }
        let rule = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined() + "\n"
        return rule + (isBare ? "" : line(columns, isHead: true) + rule) + rows.map { line($0, isHead: false) }.joined() + rule
    }
}

extension NetworkCommand {
    /// A call of `mysql` or `psql` is a request to its server.
    mutating func readSQL(_ environment: [(name: String, value: String)], input: [UInt8]) {
        let client = SQLClient(tool, arguments)
        sql = client
        func known(_ name: String) -> String? { environment.last { $0.name == name && !$0.value.isEmpty }?.value }
        let isPostgres = client.dialect == .postgres
        let host = client.host == "localhost" ? known(isPostgres ? "PGHOST" : "MYSQL_HOST") ?? client.host : client.host
        let user = client.user ?? (isPostgres ? known("PGUSER") ?? "root" : "root")
        let password = client.password ?? known(isPostgres ? "PGPASSWORD" : "MYSQL_PWD") ?? ""
        var headers = [("X-User", user), ("X-Password", password)]
        if let database = client.database ?? (isPostgres ? known("PGDATABASE") : nil) { headers.append((Kubelets.databaseHeader, database)) }
        action = .http(url: "http://\(host):\(client.port)/", method: "SQL", headers: headers, body: client.script ?? String(decoding: input, as: UTF8.self))
    }

    /// What a client of SQL prints of what its server answered.
    func sqlAnswer(_ body: String) -> (output: String, errors: String, status: Int) {
        guard let client = sql else { return ("", "", 0) }
        var printed = client.print(SQLServer.Answer.all(in: Array(body.utf8)))
        if client.showsPassword, client.dialect == .mysql { printed.errors = Self.passwordWarning + printed.errors }
        return printed
    }

    static let passwordWarning = "mysql: [Warning] Using a password on the command line interface can be insecure.\n"
}
