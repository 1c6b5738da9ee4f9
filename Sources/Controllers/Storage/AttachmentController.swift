import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Asks CSI drivers to attach volumes to the nodes of the pods that use them.
///
/// - Shape: one VolumeAttachment a volume and node, named by a hash of both and the driver; keys are of nodes.
/// - Source: kube-controller-manager `attachdetach` and its CSI plug-in. Differs: drivers whose CSIDriver says
///   `attachRequired: false`, and drivers that no CSIDriver object names, attach nothing.
package struct AttachmentController: Controller {
    package let name = "attachdetach-controller"
    package let interests: [GroupResource] = [.pods, .persistentVolumeClaims, .volumeAttachments, .csiDrivers]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if view.store.count(.csiDrivers) == 0 { return [] }
        switch event.key.resource {
        case .pods:
            let node = event.object.nodeName
            if node.isEmpty || PodVolumes.claims(of: event.object).isEmpty { return [] }
            if let old = event.old, event.change == .modified, old.nodeName == node, old.isPodTerminal == event.object.isPodTerminal { return [] }
            return [(ObjectKey(.nodes, name: node), .zero)]
        case .persistentVolumeClaims:
            guard event.object.statusString("phase") == "Bound", event.old?.statusString("phase") != "Bound" else { return [] }
            var nodes: Set<String> = []
            view.store.forEach(.pods, namespace: event.key.namespace) { pod in
                if !pod.nodeName.isEmpty, PodVolumes.claims(of: pod).contains(event.key.name) { nodes.insert(pod.nodeName) }
            }
            return nodes.sorted().map { (ObjectKey(.nodes, name: $0), .zero) }
        case .volumeAttachments:
            guard let node = event.object["spec"]?["nodeName"]?.stringValue else { return [] }
            let isAttached = event.object["status"]?["attached"]?.boolValue == true
            if event.change == .modified, isAttached, event.old?["status"]?["attached"]?.boolValue != true {
                return [(event.key, .zero), (ObjectKey(.nodes, name: node), .zero)]
            }
            return event.change == .deleted ? [(ObjectKey(.nodes, name: node), .zero)] : []
        default: return []
        }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        key.resource == .volumeAttachments ? tell(key, in: view) : attach(toNode: key.name, in: view)
    }

    private func wanted(onNode node: String, _ view: ClusterView) -> [(volume: Value, pod: Value)] {
        var found: [(volume: Value, pod: Value)] = []
        for pod in view.pods(onNode: node) where !pod.isPodTerminal {
            for name in PodVolumes.claims(of: pod) {
                guard let claim = view.get(.persistentVolumeClaims, namespace: pod.namespace, name: name),
                    claim.statusString("phase") == "Bound",
                    let volume = view.get(.persistentVolumes, name: claim.specString("volumeName") ?? ""),
                    let driver = volume["spec", "csi", "driver"]?.stringValue, let info = view.get(.csiDrivers, name: driver),
                    info["spec"]?["attachRequired"]?.boolValue != false
                else { continue }
                found.append((volume, pod))
            }
        }
        return found
    }

    static func attachmentName(_ volume: Value, _ node: String) -> String {
        let text = (volume["spec", "csi", "volumeHandle"]?.stringValue ?? "") + (volume["spec", "csi", "driver"]?.stringValue ?? "") + node
        return "csi-" + SHA256.hex(text.utf8)
    }

    private func attach(toNode node: String, in view: ClusterView) -> Plan {
        var plan = Plan()
        var kept: Set<String> = []
        for (volume, _) in wanted(onNode: node, view) {
            let name = Self.attachmentName(volume, node)
            guard kept.insert(name).inserted, view.get(.volumeAttachments, name: name) == nil else { continue }
            plan.add(
                .create(
                    .volumeAttachments,
                    [
                        "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": ["name": .string(name)],
                        "spec": [
                            "attacher": volume["spec", "csi", "driver"] ?? "", "nodeName": .string(node),
                            "source": ["persistentVolumeName": .string(volume.name)],
                        ],
                    ]), ifRefused: .continuing)
        }
        for attachment in view.list(.volumeAttachments)
        where attachment["spec"]?["nodeName"]?.stringValue == node && !kept.contains(attachment.name) && !attachment.isBeingDeleted {
            plan.add(.delete(ObjectKey(.volumeAttachments, name: attachment.name)), ifRefused: .continuing)
        }
        return plan
    }

    private func tell(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        guard let attachment = view.get(key), let node = attachment["spec"]?["nodeName"]?.stringValue else { return plan }
        for (volume, pod) in wanted(onNode: node, view) where Self.attachmentName(volume, node) == key.name {
            plan.event(
                on: pod, reason: "SuccessfulAttachVolume", message: "AttachVolume.Attach succeeded for volume \"\(volume.name)\" ")
        }
        return plan
    }
}
