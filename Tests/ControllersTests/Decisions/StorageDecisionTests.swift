import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Which claim gets which volume, what is said when none does, and where volumes are attached.
@Suite struct StorageDecisionTests {
    typealias Case = DecisionTests.Case

    static func claim(
        _ size: String = "1Gi", className: String? = "", volume: String? = nil, phase: String? = nil, annotations: Value = [:], mode: String = "ReadWriteOnce",
        volumeMode: String = "Filesystem"
    ) -> (GroupResource, Value) {
        var spec: Value = ["accessModes": [.string(mode)], "resources": ["requests": ["storage": .string(size)]], "volumeMode": .string(volumeMode)]
        if let className { spec["storageClassName"] = .string(className) }
        if let volume { spec["volumeName"] = .string(volume) }
        return (
            .persistentVolumeClaims,
            ["metadata": ["name": "a", "namespace": "n", "uid": "c", "annotations": annotations], "spec": spec, "status": phase.map { ["phase": .string($0)] } ?? [:]]
        )
    }

    static func volume(
        _ name: String = "v", size: String = "1Gi", className: String = "", claim: Value? = nil, phase: String = "Available", policy: String = "Retain",
        mode: String = "ReadWriteOnce", volumeMode: String = "Filesystem", annotations: Value = [:], spec extra: Value = [:], isDeleted: Bool = false
    ) -> (GroupResource, Value) {
        var spec: Value = [
            "capacity": ["storage": .string(size)], "accessModes": [.string(mode)], "volumeMode": .string(volumeMode), "persistentVolumeReclaimPolicy": .string(policy),
        ]
        if !className.isEmpty { spec["storageClassName"] = .string(className) }
        if let claim { spec["claimRef"] = claim }
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        var metadata: Value = ["name": .string(name), "uid": .string("uid-\(name)"), "annotations": annotations]
        if isDeleted { metadata["deletionTimestamp"] = DecisionTests.time(5) }
        return (.persistentVolumes, ["metadata": metadata, "spec": spec, "status": ["phase": .string(phase)]])
    }

    static func storageClass(_ name: String = "c", provisioner: String = "example.com/disk", waits: Bool = false, isDefault: Bool = false) -> (GroupResource, Value) {
        var metadata: Value = ["name": .string(name)]
        if isDefault { metadata["annotations"] = ["storageclass.kubernetes.io/is-default-class": "true"] }
        return (.storageClasses, ["metadata": metadata, "provisioner": .string(provisioner), "volumeBindingMode": waits ? "WaitForFirstConsumer" : "Immediate"])
    }

    static func reference(uid: String = "c", name: String = "a") -> Value { ["namespace": "n", "name": .string(name), "uid": .string(uid)] }

    static func pod(_ name: String = "p", node: String = "", volume: Value = ["persistentVolumeClaim": ["claimName": "a"]], phase: String = "Pending", isDeleted: Bool = false)
        -> (GroupResource, Value)
    {
        var volume = volume
        volume["name"] = "x"
        var spec: Value = ["volumes": [volume], "containers": [["name": "c"]]]
        if !node.isEmpty { spec["nodeName"] = .string(node) }
        var metadata: Value = ["name": .string(name), "namespace": "n", "uid": .string("uid-\(name)")]
        if isDeleted { metadata["deletionTimestamp"] = DecisionTests.time(5) }
        return (.pods, ["metadata": metadata, "spec": spec, "status": ["phase": .string(phase)]])
    }

    static let bound = ["update persistentvolumes/v", "status persistentvolumes/v", "update persistentvolumeclaims/a", "status persistentvolumeclaims/a"]
    static let completed: Value = ["pv.kubernetes.io/bind-completed": "yes"]
    static let pending = "status persistentvolumeclaims/a"

    // MARK: Binding

