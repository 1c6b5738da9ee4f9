import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// What budgets allow and what quotas count.
@Suite struct PolicyDecisionTests {
    // MARK: Budgets

    struct Budget: CustomTestStringConvertible {
        var testDescription: String
        var spec: Value
        /// One letter a pod: `r` ready, `n` not ready, `d` being deleted.
        var pods = "rrr"
        var owner: Value? = PolicyDecisionTests.set
        var replicas = 3
        var disrupted: [String: Int] = [:]
        /// `healthy/desired/expected/allowed`; nil when it cannot be said.
        var counts: String?
        var events: [String] = []
    }

    static let set: Value = ["apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "set", "controller": true]
    static func owner(_ version: String, _ kind: String) -> Value { ["apiVersion": .string(version), "kind": .string(kind), "name": "web", "uid": "set", "controller": true] }

    static func objects(_ entry: Budget) -> [(GroupResource, Value)] {
        var spec = entry.spec
        spec["selector"] = ["matchLabels": ["app": "web"]]
        var status: Value = [:]
        if !entry.disrupted.isEmpty {
            status["disruptedPods"] = .object(Fields(entry.disrupted.sorted { $0.key < $1.key }.map { ($0.key, DecisionTests.time($0.value)) }))
        }
        var objects: [(GroupResource, Value)] = [
            (.podDisruptionBudgets, ["metadata": ["name": "b", "namespace": "n", "uid": "b", "generation": 2], "spec": spec, "status": status]),
            (.replicaSets, ["metadata": ["name": "web", "namespace": "n", "uid": "set"], "spec": ["replicas": Value(entry.replicas)]]),
        ]
        for (index, letter) in entry.pods.enumerated() {
            var metadata: Value = ["name": .string("p\(index)"), "namespace": "n", "uid": .string("u\(index)"), "labels": ["app": "web"]]
            if let owner = entry.owner { metadata["ownerReferences"] = [owner] }
            if letter == "d" { metadata["deletionTimestamp"] = DecisionTests.time(5) }
            objects.append(
                (.pods, ["metadata": metadata, "spec": [:], "status": ["phase": "Running", "conditions": [["type": "Ready", "status": letter == "n" ? "False" : "True"]]]]))
        }
        return objects
    }

    static let unmanaged =
        "UnmanagedPods Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value."

    @Test(arguments: [
        Budget(testDescription: "at least two of three", spec: ["minAvailable": 2], counts: "3/2/3/1"),
        Budget(testDescription: "at least three of three", spec: ["minAvailable": 3], counts: "3/3/3/0"),
        Budget(testDescription: "at least more than there are", spec: ["minAvailable": 5], counts: "3/5/3/0"),
        Budget(testDescription: "at least half, rounded up", spec: ["minAvailable": "50%"], counts: "3/2/3/1"),
        Budget(testDescription: "a share counts what is asked for", spec: ["minAvailable": "50%"], replicas: 10, counts: "3/5/10/0"),
        Budget(testDescription: "at most one away", spec: ["maxUnavailable": 1], counts: "3/2/3/1"),
        Budget(testDescription: "at most a share away, rounded up", spec: ["maxUnavailable": "30%"], counts: "3/2/3/1"),
        Budget(testDescription: "all may be away", spec: ["maxUnavailable": "100%"], counts: "3/0/3/3"),
        Budget(testDescription: "none may be away", spec: ["maxUnavailable": 0], counts: "3/3/3/0"),
        Budget(testDescription: "one is not ready", spec: ["maxUnavailable": 1], pods: "rrn", counts: "2/2/3/0"),
        Budget(testDescription: "one is being deleted", spec: ["maxUnavailable": 1], pods: "rrd", counts: "2/2/3/0"),
        Budget(testDescription: "one is on its way out", spec: ["maxUnavailable": 1], disrupted: ["p0": 30], counts: "2/2/3/0"),
        Budget(
            testDescription: "one that was to go stayed", spec: ["maxUnavailable": 1], disrupted: ["p0": 121], counts: "3/2/3/1",
            events: ["NotDeleted Pod was expected by PDB n/b to be deleted but it wasn't"]),
        Budget(testDescription: "nothing matches", spec: ["minAvailable": 1], pods: "", counts: "0/1/0/0", events: ["NoPods No matching pods found"]),
        Budget(testDescription: "nobody's pods, by number", spec: ["minAvailable": 2], owner: nil, counts: "3/2/3/1"),
        Budget(testDescription: "nobody's pods, by what may be away", spec: ["maxUnavailable": 1], owner: nil, counts: "3/0/0/0", events: [unmanaged]),
        Budget(
            testDescription: "a DaemonSet's pods, by what may be away", spec: ["maxUnavailable": 1], owner: owner("apps/v1", "DaemonSet"),
            events: ["CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: daemonsets.apps does not implement the scale subresource"]),
        Budget(
            testDescription: "a Job's pods, by a share", spec: ["minAvailable": "50%"], owner: owner("batch/v1", "Job"),
            events: ["CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource"]),
        Budget(testDescription: "a Job's pods, by number", spec: ["minAvailable": 1], owner: owner("batch/v1", "Job"), counts: "3/1/3/2"),
        Budget(
            testDescription: "an owner that is gone", spec: ["maxUnavailable": 1], owner: owner("apps/v1", "StatefulSet"),
            events: ["CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: found no controllers for pod \"p0\""]),
        Budget(
            testDescription: "an owner of a kind that nobody knows", spec: ["maxUnavailable": 1], owner: owner("example.com/v1", "Farm"),
            events: ["CalculateExpectedPodCountFailed Failed to calculate the number of expected pods: no matches for kind \"Farm\" in version \"example.com/v1\""]),
    ])
    func `a budget counts`(_ entry: Budget) {
        let plan = DecisionTests.decide(DisruptionController(), ObjectKey(.podDisruptionBudgets, namespace: "n", name: "b"), Self.objects(entry))
        var status: Value = .null
        var events: [String] = []
        for action in plan.actions {
            if case .updateStatus(_, let budget) = action.write { status = budget["status"] ?? .null }
            if case .event(let draft) = action.write { events.append("\(draft.reason) \(draft.message)") }
        }
        #expect(events == entry.events)
        let condition = status["conditions"]?[0]
        guard let counts = entry.counts else {
            #expect(status["disruptionsAllowed"]?.intValue == 0)
            #expect(condition?["reason"]?.stringValue == "SyncFailed")
            #expect(status["observedGeneration"] == nil)
            return
        }
        #expect(["currentHealthy", "desiredHealthy", "expectedPods", "disruptionsAllowed"].map { "\(status[$0]?.intValue ?? -1)" }.joined(separator: "/") == counts)
        #expect(condition?["reason"]?.stringValue == (counts.hasSuffix("/0") ? "InsufficientPods" : "SufficientPods"))
        #expect(condition?["status"]?.stringValue == (counts.hasSuffix("/0") ? "False" : "True"))
        #expect(status["observedGeneration"]?.intValue == 2)
    }

    @Test func `a custom resource says how many pods it wants`() {
        let definition: (GroupResource, Value) = (
            .customResourceDefinitions,
            [
                "metadata": ["name": "farms.example.com"],
                "spec": [
                    "group": "example.com", "names": ["kind": "Farm", "plural": "farms"],
                    "versions": [["name": "v1", "subresources": ["scale": ["specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"]]]],
                ],
            ]
        )
        let farm: (GroupResource, Value) = (GroupResource("farms", group: "example.com"), ["metadata": ["name": "web", "namespace": "n", "uid": "set"], "spec": ["size": 4]])
        let entry = Budget(testDescription: "", spec: ["maxUnavailable": 2], owner: Self.owner("example.com/v1", "Farm"))
        let plan = DecisionTests.decide(DisruptionController(), ObjectKey(.podDisruptionBudgets, namespace: "n", name: "b"), Self.objects(entry) + [definition, farm])
        guard case .updateStatus(_, let budget)? = plan.actions.first?.write else { Issue.record("no status"); return }
        #expect(budget.statusInt("expectedPods") == 4)
        #expect(budget.statusInt("disruptionsAllowed") == 1)
    }

    // MARK: Single pods

    static func marked(secondsAgo: Int?, isDeleted: Bool = false, phase: String = "Running") -> (GroupResource, Value) {
        var metadata: Value = ["name": "p0", "namespace": "n", "uid": "u0", "labels": ["app": "web"]]
        if isDeleted { metadata["deletionTimestamp"] = DecisionTests.time(1) }
        var conditions: [Value] = [["type": "Ready", "status": "True"]]
        if let secondsAgo {
            conditions.append(["type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI", "lastTransitionTime": DecisionTests.time(secondsAgo)])
        }
        return (.pods, ["metadata": metadata, "spec": [:], "status": ["phase": .string(phase), "conditions": .array(conditions)]])
    }

    static func budget(_ name: String) -> (GroupResource, Value) {
        (.podDisruptionBudgets, ["metadata": ["name": .string(name), "namespace": "n"], "spec": ["selector": ["matchLabels": ["app": "web"]]]])
    }

    @Test(arguments: [
        DecisionTests.Case(testDescription: "not marked", objects: [marked(secondsAgo: nil)], writes: []),
        DecisionTests.Case(testDescription: "marked a moment ago", objects: [marked(secondsAgo: 20)], writes: [], requeue: .seconds(100)),
        DecisionTests.Case(testDescription: "marked, and still there", objects: [marked(secondsAgo: 120)], writes: ["status pods/p0"]),
        DecisionTests.Case(testDescription: "marked and going", objects: [marked(secondsAgo: 120, isDeleted: true)], writes: []),
        DecisionTests.Case(testDescription: "marked and ended", objects: [marked(secondsAgo: 120, phase: "Failed")], writes: []),
        DecisionTests.Case(testDescription: "two budgets", objects: [budget("b"), budget("c"), marked(secondsAgo: nil)], writes: ["event MultiplePodDisruptionBudgets"]),
    ])
    func `a disruption that does not come is taken back`(_ entry: DecisionTests.Case) {
        DecisionTests.check(entry, DecisionTests.decide(DisruptedPodController(), ObjectKey(.pods, namespace: "n", name: "p0"), entry.objects))
    }

    // MARK: Quotas

    struct Quota: CustomTestStringConvertible {
        var testDescription: String
        var spec: Value
        var objects: [(GroupResource, Value)]
        var used: Value
    }

    static func pod(_ name: String, cpu: String? = nil, limit: String? = nil, phase: String = "Running", priority: String? = nil, deadline: Int? = nil) -> (GroupResource, Value) {
        var resources: Value = [:]
        if let cpu { resources["requests"] = ["cpu": .string(cpu)] }
        if let limit { resources["limits"] = ["cpu": .string(limit)] }
        var spec: Value = ["containers": [["name": "c", "resources": resources]]]
        if let priority { spec["priorityClassName"] = .string(priority) }
        if let deadline { spec["activeDeadlineSeconds"] = Value(deadline) }
        return (.pods, ["metadata": ["name": .string(name), "namespace": "n", "uid": .string(name)], "spec": spec, "status": ["phase": .string(phase)]])
    }

    static func service(_ name: String, type: String, ports: Int = 1) -> (GroupResource, Value) {
        (.services, ["metadata": ["name": .string(name), "namespace": "n"], "spec": ["type": .string(type), "ports": .array((0..<ports).map { ["port": Value(80 + $0)] })]])
    }

    @Test(arguments: [
        Quota(testDescription: "an empty namespace", spec: ["hard": ["pods": "5", "requests.cpu": "1"]], objects: [], used: ["pods": "0", "requests.cpu": "0"]),
        Quota(
            testDescription: "requests and limits add up", spec: ["hard": ["pods": "5", "requests.cpu": "1", "limits.cpu": "2", "cpu": "1"]],
            objects: [pod("a", cpu: "100m", limit: "500m"), pod("b", cpu: "250m", limit: "1")],
            used: ["pods": "2", "requests.cpu": "350m", "limits.cpu": "1500m", "cpu": "350m"]),
        Quota(
            testDescription: "pods that have ended do not count, but their objects do", spec: ["hard": ["pods": "5", "count/pods": "5"]],
            objects: [pod("a"), pod("b", phase: "Succeeded"), pod("c", phase: "Failed")], used: ["pods": "1", "count/pods": "3"]),
        Quota(
            testDescription: "services by their kind", spec: ["hard": ["services": "9", "services.nodeports": "9", "services.loadbalancers": "9"]],
            objects: [service("a", type: "ClusterIP"), service("b", type: "NodePort", ports: 2), service("c", type: "LoadBalancer", ports: 3)],
            used: ["services": "3", "services.nodeports": "5", "services.loadbalancers": "1"]),
        Quota(
            testDescription: "only those that ask for nothing", spec: ["hard": ["pods": "5"], "scopes": ["BestEffort"]], objects: [pod("a", cpu: "1"), pod("b")], used: ["pods": "1"]),
        Quota(
            testDescription: "only those that ask for something", spec: ["hard": ["pods": "5"], "scopes": ["NotBestEffort"]], objects: [pod("a", cpu: "1"), pod("b"), pod("c", cpu: "2")],
            used: ["pods": "2"]),
        Quota(
            testDescription: "only those with a deadline", spec: ["hard": ["pods": "5"], "scopes": ["Terminating"]], objects: [pod("a", deadline: 60), pod("b")], used: ["pods": "1"]),
        Quota(
            testDescription: "only those of a priority",
            spec: ["hard": ["pods": "5"], "scopeSelector": ["matchExpressions": [["scopeName": "PriorityClass", "operator": "In", "values": ["high"]]]]],
            objects: [pod("a", priority: "high"), pod("b", priority: "low"), pod("c")], used: ["pods": "1"]),
        Quota(
            testDescription: "objects of any resource", spec: ["hard": ["count/deployments.apps": "5", "configmaps": "5"]],
            objects: [(.deployments, ["metadata": ["name": "d", "namespace": "n"]]), (.configMaps, ["metadata": ["name": "m", "namespace": "n"]]), (.configMaps, ["metadata": ["name": "m", "namespace": "o"]])],
            used: ["count/deployments.apps": "1", "configmaps": "1"]),
    ])
    func `a quota counts what it is about`(_ entry: Quota) {
        let quota: (GroupResource, Value) = (.resourceQuotas, ["metadata": ["name": "q", "namespace": "n"], "spec": entry.spec])
        let plan = DecisionTests.decide(QuotaController(), ObjectKey(.resourceQuotas, namespace: "n", name: "q"), [quota] + entry.objects)
        guard case .updateStatus(_, let counted)? = plan.actions.first?.write else { Issue.record("no status"); return }
        #expect(counted["status"]?["hard"] == entry.spec["hard"])
        #expect(Set(counted["status"]?["used"]?.fields?.map(\.key) ?? []) == Set(entry.used.fields!.map(\.key)))
        for (name, amount) in entry.used.fields! { #expect(Quantity(counted["status"]?["used"]?[name]) == Quantity(amount), "\(name)") }
    }
}
