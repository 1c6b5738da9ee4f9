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
