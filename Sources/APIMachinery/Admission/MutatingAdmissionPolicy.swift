import CEL
import KubernetesObjects

/// Changes writes as the stored MutatingAdmissionPolicies say.
///
/// - Source: apiserver `admission/plugin/policy/mutating`, v1.36.
/// - Differs: each mutation runs once; there is no second round for policies that want one.
package struct MutatingAdmissionPolicyPlugin: AdmissionPlugin {
    package let name = "MutatingAdmissionPolicy"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        (operation == .create || operation == .update) && resource.group != "admissionregistration.k8s.io"
    }

    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool {
        handles(operation, resource, subresource: subresource) && store.count(PolicyMatching.group("mutatingadmissionpolicybindings")) > 0
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let uses = PolicyMatching.uses(
            policies: "mutatingadmissionpolicies", bindings: "mutatingadmissionpolicybindings", attributes, in: context)
        for use in uses {
            do throws(Problem) {
                try apply(use, &attributes, context)
            } catch {
                if use.policy["spec"]?.text("failurePolicy") == "Ignore" { continue }
                throw attributes.forbidden(
                    "policy '\(use.policy.name)' with binding '\(use.binding.name)' denied request: \(error.text)")
            }
        }
    }

    private struct Problem: Error { var text: String }

    private func apply(_ use: PolicyMatching.Use, _ attributes: inout AdmissionAttributes, _ context: AdmissionContext) throws(Problem) {
        let spec = use.policy["spec"] ?? [:]
        if let problem = use.problem { throw Problem(text: problem) }
        for mutation in spec.list("mutations") {
            var evaluator = PolicyEvaluator(attributes, params: use.params, in: context)
            switch PolicyConditions.hold(spec.list("matchConditions"), evaluator.forConditions) {
            case .no: return
            case .failed(let problem): throw Problem(text: problem)
            case .yes: break
            }
            evaluator.define(spec.list("variables"))
            let isPatch = mutation.text("patchType") == "JSONPatch"
            let expression = mutation[isPatch ? "jsonPatch" : "applyConfiguration"]?.text("expression") ?? ""
            let value: CELValue
            switch evaluator.evaluate(expression) {
            case .value(let result): value = result
            case .failed(let problem): throw Problem(text: "expression '\(expression)' resulted in error: \(problem)")
            case .exhausted: throw Problem(text: PolicyEvaluator.exhaustion)
            }
            guard let tree = value.json else { throw Problem(text: "expression '\(expression)' gave a value that is no JSON") }
            if isPatch {
                attributes.object = try patched(attributes.object, tree)
            } else {
                attributes.object = try merged(attributes.object, tree)
            }
        }
    }

    private func patched(_ object: Value, _ patch: Value) throws(Problem) -> Value {
        do throws(APIStatus) {
            return try JSONPatch.apply(patch, to: object)
        } catch {
            throw Problem(text: error.message)
        }
    }

    /// Merges an applied configuration: maps by field, lists by their keys.
    private func merged(_ object: Value, _ configuration: Value) throws(Problem) -> Value {
        do throws(APIStatus) {
            return try StrategicMergePatch.apply(configuration, to: object, schema: BuiltInSchemas.schema(of: object))
        } catch {
            throw Problem(text: error.message)
        }
    }
}
