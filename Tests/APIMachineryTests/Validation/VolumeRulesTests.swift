import KubernetesObjects
import Testing

@testable import APIMachinery

/// Volumes, claims and the templates of claims.
@Suite struct VolumeRulesTests {
    static func volume(_ rest: String) -> String {
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], \(rest)}"
    }

    static func affinity(_ terms: [(key: String, value: String)]...) -> String {
        let shown = terms.map { term in
            "{matchExpressions: [" + term.map { "{key: \($0.key), operator: In, values: [\"\($0.value)\"]}" }.joined(separator: ", ") + "]}"
        }
        return "nodeAffinity: {required: {nodeSelectorTerms: [\(shown.joined(separator: ", "))]}}"
    }

    struct Change: CustomTestStringConvertible {
        var testDescription: String
        var old: String
        var new: String
        var isTaken: Bool
    }

    @Test(arguments: [
        Change(testDescription: "zone", old: affinity([("failure-domain.beta.kubernetes.io/zone", "a")]), new: affinity([("topology.kubernetes.io/zone", "a")]), isTaken: true),
        Change(testDescription: "back", old: affinity([("topology.kubernetes.io/zone", "a")]), new: affinity([("failure-domain.beta.kubernetes.io/zone", "a")]), isTaken: false),
        Change(testDescription: "value", old: affinity([("beta.kubernetes.io/os", "a")]), new: affinity([("kubernetes.io/os", "b")]), isTaken: false),
        Change(
            testDescription: "some of several", old: affinity([("a", "b")], [("beta.kubernetes.io/arch", "x"), ("beta.kubernetes.io/os", "y")]),
            new: affinity([("a", "b")], [("kubernetes.io/arch", "x"), ("beta.kubernetes.io/os", "y")]), isTaken: true),
        Change(
            testDescription: "one more", old: affinity([("beta.kubernetes.io/instance-type", "m")]),
            new: affinity([("node.kubernetes.io/instance-type", "m"), ("a", "b")]), isTaken: false),
    ])
    func `the affinity of a volume may take the new names of labels`(_ c: Change) {
        var bench = ValidationBench()
        #expect(!bench.create(Self.volume("hostPath: {path: /a}, \(c.old)")).contains("Invalid value"))
        let refusal = bench.patch("PersistentVolume", "v1", "v", "spec: {\(c.new)}")
        #expect(refusal.contains("Invalid value") != c.isTaken, "\(refusal)")
        if !c.isTaken { #expect(refusal.hasPrefix("nodeAffinity: Invalid value: {\"Required\":") && refusal.hasSuffix("except for updating from beta label to GA")) }
    }

    @Test func `the affinity of a volume stays`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.volume("hostPath: {path: /a}, " + Self.affinity([("a", "b")]))) == "")
        #expect(
            bench.patch("PersistentVolume", "v1", "v", "spec: {nodeAffinity: null}")
                == "nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA")
    }

    @Test(arguments: [("/", true), ("//.", true), ("/a/..", true), ("/a/../..", true), ("/a", false), ("/a/../b", false), ("/...", false)])
    func `the root is not recycled`(path: String, isRoot: Bool) {
        var bench = ValidationBench()
        let refusal = bench.create(Self.volume("persistentVolumeReclaimPolicy: Recycle, hostPath: {path: '\(path)'}"))
        #expect(refusal.contains("may not be 'recycle' for a hostPath mount of '/'") == isRoot)
    }

    static func pod(_ volume: String, name: String = "p") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec: {containers: [{name: c, image: i}], volumes: [\(volume)]}"
    }

    static let claim = "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"

    @Test(arguments: [
        ("labels: {a: b}, annotations: {A/b: c}", ""), ("name: q", "name: Forbidden: cannot be set"), ("uid: q", "uID: Forbidden: cannot be set"),
        ("generation: 1", "generation: Forbidden: cannot be set"), ("finalizers: [a/b]", "finalizers: Forbidden: cannot be set"),
        ("finalizers: []", ""), ("namespace: ''", ""),
    ])
    func `the template of a claim has labels and annotations alone`(metadata: String, refusal: String) {
        var bench = ValidationBench()
        let answer = bench.create(Self.pod("{name: v, ephemeral: {volumeClaimTemplate: {metadata: {\(metadata)}, \(Self.claim)}}}"))
        #expect(answer == (refusal.isEmpty ? "" : "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata." + refusal))
    }

    @Test func `the name of a pod's claim is too long at its volume`() {
        var bench = ValidationBench()
        let name = String(repeating: "a", count: 252)
        let answer = bench.create(Self.pod("{name: v, ephemeral: {volumeClaimTemplate: {\(Self.claim)}}}", name: name))
        #expect(answer == "spec.volumes[0].name: Invalid value: \"v\": PVC name \"\(name)-v\": must be no more than 253 bytes")
    }

    @Test func `a claim's class comes from where the annotation says`() {
        var bench = ValidationBench()
        let annotation = "volume.beta.kubernetes.io/storage-class"
        let made = bench.create("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, annotations: {\(annotation): fast}}\n\(Self.claim)")
        #expect(made.contains("deprecated since v1.8"))
        let other = bench.patch("PersistentVolumeClaim", "v1", "c", "spec: {storageClassName: slow}")
        #expect(other.hasPrefix("spec: Forbidden: spec is immutable after creation"))
        #expect(
            bench.patch("PersistentVolumeClaim", "v1", "c", "{metadata: {annotations: {\(annotation): null}}, spec: {storageClassName: fast}}") == "")
    }

    @Test(arguments: [
        ("accessModes: [ReadWriteOnce], csi: {driver: d, volumeHandle: h}", ""),
        ("accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, volumeMode: Filesystem, csi: {driver: d, volumeHandle: h}", ""),
        ("capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], csi: {driver: d, volumeHandle: h}", "capacity: Forbidden: may not be specified"),
        ("claimRef: {name: a}, accessModes: [ReadWriteOnce], csi: {driver: d, volumeHandle: h}", "claimRef: Forbidden: may not be specified"),
        ("accessModes: [ReadWriteOnce], hostPath: {path: /a}", "csi: Required value: has to be specified"),
        (
            "accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Delete, csi: {driver: d, volumeHandle: h}",
            "persistentVolumeReclaimPolicy: Forbidden: may only be Retain"
        ),
        (
            "accessModes: [ReadWriteOnce], nodeAffinity: {}, csi: {driver: d, volumeHandle: h}",
            "nodeAffinity: Forbidden: may not be specified"
        ),
        ("accessModes: [ReadWriteOnce], storageClassName: s, csi: {driver: d, volumeHandle: h}", "storageClassName: Forbidden: may not be specified"),
        (
            "accessModes: [ReadWriteOnce], volumeMode: Block, csi: {driver: d, volumeHandle: h}",
            "volumeMode: Forbidden: may not specify volumeMode other than Filesystem"
        ),
    ])
    func `a volume described in an attachment is a driver's alone`(spec: String, refusal: String) {
        var bench = ValidationBench()
        let answer = bench.create(
            "apiVersion: storage.k8s.io/v1\nkind: VolumeAttachment\nmetadata: {name: a}\n"
                + "spec: {attacher: d, nodeName: node-1, source: {inlineVolumeSpec: {\(spec)}}}")
        #expect(answer == (refusal.isEmpty ? "" : "spec.source.inlineVolumeSpec.\(refusal) in the context of inline volumes"))
    }
}
