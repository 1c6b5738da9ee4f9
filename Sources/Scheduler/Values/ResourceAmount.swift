import KubernetesObjects

/// Reads quantities as the integers that scheduling is done with.
///
/// - Units: CPU in thousandths of a core, everything else in whole units (bytes, devices, pods), rounded up.
/// - Bounds: values out of range are cut to 64 bits; text that is no quantity counts as zero.
package enum ResourceAmount {
    /// The amount in thousandths, rounded up: for CPU.
    package static func milli(_ value: Value?) -> Int64 { read(value, scale: 3) }

    /// The amount in whole units, rounded up.
    package static func whole(_ value: Value?) -> Int64 { read(value, scale: 0) }

    /// The amount of a named resource in the unit in which it is counted.
    package static func of(_ name: String, _ value: Value?) -> Int64 { name == "cpu" ? milli(value) : whole(value) }

    private static func read(_ value: Value?, scale: Int) -> Int64 {
        switch value {
        case .string(let text): return parse(text, scale: scale)
        case .int(let number): return scaled(number, by: scale == 3 ? 1000 : 1)
        case .number(let literal): return parse(literal.text, scale: scale)
        default: return 0
        }
    }

    private static func scaled(_ number: Int64, by factor: Int64) -> Int64 {
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? (number < 0 ? .min : .max) : product
    }

    private static func parse(_ text: String, scale: Int) -> Int64 {
        var digits: Int64 = 0
        var fractionDigits = 0
        var negative = false
        var sawPoint = false
        var suffix: [UInt8] = []
        var overflowed = false
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9") where suffix.isEmpty:
                if sawPoint, fractionDigits >= 9 { continue }
                let (shifted, over) = digits.multipliedReportingOverflow(by: 10)
                let (sum, overAdd) = shifted.addingReportingOverflow(Int64(byte - 48))
                if over || overAdd { overflowed = true } else { digits = sum }
                if sawPoint { fractionDigits += 1 }
            case UInt8(ascii: "."): sawPoint = true
            case UInt8(ascii: "-") where index == 0: negative = true
            case UInt8(ascii: "+") where index == 0: break
            default: suffix.append(byte)
            }
        }
        if overflowed { return negative ? .min : .max }
        var decimal = scale - fractionDigits
        var binaryShifts = 0
        switch String(decoding: suffix, as: UTF8.self) {
        case "": break
        case "n": decimal -= 9
        case "u": decimal -= 6
        case "m": decimal -= 3
        case "k": decimal += 3
        case "M": decimal += 6
        case "G": decimal += 9
        case "T": decimal += 12
        case "P": decimal += 15
        case "E": decimal += 18
        case "Ki": binaryShifts = 1
        case "Mi": binaryShifts = 2
        case "Gi": binaryShifts = 3
        case "Ti": binaryShifts = 4
        case "Pi": binaryShifts = 5
        case "Ei": binaryShifts = 6
        default:
            guard suffix.count >= 2, suffix[0] == UInt8(ascii: "e") || suffix[0] == UInt8(ascii: "E"),
                let exponent = Int(String(decoding: suffix.dropFirst(), as: UTF8.self)), abs(exponent) <= 40
            else { return 0 }
            decimal += exponent
        }
        var result = digits
        for _ in 0..<binaryShifts { result = scaled(result, by: 1024) }
        if decimal > 0 {
            for _ in 0..<min(decimal, 20) { result = scaled(result, by: 10) }
        } else if decimal < 0 {
            for _ in 0..<min(-decimal, 40) { result = result / 10 + (result % 10 > 0 ? 1 : 0) }
        }
        return negative ? (result == .min ? .max : -result) : result
    }
}
