/// Reads and prints times as Go's `time` package does, as far as API objects need it.
///
/// - Source: `time.Parse` with the layouts of `metav1.Time` and `metav1.MicroTime`, error texts included.
package enum GoTime {
    static let secondsLayout = "2006-01-02T15:04:05Z07:00"
    static let microsecondsLayout = "2006-01-02T15:04:05.000000Z07:00"

    /// A time that could not be read, in Go's words.
    package struct Failure: Error { package var message: String }

    /// The time in the form the API server writes it: in UTC, in whole seconds, or with six digits of a second.
    package static func normalized(_ text: String, microseconds: Bool) throws(Failure) -> String {
        var parser = Parser(text: Array(text.utf8), layout: microseconds ? microsecondsLayout : secondsLayout)
        let time = try parser.parse(microseconds: microseconds)
        return time.text(microseconds: microseconds)
    }

    /// Why a text is no time; nil when it is one.
    package static func problem(_ text: String) -> String? {
        do throws(Failure) {
            _ = try normalized(text, microseconds: false)
            return nil
        } catch {
            return error.message
        }
    }

    private struct Moment {
        var days: Int
        var seconds: Int
        var micros: Int

        func text(microseconds: Bool) -> String {
            let (year, month, day) = GoTime.civil(days)
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let yearText = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
            let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
            var fraction = ""
            if microseconds {
                let digits = "\(micros)"
                fraction = "." + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            }
            return "\(yearText)-\(two(month))-\(two(day))T\(clock)\(fraction)Z"
        }
    }

    private struct Parser {
        let text: [UInt8]
        let layout: String
        var position = 0

        init(text: [UInt8], layout: String) {
            self.text = text
            self.layout = layout
        }

        private func string(from start: Int) -> String { String(decoding: text[min(start, text.count)...], as: UTF8.self) }
        private var whole: String { string(from: 0) }

        private func mismatch(at start: Int, _ element: String) -> Failure {
            Failure(
                message:
                    "parsing time \(GoText.quoted(whole)) as \(GoText.quoted(layout)): cannot parse \(GoText.quoted(string(from: start))) as \(GoText.quoted(element))"
            )
        }

        private func outOfRange(_ what: String) -> Failure {
            Failure(message: "parsing time \(GoText.quoted(whole)): \(what) out of range")
        }

        private mutating func number(_ digits: Int, _ element: String) throws(Failure) -> Int {
            guard position + digits <= text.count else { throw mismatch(at: position, element) }
            var value = 0
            for index in position..<position + digits {
                guard text[index] >= 48, text[index] <= 57 else { throw mismatch(at: position, element) }
                value = value * 10 + Int(text[index] - 48)
            }
            position += digits
            return value
        }

        private mutating func literal(_ character: Character) throws(Failure) {
            guard position < text.count, text[position] == character.asciiValue else { throw mismatch(at: position, String(character)) }
            position += 1
        }

        mutating func parse(microseconds: Bool) throws(Failure) -> Moment {
            let year = try number(4, "2006")
            try literal("-")
            let month = try number(2, "01")
            guard (1...12).contains(month) else { throw outOfRange("month") }
            try literal("-")
            let day = try number(2, "02")
            try literal("T")
            let hour = try number(2, "15")
            guard hour < 24 else { throw outOfRange("hour") }
            try literal(":")
            let minute = try number(2, "04")
            guard minute < 60 else { throw outOfRange("minute") }
            try literal(":")
            let second = try number(2, "05")
            guard second < 60 else { throw outOfRange("second") }
            let micros = try fraction(isRequired: microseconds)
            let offset = try zone()
            if position < text.count {
                throw Failure(message: "parsing time \(GoText.quoted(whole)): extra text: \(GoText.quoted(string(from: position)))")
            }
            guard day >= 1, day <= GoTime.daysIn(month, year) else { throw outOfRange("day") }
            var days = GoTime.dayNumber(year, month, day)
            var seconds = hour * 3600 + minute * 60 + second - offset
            if seconds < 0 { (days, seconds) = (days - 1, seconds + 86400) }
            if seconds >= 86400 { (days, seconds) = (days + 1, seconds - 86400) }
            return Moment(days: days, seconds: seconds, micros: micros)
        }

        private mutating func fraction(isRequired: Bool) throws(Failure) -> Int {
            guard position < text.count, text[position] == UInt8(ascii: "."), position + 1 < text.count,
                (48...57).contains(text[position + 1])
            else {
                if isRequired { throw mismatch(at: position, ".000000") }
                return 0
            }
            let start = position
            position += 1
            var value = 0
            var digits = 0
            while position < text.count, (48...57).contains(text[position]) {
                if digits < 6 { value = value * 10 + Int(text[position] - 48) }
                digits += 1
                position += 1
            }
            if isRequired, digits != 6 { throw mismatch(at: start, ".000000") }
            while digits < 6 {
                value *= 10
                digits += 1
            }
            return value
        }

        private mutating func zone() throws(Failure) -> Int {
            guard position < text.count else { throw mismatch(at: position, "Z07:00") }
            if text[position] == UInt8(ascii: "Z") {
                position += 1
                return 0
            }
            let start = position
            let sign: Int
            switch text[position] {
            case UInt8(ascii: "+"): sign = 1
            case UInt8(ascii: "-"): sign = -1
            default: throw mismatch(at: start, "Z07:00")
            }
            guard position + 6 <= text.count, text[position + 3] == UInt8(ascii: ":") else { throw mismatch(at: start, "Z07:00") }
            position += 1
            let hours: Int
            let minutes: Int
            do {
                hours = try number(2, "Z07:00")
                position += 1
                minutes = try number(2, "Z07:00")
            } catch {
                throw mismatch(at: start, "Z07:00")
            }
            guard hours <= 24 else { throw outOfRange("time zone offset hour") }
            guard minutes < 60 else { throw outOfRange("time zone offset minute") }
            return sign * (hours * 3600 + minutes * 60)
        }
    }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }

    /// The days since 1970-01-01 of a date.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
    }

    /// The date of a number of days since 1970-01-01.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719468
        let era = (shifted >= 0 ? shifted : shifted - 146096) / 146097
        let dayOfEra = shifted - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let realMonth = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (realMonth <= 2 ? 1 : 0), realMonth, day)
    }
}
