/// The formats of strings that schemas ask for; a format that is not known takes anything.
///
/// - Source: k8s.io/kube-openapi `pkg/validation/strfmt` as of v1.36. Differs: `email` is checked for shape only.
package enum StringFormat {
    package static func accepts(_ text: String, format: String) -> Bool {
        switch format.replacing("-", with: "") {
        case "datetime": isDateTime(text)
        case "date": isDate(text)
        case "ipv4": text.contains(".") && isAddress(text)
        case "ipv6": text.contains(":") && isAddress(text)
        case "cidr": IPBlock(loose: text) != nil
        case "uuid": isUUID(text)
        case "uuid3": isUUID(text, version: "3")
        case "uuid4": isUUID(text, version: "4")
        case "uuid5": isUUID(text, version: "5")
        case "byte": isBase64(text)
        case "hostname": isHostname(text)
        case "email": isEmail(text)
        case "uri": GoURL(text) != nil
        case "mac": isMAC(text)
        case "hexcolor": isHexColor(text)
        case "rgbcolor": isRGBColor(text)
        case "duration": isDuration(text)
        case "bsonobjectid": text.utf8.count == 24 && text.utf8.allSatisfy(isHexDigit)
        case "ssn": isGrouped(text, [3, 2, 4])
        case "isbn": isBookNumber(text, length: 10) || isBookNumber(text, length: 13)
        case "isbn10": isBookNumber(text, length: 10)
        case "isbn13": isBookNumber(text, length: 13)
        case "creditcard": isCardNumber(text)
        case "k8sshortname": NameRules.dns1123Label(text).isEmpty
        case "k8slongname": NameRules.dns1123Subdomain(text).isEmpty
        default: true
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    // MARK: Times

    /// A date, and a time of day with a zone: of the second only digits are asked, not what lies before them.
    private static func isDateTime(_ text: String) -> Bool {
        let halves = text.lowercased().split(separator: "t", omittingEmptySubsequences: false)
        guard halves.count >= 2, isDate(String(halves[0])) else { return false }
        var rest = Array(halves[1].utf8)[...]
        func number(_ max: Int) -> Bool {
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(isDigit), digits.reduce(0, { $0 * 10 + Int($1 - 0x30) }) <= max else { return false }
            rest = rest.dropFirst(2)
            return true
        }
        func colon() -> Bool { rest.popFirst() == UInt8(ascii: ":") }
        guard number(23), colon(), number(59), colon(), number(59) else { return false }
        if rest.count > 1, isDigit(rest[rest.startIndex + 1]), ![UInt8(ascii: "+"), UInt8(ascii: "-")].contains(rest.first) {
            rest = rest.dropFirst().drop(while: isDigit)
        }
        guard let zone = rest.popFirst() else { return false }
        if zone == UInt8(ascii: "z") { return rest.isEmpty }
        guard zone == UInt8(ascii: "+") || zone == UInt8(ascii: "-") else { return false }
        return number(99) && colon() && number(99) && rest.isEmpty
    }

    private static func isDate(_ text: String) -> Bool { text.utf8.count == 10 && GoTime.problem(text + "T00:00:00Z") == nil }

    private static let units = ["ns", "nano", "us", "µs", "micro", "ms", "milli", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day", "w", "wk", "week"]
    private static let longUnits = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"]

    /// A duration of Go's, or a number and a unit somewhere in the text: `1 day`.
    private static func isDuration(_ text: String) -> Bool {
        if GoDuration(text) != nil { return true }
        var rest = text[...]
        while let start = rest.firstIndex(where: { ("0"..."9").contains($0) }) {
            rest = rest[start...].drop { ("0"..."9").contains($0) }.drop { $0.isWhitespace }
            let unit = rest.prefix { $0.isASCII && $0.isLetter || $0 == "µ" }.lowercased()
            if units.contains(unit) || longUnits.contains(where: unit.hasPrefix) { return true }
        }
        return false
    }

    // MARK: Addresses

    /// An address as servers once took it: also with zeros before the numbers.
    private static func isAddress(_ text: String) -> Bool { IPAddress(loose: text) != nil }

    private static func isHostname(_ text: String) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.utf8.first, let last = label.utf8.last, label.utf8.count <= 63 else { return false }
            return isLetter(first) && (isLetter(last) || isDigit(last)) && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isEmail(_ text: String) -> Bool {
        var address = text[...]
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<") { address = text[text.index(after: open)...].dropLast() }
        let halves = address.split(separator: "@", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { half in
            !half.isEmpty && !half.hasPrefix(".") && !half.hasSuffix(".") && !half.contains("..")
                && half.unicodeScalars.allSatisfy { !"()<>[]:;@\\,\" ".unicodeScalars.contains($0) && $0.value > 0x20 && $0.value != 0x7F }
        }
    }

    /// Bytes in pairs of digits between colons or hyphens, or two by two between dots.
    private static func isMAC(_ text: String) -> Bool {
        for (separator, size) in [(":", 1), ("-", 1), (".", 2)] where text.contains(separator) {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            return [6, 8, 20].contains(parts.count * size) && parts.allSatisfy { $0.utf8.count == 2 * size && $0.utf8.allSatisfy(isHexDigit) }
        }
        return false
    }

    // MARK: Numbers and letters

    /// Hexadecimal digits in groups of 8, 4, 4, 4 and 12; each hyphen may be left out.
    private static func isUUID(_ text: String, version: Character? = nil) -> Bool {
        var rest = text[...]
        var digits = ""
        for (index, size) in [8, 4, 4, 4, 12].enumerated() {
            if index > 0, rest.first == "-" { rest = rest.dropFirst() }
            guard rest.utf8.prefix(size).count == size, rest.utf8.prefix(size).allSatisfy(isHexDigit) else { return false }
            digits += rest.prefix(size)
            rest = rest.dropFirst(size)
        }
        guard rest.isEmpty else { return false }
        guard let version else { return true }
        let marks = Array(digits.lowercased())
        return marks[12] == version && (version == "3" || "89ab".contains(marks[16]))
    }

    private static func isBase64(_ text: String) -> Bool { !text.isEmpty && !text.contains("\n") && !text.contains("\r") && Base64.decode(text) != nil }

    private static func isHexColor(_ text: String) -> Bool {
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        return (digits.utf8.count == 3 || digits.utf8.count == 6) && digits.utf8.allSatisfy(isHexDigit)
    }

    private static func isRGBColor(_ text: String) -> Bool {
        guard text.hasPrefix("rgb("), text.hasSuffix(")") else { return false }
        let parts = text.dropFirst(4).dropLast().split(separator: ",", omittingEmptySubsequences: false)
        return parts.count == 3 && parts.allSatisfy { part in
            let number = String(part.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
            guard let value = Int(number), String(value) == number else { return false }
            return (0...255).contains(value)
        }
    }

    /// Digits in groups with a hyphen or a space between them, or with nothing.
    private static func isGrouped(_ text: String, _ sizes: [Int]) -> Bool {
        var rest = text[...]
        for (index, size) in sizes.enumerated() {
            if index > 0, rest.first == "-" || rest.first == " " { rest = rest.dropFirst() }
            guard rest.utf8.prefix(size).count == size, rest.utf8.prefix(size).allSatisfy(isDigit) else { return false }
            rest = rest.dropFirst(size)
        }
        return rest.isEmpty
    }

    private static func isBookNumber(_ text: String, length: Int) -> Bool {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
        guard digits.count == length, digits.dropLast().allSatisfy(isDigit), let last = digits.last else { return false }
        let numbers = digits.dropLast().map { Int($0 - 0x30) }
        if length == 10 {
            guard isDigit(last) || last == UInt8(ascii: "X") else { return false }
            let check = isDigit(last) ? Int(last - 0x30) : 10
            return (numbers.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element } + 10 * check) % 11 == 0
        }
        guard isDigit(last), [[9, 7, 8], [9, 7, 9]].contains(Array(numbers.prefix(3))) else { return false }
        let sum = numbers.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3) }
        return (10 - sum % 10) % 10 == Int(last - 0x30)
    }

    /// A number whose digits add up as those of cards do.
    private static func isCardNumber(_ text: String) -> Bool {
        let digits = text.utf8.filter(isDigit).map { Int($0 - 0x30) }
        guard (13...16).contains(digits.count), "23456".utf8.contains(UInt8(0x30 + digits[0])) || digits.starts(with: [1, 8, 0, 0]) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { total, digit in
            let doubled = digit.offset % 2 == 1 ? digit.element * 2 : digit.element
            return total + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }
}
