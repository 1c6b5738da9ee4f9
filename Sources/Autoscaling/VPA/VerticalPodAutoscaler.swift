import APIMachinery
import KubernetesObjects
import SimulationKernel

/// A VerticalPodAutoscaler as its components read it.
package struct VerticalPodAutoscaler: Sendable {
    package enum UpdateMode: String, Sendable {
        case off = "Off"
        case initial = "Initial"
        case recreate = "Recreate"
        case inPlaceOrRecreate = "InPlaceOrRecreate"
        /// Deprecated: as `Recreate`.
        case auto = "Auto"
    }

    package let object: Value

    package init(_ object: Value) { self.object = object }

    package var key: ObjectKey { ObjectKey(.verticalPodAutoscalers, namespace: object.namespace, name: object.name) }
    package var mode: UpdateMode { object["spec"]?["updatePolicy"]?["updateMode"]?.stringValue.flatMap(UpdateMode.init(rawValue:)) ?? .recreate }
    var minReplicas: Int? { object["spec"]?["updatePolicy"]?["minReplicas"]?.intValue }
    var evictionRequirements: [Value] { object["spec"]?["updatePolicy"]?["evictionRequirements"]?.elements ?? [] }
    var targetReference: Value? { object["spec"]?["targetRef"] }

    /// All of a namespace or of the cluster, by name.
    static func all(in view: ClusterView, namespace: String? = nil) -> [VerticalPodAutoscaler] {
        view.list(.verticalPodAutoscalers, namespace: namespace).map { VerticalPodAutoscaler($0) }
    }

    // MARK: Policies

    /// The policy of a container: its own, or that of `*`.
    func policy(of container: String) -> Value? {
        let policies = object["spec"]?["resourcePolicy"]?["containerPolicies"]?.elements ?? []
        return policies.first { $0["containerName"]?.stringValue == container } ?? policies.first { $0["containerName"]?.stringValue == "*" }
    }

    func isOff(_ container: String) -> Bool { policy(of: container)?["mode"]?.stringValue == "Off" }

    func controlledResources(of container: String) -> [String] {
        policy(of: container)?["controlledResources"].map { $0.elements.compactMap(\.stringValue) } ?? ["cpu", "memory"]
    }

    func controlsLimits(of container: String) -> Bool { policy(of: container)?["controlledValues"]?.stringValue != "RequestsOnly" }

    /// An amount within `minAllowed` and `maxAllowed`, in the unit of `ResourceQuantities`.
    func capped(_ amount: Int, _ resource: String, container: String) -> Int {
        let policy = policy(of: container)
        var result = amount
        if let least = ResourceQuantities.amount(policy?["minAllowed"]?[resource], resource), least > 0 { result = max(result, least) }
        if let most = ResourceQuantities.amount(policy?["maxAllowed"]?[resource], resource), most > 0 { result = min(result, most) }
        return result
    }

    // MARK: Target

    /// The object that it is about; a message when it cannot be one.
    func target(in view: ClusterView) -> Result<Value, TargetProblem> {
        guard let reference = targetReference, let kind = reference["kind"]?.stringValue, let name = reference["name"]?.stringValue else {
            return .failure(TargetProblem("Cannot read targetRef. Reason: targetRef not defined"))
        }
        guard let resource = Self.resources[kind] else {
            return .failure(TargetProblem("Cannot read targetRef. Reason: Unhandled targetRef \(reference["apiVersion"]?.stringValue ?? "") / \(kind) / \(name)"))
        }
        guard let object = view.get(resource, namespace: object.namespace, name: name) else {
            return .failure(TargetProblem("Cannot read targetRef. Reason: \(kind) \(self.object.namespace)/\(name) does not exist"))
        }
        if object.controllerReference != nil {
            return .failure(TargetProblem("The targetRef controller has a parent but it should point to a topmost well-known or scalable controller"))
        }
        return .success(object)
    }

    struct TargetProblem: Error, Hashable {
        var message: String
        init(_ message: String) { self.message = message }
    }

    static let resources: [String: GroupResource] = [
        "Deployment": .deployments, "StatefulSet": .statefulSets, "DaemonSet": .daemonSets, "ReplicaSet": .replicaSets, "Job": .jobs,
        "CronJob": .cronJobs, "ReplicationController": .replicationControllers,
    ]

    /// The pods that are its target's, by name.
    func pods(in view: ClusterView) -> [Value] {
        guard case .success(let target) = target(in: view) else { return [] }
        return view.list(.pods, namespace: object.namespace).filter { PodOwners.topmost(of: $0, in: view)?.uid == target.uid }
    }

    /// The one that decides about a pod: of several the oldest.
    static func controlling(_ pod: Value, in view: ClusterView, where condition: (VerticalPodAutoscaler) -> Bool) -> VerticalPodAutoscaler? {
        let candidates = all(in: view, namespace: pod.namespace).filter(condition)
        guard !candidates.isEmpty, let owner = PodOwners.topmost(of: pod, in: view) else { return nil }
        let matching = candidates.filter { candidate in
            if case .success(let target) = candidate.target(in: view) { target.uid == owner.uid } else { false }
        }
        return matching.min { left, right in
            let times = [left, right].map { $0.object["metadata"]?["creationTimestamp"]?.stringValue ?? "" }
            return (times[0], left.object.name) < (times[1], right.object.name)
        }
    }

    // MARK: Recommendation

    /// What is recommended for a container; nil while nothing is.
    func recommendation(for container: String) -> Value? {
        object["status"]?["recommendation"]?["containerRecommendations"]?.elements.first { $0["containerName"]?.stringValue == container }
    }
}

/// Who stands behind a pod.
enum PodOwners {
    /// The object at the top of a pod's chain of controllers; nil when nobody controls it.
    static func topmost(of pod: Value, in view: ClusterView) -> Value? {
        var current: Value?
        var reference = pod.controllerReference
        // A chain is short; one that goes round is cut.
        for _ in 0..<5 {
            guard let next = reference, let resource = VerticalPodAutoscaler.resources[next["kind"]?.stringValue ?? ""],
                let object = view.get(resource, namespace: pod.namespace, name: next["name"]?.stringValue ?? ""), object.uid == next["uid"]?.stringValue
            else { break }
            current = object
            reference = object.controllerReference
        }
        return current
    }
}

/// Amounts of CPU in millicores and of memory in bytes, read and written as quantities.
enum ResourceQuantities {
    static func amount(_ value: Value?, _ resource: String) -> Int? {
        guard let value else { return nil }
        let quantity = value.stringValue.flatMap { Quantity($0) } ?? value.intValue.map { Quantity(Int64($0)) }
        return quantity.map { Int(resource == "cpu" ? $0.milliValue : $0.value) }
    }

    static func text(_ amount: Int, _ resource: String) -> Value {
        .string((resource == "cpu" ? Quantity(milliValue: Int64(amount)) : Quantity(Int64(amount))).description)
    }
}

extension GroupResource {
    package static let verticalPodAutoscalers = GroupResource("verticalpodautoscalers", group: "autoscaling.k8s.io")
}
