/// A shell pattern: `*`, `?`, `[…]`, with quoted characters standing for themselves.
///
/// - Bounds: matching takes at most pattern × text steps.
package struct GlobPattern: Sendable {
    enum Element: Sendable {
        case literal(Character)
        case any
        case anyRun
        case set(CharacterSetPattern)
    }

    private(set) var elements: [Element] = []
    /// Whether anything in it is not literal.
    private(set) var isSpecial = false

    init(elements: [Element], isSpecial: Bool) {
        self.elements = elements
        self.isSpecial = isSpecial
    }

    /// A pattern of characters, each of them quoted or not.
    init(_ characters: [(character: Character, isQuoted: Bool)]) {
        var index = 0
        while index < characters.count {
            let (character, isQuoted) = characters[index]
            index += 1
            if isQuoted {
                elements.append(.literal(character))
                continue
            }
            switch character {
            case "*":
                isSpecial = true
                if case .anyRun? = elements.last {} else { elements.append(.anyRun) }
            case "?":
                isSpecial = true
                elements.append(.any)
            case "[":
                if let (set, end) = CharacterSetPattern.read(characters.map(\.character), from: index) {
                    isSpecial = true
                    elements.append(.set(set))
                    index = end
                } else {
                    elements.append(.literal("["))
                }
            case "\\":
                if index < characters.count {
                    elements.append(.literal(characters[index].character))
                    index += 1
                } else {
                    elements.append(.literal("\\"))
                }
            default: elements.append(.literal(character))
            }
        }
    }

    package init(_ text: String) { self.init(text.map { ($0, false) }) }

    package func matches(_ text: String) -> Bool { matches(Array(text)[...]) }

    func matches(_ text: ArraySlice<Character>) -> Bool {
        var (element, position) = (0, text.startIndex)
        var (starElement, starPosition) = (-1, 0)
        while position < text.endIndex {
            if element < elements.count, case .anyRun = elements[element] {
                (starElement, starPosition) = (element, position)
                element += 1
            } else if element < elements.count, accepts(elements[element], text[position]) {
                element += 1
                position += 1
            } else if starElement >= 0 {
                element = starElement + 1
                starPosition += 1
                position = starPosition
            } else {
                return false
            }
        }
        while element < elements.count, case .anyRun = elements[element] { element += 1 }
        return element == elements.count
    }

    func accepts(_ element: Element, _ character: Character) -> Bool {
        switch element {
        case .literal(let wanted): wanted == character
        case .any: true
        case .anyRun: false
        case .set(let set): set.contains(character)
        }
    }
}

/// `[a-z]`, `[!0-9]`, `[[:alpha:]]`.
struct CharacterSetPattern: Sendable {
    var isNegated = false
    var ranges: [ClosedRange<Character>] = []
    var classes: [String] = []

    /// Reads from after the `[`; nil when it does not close.
    static func read(_ characters: [Character], from start: Int) -> (CharacterSetPattern, end: Int)? {
        var set = CharacterSetPattern()
        var index = start
        if index < characters.count, characters[index] == "!" || characters[index] == "^" {
            set.isNegated = true
            index += 1
        }
        var isFirst = true
        while index < characters.count {
            let character = characters[index]
            if character == "]", !isFirst { return (set, index + 1) }
            isFirst = false
            if character == "[", index + 1 < characters.count, characters[index + 1] == ":" {
                var end = index + 2
                while end + 1 < characters.count, !(characters[end] == ":" && characters[end + 1] == "]") { end += 1 }
                if end + 1 < characters.count {
                    set.classes.append(String(characters[index + 2..<end]))
                    index = end + 2
                    continue
                }
            }
            if character == "/" { return nil }
            if index + 2 < characters.count, characters[index + 1] == "-", characters[index + 2] != "]" {
                if character <= characters[index + 2] { set.ranges.append(character...characters[index + 2]) }
                index += 3
            } else {
                set.ranges.append(character...character)
                index += 1
            }
        }
        return nil
    }

    func contains(_ character: Character) -> Bool {
        var isIn = ranges.contains { $0.contains(character) }
        if !isIn { isIn = classes.contains { Self.isMember(character, of: $0) } }
        return isIn != isNegated
    }

    static func isMember(_ character: Character, of name: String) -> Bool {
        guard let byte = character.asciiValue else { return name == "print" || name == "graph" }
        return ByteClass.contains(byte, name: name)
    }
}

/// The POSIX character classes for ASCII.
enum ByteClass {
    static func contains(_ byte: UInt8, name: String) -> Bool {
        let isUpper = (65...90).contains(byte)
        let isLower = (97...122).contains(byte)
        let isDigit = (48...57).contains(byte)
        switch name {
        case "upper": return isUpper
        case "lower": return isLower
        case "digit": return isDigit
        case "alpha": return isUpper || isLower
        case "alnum": return isUpper || isLower || isDigit
        case "space": return byte == 32 || (9...13).contains(byte)
        case "blank": return byte == 32 || byte == 9
        case "punct": return (33...126).contains(byte) && !(isUpper || isLower || isDigit)
        case "xdigit": return isDigit || (65...70).contains(byte) || (97...102).contains(byte)
        case "cntrl": return byte < 32 || byte == 127
        case "print": return (32...126).contains(byte)
        case "graph": return (33...126).contains(byte)
        case "word": return isUpper || isLower || isDigit || byte == 95
        default: return false
        }
    }
}
