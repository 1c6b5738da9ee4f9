import KubernetesObjects

/// A workload of Kubernetes' own scheduler benchmark: what runs before, and what is measured.
///
/// - Source: kubernetes `test/integration/scheduler_perf`; counts and templates of its 5,000-node workloads.
///   Differs: DaemonSet has 5,000 nodes and 10,000 pods, two for each node.
package struct SchedulerShape: Sendable {
    package let name: String
    /// What Kubernetes' CI asks of its own scheduler on a large machine.
    ///
    /// - Units: pods a second.
    package let threshold: Int
    /// Pods that are there before, for 5,000 nodes.
    package let initialCount: Int
    package let measuredCount: Int
    package let initial: @Sendable (Int) -> Value
    /// Makes a measured pod of its number and the number of nodes.
    package let measured: @Sendable (_ index: Int, _ nodes: Int) -> Value
    /// Whether all nodes are in one zone, rather than in three.
    package var hasOneZone = false

    package static func named(_ name: String) -> SchedulerShape? { all.first { $0.name.lowercased() == name.lowercased() } }

    package static let all: [SchedulerShape] = [
        SchedulerShape(
            name: "SchedulingBasic", threshold: 270, initialCount: 1000, measuredCount: 10_000, initial: { pod("i-\($0)") },
            measured: { index, _ in pod("m-\(index)") }),
        SchedulerShape(
            name: "NodeAffinity", threshold: 220, initialCount: 5000, measuredCount: 10_000, initial: { pod("i-\($0)") },
            measured: { index, _ in pod("m-\(index)", spec: ["affinity": ["nodeAffinity": nodeAffinity]]) }, hasOneZone: true),
        SchedulerShape(
            name: "PodAffinity", threshold: 35, initialCount: 5000, measuredCount: 5000, initial: { podNear("i-\($0)") },
            measured: { index, _ in podNear("m-\(index)") }, hasOneZone: true),
        SchedulerShape(
            name: "PodAntiAffinity", threshold: 60, initialCount: 1000, measuredCount: 2000, initial: { podApart("i-\($0)") },
            measured: { index, _ in podApart("m-\(index)") }),
        SchedulerShape(
            name: "TopologySpreading", threshold: 85, initialCount: 5000, measuredCount: 5000, initial: { pod("i-\($0)") },
            measured: { index, _ in pod("m-\(index)", labels: ["color": "blue"], spec: spread("DoNotSchedule")) }),
        SchedulerShape(
            name: "PreferredTopologySpreading", threshold: 125, initialCount: 5000, measuredCount: 5000, initial: { pod("i-\($0)") },
            measured: { index, _ in pod("m-\(index)", labels: ["color": "blue"], spec: spread("ScheduleAnyway")) }),
        SchedulerShape(
            name: "MixedSchedulingBasePod", threshold: 140, initialCount: 10_000, measuredCount: 5000, initial: mixed, measured: { index, _ in pod("m-\(index)") },
            hasOneZone: true),
        SchedulerShape(
            name: "Unschedulable", threshold: 140, initialCount: 200, measuredCount: 10_000, initial: { pod("i-\($0)", cpu: "9") },
            measured: { index, _ in pod("m-\(index)") }),
        SchedulerShape(
            name: "PreemptionAsync", threshold: 160, initialCount: 20_000, measuredCount: 5000,
            initial: { pod("i-\($0)", cpu: "900m", spec: ["terminationGracePeriodSeconds": 0]) },
            measured: { index, _ in pod("m-\(index)", cpu: "3", spec: ["priorityClassName": "high"]) }),
        SchedulerShape(
            name: "DaemonSet", threshold: 390, initialCount: 0, measuredCount: 10_000, initial: { pod("i-\($0)") },
            measured: { index, nodes in pod("m-\(index)", spec: ["affinity": ["nodeAffinity": onlyNode("node-\(index % nodes)")]]) }),
    ]

    // MARK: Templates

    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    private static let zone = "topology.kubernetes.io/zone"
    private static let host = "kubernetes.io/hostname"

    private static func pod(_ name: String, cpu: String = "100m", labels: Value = [:], spec extra: Value = [:]) -> Value {
        var spec: Value = [
            "containers": [
                ["name": "pause", "image": "registry.k8s.io/pause:3.10", "resources": ["requests": ["cpu": .string(cpu), "memory": "500Mi"]]]
            ], "schedulerName": "default-scheduler", "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
        ]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "default", "labels": labels], "spec": spec]
    }

    private static var nodeAffinity: Value {
        [required: ["nodeSelectorTerms": [["matchExpressions": [["key": .string(zone), "operator": "In", "values": ["zone-0", "zone-1"]]]]]]]
    }

    private static func onlyNode(_ name: String) -> Value {
        [required: ["nodeSelectorTerms": [["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(name)]]]]]]]
    }

    private static func term(_ key: String, _ color: String) -> Value {
        ["topologyKey": .string(key), "labelSelector": ["matchLabels": ["color": .string(color)]]]
    }

    private static func podNear(_ name: String) -> Value {
        pod(name, labels: ["color": "blue"], spec: ["affinity": ["podAffinity": [required: [term(zone, "blue")]]]])
    }

    private static func podApart(_ name: String) -> Value {
        pod(name, labels: ["color": "green"], spec: ["affinity": ["podAntiAffinity": [required: [term(host, "green")]]]])
    }

    private static func podLiking(_ name: String, _ kind: String, _ color: String) -> Value {
        pod(
            name, labels: ["color": .string(color)],
            spec: ["affinity": [kind: [preferred: [["weight": 1, "podAffinityTerm": term(host, color)]]]]])
    }

    private static func spread(_ when: String) -> Value {
        [
            "topologySpreadConstraints": [
                [
                    "maxSkew": 5, "topologyKey": .string(zone), "whenUnsatisfiable": .string(when),
                    "labelSelector": ["matchLabels": ["color": "blue"]],
                ]
            ]
        ]
    }

    private static let mixed: @Sendable (Int) -> Value = { index in
        switch index % 5 {
        case 0: pod("i-\(index)")
        case 1: podNear("i-\(index)")
        case 2: podApart("i-\(index)")
        case 3: podLiking("i-\(index)", "podAffinity", "red")
        default: podLiking("i-\(index)", "podAntiAffinity", "yellow")
        }
    }
}
