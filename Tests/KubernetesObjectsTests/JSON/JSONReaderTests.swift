import Testing

@testable import KubernetesObjects

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("}", "invalid character '}' looking for beginning of value"),
        ("", "unexpected end of JSON input"),
        (#"{"a":1,}"#, "invalid character '}' looking for beginning of object key string"),
        (#"{"a" 1}"#, "invalid character '1' after object key"),
        (#"{"a":1 "b"}"#, "invalid character '\"' after object key:value pair"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ("1 2", "invalid character '2' after top-level value"),
        ("tru", "unexpected end of JSON input"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("01", "invalid character '1' after top-level value"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ("\"a\nb\"", #"invalid character '\n' in string literal"#),
        (#""\q""#, "invalid character 'q' in string escape code"),
        (#""\u12g4""#, #"invalid character 'g' in \u hexadecimal character escape"#),
        ("'a'", #"invalid character '\'' looking for beginning of value"#),
        ("é", "invalid character 'Ã' looking for beginning of value"),
    ])
    func `says what Go says`(text: String, message: String) {
        #expect(throws: JSONError.self) { try Value(parsingJSON: text) }
        do { _ = try Value(parsingJSON: text) } catch { #expect(error.message == message) }
    }

    @Test func `points at the wrong byte`() {
        do {
            _ = try Value(parsingJSON: "{\n  \"a\": x\n}")
            Issue.record("accepted")
        } catch {
            #expect(error.line == 2 && error.column == 8 && error.offset == 9)
        }
    }

    @Test func `keeps numbers exact`() throws {
        let value = try Value(parsingJSON: "[9223372036854775807, -9223372036854775808, 9223372036854775808, 1.50, 1e3, -0]")
        #expect(value.json() == "[9223372036854775807,-9223372036854775808,9223372036854775808,1.50,1e3,0]")
    }

    @Test func `reads escapes and repairs text`() throws {
        #expect(try Value(parsingJSON: #""\u00e9\ud83d\ude00\ud83dx\n\/""#) == .string("é😀\u{FFFD}x\n/"))
        #expect(try Value(parsingJSON: Array("\"a".utf8) + [0xFF, 0xC3] + Array("b\"".utf8)) == .string("a\u{FFFD}\u{FFFD}b"))
    }

    @Test func `the last of equal keys wins and is reported`() throws {
        let document = try JSONReader(reportsDuplicates: true).read(Array(#"{"a":1,"b":[{"c":1,"c":2}],"a":3}"#.utf8))
        #expect(document.value.json() == #"{"a":3,"b":[{"c":2}]}"#)
        #expect(document.duplicates.map(\.description) == ["b[0].c", "a"])
    }

    @Test func `deep nesting is refused, not a crash`() {
        #expect(throws: JSONError.self) { try Value(parsingJSON: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: Never.self) { try Value(parsingJSON: String(repeating: "[", count: 256) + String(repeating: "]", count: 256)) }
    }

    @Test func `prints as Go prints`() {
        let value: Value = ["b": ["x": [1, "a<b&c"], "e": [:], "l": []], "a": .string("\u{2028}\u{1}\"\\")]
        #expect(
            value.json(sortedKeys: true) == #"{"a":"\u2028\u0001\"\\","b":{"e":{},"l":[],"x":[1,"a\u003cb\u0026c"]}}"#)
        #expect(
            value.json(.pretty, escapesHTML: false)
                == """
                {
                    "b": {
                        "x": [
                            1,
                            "a<b&c"
                        ],
                        "e": {},
                        "l": []
                    },
                    "a": "\\u2028\\u0001\\"\\\\"
                }
                """)
    }
}
