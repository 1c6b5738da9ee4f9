/// Digits of pi.
///
/// - Source: Machin's formula: pi/4 = 4 arctan(1/5) - arctan(1/239), in fixed point of base 10^9.
/// - Bounds: `countMax` digits.
enum PiDigits {
    static let countMax = 10_000
    private static let base: UInt64 = 1_000_000_000

    /// Pi to so many significant digits, the last one rounded.
    static func text(_ count: Int) -> String {
        // Two limbs more than are shown keep what is cut off away from them.
        let limbs = (count + 8) / 9 + 3
        var sum = [UInt64](repeating: 0, count: limbs)
        add(arctan(5, limbs), times: 16, to: &sum)
        subtract(arctan(239, limbs), times: 4, from: &sum)
        var digits = sum.dropFirst().reduce(String(sum[0])) { text, limb in
            let part = String(limb)
            return text + String(repeating: "0", count: 9 - part.count) + part
        }.utf8.map { $0 - 48 }
        let roundsUp = digits[count] >= 5
        digits.removeLast(digits.count - count)
        var place = count - 1
        if roundsUp {
            while digits[place] == 9 {
                digits[place] = 0
                place -= 1
            }
            digits[place] += 1
        }
        let text = String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
        return count == 1 ? text : text.prefix(1) + "." + text.dropFirst()
    }

    /// arctan(1/n) as 1/n - 1/3n^3 + 1/5n^5 - …
    private static func arctan(_ n: UInt64, _ limbs: Int) -> [UInt64] {
        var power = [UInt64](repeating: 0, count: limbs)
        power[0] = 1
        divide(&power, by: n, from: 0)
        var (sum, odd, first, isAdded) = (power, UInt64(1), 0, true)
        while true {
            divide(&power, by: n * n, from: first)
            while first < limbs, power[first] == 0 { first += 1 }
            if first == limbs { return sum }
            odd += 2
            isAdded.toggle()
            var term = power
            divide(&term, by: odd, from: first)
            if isAdded { add(term, times: 1, to: &sum) } else { subtract(term, times: 1, from: &sum) }
        }
    }

    private static func divide(_ number: inout [UInt64], by divisor: UInt64, from first: Int) {
        var rest: UInt64 = 0
        for index in first..<number.count {
            let value = rest * base + number[index]
            number[index] = value / divisor
            rest = value % divisor
        }
    }

    private static func add(_ term: [UInt64], times factor: UInt64, to sum: inout [UInt64]) {
        var carry: UInt64 = 0
        for index in sum.indices.reversed() {
            let value = sum[index] + term[index] * factor + carry
            sum[index] = value % base
            carry = value / base
        }
    }

    private static func subtract(_ term: [UInt64], times factor: UInt64, from sum: inout [UInt64]) {
        var borrow: UInt64 = 0
        for index in sum.indices.reversed() {
            let taken = term[index] * factor + borrow
            borrow = 0
            if sum[index] < taken {
                borrow = (taken - sum[index] + base - 1) / base
                sum[index] += borrow * base
            }
            sum[index] -= taken
        }
    }
}
