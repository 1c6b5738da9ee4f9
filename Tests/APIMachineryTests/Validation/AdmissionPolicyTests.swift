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
        TypeCheck(expression: "oldObject.spec.replicas > 1 && request.userInfo.username != '' && namespaceObject.metadata.name == 'lab'"),
    ]) func `expressions are checked against the kinds they are about`(_ c: TypeCheck) throws {
        var bench = ValidationBench()
        #expect(bench.create(Self.policy("  validations:\n  - expression: \(Value.string(c.expression).json(escapesHTML: false))")) == "")
        let status = bench.server.store.get(.validatingAdmissionPolicies, name: "demo")?["status"]
        #expect(status?["observedGeneration"] == 1)
        let expected: Value = c.warning.map { ["expressionWarnings": [["fieldRef": "spec.validations[0].expression", "warning": .string($0)]]] } ?? [:]
        #expect(status?["typeChecking"] == expected, "\(status?.json() ?? "")")
    }

    @Test(arguments: [
        ("params.data.most == '4'", nil), ("params.data.most == 4", "found no matching overload for '_==_' applied to '(string, int)'"),
        ("params.dat.most == '4'", "undefined field 'dat'"), ("variables.count < 3", nil),
        ("variables.count == 'x'", "found no matching overload for '_==_' applied to '(int, string)'"),
    ] as [(String, String?)])
    func `parameters and variables have types`(_ expression: String, _ problem: String?) throws {
        var bench = ValidationBench()
        let policy = Self.policy(
            """
              paramKind: {apiVersion: v1, kind: ConfigMap}
              variables:
              - {name: count, expression: "object.spec.template.spec.containers.size()"}
              validations:
              - expression: \(Value.string(expression).json(escapesHTML: false))
            """)
        let refusal = bench.create(policy)
        // The server itself knows the types of variables only.
        if expression.hasPrefix("variables."), let problem {
            #expect(refusal.contains("compilation failed: ERROR: <input>:1:") && refusal.contains(problem), "\(refusal)")
            return
        }
        #expect(refusal == "")
        let warning = bench.server.store.get(.validatingAdmissionPolicies, name: "demo")?["status", "typeChecking", "expressionWarnings"]?[0]?["warning"]
        #expect(warning?.stringValue?.contains(problem ?? "?") == (problem == nil ? nil : true), "\(warning?.json() ?? "none")")
    }

    struct Refusal: CustomTestStringConvertible {
        var spec: String
        var refusal: String
        var testDescription: String { spec }
    }

    @Test(arguments: [
        Refusal(spec: "validations:\n  - expression: params.x == 1", refusal: "undeclared reference to 'params' (in container '')"),
        Refusal(spec: "validations:\n  - expression: variables.x == 1", refusal: "undeclared reference to 'variables' (in container '')"),
        Refusal(spec: "validations:\n  - expression: object.spec.paused", refusal: "spec.validations[0].expression: Invalid value: \"object.spec.paused\": must evaluate to bool"),
        Refusal(spec: "validations:\n  - expression: request.foo == 1", refusal: "undefined field 'foo'"),
        Refusal(spec: "validations:\n  - {expression: 'true', messageExpression: '1'}", refusal: "spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to string"),
        Refusal(spec: "validations:\n  - {expression: 'true', messageExpression: \"authorizer.path('/x').check('get').reason()\"}", refusal: "undeclared reference to 'authorizer' (in container '')"),
        Refusal(spec: "validations:\n  - {expression: 'true', message: \"a\\nb\"}", refusal: "spec.validations[0].message: Invalid value: \"a\\nb\": message must not contain line breaks"),
        Refusal(spec: "validations:\n  - {expression: 'true', reason: Odd}", refusal: "spec.validations[0].reason: Unsupported value: \"Odd\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\""),
        Refusal(spec: "auditAnnotations:\n  - {key: a, valueExpression: '1'}", refusal: "spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of [string null_type]"),
        Refusal(spec: "validations:\n  - expression: 'true'\n  matchConditions:\n  - {name: a, expression: 'true'}\n  - {name: a, expression: 'false'}", refusal: "spec.matchConditions[1].name: Duplicate value: \"a\""),
        Refusal(spec: "validations:\n  - expression: 'true'\n  paramKind: {apiVersion: a/b/c, kind: X_}", refusal: "spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"),
        Refusal(spec: "validations:\n  - expression: 'true'\n  variables:\n  - {name: in, expression: '1'}", refusal: "spec.variables[0].name: Invalid value: \"in\": name is not a valid CEL identifier"),
    ]) func `refuses what a policy may not say`(_ c: Refusal) {
        var bench = ValidationBench()
        let refusal = bench.create(Self.policy("  " + c.spec))
        #expect(refusal.contains(c.refusal), "\(refusal)")
    }

    @Test(arguments: [
        ("paramRef: {name: a}", "spec.paramRef.parameterNotFoundAction: Required value"),
        ("paramRef: {parameterNotFoundAction: Deny}", "spec.paramRef: Required value: one of name or selector must be specified"),
        ("paramRef: {name: a, selector: {}, parameterNotFoundAction: Deny}", "spec.paramRef.name: Forbidden: name and selector are mutually exclusive\nspec.paramRef.selector: Forbidden: name and selector are mutually exclusive"),
        ("paramRef: {name: a, parameterNotFoundAction: Odd}", "spec.paramRef.parameterNotFoundAction: Unsupported value: \"Odd\": supported values: \"Deny\", \"Allow\""),
    ]) func `refuses bindings to nothing`(_ rest: String, _ refusal: String) {
        var bench = ValidationBench()
        #expect(bench.create(Self.binding("validationActions: [Deny], \(rest)")) == refusal)
        #expect(bench.create(Self.binding("validationActions: []")) == "spec.validationActions: Required value: at least one validation action is required")
    }

    @Test func `parameters are chosen by label, and none is allowed where the binding says so`() {
        var bench = ValidationBench()
        let rule = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  validations:\n  - expression: object.spec.replicas <= int(params.data.most)"
        #expect(bench.create(Self.policy(rule)) == "")
        #expect(bench.create(Self.binding("validationActions: [Deny], paramRef: {selector: {matchLabels: {limits: 'yes'}}, parameterNotFoundAction: Allow}")) == "")
        #expect(bench.create(Self.deployment(7)) == "")
        for (name, most) in [("a", 5), ("b", 3)] {
            #expect(bench.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), labels: {limits: 'yes'}}\ndata: {most: '\(most)'}") == "")
        }
        #expect(bench.patch("Deployment", "apps/v1", "d", "spec: {replicas: 4}").hasPrefix(": ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied"))
        #expect(bench.patch("Deployment", "apps/v1", "d", "spec: {replicas: 3}") == "")
    }
}
