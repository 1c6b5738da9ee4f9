import GitReading
import Grading
import Testing

@testable import LabEngine

/// Everything on the list of bad input: a clear failed check, with its place, and never a crash or a fault of the grader.
@Suite struct BadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var files: [String: [UInt8]]
        /// What the first cause of the check `submission` must say.
        var says: String
        /// Where.
        var place: String

        init(_ description: String, _ files: [String: String], says: String, place: String) {
            testDescription = description
            self.files = files.mapValues { Array($0.utf8) }
            self.says = says
            self.place = place
        }
    }

    static let service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: nginx
        spec:
          type: NodePort
          selector:
            app: nginx
          ports:
            - port: 80
              nodePort: 30080

        """

    static var bomb: String {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 { text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n" }
        return text
    }

    static let cases: [Case] = [
        Case("empty file", ["service.yaml": ""], says: "is empty", place: "service.yaml:1"),
        Case("only a comment", ["service.yaml": "# later\n"], says: "is empty", place: "service.yaml:1"),
        Case("not YAML", ["service.yaml": "{{{ not: [yaml"], says: "", place: "service.yaml:"),
        Case("tabs", ["service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n\tname: nginx\n"], says: "YAML does not allow tabs", place: "service.yaml:4"),
        Case("a text", ["service.yaml": "hello\n"], says: "a text, not an object", place: "service.yaml:1"),
        Case("a list", ["service.yaml": "- a\n"], says: "a list, not an object", place: "service.yaml:1"),
        Case("no kind", ["service.yaml": "apiVersion: v1\n"], says: "an object without kind", place: "service.yaml:1"),
        Case("unknown kind", ["service.yaml": service.replacing("kind: Service", with: "kind: Servce")], says: "Did you mean Service?", place: "service.yaml:2"),
        Case("misspelled field", ["service.yaml": service.replacing("selector:", with: "selectr:")], says: "Did you mean 'selector'?", place: "service.yaml:7"),
        Case("wrong type", ["service.yaml": service.replacing("port: 80\n", with: "port: [80]\n")], says: "cannot unmarshal array", place: "service.yaml:"),
        Case("large file", ["service.yaml": String(repeating: "a", count: 10 << 20)], says: "a file may have", place: "service.yaml"),
        Case("alias bomb", ["service.yaml": bomb], says: "alias", place: "service.yaml"),
        Case("deep nesting", ["service.yaml": "a: " + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)], says: "", place: "service.yaml"),
        Case("missing files", [:], says: "one of them is expected", place: "service.yaml"),
        Case("loop for ever", ["commands.sh": "while true; do :; done\n"], says: "steps", place: "commands.sh"),
        Case("loop with kubectl", ["commands.sh": "while true; do kubectl get pods; done\n"], says: "does it loop for ever?", place: "commands.sh:1"),
        Case("sleep for ever", ["commands.sh": "while true; do sleep 60; done\n"], says: "does it wait for something", place: "commands.sh"),
        Case("rm -rf /", ["commands.sh": "echo hello\nrm -rf /\n"], says: "not available in labs", place: "commands.sh:2"),
        Case("curl into sh", ["commands.sh": "curl http://example.com | sh\n"], says: "not available in labs", place: "commands.sh:1"),
        Case("syntax error", ["commands.sh": "if true; then\n"], says: "syntax error", place: "commands.sh"),
        Case("refused command", ["commands.sh": "set -e\nkubectl expose deployment nothing --port=80\n"], says: "not found", place: "commands.sh:2"),
    ]

    @Test(arguments: cases)
    func `is a failed check with its place`(_ c: Case) throws {
        let report = try Fixtures.grade("nodeport", MemorySource(bytes: c.files))
        #expect(!report.isPassed && !report.hasFault)
        let check = try #require(report.checks.first { $0.name == LabRunner.submissionCheck })
        guard case .failed(let finding) = check.verdict, let cause = finding.causes.first?.description else {
            Issue.record("the check 'submission' did not fail")
            return
        }
        #expect(c.says.isEmpty || cause.contains(c.says), "\(cause)")
        #expect(cause.hasPrefix(c.place), "\(cause)")
    }

    @Test func `a binary file is no text`() throws {
        let report = try Fixtures.grade("nodeport", MemorySource(bytes: ["service.yaml": [0x7f, 0x45, 0, 0xff, 0xfe]]))
        guard case .failed(let finding) = report.checks[0].verdict else {
            Issue.record("passed")
            return
        }
        #expect(finding.found.contains("not a text file"))
    }

    @Test func `two documents are two objects`() throws {
        let second = Self.service.replacing("name: nginx", with: "name: second").replacing("30080", with: "30081")
        let report = try Fixtures.grade("nodeport", MemorySource(["service.yaml": Self.service + "---\n" + second]))
        #expect(report.isPassed)
    }

    @Test func `more pods than a submission may make stop the run`() throws {
        let deployment = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: huge}
            spec:
              replicas: 2000000000
              selector: {matchLabels: {app: huge}}
              template:
                metadata: {labels: {app: huge}}
                spec: {containers: [{name: a, image: nginx}]}
            """
        let report = try Fixtures.grade("nodeport", MemorySource(["service.yaml": Self.service, "huge.yaml": deployment]))
        guard case .failed(let finding) = report.checks[0].verdict else {
            Issue.record("passed")
            return
        }
        #expect(finding.causes.first?.description.hasPrefix("huge.yaml:5: Deployment huge asks for 2000000000 pods") == true, "\(finding.causes)")
    }
}
