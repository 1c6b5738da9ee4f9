import Testing

@testable import KubernetesObjects

@Suite struct LinearPatternTests {
    @Test(arguments: [
        ("abc", "xabcx", "abc"), ("a+", "baaa", "aaa"), ("a+?", "baaa", "a"), ("a|ab", "ab", "a"), ("(ab|a)c", "abac", "ac"), ("^a$", "a", "a"),
        ("[a-c]+", "xxbcax", "bca"), ("[^a]+", "aabb", "bb"), ("\\d{2,3}", "1 12345", "123"), ("(?i)ABC", "xabc", "abc"), ("a.c", "a\nc abc", "abc"),
        ("(?s)a.c", "a\nc", "a\nc"), ("\\bfoo\\b", "afoo foo", "foo"), ("x*", "aaa", ""), ("[[:alpha:]]+", "12ab", "ab"), ("\\pL+", "1é日2", "é日"),
        ("a{2}", "aaa", "aa"), ("(a*)*", "aab", "aa"), ("[\\w.-]+@[\\w.-]+", "to x.y@z.io!", "x.y@z.io"), ("(?m)^b", "a\nb", "b"), ("\\x41\\.", "A.", "A."),
        ("[]a]+", "]a", "]a"), ("a{,2}", "a{,2}", "a{,2}"), ("(?P<n>b)", "ab", "b"), ("[a-]+", "-a-", "-a-"),
    ])
    func `finds the match that Go finds`(pattern: String, text: String, match: String) throws {
        #expect(try LinearPattern(pattern).first(in: text) == match)
    }

    @Test(arguments: [
        ("(a", "error parsing regexp: missing closing ): `(a`"), ("a)", "error parsing regexp: unexpected ): `a)`"),
        ("[a", "error parsing regexp: missing closing ]: `[a`"), ("*a", "error parsing regexp: missing argument to repetition operator: `*`"),
        ("a**", "error parsing regexp: invalid nested repetition operator: `**`"), ("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"),
        ("[b-a]", "error parsing regexp: invalid character class range: `b-a`"), ("\\1", "error parsing regexp: invalid escape sequence: `\\1`"),
        ("\\", "error parsing regexp: trailing backslash at end of expression: ``"), ("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
    ])
    func `says what Go says`(pattern: String, message: String) {
        do {
            _ = try LinearPattern(pattern)
            Issue.record("accepted \(pattern)")
        } catch {
            #expect(error.message == message)
        }
    }

    @Test func `finds all matches`() throws {
        #expect(try LinearPattern("[0-9]+").all(in: "a1b22c333") == ["1", "22", "333"])
        #expect(try LinearPattern("a*").all(in: "baac").count == 3)
        #expect(try LinearPattern("a").all(in: "aaa", limit: 2) == ["a", "a"])
        #expect(try LinearPattern("a|ab").matchesWhole("ab"))
    }

    @Test func `hostile patterns take linear time`() throws {
        let text = String(repeating: "a", count: 5000)
        #expect(try !LinearPattern("(a+)+$").matchesWhole(text + "b"))
        #expect(try !LinearPattern("(a|a)*b").matches(text))
        #expect(throws: LinearPattern.Failure.self) { try LinearPattern("((a{1000}){1000}){1000}") }
        #expect(try LinearPattern("a{500}").matches(String(repeating: "ab", count: 1000) + text))
        #expect(throws: LinearPattern.Failure.self) { try LinearPattern(String(repeating: "(", count: 5000)) }
    }
}
