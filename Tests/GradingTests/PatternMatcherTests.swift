import KubernetesObjects
import Testing

@testable import Grading

@Suite struct PatternMatcherTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var actual: String
        var pattern: String
        var paths: [String]
    }

    static let cases: [Case] = [
        Case(testDescription: "equal", actual: #"{"a": 1}"#, pattern: #"{"a": 1}"#, paths: []),
        Case(testDescription: "more than asked", actual: #"{"a": 1, "b": 2}"#, pattern: #"{"a": 1}"#, paths: []),
        Case(testDescription: "other value", actual: #"{"a": 1}"#, pattern: #"{"a": 2}"#, paths: ["a"]),
        Case(testDescription: "absent field", actual: "{}", pattern: #"{"a": {"b": 1, "c": 2}}"#, paths: ["a.b", "a.c"]),
        Case(testDescription: "null means absent", actual: #"{"a": 1}"#, pattern: #"{"a": null}"#, paths: ["a"]),
        Case(testDescription: "null and absent", actual: "{}", pattern: #"{"a": null}"#, paths: []),
        Case(testDescription: "text is not a number", actual: #"{"a": "80"}"#, pattern: #"{"a": 80}"#, paths: ["a"]),
        Case(testDescription: "list of maps by name, in any order", actual: #"{"c": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]}"#,
             pattern: #"{"c": [{"name": "y", "v": 2}]}"#, paths: []),
        Case(testDescription: "list of maps by name, other value", actual: #"{"c": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]}"#,
             pattern: #"{"c": [{"name": "y", "v": 1}]}"#, paths: ["c[name=y].v"]),
        Case(testDescription: "no element of the name", actual: #"{"c": [{"name": "x"}]}"#, pattern: #"{"c": [{"name": "z"}]}"#, paths: ["c[name=z]"]),
        Case(testDescription: "without a key the nearest element is compared", actual: #"{"c": [{"p": 1, "q": 2}, {"p": 9, "q": 9}]}"#,
             pattern: #"{"c": [{"p": 1, "q": 3}]}"#, paths: ["c[0].q"]),
        Case(testDescription: "two patterns need two elements", actual: #"{"c": [{"p": 1}]}"#, pattern: #"{"c": [{"p": 1}, {"p": 1}]}"#, paths: ["c"]),
        Case(testDescription: "plain lists must be equal", actual: #"{"a": ["x", "y"]}"#, pattern: #"{"a": ["y", "x"]}"#, paths: ["a"]),
        Case(testDescription: "equal amounts", actual: #"{"requests": {"cpu": "500m", "memory": "1Gi"}}"#,
             pattern: #"{"requests": {"cpu": "0.5", "memory": "1024Mi"}}"#, paths: []),
        Case(testDescription: "amounts only where amounts stand", actual: #"{"version": "1.10"}"#, pattern: #"{"version": "1.1"}"#, paths: ["version"]),
        Case(testDescription: "map expected", actual: #"{"a": 1}"#, pattern: #"{"a": {"b": 1}}"#, paths: ["a"]),
    ]

    @Test(arguments: cases)
    func `lists the fields that differ`(_ c: Case) throws {
        let differences = PatternMatcher().differences(of: try Value(parsingJSON: c.actual), from: try Value(parsingJSON: c.pattern))
        #expect(differences.map(\.path) == c.paths)
    }

    @Test func `lists match by the merge key of their type`() throws {
        let matcher = PatternMatcher { $0 == ["ports"] ? ["port", "protocol"] : nil }
        let actual = try Value(parsingJSON: #"{"ports": [{"port": 80, "protocol": "TCP", "v": 1}, {"port": 80, "protocol": "UDP", "v": 2}]}"#)
        let pattern = try Value(parsingJSON: #"{"ports": [{"port": 80, "protocol": "UDP", "v": 3}]}"#)
        #expect(matcher.differences(of: actual, from: pattern).map(\.path) == ["ports[port=80,protocol=UDP].v"])
    }
}

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("replica", ["replicas", "selector"], "replicas"), ("contaners", ["containers", "volumes"], "containers"), ("xyz", ["replicas"], nil),
        ("Deploymnt", ["Deployment", "DaemonSet"], "Deployment"), ("", ["a"], nil), ("nodport", ["nodeport", "hpa"], "nodeport"),
    ] as [(String, [String], String?)])
    func `finds the name that is meant`(_ name: String, _ candidates: [String], _ expected: String?) {
        #expect(NearestName.of(name, among: candidates) == expected)
    }

    @Test func `counts edits`() {
        #expect(NearestName.distance("kitten", "sitting") == 3)
        #expect(NearestName.distance("ngnix", "nginx") == 1)
        #expect(NearestName.distance("", "abc") == 3)
    }
}

@Suite struct LabDurationTests {
    @Test(arguments: [("90s", 90_000), ("1m30s", 90_000), ("2h", 7_200_000), ("500ms", 500), ("0", 0)])
    func `reads durations`(_ text: String, _ milliseconds: Int) { #expect(LabDuration.parse(text) == .milliseconds(milliseconds)) }

    @Test(arguments: ["", "5", "s", "1x", "-1s", "99999999999999h", "1 m", "２s"])
    func `refuses what is no duration`(_ text: String) { #expect(LabDuration.parse(text) == nil) }

    @Test(arguments: [(0, "0s"), (1500, "1.500s"), (90_000, "1m30s"), (7_200_000, "2h"), (61, "0.061s")])
    func `writes durations`(_ milliseconds: Int, _ text: String) { #expect(LabDuration.text(.milliseconds(milliseconds)) == text) }
}
