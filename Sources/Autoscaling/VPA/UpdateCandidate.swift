import APIMachinery
import KubernetesObjects
import SimulationKernel

/// A pod that is worth bringing to what is recommended for it.
struct UpdateCandidate {
    let pod: Value
    /// The UID of its controller.
    let creator: String
    let assignment: ResourceAssignment
    private let priority: UpdatePriority

    var key: ObjectKey { ObjectKey(.pods, namespace: pod.namespace, name: pod.name) }
    var isPending: Bool { pod["status"]?["phase"]?.stringValue == "Pending" }

    /// Nil when nobody controls the pod, or it is better left as it is.
    init?(_ pod: Value, _ autoscaler: VerticalPodAutoscaler, _ limits: UpdaterLimits, _ now: Instant) {
        guard let creator = pod.controllerReference?["uid"]?.stringValue else { return nil }
        let assignment = ResourceAssignment(autoscaler, pod: pod)
        let observed = pod.annotation(VPAAdmission.observedAnnotation).map { Set($0.split { $0 == "," || $0 == " " }.map(String.init)) }
        let priority = UpdatePriority(pod, assignment, observed)
        guard Self.isWorthwhile(pod, priority, autoscaler, observed, limits, now), Self.requirementsHold(pod, assignment, autoscaler) else { return nil }
        (self.pod, self.creator, self.assignment, self.priority) = (pod, creator, assignment, priority)
    }

    /// Those that want more come first, then those that are furthest off; ties by name.
    func comesBefore(_ other: UpdateCandidate) -> Bool {
        if priority.wantsMore != other.priority.wantsMore { return priority.wantsMore }
        if priority.difference != other.priority.difference { return priority.difference > other.priority.difference }
        return pod.name < other.pod.name
    }

    private static func isWorthwhile(
        _ pod: Value, _ priority: UpdatePriority, _ autoscaler: VerticalPodAutoscaler, _ observed: Set<String>?, _ limits: UpdaterLimits, _ now: Instant
    ) -> Bool {
        let isQuickOOM = (pod["status"]?["containerStatuses"]?.elements ?? []).contains { status in
            let name = status["name"]?.stringValue ?? ""
            guard observed?.contains(name) != false, !autoscaler.isOff(name), let ended = status["lastState"]?["terminated"],
                ended["reason"]?.stringValue == "OOMKilled", let started = ended["startedAt"]?.stringValue.flatMap({ Instant(rfc3339: $0) }),
                let finished = ended["finishedAt"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
            else { return false }
            return finished - started < limits.evictAfterOOM
        }
        if isQuickOOM { return priority.difference > 0 }
        if priority.isOutside { return true }
        guard let started = pod["status"]?["startTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) }), started + limits.podLifetime <= now else { return false }
        return priority.difference >= limits.minChangePriority
    }

    /// Whether all of the autoscaler's requirements for an eviction hold for one container, each for one resource of it;
    /// a container that asks for nothing yet is always let through.
    private static func requirementsHold(_ pod: Value, _ assignment: ResourceAssignment, _ autoscaler: VerticalPodAutoscaler) -> Bool {
        guard autoscaler.object["spec"]?["updatePolicy"] != nil else { return true }
        return assignment.containers.contains { container in
            let requests = pod["spec"]?["containers"]?[container.index]?["resources"]?["requests"]
            let asked = ["cpu", "memory"].compactMap { resource in ResourceQuantities.amount(requests?[resource], resource).map { (resource, $0) } }
            guard asked.count == 2 else { return true }
            let present = Dictionary(uniqueKeysWithValues: asked)
            return autoscaler.evictionRequirements.allSatisfy { requirement in
                let resources = (requirement["resources"]?.elements ?? []).compactMap(\.stringValue)
                return resources.contains { resource in
                    let (target, request) = (container.requests.first { $0.resource == resource }?.amount ?? 0, present[resource] ?? 0)
                    return switch requirement["changeRequirement"]?.stringValue {
                    case "TargetHigherThanRequests": target > request
                    case "TargetLowerThanRequests": target < request
                    default: false
                    }
                }
            }
        }
    }
}

/// How far a pod is off what is recommended.
struct UpdatePriority: Hashable {
    var isOutside = false
    var wantsMore = false
    /// The relative differences of all resources, added.
    var difference = 0.0

    init(_ pod: Value, _ assignment: ResourceAssignment, _ observed: Set<String>?) {
        var (asked, recommended): ([String: Int], [String: Int]) = ([:], [:])
        for container in assignment.containers where observed?.contains(container.name) != false {
            let spec = pod["spec"]?["containers"]?[container.index]
            for (resource, amount) in container.requests {
                recommended[resource, default: 0] += amount
                guard let request = ResourceQuantities.amount(spec?["resources"]?["requests"]?[resource], resource) else {
                    (wantsMore, isOutside) = (true, true)
                    continue
                }
                asked[resource, default: 0] += request
                if amount > request { wantsMore = true }
                if let lower = container.lower[resource], request < lower { isOutside = true }
                if let upper = container.upper[resource], request > upper { isOutside = true }
            }
        }
        for (resource, amount) in recommended {
            // Memory counts in thousandths of a byte, as quantities do there.
            let factor = resource == "cpu" ? 1.0 : 1000.0
            let request = max(Double(asked[resource] ?? 0) * factor, 1)
            difference += (request - Double(amount) * factor).magnitude / request
        }
    }
}
