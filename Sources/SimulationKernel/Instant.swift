/// A moment of virtual time.
///
/// - Units: nanoseconds since 1970-01-01T00:00:00Z. Printed as API objects print it, in UTC.
/// - Bounds: the years 1677 to 2262; arithmetic and texts beyond them are cut to the first or last moment.
public struct Instant: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    /// So many seconds; cut to the years that nanoseconds reach, 1677 to 2262.
    @inlinable public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflow ? (seconds > 0 ? .max : .min) : product
    }

    /// The moment at which a cluster begins unless told otherwise: 2026-01-05T09:00:00Z, a Monday.
    public static let simulationStart = Instant(seconds: 1_767_603_600)

    /// Whole seconds since 1970, rounded down.
    @inlinable public var seconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1
    }

    @inlinable public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    @inlinable public static func + (instant: Instant, duration: Duration) -> Instant {
        let change = duration.nanoseconds
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(change)
        return Instant(nanoseconds: overflow ? (change > 0 ? .max : .min) : sum)
    }
    @inlinable public static func - (instant: Instant, duration: Duration) -> Instant {
        let change = duration.nanoseconds
        let (difference, overflow) = instant.nanoseconds.subtractingReportingOverflow(change)
        return Instant(nanoseconds: overflow ? (change > 0 ? .min : .max) : difference)
    }
    @inlinable public static func - (left: Instant, right: Instant) -> Duration {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return .nanoseconds(overflow ? (left > right ? .max : .min) : difference)
    }
    @inlinable public static func += (instant: inout Instant, duration: Duration) { instant = instant + duration }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero.
    ///
    /// - Bounds: about 292 years; longer durations are cut to that.
    @inlinable public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds > 0 ? .max : .min }
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (whole > 0 ? .max : .min) : sum
    }

    /// The duration in seconds with its fraction.
    @inlinable public var inSeconds: Double { Double(nanoseconds) / 1e9 }
}

// MARK: - RFC 3339

extension Instant: CustomStringConvertible {
    public var description: String { rfc3339 }

    /// `2026-01-05T09:00:00Z`: `metav1.Time`.
    public var rfc3339: String { text(fractionDigits: 0) }

    /// `2026-01-05T09:00:00.000000Z`: `metav1.MicroTime`.
    public var rfc3339Micro: String { text(fractionDigits: 6) }

    /// Date and time of day in UTC.
    public var civil: CivilTime { CivilTime(self) }

    /// Written digit by digit, since every write to a cluster has a time in it.
    private func text(fractionDigits: Int) -> String {
        let civil = civil
        return String(unsafeUninitializedCapacity: 32) { bytes in
            var count = 0
            func put(_ byte: UInt8) {
                bytes[count] = byte
                count += 1
            }
            func put(_ number: Int, digits: Int) {
                var rest = number
                for place in stride(from: digits - 1, through: 0, by: -1) {
                    bytes[count + place] = 48 + UInt8(rest % 10)
                    rest /= 10
                }
                count += digits
            }
            put(civil.year, digits: 4)
            put(45)
            put(civil.month, digits: 2)
            put(45)
            put(civil.day, digits: 2)
            put(84)
            put(civil.hour, digits: 2)
            put(58)
            put(civil.minute, digits: 2)
            put(58)
            put(civil.second, digits: 2)
            if fractionDigits > 0 {
                put(46)
                var fraction = civil.nanosecond
                for _ in fractionDigits..<9 { fraction /= 10 }
                put(fraction, digits: fractionDigits)
            }
            put(90)
            return count
        }
    }

    /// Reads RFC 3339 with or without a fraction, with `Z` or an offset; nil for anything else.
    public init?(rfc3339 text: String) {
        var text = text
        guard let instant = text.withUTF8(Self.read) else { return nil }
        self = instant
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Instant? {
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var result = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                result = result * 10 + Int(byte - 48)
            }
            return result
        }
        func isByte(_ index: Int, _ character: Unicode.Scalar) -> Bool { index < bytes.count && bytes[index] == UInt8(character.value) }
        guard let year = number(0..<4), isByte(4, "-"), let month = number(5..<7), isByte(7, "-"), let day = number(8..<10),
            isByte(10, "T") || isByte(10, "t"), let hour = number(11..<13), isByte(13, ":"), let minute = number(14..<16),
            isByte(16, ":"), let second = number(17..<19),
            (1...12).contains(month), (1...CivilTime.daysIn(month: month, year: year)).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var index = 19
        var nanosecond = 0
        if isByte(index, ".") {
            index += 1
            var scale = 100_000_000
            let start = index
            while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
                nanosecond += Int(bytes[index] - 48) * scale
                scale /= 10
                index += 1
            }
            if index == start { return nil }
        }
        var offset = 0
        if isByte(index, "Z") || isByte(index, "z") {
            index += 1
        } else if isByte(index, "+") || isByte(index, "-") {
            guard let hours = number(index + 1..<index + 3), isByte(index + 3, ":"), let minutes = number(index + 4..<index + 6), hours < 24,
                minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isByte(index, "-") ? -60 : 60)
            index += 6
        } else {
            return nil
        }
        guard index == bytes.count else { return nil }
        let civil = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, nanosecond: nanosecond)
        return civil.instant - .seconds(offset)
    }
}
