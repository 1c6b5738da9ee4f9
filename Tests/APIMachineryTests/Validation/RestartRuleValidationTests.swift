import KubernetesObjects
import Testing

@testable import APIMachinery

/// A container's own rules of when it, or all of its pod, begins again.
@Suite struct RestartRuleValidationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, spec: String, refusal: String
        init(_ description: String, _ spec: String, _ refusal: String) {
            testDescription = description
            self.spec = spec
            self.refusal = refusal
        }
    }

    private static func rules(_ rules: String, _ policy: String = "restartPolicy: Never, ") -> String {
        "containers: [{name: c, image: i, \(policy)restartPolicyRules: [\(rules)]}]"
    }
    private static let all = "{action: RestartAllContainers, exitCodes: {operator: In, values: [88]}}"

    @Test(arguments: [
        Case("all containers", rules(all), ""),
        Case("this container", rules("{action: Restart, exitCodes: {operator: NotIn, values: [0]}}"), ""),
        Case(
            "a sidecar that brings all down", "containers: [{name: c, image: i}], initContainers: [{name: s, image: i, restartPolicy: Always, restartPolicyRules: [\(all)]}]", ""),
        Case("an initial container", "containers: [{name: c, image: i}], initContainers: [{name: s, image: i, restartPolicy: Never, restartPolicyRules: [\(all)]}]", ""),
        Case(
            "rules without a policy", rules(all, ""),
            "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used"),
        Case(
            "an action that is none", rules("{action: DoNotRestart, exitCodes: {operator: In, values: [3]}}"),
            "spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"DoNotRestart\": supported values: \"Restart\", \"RestartAllContainers\""),
        Case(
            "an operator that is none", rules("{action: Restart, exitCodes: {operator: Equals, values: [3]}}"),
            "spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Equals\": supported values: \"In\", \"NotIn\""),
        Case("no exit codes", rules("{action: RestartAllContainers}"), "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified"),
    ])
    func `takes the rules that the real server takes`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {\(c.spec)}") == c.refusal)
    }
}
