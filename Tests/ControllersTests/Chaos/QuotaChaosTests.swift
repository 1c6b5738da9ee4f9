import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Objects that come and go under a quota: what it says is used is what is there, and that is never more than it allows.
@Suite struct QuotaChaosTests {
    private static let names: [(resource: GroupResource, key: String)] = [(.pods, "pods"), (.configMaps, "configmaps"), (.secrets, "secrets"), (.services, "services")]

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String], refused: Int) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(seed: seed, only: MiniCluster.ground.union(["resourcequota-controller"]))
        let violations = Violations()
        var hard: Value = ["requests.cpu": "1"]
        for (_, key) in names { hard[key] = Value(2 + random.below(3)) }
        var refused = 0
        // What a quota is made smaller by is there before it.
        var most = hard
        func look(_ store: Store, _ now: Instant) {
            for (resource, key) in names {
                let count = store.list(resource, namespace: "default").count { resource != .pods || !$0.isPodTerminal }
                violations.check(count <= most[key]!.intValue!, "\(count) \(key), at most \(most[key]!.intValue!)")
            }
        }
        cluster.create(.resourceQuotas, ["metadata": ["name": "q", "namespace": "default"], "spec": ["hard": hard]])
        cluster.settle()
        cluster.afterWrite = { look($0, $1) }
        for round in 0..<40 {
            let (resource, key) = names[random.below(names.count)]
            switch random.below(6) {
            case 0, 1, 2:
                var object: Value = ["metadata": ["name": .string("o-\(round)"), "namespace": "default"]]
                if resource == .pods {
                    let cpu = ["100m", "300m", "500m"][random.below(3)]
                    object["spec"] = ["containers": [["name": "c", "image": "x", "resources": ["requests": ["cpu": .string(cpu)]]]]]
                } else if resource == .services {
                    object["spec"] = ["ports": [["port": 80, "protocol": "TCP", "targetPort": 80]]]
                }
                if !cluster.tryCreating(resource, object) { refused += 1 }
            case 3:
                let present = cluster.list(resource)
                if !present.isEmpty { cluster.delete(resource, present[random.below(present.count)].name) }
            case 4:
                if let pod = cluster.server.store.livePods().first { cluster.finish(pod, phase: random.chance(1, in: 2) ? "Succeeded" : "Failed") }
            default:
                let limit = 1 + random.below(5)
                cluster.change(.resourceQuotas, "q") { $0["spec", "hard", key] = Value(limit) }
                most[key] = Value(max(limit, most[key]!.intValue!))
            }
            look(cluster.server.store, cluster.server.now)
            if random.chance(2, in: 3) { cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 400)) }
        }
        cluster.settle()
        return (cluster, violations.list, refused)
    }

    @Test(arguments: ChaosSeeds.all)
    func `counts what is there`(_ seed: UInt64) {
        let (cluster, violations, _) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let quota = cluster.get(.resourceQuotas, "q")
        #expect(quota["status"]?["hard"] == quota["spec"]?["hard"], ChaosSeeds.note(seed))
        let used = quota["status"]?["used"]
        for (resource, key) in Self.names {
            let count = cluster.list(resource).count { resource != .pods || !$0.isPodTerminal }
            #expect(Quantity(used?[key]) == Quantity(Value(count)), "\(key), \(ChaosSeeds.note(seed))")
        }
        let cpu = cluster.server.store.livePods().reduce(0) {
            $0 + Int(Quantity($1["spec", "containers"]?[0]?["resources", "requests", "cpu"])?.milliValue ?? 0)
        }
        #expect(Quantity(used?["requests.cpu"]).map { Int($0.milliValue) } == cpu, ChaosSeeds.note(seed))
    }

    @Test func `something is refused`() { #expect(ChaosSeeds.all.prefix(10).reduce(0) { $0 + Self.run($1).refused } > 0) }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}

extension MiniCluster {
    /// Makes an object; false when the server refuses it.
    mutating func tryCreating(_ resource: GroupResource, _ object: Value) -> Bool {
        do {
            _ = try server.create(resource, object)
            return true
        } catch { return false }
    }
}
