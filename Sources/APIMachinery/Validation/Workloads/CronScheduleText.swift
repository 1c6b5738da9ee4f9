import SimulationKernel

/// What is wrong with the text of a cron schedule.
///
/// - Source: robfig/cron v3 `ParseStandard`.
enum CronScheduleText {
    private struct Bounds {
        var min: Int
        var max: Int
        var names: [String: Int] = [:]
    }

    private static let fields: [Bounds] = [
        Bounds(min: 0, max: 59), Bounds(min: 0, max: 23), Bounds(min: 1, max: 31),
        Bounds(
            min: 1, max: 12,
            names: ["jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12]),
        Bounds(min: 0, max: 6, names: ["sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6]),
    ]

    private struct Problem: Error { var text: String }

    /// The parser's error; nil when the schedule is right.
    static func problem(_ schedule: String) -> String? {
        var text = schedule
        if text.isEmpty { return "empty spec string" }
        if text.hasPrefix("TZ=") || text.hasPrefix("CRON_TZ=") {
            guard let blank = text.firstIndex(of: " ") else { return "provided bad location \(text): " }
            let zone = String(text[..<blank].drop { $0 != "=" }.dropFirst())
            if !zone.isEmpty, zone != "Local", TimeZoneRule(named: zone) == nil { return "provided bad location \(zone): unknown time zone \(zone)" }
            text = String(text[blank...].drop(while: \.isWhitespace))
        }
        if text.hasPrefix("@") { return descriptor(text) }
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" })
        if parts.count != 5 {
            return "expected exactly 5 fields, found \(parts.count): [\(parts.joined(separator: " "))]"
        }
        do throws(Problem) {
            for (part, bounds) in zip(parts, fields) {
                for range in part.split(separator: ",") { try check(String(range), bounds) }
            }
        } catch {
            return error.text
        }
        return nil
    }

    private static func descriptor(_ text: String) -> String? {
        if ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"].contains(text) { return nil }
        guard text.hasPrefix("@every ") else { return "unrecognized descriptor: \(text)" }
        let duration = text.dropFirst("@every ".count)
        return isDuration(duration) ? nil : "failed to parse duration \(text): time: invalid duration \(goQuoted(String(duration)))"
    }

    private static func isDuration(_ text: Substring) -> Bool {
        var rest = text
        if rest.isEmpty { return false }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            if digits.isEmpty || !["h", "m", "s", "ms", "us", "µs", "ns"].contains(String(unit)) { return false }
        }
        return true
    }

    private static func check(_ expression: String, _ bounds: Bounds) throws(Problem) {
        let slashes = expression.split(separator: "/", omittingEmptySubsequences: false)
        let hyphens = slashes[0].split(separator: "-", omittingEmptySubsequences: false)
        var start = bounds.min
        var end = bounds.max
        let isSingle = hyphens.count == 1
        if hyphens[0] != "*", hyphens[0] != "?" {
            start = try number(hyphens[0], bounds)
            switch hyphens.count {
            case 1: end = start
            case 2: end = try number(hyphens[1], bounds)
            default: throw Problem(text: "too many hyphens: \(expression)")
            }
        }
        var step = 1
        switch slashes.count {
        case 1: break
        case 2:
            step = try integer(slashes[1])
            if isSingle { end = bounds.max }
        default: throw Problem(text: "too many slashes: \(expression)")
        }
        if start < bounds.min { throw Problem(text: "beginning of range (\(start)) below minimum (\(bounds.min)): \(expression)") }
        if end > bounds.max { throw Problem(text: "end of range (\(end)) above maximum (\(bounds.max)): \(expression)") }
        if start > end { throw Problem(text: "beginning of range (\(start)) beyond end of range (\(end)): \(expression)") }
        if step == 0 { throw Problem(text: "step of range should be a positive number: \(expression)") }
    }

    private static func number(_ text: Substring, _ bounds: Bounds) throws(Problem) -> Int {
        if let named = bounds.names[text.lowercased()] { return named }
        return try integer(text)
    }

    private static func integer(_ text: Substring) throws(Problem) -> Int {
        guard let number = Int(text) else {
            let isTooLarge = !text.isEmpty && text.utf8.allSatisfy(NameFormats.isDigit)
            throw Problem(
                text:
                    "failed to parse int from \(text): strconv.Atoi: parsing \(goQuoted(String(text))): \(isTooLarge ? "value out of range" : "invalid syntax")")
        }
        if number < 0 { throw Problem(text: "negative number (\(number)) not allowed: \(text)") }
        return number
    }
}
