import APIMachinery
import Cluster
import Kubelet
import KubernetesObjects
import SimulationKernel
import Testing

/// A cluster that was kept and taken up again goes on as if nothing had happened.
@Suite struct SavingTests {
    /// Applies objects in order; what a seed chose may be refused.
    static func apply(_ objects: [Value], in cluster: inout Cluster) {
        for object in objects {
            let parts = object.apiVersion.split(separator: "/").map(String.init)
            let group = parts.count == 2 ? parts[0] : ""
            guard let resource = cluster.api.resources.resource(ofKind: object.kind, group: group) else { continue }
            var request = APIRequest(
                .create, GroupVersionResource(group: group, version: parts.last ?? "v1", resource: resource.resource), namespace: object.namespace)
            request.body = object
            _ = try? cluster.send(request)
        }
    }

    static func again(_ cluster: Cluster) throws -> Cluster {
        let text = cluster.encodeState().json()
        return try Cluster(profile: cluster.profile, seed: cluster.seed, restoring: Value(parsingJSON: text))
    }

    /// What must not change while nothing happens: all but heartbeats, metrics and events.
    static func essence(_ cluster: Cluster) -> [ObjectKey: Value] {
        var result: [ObjectKey: Value] = [:]
        for resource in cluster.store.resources where ![.events, .podMetrics, .nodeMetrics].contains(resource) {
            cluster.store.forEach(resource) { object in
                var object = object
                if resource == .leases {
                    object["spec", default: [:]]["renewTime"] = nil
                    object["metadata", default: [:]]["resourceVersion"] = nil
                    object["metadata", default: [:]]["managedFields"] = nil
                }
                result[ObjectKey(resource, namespace: object.namespace, name: object.name)] = object
            }
        }
        return result
    }

    static func differences(_ left: [ObjectKey: Value], _ right: [ObjectKey: Value]) -> [String] {
        var found: [String] = []
        for key in Set(left.keys).union(right.keys).sorted() where left[key] != right[key] {
            found.append("\(key):\n  \(left[key]?.json() ?? "none")\n  \(right[key]?.json() ?? "none")")
        }
        return found
    }

