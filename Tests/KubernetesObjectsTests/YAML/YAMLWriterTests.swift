import Testing

@testable import KubernetesObjects

@Suite struct YAMLWriterTests {
    @Test(arguments: [
        ("", "\"\""), ("a", "a"), ("yes", "\"yes\""), ("n", "\"n\""), ("null", "\"null\""), ("~", "\"~\""), ("1", "\"1\""),
        ("0x1f", "\"0x1f\""), ("1.5", "\"1.5\""), ("1e3", "\"1e3\""), ("2026-01-05", "\"2026-01-05\""), ("1:30", "\"1:30\""),
        ("a: b", "'a: b'"), ("a:b", "a:b"), ("- a", "'- a'"), ("-", "'-'"), ("---", "'---'"), ("a #b", "'a #b'"), ("a#b", "a#b"),
        ("it's", "it's"), ("'a", "'''a'"), ("{}", "'{}'"), ("@a", "'@a'"), ("*", "'*'"), (" a", "' a'"), ("a ", "'a '"), ("a\tb", "\"a\\tb\""),
        ("é", "é"), ("😀", "\"\\U0001F600\""), ("a\nb", "|-\n  a\n  b"), ("a\n", "|\n  a"), ("a\n\n", "|+\n  a\n"), (" a\nb", "|2-\n   a\n  b"),
        ("a \nb", "\"a \\nb\""), ("<<", "<<"), ("nginx:1.7.9", "nginx:1.7.9"), ("k=v", "k=v"), ("08", "\"08\""), ("1.2.3", "1.2.3"),
    ])
    func `quotes as kubectl does`(text: String, printed: String) throws {
        #expect(Value.string(text).yaml() == printed + "\n")
        #expect(try Value(parsingYAML: "k: " + Value.string(text).yaml()) == ["k": .string(text)])
    }

    @Test func `lays out as kubectl does`() {
        let value: Value = [
            "spec": ["list": [["name": "a", "args": ["-x", "y"]], [1, [2, 3]], [:], []], "empty": [:], "none": .null, "k10": 1, "k9": 2],
            "apiVersion": "v1", "data": ["b.txt": "one\ntwo\n"],
            "message": .string("0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. preemption: no"),
        ]
        #expect(
            value.yaml() == """
                apiVersion: v1
                data:
                  b.txt: |
                    one
                    two
                message: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure:
                  }. preemption: no'
                spec:
                  empty: {}
                  k9: 2
                  k10: 1
                  list:
                  - args:
                    - -x
                    - "y"
                    name: a
                  - - 1
                    - - 2
                      - 3
                  - {}
                  - []
                  none: null

                """)
        #expect(value.yaml(.kept).hasPrefix("spec:\n  list:\n  - name: a\n"))
    }
}
