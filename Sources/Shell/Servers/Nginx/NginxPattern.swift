/// A regular expression as nginx's `location ~`, `server_name ~`, `rewrite` and `if` have them.
///
/// - Differs: the everyday part of Perl's expressions; one that looks ahead or behind matches nothing.
struct NginxPattern: Sendable {
    private let regex: PosixRegex?
    /// The group that each of the expression's own groups became.
    private let groups: [Int]
    private let names: [(name: String, group: Int)]

    /// - Throws: `PosixRegex.SyntaxError` for an expression that is none.
    init(_ text: String, ignoresCase: Bool) throws(PosixRegex.SyntaxError) {
        var (out, groups, names): ([UInt8], [Int], [(String, Int)]) = ([], [], [])
        let bytes = Array(text.utf8)
        var (index, opened, inSet, isSupported, ignoresCase) = (0, 0, false, true, ignoresCase)
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if byte == UInt8(ascii: "\\"), next != 0 {
                let classes: [UInt8: String] = [UInt8(ascii: "d"): "0-9", UInt8(ascii: "w"): "a-zA-Z0-9_", UInt8(ascii: "s"): " \t\r\n"]
                if let members = classes[next] {
                    out += Array((inSet ? members : "[\(members)]").utf8)
                } else if let members = classes[next | 0x20], !inSet, next != next | 0x20 {
                    out += Array("[^\(members)]".utf8)
                } else if inSet {
                    out.append(next)
                } else if "/-_:=&%#@!~,;<> \"'".utf8.contains(next) {
                    out.append(next)
                } else {
                    out += [byte, next]
                }
                index += 2
                continue
            }
            if inSet {
                if byte == UInt8(ascii: "]") { inSet = false }
            } else if byte == UInt8(ascii: "[") {
                inSet = true
                // A bracket that comes first is a member.
                if next == UInt8(ascii: "]") {
                    out += [byte, next]
                    index += 2
                    continue
                }
            } else if byte == UInt8(ascii: "("), next == UInt8(ascii: "?") {
                let rest = String(decoding: bytes[(index + 2)...], as: UTF8.self)
                if rest.hasPrefix(":") {
                    opened += 1
                    out.append(byte)
                    index += 3
                } else if rest.hasPrefix("i)") {
                    ignoresCase = true
                    index += 4
                } else if let name = Self.groupName(rest) {
                    opened += 1
                    groups.append(opened)
                    names.append((name.text, opened))
                    out.append(byte)
                    index += 2 + name.length
                } else {
                    isSupported = false
                    break
                }
                continue
            } else if byte == UInt8(ascii: "(") {
                opened += 1
                groups.append(opened)
            } else if byte == UInt8(ascii: "?"), let last = out.last, [UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?")].contains(last), index > 0, bytes[index - 1] == last {
                // What is matched at all does not depend on greed.
                index += 1
                continue
            }
            out.append(byte)
            index += 1
        }
        regex = isSupported ? try PosixRegex(out, isExtended: true, ignoresCase: ignoresCase) : nil
        self.groups = groups
        self.names = names
    }

    /// The name in `<name>` or `P<name>`, with the length of both marks.
    private static func groupName(_ text: String) -> (text: String, length: Int)? {
        var rest = text[...]
        if rest.hasPrefix("P") { rest = rest.dropFirst() }
        guard rest.hasPrefix("<"), let end = rest.firstIndex(of: ">") else { return nil }
        let name = rest[rest.index(after: rest.startIndex)..<end]
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
        return (String(name), text.utf8.count - rest.utf8.count + name.utf8.count + 2)
    }

    /// The names of its groups.
    var groupNames: [String] { names.map(\.name) }

    /// What its groups match in a text, by number from 0 on and by name; nil when it does not match.
    func match(_ text: String) -> (numbered: [String], named: [(name: String, value: String)])? {
        let bytes = Array(text.utf8)
        guard let found = regex?.firstMatch(in: bytes) else { return nil }
        func part(_ group: Int) -> String { group < found.count ? found[group].map { String(decoding: bytes[$0], as: UTF8.self) } ?? "" : "" }
        return ([part(0)] + groups.map(part), names.map { ($0.name, part($0.group)) })
    }
}
