import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// One pass over one DaemonSet.
struct DaemonPass {
    let set: Value
    let view: ClusterView
    private let fit: DaemonFit
    /// The pods of each node; daemon pods without a node yet count for the node that they ask for.
    private var byNode: [String: [Value]] = [:]
    private let pods: [Value]
    private var plan = Plan()
    private(set) var failures: [String: (last: Instant, delay: Duration)]
    private var hash = ""
    private var collisions = 0
    /// How many nodes are to have a pod.
    private let desired: Int

    static let generationKey = "deprecated.daemonset.template.generation"
    static let hashLabel = "controller-revision-hash"
    static let generationLabel = "pod-template-generation"

    init(set: Value, pods: [Value], view: ClusterView, failures: [String: (last: Instant, delay: Duration)]) {
        self.set = set
        self.view = view
        self.pods = pods
        self.failures = failures
        let fit = DaemonFit(template: set["spec"]?["template"])
        self.fit = fit
        desired = view.list(.nodes).count { fit.decide($0).shouldRun }
        // One that has ended and is being deleted is no longer the controller's business.
        for pod in pods where !(pod.isPodTerminal && pod.isBeingDeleted) { byNode[Self.target(pod), default: []].append(pod) }
        for node in byNode.keys { byNode[node]?.sort(by: Self.isEarlier) }
    }

    /// The order in which pods of one node are kept: those on the node first, then the older.
    private static func isEarlier(_ left: Value, _ right: Value) -> Bool {
        if left.nodeName.isEmpty != right.nodeName.isEmpty { return right.nodeName.isEmpty }
        return isOlder(left, right)
    }

    private static func target(_ pod: Value) -> String {
        if !pod.nodeName.isEmpty { return pod.nodeName }
        return NodeSelection(podSpec: pod["spec"])?.onlyNames?.first ?? ""
    }

    mutating func run() -> Plan {
        var history = RevisionHistory(of: set, in: view)
        let update = history.current(kind: "DaemonSet", hashLabel: Self.hashLabel, annotations: set["metadata"]?["annotations"], plan: &plan)
        collisions = history.collisions
        hash = update.label(Self.hashLabel) ?? ""
        let nodes = view.list(.nodes)
        var creates: [String] = []
        var deletes: [Value] = []
        manage(nodes, &creates, &deletes)
        let isRolling = set["spec"]?["updateStrategy"]?["type"]?.stringValue != "OnDelete"
        if isRolling, creates.isEmpty, deletes.isEmpty { rollOut(nodes, &creates, &deletes) }
        apply(creates, deletes)
        var inUse: Set<String> = [update.name]
        for pod in pods { if let label = pod.label(Self.hashLabel) { inUse.insert("\(set.name)-\(label)") } }
        history.truncate(limit: set.specInt("revisionHistoryLimit") ?? 10, inUse: inUse, plan: &plan)
        writeStatus(nodes)
        return plan
    }

    private mutating func apply(_ creates: [String], _ deletes: [Value]) {
        let reference = set.controllerReference(apiVersion: "apps/v1", kind: "DaemonSet")
        var pod = PodCreation.pod(from: set["spec"]?["template"], owner: set, reference: reference)
        pod["metadata", default: [:]]["labels", default: [:]][Self.hashLabel] = .string(hash)
        if let generation = set.annotation(Self.generationKey) {
            pod["metadata", default: [:]]["labels", default: [:]][Self.generationLabel] = .string(generation)
        }
        for node in creates.prefix(DaemonSetController.burstMax) {
            pod["spec"] = DaemonFit.podSpec(set["spec"]?["template"], node: node)
            PodCreation.planCreation(pod, in: &plan)
        }
        for victim in deletes.prefix(DaemonSetController.burstMax) { PodCreation.planDeletion(victim, in: &plan) }
    }

    private func isUpdated(_ pod: Value) -> Bool { pod.label(Self.hashLabel) == hash }
    private func isAvailable(_ pod: Value) -> Bool { pod.isPodAvailable(minReadySeconds: set.minReadySeconds, now: view.now) }

    private var surge: Int { ScaledCount.resolve(set["spec"]?["updateStrategy"]?["rollingUpdate"]?["maxSurge"], of: desired, roundUp: true) ?? 0 }
    private var maxUnavailable: Int {
        let value = ScaledCount.resolve(set["spec"]?["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"], of: desired, roundUp: true) ?? 1
        return value == 0 && surge == 0 && desired > 0 ? 1 : value
    }

    // MARK: One pod a node

    private mutating func manage(_ nodes: [Value], _ creates: inout [String], _ deletes: inout [Value]) {
        let maySurge = surge > 0
        let known = Set(nodes.map(\.name))
        for node in nodes {
            let (shouldRun, mayContinue) = fit.decide(node)
            let present = byNode[node.name] ?? []
            if shouldRun, present.isEmpty {
                creates.append(node.name)
            } else if mayContinue {
                var running: [Value] = []
                for pod in present where !pod.isBeingDeleted {
                    if pod.podPhase == "Failed" {
                        removeFailed(pod, node.name, &deletes)
                    } else if pod.podPhase == "Succeeded" {
                        plan.event(
                            on: set, reason: "SucceededDaemonPod",
                            message: "Found succeeded daemon pod \(pod.namespace)/\(pod.name) on node \(node.name), will try to delete it")
                        deletes.append(pod)
                    } else {
                        running.append(pod)
                    }
                }
                if running.count > 1 { deletes += surplus(running, maySurge) }
            } else {
                deletes += present.filter { !$0.isBeingDeleted }
            }
        }
        // Pods that ask for a node that does not exist will never run.
        for pod in pods where pod.nodeName.isEmpty && !pod.isBeingDeleted {
            let target = Self.target(pod)
            if !target.isEmpty, !known.contains(target) { deletes.append(pod) }
        }
    }

