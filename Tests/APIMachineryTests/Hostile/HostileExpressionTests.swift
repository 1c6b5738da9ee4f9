import KubernetesObjects
import KubernetesSchema
import Testing

@testable import APIMachinery

/// Regular expressions that make others back-track, and CEL that would run for ever.
@Suite(.timeLimit(.minutes(4))) struct HostileExpressionTests {
    /// Patterns whose time grows exponentially where every way is tried.
    static let patterns = ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){12}$", "^([a-zA-Z]+)*$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"]
    static let text = String(repeating: "a", count: 20_000) + "!"

    private static func definition(_ properties: String) throws -> Value {
        var definition = HostileBodyTests.freeDefinition
        let schema = try Value(parsingJSON: #"{"type":"object","properties":{"spec":{"type":"object","properties":{\#(properties)}}}}"#)
        definition["spec", default: [:]]["versions"] = [
            ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema]]
        ]
        return definition
    }

    private static func quoted(_ text: String) -> String { Value.string(text).json(escapesHTML: false) }

    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    private static let blobs = "/apis/lab.example.com/v1/namespaces/default/blobs"

    private static func blob(_ spec: Value, _ name: String = "b") -> Value {
        ["apiVersion": "lab.example.com/v1", "kind": "Blob", "metadata": ["name": .string(name)], "spec": spec]
    }

    @Test(arguments: patterns) func `patterns of a schema are linear`(_ pattern: String) throws {
        var server = TestServer()
        _ = try server.send("POST", Self.definitions, Self.definition(#""t":{"type":"string","pattern":\#(Self.quoted(pattern))}"#))
        let status = server.refusal("POST", Self.blobs, Self.blob(["t": .string(Self.text)]))
        #expect(status?.reason == "Invalid")
        #expect(status?.message.contains("spec.t in body should match '\(pattern)'") == true, "\(status?.message.suffix(200) ?? "accepted")")
    }

    @Test(arguments: ["(a{1000}){1000}", "a{1001}", "(((a{100}){100}){100}", "[", "(?<n", "\\"]) func `patterns that cannot be compiled are refused`(_ pattern: String) throws {
        var server = TestServer()
        let status = server.refusal("POST", Self.definitions, try Self.definition(#""t":{"type":"string","pattern":\#(Self.quoted(pattern))}"#))
        #expect(status?.reason == "Invalid", "\(status?.message ?? "accepted")")
        #expect(status?.message.contains("pattern: Invalid value") == true, "\(status?.message ?? "")")
    }

    @Test(arguments: patterns) func `matches of CEL are linear`(_ pattern: String) throws {
        let rule = #"{"rule":\#(Self.quoted("!self.t.matches(\(Self.quoted(pattern)))"))}"#
        var server = TestServer()
        var definition = try Self.definition(#""t":{"type":"string","maxLength":30000}"#)
        definition["spec", "versions"] = [
            [
                "name": "v1", "served": true, "storage": true,
                "schema": [
                    "openAPIV3Schema": try Value(
                        parsingJSON:
                            #"{"type":"object","properties":{"spec":{"type":"object","properties":{"t":{"type":"string","maxLength":30000}},"x-kubernetes-validations":[\#(rule)]}}}"#
                    )
                ],
            ]
        ]
        _ = try server.send("POST", Self.definitions, definition)
        #expect(server.refusal("POST", Self.blobs, Self.blob(["t": .string(Self.text)])) == nil)
    }

    // MARK: CEL

    struct Endless: CustomTestStringConvertible {
        var expression: String
        var testDescription: String { String(expression.prefix(80)) }
    }

    /// Expressions that cost more than any request may.
    static let endless = [
        "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, a + b + c + d + e + f > 0))))))",
        "object.data.l.split(',').all(a, object.data.l.split(',').all(b, object.data.l.split(',').all(c, a != b + c)))",
        "lists.range(100000).all(a, lists.range(100000).all(b, a + b >= 0))",
        "!object.data.l.matches('^(([0-9]+,)*)*$') && object.data.l.split(',').all(a, object.data.l.contains(a) && object.data.l.split(',').all(b, object.data.l.replace(a, b).size() > 0))",
        "object.data.l.split(',').map(a, object.data.l.split(',').map(b, object.data.l)).size() > 0",
    ]

    @Test(arguments: endless.map(Endless.init)) func `a policy that would run for ever denies in time`(_ c: Endless) throws {
        var bench = ValidationBench()
        #expect(
            bench.create(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: demo}
                spec:
                  failurePolicy: Fail
                  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
                  validations: [{expression: \(Self.quoted(c.expression))}]
                """) == "")
        #expect(bench.create(AdmissionPolicyTests.binding("validationActions: [Deny]")) == "")
        let numbers = (0..<3000).map(String.init).joined(separator: ",")
        let refusal = bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {l: '\(numbers)'}")
        #expect(refusal.hasPrefix(": ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied request: expression '\(c.expression)' resulted in error: "), "\(refusal.prefix(300))")
        #expect(refusal.hasSuffix("operation cancelled: actual cost limit exceeded"), "\(refusal.suffix(200))")
        #expect(bench.get(.configMaps, "c") == nil)
    }

    @Test func `all expressions of one request share a budget`() throws {
        var bench = ValidationBench()
        let expression = "object.data.l.split(',').all(a, object.data.l.split(',').all(b, a + b != ''))"
        let validations = (0..<40).map { _ in "{expression: \(Self.quoted(expression))}" }.joined(separator: ", ")
        #expect(
            bench.create(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: demo}
                spec:
                  failurePolicy: Fail
                  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
                  validations: [\(validations)]
                """) == "")
        #expect(bench.create(AdmissionPolicyTests.binding("validationActions: [Deny]")) == "")
        let numbers = (0..<300).map(String.init).joined(separator: ",")
        let refusal = bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {l: '\(numbers)'}")
        #expect(
            refusal.contains("validation failed due to running out of cost budget, no further validation rules will be run"), "\(refusal.prefix(300))")
    }
}
