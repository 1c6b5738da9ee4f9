import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// On which nodes a DaemonSet's pods run, and which of them a new template replaces when.
@Suite struct DaemonSetDecisionTests {
    static func node(_ name: String, labels: Value = [:], taints: [Value] = [], isCordoned: Bool = false) -> Value {
        var spec: Value = [:]
        if !taints.isEmpty { spec["taints"] = .array(taints) }
        if isCordoned { spec["unschedulable"] = true }
        return ["metadata": ["name": .string(name), "labels": labels], "spec": spec]
    }

    static func taint(_ key: String, _ effect: String) -> Value { ["key": .string(key), "effect": .string(effect)] }

    struct Fit: CustomTestStringConvertible {
        var testDescription: String
        var spec: Value = [:]
        var node: Value
        var shouldRun: Bool
        var mayContinue: Bool
    }

    @Test(arguments: [
        Fit(testDescription: "any node", node: node("a"), shouldRun: true, mayContinue: true),
        Fit(testDescription: "a label that it has", spec: ["nodeSelector": ["disk": "ssd"]], node: node("a", labels: ["disk": "ssd"]), shouldRun: true, mayContinue: true),
        Fit(testDescription: "a label that it has not", spec: ["nodeSelector": ["disk": "ssd"]], node: node("a"), shouldRun: false, mayContinue: false),
        Fit(testDescription: "another node by name", spec: ["nodeName": "b"], node: node("a"), shouldRun: false, mayContinue: false),
        Fit(testDescription: "a cordoned node", node: node("a", taints: [taint("node.kubernetes.io/unschedulable", "NoSchedule")], isCordoned: true), shouldRun: true, mayContinue: true),
        Fit(testDescription: "a node that is not ready", node: node("a", taints: [taint("node.kubernetes.io/not-ready", "NoExecute")]), shouldRun: true, mayContinue: true),
        Fit(testDescription: "a node without a network", node: node("a", taints: [taint("node.kubernetes.io/network-unavailable", "NoSchedule")]), shouldRun: false, mayContinue: true),
        Fit(
            testDescription: "a node without a network, on the host's", spec: ["hostNetwork": true], node: node("a", taints: [taint("node.kubernetes.io/network-unavailable", "NoSchedule")]),
            shouldRun: true, mayContinue: true),
        Fit(testDescription: "a taint that keeps new ones off", node: node("a", taints: [taint("lab", "NoSchedule")]), shouldRun: false, mayContinue: true),
        Fit(testDescription: "a taint that evicts", node: node("a", taints: [taint("lab", "NoExecute")]), shouldRun: false, mayContinue: false),
        Fit(testDescription: "a taint that it tolerates", spec: ["tolerations": [["operator": "Exists"]]], node: node("a", taints: [taint("lab", "NoExecute")]), shouldRun: true, mayContinue: true),
        Fit(testDescription: "a taint that is only a preference", node: node("a", taints: [taint("lab", "PreferNoSchedule")]), shouldRun: true, mayContinue: true),
    ])
    func `a node fits or does not`(_ entry: Fit) {
        let (shouldRun, mayContinue) = DaemonFit(template: ["spec": entry.spec]).decide(entry.node)
        #expect(shouldRun == entry.shouldRun)
        #expect(mayContinue == entry.mayContinue)
    }

    // MARK: Passes

