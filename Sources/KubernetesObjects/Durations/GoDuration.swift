/// A length of time as Go reads and writes it: `1h2m3s`.
public struct GoDuration: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    /// So many seconds; cut to 292 years.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflow ? (seconds > 0 ? .max : .min) : product
    }

    @inlinable public static func < (left: GoDuration, right: GoDuration) -> Bool { left.nanoseconds < right.nanoseconds }

    @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// Why a text is not a duration: `time: missing unit in duration "5"`.
    public struct ParsingError: Error, Hashable, Sendable, CustomStringConvertible {
        public var message: String
        public var description: String { message }
    }

    private static let units: [String: UInt64] = [
        "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// Reads numbers with units: `300ms`, `-1.5h`, `2h45m`; `0` needs none.
    public init(parsing text: String) throws(ParsingError) {
        func invalid() -> ParsingError { ParsingError(message: "time: invalid duration \(GoText.quoted(text))") }
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.count == 1, rest.first == UInt8(ascii: "0") {
            nanoseconds = 0
            return
        }
        if rest.isEmpty { throw invalid() }
        let limit: UInt64 = 1 << 63
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let first = rest.first, first == UInt8(ascii: ".") || first &- UInt8(ascii: "0") < 10 else { throw invalid() }
            var whole: UInt64 = 0
            var digits = 0
            while let byte = rest.first, byte &- UInt8(ascii: "0") < 10 {
                if whole > limit / 10 { throw invalid() }
                whole = whole * 10 + UInt64(byte - UInt8(ascii: "0"))
                if whole > limit { throw invalid() }
                digits += 1
                rest = rest.dropFirst()
            }
            var fraction: UInt64 = 0
            var scale = 1.0
            if rest.first == UInt8(ascii: ".") {
                rest = rest.dropFirst()
                while let byte = rest.first, byte &- UInt8(ascii: "0") < 10 {
                    if fraction <= (limit - 1) / 10 - 1 {
                        fraction = fraction * 10 + UInt64(byte - UInt8(ascii: "0"))
                        scale *= 10
                    }
                    digits += 1
                    rest = rest.dropFirst()
                }
            }
            if digits == 0 { throw invalid() }
            let name = rest.prefix { $0 != UInt8(ascii: ".") && !($0 &- UInt8(ascii: "0") < 10) }
            if name.isEmpty { throw ParsingError(message: "time: missing unit in duration \(GoText.quoted(text))") }
            let unitName = String(decoding: name, as: UTF8.self)
            guard let unit = Self.units[unitName] else {
                throw ParsingError(message: "time: unknown unit \(GoText.quoted(unitName)) in duration \(GoText.quoted(text))")
            }
            rest = rest.dropFirst(name.count)
            if whole > limit / unit { throw invalid() }
            var amount = whole * unit
            if fraction > 0 {
                amount += UInt64(Double(fraction) * (Double(unit) / scale))
                if amount > limit { throw invalid() }
            }
            total += amount
            if total > limit { throw invalid() }
        }
        if isNegative {
            nanoseconds = total == limit ? .min : -Int64(total)
        } else {
            if total >= limit { throw invalid() }
            nanoseconds = Int64(total)
        }
    }

    public init?(_ text: String) {
        guard let duration = try? GoDuration(parsing: text) else { return nil }
        self = duration
    }
}

extension GoDuration: CustomStringConvertible {
    /// `1h2m3s`, `1.5s`, `250ms`, `0s`.
    public var description: String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        if magnitude == 0 { return "0s" }
        if magnitude < 1_000 { return "\(sign)\(magnitude)ns" }
        if magnitude < 1_000_000 { return sign + Self.decimal(magnitude, unit: 1_000) + "µs" }
        if magnitude < 1_000_000_000 { return sign + Self.decimal(magnitude, unit: 1_000_000) + "ms" }
        let minutes = magnitude / 60_000_000_000
        let seconds = Self.decimal(magnitude % 60_000_000_000, unit: 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        if minutes < 60 { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    private static func decimal(_ amount: UInt64, unit: UInt64) -> String {
        let rest = amount % unit
        if rest == 0 { return "\(amount / unit)" }
        var digits = String(unit + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(amount / unit).\(digits)"
    }
}
