import SimulationKernel

/// When a cron expression of five fields, or a descriptor such as `@daily`, is due.
///
/// - Source: robfig/cron v3 `ParseStandard` and `SpecSchedule.Next`, which CronJobs use.
/// - Bounds: looks five years ahead.
struct CronSchedule: Sendable, Equatable {
    private var minutes: UInt64 = 0
    private var hours: UInt64 = 0
    private var days: UInt64 = 0
    private var months: UInt64 = 0
    private var weekdays: UInt64 = 0
    private var daysAreFree = false
    private var weekdaysAreFree = false
    /// For `@every`.
    private var interval: Duration?

    struct ParseError: Error, Equatable { var message: String }

    init(_ text: String) throws(ParseError) {
        if text.isEmpty { throw ParseError(message: "empty spec string") }
        if text.hasPrefix("@") {
            self = try Self.described(by: text)
            return
        }
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard fields.count == 5 else {
            throw ParseError(message: "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]")
        }
        self = try CronSchedule(fields: fields)
    }

    private init(every interval: Duration) { self.interval = interval }

    private init(fields: [String]) throws(ParseError) {
        (minutes, _) = try Self.field(fields[0], 0, 59, [:])
        (hours, _) = try Self.field(fields[1], 0, 23, [:])
        (days, daysAreFree) = try Self.field(fields[2], 1, 31, [:])
        (months, _) = try Self.field(fields[3], 1, 12, Self.monthNames)
        (weekdays, weekdaysAreFree) = try Self.field(fields[4], 0, 6, Self.dayNames)
    }

    private static let descriptors = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    private static let monthNames = Dictionary(
        uniqueKeysWithValues: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].enumerated().map { ($1, $0 + 1) })
    private static let dayNames = Dictionary(
        uniqueKeysWithValues: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].enumerated().map { ($1, $0) })

    private static func described(by text: String) throws(ParseError) -> CronSchedule {
        if let expanded = Self.descriptors[text] { return try CronSchedule(fields: expanded.split(separator: " ").map(String.init)) }
        if text.hasPrefix("@every ") {
            let amount = String(text.dropFirst(7))
            guard let seconds = Self.seconds(amount), seconds > 0 else {
                throw ParseError(message: "failed to parse duration \(text): time: invalid duration \"\(amount)\"")
            }
            return CronSchedule(every: .seconds(seconds))
        }
        throw ParseError(message: "unrecognized descriptor: \(text)")
    }

    /// Whole seconds of a duration such as `1h30m`.
    private static func seconds(_ text: String) -> Int? {
        var total = 0
        var digits = ""
        for character in text {
            if character.isNumber { digits.append(character) } else {
                guard let amount = Int(digits), amount < 1_000_000 else { return nil }
                switch character {
                case "h": total += amount * 3600
                case "m": total += amount * 60
                case "s": total += amount
                default: return nil
                }
                digits = ""
            }
        }
        return digits.isEmpty ? total : nil
    }

    private static func field(_ text: String, _ low: Int, _ high: Int, _ names: [String: Int]) throws(ParseError) -> (UInt64, Bool) {
        var bits: UInt64 = 0
        var isFree = false
        for part in text.split(separator: ",") {
            let (more, star) = try range(String(part), low, high, names)
            bits |= more
            if star { isFree = true }
        }
        return (bits, isFree)
    }

    private static func range(_ text: String, _ low: Int, _ high: Int, _ names: [String: Int]) throws(ParseError) -> (UInt64, Bool) {
        let stepParts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let ends = stepParts.first, stepParts.count <= 2 else { throw ParseError(message: "too many slashes: \(text)") }
        let bounds = ends.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        var (first, last, isStar) = (low, high, false)
        if bounds == ["*"] || bounds == ["?"] {
            isStar = true
        } else {
            guard bounds.count <= 2 else { throw ParseError(message: "too many hyphens: \(text)") }
            first = try number(bounds[0], names)
            last = bounds.count == 2 ? try number(bounds[1], names) : first
        }
        var step = 1
        if stepParts.count == 2 {
            step = try number(stepParts[1], [:])
            if bounds.count == 1, !isStar { last = high }
            if step > 1 { isStar = false }
        }
        if first < low { throw ParseError(message: "beginning of range (\(first)) below minimum (\(low)): \(text)") }
        if last > high { throw ParseError(message: "end of range (\(last)) above maximum (\(high)): \(text)") }
        if first > last { throw ParseError(message: "beginning of range (\(first)) beyond end of range (\(last)): \(text)") }
        if step == 0 { throw ParseError(message: "step of range should be a positive number: \(text)") }
        var bits: UInt64 = 0
        for value in stride(from: first, through: last, by: step) { bits |= 1 << UInt64(value) }
        return (bits, isStar)
    }

    private static func number(_ text: String, _ names: [String: Int]) throws(ParseError) -> Int {
        if let named = names[text.lowercased()] { return named }
        guard let value = Int(text) else {
            throw ParseError(message: "failed to parse int from \(text): strconv.Atoi: parsing \"\(text)\": invalid syntax")
        }
        if value < 0 { throw ParseError(message: "negative number (\(value)) not allowed: \(text)") }
        return value
    }

    /// The first moment after `instant` at which it is due, by the clock of a zone; nil when there is none in five years.
    func next(after instant: Instant, in zone: TimeZoneRule) -> Instant? {
        if let interval { return Instant(seconds: instant.seconds) + interval }
        var local = CivilTime(instant + .seconds(zone.offsetSeconds(at: instant)))
        local.nanosecond = 0
        local.second = 0
        // Begin at the next full minute.
        local = CivilTime(local.instant + .seconds(60))
        let lastYear = local.year + 5
        while local.year <= lastYear {
            if months & (1 << UInt64(local.month)) == 0 {
                local = CivilTime(year: local.month == 12 ? local.year + 1 : local.year, month: local.month % 12 + 1, day: 1)
            } else if !isDay(local) {
                local = CivilTime(CivilTime(year: local.year, month: local.month, day: local.day).instant + .seconds(86_400))
            } else if hours & (1 << UInt64(local.hour)) == 0 {
                local.minute = 0
                local = CivilTime(local.instant + .seconds(3600))
            } else if minutes & (1 << UInt64(local.minute)) == 0 {
                local = CivilTime(local.instant + .seconds(60))
            } else {
                let moment = zone.instant(of: local)
                if moment > instant { return moment }
                local = CivilTime(local.instant + .seconds(60))
            }
        }
        return nil
    }

    private func isDay(_ time: CivilTime) -> Bool {
        let ofMonth = days & (1 << UInt64(time.day)) != 0
        let ofWeek = weekdays & (1 << UInt64(time.weekday)) != 0
        return daysAreFree || weekdaysAreFree ? ofMonth && ofWeek : ofMonth || ofWeek
    }
}