    /// A pod as a letter: `o` old and available, `O` old and not, `n` new and available, `N` new and not, `d` old and being deleted,
    /// `F` new and failed, `S` new and succeeded.
    struct Pass: CustomTestStringConvertible {
        var testDescription: String
        var strategy: Value = ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 1, "maxSurge": 0]]
        /// The pods of each node, with a `!` before them for a node that takes no new ones.
        var nodes: [String]
        /// The nodes that get a pod.
        var creates: [String] = []
        var deletes: [String] = []
        var events: [String] = []
    }

    static func surge(_ count: Value) -> Value { ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 0, "maxSurge": count]] }
    static func unavailable(_ count: Value) -> Value { ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": count, "maxSurge": 0]] }

    @Test(arguments: [
        Pass(testDescription: "one for each node", nodes: ["", "", ""], creates: ["n0", "n1", "n2"]),
        Pass(testDescription: "in order", nodes: ["n", "n"]),
        Pass(testDescription: "the younger of two goes", nodes: ["nn", "n"], deletes: ["n0-1"]),
        Pass(testDescription: "a failed one makes room", nodes: ["F", "n"], deletes: ["n0-0"], events: ["FailedDaemonPod Found failed daemon pod n/n0-0 on node n0, will try to kill it"]),
        Pass(testDescription: "a succeeded one makes room", nodes: ["S"], deletes: ["n0-0"], events: ["SucceededDaemonPod Found succeeded daemon pod n/n0-0 on node n0, will try to delete it"]),
        Pass(testDescription: "a tainted node keeps its pod", nodes: ["!n", "n"]),
        Pass(testDescription: "one old one after the other", nodes: ["o", "o", "o"], deletes: ["n0-0"]),
        Pass(testDescription: "not while one is on its way", nodes: ["N", "o", "o"]),
        Pass(testDescription: "not while one is being deleted", nodes: ["d", "o", "o"]),
        Pass(testDescription: "two at a time", strategy: unavailable(2), nodes: ["o", "o", "o"], deletes: ["n0-0", "n1-0"]),
        Pass(testDescription: "a share is rounded up", strategy: unavailable("34%"), nodes: ["o", "o", "o"], deletes: ["n0-0", "n1-0"]),
        Pass(testDescription: "what does not work costs nothing", nodes: ["o", "O", "O"], deletes: ["n1-0", "n2-0"]),
        Pass(testDescription: "those of a tainted node are rolled too", nodes: ["!o", "n"], deletes: ["n0-0"]),
        Pass(testDescription: "on deletion only", strategy: ["type": "OnDelete"], nodes: ["o", ""], creates: ["n1"]),
        Pass(testDescription: "a new one beside the old", strategy: surge(1), nodes: ["o", "o"], creates: ["n0"]),
        Pass(testDescription: "two new ones beside the old", strategy: surge(2), nodes: ["o", "o", "o"], creates: ["n0", "n1"]),
        Pass(testDescription: "the old one stays until the new one works", strategy: surge(1), nodes: ["oN", "o"]),
        Pass(testDescription: "the old one goes when the new one works", strategy: surge(1), nodes: ["on", "o"], deletes: ["n0-0"]),
        Pass(testDescription: "a new one where the old does not work, beyond the number", strategy: surge(1), nodes: ["oN", "O"], creates: ["n1"]),
        Pass(testDescription: "an old one that does not work goes when a new one is there", strategy: surge(1), nodes: ["ON"], deletes: ["n0-0"]),
    ])
    func `a pass replaces as many as it may`(_ entry: Pass) {
        let set: Value = [
            "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": ["name": "agent", "namespace": "n", "uid": "ds", "generation": 1],
            "spec": [
                "selector": ["matchLabels": ["app": "agent"]], "updateStrategy": entry.strategy, "revisionHistoryLimit": 10,
                "template": ["metadata": ["labels": ["app": "agent"]], "spec": ["containers": [["name": "c", "image": "x:2"]]]],
            ],
        ]
        var store = Store()
        store.put(set, at: ObjectKey(.daemonSets, namespace: "n", name: "agent"), cause: TraceID(0))
        var history = RevisionHistory(of: set, in: ClusterView(store: store, now: DecisionTests.now))
        var unused = Plan()
        let revision = history.current(kind: "DaemonSet", hashLabel: DaemonPass.hashLabel, annotations: nil, plan: &unused)
        store.put(revision, at: ObjectKey(.controllerRevisions, namespace: "n", name: revision.name), cause: TraceID(0))
        let hash = revision.label(DaemonPass.hashLabel) ?? ""
        for (index, text) in entry.nodes.enumerated() {
            let name = "n\(index)"
            store.put(Self.node(name, taints: text.hasPrefix("!") ? [Self.taint("lab", "NoSchedule")] : []), at: ObjectKey(.nodes, name: name), cause: TraceID(0))
            for (place, letter) in text.filter({ $0 != "!" }).enumerated() {
                let pod = Self.pod("\(name)-\(place)", letter, node: name, hash: hash, age: 100 - place)
                store.put(pod, at: ObjectKey(.pods, namespace: "n", name: pod.name), cause: TraceID(0))
            }
        }
        var controller = DaemonSetController()
        let plan = controller.reconcile(ObjectKey(.daemonSets, namespace: "n", name: "agent"), in: ClusterView(store: store, now: DecisionTests.now))
        var (creates, deletes, events): ([String], [String], [String]) = ([], [], [])
        for action in plan.actions {
            switch action.write {
            case .create(.pods, let pod):
                let path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
                creates.append(pod["spec"]?[path: path]?[0]?["matchFields"]?[0]?["values"]?[0]?.stringValue ?? "")
            case .delete(let key, _, _, _): deletes.append(key.name)
            case .event(let draft): events.append("\(draft.reason) \(draft.message)")
            default: break
            }
        }
        #expect(creates == entry.creates)
        #expect(deletes.sorted() == entry.deletes)
        #expect(events == entry.events)
    }

    private static func pod(_ name: String, _ letter: Character, node: String, hash: String, age: Int) -> Value {
        let isOld = "oOd".contains(letter)
        var metadata: Value = [
            "name": .string(name), "namespace": "n", "uid": .string(name), "creationTimestamp": DecisionTests.time(age),
            "labels": ["app": "agent", "controller-revision-hash": .string(isOld ? "old" : hash)],
            "ownerReferences": [["apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent", "uid": "ds", "controller": true]],
        ]
        if letter == "d" { metadata["deletionTimestamp"] = DecisionTests.time(2) }
        let phase = letter == "F" ? "Failed" : letter == "S" ? "Succeeded" : "Running"
        let isReady = "ond".contains(letter)
        return [
            "metadata": metadata, "spec": ["nodeName": .string(node)],
            "status": ["phase": .string(phase), "conditions": [["type": "Ready", "status": isReady ? "True" : "False", "lastTransitionTime": DecisionTests.time(50)]]],
        ]
    }
}
