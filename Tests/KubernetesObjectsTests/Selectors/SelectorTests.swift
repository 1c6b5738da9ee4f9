import Testing

@testable import KubernetesObjects

@Suite struct SelectorTests {
    @Test(arguments: [
        ("app in web", "unable to parse requirement: found 'web' expected: '('"),
        ("app in (web", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("=web", "found '=', expected: !, identifier, or 'end of string'"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a=b,", "found '', expected: identifier after ','"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a in ()", "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"),
        ("a>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"),
        (
            "a=b@",
            "unable to parse requirement: values[0][a]: Invalid value: \"b@\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ),
    ])
    func `says what apimachinery says`(text: String, message: String) {
        #expect(throws: SelectorError(message)) { try LabelSelector(parsing: text) }
    }

    @Test(arguments: [
        ("app=web", "app=web", true), ("app==web", "app==web", true), ("app!=web", "app!=web", false), ("app in (web, db)", "app in (db,web)", true),
        ("tier notin (x)", "tier notin (x)", true), ("app", "app", true), ("!app", "!app", false), ("!tier,app", "app,!tier", true),
        ("n>1", "n>1", true), ("n<1", "n<1", false), ("app==", "app==", false), ("", "", true), ("in in (in)", "in in (in)", false),
    ])
    func `matches labels`(text: String, canonical: String, matches: Bool) throws {
        let selector = try LabelSelector(parsing: text)
        #expect(selector.description == canonical)
        #expect(selector.matches(["app": "web", "n": "2"]) == matches)
    }

    @Test func `reads selector objects`() throws {
        let object: Value = [
            "matchLabels": ["b": "2", "a": "1"],
            "matchExpressions": [["key": "c", "operator": "In", "values": ["y", "x"]], ["key": "d", "operator": "Exists"]],
        ]
        #expect(try LabelSelector(validating: object).description == "a=1,b=2,c in (x,y),d")
        #expect(!LabelSelector(object: nil).matches([:]))
        #expect(LabelSelector(object: [:]).matches(["a": "b"]))
        #expect(throws: SelectorError("\"Is\" is not a valid label selector operator")) {
            try LabelSelector(validating: ["matchExpressions": [["key": "c", "operator": "Is"]]])
        }
        #expect(LabelSelector.printed([:]) == "<none>")
    }

    @Test func `reads field selectors`() throws {
        let selector = try FieldSelector(parsing: "status.phase=Running,spec.nodeName!=a\\,b")
        #expect(selector.description == "status.phase=Running,spec.nodeName!=a\\,b")
        #expect(selector.matches { $0 == "status.phase" ? "Running" : "c" })
        #expect(!selector.matches { $0 == "status.phase" ? "Running" : "a,b" })
        #expect(throws: SelectorError("invalid selector: 'status.phase'; can't understand 'status.phase'")) {
            try FieldSelector(parsing: "status.phase")
        }
    }
}
