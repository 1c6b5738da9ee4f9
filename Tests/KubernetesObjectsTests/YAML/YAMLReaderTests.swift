import Testing

@testable import KubernetesObjects

@Suite struct YAMLReaderTests {
    @Test(arguments: [
        ("a: 1\nb: [x, 'y', \"z\\n\"]\n", #"{"a":1,"b":["x","y","z\n"]}"#),
        ("a:\n- b: 1\n  c: 2\n- d\n", #"{"a":[{"b":1,"c":2},"d"]}"#),
        ("a: yes\nb: Off\nc: y\nd: ~\ne:\nf: null\n", #"{"a":true,"b":false,"c":true,"d":null,"e":null,"f":null}"#),
        ("a: 010\nb: 0x1F\nc: 1_000\nd: 0b11\ne: +5\nf: 08\n", #"{"a":8,"b":31,"c":1000,"d":3,"e":5,"f":8}"#),
        ("a: 1.0\nb: 1.50\nc: .5\nd: 1e3\ne: 1.\n", #"{"a":1,"b":1.5,"c":0.5,"d":1000,"e":1}"#),
        ("a: 2026-01-05\nb: 2026-01-05T09:00:00Z\nc: 1:30\n", #"{"a":"2026-01-05","b":"2026-01-05T09:00:00Z","c":"1:30"}"#),
        ("1: a\ntrue: b\n1.5: c\n", #"{"1":"a","true":"b","1.5":"c"}"#),
        ("a: |\n  x\n   y\n\nb: |-\n  z\nc: >\n  p\n  q\n\n  r\nd: |+\n  e\n\n", #"{"a":"x\n y\n","b":"z","c":"p q\nr\n","d":"e\n\n"}"#),
        ("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\nc: *x\n", #"{"a":{"k":1,"l":2},"b":{"k":1,"l":3},"c":{"k":1,"l":2}}"#),
        ("a: this is\n  folded text\nb: \"one\n  two\"\nc: 'it''s'\n", #"{"a":"this is folded text","b":"one two","c":"it's"}"#),
        ("? a\n: b\n? [x]: y\n", nil),
        ("a: !!str 12\nb: !!int \"3\"\nc: !!binary aGk=\n", #"{"a":"12","b":3,"c":"hi"}"#),
        ("{a: 1, b: {c: d}, e: [f: g, h]}", #"{"a":1,"b":{"c":"d"},"e":[{"f":"g"},"h"]}"#),
        ("- - a\n  - b\n- c: d\n", #"[["a","b"],{"c":"d"}]"#),
        ("a: # comment\n  b # not # one\n", #"{"a":"b"}"#),
        ("a: \"\\u00e9\\x41\\\n   b\"\n", #"{"a":"éAb"}"#),
        ("a: 18446744073709551616\n", #"{"a":18446744073709551616}"#),
    ])
    func `reads as Kubernetes reads`(text: String, json: String?) throws {
        guard let json else {
            #expect(throws: YAMLError.self) { try Value(parsingYAML: text) }
            return
        }
        #expect(try Value(parsingYAML: text).json() == json)
    }

    @Test(arguments: [
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n spec:\n  containers: []\n", "yaml: line 4: did not find expected key"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: b\n", "yaml: line 4: found character that cannot start any token"),
        ("a: 1\nkind: C\nm:\n  n: c\nd:\n  msg: it is: wrong\n", "yaml: line 6: mapping values are not allowed in this context"),
        ("a: v1\nk: C\nmetadata: {name: d\ndata: {}\n", "yaml: line 3: did not find expected ',' or '}'"),
        ("a: *x\n", "yaml: unknown anchor 'x' referenced"),
        ("a: &x [*x]\n", "yaml: anchor 'x' value contains itself"),
        ("a: {{ .Values.x }}\n", "yaml: invalid map key: map[interface {}]interface {}{\".Values.x\":interface {}(nil)}"),
        ("<<: 1\n", "yaml: map merge requires map or sequence of maps as the value"),
        ("a: \"x\nb: y\n", "yaml: line 3: found unexpected end of stream"),
        ("a:\n  b: c\n  - d\n", "yaml: line 2: did not find expected key"),
        ("a: b\nc\nd: e\n", "yaml: line 3: could not find expected ':'"),
        ("a: \u{1}\n", "yaml: control characters are not allowed"),
    ])
    func `says what go-yaml says`(text: String, message: String) {
        do {
            let value = try Value(parsingYAML: text)
            Issue.record("accepted as \(value.json())")
        } catch {
            #expect(error.message == message)
        }
    }

    @Test func `divides documents and counts lines through them`() throws {
        let text = "---\n# first\na: 1\n---\n\nb:\n  c: 2\n---\n---\nd: 3"
        let documents = try YAMLReader().documents(text)
        #expect(documents.map { $0.value.json() } == [#"{"a":1}"#, #"{"b":{"c":2}}"#, "null", #"{"d":3}"#].filter { $0 != "null" })
        #expect(documents[1].position(of: "b.c") == .init(line: 7, column: 6))
        #expect(documents[1].keyPosition(of: "b.c") == .init(line: 7, column: 3))
        #expect(documents[1].nearestPosition(of: "b.x.y") == .init(line: 6, column: 1))
    }

    @Test func `marks list elements, aliases and merged fields`() throws {
        let document = try #require(
            try YAMLReader().documents("base: &b\n  x: 1\nlist:\n- name: a\n- <<: *b\n  z: 2\nother: *b\n").first)
        #expect(document.position(of: "list[0].name") == .init(line: 4, column: 9))
        #expect(document.position(of: "list[1].x") == .init(line: 2, column: 6))
        #expect(document.keyPosition(of: "list[1].z") == .init(line: 6, column: 3))
        #expect(document.position(of: "other.x") == .init(line: 2, column: 6))
        #expect(document.position(of: "list[2]") == nil)
    }

    @Test func `reports keys given twice, the last wins`() throws {
        let document = try #require(try YAMLReader().documents("a:\n  b: 1\n  b: 2\n").first)
        #expect(document.value.json() == #"{"a":{"b":2}}"#)
        #expect(document.duplicates == [YAMLDuplicate(path: "a.b", line: 3, column: 3)])
    }

    @Test func `reads JSON, also with a trailing comma`() throws {
        #expect(try YAMLReader().documents("{\"a\":{\"b\":1},}").map { $0.value.json() } == [#"{"a":{"b":1}}"#])
        #expect(try YAMLReader().documents("{\"a\":1}\n{\"b\":2}\n").count == 2)
        #expect(YAMLReader().read("{\"a\":{\"b\":1}").error?.decodingMessage == "unexpected EOF")
        let marked = try YAMLReader().documents("{\n  \"a\": {\"b\": 1}\n}")
        #expect(marked.first?.position(of: "a.b") == .init(line: 2, column: 14))
    }

    @Test func `an alias bomb is refused`() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<40 { text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]\n" }
        #expect(YAMLReader().read(text).error?.message == "yaml: document contains excessive aliasing")
        var chain = "a0: &a0 [x]\n"
        for level in 1..<5000 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(YAMLReader().read(chain).error != nil)
    }

    @Test func `deep nesting and large texts are bounded`() {
        #expect(YAMLReader().read(String(repeating: "[", count: 200_000)).error != nil)
        #expect(YAMLReader().read(String(repeating: "- ", count: 200_000)).error != nil)
        #expect(YAMLReader().read(String(repeating: "? ", count: 100_000)).error != nil)
        #expect(YAMLReader(maxBytes: 10).read("a: 123456789").error != nil)
        let wide = "a:\n" + String(repeating: "- b: {c: [1, 2, x]}\n", count: 20_000)
        #expect(YAMLReader().read(wide).documents.first?.value["a"]?.elements.count == 20_000)
    }
}
