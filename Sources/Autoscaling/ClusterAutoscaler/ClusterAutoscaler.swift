import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Adds nodes for pods that find no room and takes away those that nobody needs.
///
/// It runs while a Deployment of its image has an available pod, with the flags of that pod, on every `NodeGroup` of the store.
///
/// - Order: a scan each `scan-interval`; what deletions need comes in between.
/// - Source: cluster-autoscaler 1.34 `core/static_autoscaler.go`. Differs: a node that is to come is like its group's template
///   even where a running node of the group has other labels; simulated placement asks nodes in the order of their names.
package struct ClusterAutoscaler: Component {
    package let name = "cluster-autoscaler"
    package let interests: [GroupResource] = [.deployments, .pods, .nodeGroups]

    /// What its containers' image ends in.
    package static let imageName = "cluster-autoscaler"

    private(set) var settings: ClusterAutoscalerSettings?
    private var installation = ComponentInstallation(imageName: Self.imageName)
    private var nextScan: Instant?
    private var state = ClusterState()
    private(set) var planner = ScaleDownPlanner()
    private var actuator = ScaleDownActuator()
    private var status = AutoscalerStatus()
    private var random: RandomStream
    private var lastScaleUp: Instant?
    private var lastScaleDownDelete: Instant?
    private var lastScaleDownFailure: Instant?
    /// A pod found no node since the last scan: a cluster that settles waits for the answer.
    private var hasNewPending = false
    private var hasScaleUpUnderWay = false

    /// Pods younger than this are left to the next scan when all are.
    static let unschedulablePodTimeBuffer: Duration = .seconds(2)

    package init(seed: UInt64 = 0) { random = RandomStream(seed: seed, name: "cluster-autoscaler") }

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        switch event.key.resource {
        case .deployments:
            guard installation.note(event) else { return }
            let arguments = installation.arguments
            settings = arguments.map { ClusterAutoscalerSettings(arguments: $0, namespace: installation.namespace) }
            if settings == nil { nextScan = nil } else if nextScan == nil { nextScan = view.now + settings!.scanInterval }
        case .pods:
            guard settings != nil, !hasNewPending, event.change != .deleted else { return }
            hasNewPending = Self.isUnschedulable(event.object) && !(event.old.map(Self.isUnschedulable) ?? false)
        default: break
        }
    }

    package mutating func nextWake() -> Wake? {
        guard let nextScan else { return nil }
        let isPeriodic = !hasNewPending && !hasScaleUpUnderWay && actuator.deletions.isEmpty
        return Wake(at: min(nextScan, actuator.nextWake ?? nextScan), isPeriodic: isPeriodic)
    }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let settings, let scan = nextScan else { return (.done, nil) }
        var plan = Plan()
        var groups = self.groups(in: view, settings)
        finishDeletions(&groups, in: view, settings, &plan)
        if scan <= view.now {
            nextScan = view.now + settings.scanInterval
            self.scan(&groups, in: view, settings, &plan)
        }
        return (plan, nil)
    }

    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] {
        if action.tag == ScaleDownActuator.evictTag, case .createSubresource(let key, _, _) = action.write {
            actuator.noteEviction(key, result: result)
        }
        return []
    }

    /// The groups that it may scale: those that flags name, with their range, or all.
    private func groups(in view: ClusterView, _ settings: ClusterAutoscalerSettings) -> [NodeGroup] {
        let all = NodeGroup.all(in: view)
        if settings.groups.isEmpty { return all }
        return all.compactMap { group in
            guard let named = settings.groups.first(where: { $0.name == group.id }) else { return nil }
            var group = group
            (group.minimum, group.maximum) = (named.minimum, named.maximum)
            return group
        }
    }

    // MARK: A scan

    private mutating func scan(_ groups: inout [NodeGroup], in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        hasNewPending = false
        let findings = state.update(groups, in: view, settings: settings)
        for event in findings.events { log(&plan, event.reason, event.message, type: event.type, settings) }
        for (id, names) in findings.removals.sorted(by: { $0.key < $1.key }) { end(names, of: id, in: &groups, &plan) }
        let pods = unschedulable(in: view, settings)
        var hasScaledUp = false
        var isHelpless = false
        if ClusterState.isHealthy(groups.reduce(ClusterState.Readiness()) { $0 + (state.readiness[$1.id] ?? .init()) }) {
            let hasRaised = settings.enforcesNodeGroupMinSize && raiseToMinimum(&groups, in: view, settings, &plan)
            (hasScaledUp, isHelpless) = scaleUp(pods, &groups, in: view, settings, &plan)
            hasScaledUp = hasScaledUp || hasRaised
            if !hasScaledUp, settings.isScaleDownEnabled { scaleDown(groups, in: view, settings, &plan) }
        }
        hasScaleUpUnderWay = groups.contains { state.requests[$0.id] != nil }
        if settings.writesStatusConfigMap { writeStatus(groups, needsMore: isHelpless, in: view, settings, &plan) }
    }

    /// Pods for which the scheduler found no node and that are important enough to get one.
    private func unschedulable(in view: ClusterView, _ settings: ClusterAutoscalerSettings) -> [Value] {
        var result: [Value] = []
        view.store.forEach(.pods) { pod in
            guard Self.isUnschedulable(pod), !pod.isBeingDeleted else { return }
            if (pod["spec"]?["priority"]?.intValue ?? 0) < settings.expendablePodsPriorityCutoff { return }
            if let nominated = pod["status"]?["nominatedNodeName"]?.stringValue, !nominated.isEmpty { return }
            if settings.newPodScaleUpDelay > .zero, Self.created(pod) + settings.newPodScaleUpDelay > view.now { return }
            result.append(pod)
        }
        return result.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }

    static func isUnschedulable(_ pod: Value) -> Bool {
        guard (pod["spec"]?["nodeName"]?.stringValue ?? "").isEmpty, let condition = pod.condition("PodScheduled") else { return false }
        return condition["status"]?.stringValue == "False" && condition["reason"]?.stringValue == "Unschedulable"
    }

    private static func created(_ pod: Value) -> Instant {
        pod["metadata"]?["creationTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? Instant(nanoseconds: 0)
    }

    // MARK: Growing

    private mutating func scaleUp(
        _ pods: [Value], _ groups: inout [NodeGroup], in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan
    ) -> (hasScaledUp: Bool, isHelpless: Bool) {
        guard !pods.isEmpty else { return (false, false) }
        var simulator = PlacementSimulator(view, leavingOut: actuator.nodes)
        let daemonSets = view.list(.daemonSets)
        for group in groups {
            for number in 0..<min(state.upcoming(group), ScaleUpPlanner.nodesPerOptionMax) {
                simulator.add(newNode: "template-node-for-\(group.id)-upcoming-\(number)", of: group, daemonSets: daemonSets)
            }
        }
        // What fits on the nodes that are there or on their way needs no more of them.
        var waiting: [Value] = []
        for pod in pods where simulator.placeOnFirst(PodInfo(pod), of: simulator.nodeNames) == nil { waiting.append(pod) }
        guard !waiting.isEmpty else { return (false, false) }
        let nodeCount = view.store.count(.nodes)
        let total = nodeCount + groups.reduce(0) { $0 + state.upcoming($1) }
        if settings.maxNodesTotal > 0, total >= settings.maxNodesTotal {
            for pod in waiting {
                plan.event(on: pod, reason: "NotTriggerScaleUp", message: "pod didn't trigger scale-up: max total nodes in cluster reached")
            }
            return (false, true)
        }
        if waiting.allSatisfy({ Self.created($0) + Self.unschedulablePodTimeBuffer > view.now }) {
            hasNewPending = true
            return (false, true)
        }
        var scaler = ScaleUpPlanner(objects: waiting, simulator: simulator, daemonSets: daemonSets)
        var skipped: [String: String] = [:]
        var options: [ExpansionOption] = []
        for group in groups {
            if state.isBackedOff(group.id, view.now) {
                skipped[group.id] = "in backoff after failed scale-up"
            } else if !ClusterState.isHealthy(state.readiness[group.id] ?? .init()) {
                skipped[group.id] = "not ready for scale-up"
            } else if group.target >= group.maximum {
                skipped[group.id] = "max node group size reached"
            } else if let option = scaler.option(for: group) {
                options.append(option)
            }
        }
        let chain = ExpanderChain(
            expanders: settings.expanders, pods: scaler.pods,
            priorities: view.get(.configMaps, namespace: settings.namespace, name: ExpanderChain.priorityConfigMap)?["data"]?["priorities"]?.stringValue)
        guard let best = chain.best(of: options, random: &random) else {
            refuse(waiting, scaler, skipped, &plan)
            return (false, true)
        }
        var wanted = best.nodeCount
        if settings.maxNodesTotal > 0 { wanted = min(wanted, settings.maxNodesTotal - total) }
        let infos = grow(best.group, by: wanted, &groups, settings, view.now, &plan)
        guard !infos.isEmpty else { return (false, true) }
        for index in best.pods {
            plan.event(on: waiting[index], reason: "TriggeredScaleUp", message: "pod triggered scale-up: [\(infos.joined(separator: " "))]")
        }
        lastScaleUp = view.now
        return (true, false)
    }

    /// Tells pods that no group would help why.
    private func refuse(_ pods: [Value], _ scaler: ScaleUpPlanner, _ skipped: [String: String], _ plan: inout Plan) {
        for group in scaler.groups where !group.isSchedulable {
            var counts: [String: Int] = [:]
            for reasons in group.refusals.values { for reason in reasons { counts[reason, default: 0] += 1 } }
            for reason in skipped.values { counts[reason, default: 0] += 1 }
            let text = counts.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
            for index in group.pods { plan.event(on: pods[index], reason: "NotTriggerScaleUp", message: "pod didn't trigger scale-up: \(text)") }
        }
    }

    /// Asks for more machines of a group, or of it and those like it; returns how events print the change.
    private mutating func grow(
        _ group: NodeGroup, by count: Int, _ groups: inout [NodeGroup], _ settings: ClusterAutoscalerSettings, _ now: Instant, _ plan: inout Plan
    ) -> [String] {
        var places = groups.indices.filter { groups[$0].id == group.id }
        if settings.balancesSimilarNodeGroups {
            places += groups.indices.filter {
                groups[$0].id != group.id && groups[$0].isSimilar(to: group) && groups[$0].target < groups[$0].maximum && !state.isBackedOff(groups[$0].id, now)
            }
        }
        let before = groups.map(\.target)
        for _ in 0..<max(count, 0) {
            guard let smallest = places.filter({ groups[$0].target < groups[$0].maximum }).min(by: { groups[$0].target < groups[$1].target }) else { break }
            groups[smallest].target += 1
        }
        var infos: [String] = []
        for place in places where groups[place].target > before[place] {
            let group = groups[place]
            log(
                &plan, "ScaledUpGroup",
                "Scale-up: setting group \(group.id) size to \(group.target) instead of \(before[place]) (max: \(group.maximum))", settings)
            plan.add(.publish(group.key, group.object), ifRefused: .ignore)
            state.registerScaleUp(group.id, increase: group.target - before[place], now, settings)
            log(&plan, "ScaledUpGroup", "Scale-up: group \(group.id) size set to \(group.target) instead of \(before[place]) (max: \(group.maximum))", settings)
            infos.append("{\(group.id) \(before[place])->\(group.target) (max: \(group.maximum))}")
        }
        return infos
    }

    private mutating func raiseToMinimum(_ groups: inout [NodeGroup], in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) -> Bool {
        var hasGrown = false
        for group in groups where group.target < group.minimum && !state.isBackedOff(group.id, view.now) {
            hasGrown = !grow(group, by: group.minimum - group.target, &groups, settings, view.now, &plan).isEmpty || hasGrown
        }
        return hasGrown
    }

    // MARK: Shrinking

    private mutating func scaleDown(_ groups: [NodeGroup], in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        planner.update(groups, leaving: actuator.nodes, in: view, settings: settings)
        func isWithin(_ delay: Duration, of moment: Instant?) -> Bool { moment.map { $0 + delay > view.now } ?? false }
        let isCooling =
            isWithin(settings.scaleDownDelayAfterAdd, of: lastScaleUp) || isWithin(settings.scaleDownDelayAfterFailure, of: lastScaleDownFailure)
            || isWithin(max(settings.scaleDownDelayAfterDelete, settings.scanInterval), of: lastScaleDownDelete)
        guard !isCooling else { return }
        let due = planner.due(groups, in: view, settings: settings)
        let settings = settings
        let hasStarted = actuator.start(due, in: view, settings: settings, plan: &plan) { plan, reason, message in
            Self.log(&plan, reason, message, type: .normal, settings)
        }
        if !hasStarted { markCandidates(in: view, settings, &plan) }
    }

    /// Puts a soft taint on nodes that may go soon, and takes it off those that are needed again.
    private func markCandidates(in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        var budget = settings.maxBulkSoftTaintCount
        for node in view.list(.nodes) where budget > 0 && !node.hasTaint(ToBeDeleted.key) && !actuator.nodes.contains(node.name) {
            let isMarked = node.hasTaint(ToBeDeleted.candidateKey)
            guard isMarked != (planner.unneeded[node.name] != nil) else { continue }
            budget -= 1
            plan.add(
                .update(
                    .nodes,
                    isMarked
                        ? ToBeDeleted.unmarked(node, keys: [ToBeDeleted.candidateKey])
                        : ToBeDeleted.marked(node, key: ToBeDeleted.candidateKey, effect: "PreferNoSchedule", at: view.now)), ifRefused: .ignore)
        }
    }

    private mutating func finishDeletions(_ groups: inout [NodeGroup], in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        guard !actuator.deletions.isEmpty else { return }
        let outcome = actuator.advance(in: view, settings: settings, plan: &plan)
        if outcome.hasFailed { lastScaleDownFailure = view.now }
        for deletion in outcome.finished {
            end([deletion.node], of: deletion.group, in: &groups, &plan)
            planner.forget(deletion.node)
            lastScaleDownDelete = view.now
            if deletion.isDrain {
                log(&plan, "ScaleDown", "Scale-down: node \(deletion.node) removed with drain", settings)
            } else {
                log(&plan, "ScaleDownEmpty", "Scale-down: empty node \(deletion.node) removed", settings)
            }
        }
    }

    /// Takes machines off a group for good.
    private func end(_ names: [String], of id: String, in groups: inout [NodeGroup], _ plan: inout Plan) {
        guard let index = groups.firstIndex(where: { $0.id == id }) else { return }
        let new = names.filter { name in !groups[index].leaving.contains(name) && groups[index].instances.contains { $0.name == name } }
        guard !new.isEmpty else { return }
        groups[index].leaving += new
        groups[index].target = max(groups[index].target - new.count, 0)
        plan.add(.publish(groups[index].key, groups[index].object), ifRefused: .ignore)
    }

    // MARK: Telling

    private func log(_ plan: inout Plan, _ reason: String, _ message: String, type: EventType = .normal, _ settings: ClusterAutoscalerSettings) {
        Self.log(&plan, reason, message, type: type, settings)
    }

    /// Events about the cluster are on the status ConfigMap.
    private static func log(_ plan: inout Plan, _ reason: String, _ message: String, type: EventType, _ settings: ClusterAutoscalerSettings) {
        guard settings.writesStatusConfigMap else { return }
        let object: Value = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(settings.statusConfigMapName), "namespace": .string(settings.namespace)],
        ]
        plan.event(on: object, type: type, reason: reason, message: message)
    }

    private mutating func writeStatus(
        _ groups: [NodeGroup], needsMore: Bool, in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan
    ) {
        let entries = groups.map { group -> AutoscalerStatus.Group in
            let readiness = state.readiness[group.id] ?? .init()
            return AutoscalerStatus.Group(
                group: group, readiness: readiness, isHealthy: ClusterState.isHealthy(readiness), isScalingUp: state.requests[group.id] != nil,
                backOff: state.isBackedOff(group.id, view.now) ? state.backOffs[group.id] : nil,
                candidates: group.instances.count { planner.unneeded[$0.name] != nil })
        }
        let text = status.text(entries, needsMore: needsMore, now: view.now)
        let updated: Value = ["cluster-autoscaler.kubernetes.io/last-updated": .string(AutoscalerStatus.goTime(view.now))]
        if var stored = view.get(.configMaps, namespace: settings.namespace, name: settings.statusConfigMapName) {
            stored["data", "status"] = .string(text)
            stored["metadata", default: [:]]["annotations"] = updated
            plan.add(.update(.configMaps, stored), ifRefused: .ignore)
        } else {
            plan.add(
                .create(
                    .configMaps,
                    [
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": ["name": .string(settings.statusConfigMapName), "namespace": .string(settings.namespace), "annotations": updated],
                        "data": ["status": .string(text)],
                    ]), ifRefused: .ignore)
        }
    }
}

extension NodeGroup {
    /// Whether two groups make the same kind of node but for its place.
    ///
    /// - Source: cluster-autoscaler `processors/nodegroupset/compare_nodegroups.go`: labels of places and of the group itself are passed over.
    func isSimilar(to other: NodeGroup) -> Bool {
        func labels(_ group: NodeGroup) -> Fields {
            Fields(
                group.template.labels.filter { key, _ in
                    !key.hasPrefix("topology.") && !key.hasPrefix("failure-domain.") && !key.hasPrefix("alpha.eksctl.io/") && !key.hasPrefix("eks.amazonaws.com/")
                        && key != "kubernetes.io/hostname"
                }.map { ($0.key, $0.value) })
        }
        let (own, others) = (template["status"]?["capacity"], other.template["status"]?["capacity"])
        return own == others && labels(self) == labels(other)
    }
}
