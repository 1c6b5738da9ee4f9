import CEL
import KubernetesObjects

/// Judges writes by the stored ValidatingAdmissionPolicies.
///
/// - Source: apiserver `admission/plugin/policy/validating`, v1.36.
package struct ValidatingAdmissionPolicyPlugin: AdmissionPlugin {
    package let name = "ValidatingAdmissionPolicy"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource.group != "admissionregistration.k8s.io"
    }

    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool {
        handles(operation, resource, subresource: subresource) && store.count(PolicyMatching.group("validatingadmissionpolicybindings")) > 0
    }

    /// Why a policy says no.
    private struct Denial {
        var message: String
        var reason: String
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let uses = PolicyMatching.uses(
            policies: "validatingadmissionpolicies", bindings: "validatingadmissionpolicybindings", attributes, in: context)
        for use in uses {
            for denial in denials(of: use, attributes, context) {
                let actions = use.binding["spec"]?.texts("validationActions") ?? []
                if actions.contains("Warn") {
                    attributes.warnings.append(
                        "Validation failed for ValidatingAdmissionPolicy '\(use.policy.name)' with binding '\(use.binding.name)': \(denial.message)")
                }
                if actions.contains("Deny") { throw refusal(use, denial, attributes) }
            }
        }
    }

    private func refusal(_ use: PolicyMatching.Use, _ denial: Denial, _ attributes: AdmissionAttributes) -> APIStatus {
        let message = "ValidatingAdmissionPolicy '\(use.policy.name)' with binding '\(use.binding.name)' denied request: \(denial.message)"
        var status = attributes.forbidden(message)
        status.reason = denial.reason
        status.code = ["Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413][denial.reason] ?? 422
        status.details?["causes"] = [["message": .string(message)]]
        return status
    }

    private func denials(of use: PolicyMatching.Use, _ attributes: AdmissionAttributes, _ context: AdmissionContext) -> [Denial] {
        let spec = use.policy["spec"] ?? [:]
        let failsClosed = spec.text("failurePolicy") != "Ignore"
        func failure(_ text: String) -> [Denial] { failsClosed ? [Denial(message: text, reason: "Invalid")] : [] }
        if let problem = use.problem { return failure(problem) }
        var evaluator = PolicyEvaluator(attributes, params: use.params, in: context)
        switch PolicyConditions.hold(spec.list("matchConditions"), evaluator) {
        case .no: return []
        case .failed(let problem): return failure(problem)
        case .yes: break
        }
        evaluator.define(spec.list("variables"))
        var result: [Denial] = []
        for validation in spec.list("validations") {
            let expression = validation.text("expression")
            switch evaluator.evaluate(expression) {
            case .value(.bool(true)): continue
            case .value(.bool(false)):
                result.append(
                    Denial(
                        message: message(validation, evaluator),
                        reason: validation.present("reason")?.stringValue ?? "Invalid"))
            case .value: result += failure("expression '\(expression)' resulted in error: must evaluate to bool")
            case .failed(let problem): result += failure("expression '\(expression)' resulted in error: \(problem)")
            }
        }
        return result
    }

    /// What a validation that did not hold says.
    private func message(_ validation: Value, _ evaluator: PolicyEvaluator) -> String {
        let expression = validation.text("messageExpression")
        if !expression.isEmpty, case .value(.string(let text)) = evaluator.evaluate(expression) {
            let trimmed = text.trimmingBlanks
            if !trimmed.isEmpty, !trimmed.contains("\n"), trimmed.utf8.count <= 5 * 1024 { return trimmed }
        }
        if let message = validation.present("message")?.stringValue, !message.isEmpty { return message.trimmingBlanks }
        return "failed expression: \(validation.text("expression").trimmingBlanks)"
    }
}

/// The conditions under which a policy looks at a request at all.
enum PolicyConditions {
    enum Answer {
        case yes, no
        case failed(String)
    }

    /// One condition that does not hold is enough, whatever fails beside it.
    static func hold(_ conditions: [Value], _ evaluator: PolicyEvaluator) -> Answer {
        var problems: [String] = []
        for condition in conditions {
            let (isTrue, problem) = evaluator.holds(condition.text("expression"))
            if let problem {
                problems.append(problem)
            } else if !isTrue {
                return .no
            }
        }
        if problems.isEmpty { return .yes }
        return .failed(problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]")
    }
}
