import KubernetesObjects

/// Refuses what would take a namespace over its quotas.
///
/// - Source: apiserver `admission/plugin/resourcequota`, v1.36.
/// - Differs: use is counted from the stored objects, not from `status.used`, so that it is never behind.
package struct ResourceQuotaAdmission: AdmissionPlugin {
    package let name = "ResourceQuota"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        switch operation {
        case .create: return subresource.isEmpty
        case .update: return [.pods, .services, .persistentVolumeClaims].contains(resource) && (subresource.isEmpty || subresource == "resize")
        default: return false
        }
    }

    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool {
        handles(operation, resource, subresource: subresource) && store.count(.resourceQuotas, namespace: namespace) > 0
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard !attributes.namespace.isEmpty else { return }
        let quotas = context.store.list(.resourceQuotas, namespace: attributes.namespace)
        if quotas.isEmpty { return }
        let resource = attributes.groupResource
        var delta = QuotaEvaluator.usage(of: attributes.object, resource, now: context.now)
        if let old = attributes.oldObject {
            for (name, amount) in QuotaEvaluator.usage(of: old, resource, now: context.now) {
                delta[name] = (delta[name] ?? .zero) - amount
            }
        }
        for quota in quotas where QuotaEvaluator.matches(quota, attributes.object, resource) {
            try check(quota, delta, attributes, context)
        }
    }

    private func check(
        _ quota: Value, _ delta: [String: Quantity], _ attributes: AdmissionAttributes, _ context: AdmissionContext
    ) throws(APIStatus) {
        let hard = quota["spec"]?.map("hard") ?? Fields()
        if attributes.groupResource == .pods, attributes.operation == .create {
            try checkSpecified(quota, hard, attributes)
        }
        let relevant = delta.filter { hard[$0.key] != nil && $0.value.sign > 0 }
        if relevant.isEmpty { return }
        let used = QuotaEvaluator.used(of: quota, in: context.store, now: context.now)
        var exceeded: [String] = []
        for name in relevant.keys.sorted() {
            guard let limit = Quantity(hard[name]), let now = Quantity(used[name]), let more = relevant[name] else { continue }
            if now + more > limit { exceeded.append(name) }
        }
        if exceeded.isEmpty { return }
        func list(_ amount: (String) -> Quantity?) -> String {
            exceeded.map { "\($0)=\(amount($0)?.description ?? "0")" }.joined(separator: ",")
        }
        throw attributes.forbidden(
            "exceeded quota: \(quota.name), requested: \(list { relevant[$0] }), used: \(list { Quantity(used[$0]) }), limited: \(list { Quantity(hard[$0]) })"
        )
    }

    /// With a quota on requests or limits every container must say its own.
    private func checkSpecified(_ quota: Value, _ hard: Fields, _ attributes: AdmissionAttributes) throws(APIStatus) {
        let spec = attributes.object["spec"] ?? [:]
        let names = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]
        let required = hard.keys.filter { names.contains($0) }.sorted()
        if required.isEmpty { return }
        var missing: [String] = []
        for name in required {
            let field = name.hasPrefix("limits.") ? "limits" : "requests"
            let resource = String(name.split(separator: ".").last ?? "")
            if spec["resources", field, resource] != nil { continue }
            let containers = (spec.list("containers") + spec.list("initContainers")).filter { $0["resources", field, resource] == nil }
            if !containers.isEmpty {
                missing.append("\(name) for: \(Set(containers.map { $0.text("name") }).sorted().joined(separator: ","))")
            }
        }
        if !missing.isEmpty { throw attributes.forbidden("failed quota: \(quota.name): must specify \(missing.joined(separator: "; "))") }
    }
}
