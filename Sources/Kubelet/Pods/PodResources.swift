import KubernetesObjects

/// The sums of a pod's requests and limits, as the status shows them.
///
/// - Source: component-helpers `resource.PodRequests` and `PodLimits`; limits count only where every container has one.
enum PodResources {
    /// The resources a running container is found with: where only the CPU was asked for, a request of no memory shows.
    static func actual(_ resources: Value) -> Value {
        guard let requests = resources["requests"], requests["cpu"] != nil, requests["memory"] == nil else { return resources }
        var shown = resources
        shown["requests", "memory"] = "0"
        return shown
    }

    static func totals(_ record: PodRecord, pod: Value) -> (resources: Value, requests: Value?) {
        if let single = record.containers.first, record.containers.count == 1, record.initContainers.isEmpty {
            // The usual pod: its only container's resources are the sums.
            let own = single.resources
            var resources: Value = [:]
            for part in ["limits", "requests"] { if let list = own[part], !list.isEmptyValue { resources[part] = list } }
            return (resources, own["requests"].flatMap { $0.isEmptyValue ? nil : $0 })
        }
        let lists = record.containers.map(\.resources) + record.initContainers.indices.filter { pod.isSidecar(.initial($0)) }.map { record.initContainers[$0].resources }
        var resources: Value = [:]
        var requests: Value?
        for part in ["limits", "requests"] {
            var sums: [(String, Quantity)] = []
            for list in lists {
                for (name, value) in list[part]?.fields ?? Fields() {
                    guard let quantity = Quantity(value) else { continue }
                    if let index = sums.firstIndex(where: { $0.0 == name }) { sums[index].1 += quantity } else { sums.append((name, quantity)) }
                }
            }
            if part == "limits" { sums.removeAll { entry in !lists.allSatisfy { $0["limits"]?[entry.0] != nil } } }
            guard !sums.isEmpty else { continue }
            let total = Value.object(Fields(sums.map { ($0.0, Value.string($0.1.description)) }))
            resources[part] = total
            if part == "requests" { requests = total }
        }
        return (resources, requests)
    }
}
