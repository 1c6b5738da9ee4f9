import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Whether a pod's volumes can be mounted.
///
/// - Source: kubelet volume manager, `operation_generator.go` and the plug-ins' own complaints.
enum VolumeReadiness: Sendable {
    case ready
    /// Something is under way; nothing is told.
    case waiting([ObjectKey])
    /// A mount failed: the reason of its event and the text.
    case failed(reason: String, message: String)

    /// Looks at all volumes of a pod that are not files of ConfigMaps and Secrets.
    static func of(_ pod: Value, node: String, in view: ClusterView) -> VolumeReadiness {
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            let name = volume["name"]?.stringValue ?? ""
            var claim = volume["persistentVolumeClaim"]?["claimName"]?.stringValue
            if claim == nil, volume["ephemeral"] != nil { claim = "\(pod.name)-\(name)" }
            guard let claim else { continue }
            let result = state(ofClaim: claim, volume: name, pod, node: node, in: view)
            if case .ready = result { continue }
            return result
        }
        return .ready
    }

    private static func state(ofClaim claimName: String, volume: String, _ pod: Value, node: String, in view: ClusterView) -> VolumeReadiness {
        func unprocessed(_ text: String) -> VolumeReadiness {
            .failed(
                reason: "FailedMount",
                message: "Unable to attach or mount volumes: unmounted volumes=[\(volume)], unattached volumes=[], failed to process volumes=[\(volume)]: error processing PVC \(pod.namespace)/\(claimName): \(text)")
        }
        guard let claim = view.get(.persistentVolumeClaims, namespace: pod.namespace, name: claimName) else {
            return unprocessed("failed to fetch PVC from API server: persistentvolumeclaims \"\(claimName)\" not found")
        }
        guard claim["status"]?["phase"]?.stringValue == "Bound" else { return unprocessed("PVC is not bound") }
        guard let persistent = view.get(.persistentVolumes, name: claim["spec"]?["volumeName"]?.stringValue ?? ""), let csi = persistent["spec"]?["csi"] else { return .ready }
        return mounted(csi, of: persistent, claim, pod, node: node, in: view)
    }

    /// Whether a volume of a CSI driver is attached to the node and the driver can mount it there.
    private static func mounted(_ csi: Value, of persistent: Value, _ claim: Value, _ pod: Value, node: String, in view: ClusterView) -> VolumeReadiness {
        let driver = csi["driver"]?.stringValue ?? ""
        let info = view.get(.csiDrivers, name: driver)
        if info == nil || info?["spec"]?["attachRequired"]?.boolValue != false {
            let attachments = view.list(.volumeAttachments).filter { $0["spec", "source", "persistentVolumeName"]?.stringValue == persistent.name }
            guard info == nil || attachments.contains(where: { $0["spec"]?["nodeName"]?.stringValue == node && $0["status"]?["attached"]?.boolValue == true && !$0.isBeingDeleted }) else {
                return .waiting([ObjectKey(.persistentVolumes, name: persistent.name)])
            }
        }
        let present = view.get(.csiNodes, name: node)?["spec"]?["drivers"]?.elements ?? []
        if !present.contains(where: { $0["name"]?.stringValue == driver }) {
            let step = info?["spec"]?["attachRequired"]?.boolValue == false ? "MountVolume.SetUp failed for volume \"\(persistent.name)\" : rpc error: code = Unavailable desc = " : "MountVolume.MountDevice failed for volume \"\(persistent.name)\" : "
            return .failed(
                reason: "FailedMount",
                message: "\(step)kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name \(driver) not found in the list of registered CSI drivers")
        }
        return .ready
    }
}

/// Paths on a node's own disk.
///
/// - Source: kubelet `hostpath` plug-in, `checkTypeInternal`.
enum HostPath {
    /// Directories and files that a machine with containerd has.
    static let directories = [
        "boot", "dev", "etc", "etc/kubernetes", "etc/kubernetes/manifests", "etc/cni/net.d", "home", "lib", "lib/modules", "media", "mnt", "opt", "opt/cni/bin", "proc",
        "root", "run", "run/containerd", "run/udev", "srv", "sys", "sys/fs/cgroup", "tmp", "usr", "usr/bin", "usr/lib", "usr/local", "var", "var/lib", "var/lib/containerd", "var/lib/kubelet",
        "var/lib/kubelet/pods", "var/lib/kubelet/plugins", "var/log", "var/log/containers", "var/log/pods", "var/run", "var/tmp",
    ]
    static let sockets = ["/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/var/lib/kubelet/device-plugins/kubelet.sock"]
    static let devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/full", "/dev/tty", "/dev/kmsg", "/dev/fuse"]
    static let blockDevices = ["/dev/nvme0n1", "/dev/xvda"]

    /// What is wrong with a path for the type that a volume says it has; nil when nothing is.
    static func problem(_ source: Value, exists: (String) -> Bool, isDirectory: (String) -> Bool) -> String? {
        let path = source["path"]?.stringValue ?? "/"
        func refused(_ word: String) -> String { "hostPath type check failed: \(path) is not \(word)" }
        switch source["type"]?.stringValue ?? "" {
        case "Directory": return isDirectory(path) ? nil : refused("a directory")
        case "DirectoryOrCreate": return exists(path) && !isDirectory(path) ? refused("a directory") : nil
        case "File": return exists(path) && !isDirectory(path) && !(sockets + devices + blockDevices).contains(path) ? nil : refused("a file")
        case "FileOrCreate": return isDirectory(path) ? refused("a file") : nil
        case "Socket": return sockets.contains(path) ? nil : refused("a socket file")
        case "CharDevice": return devices.contains(path) ? nil : refused("a character device")
        case "BlockDevice": return blockDevices.contains(path) ? nil : refused("a block device")
        default: return nil
        }
    }
}
