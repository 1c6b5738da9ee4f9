import CEL
import KubernetesObjects

/// Changes writes as the stored MutatingAdmissionPolicies say.
///
/// - Order: policies by name, their bindings by name, a policy's mutations as they stand. A policy that changed the object makes all
///   mutating plug-ins run once more; of the policies those take part that ask for it and ran before the change.
/// - Source: apiserver `admission/plugin/policy/mutating`, v1.36.
package struct MutatingAdmissionPolicyPlugin: AdmissionPlugin {
    package let name = "MutatingAdmissionPolicy"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        (operation == .create || operation == .update) && !PolicyMatching.isPolicy(resource)
    }

    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool {
        handles(operation, resource, subresource: subresource) && store.count(PolicyMatching.group("mutatingadmissionpolicybindings")) > 0
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let uses = PolicyMatching.uses(
            policies: "mutatingadmissionpolicies", bindings: "mutatingadmissionpolicybindings", attributes, in: context)
        if uses.isEmpty { return }
        attributes.reinvocation.enter(attributes.object)
        var problems: [(use: PolicyMatching.Use, text: String)] = []
        for use in uses { problems += try run(use, &attributes, context).map { (use, $0) } }
        attributes.reinvocation.leave(attributes.object)
        let fatal = problems.filter { $0.use.policy["spec"]?.text("failurePolicy") != "Ignore" }
        if !fatal.isEmpty { throw Self.refusal(fatal, attributes) }
    }

    /// One refusal for all problems, which says the first of them.
    private static func refusal(_ problems: [(use: PolicyMatching.Use, text: String)], _ attributes: AdmissionAttributes) -> APIStatus {
        let texts = problems.map { use, text in
            let binding = use.isPolicyProblem ? "" : " with binding '\(use.binding.name)'"
            return "policy '\(use.policy.name)'\(binding) denied request: \(text)"
        }
        var status = attributes.forbidden("")
        status.message = texts[0]
        if problems[0].use.problem == nil { status.reason = "Invalid" }
        status.details?["causes"] = .array(texts.map { ["message": .string($0)] })
        return status
    }

    /// Runs a policy's mutations for one of its bindings and parameters.
    ///
    /// - Returns: what went wrong.
    /// - Throws: what no failure policy covers.
    private func run(
        _ use: PolicyMatching.Use, _ attributes: inout AdmissionAttributes, _ context: AdmissionContext
    ) throws(APIStatus) -> [String] {
        if let problem = use.problem { return [problem] }
        let spec = use.policy["spec"] ?? [:]
        switch PolicyConditions.hold(spec.list("matchConditions"), PolicyEvaluator(attributes, use, in: context).forConditions) {
        case .no: return []
        case .failed(let problem): return [problem]
        case .yes: break
        }
        let key = [use.policy.name, use.binding.name, use.params?.namespace ?? "", use.params?.name ?? ""].joined(separator: "/")
        if attributes.reinvocation.skips(key) { return [] }
        let before = attributes.object
        var problems: [String] = []
        for mutation in spec.list("mutations") {
            // Each mutation sees what those before it made, and has a budget of its own.
            var evaluator = PolicyEvaluator(attributes, use, in: context)
            evaluator.define(spec.list("variables"))
            do throws(PolicyPatch.Failure) {
                attributes.object = try PolicyPatch.apply(mutation, to: attributes.object, &evaluator, context.resources)
            } catch {
                switch error {
                case .problem(let text): problems.append(text)
                case .status(let status): throw status
                }
            }
        }
        if attributes.object != before { attributes.reinvocation.noteChange() }
        if spec.text("reinvocationPolicy") == "IfNeeded" { attributes.reinvocation.noteRun(key) }
        return problems
    }
}
