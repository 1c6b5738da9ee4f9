import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Watches what pods use and recommends what they should ask for.
///
/// It runs while a Deployment of its image has an available pod.
///
/// - Order: once a minute, autoscalers by name.
/// - Source: vertical-pod-autoscaler 1.5 `recommender/routines/recommender.go`. Differs: pods are remembered from when an autoscaler is
///   about them on, as with `--memory-saver`.
package struct VPARecommender: Component {
    package let name = "vpa-recommender"
    package let interests: [GroupResource] = [.deployments, .verticalPodAutoscalers]
    package static let imageName = "vpa-recommender"

    static let interval: Duration = .seconds(60)

    private var installation = ComponentInstallation(imageName: Self.imageName)
    private var next: Instant?
    /// By the autoscaler's UID and the container's name.
    private var histories: [String: [String: ContainerHistory]] = [:]
    /// The last killing for want of memory that was counted, by pod UID and container.
    private var countedOOMs: [String: String] = [:]

    /// Whether what an earlier recommender knew has still to be read.
    private var isNew = true
    private var nextCollection: Instant?

    package init() {}

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        if event.key.resource == .verticalPodAutoscalers {
            if event.change == .deleted { histories[event.object.uid] = nil }
        } else if installation.note(event) {
            if installation.arguments == nil {
                // A program that stops forgets.
                (next, nextCollection, isNew, histories) = (nil, nil, true, [:])
            } else {
                next = next ?? view.now + Self.interval
                nextCollection = nextCollection ?? view.now + VPACheckpoint.collectionInterval
            }
        }
    }

    package mutating func nextWake() -> Wake? { next.map { Wake(at: $0, isPeriodic: true) } }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let due = next, due <= view.now else { return (.done, nil) }
        next = view.now + Self.interval
        var plan = Plan()
        let keeps = VPACheckpoint.isDefined(in: view)
        let autoscalers = VerticalPodAutoscaler.all(in: view)
        if isNew, keeps { for autoscaler in autoscalers { histories[autoscaler.object.uid] = VPACheckpoint.histories(of: autoscaler.object, in: view) } }
        isNew = false
        for autoscaler in autoscalers {
            var status = recommend(autoscaler, in: view)
            if keeps { keepHistories(of: autoscaler.object, in: view, &plan) }
            if status == autoscaler.object["status"] { continue }
            var updated = autoscaler.object
            if status.fields?.isEmpty == true { status = [:] }
            updated["status"] = status
            plan.add(.updateStatus(.verticalPodAutoscalers, updated), ifRefused: .ignore)
        }
        if keeps, let due = nextCollection, due <= view.now {
            nextCollection = view.now + VPACheckpoint.collectionInterval
            VPACheckpoint.collect(in: view, &plan)
        }
        return (plan, nil)
    }

    private func keepHistories(of autoscaler: Value, in view: ClusterView, _ plan: inout Plan) {
        for (container, history) in (histories[autoscaler.uid] ?? [:]).sorted(by: { $0.key < $1.key }) where history.sampleCount > 0 {
            VPACheckpoint.write(VPACheckpoint.object(autoscaler, container, history, at: view.now), in: view, &plan)
        }
    }

    private mutating func recommend(_ autoscaler: VerticalPodAutoscaler, in view: ClusterView) -> Value {
        var status = autoscaler.object["status"] ?? [:]
        var conditions = VPAConditions(status["conditions"], now: view.now)
        if case .failure(let problem) = autoscaler.target(in: view) {
            conditions.set("ConfigUnsupported", "True", "", problem.message)
        } else {
            conditions.remove("ConfigUnsupported")
        }
        let pods = autoscaler.pods(in: view).filter { !$0.isBeingDeleted }
        collect(pods, for: autoscaler, in: view)
        let uid = autoscaler.object.uid
        let known = (histories[uid] ?? [:]).filter { $0.value.sampleCount > 0 && !autoscaler.isOff($0.key) }
        let list = known.keys.sorted().map { Self.entry($0, known[$0]!, count: known.count, autoscaler) }
        status["recommendation"] = list.isEmpty ? nil : ["containerRecommendations": .array(list)]
        let reason = pods.isEmpty ? "NoPodsMatched" : ""
        let message = pods.isEmpty ? "No pods match this VPA object" : ""
        if pods.isEmpty { conditions.set("NoPodsMatched", "True", reason, message) } else { conditions.remove("NoPodsMatched") }
        if list.isEmpty {
            conditions.set("RecommendationProvided", "False", reason, message)
        } else {
            conditions.set("RecommendationProvided", "True", "", "")
        }
        status["conditions"] = conditions.value
        return status
    }

    /// Adds what the metrics API and the pods' statuses say to the histories.
    private mutating func collect(_ pods: [Value], for autoscaler: VerticalPodAutoscaler, in view: ClusterView) {
        let uid = autoscaler.object.uid
        var own = histories[uid] ?? [:]
        for pod in pods {
            let metrics = view.get(.podMetrics, namespace: pod.namespace, name: pod.name)
            let time = metrics?["timestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? view.now
            for usage in metrics?["containers"]?.elements ?? [] {
                guard let container = usage["name"]?.stringValue, let cpu = ResourceQuantities.amount(usage["usage"]?["cpu"], "cpu"),
                    let memory = ResourceQuantities.amount(usage["usage"]?["memory"], "memory")
                else { continue }
                let nano = usage["usage"]?["cpu"]?.stringValue.flatMap { Quantity($0)?.doubleValue } ?? Double(cpu) / 1000
                own[container, default: ContainerHistory()].addUsage(
                    pod: pod.uid, cores: nano, bytes: Double(memory),
                    requestedCores: Double(Self.request(of: container, "cpu", in: pod)) / 1000, at: time)
            }
            for status in pod["status"]?["containerStatuses"]?.elements ?? [] { noteOOM(status, pod, &own) }
        }
        let living = Set(pods.map(\.uid))
        for name in own.keys { for pod in own[name]!.pods where !living.contains(pod) { own[name]!.forget(pod: pod) } }
        histories[uid] = own
    }

    private mutating func noteOOM(_ status: Value, _ pod: Value, _ own: inout [String: ContainerHistory]) {
        let container = status["name"]?.stringValue ?? ""
        for ended in [status["lastState"]?["terminated"], status["state"]?["terminated"]] {
            guard let ended, ended["reason"]?.stringValue == "OOMKilled", let finished = ended["finishedAt"]?.stringValue, let time = Instant(rfc3339: finished)
            else { continue }
            let key = "\(pod.uid)/\(container)"
            guard (countedOOMs[key] ?? "") < finished else { continue }
            if countedOOMs.count > 10_000 { countedOOMs = [:] }
            countedOOMs[key] = finished
            own[container, default: ContainerHistory()].addOOM(
                pod: pod.uid, requestedBytes: Double(Self.request(of: container, "memory", in: pod)), at: time)
        }
    }

    private static func request(of container: String, _ resource: String, in pod: Value) -> Int {
        let spec = pod["spec"]?["containers"]?.elements.first { $0["name"]?.stringValue == container }
        return ResourceQuantities.amount(spec?["resources"]?["requests"]?[resource], resource) ?? 0
    }

    /// One container's entry of the status; the bounds of its policy hold for all but the uncapped target.
    private static func entry(_ container: String, _ history: ContainerHistory, count: Int, _ autoscaler: VerticalPodAutoscaler) -> Value {
        let estimate = ResourceEstimator.recommendation(history, containers: count)
        let controlled = autoscaler.controlledResources(of: container)
        func list(_ value: ResourceEstimate, isCapped: Bool) -> Value {
            var result: Value = [:]
            for (resource, amount) in [("cpu", value.milliCPU), ("memory", value.memoryBytes)] where controlled.contains(resource) {
                result[resource] = ResourceQuantities.text(isCapped ? autoscaler.capped(amount, resource, container: container) : amount, resource)
            }
            return result
        }
        return [
            "containerName": .string(container), "lowerBound": list(estimate.lowerBound, isCapped: true), "target": list(estimate.target, isCapped: true),
            "uncappedTarget": list(estimate.target, isCapped: false), "upperBound": list(estimate.upperBound, isCapped: true),
        ]
    }
}

/// The conditions of an autoscaler, sorted by type.
struct VPAConditions {
    private var list: [Value]
    private let now: Instant

    init(_ value: Value?, now: Instant) {
        list = value?.elements ?? []
        self.now = now
    }

    mutating func set(_ type: String, _ status: String, _ reason: String, _ message: String) {
        let before = list.first { $0["type"]?.stringValue == type }
        let isSame = before?["status"]?.stringValue == status
        var condition: Value = [
            "type": .string(type), "status": .string(status),
            "lastTransitionTime": isSame ? before?["lastTransitionTime"] ?? .string(now.rfc3339) : .string(now.rfc3339),
        ]
        if !reason.isEmpty { condition["reason"] = .string(reason) }
        if !message.isEmpty { condition["message"] = .string(message) }
        remove(type)
        list.append(condition)
        list.sort { ($0["type"]?.stringValue ?? "") < ($1["type"]?.stringValue ?? "") }
    }

    mutating func remove(_ type: String) { list.removeAll { $0["type"]?.stringValue == type } }

    var value: Value { .array(list) }
}
