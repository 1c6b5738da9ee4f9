import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// Where the volumes of pods have their files, and what outlives a pod.
///
/// - Shape: `host/NODE` is a node's whole disk; `csi/DRIVER/HANDLE` what a driver keeps; `snapshot/CONTENT` a copy of one;
///   `pv/NAME` any other persistent volume; `nfs/SERVER/PATH` a share.
extension Kubelets {
    static let snapshotContents = GroupResource("volumesnapshotcontents", group: "snapshot.storage.k8s.io")
    static let snapshots = GroupResource("volumesnapshots", group: "snapshot.storage.k8s.io")

    /// A node's disk.
    mutating func disk(ofNode node: String) -> VolumeID {
        if let known = lastingVolumes["host/\(node)"] { return known }
        var files = VirtualFileSystem()
        for directory in HostPath.directories { try? files.makeDirectory("/" + directory, intermediates: true, mode: directory.hasSuffix("tmp") ? 0o1777 : 0o755) }
        for socket in HostPath.sockets + HostPath.devices + HostPath.blockDevices { files.install([], at: socket, mode: 0o666) }
        files.install(Array((node + "\n").utf8), at: "/etc/hostname")
        let image = nodes[node]?.description.osImage ?? "Linux"
        files.install(Array("NAME=\"\(image.split(separator: " ").prefix(2).joined(separator: " "))\"\nPRETTY_NAME=\"\(image)\"\n".utf8), at: "/etc/os-release")
        let id = volumes.add(Volume(root: files.root, isOnDisk: true))
        lastingVolumes["host/\(node)"] = id
        return id
    }

    /// Makes a path on a node's disk ready to be mounted.
    private mutating func prepare(_ path: String, isFile: Bool, onDisk id: VolumeID) {
        var files = VirtualFileSystem(root: volumes[id]?.root ?? FileDirectory())
        if files.exists(path) { return }
        if isFile { files.install([], at: path) } else { try? files.makeDirectory(path, intermediates: true, mode: 0o755) }
        volumes[id]?.root = files.root
    }

