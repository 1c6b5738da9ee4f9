import APIMachinery
import Cluster
import Controllers
import KubernetesObjects
import SimulationKernel
import Testing

/// Volumes from the claim to the file: drivers, zones, attachments, growth, snapshots.
@Suite struct StorageTests {
    /// A cluster with a driver and a class for it.
    static func started(_ driver: StorageDriver = .ebs, classYAML: String = "") throws -> Cluster {
        var cluster = ClusterTests.started()
        try apply(driver.registration, in: &cluster)
        let text = classYAML.isEmpty ? "provisioner: \(driver.name)\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true" : classYAML
        try apply("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\n" + text, in: &cluster)
        return cluster
    }

    static func apply(_ yaml: String, in cluster: inout Cluster) throws {
        for document in YAMLReader().read(yaml).documents { try apply(document.value, in: &cluster) }
    }

    static func apply(_ object: Value, in cluster: inout Cluster) throws {
        let parts = object.apiVersion.split(separator: "/").map(String.init)
        var object = object
        let group = parts.count == 2 ? parts[0] : ""
        let plural = object.kind.lowercased() + (object.kind.hasSuffix("s") ? "es" : "s")
        let resource = cluster.api.resources.resource(ofKind: object.kind, group: group) ?? GroupResource(plural, group: group)
        let isOfCluster = ["CSIDriver", "StorageClass", "CustomResourceDefinition", "VolumeSnapshotClass", "PersistentVolume"].contains(object.kind)
        if !isOfCluster, object.namespace.isEmpty { object["metadata", "namespace"] = "default" }
        let served = GroupVersionResource(group: resource.group, version: parts.last ?? "v1", resource: resource.resource)
        var request = APIRequest(.create, served, namespace: object.namespace)
        request.body = object
        _ = try cluster.send(request)
    }

