import Testing

@testable import Shell

/// Regular expressions as grep, sed and awk read them.
@Suite struct RegexTests {
    /// All matches one after another, each with its groups: `whole(group,group)`, `-` for a group that took no part.
    private func matches(_ pattern: String, _ text: String) throws -> String {
        let (regex, bytes) = (try PosixRegex(pattern, isExtended: true), Array(text.utf8))
        var search = RegexSearch(regex, in: bytes)
        var (start, found): (Int, [String]) = (0, [])
        while search.find(from: start) {
            let parts = search.match.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-" }
            found.append(parts[0] + (parts.count > 1 ? "(\(parts.dropFirst().joined(separator: ",")))" : ""))
            start = search.whole.isEmpty ? search.whole.upperBound + 1 : search.whole.upperBound
        }
        return found.joined(separator: " ")
    }

    @Test(arguments: [
        ("b+", "abbcb", "bb b"), ("a|ab|abc", "abcab", "abc ab"), ("(a|ab)(c|bcd)", "abcd", "abcd(a,bcd)"), ("x*", "axx", " xx "),
        ("^a", "aa", "a"), ("a$", "aa", "a"), ("[0-9]+[a-z]?", "12a 3 b4c", "12a 3 4c"), ("(a)|(b)", "ba", "b(-,b) a(a,-)"),
        ("([a-z])\\1", "xaabbc", "aa(a) bb(b)"), ("\\bcat\\b", "cat scat cat", "cat cat"), ("\\<.", "ab cd", "a c"), ("(ab)*c", "ababcc", "ababc(ab) c(-)"),
        ("a{2,3}", "aaaaa", "aaa aa"), (".*", "", ""), ("[^,]*", "a,,b", "a   b "),
    ])
    func `the leftmost and of those the longest is found`(_ pattern: String, _ text: String, _ expected: String) throws {
        #expect(try matches(pattern, text) == expected)
    }

    /// Knuth's linear congruential generator: the same expressions in each run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64 = 7

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// The machine finds what trying one way after another finds.
    @Test func `random expressions agree with the slow way`() throws {
        var random = Dice()
        func pick(_ choices: [String]) -> String { choices[Int.random(in: 0..<choices.count, using: &random)] }
        func expression(_ depth: Int) -> String {
            if depth == 0 { return pick(["a", "b", ".", "[ab]", "[^a]", "^", "$", "\\b"]) }
            return switch Int.random(in: 0..<5, using: &random) {
            case 0: expression(depth - 1) + expression(depth - 1)
            case 1: "(" + expression(depth - 1) + "|" + expression(depth - 1) + ")"
            // What is repeated takes at least one character: the slow way would try the empty one for ever.
            case 2: "(" + pick(["a", "b.", "[ab]", "ab|c"]) + ")" + pick(["*", "+", "?", "{1,2}"])
            default: expression(depth - 1)
            }
        }
        for _ in 0..<2_000 {
            let pattern = expression(3)
            guard let regex = try? PosixRegex(pattern, isExtended: true) else { continue }
            let text = (0..<Int.random(in: 0..<10, using: &random)).map { _ in pick(["a", "b", "c", " "]) }.joined()
            let bytes = Array(text.utf8)
            var search = RegexSearch(regex, in: bytes)
            for start in 0...bytes.count {
                let slow = RegexBacktracker(regex: regex, text: bytes).search(from: start)
                let found = search.find(from: start) ? search.whole : nil
                #expect(found == slow?[0], "\(pattern) in \(text.debugDescription) from \(start)")
            }
            #expect(regex.isFound(in: bytes) == (RegexBacktracker(regex: regex, text: bytes).search(from: 0) != nil))
        }
    }
}
