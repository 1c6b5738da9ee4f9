import KubernetesObjects
import Testing

@testable import APIMachinery

@Suite struct AdmissionPolicyTests {
    static func policy(_ rest: String) -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: demo}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
        \(rest)
        """
    }

    static func binding(_ rest: String) -> String {
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: demo-binding}\nspec: {policyName: demo, \(rest)}"
    }

    static func deployment(_ replicas: Int) -> String { ObjectValidationTests.deployment("replicas: \(replicas)") }

    @Test func `denies what an expression does not hold for`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.policy("  validations:\n  - expression: object.spec.replicas <= 5")) == "")
        #expect(bench.create(Self.deployment(7)) == "")
        #expect(bench.create(Self.binding("validationActions: [Deny]")) == "")
        #expect(
            bench.patch("Deployment", "apps/v1", "d", "spec: {replicas: 9}")
                == ": ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied request: failed expression: object.spec.replicas <= 5")
        #expect(bench.patch("Deployment", "apps/v1", "d", "spec: {replicas: 3}") == "")
    }

    @Test func `warns, and says its own message with variables and parameters`() {
        var bench = ValidationBench()
        #expect(
            bench.create(
                Self.policy(
                    """
                      paramKind: {apiVersion: v1, kind: ConfigMap}
                      matchConditions:
                      - {name: not-system, expression: "request.userInfo.username != 'system'"}
                      variables:
                      - {name: most, expression: "int(params.data.most)"}
                      validations:
                      - expression: object.spec.replicas <= variables.most
                        messageExpression: "'at most ' + string(variables.most) + ' replicas'"
                    """)) == "")
        #expect(
            bench.create(
                Self.binding("validationActions: [Warn, Audit], paramRef: {name: limits, parameterNotFoundAction: Deny}")) == "")
        #expect(
            bench.create(Self.deployment(7))
                == "Validation failed for ValidatingAdmissionPolicy 'demo' with binding 'demo-binding': failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
        )
        #expect(bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits}\ndata: {most: '4'}") == "")
        #expect(
            bench.patch("Deployment", "apps/v1", "d", "spec: {replicas: 8}")
                == "Validation failed for ValidatingAdmissionPolicy 'demo' with binding 'demo-binding': at most 4 replicas")
    }

    @Test func `refuses policies that do not compile`() {
        var bench = ValidationBench()
        let refusal = bench.create(Self.policy("  validations:\n  - expression: object.spec.replicas <="))
        #expect(refusal.hasPrefix("spec.validations[0].expression: Invalid value: \"object.spec.replicas <=\": compilation failed: ERROR: <input>:1:"))
    }

    @Test func `mutates by patch and by configuration`() {
        var bench = ValidationBench()
        let policy = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicy
            metadata: {name: demo}
            spec:
              failurePolicy: Fail
              reinvocationPolicy: Never
              matchConstraints:
                resourceRules:
                - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
              mutations:
              - patchType: JSONPatch
                jsonPatch: {expression: "[JSONPatch{op: 'add', path: '/data/a', value: 'x'}]"}
              - patchType: ApplyConfiguration
                applyConfiguration: {expression: "Object{metadata: Object.metadata{labels: {'seen': 'true'}}}"}
            """
        #expect(bench.create(policy) == "")
        #expect(
            bench.create(
                "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: b}\nspec: {policyName: demo}")
                == "")
        #expect(bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {b: z}") == "")
        #expect(bench.get(.configMaps, "c")?["data"] == ["a": "x", "b": "z"])
        #expect(bench.get(.configMaps, "c")?.labels == ["seen": "true"])
    }

    struct TypeCheck: CustomTestStringConvertible {
        var expression: String
        var warning: String?
        var testDescription: String { expression }
    }

    @Test(arguments: [
        TypeCheck(expression: "object.spec.replicas <= 5"), TypeCheck(expression: "object.metadata.labels['app'] == 'web'"),
        TypeCheck(expression: "object.spec.template.spec.containers.all(c, c.image.startsWith('a'))"),
        TypeCheck(
            expression: "object.spec.replica <= 5",
            warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replica'\n | object.spec.replica <= 5\n | ...........^\n"),
        TypeCheck(
            expression: "object.spec.replicas == 'five'",
            warning:
                "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_==_' applied to '(int, string)'\n | object.spec.replicas == 'five'\n | .....................^\n"
        ),
        TypeCheck(expression: "params.anything > 3 && oldObject.spec.replicas > 1 && variables.x"),
    ]) func `expressions are checked against the kinds they are about`(_ c: TypeCheck) throws {
        var bench = ValidationBench()
        #expect(bench.create(Self.policy("  validations:\n  - expression: \(Value.string(c.expression).json(escapesHTML: false))")) == "")
        let status = bench.server.store.get(.validatingAdmissionPolicies, name: "demo")?["status"]
        #expect(status?["observedGeneration"] == 1)
        let expected: Value = c.warning.map { ["expressionWarnings": [["fieldRef": "spec.validations[0].expression", "warning": .string($0)]]] } ?? [:]
        #expect(status?["typeChecking"] == expected, "\(status?.json() ?? "")")
    }
}