    @Test(arguments: [
        Case(testDescription: "a volume that fits", objects: [claim(), volume()], writes: bound),
        Case(testDescription: "of two the smaller that does", objects: [claim(), volume("w", size: "5Gi"), volume(size: "2Gi"), volume("u", size: "500Mi")], writes: bound),
        Case(testDescription: "a volume set aside for it", objects: [claim(), volume(claim: ["namespace": "n", "name": "a"])], writes: bound),
        Case(testDescription: "a volume that it asks for", objects: [claim(volume: "v"), volume()], writes: bound),
        Case(testDescription: "no volume and no class", objects: [claim()], writes: ["event FailedBinding", pending]),
        Case(testDescription: "only one that is too small", objects: [claim("2Gi"), volume()], writes: ["event FailedBinding", pending]),
        Case(testDescription: "only one of another mode", objects: [claim(mode: "ReadWriteMany"), volume()], writes: ["event FailedBinding", pending]),
        Case(testDescription: "only one that is going", objects: [claim(), volume(isDeleted: true)], writes: ["event FailedBinding", pending]),
        Case(testDescription: "only one that is released", objects: [claim(), volume(claim: reference(uid: "old", name: "old"), phase: "Released")], writes: ["event FailedBinding", pending]),
        Case(testDescription: "waits quietly the second time", objects: [claim(phase: "Pending")], writes: ["event FailedBinding"]),
        Case(testDescription: "asks for one that is not there", objects: [claim(volume: "v")], writes: [pending]),
        Case(testDescription: "asks for one that is too small", objects: [claim("2Gi", volume: "v"), volume()], writes: ["event VolumeMismatch", pending]),
        Case(testDescription: "asks for one of another class", objects: [claim(volume: "v"), volume(className: "c")], writes: ["event VolumeMismatch", pending]),
        Case(testDescription: "asks for one that somebody has", objects: [claim(volume: "v"), volume(claim: reference(uid: "o", name: "o"), phase: "Bound")], writes: ["event FailedBinding", pending]),
        Case(testDescription: "a class that is not there", objects: [claim(className: "c")], writes: ["event ProvisioningFailed", pending]),
        Case(testDescription: "a class that makes none", objects: [claim(className: "c"), storageClass(provisioner: "kubernetes.io/no-provisioner")], writes: ["event ProvisioningFailed", pending]),
        Case(testDescription: "a class that makes one", objects: [claim(className: "c"), storageClass()], writes: ["patch persistentvolumeclaims/a", "event ExternalProvisioning", pending]),
        Case(testDescription: "a class that waits for a pod", objects: [claim(className: "c"), storageClass(waits: true)], writes: ["event WaitForFirstConsumer", pending]),
        Case(testDescription: "a class that waits for the scheduler", objects: [claim(className: "c"), storageClass(waits: true), pod()], writes: ["event WaitForPodScheduled", pending]),
        Case(
            testDescription: "a node was chosen", objects: [claim(className: "c", annotations: ["volume.kubernetes.io/selected-node": "m"]), storageClass(waits: true)],
            writes: ["patch persistentvolumeclaims/a", "event ExternalProvisioning", pending]),
        Case(testDescription: "a default class that came late", objects: [claim(className: nil), storageClass(isDefault: true)], writes: ["patch persistentvolumeclaims/a"]),
        Case(testDescription: "no class, though a default came late", objects: [claim(), storageClass(isDefault: true)], writes: ["event FailedBinding", pending]),
        Case(testDescription: "a volume without a class before the late default", objects: [claim(className: nil), storageClass(isDefault: true), volume()], writes: bound),
        Case(testDescription: "bound, and the volume is gone", objects: [claim(volume: "v", phase: "Bound", annotations: completed)], writes: [pending, "event ClaimLost"]),
        Case(testDescription: "bound, and its volume's name is gone", objects: [claim(phase: "Bound", annotations: completed)], writes: [pending, "event ClaimLost"]),
        Case(testDescription: "bound, and another has it", objects: [claim(volume: "v", phase: "Bound", annotations: completed), volume(claim: reference(uid: "o"), phase: "Bound")], writes: [pending, "event ClaimMisbound"]),
        Case(testDescription: "lost for long", objects: [claim(volume: "v", phase: "Lost", annotations: completed)], writes: []),
    ])
    func `a claim is bound or told why not`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(VolumeBinderController(), ObjectKey(.persistentVolumeClaims, namespace: "n", name: "a"), entry.objects))
    }

    @Test(arguments: [
        ("2Gi", "", "Filesystem", "ReadWriteOnce", false, "requested PV is too small"), ("1Gi", "c", "Filesystem", "ReadWriteOnce", false, "storageClassName does not match"),
        ("1Gi", "", "Block", "ReadWriteOnce", false, "incompatible volumeMode"), ("1Gi", "", "Filesystem", "ReadWriteMany", false, "incompatible accessMode"),
        ("1Gi", "", "Filesystem", "ReadWriteOnce", true, "the volume is marked for deletion \"v\""),
    ])
    func `a volume that was asked for and will not do`(_ size: String, _ className: String, _ volumeMode: String, _ mode: String, _ isDeleted: Bool, _ problem: String) {
        let objects = [Self.claim(size, className: className, volume: "v", mode: mode, volumeMode: volumeMode), Self.volume(isDeleted: isDeleted)]
        let plan = DecisionTests.decide(VolumeBinderController(), ObjectKey(.persistentVolumeClaims, namespace: "n", name: "a"), objects)
        guard case .event(let draft)? = plan.actions.first?.write else { Issue.record("no event"); return }
        #expect(draft.message == "Cannot bind to requested volume \"v\": \(problem)")
    }

    @Test(arguments: [
        Case(testDescription: "new", objects: [volume(phase: "")], writes: ["status persistentvolumes/v"]),
        Case(testDescription: "free", objects: [volume()], writes: []),
        Case(testDescription: "set aside", objects: [volume(claim: ["namespace": "n", "name": "a"], phase: "")], writes: ["status persistentvolumes/v"]),
        Case(testDescription: "its claim has it", objects: [volume(claim: reference(), phase: "Available"), claim(volume: "v")], writes: ["status persistentvolumes/v"]),
        Case(testDescription: "its claim is gone", objects: [volume(claim: reference(), phase: "Bound")], writes: ["status persistentvolumes/v"]),
        Case(testDescription: "a claim of its name came anew", objects: [volume(claim: reference(uid: "old"), phase: "Bound"), claim()], writes: ["status persistentvolumes/v"]),
        Case(testDescription: "released for long", objects: [volume(claim: reference(), phase: "Released")], writes: []),
        Case(
            testDescription: "to be deleted, where that can be done", objects: [volume(claim: reference(), phase: "Bound", policy: "Delete", spec: ["hostPath": ["path": "/tmp/x"]])],
            writes: ["status persistentvolumes/v", "delete persistentvolumes/v"]),
        Case(
            testDescription: "to be deleted, where that cannot be done", objects: [volume(claim: reference(), phase: "Bound", policy: "Delete", spec: ["hostPath": ["path": "/data"]])],
            writes: ["status persistentvolumes/v", "status persistentvolumes/v", "event VolumeFailedDelete"]),
        Case(
            testDescription: "a driver's is left to the driver", objects: [volume(claim: reference(), phase: "Bound", policy: "Delete", spec: ["csi": ["driver": "d"]])],
            writes: ["status persistentvolumes/v"]),
        Case(
            testDescription: "its claim took another", objects: [volume(claim: reference(), phase: "Bound", annotations: ["pv.kubernetes.io/bound-by-controller": "yes"]), claim(volume: "w")],
            writes: ["update persistentvolumes/v", "status persistentvolumes/v"]),
        Case(
            testDescription: "its claim took another, and it was set aside by hand", objects: [volume(claim: reference(), phase: "Bound"), claim(volume: "w")],
            writes: ["update persistentvolumes/v", "status persistentvolumes/v"]),
        Case(
            testDescription: "made for a claim that took another",
            objects: [volume(claim: reference(), phase: "Bound", policy: "Delete", annotations: ["pv.kubernetes.io/provisioned-by": "d"], spec: ["csi": ["driver": "d"]]), claim(volume: "w")],
            writes: ["status persistentvolumes/v"]),
        Case(
            testDescription: "of another mode than the claim that it is for", objects: [volume(claim: reference(), volumeMode: "Block"), claim()],
            writes: ["event VolumeMismatch", "event VolumeMismatch"]),
    ])
    func `a volume follows its claim`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(VolumeBinderController(), ObjectKey(.persistentVolumes, name: "v"), entry.objects))
    }

    @Test func `one that was set aside by hand stays so for the name`() {
        let objects = [Self.volume(claim: Self.reference(), phase: "Bound"), Self.claim(volume: "w")]
        let plan = DecisionTests.decide(VolumeBinderController(), ObjectKey(.persistentVolumes, name: "v"), objects)
        guard case .update(_, let volume)? = plan.actions.first?.write else { Issue.record("no update"); return }
        #expect(volume["spec", "claimRef"] == ["namespace": "n", "name": "a"])
    }

    // MARK: Attaching

    static let driver = StorageDriver.hostPath.name
    static func driverObject(attaches: Bool = true) -> (GroupResource, Value) {
        (.csiDrivers, ["metadata": ["name": .string(driver)], "spec": ["attachRequired": .bool(attaches)]])
    }

    static func driven(_ modes: [String] = ["ReadWriteOnce"]) -> (GroupResource, Value) {
        var (resource, object) = volume(claim: reference(), phase: "Bound", spec: ["csi": ["driver": .string(driver), "volumeHandle": "h"]])
        object["spec", "accessModes"] = .array(modes.map { .string($0) })
        return (resource, object)
    }

    static func machine(_ name: String = "m", ready: Bool = true, isOut: Bool = false) -> (GroupResource, Value) {
        (
            .nodes,
            [
                "metadata": ["name": .string(name)], "spec": isOut ? ["taints": [["key": "node.kubernetes.io/out-of-service", "effect": "NoExecute"]]] : [:],
                "status": ["conditions": [["type": "Ready", "status": ready ? "True" : "Unknown"]]],
            ]
        )
    }

    static func attachment(_ node: String) -> (GroupResource, Value) {
        (
            .volumeAttachments,
            [
                "metadata": ["name": .string(AttachmentController.attachmentName(driven().1, node)), "creationTimestamp": DecisionTests.time(60)],
                "spec": ["attacher": .string(driver), "nodeName": .string(node), "source": ["persistentVolumeName": "v"]], "status": ["attached": true],
            ]
        )
    }

    static let claimed = claim(volume: "v", phase: "Bound", annotations: completed)

    @Test(arguments: [
        Case(testDescription: "a pod's volume", objects: [driverObject(), machine(), driven(), claimed, pod(node: "m")], writes: ["create volumeattachments/csi"]),
        Case(testDescription: "two pods' volume once", objects: [driverObject(), machine(), driven(), claimed, pod(node: "m"), pod("q", node: "m")], writes: ["create volumeattachments/csi"]),
        Case(testDescription: "attached already", objects: [driverObject(), machine(), driven(), claimed, pod(node: "m"), attachment("m")], writes: []),
        Case(testDescription: "a driver that attaches nothing", objects: [driverObject(attaches: false), machine(), driven(), claimed, pod(node: "m")], writes: []),
        Case(testDescription: "no driver", objects: [machine(), driven(), claimed, pod(node: "m")], writes: []),
        Case(testDescription: "a pod that has ended", objects: [driverObject(), machine(), driven(), claimed, pod(node: "m", phase: "Succeeded")], writes: []),
        Case(testDescription: "another node has it", objects: [driverObject(), machine(), driven(), claimed, pod(node: "m"), attachment("k")], writes: ["event FailedAttachVolume"]),
        Case(testDescription: "several nodes may have it", objects: [driverObject(), machine(), driven(["ReadWriteMany"]), claimed, pod(node: "m"), attachment("k")], writes: ["create volumeattachments/csi"]),
        Case(testDescription: "it does not say who may have it", objects: [driverObject(), machine(), driven([]), claimed, pod(node: "m"), attachment("k")], writes: ["create volumeattachments/csi"]),
        Case(testDescription: "nobody wants it", objects: [driverObject(), machine(), driven(), claimed, attachment("m")], writes: ["delete volumeattachments/csi"]),
        Case(testDescription: "nobody wants it, and the node is silent", objects: [driverObject(), machine(ready: false), driven(), claimed, attachment("m")], writes: [], requeue: .seconds(360)),
        Case(testDescription: "nobody wants it, and the node is out of service", objects: [driverObject(), machine(ready: false, isOut: true), driven(), claimed, attachment("m")], writes: ["delete volumeattachments/csi"]),
        Case(testDescription: "nobody wants it, and the node is gone", objects: [driverObject(), driven(), claimed, attachment("m")], writes: ["delete volumeattachments/csi"]),
    ])
    func `volumes are attached where pods want them`(_ entry: Case) {
        let plan = DecisionTests.decide(AttachmentController(drivers: [.hostPath]), ObjectKey(.nodes, name: "m"), entry.objects)
        #expect(DecisionTests.words(plan).map { $0.contains("/csi-") ? String($0.prefix { $0 != "-" }) : $0 } == entry.writes)
        #expect(plan.requeueAfter == entry.requeue)
    }

    @Test(arguments: [
        (true, "Multi-Attach error for volume \"v\" Volume is already used by pod(s) q"),
        (false, "Multi-Attach error for volume \"v\" Volume is already exclusively attached to one node and can't be attached to another"),
    ])
    func `says who has a volume that is wanted here`(_ isUsed: Bool, _ message: String) {
        var objects = [Self.driverObject(), Self.machine(), Self.driven(), Self.claimed, Self.pod(node: "m"), Self.attachment("k")]
        if isUsed { objects.append(Self.pod("q", node: "k", phase: "Running")) }
        let plan = DecisionTests.decide(AttachmentController(drivers: [.hostPath]), ObjectKey(.nodes, name: "m"), objects)
        guard case .event(let draft)? = plan.actions.first?.write else { Issue.record("no event"); return }
        #expect(draft.message == message)
    }

    // MARK: Ephemeral volumes

    static let ephemeral: Value = ["ephemeral": ["volumeClaimTemplate": ["metadata": ["labels": ["x": "y"]], "spec": ["resources": ["requests": ["storage": "1Gi"]]]]]]

    static func ephemeralClaim(owner: String) -> (GroupResource, Value) {
        (.persistentVolumeClaims, ["metadata": ["name": "p-x", "namespace": "n", "uid": "e", "ownerReferences": [["kind": "Pod", "name": "p", "uid": .string(owner), "controller": true]]]])
    }

    @Test(arguments: [
        Case(testDescription: "none yet", objects: [pod(volume: ephemeral)], writes: ["create persistentvolumeclaims/p-x"]),
        Case(testDescription: "its own", objects: [pod(volume: ephemeral), ephemeralClaim(owner: "uid-p")], writes: []),
        Case(testDescription: "somebody else's", objects: [pod(volume: ephemeral), ephemeralClaim(owner: "uid-q")], writes: ["event FailedBinding"]),
        Case(testDescription: "a pod that goes", objects: [pod(volume: ephemeral, isDeleted: true)], writes: []),
        Case(testDescription: "another volume", objects: [pod()], writes: []),
    ])
    func `an ephemeral volume has a claim of the pod's`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(EphemeralVolumeController(), ObjectKey(.pods, namespace: "n", name: "p"), entry.objects))
    }

    // MARK: Protection

    static func held(_ isHeld: Bool = true, isDeleted: Bool = true) -> (GroupResource, Value) {
        var (resource, object) = claim()
        if isHeld { object["metadata", "finalizers"] = ["kubernetes.io/pvc-protection"] }
        if isDeleted { object["metadata", "deletionTimestamp"] = DecisionTests.time(5) }
        return (resource, object)
    }

    @Test(arguments: [
        Case(testDescription: "new", objects: [held(false, isDeleted: false)], writes: ["patch persistentvolumeclaims/a"]),
        Case(testDescription: "held already", objects: [held(isDeleted: false)], writes: []),
        Case(testDescription: "deleted and free", objects: [held()], writes: ["patch persistentvolumeclaims/a"]),
        Case(testDescription: "deleted and used", objects: [held(), pod(node: "m")], writes: []),
        Case(testDescription: "deleted, and its pod waits for a node", objects: [held(), pod()], writes: ["patch persistentvolumeclaims/a"]),
        Case(testDescription: "deleted and let go", objects: [held(false)], writes: []),
    ])
    func `a claim in use is held`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(StorageProtectionController(.claims), ObjectKey(.persistentVolumeClaims, namespace: "n", name: "a"), entry.objects))
    }

    static let attributesClass = GroupResource("volumeattributesclasses", group: "storage.k8s.io")

    static func heldClass(_ isHeld: Bool = true, isDeleted: Bool = true) -> (GroupResource, Value) {
        var object: Value = ["metadata": ["name": "gold", "uid": "c"]]
        if isHeld { object["metadata", "finalizers"] = ["kubernetes.io/vac-protection"] }
        if isDeleted { object["metadata", "deletionTimestamp"] = DecisionTests.time(5) }
        return (attributesClass, object)
    }

    static func claim(naming path: [String]) -> (GroupResource, Value) {
        var (resource, object) = claim()
        object[path: path] = "gold"
        return (resource, object)
    }

    @Test(arguments: [
        Case(testDescription: "new", objects: [heldClass(false, isDeleted: false)], writes: ["patch volumeattributesclasses/gold"]),
        Case(testDescription: "held already", objects: [heldClass(isDeleted: false)], writes: []),
        Case(testDescription: "deleted and free", objects: [heldClass(), claim()], writes: ["patch volumeattributesclasses/gold"]),
        Case(testDescription: "deleted and asked for", objects: [heldClass(), claim(naming: ["spec", "volumeAttributesClassName"])], writes: []),
        Case(testDescription: "deleted and still had", objects: [heldClass(), claim(naming: ["status", "currentVolumeAttributesClassName"])], writes: []),
        Case(testDescription: "deleted and on its way", objects: [heldClass(), claim(naming: ["status", "modifyVolumeStatus", "targetVolumeAttributesClassName"])], writes: []),
        Case(testDescription: "deleted and had by a volume", objects: [heldClass(), (.persistentVolumes, ["metadata": ["name": "v"], "spec": ["volumeAttributesClassName": "gold"]])], writes: []),
    ])
    func `a class of attributes in use is held`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(StorageProtectionController(.attributesClasses), ObjectKey(Self.attributesClass, name: "gold"), entry.objects))
    }
}
