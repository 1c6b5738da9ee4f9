/// Backslash escapes as `printf`, `echo -e`, `$'…'` and `tr` know them.
enum EscapeSequences {
    enum Style {
        /// `\ddd` is octal.
        case printf
        /// `\0ddd` is octal, `\c` ends the output.
        case echo
        /// `\ddd`, `\xHH`, `\uHHHH`, quotes.
        case ansi
    }

    /// The bytes an escaped text stands for, and whether `\c` cut it short.
    static func decode(_ text: [UInt8], style: Style) -> (bytes: [UInt8], stopped: Bool) {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            let current = text[index]
            guard current == 92, index + 1 < text.count else {
                result.append(current)
                index += 1
                continue
            }
            let following = text[index + 1]
            index += 2
            switch following {
            case 110: result.append(10)
            case 116: result.append(9)
            case 114: result.append(13)
            case 97: result.append(7)
            case 98: result.append(8)
            case 102: result.append(12)
            case 118: result.append(11)
            case 101: result.append(27)
            case 92: result.append(92)
            case 39 where style == .ansi, 34 where style != .echo, 63 where style == .ansi: result.append(following)
            case 99 where style != .ansi: return (result, true)
            case 48...55:
                var value = style == .echo ? 0 : Int(following - 48)
                if style == .echo, following != 48 {
                    result += [92, following]
                    continue
                }
                var digits = style == .echo ? 0 : 1
                while digits < 3, index < text.count, (48...55).contains(text[index]) {
                    value = value * 8 + Int(text[index] - 48)
                    index += 1
                    digits += 1
                }
                result.append(UInt8(truncatingIfNeeded: value))
            case 120, 117:
                var value: UInt32 = 0
                var digits = 0
                while digits < (following == 120 ? 2 : 4), index < text.count, let digit = hexDigit(text[index]) {
                    value = value * 16 + UInt32(digit)
                    index += 1
                    digits += 1
                }
                if digits == 0 {
                    result += [92, following]
                } else if following == 120 {
                    result.append(UInt8(truncatingIfNeeded: value))
                } else if let scalar = Unicode.Scalar(value) {
                    result += Array(String(Character(scalar)).utf8)
                }
            default: result += [92, following]
            }
        }
        return (result, false)
    }

    static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...70: Int(byte) - 55
        case 97...102: Int(byte) - 87
        default: nil
        }
    }
}
