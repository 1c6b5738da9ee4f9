import Shell
import SimulationKernel

/// A value that a function gives back to SQLite.
enum SQLValue: ExpressibleByStringLiteral {
    case text(String)
    case integer(Int64)
    case real(Double)

    init(stringLiteral value: String) { self = .text(value) }
}

/// Functions of MySQL and PostgreSQL that SQLite lacks.
///
/// - Source: the chapters on functions of MySQL's reference manual and of PostgreSQL's documentation.
struct SQLFunctions {
    let dialect: SQLDialect
    let session: SQLServer.Session
    let version: String
    let dice: Dice

    /// The random numbers of one connection, which its functions share.
    final class Dice {
        var stream: RandomStream

        init(_ seed: UInt64) { stream = RandomStream(seed: seed, name: "sql") }
    }

    /// Makes them known to a connection.
    func define(on connection: SQLiteConnection) {
        defineFacts(on: connection)
        defineTimes(on: connection)
        defineTexts(on: connection)
        defineNumbers(on: connection)
    }

    private func defineFacts(on connection: SQLiteConnection) {
        let (session, version, isPostgres) = (session, version, dialect == .postgres)
        connection.define("version") { _ in .text(version) }
        for name in ["database", "schema", "current_database"] { connection.define(name) { _ in session.database.map { .text($0) } } }
        for name in ["user", "current_user", "session_user"] { connection.define(name) { _ in .text(isPostgres ? session.user : "\(session.user)@localhost") } }
        connection.define("connection_id") { _ in .integer(8) }
    }

    // MARK: Times

    private func defineTimes(on connection: SQLiteConnection) {
        let now = session.now
        connection.define("now") { _ in .text(now) }
        connection.define("today") { _ in .text(String(now.prefix(10))) }
        connection.define("date") { $0.first.flatMap { $0 }.map { .text($0 == "now" ? String(now.prefix(10)) : String($0.prefix(10))) } }
        connection.define("unix_timestamp") { values in
            guard let text = values.isEmpty ? now : values[0] else { return nil }
            return SQLTime(text).map { .integer($0.seconds) } ?? .integer(0)
        }
        for name in ["from_unixtime", "to_timestamp"] {
            connection.define(name) { values in
                values.first.flatMap { $0 }.flatMap { Double($0) }.flatMap { abs($0) < 1e11 ? .text(SQLTime(seconds: Int64($0)).text) : nil }
            }
        }
        connection.define("date_format") { values in
            guard values.count == 2, let time = values[0].flatMap({ SQLTime($0) }), let format = values[1] else { return nil }
            return .text(time.formatted(mysql: format))
        }
        connection.define("to_char") { values in
            guard values.count == 2, let text = values[0], let format = values[1] else { return nil }
            return .text(SQLTime(text)?.formatted(postgres: format) ?? text)
        }
        for name in ["date_part", "extract"] {
            connection.define(name) { values in
                guard values.count == 2, let field = values[0], let time = values[1].flatMap({ SQLTime($0) }) else { return nil }
                return time.part(field.lowercased()).map { .integer($0) }
            }
        }
        connection.define("date_trunc") { values in
            guard values.count == 2, let field = values[0], let time = values[1].flatMap({ SQLTime($0) }) else { return nil }
            return .text(time.truncated(to: field.lowercased()).text)
        }
        for field in ["year", "month", "day", "hour", "minute", "second", "quarter", "dayofweek", "dayofyear"] {
            connection.define(field) { values in values.first.flatMap { $0 }.flatMap { SQLTime($0) }.flatMap { $0.part(field) }.map { .integer($0) } }
        }
        connection.define("datediff") { values in
            guard values.count == 2, let first = values[0].flatMap({ SQLTime($0) }), let second = values[1].flatMap({ SQLTime($0) }) else { return nil }
            return .integer(first.days - second.days)
        }
    }

    // MARK: Texts

    private static let textMax = 1 << 20

