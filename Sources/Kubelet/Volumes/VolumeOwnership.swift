import APIMachinery
import KubernetesObjects
import Shell

/// To whom the files of a volume belong when a pod's `fsGroup` says so.
///
/// | volume | `fsGroup` |
/// |---|---|
/// | emptyDir, ConfigMap, Secret, projected, downward API | applies |
/// | hostPath, local disks' directories, NFS | does not |
/// | of a driver | as its CSIDriver's `fsGroupPolicy` says: `File` yes, `None` no, otherwise for volumes of one node |
///
/// - Source: kubelet `volume/volume_linux.go` and `volume/csi/csi_mounter.go`.
enum VolumeOwnership {
    static let readWrite = 0o660
    static let readOnly = 0o440
    static let directory = 0o110 | FileAttributes.setGroupID

    /// The group that the files of a pod's volumes get; nil for none.
    static func group(_ pod: Value) -> Int? { pod["spec"]?["securityContext"]?["fsGroup"]?.intValue }

    /// Whether a persistent volume takes part.
    static func applies(to volume: Value?, in view: ClusterView) -> Bool {
        guard let spec = volume?["spec"], spec["nfs"] == nil, spec["hostPath"] == nil, spec["local"] == nil else { return false }
        guard let driver = spec["csi"]?["driver"]?.stringValue else { return true }
        switch view.get(.csiDrivers, name: driver)?["spec"]?["fsGroupPolicy"]?.stringValue {
        case "File": return true
        case "None": return false
        default: return (spec["accessModes"]?.elements ?? []).contains { ["ReadWriteOnce", "ReadWriteOncePod"].contains($0.stringValue) }
        }
    }

    /// A tree whose files and directories belong to a group that may do with them what their user may.
    ///
    /// - Bounds: a tree that is right at its root stays as it is when the pod says `OnRootMismatch`.
    static func applied(_ group: Int, to root: FileDirectory, isReadOnly: Bool, onlyOnMismatch: Bool) -> FileDirectory {
        let bits = (isReadOnly ? readOnly : readWrite) | directory
        if onlyOnMismatch, root.attributes.group == group, root.attributes.mode & bits == bits { return root }
        guard case .directory(let changed) = changed(.directory(root), group, isReadOnly) else { return root }
        return changed
    }

    private static func changed(_ node: FileNode, _ group: Int, _ isReadOnly: Bool) -> FileNode {
        switch node {
        case .file(var content):
            content.attributes.group = group
            content.attributes.mode |= isReadOnly ? readOnly : readWrite
            return .file(content)
        case .directory(var tree):
            tree.attributes.group = group
            tree.attributes.mode |= (isReadOnly ? readOnly : readWrite) | directory
            tree.entries = tree.entries.mapValues { changed($0, group, isReadOnly) }
            return .directory(tree)
        case .symlink, .device: return node
        }
    }
}
