import CEL
import KubernetesObjects

/// Judges writes by the stored ValidatingAdmissionPolicies.
///
/// - Source: apiserver `admission/plugin/policy/validating`, v1.36.
package struct ValidatingAdmissionPolicyPlugin: AdmissionPlugin {
    package let name = "ValidatingAdmissionPolicy"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        !PolicyMatching.isPolicy(resource)
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
        /// Which of the policy's validations; 0 for what fails as a whole.
        var index = 0
    }

    /// What a policy says of a write.
    private struct Judgement {
        var denials: [Denial] = []
        /// Values of its audit annotations, by key.
        var notes: [(key: String, text: String)] = []
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let uses = PolicyMatching.uses(
            policies: "validatingadmissionpolicies", bindings: "validatingadmissionpolicybindings", attributes, in: context)
        var audited: [Value] = []
        for use in uses {
            let judgement = judgement(of: use, attributes, context)
            for (key, text) in judgement.notes {
                let key = "\(use.policy.name)/\(key)"
                let known = attributes.auditAnnotations[key]
                if known?.split(separator: ", ").contains(Substring(text)) != true { attributes.auditAnnotations[key] = known.map { "\($0), \(text)" } ?? text }
            }
            for denial in judgement.denials {
                let actions = use.binding["spec"]?.texts("validationActions") ?? []
                if actions.contains("Audit") {
                    audited.append([
                        "message": .string(denial.message), "policy": .string(use.policy.name), "binding": .string(use.binding.name),
                        "expressionIndex": Value(denial.index), "validationActions": Value(actions),
                    ])
                }
                if actions.contains("Warn") {
                    attributes.warnings.append(
                        "Validation failed for ValidatingAdmissionPolicy '\(use.policy.name)' with binding '\(use.binding.name)': \(denial.message)")
                }
                if actions.contains("Deny") { throw refusal(use, denial, attributes) }
            }
        }
        if !audited.isEmpty {
            attributes.auditAnnotations["validation.policy.admission.k8s.io/validation_failure"] = compactJSON(.array(audited))
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

    private func judgement(of use: PolicyMatching.Use, _ attributes: AdmissionAttributes, _ context: AdmissionContext) -> Judgement {
        let spec = use.policy["spec"] ?? [:]
        let failsClosed = spec.text("failurePolicy") != "Ignore"
        func failures(_ text: String, _ index: Int = 0) -> [Denial] { failsClosed ? [Denial(message: text, reason: "Invalid", index: index)] : [] }
        func failure(_ text: String) -> Judgement { Judgement(denials: failures(text)) }
        if let problem = use.problem { return failure(problem) }
        var evaluator = PolicyEvaluator(attributes, use, in: context)
        switch PolicyConditions.hold(spec.list("matchConditions"), evaluator.forConditions) {
        case .no: return Judgement()
        case .failed(let problem): return failure(problem)
        case .yes: break
        }
        evaluator.define(spec.list("variables"))
        var result = Judgement()
        for (index, validation) in spec.list("validations").enumerated() {
            let expression = validation.text("expression")
            switch evaluator.evaluate(expression) {
            case .value(.bool(true)): continue
            case .value(.bool(false)):
                result.denials.append(
                    Denial(
                        message: message(validation, &evaluator), reason: validation.present("reason")?.stringValue ?? "Invalid", index: index))
            case .value: result.denials += failures("expression '\(expression)' resulted in error: must evaluate to bool", index)
            case .failed(let problem): result.denials += failures("expression '\(expression)' resulted in error: \(problem)", index)
            case .exhausted: return failure(PolicyEvaluator.exhaustion)
            }
        }
        for annotation in spec.list("auditAnnotations") {
            if case .value(.string(let text)) = evaluator.evaluate(annotation.text("valueExpression")), !text.trimmingBlanks.isEmpty {
                result.notes.append((annotation.text("key"), text.trimmingBlanks))
            }
        }
        return result
    }

    /// What a validation that did not hold says.
    private func message(_ validation: Value, _ evaluator: inout PolicyEvaluator) -> String {
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
        var evaluator = evaluator
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