    static func events(_ cluster: Cluster) -> [String] {
        cluster.store.list(.events).map { "\($0["involvedObject"]?["name"]?.stringValue ?? "") \($0["reason"]?.stringValue ?? "") \($0["count"] ?? 1)" }
            .sorted()
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a cluster at rest stays at rest`(seed: UInt64) throws {
        var cluster = ClusterTests.started(seed: seed)
        var random = RandomStream(seed: seed, name: "saving")
        Self.apply(Workloads.some(&random, restless: false), in: &cluster)
        cluster.settle(limit: .seconds(900))
        cluster.advance(by: .seconds(60))
        var other = try Self.again(cluster)
        #expect(other.now == cluster.now)
        #expect(other.store.revision == cluster.store.revision)
        let before = Self.essence(cluster)
        other.advance(by: .seconds(120))
        cluster.advance(by: .seconds(120))
        #expect(Self.differences(before, Self.essence(other)).prefix(3) == [])
        #expect(Self.differences(Self.essence(cluster), Self.essence(other)).prefix(3) == [])
        #expect(Self.events(other) == Self.events(cluster))
        guard seed == 1 else { return }
        other.advance(by: .seconds(3480))
        #expect(Self.differences(before, Self.essence(other)).prefix(3) == [])
        // Nothing new was told of either; what is an hour old has gone.
        let known = Set(Self.events(cluster))
        #expect(Self.events(other).filter { !known.contains($0) } == [])
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `what was kept is the same when it is kept again`(seed: UInt64) throws {
        var cluster = ClusterTests.started(seed: seed)
        var random = RandomStream(seed: seed, name: "saving")
        Self.apply(Workloads.some(&random, restless: true), in: &cluster)
        // At any moment, work under way included.
        cluster.advance(by: .milliseconds(100 + 700 * random.below(60)))
        let first = cluster.encodeState()
        let decoded = try Value(parsingJSON: first.json())
        #expect(decoded == first)
        let other = try Cluster(profile: cluster.profile, seed: seed, restoring: decoded)
        #expect(other.encodeState()["server"] == first["server"])
        #expect(other.counters == cluster.counters)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `work under way goes on`(seed: UInt64) throws {
        var cluster = ClusterTests.started(seed: seed)
        var random = RandomStream(seed: seed, name: "under way")
        Self.apply(Workloads.some(&random, restless: false), in: &cluster)
        var steps = 0
        while !cluster.isAtRest, steps < 40 {
            cluster.advance(by: .milliseconds(50 + 900 * random.below(8)))
            cluster = try Self.again(cluster)
            steps += 1
        }
        cluster.settle(limit: .seconds(1800))
        for pod in cluster.store.list(.pods) {
            let phase = pod["status"]?["phase"]?.stringValue ?? ""
            #expect(phase == "Running" || phase == "Succeeded", "\(pod.name) \(phase) after \(steps) restarts: \(pod["status"] ?? .null)")
            #expect((pod["status"]?["containerStatuses"]?.elements ?? []).allSatisfy { $0["restartCount"]?.intValue == 0 })
        }
        let addresses = cluster.store.list(.pods).filter { $0["status"]?["phase"] == "Running" }.compactMap { $0["status"]?["podIP"]?.stringValue }
        #expect(Set(addresses).count == addresses.count)
        for deployment in cluster.store.list(.deployments) {
            #expect(deployment["status"]?["readyReplicas"]?.intValue == deployment["spec"]?["replicas"]?.intValue, "\(deployment.name)")
        }
    }

    @Test func `files of volumes, logs and processes are there again`() throws {
        var cluster = ClusterTests.started()
        Self.apply([Workloads.writer, Workloads.claim, Workloads.keeper], in: &cluster)
        cluster.advance(by: .seconds(60))
        let keeper = NamespacedName(namespace: "default", name: "keeper")
        _ = try cluster.exec(pod: keeper, container: "main", command: ["sh", "-c", "echo kept > /data/file; echo own > /tmp/own"])
        var other = try Self.again(cluster)
        func read(_ path: String) throws -> String { try other.exec(pod: keeper, container: "main", command: ["cat", path]).standardOutput }
        #expect(try read("/data/file") == "kept\n")
        #expect(try read("/tmp/own") == "own\n")
        let log = APIRequest(.get, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", name: "writer")
        func lines(_ cluster: inout Cluster) throws -> [Substring] {
            var request = log
            request.subresource = "log"
            return (try cluster.send(request).body["stdout"]?.stringValue ?? "").split(separator: "\n")
        }
        let before = try lines(&cluster)
        #expect(before.count > 5)
        #expect(try lines(&other) == before)
        other.advance(by: .seconds(60))
        cluster.advance(by: .seconds(60))
        // It counts on from where it was.
        #expect(abs(try lines(&other).count - lines(&cluster).count) <= 1)
        #expect(try lines(&other).last?.hasPrefix("tick ") == true)
        #expect(Int(try lines(&other).last?.dropFirst(5) ?? "") ?? 0 > before.count)
    }

    @Test func `what was broken on purpose is still broken: pulls, zones, manifests on a node's disk`() throws {
        var profile = try #require(ClusterProfile.named("eks-2x-m5.large"))
        profile.nodes[0].staticPods = [["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "fixed"], "spec": ["containers": [["name": "c", "image": "nginx"]]]]]
        var cluster = ClusterTests.started(profile)
        let zone = try #require(cluster.zones.first)
        cluster.apply(.failPulls(image: "redis:*", node: ""))
        cluster.apply(.slowPulls(factor: 50, node: ""))
        cluster.apply(.cutZone(zone))
        cluster.settle()
        var again = try Self.again(cluster)
        again.settle()
        #expect(again.store.list(.pods).contains { $0.name.hasPrefix("fixed-") && $0["status"]?["phase"]?.stringValue == "Running" })
        // Nothing of the zone is heard of, also by who was started anew.
        again.advance(by: .seconds(120))
        let silent = again.store.list(.nodes).filter { !$0.isConditionTrue("Ready") }
        #expect(!silent.isEmpty && silent.allSatisfy { $0.label("topology.kubernetes.io/zone") == zone })
        again.apply(.healZone(zone))
        Self.apply([["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "store", "namespace": "default"], "spec": ["containers": [["name": "c", "image": "redis:8"]]]]], in: &again)
        again.advance(by: .seconds(60))
        let waiting = again.store.get(.pods, namespace: "default", name: "store")?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"]?.stringValue ?? ""
        #expect(waiting == "ErrImagePull" || waiting == "ImagePullBackOff", "\(waiting)")
    }

    @Test func `machines that came later come back, stopped ones stopped`() throws {
        var cluster = ClusterTests.started()
        cluster.apply(.stopNode(cluster.store.list(.nodes)[0].name))
        var later = NodeDescription(name: "later", internalIP: "192.168.3.77", milliCPU: 2000, memoryKiB: 8 << 20, kubeletVersion: "v1.36.2")
        later.bootTime = .seconds(40)
        cluster.add(later)
        cluster.advance(by: .seconds(10))
        var other = try Self.again(cluster)
        #expect(other.store.get(.nodes, name: "later") == nil)
        other.advance(by: .seconds(120))
        #expect(other.store.get(.nodes, name: "later")?.isConditionTrue("Ready") == true)
        #expect(other.store.list(.nodes)[0].isConditionTrue("Ready") == false)
        #expect(other.store.list(.nodes).filter { $0.isConditionTrue("Ready") }.count == 3)
    }

    @Test func `an autoscaler remembers its recommendations`() throws {
        var cluster = Cluster(profile: .recording, seed: 3)
        cluster.serveScriptedMetrics()
        cluster.settle()
        Self.apply(
            [
                ClusterTests.deployment,
                [
                    "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": "web", "namespace": "default"],
                    "spec": [
                        "minReplicas": 1, "maxReplicas": 9, "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"],
                        "metrics": [["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]]]],
                    ],
                ],
            ], in: &cluster)
        cluster.advance(by: .seconds(31))
        var other = try Self.again(cluster)
        #expect(other.parts["components/horizontal-pod-autoscaler"] == cluster.parts["components/horizontal-pod-autoscaler"])
        other.advance(by: .seconds(20))
        cluster.advance(by: .seconds(20))
        #expect(other.store.get(.horizontalPodAutoscalers, namespace: "default", name: "web")?["status"]?["conditions"]
            == cluster.store.get(.horizontalPodAutoscalers, namespace: "default", name: "web")?["status"]?["conditions"])
    }

    @Test func `a rewound state has newer revisions than any before`() throws {
        var cluster = ClusterTests.started()
        let state = cluster.encodeState()
        Self.apply([ClusterTests.deployment], in: &cluster)
        cluster.settle()
        let highest = cluster.store.revision
        let other = try Cluster(profile: cluster.profile, seed: cluster.seed, restoring: Cluster.rewound(state, above: highest))
        #expect(other.store.list(.deployments, namespace: "default").isEmpty)
        #expect(other.store.revision > highest)
        for resource in other.store.resources {
            other.store.forEach(resource) { #expect((UInt64($0.resourceVersion) ?? 0) > highest) }
        }
        #expect(other.store.changes(after: highest) == nil)
    }

    @Test func `a state of another version is refused`() {
        #expect(throws: APIStatus.self) { try Cluster(profile: .empty, seed: 1, restoring: ["version": 99]) }
        #expect(throws: APIStatus.self) { try Cluster(profile: .empty, seed: 1, restoring: []) }
    }
}

/// Objects that seeds choose from.
enum Workloads {
    static func some(_ random: inout RandomStream, restless: Bool) -> [Value] {
        var result: [Value] = []
        for index in 0..<(2 + random.below(4)) { result.append(one(index, &random, restless: restless)) }
        result.append(["apiVersion": "v1", "kind": "Service", "metadata": ["name": "all", "namespace": "default"], "spec": [
            "type": random.chance(1, in: 2) ? "NodePort" : "ClusterIP", "selector": ["part": "all"], "ports": [["port": 80]],
        ]])
        if random.chance(1, in: 2) { result += [claim, keeper] }
        if random.chance(1, in: 2) { result.append(writer) }
        return result
    }

    private static func template(_ image: Value, _ random: inout RandomStream) -> Value {
        var container: Value = ["name": "main", "image": image, "ports": [["containerPort": 80]]]
        if random.chance(1, in: 2) { container["readinessProbe"] = ["httpGet": ["path": "/", "port": 80], "periodSeconds": 5] }
        if random.chance(1, in: 3) { container["livenessProbe"] = ["tcpSocket": ["port": 80]] }
        if random.chance(1, in: 3) { container["resources"] = ["requests": ["cpu": "50m"], "limits": ["memory": "128Mi"]] }
        return ["metadata": ["labels": ["part": "all"]], "spec": ["containers": [container], "terminationGracePeriodSeconds": 5]]
    }

    private static func one(_ index: Int, _ random: inout RandomStream, restless: Bool) -> Value {
        let metadata: Value = ["name": .string("w\(index)"), "namespace": "default", "labels": ["n": .string("\(index)")]]
        let selector: Value = ["matchLabels": ["part": "all", "n": .string("\(index)")]]
        var template = template("nginx:1.27", &random)
        template["metadata", "labels"] = ["part": "all", "n": .string("\(index)")]
        switch random.below(restless ? 8 : 5) {
        case 0:
            return ["apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": [
                "replicas": Value(1 + random.below(3)), "serviceName": "all", "selector": selector, "template": template,
            ]]
        case 1:
            return ["apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": ["selector": selector, "template": template]]
        case 2:
            return ["apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": [
                "completions": Value(1 + random.below(3)),
                "template": ["spec": ["restartPolicy": "Never", "containers": [["name": "main", "image": "busybox", "command": ["sh", "-c", "echo done; sleep 3"]]]]],
            ]]
        case 5:
            return ["apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": [
                "schedule": "*/5 * * * *",
                "jobTemplate": ["spec": ["template": ["spec": ["restartPolicy": "OnFailure", "containers": [["name": "main", "image": "busybox", "command": ["true"]]]]]]],
            ]]
        case 6: return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": ["containers": [["name": "main", "image": "busybox", "command": ["false"]]]]]
        case 7: return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": ["containers": [["name": "main", "image": "no.such.registry.example/none:1"]]]]
        default:
            return ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": [
                "replicas": Value(1 + random.below(4)), "selector": selector, "template": template,
            ]]
        }
    }

    static let claim: Value = [
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": "data", "namespace": "default"],
        "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]], "volumeName": "disk", "storageClassName": ""],
    ]
    static let keeper: Value = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "keeper", "namespace": "default", "labels": ["part": "keeper"]],
        "spec": [
            "containers": [["name": "main", "image": "busybox", "command": ["sleep", "1000000"], "volumeMounts": [["name": "scratch", "mountPath": "/data"]]]],
            "volumes": [["name": "scratch", "emptyDir": [:]]],
        ],
    ]
    static let writer: Value = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "writer", "namespace": "default"],
        "spec": ["containers": [["name": "main", "image": "busybox", "command": ["sh", "-c", "i=0; while true; do i=$((i+1)); echo tick $i; sleep 5; done"]]]],
    ]
}
