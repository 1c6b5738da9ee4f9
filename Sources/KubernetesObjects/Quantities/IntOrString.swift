/// A field that holds a number or a text such as `50%` or a port's name.
public enum IntOrString: Hashable, Sendable {
    case int(Int)
    case string(String)

    /// Reads an integer or a string; nil for anything else.
    public init?(_ value: Value?) {
        switch value {
        case .int(let number)?: self = .int(Int(number))
        case .string(let text)?: self = .string(text)
        case .number?:
            guard let number = value?.intValue else { return nil }
            self = .int(number)
        default: return nil
        }
    }

    public var value: Value {
        switch self {
        case .int(let number): .int(Int64(number))
        case .string(let text): .string(text)
        }
    }

    /// The percentage of a text such as `25%`, or nil.
    public var percent: Int? {
        guard case .string(let text) = self, text.hasSuffix("%"), let number = Int(text.dropLast()) else { return nil }
        return number
    }

    /// Why a text cannot be scaled.
    public struct ScalingError: Error, Hashable, Sendable, CustomStringConvertible {
        public var message: String
        public var description: String { message }
    }

    /// The number, or the percentage of a total, rounded up or down.
    public func scaled(of total: Int, roundingUp: Bool) throws(ScalingError) -> Int {
        switch self {
        case .int(let number): return number
        case .string(let text):
            guard text.hasSuffix("%") else {
                throw ScalingError(message: "invalid value for IntOrString: invalid type: string is not a percentage")
            }
            guard let percent = Int(text.dropLast()) else {
                throw ScalingError(message: "invalid value for IntOrString: invalid value \(GoText.quoted(text)): strconv.Atoi: parsing \(GoText.quoted(String(text.dropLast()))): invalid syntax")
            }
            let (product, overflow) = percent.multipliedReportingOverflow(by: total)
            if overflow { return (percent > 0) == (total > 0) ? .max : .min }
            let quotient = product / 100
            let rest = product % 100
            if roundingUp { return rest > 0 ? quotient + 1 : quotient }
            return rest < 0 ? quotient - 1 : quotient
        }
    }
}

extension IntOrString: CustomStringConvertible {
    public var description: String {
        switch self {
        case .int(let number): String(number)
        case .string(let text): text
        }
    }
}
