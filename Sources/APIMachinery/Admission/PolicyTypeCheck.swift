import CEL
import KubernetesObjects
import KubernetesSchema

/// Checks the expressions of a ValidatingAdmissionPolicy against the kinds that it is about.
///
/// - Bounds: at most `typesMax` kinds are looked at; rules with wildcards name none.
/// - Source: apiserver `admission/plugin/policy/validating/typechecking.go`, v1.36. Differs: parameters are not typed.
package enum PolicyTypeCheck {
    static let typesMax = 10

    /// One warning of `status.typeChecking.expressionWarnings` for each expression that has a mistake.
    package static func warnings(_ policy: Value, types: (GroupVersionResource) -> ResourceType?) -> [Value] {
        let kinds = matchedKinds(policy, types)
        if kinds.isEmpty { return [] }
        let spec = policy["spec"] ?? [:]
        var warnings: [Value] = []
        func check(_ expression: String, _ place: String) {
            let found = kinds.compactMap { kind in problem(expression, of: kind).map { "\(kind.apiVersion), Kind=\(kind.kind): \($0)\n" } }
            if found.isEmpty { return }
            warnings.append(["fieldRef": .string(place), "warning": .string(found.joined(separator: "\n"))])
        }
        for (index, validation) in spec.list("validations").enumerated() {
            check(validation.text("expression"), "spec.validations[\(index)].expression")
            let message = validation.text("messageExpression")
            if !message.isEmpty { check(message, "spec.validations[\(index)].messageExpression") }
        }
        return warnings
    }

    private static func matchedKinds(_ policy: Value, _ types: (GroupVersionResource) -> ResourceType?) -> [ResourceType] {
        var seen: Set<GroupVersionKind> = []
        var result: [ResourceType] = []
        for rule in policy["spec", "matchConstraints"]?.list("resourceRules") ?? [] {
            for group in rule.texts("apiGroups") where group != "*" {
                for version in rule.texts("apiVersions") where version != "*" {
                    for resource in rule.texts("resources") where !resource.contains("*") && !resource.contains("/") {
                        guard let type = types(GroupVersionResource(group: group, version: version, resource: resource)),
                            seen.insert(type.groupVersionKind).inserted
                        else { continue }
                        result.append(type)
                    }
                }
            }
        }
        result.sort { ($0.group, $0.version, $0.kind) < ($1.group, $1.version, $1.kind) }
        return Array(result.prefix(typesMax))
    }

    private static func problem(_ expression: String, of type: ResourceType) -> String? {
        var environment = PolicyEvaluator.environment()
        let object = BuiltInFieldTypes.object(type)
        environment.variables["object"] = object
        environment.variables["oldObject"] = object
        do throws(CELCompileError) {
            _ = try environment.compile(expression)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension GenericAPIServer {
    /// Writes what was found of a policy's types into its status.
    ///
    /// - Source: kube-controller-manager `validatingadmissionpolicystatus`.
    mutating func followPolicy(_ event: StoreEvent) {
        guard event.change == .added || (event.change == .modified && event.old?["spec"] != event.object["spec"]) else { return }
        let index = resources
        let warnings = PolicyTypeCheck.warnings(event.object) { index[$0].flatMap { $0.custom == nil ? $0.type : nil } }
        var next = event.object
        next["status", "observedGeneration"] = Value(event.object.generation)
        next["status", "typeChecking"] = warnings.isEmpty ? [:] : ["expressionWarnings": .array(warnings)]
        _ = try? updateStatus(event.key.resource, next, by: .controller("validatingadmissionpolicy-status-controller"), actor: "validatingadmissionpolicy-status-controller")
    }
}
