extension Value {
    /// Whether the compact JSON of a tree is longer than a number of bytes. Stops counting as soon as it is.
    public func jsonSizeExceeds(_ bound: Int) -> Bool {
        // Texts are not read while even escapes in each place could not make the tree too long.
        var room = bound
        if takeJSONSize(from: &room, ofText: { 2 + Self.longestEscape * $0.utf8.count }) { return false }
        room = bound
        return !takeJSONSize(from: &room)
    }

    /// The bytes of a tree's compact JSON, without escapes of HTML.
    public var jsonSize: Int {
        var room = Int.max
        _ = takeJSONSize(from: &room)
        return .max - room
    }

    /// Takes the bytes of a tree's compact JSON from what is left.
    ///
    /// - Returns: false as soon as nothing is left; the rest is not counted then.
    public func takeJSONSize(from room: inout Int) -> Bool { takeJSONSize(from: &room, ofText: Self.quotedSize) }

    private func takeJSONSize(from room: inout Int, ofText size: (String) -> Int) -> Bool {
        switch self {
        case .null, .bool(true): room -= 4
        case .bool(false): room -= 5
        case .int(let number): room -= Self.digits(number)
        case .number(let literal): room -= literal.text.utf8.count
        case .string(let text): room -= size(text)
        case .array(let list):
            room -= list.isEmpty ? 2 : 1 + list.count
            for element in list where !element.takeJSONSize(from: &room, ofText: size) { return false }
        case .object(let fields):
            room -= fields.isEmpty ? 2 : 1 + 2 * fields.count
            for (key, value) in fields {
                room -= size(key)
                if !value.takeJSONSize(from: &room, ofText: size) { return false }
            }
        }
        return room >= 0
    }

    private static func digits(_ number: Int64) -> Int {
        var count = number < 0 ? 2 : 1
        var rest = number.magnitude
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }

    /// `\u0000`, what a byte becomes at most.
    private static let longestEscape = 6

    private static func quotedSize(_ text: String) -> Int {
        var size = 2
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x0A, 0x0C, 0x0D, 0x09: size += 2
            case 0..<0x20: size += longestEscape
            default: size += 1
            }
        }
        return size
    }
}
