import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Binds claims to volumes, and releases volumes whose claim is gone.
///
/// - Shape: keys are of claims and of volumes; both are brought to agree from either side.
/// - Source: kube-controller-manager `persistentvolume` of Kubernetes 1.36. Differs: claims that wait are tried again when
///   a volume or class changes, not every 15 s; volumes are made and deleted by CSI drivers only.
package struct VolumeBinderController: Controller {
    package let name = "persistentvolume-controller"
    package var user: UserInfo { .controller("persistent-volume-binder") }
    package let interests: [GroupResource] = [.persistentVolumeClaims, .persistentVolumes, .storageClasses, .pods]

    static let bindCompleted = "pv.kubernetes.io/bind-completed"
    static let boundByController = "pv.kubernetes.io/bound-by-controller"
    static let selectedNode = "volume.kubernetes.io/selected-node"
    static let provisionerKeys = ["volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner"]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .persistentVolumeClaims:
            var keys: [(key: ObjectKey, after: Duration)] = event.change == .deleted ? [] : [(event.key, .zero)]
            if let volume = event.object["spec"]?["volumeName"]?.stringValue, !volume.isEmpty {
                keys.append((ObjectKey(.persistentVolumes, name: volume), .zero))
            } else if event.change == .deleted {
                keys += volumes(for: event.object, view).map { ($0, .zero) }
            }
            return keys
        case .persistentVolumes:
            var keys: [(key: ObjectKey, after: Duration)] = event.change == .deleted ? [] : [(event.key, .zero)]
            if let reference = event.object["spec"]?["claimRef"] {
                keys.append(
                    (
                        ObjectKey(
                            .persistentVolumeClaims, namespace: reference["namespace"]?.stringValue ?? "",
                            name: reference["name"]?.stringValue ?? ""), .zero
                    ))
            }
            let becameFree = event.change != .deleted && event.object.statusString("phase") == "Available" && event.old?.statusString("phase") != "Available"
            return becameFree ? keys + waiting(view) : keys
        case .pods:
            // Of pods only those count that wipe a volume.
            guard event.key.namespace == "default", event.key.name.hasPrefix(VolumePass.recyclerPrefix) else { return [] }
            return [(ObjectKey(.persistentVolumes, name: String(event.key.name.dropFirst(VolumePass.recyclerPrefix.count))), .zero)]
        case .storageClasses: return event.change == .deleted ? [] : waiting(view)
        default: return []
        }
    }

    private func volumes(for claim: Value, _ view: ClusterView) -> [ObjectKey] {
        view.list(.persistentVolumes).filter { $0["spec"]?["claimRef"]?["uid"]?.stringValue == claim.uid }.map {
            ObjectKey(.persistentVolumes, name: $0.name)
        }
    }

    private func waiting(_ view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        view.list(.persistentVolumeClaims).filter { $0.annotation(Self.bindCompleted) == nil }.map {
            (ObjectKey(.persistentVolumeClaims, namespace: $0.namespace, name: $0.name), .zero)
        }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let object = view.get(key) else { return .done }
        var pass = VolumePass(view: view)
        if key.resource == .persistentVolumes { pass.sync(volume: object) } else { pass.sync(claim: object) }
        return pass.plan
    }
}
