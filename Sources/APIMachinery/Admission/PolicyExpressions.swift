import CEL
import KubernetesObjects

/// The expressions of one admission policy, and how they are evaluated for one request.
///
/// - Source: apiserver `admission/plugin/policy` and `admission/plugin/cel`, v1.36.
struct PolicyEvaluator {
    /// What an expression came to.
    enum Outcome {
        case value(CELValue)
        /// The text of a compilation or evaluation error.
        case failed(String)
        /// All expressions of the request have used up what they may cost together.
        case exhausted
    }

    /// What all expressions of a policy may cost together for one request.
    ///
    /// - Source: apiserver `apis/cel` `RuntimeCELCostBudget`.
    static let costMax = 10_000_000
    /// The same for its conditions.
    static let conditionsCostMax = 2_500_000
    static let exhaustion = "validation failed due to running out of cost budget, no further validation rules will be run"

    private let bindings: [String: CELValue]
    private var environment: PolicyEnvironment
    private var variables: [(key: CELValue, value: CELValue)] = []
    private var failedVariables: [String: String] = [:]
    /// What may still be spent.
    private var budget = costMax

    init(_ attributes: AdmissionAttributes, _ use: PolicyMatching.Use, in context: AdmissionContext) {
        environment = PolicyEnvironment(hasParams: use.policy["spec"]?.has("paramKind") == true, makesPatches: use.policy.kind == "MutatingAdmissionPolicy")
        let isDelete = attributes.operation == .delete
        var bindings: [String: CELValue] = [
            "object": isDelete || attributes.object.isNull ? .null : CELValue(attributes.object),
            "oldObject": attributes.oldObject.map { CELValue($0) } ?? .null,
            "request": CELValue(Self.request(attributes)),
            "params": use.params.map { CELValue($0) } ?? .null,
        ]
        let namespace = attributes.namespace.isEmpty ? nil : context.store.get(.namespaces, name: attributes.namespace)
        bindings["namespaceObject"] = namespace.map { CELValue($0, as: PolicyEnvironment.namespace) } ?? .null
        let user = attributes.user
        let authorizer = CELAuthorizer { question in
            var asking = user
            if !question.serviceAccountName.isEmpty {
                asking = .serviceAccount(namespace: question.serviceAccountNamespace, name: question.serviceAccountName)
            }
            let wanted: AuthorizationAttributes
            if question.path.isEmpty {
                wanted = AuthorizationAttributes(
                    verb: question.verb, resource: GroupVersionResource(group: question.group, version: "*", resource: question.resource),
                    subresource: question.subresource, namespace: question.namespace, name: question.name)
            } else {
                wanted = AuthorizationAttributes(verb: question.verb, path: question.path)
            }
            return CELAuthorizer.Decision(isAllowed: context.authorizers.isEmpty || context.isAllowed(asking, wanted))
        }
        bindings["authorizer"] = .authorizer(authorizer)
        var own = CELAuthorizer.Question()
        own.group = attributes.resource.group
        own.resource = attributes.resource.resource
        own.subresource = attributes.subresource
        own.namespace = attributes.namespace
        own.name = attributes.name
        bindings["authorizer.requestResource"] = .authorizer(authorizer.about(own))
        self.bindings = bindings
    }

    /// The request as expressions see it: an `AdmissionRequest` without the objects.
    private static func request(_ attributes: AdmissionAttributes) -> Value {
        let resource = attributes.resource
        let kind: Value = ["group": .string(resource.group), "version": .string(resource.version), "kind": .string(attributes.kind)]
        let full: Value = [
            "group": .string(resource.group), "version": .string(resource.version), "resource": .string(resource.resource),
        ]
        var user: Value = [
            "username": .string(attributes.user.name), "uid": .string(attributes.user.uid),
            "groups": .array(attributes.user.groups.map { .string($0) }),
        ]
        if !attributes.user.extra.isEmpty {
            user["extra"] = .object(
                Fields(attributes.user.extra.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map { .string($0) })) }))
        }
        return [
            "kind": kind, "requestKind": kind, "resource": full, "requestResource": full, "subResource": .string(attributes.subresource),
            "requestSubResource": .string(attributes.subresource), "name": .string(attributes.name),
            "namespace": .string(attributes.namespace), "operation": .string(attributes.operation.rawValue), "userInfo": user,
            "dryRun": .bool(attributes.options.dryRun), "options": [:],
        ]
    }

    /// An evaluator for a policy's conditions, which have a budget of their own.
    var forConditions: PolicyEvaluator {
        var copy = self
        copy.budget = Self.conditionsCostMax
        return copy
    }

    /// Evaluates the policy's variables in their order; one that fails fails what uses it.
    mutating func define(_ list: [Value]) {
        for variable in list {
            let name = variable.text("name")
            let expression = variable.text("expression")
            defer { _ = environment.define(name, expression) }
            switch evaluate(expression) {
            case .value(let value): variables.append((key: .string(name), value: value))
            case .failed(let problem): failedVariables[name] = problem
            case .exhausted: return
            }
        }
    }

    mutating func evaluate(_ expression: String) -> Outcome {
        for (name, problem) in failedVariables.sorted(by: { $0.key < $1.key }) where expression.contains("variables.\(name)") {
            return .failed("composited variable \(goQuoted(name)) fails to evaluate: \(problem)")
        }
        do throws(CELCompileError) {
            let program = try environment.compile(expression)
            var all = bindings
            all["variables"] = .map(CELMap(variables))
            let run = program.run(all, costLimit: min(CELProgram.costLimit, budget))
            let isOverdrawn = budget < CELProgram.costLimit && run.cost > budget
            budget -= run.cost
            if isOverdrawn { return .exhausted }
            switch run.result {
            case .success(let value): return .value(value)
            case .failure(let problem): return .failed(problem.description)
            }
        } catch {
            return .failed("compilation error: \(PolicyEnvironment.text(error))")
        }
    }

    /// Whether an expression holds.
    mutating func holds(_ expression: String) -> (isTrue: Bool, problem: String?) {
        switch evaluate(expression) {
        case .value(.bool(let flag)): (flag, nil)
        case .value: (false, "expression '\(expression)' resulted in non-boolean value")
        case .failed(let problem): (false, problem)
        case .exhausted: (false, Self.exhaustion)
        }
    }
}