    private mutating func removeFailed(_ pod: Value, _ node: String, _ deletes: inout [Value]) {
        let key = "\(set.uid)/\(set.statusInt("observedGeneration"))/\(node)"
        if let failure = failures[key], failure.last + failure.delay > view.now {
            let left = failure.last + failure.delay - view.now
            plan.requeueAfter = plan.requeueAfter.map { min($0, left) } ?? left
            return
        }
        let delay = failures[key].map { min($0.delay * 2, .seconds(900)) } ?? .seconds(1)
        failures[key] = (view.now, delay)
        plan.event(
            on: set, type: .warning, reason: "FailedDaemonPod",
            message: "Found failed daemon pod \(pod.namespace)/\(pod.name) on node \(node), will try to kill it")
        deletes.append(pod)
    }

    /// All running pods of a node but the oldest; while surging, an old and a new one may be together as long as the old one is
    /// ready and the new one not available.
    private func surplus(_ running: [Value], _ maySurge: Bool) -> [Value] {
        guard maySurge else { return Array(running.dropFirst()) }
        let old = running.filter { !isUpdated($0) }
        let new = running.filter { isUpdated($0) }
        var surplus = Array(old.dropFirst()) + Array(new.dropFirst())
        if let newest = new.first, let oldest = old.first, !oldest.isPodReady || isAvailable(newest) { surplus.append(oldest) }
        return surplus
    }

    // MARK: Rolling update

    private func rollOut(_ nodes: [Value], _ creates: inout [String], _ deletes: inout [Value]) {
        // Nodes with a pod count too if they would not take a new one.
        let names = nodes.filter { byNode[$0.name] != nil || fit.decide($0).shouldRun }.map(\.name)
        if surge == 0 { return replace(names, &deletes) }
        // A new pod beside an old one is of use only where it would be taken.
        raise(nodes.filter { fit.decide($0).shouldRun }.map(\.name), &creates, &deletes)
    }

    /// The old and the new pod of a node; nil when it has two of a kind, which the next pass puts right.
    private func pair(_ node: String) -> (old: Value?, new: Value?)? {
        let present = (byNode[node] ?? []).filter { !$0.isBeingDeleted }
        let (old, new) = (present.filter { !isUpdated($0) }, present.filter { isUpdated($0) })
        return old.count > 1 || new.count > 1 ? nil : (old.first, new.first)
    }

    /// Deletes old pods as far as availability allows; those that are not available cost nothing.
    private func replace(_ nodes: [String], _ deletes: inout [Value]) {
        var unavailable = 0
        var candidates: [Value] = []
        for node in nodes {
            switch pair(node) {
            case (let old?, nil)?:
                if isAvailable(old) { candidates.append(old) } else {
                    unavailable += 1
                    deletes.append(old)
                }
            case (nil, let new?)?: if !isAvailable(new) { unavailable += 1 }
            default: unavailable += 1
            }
        }
        deletes += candidates.prefix(max(0, maxUnavailable - unavailable))
    }

    /// Makes new pods beside old ones, and deletes the old ones whose successors are available.
    private func raise(_ nodes: [String], _ creates: inout [String], _ deletes: inout [Value]) {
        var surging = 0
        var candidates: [String] = []
        for node in nodes {
            guard let (old, new) = pair(node) else {
                surging += 1
                continue
            }
            guard let old else { continue }
            guard let new else {
                // Where the old one is not available a new one takes nothing away.
                if isAvailable(old) { candidates.append(node) } else { creates.append(node) }
                continue
            }
            if isAvailable(new) { deletes.append(old) } else { surging += 1 }
        }
        creates += candidates.prefix(max(0, surge - surging))
    }

    // MARK: Status

    private mutating func writeStatus(_ nodes: [Value]) {
        var (wanted, current, misscheduled, ready, available, updated) = (0, 0, 0, 0, 0, 0)
        var waits: Duration?
        for node in nodes {
            let shouldRun = fit.decide(node).shouldRun
            let present = byNode[node.name] ?? []
            if shouldRun {
                wanted += 1
                guard let pod = present.first else { continue }
                current += 1
                if pod.isPodReady {
                    ready += 1
                    if isAvailable(pod) { available += 1 } else if let since = pod.podReadySince {
                        let left = max(since + .seconds(set.minReadySeconds) - view.now, .milliseconds(1))
                        waits = waits.map { min($0, left) } ?? left
                    }
                }
                if isUpdated(pod) { updated += 1 }
            } else if !present.isEmpty {
                misscheduled += 1
            }
        }
        var status: Value = [
            "currentNumberScheduled": Value(current), "numberMisscheduled": Value(misscheduled), "desiredNumberScheduled": Value(wanted),
            "numberReady": Value(ready),
        ]
        let unavailable = max(0, wanted - available)
        for (key, count) in [
            ("observedGeneration", set.generation), ("updatedNumberScheduled", updated), ("numberAvailable", available),
            ("numberUnavailable", unavailable),
        ] where count != 0 { status[key] = Value(count) }
        if collisions > 0 || set["status"]?["collisionCount"] != nil { status["collisionCount"] = Value(collisions) }
        if let kept = set["status"]?["conditions"] { status["conditions"] = kept }
        if let waits { plan.requeueAfter = plan.requeueAfter.map { min($0, waits) } ?? waits }
        guard status != set["status"] else { return }
        var next = set
        next["status"] = status
        plan.updateStatus(.daemonSets, next, beforeAny: [PodCreation.createTag])
    }
}
