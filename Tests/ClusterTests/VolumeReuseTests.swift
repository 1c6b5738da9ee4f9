import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// Volumes that are wiped for the next claim, and volumes whose qualities change under a claim.
@Suite struct VolumeReuseTests {
    private static let claims = GroupVersionResource(group: "", version: "v1", resource: "persistentvolumeclaims")

    private static func volume(_ name: String, source: String, policy: String) -> String {
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: \(name)}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: \(policy), storageClassName: manual, \(source)}"
    }

    private static let manualClaim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"

    private static func release(in cluster: inout Cluster) throws {
        _ = try cluster.send(APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", name: "user"))
        cluster.settle()
        _ = try cluster.send(APIRequest(.delete, claims, namespace: "default", name: "data"))
        cluster.settle()
        cluster.advance(by: .seconds(60))
        cluster.settle()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, policy: String, source: String
        /// The volume's phase in the end; empty when it is gone.
        let phase: String
        let reason: String
    }

    @Test(arguments: [
        Case(testDescription: "retain keeps what was written", policy: "Retain", source: "hostPath: {path: /data/one}", phase: "Released", reason: ""),
        Case(testDescription: "recycle wipes a path", policy: "Recycle", source: "hostPath: {path: /data/one}", phase: "Available", reason: "VolumeRecycled"),
        Case(testDescription: "delete refuses a path outside of /tmp", policy: "Delete", source: "hostPath: {path: /data/one}", phase: "Failed", reason: "VolumeFailedDelete"),
        Case(testDescription: "delete takes a path in /tmp", policy: "Delete", source: "hostPath: {path: /tmp/one}", phase: "", reason: ""),
    ])
    func `a released volume is treated as its policy says`(_ c: Case) throws {
        var cluster = ClusterTests.started(.named("eks-1x-m5.large")!)
        try StorageTests.apply(Self.volume("pv", source: c.source, policy: c.policy), in: &cluster)
        try StorageTests.apply(Self.manualClaim, in: &cluster)
        try StorageTests.apply(StorageTests.pod("user"), in: &cluster)
        cluster.settle()
        #expect(try StorageTests.exec("user", "echo kept > /v/f; cat /v/f", in: &cluster) == "kept\n")
        try Self.release(in: &cluster)
        #expect(cluster.store.get(.persistentVolumes, namespace: "", name: "pv")?["status"]?["phase"]?.stringValue ?? "" == c.phase)
        if !c.reason.isEmpty { #expect(!StorageTests.messages(cluster, c.reason).isEmpty) }
        #expect(cluster.store.get(.pods, namespace: "default", name: "recycler-for-pv") == nil)
        guard c.phase == "Available" else { return }
        try StorageTests.apply(Self.manualClaim, in: &cluster)
        try StorageTests.apply(StorageTests.pod("user"), in: &cluster)
        cluster.settle()
        #expect(try StorageTests.exec("user", "ls -A /v", in: &cluster) == "")
    }

    @Test func `what nobody can wipe fails`() throws {
        var cluster = try StorageTests.started()
        try StorageTests.apply(Self.volume("pv", source: "csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}", policy: "Recycle"), in: &cluster)
        try StorageTests.apply(Self.manualClaim, in: &cluster)
        cluster.settle()
        _ = try cluster.send(APIRequest(.delete, Self.claims, namespace: "default", name: "data"))
        cluster.settle()
        #expect(cluster.store.get(.persistentVolumes, namespace: "", name: "pv")?["status"]?["phase"] == "Failed")
        #expect(StorageTests.messages(cluster, "VolumeFailedRecycle") == ["No recycler plugin found for the volume!"])
    }

    // MARK: VolumeAttributesClass

    private static func attributes(_ name: String, driver: String = "ebs.csi.aws.com", _ parameters: String, in cluster: inout Cluster) throws {
        var request = APIRequest(.create, GroupVersionResource(group: "storage.k8s.io", version: "v1", resource: "volumeattributesclasses"))
        request.body = YAMLReader().read("apiVersion: storage.k8s.io/v1\nkind: VolumeAttributesClass\nmetadata: {name: \(name)}\ndriverName: \(driver)\nparameters: \(parameters)").documents.first?.value
        _ = try cluster.send(request)
    }

    private static func change(_ name: String, in cluster: inout Cluster) throws {
        var request = APIRequest(.patch, claims, namespace: "default", name: "data")
        request.patchType = .merge
        request.body = ["spec": ["volumeAttributesClassName": .string(name)]]
        _ = try cluster.send(request)
        cluster.settle()
        cluster.advance(by: .seconds(20))
        cluster.settle()
    }

    struct Change: CustomTestStringConvertible, Sendable {
        let testDescription: String, wanted: String
        let current: String
        let status: String?
        let event: String
    }

    @Test(arguments: [
        Change(testDescription: "to a class of the driver", wanted: "gold", current: "gold", status: nil, event: "external resizer modified volume data with vac gold successfully"),
        Change(testDescription: "to a class that is not there", wanted: "nosuch", current: "silver", status: "Pending", event: "VAC nosuch does not exist."),
        Change(testDescription: "to a class of another driver", wanted: "foreign", current: "silver", status: "Pending", event: "VAC foreign referenced in PVC is for driver efs.csi.aws.com which does not match pvc driver ebs.csi.aws.com"),
        Change(testDescription: "to what the driver does not know", wanted: "odd", current: "silver", status: "Infeasible", event: "rpc error: code = InvalidArgument desc = Invalid mutable parameter key: colour"),
    ])
    func `a claim's volume is modified`(_ c: Change) throws {
        var cluster = try StorageTests.started()
        try Self.attributes("silver", "{type: gp3, iops: '3000'}", in: &cluster)
        try Self.attributes("gold", "{type: gp3, iops: '6000', throughput: '250'}", in: &cluster)
        try Self.attributes("foreign", driver: "efs.csi.aws.com", "{x: z}", in: &cluster)
        try Self.attributes("odd", "{colour: red}", in: &cluster)
        try StorageTests.apply(StorageTests.claim(more: "volumeAttributesClassName: silver"), in: &cluster)
        try StorageTests.apply(StorageTests.pod("user"), in: &cluster)
        cluster.settle()
        func claim() -> Value? { cluster.store.get(.persistentVolumeClaims, namespace: "default", name: "data") }
        #expect(claim()?["status"]?["currentVolumeAttributesClassName"] == "silver")
        try Self.change(c.wanted, in: &cluster)
        #expect(claim()?["status"]?["currentVolumeAttributesClassName"]?.stringValue == c.current)
        #expect(claim()?["status"]?["modifyVolumeStatus"]?["status"]?.stringValue == c.status)
        let events = StorageTests.messages(cluster, "VolumeModifySuccessful") + StorageTests.messages(cluster, "VolumeModifyFailed")
        #expect(events == [c.event])
        let volume = cluster.store.get(.persistentVolumes, namespace: "", name: claim()?["spec"]?["volumeName"]?.stringValue ?? "")
        #expect(volume?["spec"]?["volumeAttributesClassName"]?.stringValue == c.current)
        // A class that comes later is taken up.
        if c.wanted == "nosuch" {
            try Self.attributes("nosuch", "{type: io2}", in: &cluster)
            cluster.settle()
            cluster.advance(by: .seconds(20))
            #expect(claim()?["status"]?["currentVolumeAttributesClassName"] == "nosuch")
        }
    }
}
