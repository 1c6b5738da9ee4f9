import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

@Suite struct SchedulingTests {
    static let unhelpful = "no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    static let noVictims = "no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."

    private func threeNodes() -> SchedulingWorld {
        var world = SchedulingWorld()
        for (index, zone) in ["zone-a", "zone-b", "zone-c"].enumerated() {
            world.node("node-\(index + 1)", labels: ["topology.kubernetes.io/zone": .string(zone)])
        }
        return world
    }

    @Test func `tells why no node takes a pod`() {
        var world = threeNodes()
        world.pod("big", cpu: "2")
        world.pod("picky", spec: ["nodeSelector": ["disk": "tape"]])
        for index in 1...3 { world.pod("filler-\(index)", cpu: "800m") }
        world.run()
        world.pod("late", cpu: "500m")
        world.run()
        #expect(world.message("big") == "0/3 nodes are available: 3 Insufficient cpu. \(Self.unhelpful)")
        #expect(world.message("picky") == "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. \(Self.unhelpful)")
        #expect(world.message("late") == "0/3 nodes are available: 3 Insufficient cpu. \(Self.noVictims)")
    }

    @Test func `counts every reason once a node`() {
        var world = SchedulingWorld()
        world.node("node-1", taints: [["key": "lab", "value": "x", "effect": "NoSchedule"]])
        world.node("node-2", unschedulable: true)
        world.node("node-3", cpu: "100m")
        world.pod("app", cpu: "500m")
        world.run()
        #expect(
            world.message("app")
                == "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. \(Self.unhelpful)")
    }

    @Test func `anti-affinity by host puts one pod a node`() {
        var world = threeNodes()
        let rule: Value = [
            "affinity": [
                "podAntiAffinity": [
                    "requiredDuringSchedulingIgnoredDuringExecution": [
                        ["topologyKey": "kubernetes.io/hostname", "labelSelector": ["matchLabels": ["app": "web"]]]
                    ]
                ]
            ]
        ]
        for index in 1...4 { world.pod("web-\(index)", labels: ["app": "web"], spec: rule) }
        world.run()
        #expect(world.nodes(of: ["web-1", "web-2", "web-3", "web-4"]) == ["node-1": 1, "node-2": 1, "node-3": 1, "-": 1])
        #expect(world.message("web-4") == "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. \(Self.noVictims)")
        // When one goes, the waiting one takes its place.
        do { try world.server.delete(ObjectKey(.pods, namespace: "default", name: "web-1"), gracePeriodSeconds: 0) } catch { Issue.record("\(error)") }
        world.run()
        #expect(world.nodeOf("web-4") != nil)
    }

    @Test func `affinity follows the first of its kind`() {
        var world = threeNodes()
        let rule: Value = [
            "affinity": [
                "podAffinity": [
                    "requiredDuringSchedulingIgnoredDuringExecution": [
                        ["topologyKey": "topology.kubernetes.io/zone", "labelSelector": ["matchLabels": ["app": "db"]]]
                    ]
                ]
            ]
        ]
        world.pod("web", labels: ["app": "web"], spec: rule)
        world.run()
        #expect(world.nodeOf("web") == nil)
        #expect(world.message("web").hasPrefix("0/3 nodes are available: 3 node(s) didn't match pod affinity rules."))
        for index in 1...2 { world.pod("db-\(index)", labels: ["app": "db"], spec: rule) }
        world.run()
        #expect(world.nodeOf("db-1") != nil)
        #expect(world.nodeOf("db-1") == world.nodeOf("db-2"))
        #expect(world.nodeOf("web") == world.nodeOf("db-1"))
    }

    @Test func `spreads over zones within the skew`() {
        var world = threeNodes()
        let rule: Value = [
            "topologySpreadConstraints": [
                [
                    "maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule",
                    "labelSelector": ["matchLabels": ["app": "web"]],
                ]
            ]
        ]
        for index in 1...6 { world.pod("web-\(index)", labels: ["app": "web"], spec: rule) }
        world.run()
        #expect(world.nodes(of: (1...6).map { "web-\($0)" }) == ["node-1": 2, "node-2": 2, "node-3": 2])
    }

    @Test func `makes room for a more important pod`() {
        var world = threeNodes()
        world.pod("low", cpu: "800m", priority: 100, spec: ["nodeSelector": ["kubernetes.io/hostname": "node-1"]])
        world.run()
        world.pod("high", cpu: "800m", priority: 1000, spec: ["nodeSelector": ["kubernetes.io/hostname": "node-1"]])
        world.run()
        #expect(world.server.store.get(.pods, namespace: "default", name: "low")?.isBeingDeleted != false)
        #expect(
            world.message("high") == "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector."
                || world.nodeOf("high") == "node-1")
        if world.server.store.get(.pods, namespace: "default", name: "low") != nil {
            #expect(world.server.store.get(.pods, namespace: "default", name: "high")?["status"]?["nominatedNodeName"]?.stringValue == "node-1")
            do { try world.server.delete(ObjectKey(.pods, namespace: "default", name: "low"), gracePeriodSeconds: 0) } catch { Issue.record("\(error)") }
            world.run()
        }
        #expect(world.nodeOf("high") == "node-1")
    }

    @Test func `waits for gates, claims and named nodes`() {
        var world = threeNodes()
        world.pod("gated", spec: ["schedulingGates": [["name": "example.com/wait"]]])
        world.pod("claimless", spec: ["volumes": [["name": "v", "persistentVolumeClaim": ["claimName": "data"]]]])
        world.pod(
            "pinned",
            spec: [
                "affinity": [
                    "nodeAffinity": [
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            "nodeSelectorTerms": [["matchFields": [["key": "metadata.name", "operator": "In", "values": ["node-2"]]]]]
                        ]
                    ]
                ]
            ])
        world.run()
        #expect(world.nodeOf("gated") == nil)
        #expect(world.message("claimless") == "0/3 nodes are available: persistentvolumeclaim \"data\" not found. not found")
        #expect(world.nodeOf("pinned") == "node-2")
    }

    @Test(arguments: [(50, 50), (100, 100), (1000, 420), (5000, 500), (6000, 300)])
    func `looks at as many nodes as the real one`(_ nodes: Int, _ wanted: Int) {
        #expect(SchedulerProfile().feasibleNodesWanted(of: nodes) == wanted)
    }

    @Test func `equal seeds give equal places`() {
        func run() -> [String?] {
            var world = threeNodes()
            for index in 1...9 { world.pod("p\(index)", cpu: "100m") }
            world.run()
            return (1...9).map { world.nodeOf("p\($0)") }
        }
        #expect(run() == run())
    }
}

