import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Volumes of a driver while their pods move over nodes, grow and go: one node at a time has one, and none stays where nobody wants it.
@Suite struct AttachmentChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var settings = ControllerSettings()
        settings.storageDrivers = [.hostPath]
        var cluster = MiniCluster(
            seed: seed, settings: settings,
            only: MiniCluster.ground.union([
                "persistentvolume-controller", "pvc-protection-controller", "pv-protection-controller", "attachdetach-controller", "volume_expand",
                "csi-node-registrar", "csi-provisioner", "csi-attacher", "csi-resizer", "garbage-collector-controller",
            ]))
        let violations = Violations()
        cluster.afterWrite = { store, _ in
            var nodeOf: [String: String] = [:]
            for attachment in store.list(.volumeAttachments) {
                let (volume, node) = (attachment["spec", "source", "persistentVolumeName"]?.stringValue ?? "", attachment.specString("nodeName") ?? "")
                violations.check(nodeOf[volume] == nil || nodeOf[volume] == node, "\(volume) is attached to \(nodeOf[volume] ?? "") and \(node)")
                nodeOf[volume] = node
            }
            for claim in store.list(.persistentVolumeClaims) {
                guard let has = Quantity(claim["status", "capacity", "storage"]), let asked = Quantity(claim["spec", "resources", "requests", "storage"]) else { continue }
                violations.check(has <= asked, "\(claim.name) has more than it asked for")
            }
        }
        cluster.create(.csiDrivers, StorageDriver.hostPath.registration)
        cluster.create(
            .storageClasses,
            [
                "metadata": ["name": "fast"], "provisioner": .string(StorageDriver.hostPath.name), "volumeBindingMode": "WaitForFirstConsumer",
                "reclaimPolicy": "Delete", "allowVolumeExpansion": true,
            ])
        for name in ["a", "b", "c"] { cluster.create(.persistentVolumeClaims, VolumeChaosTests.claim(name, 1, mode: "ReadWriteOnce", extra: ["storageClassName": "fast"])) }
        cluster.settle()
        for round in 0..<20 {
            let pods = cluster.server.store.livePods()
            let claims = cluster.list(.persistentVolumeClaims).filter { !$0.isBeingDeleted }
            switch random.below(6) {
            case 0, 1:
                guard !claims.isEmpty else { break }
                var pod = VolumeChaosTests.pod("p-\(round)", volume: ["persistentVolumeClaim": ["claimName": .string(claims[random.below(claims.count)].name)]])
                pod["spec", "nodeSelector"] = ["kubernetes.io/hostname": .string("node-\(1 + random.below(3))")]
                cluster.create(.pods, pod)
            case 2, 3: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            case 4:
                guard let claim = claims.first(where: { $0.statusString("phase") == "Bound" }), let has = Quantity(claim["spec", "resources", "requests", "storage"])
                else { break }
                let gibibytes = Int((has.milliValue / 1000) >> 30) + 1
                cluster.change(.persistentVolumeClaims, claim.name) { $0["spec", "resources", "requests", "storage"] = .string("\(gibibytes)Gi") }
            default:
                let isGone = random.chance(1, in: 4)
                if isGone, !claims.isEmpty { cluster.delete(.persistentVolumeClaims, claims[random.below(claims.count)].name) }
            }
            cluster.settle(until: cluster.server.now + .seconds(random.below(5)))
        }
        cluster.advance(by: .seconds(400))
        return (cluster, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `each volume is where its pods are`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let claims = cluster.list(.persistentVolumeClaims)
        var wanted: [String: Set<String>] = [:]
        for pod in cluster.server.store.livePods() where !pod.nodeName.isEmpty {
            for name in PodVolumes.claims(of: pod) {
                guard let claim = claims.first(where: { $0.name == name }), claim.statusString("phase") == "Bound" else { continue }
                wanted[claim.specString("volumeName") ?? "", default: []].insert(pod.nodeName)
            }
        }
        let attachments = cluster.server.store.list(.volumeAttachments)
        for attachment in attachments {
            let (volume, node) = (attachment["spec", "source", "persistentVolumeName"]?.stringValue ?? "", attachment.specString("nodeName") ?? "")
            #expect(wanted[volume]?.contains(node) == true, "\(volume) on \(node), \(ChaosSeeds.note(seed))")
            #expect(attachment["status"]?["attached"]?.boolValue == true, ChaosSeeds.note(seed))
        }
        #expect(Set(attachments.compactMap { $0["spec", "source", "persistentVolumeName"]?.stringValue }) == Set(wanted.keys), ChaosSeeds.note(seed))
        // What a claim asks for it has, as soon as a pod has it mounted.
        for claim in claims where wanted[claim.specString("volumeName") ?? ""] != nil {
            #expect(Quantity(claim["status", "capacity", "storage"]) == Quantity(claim["spec", "resources", "requests", "storage"]), ChaosSeeds.note(seed))
        }
        // A volume outlives its claim only until its driver has taken it away.
        for volume in cluster.server.store.list(.persistentVolumes) {
            #expect(claims.contains { $0.specString("volumeName") == volume.name }, "\(volume.name), \(ChaosSeeds.note(seed))")
        }
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
