import KubernetesObjects

/// The `resources` of a pod as a whole.
public enum PodLevelResources {
    static func canHold(_ name: String) -> Bool { name == "cpu" || name == "memory" || name.hasPrefix("hugepages-") }

    /// What the containers request together: the regular ones and the sidecars at once, or the init container that needs most.
    public static func containerRequests(_ spec: Value) -> [String: Quantity] {
        var sum: [String: Quantity] = [:]
        var most: [String: Quantity] = [:]
        var sidecars: [String: Quantity] = [:]
        func add(_ container: Value, to total: inout [String: Quantity]) {
            for (name, amount) in requests(container) { total[name] = (total[name] ?? .zero) + amount }
        }
        for container in spec["containers"]?.elements ?? [] { add(container, to: &sum) }
        for container in spec["initContainers"]?.elements ?? [] {
            if container["restartPolicy"]?.stringValue == "Always" {
                add(container, to: &sum)
                add(container, to: &sidecars)
            }
            // While an init container runs, the sidecars before it run beside it.
            var now = sidecars
            if container["restartPolicy"]?.stringValue != "Always" { add(container, to: &now) }
            for (name, amount) in now { most[name] = max(most[name] ?? .zero, amount) }
        }
        return sum.merging(most) { max($0, $1) }
    }

    private static func requests(_ container: Value) -> [(String, Quantity)] {
        (container["resources"]?["requests"]?.fields ?? Fields()).compactMap { entry in
            Quantity(entry.value).map { (entry.key, $0) }
        }
    }

    /// Requests that are not given: what the containers request, else the limit. Only if there are limits.
    static func fillRequests(_ spec: inout Value) {
        guard let limits = spec["resources"]?["limits"]?.fields, !limits.isEmpty else { return }
        let aggregated = containerRequests(spec)
        spec.modifyField("resources") { resources in
            var requests = resources["requests"]?.fields ?? Fields()
            for name in aggregated.keys.sorted() where name == "cpu" || name == "memory" {
                if !requests.contains(name), let amount = aggregated[name] { requests.appendDistinct(name, .string(amount.description)) }
            }
            for index in limits.indices where canHold(limits[index].key) && !requests.contains(limits[index].key) {
                requests.appendDistinct(limits[index].key, limits[index].value)
            }
            if !requests.isEmpty { resources["requests"] = .object(requests) }
        }
    }
}
