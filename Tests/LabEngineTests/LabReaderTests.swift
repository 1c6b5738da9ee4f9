import GitReading
import Grading
import Testing

@testable import LabEngine

@Suite struct LabReaderTests {
    static let plain = """
        apiVersion: labrunner.dev/v1
        kind: Lab
        metadata:
          name: demo
          title: {en: Demo}
        checks:
          - name: first
            object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}

        """

    static func problems(_ text: String, files: [String: String] = [:]) -> [String] {
        do {
            _ = try LabReader(MemorySource(files.merging(["lab.yaml": text]) { $1 }, label: "demo")).read()
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var from: String
        var to: String
        var problem: String
    }

    static let cases: [Case] = [
        Case(testDescription: "unknown field", from: "checks:", to: "chekcs: []\nchecks:", problem: "demo/lab.yaml:6:1: unknown field 'chekcs' in the lab. Did you mean 'checks'?"),
        Case(testDescription: "unknown field of a check", from: "    object:", to: "    pionts: 2\n    object:", problem: "demo/lab.yaml:8:5: unknown field 'pionts' in checks[0]. Did you mean 'points'?"),
        Case(testDescription: "wrong word", from: "title: {en: Demo}", to: "title: Demo\n  level: beginer", problem: "demo/lab.yaml:6:3: 'beginer' is not a metadata.level; it is one of beginner, intermediate, advanced. Did you mean 'beginner'?"),
        Case(testDescription: "wrong type", from: "    object:", to: "    points: many\n    object:", problem: "demo/lab.yaml:8:5: checks[0].points must be a whole number, not 'many'."),
        Case(testDescription: "nothing asserted", from: "    object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n", to: "", problem: "demo/lab.yaml:7:5: checks[0] asserts nothing"),
        Case(testDescription: "two assertions", from: "    object:", to: "    cel: \"true\"\n    object:", problem: "demo/lab.yaml:7:5: checks[0] has object and cel; give exactly one"),
        Case(testDescription: "no such need", from: "    object:", to: "    needs: [frist]\n    object:", problem: "demo/lab.yaml:8:"),
        Case(testDescription: "no such moment", from: "    object:", to: "    at: later\n    object:", problem: "demo/lab.yaml:8:5: 'later' is no moment. There are submission, end."),
        Case(testDescription: "bad expression", from: "    object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", to: "    cel: \"a +\"", problem: "demo/lab.yaml:7:5: the CEL expression cannot be compiled"),
        Case(testDescription: "no checks", from: "checks:\n  - name: first\n    object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", to: "checks: []", problem: "demo/lab.yaml:6:1: the lab has no checks"),
        Case(testDescription: "missing setup file", from: "checks:", to: "cluster: {setup: [{apply: setup/a.yaml}]}\nchecks:", problem: "demo/lab.yaml:6:"),
        Case(testDescription: "two kinds of cluster", from: "checks:", to: "cluster: {profile: empty, config: a.yaml}\nchecks:", problem: "demo/lab.yaml:6:1: cluster has profile and config; give one of them."),
        Case(testDescription: "not YAML", from: "metadata:\n", to: "metadata: [\n", problem: "demo/lab.yaml:"),
        Case(testDescription: "field twice", from: "kind: Lab", to: "kind: Lab\nkind: Lab", problem: "demo/lab.yaml:3:1: the field 'kind' is given more than once."),
    ]

    @Test func `reads a plain lab`() { #expect(Self.problems(Self.plain) == []) }

    @Test(arguments: cases)
    func `says what is wrong and where`(_ c: Case) {
        let text = Self.plain.replacing(c.from, with: c.to)
        #expect(text != Self.plain)
        let problems = Self.problems(text)
        #expect(problems.contains { $0.hasPrefix(c.problem) }, "\(problems)")
    }

    @Test func `a lab that a blank sheet passes is an error`() throws {
        let text = Self.plain.replacing("kind: ConfigMap, metadata: {name: a}", with: "kind: Namespace, metadata: {name: default}")
        let lab = try LabReader(MemorySource(["lab.yaml": text])).read()
        #expect(throws: RunError.self) {
            try Fixtures.runner.grade(lab, LocatedSource(source: MemorySource(), provenance: Provenance(location: "x")), labs: Provenance(location: "y"))
        }
    }

    @Test func `expressions see the objects of the cluster`() throws {
        let text = Self.plain.replacing(
            "    object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
            with: """
                    with:
                      map: {kind: ConfigMap, name: a}
                      nodes: {kind: Node}
                    meaning: {en: the map counts the nodes}
                    cel: int(map.data.nodes) == size(nodes)
                """)
        let lab = try LabReader(MemorySource(["lab.yaml": text])).read()
        func grade(_ count: String) throws -> LabReport {
            let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {nodes: \"\(count)\"}\n"
            let located = LocatedSource(source: MemorySource(["map.yaml": map]), provenance: Provenance(location: "x"))
            return try Fixtures.runner.grade(lab, located, labs: Provenance(location: "y"))
        }
        #expect(try grade("3").isPassed)
        #expect(try !grade("4").isPassed)
    }

    @Test func `every field of the format has a description and a legal type`() {
        for type in LabFormat.table.types {
            #expect(!type.about.isEmpty)
            for field in type.fields { #expect(!field.about.isEmpty, "\(type.name).\(field.name)") }
        }
        #expect(SchemaWriter().schema["definitions"]?["Check"] != nil)
    }

    @Test func `the documentation has the reference of the format`() throws {
        let source = try WorkTreeSource(Fixtures.root)
        let text = try source.readText("docs/LAB-FORMAT.md")
        #expect(text.contains(FormatReference().markdown), "write it anew with: labrunner lab schema --markdown")
    }
}

@Suite struct SubmissionPatternTests {
    @Test(arguments: [
        ("service.yaml", "*.yaml", true), ("sub/service.yaml", "*.yaml", false), ("sub/service.yaml", "sub/*.yaml", true), ("a.yml", "*.yaml", false),
        ("service.yaml", "service.yaml", true), ("abc", "a*c", true), ("abcd", "a*c", false), ("aXcYc", "a*c", true),
    ])
    func `stars stand for any part of a name`(_ path: String, _ pattern: String, _ matches: Bool) {
        #expect(SubmissionLoader.matches(path, pattern) == matches)
    }
}
