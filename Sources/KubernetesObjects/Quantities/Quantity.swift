/// An amount of a resource, such as `500m`, `64Mi` or `1e3`.
///
/// - Units: `mantissa × 10^exponent`, never finer than a nano.
/// - Bounds: exact to 38 digits; what is larger is cut to the largest amount instead of overflowing.
/// - Source: `resource.Quantity` of apimachinery: parsing, canonical text, rounding away from zero.
public struct Quantity: Sendable {
    /// How the amount is written.
    public enum Format: Hashable, Sendable {
        /// `1500m`, `12k`, `3G`
        case decimalSI
        /// `64Mi`, `1Gi`
        case binarySI
        /// `12e3`
        case decimalExponent
    }

    var mantissa: Int128
    var exponent: Int
    public var format: Format

    init(mantissa: Int128, exponent: Int, format: Format) {
        self.mantissa = mantissa
        self.exponent = mantissa == 0 ? 0 : exponent
        self.format = format
        normalize()
    }

    /// A whole number.
    public init(_ value: Int64, format: Format = .decimalSI) { self.init(mantissa: Int128(value), exponent: 0, format: format) }

    /// A number of thousandths.
    public init(milliValue: Int64, format: Format = .decimalSI) { self.init(mantissa: Int128(milliValue), exponent: -3, format: format) }

    public static let zero = Quantity(0)

    /// Moves trailing zeros into the exponent, so that equal amounts look alike.
    private mutating func normalize() {
        while mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
    }

    // MARK: Reading values

    public var isZero: Bool { mantissa == 0 }
    /// -1, 0 or 1.
    public var sign: Int { mantissa > 0 ? 1 : mantissa < 0 ? -1 : 0 }

    /// Whether it is a whole number.
    public var isInteger: Bool { exponent >= 0 }

    /// The amount in units of `10^scale`, rounded away from zero; cut to 64 bits.
    public func scaled(to scale: Int) -> Int64 {
        var shift = exponent - scale
        var result = mantissa
        while shift > 0, result != 0 {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return mantissa > 0 ? .max : .min }
            result = product
            shift -= 1
        }
        var hasRest = false
        while shift < 0, result != 0 {
            if result % 10 != 0 { hasRest = true }
            result /= 10
            shift += 1
        }
        if hasRest { result += mantissa > 0 ? 1 : -1 }
        return Int64(clamping: result)
    }

    /// The amount as a whole number, rounded away from zero.
    public var value: Int64 { scaled(to: 0) }
    /// The amount in thousandths, rounded away from zero.
    public var milliValue: Int64 { scaled(to: -3) }

    /// The nearest double.
    public var doubleValue: Double { Double("\(mantissa)e\(exponent)") ?? (mantissa > 0 ? .infinity : -.infinity) }

    // MARK: Arithmetic

    /// Both mantissas at the smaller exponent, or nil when they are too far apart to be written with 38 digits.
    private static func aligned(_ left: Quantity, _ right: Quantity) -> (Int128, Int128, exponent: Int)? {
        if left.mantissa == 0 { return (0, right.mantissa, right.exponent) }
        if right.mantissa == 0 { return (left.mantissa, 0, left.exponent) }
        let exponent = min(left.exponent, right.exponent)
        func raise(_ mantissa: Int128, _ count: Int) -> Int128? {
            guard count < 40 else { return nil }
            var result = mantissa
            for _ in 0..<count {
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                result = product
            }
            return result
        }
        guard let a = raise(left.mantissa, left.exponent - exponent), let b = raise(right.mantissa, right.exponent - exponent) else {
            return nil
        }
        return (a, b, exponent)
    }

    /// The sum; it keeps the format of the left amount, or takes the right one's when the left is zero.
    public static func + (left: Quantity, right: Quantity) -> Quantity {
        let format = left.isZero ? right.format : left.format
        if let (a, b, exponent) = aligned(left, right) {
            let (sum, overflow) = a.addingReportingOverflow(b)
            if !overflow { return Quantity(mantissa: sum, exponent: exponent, format: format) }
        }
        // Too far apart: the smaller one does not count.
        var result = magnitudePrecedes(left, right) ? right : left
        result.format = format
        return result
    }

    public static func - (left: Quantity, right: Quantity) -> Quantity {
        var sum = left + -right
        sum.format = left.isZero ? right.format : left.format
        return sum
    }

    public static prefix func - (quantity: Quantity) -> Quantity {
        Quantity(mantissa: quantity.mantissa == .min ? .max : -quantity.mantissa, exponent: quantity.exponent, format: quantity.format)
    }

    public static func += (left: inout Quantity, right: Quantity) { left = left + right }
    public static func -= (left: inout Quantity, right: Quantity) { left = left - right }

    /// The amount so many times; cut to the largest amount.
    public static func * (left: Quantity, factor: Int) -> Quantity {
        let (product, overflow) = left.mantissa.multipliedReportingOverflow(by: Int128(factor))
        if overflow {
            return Quantity(mantissa: (left.mantissa > 0) == (factor > 0) ? .max : -.max, exponent: left.exponent, format: left.format)
        }
        return Quantity(mantissa: product, exponent: left.exponent, format: left.format)
    }

    private static func magnitudePrecedes(_ left: Quantity, _ right: Quantity) -> Bool {
        func place(_ quantity: Quantity) -> Int { String(quantity.mantissa.magnitude).utf8.count + quantity.exponent }
        return place(left) < place(right)
    }
}

extension Quantity: Comparable, Hashable {
    /// Amounts are equal when their values are, however they are written.
    public static func == (left: Quantity, right: Quantity) -> Bool { left.mantissa == right.mantissa && left.exponent == right.exponent }

    public static func < (left: Quantity, right: Quantity) -> Bool {
        if left.sign != right.sign { return left.sign < right.sign }
        if let (a, b, _) = aligned(left, right) { return a < b }
        return magnitudePrecedes(left, right) == (left.sign > 0)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(mantissa)
        hasher.combine(exponent)
    }
}
