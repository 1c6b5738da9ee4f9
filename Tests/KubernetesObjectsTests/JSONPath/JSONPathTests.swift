import Testing

@testable import KubernetesObjects

@Suite struct JSONPathTests {
    static let list: Value = [
        "kind": "List",
        "items": [
            ["metadata": ["name": "a", "labels": ["app.io/x": "1"]], "spec": ["n": 1, "on": true, "c": [["image": "x"], ["image": "y"]]]],
            ["metadata": ["name": "b"], "spec": ["n": 2, "f": 1.5, "on": false, "c": [["image": "z"]]]],
            ["metadata": ["name": "c"], "spec": ["n": 3, "none": .null]],
        ],
    ]

    @Test(arguments: [
        ("{.kind}", "List"), ("kind is {.kind}!", "kind is List!"), ("{.items[*].metadata.name}", "a b c"), ("{.items[0].metadata.name}", "a"),
        ("{.items[-1].metadata.name}", "c"), ("{.items[-1:].metadata.name}", "c"), ("{.items[0:2].metadata.name}", "a b"),
        ("{.items[::2].metadata.name}", "a c"), ("{.items[0,2].metadata.name}", "a c"), ("{.items[*]['metadata.name','spec.n']}", "a b c 1 2 3"),
        ("{..image}", "x y z"), ("{.items[0].spec.c[*].image}", "x y"), ("{.items[?(@.spec.n>1)].metadata.name}", "b c"),
        ("{.items[?(@.metadata.name==\"b\")].spec.f}", "1.5"), ("{.items[?(@.metadata.name!='b')].spec.n}", "1 3"),
        ("{.items[?(@.spec.f)].metadata.name}", "b"), ("{.items[?(@.spec.on==true)].metadata.name}", "a"),
        ("{range .items[*]}{.metadata.name}={.spec.n}{\"\\n\"}{end}", "a=1\nb=2\nc=3\n"),
        ("{range .items[*]}{.metadata.name}:{range .spec.c[*]}{.image},{end};{end}", "a:x,y,;b:z,;c:;"),
        ("{range .nothing[*]}{.x}{end}done", "done"), ("{.items[0].metadata.labels.app\\.io/x}", "1"), ("{.items[0].metadata.labels['app\\.io/x']}", "1"),
        ("{.items[2].spec.none}", "null"), ("{.items[0].metadata}", #"{"labels":{"app.io/x":"1"},"name":"a"}"#), ("{.missing}", ""), ("{@.kind}{$.kind}", "ListList"),
        ("{.items[0].spec.*}", #"[{"image":"x"},{"image":"y"}] 1 true"#), ("{\"a\\tb\"}{'c'}", "a\tbc"),
        // A dot alone is a field without a name, and texts have parts, too.
        ("{.}", ""), ("{.kind.}{$.}", ""), ("{.items[0].spec.c[0]..}", #"{"image":"x"} x"#), ("{.items.[0]}", ""),
    ])
    func `finds what kubectl finds`(template: String, output: String) throws {
        #expect(try JSONPath(parsing: template, allowsMissingKeys: true).print(Self.list) == output)
    }

    @Test(arguments: [
        ("{.a", "unclosed action"), ("{.items[0}", "unterminated array"), ("{.items[x]}", "invalid array index x"), ("{.items[?(@.a}", "unterminated filter"),
        ("{\"a}", "unterminated quoted string"), ("{.a ^}", "unrecognized character in action: U+005E '^'"), ("{....a}", "invalid multiple recursive descent"),
        ("{.a[?(@.n=~\"a\")]}", "unrecognized character in action: U+007E '~'"),
    ])
    func `refuses wrong templates`(template: String, message: String) {
        #expect(throws: JSONPath.Failure(message)) { try JSONPath(parsing: template) }
    }

    @Test(arguments: [
        ("{.missing}", "missing is not found"), ("{.}", " is not found"), ("{.items[9]}", "array index out of bounds: index 9, length 3"), ("{.kind[0]}", "string is not array or slice"),
        ("{end}", "not in range, nothing to end"), ("{foo}", "unrecognized identifier foo"),
        ("{.items[?(@.metadata.name==1)]}", "incompatible types for comparison"),
        ("{.kind[?(@.a)]}", "List is not array or slice and cannot be filtered"),
    ])
    func `refuses what cannot be found`(template: String, message: String) throws {
        let path = try JSONPath(parsing: template)
        #expect(throws: JSONPath.Failure(message)) { try path.print(Self.list) }
    }

    @Test func `takes relaxed expressions`() throws {
        for text in ["kind", ".kind", "{.kind}", "{kind}"] { #expect(try JSONPath(relaxed: text).print(Self.list) == "List") }
        #expect(try JSONPath(parsing: "{.items[0].spec.n}").printJSON(Self.list) == "[\n    1\n]\n")
    }

    @Test(arguments: 0..<20) func `random templates never crash`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 1))
        let parts = ["{", "}", ".", "items", "[", "]", "*", "0", "-1", ":", ",", "?(", ")", "@", "==", "'", "\"", "range ", "end", "..", "\\", " ", "a"]
        for _ in 0..<300 {
            let template = GoText.string(random.bytes(parts))
            _ = try? JSONPath(parsing: template, allowsMissingKeys: true).print(Self.list)
        }
    }
}
