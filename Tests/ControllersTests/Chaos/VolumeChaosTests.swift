import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Volumes, claims and the pods that use them, made, bound and taken at random.
@Suite struct VolumeChaosTests {
    private static func watch(_ violations: Violations) -> (Store, Instant) -> Void {
        { store, _ in
            var claimOf: [String: String] = [:]
            for claim in store.list(.persistentVolumeClaims) where claim.statusString("phase") == "Bound" {
                let name = claim.specString("volumeName") ?? ""
                violations.check(claimOf[name] == nil, "\(name) is bound to \(claimOf[name] ?? "") and to \(claim.name)")
                claimOf[name] = claim.name
                guard let volume = store.get(.persistentVolumes, name: name), !volume.isBeingDeleted else { continue }
                let (asked, has) = (Quantity(claim["spec", "resources", "requests", "storage"]), Quantity(volume["spec", "capacity", "storage"]))
                violations.check(asked! <= has!, "\(claim.name) got \(name), which is too small")
            }
            for pod in store.livePods() where !pod.nodeName.isEmpty && pod.podPhase == "Running" {
                for name in PodVolumes.claims(of: pod) {
                    violations.check(store.get(.persistentVolumeClaims, namespace: "default", name: name) != nil, "\(name) went while \(pod.name) uses it")
                }
            }
        }
    }

    static func volume(_ name: String, _ size: Int, mode: String, policy: String) -> Value {
        [
            "metadata": ["name": .string(name)],
            "spec": [
                "capacity": ["storage": .string("\(size)Gi")], "accessModes": [.string(mode)], "persistentVolumeReclaimPolicy": .string(policy),
                "hostPath": ["path": .string("/tmp/\(name)")], "volumeMode": "Filesystem",
            ],
        ]
    }

    static func claim(_ name: String, _ size: Int, mode: String, extra: Value = [:]) -> Value {
        var spec: Value = ["accessModes": [.string(mode)], "resources": ["requests": ["storage": .string("\(size)Gi")]], "volumeMode": "Filesystem", "storageClassName": ""]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return ["metadata": ["name": .string(name), "namespace": "default"], "spec": spec]
    }

    static func pod(_ name: String, volume: Value) -> Value {
        var volume = volume
        volume["name"] = "v"
        return ["metadata": ["name": .string(name), "namespace": "default"], "spec": ["containers": [["name": "c", "image": "x"]], "volumes": [volume]]]
    }

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed,
            only: MiniCluster.ground.union([
                "persistentvolume-controller", "pvc-protection-controller", "pv-protection-controller", "ephemeral-volume-controller", "pod-garbage-collector",
                "garbage-collector-controller",
            ]))
        let violations = Violations()
        cluster.afterWrite = watch(violations)
        let modes = ["ReadWriteOnce", "ReadWriteMany"]
        for round in 0..<30 {
            let (claims, volumes, pods) = (cluster.list(.persistentVolumeClaims), cluster.server.store.list(.persistentVolumes), cluster.server.store.livePods())
            let (mode, size) = (modes[random.below(2)], 1 + random.below(4))
            switch random.below(9) {
            case 0, 1: cluster.create(.persistentVolumes, volume("pv-\(round)", size, mode: mode, policy: random.chance(1, in: 2) ? "Retain" : "Delete"))
            case 2, 3:
                var extra: Value = [:]
                if random.chance(1, in: 4), !volumes.isEmpty { extra["volumeName"] = .string(volumes[random.below(volumes.count)].name) }
                cluster.create(.persistentVolumeClaims, claim("c-\(round)", size, mode: mode, extra: extra))
            case 4: if !claims.isEmpty { cluster.delete(.persistentVolumeClaims, claims[random.below(claims.count)].name) }
            case 5: if !volumes.isEmpty { cluster.delete(.persistentVolumes, volumes[random.below(volumes.count)].name, namespace: "") }
            case 6:
                guard !claims.isEmpty else { break }
                let name = claims[random.below(claims.count)].name
                cluster.create(.pods, pod("p-\(round)", volume: ["persistentVolumeClaim": ["claimName": .string(name)]]))
            case 7:
                cluster.create(
                    .pods, pod("e-\(round)", volume: ["ephemeral": ["volumeClaimTemplate": ["spec": claim("x", size, mode: mode)["spec"] ?? [:]]]]))
            default: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 300))
        }
        cluster.advance(by: .seconds(120))
        cluster.settle()
        return (cluster, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `claims and volumes agree, and none waits that could be bound`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let (claims, volumes) = (cluster.list(.persistentVolumeClaims), cluster.server.store.list(.persistentVolumes))
        for claim in claims {
            let volume = volumes.first { $0.name == claim.specString("volumeName") }
            switch claim.statusString("phase") {
            case "Bound":
                #expect(volume?["spec", "claimRef", "uid"]?.stringValue == claim.uid, "\(claim.name), \(ChaosSeeds.note(seed))")
                #expect(volume?.statusString("phase") == "Bound", ChaosSeeds.note(seed))
            case "Pending":
                guard (claim.specString("volumeName") ?? "").isEmpty, !claim.isBeingDeleted else { continue }
                let fits = volumes.contains {
                    $0.statusString("phase") == "Available" && !$0.isBeingDeleted && $0["spec", "accessModes"] == claim["spec", "accessModes"]
                        && Quantity(claim["spec", "resources", "requests", "storage"])! <= Quantity($0["spec", "capacity", "storage"])!
                }
                #expect(!fits, "\(claim.name) waits, \(ChaosSeeds.note(seed))")
            default: break
            }
        }
        for volume in volumes where volume.statusString("phase") == "Bound" {
            #expect(claims.contains { $0.uid == volume["spec", "claimRef", "uid"]?.stringValue }, "\(volume.name), \(ChaosSeeds.note(seed))")
        }
        for claim in claims where claim.isBeingDeleted {
            #expect(cluster.list(.pods).contains { PodVolumes.claims(of: $0).contains(claim.name) }, "\(claim.name) is held, \(ChaosSeeds.note(seed))")
        }
        #expect(volumes.allSatisfy { !$0.isBeingDeleted || $0.statusString("phase") == "Bound" }, ChaosSeeds.note(seed))
        // An ephemeral claim whose pod is gone stays as long as another pod uses it.
        let held = Set(claims.filter(\.isBeingDeleted).map { "persistentvolumeclaims default/\($0.name)" })
        #expect(cluster.server.store.danglingOwners.filter { !held.contains($0) } == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
