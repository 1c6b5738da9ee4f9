import KubernetesObjects
import SimulationKernel

/// What objects count for in resource quotas.
///
/// - Source: kubernetes `pkg/quota/v1/evaluator/core`, v1.36.
package enum QuotaEvaluator {
    /// What one object uses of each quota resource.
    package static func usage(of object: Value, _ resource: GroupResource, now: Instant) -> [String: Quantity] {
        let one = Quantity(1)
        var usage: [String: Quantity] = ["count/\(resource)": one]
        switch resource {
        case .pods: for (name, amount) in podUsage(object, now: now) { usage[name] = amount }
        case .services:
            usage["services"] = one
            let spec = object["spec"] ?? [:]
            let ports = spec.list("ports").count
            switch spec.text("type") {
            case "NodePort": usage["services.nodeports"] = Quantity(Int64(ports))
            case "LoadBalancer":
                usage["services.loadbalancers"] = one
                let allocates = spec["allocateLoadBalancerNodePorts"]?.boolValue ?? true
                usage["services.nodeports"] = Quantity(
                    Int64(allocates ? ports : spec.list("ports").filter { ($0.int("nodePort") ?? 0) != 0 }.count))
            default: break
            }
        case .persistentVolumeClaims:
            usage["persistentvolumeclaims"] = one
            let storageClass = object["spec"]?.text("storageClassName") ?? ""
            if !storageClass.isEmpty { usage["\(storageClass).storageclass.storage.k8s.io/persistentvolumeclaims"] = one }
            if let storage = Quantity(object["spec", "resources", "requests", "storage"]) {
                usage["requests.storage"] = storage
                if !storageClass.isEmpty { usage["\(storageClass).storageclass.storage.k8s.io/requests.storage"] = storage }
            }
        case .configMaps, .secrets, .replicationControllers, .resourceQuotas: usage[resource.resource] = one
        default: break
        }
        return usage
    }

    private static func podUsage(_ pod: Value, now: Instant) -> [String: Quantity] {
        let one = Quantity(1)
        let phase = pod["status"]?.text("phase") ?? ""
        if phase == "Succeeded" || phase == "Failed" { return [:] }
        // The time of deletion has the grace in it already; the real one adds it once more.
        if let grace = pod["metadata"]?.int("deletionGracePeriodSeconds"), let text = pod["metadata"]?.text("deletionTimestamp"),
            let deletion = Instant(rfc3339: text), now > deletion + .seconds(grace)
        {
            return [:]
        }
        var usage: [String: Quantity] = ["pods": one]
        let total = PodResources.total(of: pod["spec"] ?? [:])
        for entry in total.requests {
            guard let amount = Quantity(entry.value) else { continue }
            switch entry.key {
            case "cpu", "memory", "ephemeral-storage": usage[entry.key] = amount
            default: break
            }
            if ResourceValidation.isHugePages(entry.key) { usage[entry.key] = amount }
            usage["requests.\(entry.key)"] = amount
        }
        for entry in total.limits {
            if let amount = Quantity(entry.value), ["cpu", "memory", "ephemeral-storage"].contains(entry.key) {
                usage["limits.\(entry.key)"] = amount
            }
        }
        return usage
    }

    /// Whether a quota is about an object: its scopes must all fit.
    package static func matches(_ quota: Value, _ object: Value, _ resource: GroupResource) -> Bool {
        let spec = quota["spec"] ?? [:]
        let scopes = spec.texts("scopes").map { name -> Value in ["scopeName": .string(name), "operator": "Exists"] }
        let all = scopes + (spec["scopeSelector"]?.list("matchExpressions") ?? [])
        return all.allSatisfy { scope(object, resource, $0) }
    }

    private static func scope(_ object: Value, _ resource: GroupResource, _ requirement: Value) -> Bool {
        let spec = object["spec"] ?? [:]
        let name = requirement.text("scopeName")
        if resource == .persistentVolumeClaims {
            guard name == "VolumeAttributesClass" else { return false }
            return selects(requirement, spec.text("volumeAttributesClassName"))
        }
        guard resource == .pods else { return false }
        let isTerminating = (spec.int("activeDeadlineSeconds") ?? -1) >= 0
        switch name {
        case "Terminating": return isTerminating
        case "NotTerminating": return !isTerminating
        case "BestEffort": return QualityOfService.of(spec) == "BestEffort"
        case "NotBestEffort": return QualityOfService.of(spec) != "BestEffort"
        case "PriorityClass": return selects(requirement, spec.text("priorityClassName"))
        case "CrossNamespacePodAffinity": return crossesNamespaces(spec)
        default: return false
        }
    }

    private static func selects(_ requirement: Value, _ found: String) -> Bool {
        let values = requirement.texts("values")
        switch requirement.text("operator") {
        case "In": return values.contains(found)
        case "NotIn": return !values.contains(found)
        case "Exists": return !found.isEmpty
        case "DoesNotExist": return found.isEmpty
        default: return false
        }
    }

    private static func crossesNamespaces(_ spec: Value) -> Bool {
        func crosses(_ term: Value) -> Bool { !term.list("namespaces").isEmpty || term.has("namespaceSelector") }
        for kind in ["podAffinity", "podAntiAffinity"] {
            guard let affinity = spec["affinity", kind] else { continue }
            if affinity.list("requiredDuringSchedulingIgnoredDuringExecution").contains(where: crosses) { return true }
            if affinity.list("preferredDuringSchedulingIgnoredDuringExecution").contains(where: { crosses($0["podAffinityTerm"] ?? [:]) }) {
                return true
            }
        }
        return false
    }

    /// The resources whose objects can count for a name in `spec.hard`.
    package static func resource(counting name: String) -> GroupResource? {
        if name.hasPrefix("count/") {
            let text = name.dropFirst("count/".count)
            let parts = text.split(separator: ".", maxSplits: 1)
            guard let first = parts.first else { return nil }
            return GroupResource(String(first), group: parts.count > 1 ? String(parts[1]) : "")
        }
        switch name {
        case "services", "services.nodeports", "services.loadbalancers": return .services
        case "configmaps": return .configMaps
        case "secrets": return .secrets
        case "replicationcontrollers": return .replicationControllers
        case "resourcequotas": return .resourceQuotas
        case "persistentvolumeclaims", "requests.storage": return .persistentVolumeClaims
        default:
            if name.contains(".storageclass.storage.k8s.io/") { return .persistentVolumeClaims }
            return .pods
        }
    }

    /// What all stored objects of a namespace use of a quota's hard limits.
    ///
    /// - Shape: the names of `spec.hard`, sorted, with their canonical amounts: `status.used`.
    package static func used(of quota: Value, in store: Store, now: Instant) -> Fields {
        var used: [String: Quantity] = [:]
        var resources: [GroupResource] = []
        for entry in quota["spec"]?.map("hard") ?? Fields() {
            used[entry.key] = .zero
            if let resource = resource(counting: entry.key), !resources.contains(resource) { resources.append(resource) }
        }
        for resource in resources {
            store.forEach(resource, namespace: quota.namespace) { object in
                guard matches(quota, object, resource) else { return }
                for (name, amount) in usage(of: object, resource, now: now) {
                    guard let sum = used[name] else { continue }
                    used[name] = sum + amount
                }
            }
        }
        return Fields(used.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.description)) })
    }
}
