import GRDBSQLite

/// SQLite on tables in memory, for statements of somebody who is not trusted.
///
/// - Bounds: the steps of its machine that it is given, `rowsMax` rows and `resultMax` bytes of a result,
///   `pagesMax` pages for a database; no files, no extensions, nothing that tells the wall's time or is random.
/// - Source: https://www.sqlite.org/security.html
final class SQLiteConnection {
    /// Why a statement failed, in SQLite's words.
    struct Problem: Error {
        var message: String
        /// Where in the statement, in bytes; nil when it has no place.
        var offset: Int?
    }

    /// A column of a result, and what its table declares it to be.
    struct Column {
        var name: String
        var type: String
    }

    struct Result {
        var columns: [Column] = []
        var rows: [[String?]] = []
        /// Rows that were written.
        var changes = 0
    }

    private static let stepsPerCall: Int32 = 1000
    private static let rowsMax = 10_000
    private static let resultMax = 1 << 20
    private static let pagesMax = 4096
    /// Functions that would tell the wall's time, or something random.
    private static let denied: Set<String> = ["datetime", "time", "julianday", "unixepoch", "strftime", "timediff", "randomblob", "load_extension"]

    private var handle: OpaquePointer?
    /// How many steps of its machine are left.
    private(set) var stepsLeft: Int
    /// Whether a statement that may write has run.
    private(set) var hasWritten = false
    private(set) var attached: Set<String> = []

