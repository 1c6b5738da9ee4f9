import CEL
import KubernetesObjects
import KubernetesSchema

/// Checks the expressions of a ValidatingAdmissionPolicy against the kinds that it is about.
///
/// - Bounds: at most `typesMax` kinds of a rule are looked at; a rule with wildcards names none.
/// - Source: apiserver `admission/plugin/policy/validating/typechecking.go`, v1.36.
package enum PolicyTypeCheck {
    static let typesMax = 10

    /// One warning of `status.typeChecking.expressionWarnings` for each expression that has a mistake.
    package static func warnings(_ policy: Value, _ resources: ResourceIndex) -> [Value] {
        let kinds = matchedKinds(policy, resources)
        if kinds.isEmpty { return [] }
        let spec = policy["spec"] ?? [:]
        let params = spec.present("paramKind").flatMap { resources.resource(apiVersion: $0.text("apiVersion"), kind: $0.text("kind")) }
        let environments = kinds.map { kind in
            var environment = PolicyEnvironment(
                hasParams: params != nil, object: BuiltInFieldTypes.object(kind), params: params.map { BuiltInFieldTypes.object($0.type) } ?? .dyn)
            for variable in spec.list("variables") { _ = environment.define(variable.text("name"), variable.text("expression")) }
            return environment
        }
        var warnings: [Value] = []
        func check(_ expression: String, _ place: String) {
            let found = zip(kinds, environments).compactMap { kind, environment in
                problem(expression, environment).map { "\(PolicyMatching.kindText(kind.apiVersion, kind.kind)): \($0)\n" }
            }
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

    private static func matchedKinds(_ policy: Value, _ resources: ResourceIndex) -> [ResourceType] {
        var seen: Set<GroupVersionKind> = []
        var result: [ResourceType] = []
        for rule in policy["spec", "matchConstraints"]?.list("resourceRules") ?? [] {
            let (groups, versions) = (rule.texts("apiGroups").sorted(), rule.texts("apiVersions").sorted())
            if (groups + versions).contains(where: { $0.contains("*") }) { continue }
            let names = rule.texts("resources").filter { !$0.contains("*") && !$0.contains("/") }.sorted()
            var count = 0
            for group in groups {
                for version in versions {
                    for name in names {
                        guard count < typesMax, let type = resources[GroupVersionResource(group: group, version: version, resource: name)]?.type else { continue }
                        count += 1
                        if seen.insert(type.groupVersionKind).inserted { result.append(type) }
                    }
                }
            }
            if count == typesMax { break }
        }
        return result.sorted { ($0.group, $0.version, $0.kind) < ($1.group, $1.version, $1.kind) }
    }

    private static func problem(_ expression: String, _ environment: PolicyEnvironment) -> String? {
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
        let warnings = PolicyTypeCheck.warnings(event.object, resources)
        var next = event.object
        next["status", "observedGeneration"] = Value(event.object.generation)
        next["status", "typeChecking"] = warnings.isEmpty ? [:] : ["expressionWarnings": .array(warnings)]
        _ = try? updateStatus(event.key.resource, next, by: .controller("validatingadmissionpolicy-status-controller"), actor: "validatingadmissionpolicy-status-controller")
    }
}