    static func claim(_ name: String = "data", mode: String = "ReadWriteOnce", size: String = "5Gi", more: String = "") -> String {
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: \(name)}\nspec: {storageClassName: fast, accessModes: [\(mode)], resources: {requests: {storage: \(size)}}\(more.isEmpty ? "" : ", " + more)}"
    }

    static func pod(_ name: String, claim: String = "data", more: String = "") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec: {terminationGracePeriodSeconds: 1, \(more)volumes: [{name: v, persistentVolumeClaim: {claimName: \(claim)}}], containers: [{name: c, image: busybox, command: [sleep, '99999'], volumeMounts: [{name: v, mountPath: /v}]}]}"
    }

    static func messages(_ cluster: Cluster, _ reason: String) -> [String] {
        cluster.store.list(GroupResource("events")).filter { $0["reason"]?.stringValue == reason }.compactMap { $0["message"]?.stringValue }
    }

    static func exec(_ pod: String, _ command: String, in cluster: inout Cluster) throws -> String {
        let answer = try cluster.exec(pod: NamespacedName(namespace: "default", name: pod), container: "c", command: ["sh", "-c", command])
        return answer.standardOutput + answer.standardError
    }

    static func log(_ pod: String, in cluster: inout Cluster) throws -> String {
        var request = APIRequest(.get, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", name: pod)
        request.subresource = "log"
        return try cluster.send(request).body["stdout"]?.stringValue ?? ""
    }

    private static func delete(_ name: String, _ resource: String = "pods", group: String = "", version: String = "v1", namespace: String = "default", in cluster: inout Cluster) throws {
        _ = try cluster.send(APIRequest(.delete, GroupVersionResource(group: group, version: version, resource: resource), namespace: namespace, name: name))
    }

    @Test func `a claim gets a volume in the zone of its first pod, which keeps its files`() throws {
        var cluster = try Self.started()
        try Self.apply(Self.claim(), in: &cluster)
        cluster.settle()
        #expect(cluster.store.get(.persistentVolumeClaims, namespace: "default", name: "data")?["status"]?["phase"] == "Pending")
        try Self.apply(Self.pod("a"), in: &cluster)
        #expect(cluster.settle() == .settled)
        let pod = try #require(cluster.store.get(.pods, namespace: "default", name: "a"))
        #expect(pod["status"]?["phase"] == "Running")
        let claim = try #require(cluster.store.get(.persistentVolumeClaims, namespace: "default", name: "data"))
        let volume = try #require(cluster.store.get(.persistentVolumes, name: claim["spec"]?["volumeName"]?.stringValue ?? ""))
        let zone = cluster.store.get(.nodes, name: pod["spec"]?["nodeName"]?.stringValue ?? "")?.label("topology.kubernetes.io/zone")
        #expect(volume["spec", "nodeAffinity", "required"]?["nodeSelectorTerms"]?[0]?["matchExpressions"]?[0]?["values"]?[0]?.stringValue == zone)
        #expect(volume["spec", "csi", "volumeHandle"]?.stringValue?.hasPrefix("vol-") == true)
        #expect(Self.messages(cluster, "Provisioning") == ["External provisioner is provisioning volume for claim \"default/data\""])
        #expect(Self.messages(cluster, "ProvisioningSucceeded") == ["Successfully provisioned volume \(volume.name)"])
        #expect(Self.messages(cluster, "SuccessfulAttachVolume") == ["AttachVolume.Attach succeeded for volume \"\(volume.name)\" "])
        #expect(try Self.exec("a", "echo kept > /v/f; cat /v/f", in: &cluster) == "kept\n")
        try Self.delete("a", in: &cluster)
        cluster.settle()
        try Self.apply(Self.pod("b"), in: &cluster)
        cluster.settle()
        #expect(try Self.exec("b", "cat /v/f", in: &cluster) == "kept\n")
        try Self.delete("b", in: &cluster)
        try Self.delete("data", "persistentvolumeclaims", in: &cluster)
        cluster.settle()
        #expect(cluster.store.list(.persistentVolumes).isEmpty && cluster.store.list(.volumeAttachments).isEmpty)
    }

    @Test func `what is to be retained stays, released`() throws {
        var cluster = try Self.started(classYAML: "provisioner: ebs.csi.aws.com\nreclaimPolicy: Retain")
        try Self.apply(Self.claim(), in: &cluster)
        cluster.settle()
        #expect(cluster.store.list(.persistentVolumes).first?["status"]?["phase"] == "Bound")
        try Self.delete("data", "persistentvolumeclaims", in: &cluster)
        cluster.settle()
        #expect(cluster.store.list(.persistentVolumes).first?["status"]?["phase"] == "Released")
    }

    @Test func `without the driver, or without its permission, a claim stays pending with the reason`() throws {
        var cluster = ClusterTests.started()
        try Self.apply("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: ebs.csi.aws.com", in: &cluster)
        try Self.apply(Self.claim(), in: &cluster)
        cluster.settle()
        #expect(Self.messages(cluster, "ExternalProvisioning").first?.contains("'ebs.csi.aws.com'") == true)
        try Self.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ebs-csi-controller-sa, namespace: kube-system}", in: &cluster)
        try Self.apply(StorageDriver.ebs.registration, in: &cluster)
        cluster.settle()
        let refusal = try #require(Self.messages(cluster, "ProvisioningFailed").first)
        #expect(refusal.hasPrefix("failed to provision volume with StorageClass \"fast\": rpc error: code = Internal desc = Could not create volume \"pvc-"))
        #expect(refusal.hasSuffix("api error UnauthorizedOperation: You are not authorized to perform this operation."))
        var patch = APIRequest(.patch, GroupVersionResource(group: "", version: "v1", resource: "serviceaccounts"), namespace: "kube-system", name: "ebs-csi-controller-sa")
        patch.patchType = .merge
        patch.body = ["metadata": ["annotations": ["eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/ebs"]]]
        _ = try cluster.send(patch)
        cluster.settle()
        #expect(cluster.store.get(.persistentVolumeClaims, namespace: "default", name: "data")?["status"]?["phase"] == "Bound")
    }

    @Test func `with the driver as an add-on a StatefulSet's pods get a volume each, which outlives them`() throws {
        var cluster = ClusterTests.started(try #require(ClusterProfile.named("eks-3x-m5.large+aws-ebs-csi-driver")))
        let set = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: web}
            spec:
              serviceName: web
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: c, image: nginx, volumeMounts: [{name: www, mountPath: /usr/share/nginx/html}]}]}
              volumeClaimTemplates:
              - metadata: {name: www}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """
        try Self.apply(set, in: &cluster)
        cluster.settle()
        #expect(cluster.store.list(.persistentVolumeClaims, namespace: "default").map { "\($0.name) \($0["status"]?["phase"]?.stringValue ?? "")" } == ["www-web-0 Bound", "www-web-1 Bound"])
        _ = try Self.exec("web-1", "hostname > /usr/share/nginx/html/index.html", in: &cluster)
        try Self.delete("web-1", in: &cluster)
        cluster.settle()
        #expect(try Self.exec("web-1", "cat /usr/share/nginx/html/index.html", in: &cluster) == "web-1\n")
    }

    @Test func `many pods on many nodes share a volume of a file system, not one of a disk`() throws {
        var cluster = try Self.started(.efs, classYAML: "provisioner: efs.csi.aws.com\nparameters: {provisioningMode: efs-ap, fileSystemId: fs-1, directoryPerms: '700'}")
        try Self.apply(Self.claim(mode: "ReadWriteMany"), in: &cluster)
        cluster.settle()
        let nodes = cluster.store.list(.nodes).map(\.name)
        for (index, node) in nodes.prefix(2).enumerated() { try Self.apply(Self.pod("p\(index)", more: "nodeName: \(node), "), in: &cluster) }
        cluster.settle()
        _ = try Self.exec("p0", "echo shared > /v/f", in: &cluster)
        #expect(try Self.exec("p1", "cat /v/f", in: &cluster) == "shared\n")
        #expect(cluster.store.list(.persistentVolumes).first?["spec", "csi", "volumeHandle"]?.stringValue?.hasPrefix("fs-1::fsap-") == true)
        #expect(cluster.store.list(.volumeAttachments).isEmpty)
        var other = try Self.started()
        try Self.apply(Self.claim(mode: "ReadWriteMany"), in: &other)
        try Self.apply(Self.pod("p"), in: &other)
        other.settle()
        #expect(Self.messages(other, "ProvisioningFailed").first?.contains("MULTI_NODE_MULTI_WRITER not supported") == true)
    }

    @Test func `a volume that one node has is not attached to another`() throws {
        var cluster = try Self.started(classYAML: "provisioner: hostpath.csi.k8s.io")
        try Self.apply(StorageDriver.hostPath.registration, in: &cluster)
        try Self.apply(Self.claim(), in: &cluster)
        cluster.settle()
        let nodes = cluster.store.list(.nodes).map(\.name)
        try Self.apply(Self.pod("first", more: "nodeName: \(nodes[0]), "), in: &cluster)
        cluster.settle()
        try Self.apply(Self.pod("second", more: "nodeName: \(nodes[1]), "), in: &cluster)
        cluster.advance(by: .seconds(20))
        #expect(cluster.store.get(.pods, namespace: "default", name: "second")?["status"]?["phase"] == "Pending")
        let volume = cluster.store.list(.persistentVolumes)[0].name
        #expect(Self.messages(cluster, "FailedAttachVolume") == ["Multi-Attach error for volume \"\(volume)\" Volume is already used by pod(s) first"])
        try Self.delete("first", in: &cluster)
        cluster.advance(by: .seconds(40))
        #expect(cluster.store.get(.pods, namespace: "default", name: "second")?["status"]?["phase"] == "Running")
    }

    @Test func `a claim that asks for more gets it while its pod runs`() throws {
        var cluster = try Self.started()
        try Self.apply(Self.claim(), in: &cluster)
        try Self.apply(Self.pod("a"), in: &cluster)
        cluster.settle()
        var patch = APIRequest(.patch, GroupVersionResource(group: "", version: "v1", resource: "persistentvolumeclaims"), namespace: "default", name: "data")
        patch.patchType = .merge
        patch.body = ["spec": ["resources": ["requests": ["storage": "8Gi"]]]]
        _ = try cluster.send(patch)
        cluster.settle()
        let claim = cluster.store.get(.persistentVolumeClaims, namespace: "default", name: "data")
        #expect(claim?["status"]?["capacity"]?["storage"] == "8Gi")
        #expect(claim?["status"]?["conditions"] == nil)
        #expect(cluster.store.list(.persistentVolumes).first?["spec", "capacity", "storage"] == "8Gi")
        for reason in ["ExternalExpanding", "Resizing", "FileSystemResizeRequired", "FileSystemResizeSuccessful"] { #expect(!Self.messages(cluster, reason).isEmpty, "\(reason)") }
    }

    @Test func `a snapshot and a clone have the files of their moment`() throws {
        var cluster = try Self.started()
        for definition in VolumeSnapshots.definitions { try Self.apply(definition, in: &cluster) }
        cluster.settle()
        try Self.apply("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\nmetadata: {name: snap}\ndriver: ebs.csi.aws.com\ndeletionPolicy: Delete", in: &cluster)
        try Self.apply(Self.claim(), in: &cluster)
        try Self.apply(Self.pod("a"), in: &cluster)
        cluster.settle()
        _ = try Self.exec("a", "echo one > /v/f", in: &cluster)
        try Self.apply("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {name: s}\nspec: {volumeSnapshotClassName: snap, source: {persistentVolumeClaimName: data}}", in: &cluster)
        cluster.settle()
        let snapshot = cluster.store.get(VolumeSnapshots.snapshots, namespace: "default", name: "s")
        #expect(snapshot?["status"]?["readyToUse"] == true)
        #expect(snapshot?["status"]?["restoreSize"] == "5Gi")
        #expect(
            snapshot?.finalizers == [
                "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection", "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection",
            ])
        _ = try Self.exec("a", "echo two > /v/f", in: &cluster)
        try Self.apply(Self.claim("restored", more: "dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: s}"), in: &cluster)
        try Self.apply(Self.claim("cloned", more: "dataSource: {kind: PersistentVolumeClaim, name: data}"), in: &cluster)
        try Self.apply(Self.pod("r", claim: "restored"), in: &cluster)
        try Self.apply(Self.pod("c", claim: "cloned"), in: &cluster)
        cluster.settle()
        #expect(try Self.exec("r", "cat /v/f", in: &cluster) == "one\n")
        #expect(try Self.exec("c", "cat /v/f", in: &cluster) == "two\n")
        #expect(Self.messages(cluster, "SnapshotReady") == ["Snapshot default/s is ready to use."])
        try Self.delete("s", "volumesnapshots", group: "snapshot.storage.k8s.io", in: &cluster)
        cluster.settle()
        #expect(cluster.store.list(VolumeSnapshots.snapshots).isEmpty && cluster.store.list(VolumeSnapshots.contents).isEmpty)
    }

    @Test(arguments: [
        ("", "{source: {persistentVolumeClaimName: data}}", "SetDefaultSnapshotClassFailed", "Failed to set default snapshot class with error cannot find default snapshot class"),
        (
            "", "{source: {persistentVolumeClaimName: none}}", "SetDefaultSnapshotClassFailed",
            "Failed to set default snapshot class with error failed to retrieve PVC none from the lister: \"persistentvolumeclaim \\\"none\\\" not found\""
        ),
        (
            "", "{volumeSnapshotClassName: absent, source: {persistentVolumeClaimName: data}}", "GetSnapshotClassFailed",
            "Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io \"absent\" not found"
        ),
        ("{snapshot.storage.kubernetes.io/is-default-class: 'true'}", "{source: {persistentVolumeClaimName: data}}", "SnapshotReady", "Snapshot default/s is ready to use."),
    ])
    func `a snapshot finds its class or says why not`(defaults: String, spec: String, reason: String, message: String) throws {
        var cluster = try Self.started()
        for definition in VolumeSnapshots.definitions { try Self.apply(definition, in: &cluster) }
        cluster.settle()
        if !defaults.isEmpty {
            try Self.apply(
                "apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\nmetadata: {name: snap, annotations: \(defaults)}\ndriver: ebs.csi.aws.com\ndeletionPolicy: Delete",
                in: &cluster)
        }
        try Self.apply(Self.claim(), in: &cluster)
        try Self.apply(Self.pod("a"), in: &cluster)
        cluster.settle()
        try Self.apply("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {name: s}\nspec: \(spec)", in: &cluster)
        cluster.settle()
        let snapshot = cluster.store.get(VolumeSnapshots.snapshots, namespace: "default", name: "s")
        #expect(Self.messages(cluster, reason) == [message])
        if reason == "SnapshotReady" {
            #expect(snapshot?["spec"]?["volumeSnapshotClassName"] == "snap")
        } else {
            #expect(snapshot?["status"]?["error"]?["message"]?.stringValue == message)
            #expect(Self.messages(cluster, "SnapshotContentCreationFailed").isEmpty)
        }
    }

    @Test func `the snapshot controller brings its kinds and their rules`() throws {
        var cluster = Cluster(profile: .named("eks-3x-m5.large+aws-ebs-csi-driver+snapshot-controller")!, seed: 1)
        cluster.settle()
        func refusal(_ spec: String, in cluster: inout Cluster) throws -> String {
            do {
                try Self.apply("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {name: s}\nspec: \(spec)", in: &cluster)
                return ""
            } catch let status as APIStatus { return status.message }
        }
        #expect(try refusal("{source: {}}", in: &cluster).contains("exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set"))
        #expect(try refusal("{volumeSnapshotClassName: '', source: {persistentVolumeClaimName: a}}", in: &cluster).contains("volumeSnapshotClassName must not be the empty string when set"))
        #expect(try refusal("{source: {persistentVolumeClaimName: a}}", in: &cluster).isEmpty)
    }

    @Test(arguments: [
        ("{path: /no/such, type: Directory}", "hostPath type check failed: /no/such is not a directory"), ("{path: /etc/hostname, type: Directory}", "hostPath type check failed: /etc/hostname is not a directory"),
        ("{path: /var/run/docker.sock, type: Socket}", "hostPath type check failed: /var/run/docker.sock is not a socket file"), ("{path: /data, type: DirectoryOrCreate}", ""),
        ("{path: /data/x.txt, type: FileOrCreate}", ""), ("{path: /etc/none, type: File}", "hostPath type check failed: /etc/none is not a file"),
    ])
    func `a path on a node is what its volume says`(source: String, problem: String) throws {
        var cluster = ClusterTests.started()
        try Self.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, hostPath: \(source)}], containers: [{name: c, image: busybox, command: [sleep, '999'], volumeMounts: [{name: v, mountPath: /v}]}]}", in: &cluster)
        cluster.settle()
        #expect((cluster.store.get(.pods, namespace: "default", name: "p")?["status"]?["phase"] == "Running") == problem.isEmpty)
        if !problem.isEmpty { #expect(Self.messages(cluster, "FailedMount") == ["MountVolume.SetUp failed for volume \"v\" : \(problem)"]) }
    }
}