    /// Opens tables that were kept; none for a new database.
    init(_ bytes: [UInt8], steps: Int) {
        stepsLeft = steps
        sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, nil)
        for (limit, most) in [
            (SQLITE_LIMIT_LENGTH, 1 << 20), (SQLITE_LIMIT_SQL_LENGTH, 1 << 20), (SQLITE_LIMIT_EXPR_DEPTH, 200), (SQLITE_LIMIT_COMPOUND_SELECT, 50),
            (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000), (SQLITE_LIMIT_TRIGGER_DEPTH, 20),
        ] { sqlite3_limit(handle, limit, Int32(most)) }
        _ = try? run("PRAGMA foreign_keys = ON")
        load(bytes, into: "main")
        sqlite3_progress_handler(handle, Self.stepsPerCall, Self.countSteps, Unmanaged.passUnretained(self).toOpaque())
        allow(false)
        hasWritten = false
    }

    deinit { sqlite3_close_v2(handle) }

    /// Whether statements may do everything, or what is harmless.
    private func allow(_ everything: Bool) { sqlite3_set_authorizer(handle, everything ? nil : Self.authorize, nil) }

    private static let countSteps: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
        let connection = Unmanaged<SQLiteConnection>.fromOpaque(context!).takeUnretainedValue()
        connection.stepsLeft -= Int(stepsPerCall)
        return connection.stepsLeft <= 0 ? 1 : 0
    }

    private static let authorize: @convention(c) (
        UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?
    ) -> Int32 = { _, action, _, second, _, _ in
        switch action {
        case SQLITE_ATTACH, SQLITE_DETACH, SQLITE_PRAGMA, SQLITE_CREATE_VTABLE, SQLITE_DROP_VTABLE: return SQLITE_DENY
        case SQLITE_FUNCTION: return second.map { denied.contains(String(cString: $0).lowercased()) } ?? true ? SQLITE_DENY : SQLITE_OK
        default: return SQLITE_OK
        }
    }

    // MARK: Databases

    private func load(_ bytes: [UInt8], into schema: String) {
        if !bytes.isEmpty, let buffer = sqlite3_malloc64(UInt64(bytes.count))?.assumingMemoryBound(to: UInt8.self) {
            buffer.update(from: bytes, count: bytes.count)
            let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
            sqlite3_deserialize(handle, schema, buffer, Int64(bytes.count), Int64(bytes.count), flags)
        }
        _ = try? run("PRAGMA \"\(schema)\".max_page_count = \(Self.pagesMax)")
    }

    /// Makes the tables of another database known under its name.
    func attach(_ bytes: [UInt8], as name: String) {
        guard !attached.contains(name) else { return }
        let had = hasWritten
        allow(true)
        // The library takes ten of them; what is not taken is not known to the statement.
        if (try? run("ATTACH ':memory:' AS \"\(name.filter { $0 != "\"" })\"")) != nil {
            load(bytes, into: name)
            attached.insert(name)
        }
        allow(false)
        hasWritten = had
    }

    /// The tables of a database, to be kept; nil when the library could not give them.
    func bytes(of schema: String = "main") -> [UInt8]? {
        // The library asks for the number of pages by a statement of its own.
        allow(true)
        defer { allow(false) }
        var size: Int64 = 0
        guard let buffer = sqlite3_serialize(handle, schema, &size, 0) else { return nil }
        defer { sqlite3_free(buffer) }
        return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
    }

    /// Asks what there is, which statements of others may not.
    func inspect(_ text: String) -> [[String?]] {
        allow(true)
        defer { allow(false) }
        return (try? run(text))?.rows ?? []
    }

    /// Takes back what was begun and not committed.
    func rollBackUnfinished() { if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) } }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    // MARK: Functions

    /// Makes a function known that statements may call with any number of arguments.
    func define(_ name: String, _ body: @escaping ([String?]) -> SQLValue?) {
        let box = Unmanaged.passRetained(FunctionBox(body)).toOpaque()
        sqlite3_create_function_v2(
            handle, name, -1, SQLITE_UTF8, box,
            { context, count, values in
                let function = Unmanaged<FunctionBox>.fromOpaque(sqlite3_user_data(context)).takeUnretainedValue()
                let arguments = (0..<Int(count)).map { sqlite3_value_text(values![$0]).map { String(cString: $0) } }
                switch function.body(arguments) {
                case nil: sqlite3_result_null(context)
                case .integer(let number)?: sqlite3_result_int64(context, number)
                case .real(let number)?: sqlite3_result_double(context, number)
                case .text(let text)?:
                    // The library copies what it is given with a negative destructor.
                    sqlite3_result_text(context, text, Int32(text.utf8.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
                }
            }, nil, nil, { Unmanaged<FunctionBox>.fromOpaque($0!).release() })
    }

    private final class FunctionBox {
        let body: ([String?]) -> SQLValue?

        init(_ body: @escaping ([String?]) -> SQLValue?) { self.body = body }
    }

    // MARK: Statements

    /// Runs one statement to its end.
    ///
    /// - Throws: why it failed; what it wrote is taken back then.
    func run(_ text: String) throws(Problem) -> Result {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK else { throw problem() }
        defer { sqlite3_finalize(statement) }
        guard statement != nil else { return Result() }
        if sqlite3_stmt_readonly(statement) == 0 { hasWritten = true }
        let count = sqlite3_column_count(statement)
        var result = Result()
        for index in 0..<count {
            result.columns.append(
                Column(name: String(cString: sqlite3_column_name(statement, index)), type: sqlite3_column_decltype(statement, index).map { String(cString: $0) } ?? ""))
        }
        var size = 0
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                let row = (0..<count).map { Self.cell(statement, $0, result.columns[Int($0)].type) }
                size += row.reduce(0) { $0 + ($1?.utf8.count ?? 4) + 1 }
                result.rows.append(row)
                guard result.rows.count <= Self.rowsMax, size <= Self.resultMax else { throw Problem(message: "result is larger than \(Self.rowsMax) rows or \(Self.resultMax) bytes") }
            case SQLITE_DONE:
                result.changes = Int(sqlite3_changes(handle))
                return result
            default: throw problem()
            }
        }
    }

    private func problem() -> Problem {
        let offset = sqlite3_error_offset(handle)
        return Problem(message: String(cString: sqlite3_errmsg(handle)), offset: offset < 0 ? nil : Int(offset))
    }

    private static func cell(_ statement: OpaquePointer?, _ index: Int32, _ type: String) -> String? {
        let kind = sqlite3_column_type(statement, index)
        guard kind != SQLITE_NULL, let bytes = sqlite3_column_text(statement, index) else { return nil }
        let text = String(cString: bytes)
        guard kind == SQLITE_FLOAT || kind == SQLITE_INTEGER else { return text }
        if let places = SQLType(type).decimals { return SQLType.fixed(sqlite3_column_double(statement, index), places) }
        return kind == SQLITE_FLOAT && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// The type that a column was declared with.
struct SQLType {
    /// In capitals, without what stands in brackets.
    let name: String
    /// Digits after the point of a fixed number.
    let decimals: Int?

    init(_ declared: String) {
        let upper = declared.uppercased()
        name = upper.prefix { $0 != "(" }.split(separator: " ").joined(separator: " ")
        let inner = upper.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split(separator: ",")
        let isFixed = ["DECIMAL", "NUMERIC", "DEC"].contains(name)
        decimals = isFixed ? (inner.count > 1 ? inner[1].split(separator: " ").first.flatMap { Int($0) } : inner.isEmpty ? nil : 0).map { min(max($0, 0), 15) } : nil
    }

    /// A number with so many digits after the point.
    static func fixed(_ number: Double, _ places: Int) -> String {
        var scale: Double = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = (number * scale).rounded()
        guard abs(scaled) < 9e18 else { return String(number) }
        let digits = String(Int64(abs(scaled)))
        let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
        let sign = scaled < 0 ? "-" : ""
        return places == 0 ? sign + padded : sign + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
