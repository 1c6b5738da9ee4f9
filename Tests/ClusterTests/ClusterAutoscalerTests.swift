import APIMachinery
import Autoscaling
import CloudModel
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// The Cluster Autoscaler in a whole cluster: nodes come for pods that wait and go when nobody needs them.
@Suite struct ClusterAutoscalerTests {
    static let deployments = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")

    static func cluster(nodes: Int = 2, maximum: Int = 5, arguments: [String] = [], seed: UInt64 = 3, change: (inout MachineGroup) -> Void = { _ in }) -> Cluster {
        var profile = ClusterProfile.named("eks-\(nodes)x-m5.large+cluster-autoscaler")!
        profile.nodeGroups[0].minimum = 1
        profile.nodeGroups[0].maximum = maximum
        change(&profile.nodeGroups[0])
        if !arguments.isEmpty {
            profile.addOns = []
            profile.setup = [
                [
                    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "cluster-autoscaler", "namespace": "kube-system"],
                    "spec": [
                        "replicas": 1, "selector": ["matchLabels": ["app": "ca"]],
                        "template": [
                            "metadata": ["labels": ["app": "ca"]],
                            "spec": [
                                "containers": [
                                    [
                                        "name": "ca", "image": "registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.1",
                                        "command": Value(["./cluster-autoscaler"] + arguments),
                                    ]
                                ]
                            ],
                        ],
                    ],
                ]
            ]
        }
        var cluster = Cluster(profile: profile, seed: seed)
        cluster.settle()
        return cluster
    }

    static func deployment(_ name: String, replicas: Int, cpu: String) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "replicas": Value(replicas), "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": ["containers": [["name": "web", "image": "nginx:1.27", "resources": ["requests": ["cpu": .string(cpu), "memory": "64Mi"]]]]],
                ],
            ],
        ]
    }

    static func scale(_ name: String, to replicas: Int, namespace: String = "default", in cluster: inout Cluster) throws {
        var request = APIRequest(.patch, deployments, namespace: namespace, name: name)
        request.patchType = .merge
        request.body = ["spec": ["replicas": Value(replicas)]]
        _ = try cluster.send(request)
    }

    static func events(_ cluster: Cluster, _ reason: String, namespace: String? = nil) -> [String] {
        cluster.store.list(.events, namespace: namespace).filter { $0["reason"]?.stringValue == reason }.compactMap { $0["message"]?.stringValue }
    }

    static func running(_ cluster: Cluster) -> Int {
        cluster.store.list(.pods, namespace: "default").count { $0["status"]?["phase"]?.stringValue == "Running" && !$0.isBeingDeleted }
    }

    static func status(_ cluster: Cluster) -> String {
        cluster.store.get(.configMaps, namespace: "kube-system", name: "cluster-autoscaler-status")?["data"]?["status"]?.stringValue ?? ""
    }

    @Test func `adds nodes for pods that wait, and takes them away again`() throws {
        var cluster = Self.cluster()
        try ClusterTests.create(Self.deployment("web", replicas: 10, cpu: "500m"), Self.deployments, in: &cluster)
        #expect(cluster.settle() == .settled)
        #expect(Self.running(cluster) == 10)
        #expect(cluster.nodeGroups[0].target == 4)
        #expect(cluster.store.count(.nodes) == 4)
        #expect(Set(Self.events(cluster, "TriggeredScaleUp")) == ["pod triggered scale-up: [{eks-workers 2->4 (max: 5)}]"])
        #expect(Self.events(cluster, "ScaledUpGroup").contains("Scale-up: setting group eks-workers size to 4 instead of 2 (max: 5)"))
        cluster.advance(by: .seconds(20))
        #expect(Self.status(cluster).contains("autoscalerStatus: Running"))
        #expect(Self.status(cluster).contains("cloudProviderTarget: 4"))

        try Self.scale("web", to: 1, in: &cluster)
        cluster.advance(by: .seconds(9 * 60))
        #expect(cluster.store.count(.nodes) == 4, "nothing goes before its time")
        cluster.advance(by: .seconds(20 * 60))
        // The node with the autoscaler itself stays: its pod is a system pod.
        #expect(cluster.store.count(.nodes) <= 2)
        #expect(cluster.nodeGroups[0].target == cluster.store.count(.nodes))
        #expect(Self.running(cluster) == 1)
        #expect(Self.events(cluster, "ScaleDownEmpty").contains { $0.hasPrefix("Scale-down: removing empty node \"ip-") })
        #expect(Self.events(cluster, "ScaleDown").contains("marked the node as toBeDeleted/unschedulable"))
    }

    @Test func `says why it adds no node`() throws {
        var cluster = Self.cluster(maximum: 2)
        try ClusterTests.create(Self.deployment("huge", replicas: 1, cpu: "7"), Self.deployments, in: &cluster)
        cluster.advance(by: .seconds(30))
        #expect(Self.events(cluster, "NotTriggerScaleUp").contains("pod didn't trigger scale-up: 1 max node group size reached"))

        cluster = Self.cluster()
        try ClusterTests.create(Self.deployment("huge", replicas: 1, cpu: "7"), Self.deployments, in: &cluster)
        cluster.advance(by: .seconds(30))
        #expect(Self.events(cluster, "NotTriggerScaleUp").contains("pod didn't trigger scale-up: 1 Insufficient cpu"))
        #expect(cluster.nodeGroups[0].target == 2)
    }

    @Test func `leaves a group alone that the cloud has no machines for`() throws {
        var cluster = Self.cluster { $0.capacity = 2 }
        try ClusterTests.create(Self.deployment("web", replicas: 6, cpu: "900m"), Self.deployments, in: &cluster)
        cluster.advance(by: .seconds(60))
        #expect(Self.events(cluster, "ScaleUpFailed").contains { $0.contains("to group eks-workers due to OutOfResource.InsufficientInstanceCapacity") })
        #expect(Self.events(cluster, "NotTriggerScaleUp").contains("pod didn't trigger scale-up: 1 in backoff after failed scale-up"))
        #expect(Self.status(cluster).contains("status: Backoff"))
        #expect(cluster.nodeGroups[0].target == 2)
        #expect(cluster.nodeGroups[0].instances.count == 2)
    }

    @Test func `gives up on machines that never become nodes`() throws {
        var cluster = Self.cluster(maximum: 3) { $0.provisioningTime = .seconds(7200) }
        try ClusterTests.create(Self.deployment("web", replicas: 6, cpu: "900m"), Self.deployments, in: &cluster)
        cluster.advance(by: .seconds(16 * 60))
        #expect(Self.events(cluster, "ScaleUpTimedOut").contains { $0.hasPrefix("Nodes added to group eks-workers failed to register within 15m") })
        #expect(cluster.nodeGroups[0].target == 2)
    }

    @Test func `drains a node no faster than a budget allows`() throws {
        var cluster = Self.cluster(nodes: 3, arguments: ["--scale-down-unneeded-time=1m", "--scale-down-delay-after-add=1m", "--skip-nodes-with-system-pods=false"])
        try ClusterTests.create(Self.deployment("web", replicas: 3, cpu: "200m"), Self.deployments, in: &cluster)
        try ClusterTests.create(
            [
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "web", "namespace": "default"],
                "spec": ["minAvailable": 2, "selector": ["matchLabels": ["app": "web"]]],
            ], GroupVersionResource(group: "policy", version: "v1", resource: "poddisruptionbudgets"), in: &cluster)
        cluster.settle()
        var least = 3
        for _ in 0..<400 {
            cluster.advance(by: .seconds(5))
            least = min(least, cluster.store.list(.pods, namespace: "default").count { $0.isConditionTrue("Ready") && !$0.isBeingDeleted })
        }
        #expect(least >= 2)
        #expect(cluster.store.count(.nodes) == 1)
        #expect(Self.running(cluster) == 3)
        #expect(Self.events(cluster, "ScaleDown").contains { $0.hasPrefix("Scale-down: removing node ") && $0.contains("pods to reschedule: ") })
        #expect(Self.events(cluster, "ScaleDown").contains("deleting pod for node scale down"))
    }

    @Test func `grows the group of a ClusterConfig from nothing that suits the pods`() throws {
        let config = try ClusterConfig(
            document: [
                "apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig", "metadata": ["name": "shop", "region": "ap-southeast-1", "version": "1.34"],
                "managedNodeGroups": [
                    ["name": "general", "instanceType": "m5.large", "minSize": 1, "maxSize": 3, "desiredCapacity": 1],
                    [
                        "name": "batch", "instanceType": "m5.xlarge", "minSize": 0, "maxSize": 4, "desiredCapacity": 0, "labels": ["pool": "batch"],
                        "taints": [["key": "batch", "value": "yes", "effect": "NoSchedule"]],
                    ],
                ],
            ], fileName: "cluster.yaml")
        var profile = ClusterProfile.eks(config)
        profile.addOns = [.clusterAutoscaler]
        var cluster = Cluster(profile: profile, seed: 2)
        cluster.settle()
        #expect(cluster.nodeGroups.map(\.id) == ["eks-batch", "eks-general"])
        var job = Self.deployment("batch", replicas: 4, cpu: "1500m")
        job["spec", "template", "spec", "nodeSelector"] = ["pool": "batch"]
        job["spec", "template", "spec", "tolerations"] = [["key": "batch", "operator": "Exists"]]
        try ClusterTests.create(job, Self.deployments, in: &cluster)
        cluster.settle()
        #expect(Self.running(cluster) == 4)
        #expect(cluster.nodeGroups.map(\.target) == [2, 1])
        #expect(Set(Self.events(cluster, "TriggeredScaleUp")) == ["pod triggered scale-up: [{eks-batch 0->2 (max: 4)}]"])
        let new = cluster.store.list(.nodes).filter { $0.label("pool") == "batch" }
        #expect(new.count == 2)
        #expect(Set(new.compactMap { $0.label("topology.kubernetes.io/zone") }).count == 2, "machines are spread over zones")
        #expect(new.allSatisfy { $0.label("eks.amazonaws.com/nodegroup") == "batch" && $0.label("node.kubernetes.io/instance-type") == "m5.xlarge" })
    }

    @Test func `does nothing where it is not installed`() throws {
        var cluster = Cluster(profile: .named("eks-2x-m5.large")!, seed: 1)
        cluster.settle()
        try ClusterTests.create(Self.deployment("web", replicas: 10, cpu: "500m"), Self.deployments, in: &cluster)
        cluster.advance(by: .seconds(120))
        #expect(cluster.store.count(.nodes) == 2)
    }

    @Test func `a machine that is lost is replaced`() {
        var cluster = Cluster(profile: .named("eks-3x-m5.large")!, seed: 1)
        cluster.settle()
        let first = cluster.store.list(.nodes)[0].name
        cluster.remove(node: first)
        #expect(cluster.store.count(.nodes) == 2)
        cluster.advance(by: .seconds(60))
        #expect(cluster.store.count(.nodes) == 3)
        #expect(cluster.store.get(.nodes, name: first) == nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `one seed gives one trace`(_ seed: UInt64) throws {
        func digest() throws -> UInt64 {
            var cluster = Self.cluster(seed: seed)
            try ClusterTests.create(Self.deployment("web", replicas: 9, cpu: "500m"), Self.deployments, in: &cluster)
            cluster.settle()
            try Self.scale("web", to: 2, in: &cluster)
            cluster.advance(by: .seconds(1500))
            return cluster.trace.digest
        }
        #expect(try digest() == digest())
    }
}