@Suite struct ResourceAmountTests {
    @Test(arguments: [
        ("100m", 100, 1), ("1", 1000, 1), ("1.5", 1500, 2), ("2k", 2_000_000, 2000), ("1Ki", 1_024_000, 1024), ("0.1", 100, 1),
        ("1e3", 1_000_000, 1000), ("128Mi", 134_217_728_000, 134_217_728), ("-1", -1000, -1), ("abc", 0, 0),
    ])
    func `reads quantities`(_ text: String, _ milli: Int64, _ whole: Int64) {
        #expect(ResourceAmount.milli(.string(text)) == milli)
        #expect(ResourceAmount.whole(.string(text)) == whole)
    }
}

@Suite struct CountersTests {
    /// Counts kept step by step equal counts made anew.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `running counts equal a recount`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "test")
        var cache = SchedulerCache()
        for index in 0..<12 { cache.setNode(Self.node(index, zone: index % 3)) }
        let term = PodTerm(namespaces: ["default"], selector: CompiledSelector(["matchLabels": ["app": "a"]]), topologyKey: "zone")
        let key = CounterKey(terms: [term], topologyKey: "zone", skipsTerminating: true, eligibility: nil)
        var placed: [PodInfo] = []
        for step in 0..<400 {
            if random.chance(1, in: 3), !placed.isEmpty {
                cache.removePod(uid: placed.remove(at: random.below(placed.count)).uid)
            } else {
                let pod = PodInfo([
                    "metadata": ["name": "p\(step)", "namespace": "default", "uid": "u\(step)", "labels": ["app": random.chance(1, in: 2) ? "a" : "b"]],
                    "spec": ["containers": [["name": "c"]]],
                ])
                placed.append(pod)
                cache.place(pod, on: "n\(random.below(12))")
            }
            if random.chance(1, in: 40) { cache.setNode(Self.node(random.below(12), zone: random.below(4))) }
            let index = cache.counter(key)
            var expected: [Int32: Int32] = [:]
            for (pod, slot) in cache.pods.values where pod.labels["app"] == "a" {
                expected[cache.topologies[cache.counters[index].topology].domainOf[slot], default: 0] += 1
            }
            for (domain, count) in expected { #expect(cache.counters[index].count(domain) == count) }
            #expect(cache.counters[index].total == expected.values.reduce(0) { $0 + Int($1) })
        }
    }

    private static func node(_ index: Int, zone: Int) -> Value {
        [
            "metadata": ["name": "n\(index)", "labels": ["zone": "z\(zone)"]],
            "status": ["allocatable": ["cpu": "4", "memory": "8Gi", "pods": 110]],
        ]
    }
}