    private func defineTexts(on connection: SQLiteConnection) {
        let isPostgres = dialect == .postgres
        /// A function of texts and numbers none of which may be missing.
        func define(_ name: String, _ count: ClosedRange<Int>, _ body: @escaping ([String]) -> SQLValue?) {
            connection.define(name) { values in
                guard count.contains(values.count), !values.contains(nil) else { return nil }
                return body(values.map { $0 ?? "" })
            }
        }
        func hex(_ bytes: [UInt8]) -> SQLValue { .text(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()) }
        connection.define("concat") { !isPostgres && $0.contains(nil) ? nil : .text($0.map { $0 ?? "" }.joined()) }
        connection.define("concat_ws") { values in values.first.flatMap { $0 }.map { separator in .text(values.dropFirst().compactMap { $0 }.joined(separator: separator)) } }
        define("md5", 1...1) { hex(Digests.md5(Array($0[0].utf8))) }
        for name in ["sha", "sha1"] { define(name, 1...1) { hex(Digests.sha1(Array($0[0].utf8))) } }
        define("sha2", 2...2) { $0[1] == "256" || $0[1] == "0" ? hex(Digests.sha256(Array($0[0].utf8))) : nil }
        define("leftmost", 2...2) { .text(String($0[0].prefix(max(Int($0[1]) ?? 0, 0)))) }
        define("rightmost", 2...2) { .text(String($0[0].suffix(max(Int($0[1]) ?? 0, 0)))) }
        define("reverse", 1...1) { .text(String($0[0].reversed())) }
        define("repeat", 2...2) { values in
            let count = max(Int(values[1]) ?? 0, 0)
            guard count <= Self.textMax, values[0].utf8.count * count <= Self.textMax else { return nil }
            return .text(String(repeating: values[0], count: count))
        }
        define("lpad", 2...3) { Self.padded($0, atStart: true) }
        define("rpad", 2...3) { Self.padded($0, atStart: false) }
        define("initcap", 1...1) { .text($0[0].split(separator: " ", omittingEmptySubsequences: false).map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: " ")) }
        define("split_part", 3...3) { values in
            let parts = values[1].isEmpty ? [values[0][...]] : values[0].split(separator: values[1], omittingEmptySubsequences: false)
            let place = Int(values[2]) ?? 1
            let index = place < 0 ? parts.count + place : place - 1
            return .text(parts.indices.contains(index) ? String(parts[index]) : "")
        }
        let dice = dice
        for name in ["uuid", "gen_random_uuid"] { connection.define(name) { _ in .text(dice.stream.uuid()) } }
    }

    private static func padded(_ values: [String], atStart: Bool) -> SQLValue? {
        guard let width = Int(values[1]), (0...10_000).contains(width) else { return nil }
        let (text, fill) = (values[0], values.count > 2 ? values[2] : " ")
        guard text.count < width, !fill.isEmpty else { return .text(String(text.prefix(width))) }
        let more = String(String(repeating: fill, count: (width - text.count) / fill.count + 1).prefix(width - text.count))
        return .text(atStart ? more + text : text + more)
    }

    // MARK: Numbers

    private func defineNumbers(on connection: SQLiteConnection) {
        let dice = dice
        for name in ["rand", "random"] { connection.define(name) { _ in .real(Double(dice.stream.next() >> 11) / 9_007_199_254_740_992) } }
        func define(_ name: String, _ body: @escaping (Double) -> Double?) {
            connection.define(name) { values in
                guard values.count == 1, let number = values[0].flatMap({ Double($0) }), let result = body(number), result.isFinite else { return nil }
                return Self.value(result)
            }
        }
        define("floor") { $0.rounded(.down) }
        define("ceil") { $0.rounded(.up) }
        define("ceiling") { $0.rounded(.up) }
        define("sqrt") { $0 < 0 ? nil : $0.squareRoot() }
        for name in ["pow", "power"] {
            connection.define(name) { values in
                guard values.count == 2, let base = values[0].flatMap({ Double($0) }), let exponent = values[1].flatMap({ Int($0) }), abs(exponent) <= 1024 else { return nil }
                let result = (0..<abs(exponent)).reduce(1.0) { product, _ in product * base }
                return Self.value(exponent < 0 ? 1 / result : result)
            }
        }
        connection.define("mod") { values in
            guard values.count == 2, let first = values[0].flatMap({ Double($0) }), let second = values[1].flatMap({ Double($0) }), second != 0 else { return nil }
            return Self.value(first.truncatingRemainder(dividingBy: second))
        }
    }

    /// A number as a whole one where it is.
    private static func value(_ number: Double) -> SQLValue { Int64(exactly: number).map { .integer($0) } ?? .real(number) }
}
