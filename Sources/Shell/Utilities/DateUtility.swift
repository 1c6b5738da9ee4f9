/// `date`.
enum DateUtility {
    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(io.arguments.filter { !$0.hasPrefix("+") }, flags: "uRI", values: "dDr", long: ["--utc": "u", "--date": "d", "--iso-8601": "I", "--iso-8601=seconds": "I", "--rfc-3339": "I"])
        var moment = io.now
        if let text = options.values["d"] {
            guard let parsed = parse(text, now: io.now) else {
                io.complain("invalid date '\(text)'")
                return 1
            }
            moment = parsed
        }
        var format = "%a %b %e %H:%M:%S UTC %Y"
        if let given = io.arguments.first(where: { $0.hasPrefix("+") }) { format = String(given.dropFirst()) } else if options.flags.contains("R") { format = "%a, %d %b %Y %H:%M:%S +0000" } else if options.flags.contains("I") {
            format = io.arguments.contains { $0.hasSuffix("seconds") } || options.values.isEmpty && io.arguments.contains("-Iseconds") ? "%Y-%m-%dT%H:%M:%S+00:00" : "%Y-%m-%d"
        }
        io.printLine(DateFormatter.format(format, moment))
        return 0
    }

    /// `@SECONDS`, `now`, `N units ago`, `+N units`, `YYYY-MM-DD[ T]HH:MM[:SS]`.
    private static func parse(_ text: String, now: Int64) -> Int64? {
        if text.hasPrefix("@"), let seconds = Int64(text.dropFirst()), seconds.magnitude < 9_000_000_000 { return seconds * 1_000_000_000 }
        if text == "now" || text == "today" { return now }
        let day: Int64 = 86_400_000_000_000
        if text == "yesterday" { return now - day }
        if text == "tomorrow" { return now + day }
        var words = text.split(separator: " ").map(String.init)
        let isPast = words.last == "ago"
        if isPast { words.removeLast() }
        if words.count == 2, let count = Int64(words[0]), count.magnitude < 1_000_000 {
            let units: [String: Int64] = ["second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86_400, "week": 604_800]
            let unit = words[1].hasSuffix("s") ? String(words[1].dropLast()) : words[1]
            guard let seconds = units[unit] else { return nil }
            return now &+ (isPast ? -count : count) * seconds * 1_000_000_000
        }
        let numbers = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
        guard numbers.count >= 3, text.contains("-"), (1970...2260).contains(numbers[0]), (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let time = numbers.dropFirst(3)
        func part(_ index: Int) -> Int { index < time.count ? min(time[time.startIndex + index], 60) : 0 }
        let days = DateFormatter.days(year: numbers[0], month: numbers[1], day: numbers[2])
        return Int64(days * 86_400 + part(0) * 3600 + part(1) * 60 + part(2)) * 1_000_000_000
    }
}

/// Dates as `strftime` writes them, in UTC.
enum DateFormatter {
    static let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// Days since 1970-01-01 of a date in the Gregorian calendar.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func format(_ format: String, _ nanoseconds: Int64) -> String {
        let seconds = Int(nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds - 999_999_999) / 1_000_000_000)
        let fraction = Int(nanoseconds) - seconds * 1_000_000_000
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        var year = 1970 + days / 366
        while Self.days(year: year + 1, month: 1, day: 1) <= days { year += 1 }
        while Self.days(year: year, month: 1, day: 1) > days { year -= 1 }
        var month = 12
        while Self.days(year: year, month: month, day: 1) > days { month -= 1 }
        let day = days - Self.days(year: year, month: month, day: 1) + 1
        let dayOfYear = days - Self.days(year: year, month: 1, day: 1) + 1
        let weekday = ((days + 4) % 7 + 7) % 7
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        func pad(_ number: Int, _ width: Int = 2, _ filler: Character = "0") -> String {
            let text = String(number)
            return String(repeating: filler, count: max(0, width - text.count)) + text
        }
        var result = ""
        var characters = format[...]
        while let character = characters.popFirst() {
            guard character == "%", var letter = characters.popFirst() else {
                result.append(character)
                continue
            }
            if letter == "-" || letter == "_", let next = characters.popFirst() { letter = next }
            switch letter {
            case "Y": result += String(year)
            case "y": result += pad(year % 100)
            case "m": result += pad(month)
            case "d": result += pad(day)
            case "e": result += pad(day, 2, " ")
            case "H": result += pad(hour)
            case "I": result += pad(hour % 12 == 0 ? 12 : hour % 12)
            case "M": result += pad(minute)
            case "S": result += pad(second)
            case "p": result += hour < 12 ? "AM" : "PM"
            case "s": result += String(seconds)
            case "N": result += pad(fraction, 9)
            case "3":
                result += pad(fraction / 1_000_000, 3)
                _ = characters.popFirst()
            case "j": result += pad(dayOfYear, 3)
            case "a": result += weekdays[weekday].prefix(3)
            case "A": result += weekdays[weekday]
            case "b", "h": result += months[month - 1].prefix(3)
            case "B": result += months[month - 1]
            case "u": result += String(weekday == 0 ? 7 : weekday)
            case "w": result += String(weekday)
            case "Z": result += "UTC"
            case "z": result += "+0000"
            case "F": result += "\(year)-\(pad(month))-\(pad(day))"
            case "T": result += "\(pad(hour)):\(pad(minute)):\(pad(second))"
            case "R": result += "\(pad(hour)):\(pad(minute))"
            case "D": result += "\(pad(month))/\(pad(day))/\(pad(year % 100))"
            case "c": result += Self.format("%a %b %e %H:%M:%S %Y", nanoseconds)
            case "n": result += "\n"
            case "t": result += "\t"
            case "%": result += "%"
            default: result += "%\(letter)"
            }
        }
        return result
    }
}