    /// What is wrong with the paths that a pod wants of its node's disk; nil when nothing is.
    mutating func hostPathProblem(_ pod: Value, node: String) -> String? {
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            guard let source = volume["hostPath"], !(source["type"]?.stringValue ?? "").isEmpty else { continue }
            let files = VirtualFileSystem(root: volumes[disk(ofNode: node)]?.root ?? FileDirectory())
            if let problem = HostPath.problem(source, exists: files.exists, isDirectory: files.isDirectory) {
                return "MountVolume.SetUp failed for volume \"\(volume["name"]?.stringValue ?? "")\" : \(problem)"
            }
        }
        return nil
    }

    /// The volume behind a name in a pod, made when it is first asked for, and the directory in it that is meant.
    mutating func volume(_ name: String, _ record: PodRecord, _ pod: Value, in view: ClusterView) -> (id: VolumeID, base: String)? {
        guard let spec = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }) else { return nil }
        let base = hostBase(spec, pod, in: view)
        if let known = podVolumes[record.uid]?[name] { return (known, base ?? "") }
        let made: VolumeID
        if let base {
            made = disk(ofNode: record.node)
            prepare(base, isFile: ["File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice"].contains(spec["hostPath"]?["type"]?.stringValue ?? ""), onDisk: made)
        } else if let lasting = lastingName(spec, pod, in: view) {
            made = lastingVolumes[lasting.name] ?? volumes.add(Volume(root: Self.emptyRoot(view.now), capacityBytes: lasting.capacity))
            lastingVolumes[lasting.name] = made
            if let capacity = lasting.capacity { volumes[made]?.capacityBytes = capacity }
        } else if let files = VolumeContents.files(
            spec, pod: pod, record: record, hostIP: nodes[record.node]?.description.internalIP ?? "", node: nodes[record.node]?.description, tokens: tokens, in: view)
        {
            made = volumes.add(Volume(root: files))
            for key in PodDependencies.objects(of: pod) { mounting[key.description, default: []].insert(record.uid) }
        } else {
            // A limit on disk is looked after by eviction; one in memory is the file system's own size.
            let isInMemory = spec["emptyDir"]?["medium"]?.stringValue == "Memory"
            let limit = isInMemory ? Quantity(spec["emptyDir"]?["sizeLimit"]).map { Int($0.value) } : nil
            made = volumes.add(Volume(root: Self.emptyRoot(view.now), capacityBytes: limit, isOnDisk: !isInMemory))
            if isInMemory { memoryVolumes.insert(made) }
        }
        podVolumes[record.uid, default: [:]][name] = made
        if base == nil { own(made, spec, pod, in: view) }
        return (made, base ?? "")
    }

    private static func emptyRoot(_ now: Instant) -> FileDirectory { FileDirectory(attributes: FileAttributes(mode: 0o777, modified: now.nanoseconds)) }

    /// Gives the files of a volume to the pod's `fsGroup`.
    mutating func own(_ id: VolumeID, _ spec: Value, _ pod: Value, in view: ClusterView) {
        guard let group = VolumeOwnership.group(pod), spec["nfs"] == nil, let root = volumes[id]?.root else { return }
        if let persistent = persistentVolume(of: spec, pod, in: view), !VolumeOwnership.applies(to: persistent.volume, in: view) { return }
        let policy = pod["spec"]?["securityContext"]?["fsGroupChangePolicy"]?.stringValue
        volumes[id]?.root = VolumeOwnership.applied(
            group, to: root, isReadOnly: spec["persistentVolumeClaim"]?["readOnly"]?.boolValue == true, onlyOnMismatch: policy == "OnRootMismatch")
    }

    /// The path on the node's disk that a volume is; nil for one that is elsewhere.
    private func hostBase(_ spec: Value, _ pod: Value, in view: ClusterView) -> String? {
        if let path = spec["hostPath"]?["path"]?.stringValue { return path }
        guard let persistent = persistentVolume(of: spec, pod, in: view)?.volume else { return nil }
        return persistent["spec"]?["hostPath"]?["path"]?.stringValue ?? persistent["spec"]?["local"]?["path"]?.stringValue
    }

    private func persistentVolume(of spec: Value, _ pod: Value, in view: ClusterView) -> (claim: Value?, name: String, volume: Value?)? {
        var claim = spec["persistentVolumeClaim"]?["claimName"]?.stringValue
        if claim == nil, spec["ephemeral"] != nil { claim = "\(pod.name)-\(spec["name"]?.stringValue ?? "")" }
        guard let claim else { return nil }
        let object = view.get(.persistentVolumeClaims, namespace: pod.namespace, name: claim)
        let name = object?["spec"]?["volumeName"]?.stringValue ?? "\(pod.namespace)/\(claim)"
        return (object, name, view.get(.persistentVolumes, name: name))
    }

    /// Under which name a volume outlives its pod; nil when it does not.
    private func lastingName(_ spec: Value, _ pod: Value, in view: ClusterView) -> (name: String, capacity: Int?)? {
        if let server = spec["nfs"]?["server"]?.stringValue { return ("nfs/\(server)\(spec["nfs"]?["path"]?.stringValue ?? "")", nil) }
        guard let (claim, name, volume) = persistentVolume(of: spec, pod, in: view) else { return nil }
        let capacity = Quantity(volume?["spec"]?["capacity"]?["storage"] ?? claim?["status"]?["capacity"]?["storage"]).map { Int($0.value) }
        let isShared = (volume?["spec"]?["accessModes"]?.elements ?? []).contains("ReadWriteMany")
        // What many share in a cloud is not as large as it says, but as large as it must be.
        return (volume.map(Self.lastingName) ?? "pv/\(name)", isShared && volume?["spec"]?["csi"] != nil ? nil : capacity)
    }

    /// Under which name the files of a persistent volume are kept.
    static func lastingName(_ volume: Value) -> String {
        if let csi = volume["spec"]?["csi"] { return "csi/\(csi["driver"]?.stringValue ?? "")/\(csi["volumeHandle"]?.stringValue ?? "")" }
        if let server = volume["spec", "nfs", "server"]?.stringValue { return "nfs/\(server)\(volume["spec", "nfs", "path"]?.stringValue ?? "")" }
        return "pv/\(volume.name)"
    }

    // MARK: Copies

    /// A volume that begins as a copy gets its files when it is made, a snapshot when it is taken; both go when they are deleted.
    mutating func observeStorage(_ event: StoreEvent, in view: ClusterView) {
        if event.key.resource == .persistentVolumes {
            switch event.change {
            case .added: if let source = source(of: event.object, in: view) { copy(source, to: Self.lastingName(event.object)) }
            case .deleted:
                let isKept = event.object["spec"]?["persistentVolumeReclaimPolicy"]?.stringValue != "Delete"
                if !isKept, event.object["spec"]?["csi"] != nil { discard(Self.lastingName(event.object)) }
            case .modified: grow(event.object)
            }
        } else if event.key.resource == Self.snapshotContents {
            let name = "snapshot/\(event.key.name)"
            if event.change == .added, let handle = event.object["spec"]?["source"]?["volumeHandle"]?.stringValue {
                copy("csi/\(event.object["spec"]?["driver"]?.stringValue ?? "")/\(handle)", to: name)
            } else if event.change == .deleted, event.object["spec"]?["deletionPolicy"]?.stringValue == "Delete" {
                discard(name)
            }
        }
    }

    private mutating func copy(_ source: String, to name: String) {
        guard lastingVolumes[name] == nil else { return }
        let root = lastingVolumes[source].flatMap { volumes[$0]?.root }
        lastingVolumes[name] = volumes.add(root.map { Volume(root: $0) } ?? Volume())
    }

    private mutating func discard(_ name: String) {
        if let id = lastingVolumes.removeValue(forKey: name) { volumes.remove(id) }
    }

    /// A volume that was made larger takes more.
    private mutating func grow(_ volume: Value) {
        guard let id = lastingVolumes[Self.lastingName(volume)], let before = volumes[id]?.capacityBytes,
            let capacity = Quantity(volume["spec", "capacity", "storage"]).map({ Int($0.value) }), capacity > before
        else { return }
        volumes[id]?.capacityBytes = capacity
    }

    /// What a new volume's claim says that it is a copy of.
    private func source(of volume: Value, in view: ClusterView) -> String? {
        guard let reference = volume["spec"]?["claimRef"],
            let claim = view.get(.persistentVolumeClaims, namespace: reference["namespace"]?.stringValue ?? "", name: reference["name"]?.stringValue ?? ""),
            let source = claim["spec"]?["dataSource"] ?? claim["spec"]?["dataSourceRef"], let name = source["name"]?.stringValue
        else { return nil }
        if source["kind"]?.stringValue == "VolumeSnapshot" {
            let snapshot = view.get(Self.snapshots, namespace: claim.namespace, name: name)
            return snapshot?["status"]?["boundVolumeSnapshotContentName"]?.stringValue.map { "snapshot/\($0)" }
        }
        guard let other = view.get(.persistentVolumeClaims, namespace: claim.namespace, name: name),
            let persistent = view.get(.persistentVolumes, name: other["spec"]?["volumeName"]?.stringValue ?? "")
        else { return nil }
        return Self.lastingName(persistent)
    }
}
