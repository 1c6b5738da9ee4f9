import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Namespaces, accounts and token Secrets that come and go: a namespace that goes takes everything along, one that stays has what
/// each must have.
@Suite struct NamespaceChaosTests {
    private static let holder = "example.com/hold"

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed,
            only: MiniCluster.ground.union(["root-ca-cert-publisher", "tokens-controller", "replicaset-controller", "garbage-collector-controller"]))
        let violations = Violations()
        cluster.afterWrite = { store, _ in
            let names = Set(store.list(.namespaces).map(\.name))
            for resource in [GroupResource.pods, .replicaSets, .configMaps, .secrets, .serviceAccounts] {
                store.forEach(resource) { object in
                    violations.check(names.contains(object.namespace), "\(resource) \(object.name) outlives its namespace \(object.namespace)")
                }
            }
        }
        for round in 0..<20 {
            let spaces = cluster.server.store.list(.namespaces).filter { $0.name.hasPrefix("ns-") }
            let space = spaces.isEmpty ? nil : spaces[random.below(spaces.count)]
            switch random.below(8) {
            case 0, 1: cluster.create(.namespaces, ["metadata": ["name": .string("ns-\(round)")], "spec": ["finalizers": ["kubernetes"]]])
            case 2: if let space, !space.isBeingDeleted { cluster.attempt { s throws(APIStatus) in try s.delete(ObjectKey(.namespaces, name: space.name)) } }
            case 3:
                guard let space else { break }
                var set = Sample.workload("ReplicaSet", "web-\(round)", replicas: 1 + random.below(2))
                set["metadata", "namespace"] = .string(space.name)
                _ = cluster.tryCreating(.replicaSets, set)
            case 4:
                guard let space else { break }
                var map: Value = ["metadata": ["name": .string("map-\(round)"), "namespace": .string(space.name)]]
                if random.chance(1, in: 2) { map["metadata", "finalizers"] = [.string(holder)] }
                _ = cluster.tryCreating(.configMaps, map)
            case 5:
                guard let space else { break }
                let account = random.chance(1, in: 2) ? "default" : "robot"
                let secret: Value = [
                    "metadata": [
                        "name": .string("token-\(round)"), "namespace": .string(space.name), "annotations": [AccountTokenController.nameKey: .string(account)],
                    ], "type": .string(AccountTokenController.secretType),
                ]
                _ = cluster.tryCreating(.secrets, secret)
            case 6:
                guard let space else { break }
                if cluster.get(.serviceAccounts, "robot", namespace: space.name).isNull {
                    _ = cluster.tryCreating(.serviceAccounts, ["metadata": ["name": "robot", "namespace": .string(space.name)]])
                } else {
                    let name = random.chance(1, in: 2) ? "robot" : "default"
                    if !cluster.get(.serviceAccounts, name, namespace: space.name).isNull { cluster.delete(.serviceAccounts, name, namespace: space.name) }
                }
            default:
                guard let space, !cluster.get(.configMaps, RootCAPublisherController.configMapName, namespace: space.name).isNull else { break }
                cluster.change(.configMaps, RootCAPublisherController.configMapName, namespace: space.name) { $0["data"] = ["ca.crt": "forged"] }
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 700))
        }
        // Whoever holds what is to go lets it go.
        for map in cluster.server.store.list(.configMaps) where map.finalizers.contains(holder) {
            cluster.change(.configMaps, map.name, namespace: map.namespace) { $0["metadata", "finalizers"] = nil }
        }
        cluster.advance(by: .seconds(60))
        cluster.settle()
        return (cluster, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `those that go leave nothing, those that stay lack nothing`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let spaces = cluster.server.store.list(.namespaces)
        for space in spaces {
            #expect(!space.isBeingDeleted, "\(space.name), \(ChaosSeeds.note(seed))")
            #expect(!cluster.get(.serviceAccounts, "default", namespace: space.name).isNull, ChaosSeeds.note(seed))
            let authority = cluster.get(.configMaps, RootCAPublisherController.configMapName, namespace: space.name)
            #expect(authority["data"]?["ca.crt"]?.stringValue == ControllerSettings().certificateAuthority, ChaosSeeds.note(seed))
        }
        for secret in cluster.server.store.list(.secrets) where secret["type"]?.stringValue == AccountTokenController.secretType {
            let account = cluster.get(.serviceAccounts, secret.annotation(AccountTokenController.nameKey) ?? "", namespace: secret.namespace)
            #expect(secret.annotation(AccountTokenController.uidKey) == account.uid && !account.uid.isEmpty, ChaosSeeds.note(seed))
            #expect(secret["data"]?["token"] != nil, ChaosSeeds.note(seed))
        }
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
