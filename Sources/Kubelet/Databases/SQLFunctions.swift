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

/// A moment as databases write it: `2026-03-02 10:00:00`, or only its date.
struct SQLTime {
    private static let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// Since 1970.
    let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    /// Nil for what is no moment.
    init?(_ text: String) {
        let numbers = text.prefix(19).split { !$0.isNumber }.map { Int($0) ?? -1 }
        guard (3...6).contains(numbers.count), text.first?.isNumber == true, text.contains("-"), (1...9999).contains(numbers[0]), (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let clock = (3..<6).map { $0 < numbers.count ? min(max(numbers[$0], 0), 60) : 0 }
        seconds = Self.days(numbers[0], numbers[1], numbers[2]) * 86_400 + Int64(clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    /// Whole days since 1970.
    var days: Int64 { seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400 }

    /// Days since 1970-01-01 of a date in the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }

    private var date: (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    private var clock: (hour: Int, minute: Int, second: Int) {
        let rest = Int(seconds - days * 86_400)
        return (rest / 3600, rest / 60 % 60, rest % 60)
    }

    private var weekday: Int { Int(((days + 4) % 7 + 7) % 7) }

    private static func padded(_ number: Int, _ width: Int = 2) -> String { String(repeating: "0", count: max(width - String(number).count, 0)) + String(number) }

    var text: String { formatted(mysql: "%Y-%m-%d %H:%i:%s") }

    /// A part by its name, as `EXTRACT` takes it.
    func part(_ field: String) -> Int64? {
        switch field {
        case "year": Int64(date.year)
        case "quarter": Int64((date.month - 1) / 3 + 1)
        case "month": Int64(date.month)
        case "day": Int64(date.day)
        case "hour": Int64(clock.hour)
        case "minute": Int64(clock.minute)
        case "second": Int64(clock.second)
        case "epoch": seconds
        case "dow": Int64(weekday)
        case "isodow": Int64(weekday == 0 ? 7 : weekday)
        case "dayofweek": Int64(weekday + 1)
        case "doy", "dayofyear": days - Self.days(date.year, 1, 1) + 1
        default: nil
        }
    }

    func truncated(to field: String) -> SQLTime {
        switch field {
        case "year": SQLTime(seconds: Self.days(date.year, 1, 1) * 86_400)
        case "month": SQLTime(seconds: Self.days(date.year, date.month, 1) * 86_400)
        case "week": SQLTime(seconds: (days - Int64((weekday + 6) % 7)) * 86_400)
        case "day": SQLTime(seconds: days * 86_400)
        case "hour": SQLTime(seconds: seconds - Int64(clock.minute * 60 + clock.second))
        case "minute": SQLTime(seconds: seconds - Int64(clock.second))
        default: self
        }
    }

    /// `DATE_FORMAT` of MySQL.
    func formatted(mysql format: String) -> String {
        let (date, clock) = (date, clock)
        let hour = clock.hour % 12 == 0 ? 12 : clock.hour % 12
        var (result, rest) = ("", format[...])
        while let next = rest.popFirst() {
            guard next == "%", let letter = rest.popFirst() else {
                result.append(next)
                continue
            }
            switch letter {
            case "Y": result += Self.padded(date.year, 4)
            case "y": result += Self.padded(date.year % 100)
            case "m": result += Self.padded(date.month)
            case "c": result += String(date.month)
            case "M": result += Self.months[date.month - 1]
            case "b": result += Self.months[date.month - 1].prefix(3)
            case "d": result += Self.padded(date.day)
            case "e": result += String(date.day)
            case "H": result += Self.padded(clock.hour)
            case "k": result += String(clock.hour)
            case "h", "I": result += Self.padded(hour)
            case "l": result += String(hour)
            case "i": result += Self.padded(clock.minute)
            case "s", "S": result += Self.padded(clock.second)
            case "p": result += clock.hour < 12 ? "AM" : "PM"
            case "f": result += "000000"
            case "T": result += formatted(mysql: "%H:%i:%s")
            case "r": result += formatted(mysql: "%h:%i:%s %p")
            case "W": result += Self.weekdays[weekday]
            case "a": result += Self.weekdays[weekday].prefix(3)
            case "w": result += String(weekday)
            case "j": result += Self.padded(Int(part("doy") ?? 1), 3)
            default: result.append(letter)
            }
        }
        return result
    }

    /// `to_char` of PostgreSQL.
    func formatted(postgres format: String) -> String {
        let patterns = [
            ("HH24", "%H"), ("HH12", "%h"), ("YYYY", "%Y"), ("Month", "%M"), ("MONTH", "%M"), ("MM", "%m"), ("MI", "%i"), ("SS", "%s"), ("MS", "000"), ("DDD", "%j"), ("DD", "%d"), ("Day", "%W"),
            ("Dy", "%a"), ("Mon", "%b"), ("HH", "%h"), ("YY", "%y"), ("AM", "%p"), ("PM", "%p"),
        ]
        var (result, rest) = ("", format[...])
        while let next = rest.first {
            if let (pattern, meant) = patterns.first(where: { rest.hasPrefix($0.0) }) {
                result += formatted(mysql: meant)
                rest = rest.dropFirst(pattern.count)
            } else {
                result.append(next)
                rest.removeFirst()
            }
        }
        return result
    }
}
