import KubernetesObjects
import SimulationKernel

/// A moment between the years 1 and 9999, to the nanosecond.
package struct CELTimestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since 1970.
    package var seconds: Int64
    /// 0 to 999,999,999 after that second.
    package var nanoseconds: Int64

    static let secondsMin: Int64 = -62_135_596_800
    static let secondsMax: Int64 = 253_402_300_799

    /// Makes a moment; nil when it is out of range.
    package init?(seconds: Int64, nanoseconds: Int64 = 0) {
        let carry = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var whole = seconds.addingReportingOverflow(carry.quotient)
        var rest = carry.remainder
        if rest < 0 {
            rest += 1_000_000_000
            let borrowed = whole.partialValue.subtractingReportingOverflow(1)
            whole = (borrowed.partialValue, whole.overflow || borrowed.overflow)
        }
        guard !whole.overflow, (Self.secondsMin...Self.secondsMax).contains(whole.partialValue) else { return nil }
        self.seconds = whole.partialValue
        self.nanoseconds = rest
    }

    package static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Reads RFC 3339: `2026-01-05T09:00:00.5+01:00`.
    package init?(parsing text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte &- 0x30 < 10 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        func isAt(_ index: Int, _ characters: String) -> Bool { index < bytes.count && characters.utf8.contains(bytes[index]) }
        guard let year = number(0..<4), isAt(4, "-"), let month = number(5..<7), isAt(7, "-"), let day = number(8..<10), isAt(10, "Tt"),
            let hour = number(11..<13), isAt(13, ":"), let minute = number(14..<16), isAt(16, ":"), let second = number(17..<19),
            (1...12).contains(month), day >= 1, day <= Self.daysIn(month, year), hour < 24, minute < 60, second < 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if isAt(index, ".") {
            index += 1
            var scale: Int64 = 100_000_000
            let start = index
            while index < bytes.count, bytes[index] &- 0x30 < 10 {
                fraction += Int64(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        var offset: Int64 = 0
        if isAt(index, "Zz") {
            index += 1
        } else {
            guard isAt(index, "+-"), let zoneHour = number(index + 1..<index + 3), isAt(index + 3, ":"),
                let zoneMinute = number(index + 4..<index + 6), zoneHour <= 24, zoneMinute < 60
            else { return nil }
            offset = (zoneHour * 3600 + zoneMinute * 60) * (bytes[index] == UInt8(ascii: "-") ? -1 : 1)
            index += 6
        }
        guard index == bytes.count else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: fraction)
    }

    /// Days since 1970 of a date of the Gregorian calendar.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The parts of a moment at an offset from UTC.
    struct Parts {
        var year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64
        /// From zero: the day of the year, and the day of the week with Sunday first.
        var dayOfYear: Int64, dayOfWeek: Int64
    }

    func parts(offset: Int64 = 0) -> Parts {
        let local = seconds + offset
        let days = local >= 0 ? local / 86400 : -((-local + 86399) / 86400)
        let second = local - days * 86400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfShifted = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfShifted + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return Parts(
            year: year, month: month, day: dayOfShifted - (153 * monthIndex + 2) / 5 + 1, hour: second / 3600, minute: second / 60 % 60,
            second: second % 60, dayOfYear: days - Self.days(year: year, month: 1, day: 1), dayOfWeek: ((days % 7) + 11) % 7)
    }

    /// `2026-01-05T09:00:00.5Z`
    package var description: String {
        func pad(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let parts = parts()
        var fraction = ""
        if nanoseconds != 0 {
            fraction = "." + pad(nanoseconds, 9)
            while fraction.last == "0" { fraction.removeLast() }
        }
        return "\(pad(parts.year, 4))-\(pad(parts.month, 2))-\(pad(parts.day, 2))T\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2))\(fraction)Z"
    }

    /// Seconds east of UTC of a zone such as `Asia/Seoul` or `-05:30` at this moment; nil for one that is not known.
    ///
    /// - Differs: centuries away from ours there is no summer time.
    func offset(ofZone name: String) -> Int64? {
        if name.isEmpty { return 0 }
        if let zone = TimeZoneRule(named: name) {
            let isNear = abs(seconds) < 8_000_000_000
            return Int64(isNear ? zone.offsetSeconds(at: Instant(seconds: seconds)) : zone.standardMinutes * 60)
        }
        var rest = name[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        let halves = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].utf8.count == 2, let hours = Int64(halves[0]), let minutes = Int64(halves[1]), (0...23).contains(hours),
            (0...59).contains(minutes)
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    }
}
