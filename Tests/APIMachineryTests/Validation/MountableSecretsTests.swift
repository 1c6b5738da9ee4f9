import KubernetesObjects
import Testing

@testable import APIMachinery

/// The secrets that pods of a ServiceAccount may use.
@Suite struct MountableSecretsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, spec: String, refusal: String
        init(_ description: String, _ spec: String, _ refusal: String = "") {
            testDescription = description
            self.spec = spec
            self.refusal = refusal.isEmpty ? "" : "pods \"p\" is forbidden: \(refusal) is not allowed because service account a does not reference that "
        }
    }

    private static func account(_ enforced: String) -> String {
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, annotations: {kubernetes.io/enforce-mountable-secrets: '\(enforced)'}}\nsecrets: [{name: mine}]\nimagePullSecrets: [{name: pull}]"
    }
    private static func container(_ rest: String, _ field: String = "containers") -> String {
        (field == "containers" ? "" : "containers: [{name: c, image: i}], ") + "\(field): [{name: d, image: i, \(rest)}]"
    }
    private static let plain = "containers: [{name: c, image: i}]"

    private static func pod(_ spec: String) -> String { "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {serviceAccountName: a, \(spec)}" }

    @Test(arguments: [
        Case("its own", container("env: [{name: E, valueFrom: {secretKeyRef: {name: mine, key: k}}}], envFrom: [{secretRef: {name: mine}}]")),
        Case("a volume of its own", plain + ", volumes: [{name: v, secret: {secretName: mine}}], imagePullSecrets: [{name: pull}]"),
        Case("a projected volume is not looked at", plain + ", volumes: [{name: v, projected: {sources: [{secret: {name: other}}]}}]"),
        Case("a volume of another's", plain + ", volumes: [{name: v, secret: {secretName: other}}]", "volume with secret.secretName=\"other\""),
        Case("a variable", container("env: [{name: E, valueFrom: {secretKeyRef: {name: other, key: k}}}]"), "container d with envVar E referencing secret.secretName=\"other\""),
        Case("all variables", container("envFrom: [{secretRef: {name: other}}]"), "container d with envFrom referencing secret.secretName=\"other\""),
        Case(
            "a variable of what runs first", container("env: [{name: E, valueFrom: {secretKeyRef: {name: other, key: k}}}]", "initContainers"),
            "init container d with envVar E referencing secret.secretName=\"other\""),
        Case("a pull secret", plain + ", imagePullSecrets: [{name: pull}, {name: mine}]", "imagePullSecrets[1].name=\"mine\""),
    ])
    func `are those that it lists`(_ c: Case) {
        var bench = ValidationBench()
        _ = bench.create(Self.account("true"))
        let outcome = bench.create(Self.pod(c.spec))
        #expect(c.refusal.isEmpty ? outcome == "" : outcome.hasPrefix(c.refusal), "\(outcome)")
    }

    @Test(arguments: ["false", "yes", ""]) func `are all where nothing else is said`(_ value: String) {
        var bench = ValidationBench()
        _ = bench.create(Self.account(value))
        #expect(bench.create(Self.pod(Self.plain + ", volumes: [{name: v, secret: {secretName: other}}]")) == "")
    }

    @Test func `hold for containers that are added for a while`() throws {
        var server = TestServer()
        let path = "/api/v1/namespaces/default"
        _ = try server.send("POST", "\(path)/serviceaccounts", ValidationBench.parse(Self.account("1")))
        _ = try server.send("POST", "\(path)/pods", ValidationBench.parse(Self.pod(Self.plain)))
        let patch: Value = ["spec": ["ephemeralContainers": [["name": "e", "image": "i", "envFrom": [["secretRef": ["name": "other"]]]]]]]
        #expect(
            server.refusal("PATCH", "\(path)/pods/p/ephemeralcontainers", patch, type: strategic)?.message
                == "pods \"p\" is forbidden: ephemeral container e with envFrom referencing secret.secretName=\"other\" is not allowed because service account a does not reference that secret"
        )
    }
}
