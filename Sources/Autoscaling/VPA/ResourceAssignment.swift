import APIMachinery
import KubernetesObjects

/// What a recommendation makes of the requests and limits of one pod.
///
/// - Source: vertical-pod-autoscaler `utils/vpa/capping.go` and `admission-controller/resource/pod/recommendation/recommendation_provider.go`.
///   Differs: LimitRanges do not cap it; they refuse or default the pod as they do any other.
struct ResourceAssignment {
    struct Container {
        var index: Int
        var name: String
        var requests: [(resource: String, amount: Int)] = []
        var limits: [(resource: String, amount: Int)] = []
        /// The recommended range, capped.
        var lower: [String: Int] = [:]
        var upper: [String: Int] = [:]

        /// `container 0: cpu request, memory request`: how the pod's annotation tells of it.
        var text: String {
            "container \(index): " + (requests.map { "\($0.resource) request" } + limits.map { "\($0.resource) limit" }).joined(separator: ", ")
        }
    }

    private(set) var containers: [Container] = []

    init(_ autoscaler: VerticalPodAutoscaler, pod: Value) {
        for (index, spec) in (pod["spec"]?["containers"]?.elements ?? []).enumerated() {
            let name = spec["name"]?.stringValue ?? ""
            guard !autoscaler.isOff(name), let recommendation = autoscaler.recommendation(for: name) else { continue }
            var container = Container(index: index, name: name)
            for resource in ["cpu", "memory"] {
                guard let target = ResourceQuantities.amount(recommendation["target"]?[resource], resource) else { continue }
                assign(target, resource, spec, autoscaler, &container)
                let limit = autoscaler.controlsLimits(of: name) ? nil : ResourceQuantities.amount(spec["resources"]?["limits"]?[resource], resource)
                func bound(_ field: String) -> Int? {
                    ResourceQuantities.amount(recommendation[field]?[resource], resource).map { min(autoscaler.capped($0, resource, container: name), limit ?? .max) }
                }
                container.lower[resource] = bound("lowerBound")
                container.upper[resource] = bound("upperBound")
            }
            containers.append(container)
        }
    }

    private func assign(_ target: Int, _ resource: String, _ spec: Value, _ autoscaler: VerticalPodAutoscaler, _ container: inout Container) {
        var request = autoscaler.capped(target, resource, container: container.name)
        let limit = ResourceQuantities.amount(spec["resources"]?["limits"]?[resource], resource)
        guard autoscaler.controlsLimits(of: container.name) else {
            // What is asked for may not be more than the limit, which stays.
            if let limit { request = min(request, limit) }
            container.requests.append((resource, request))
            return
        }
        container.requests.append((resource, request))
        guard let limit else { return }
        let old = ResourceQuantities.amount(spec["resources"]?["requests"]?[resource], resource) ?? limit
        // The limit keeps its ratio to the request.
        let scaled = old > 0 ? Double(limit) * Double(request) / Double(old) : Double(limit)
        container.limits.append((resource, max(Int(min(scaled, 1e15)), request)))
    }

    var isEmpty: Bool { containers.allSatisfy { $0.requests.isEmpty } }

    /// A pod's containers with what is recommended; nothing else of it changes.
    func applied(to pod: Value) -> Value {
        var pod = pod
        pod["spec", "containers"]?.modifyElements { list in
            for container in containers {
                for (resource, amount) in container.requests {
                    list[container.index]["resources", default: [:]]["requests", default: [:]][resource] = ResourceQuantities.text(amount, resource)
                }
                for (resource, amount) in container.limits {
                    list[container.index]["resources", default: [:]]["limits", default: [:]][resource] = ResourceQuantities.text(amount, resource)
                }
            }
        }
        return pod
    }

    /// The patch of the `resize` subresource.
    var resizePatch: Value {
        func list(_ amounts: [(resource: String, amount: Int)]) -> Value {
            var result: Value = [:]
            for (resource, amount) in amounts { result[resource] = ResourceQuantities.text(amount, resource) }
            return result
        }
        return [
            "spec": [
                "containers": .array(
                    containers.map { container in
                        var resources: Value = ["requests": list(container.requests)]
                        if !container.limits.isEmpty { resources["limits"] = list(container.limits) }
                        return ["name": .string(container.name), "resources": resources]
                    })
            ]
        ]
    }
}
