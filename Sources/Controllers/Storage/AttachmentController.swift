import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Asks CSI drivers to attach volumes to the nodes of the pods that use them.
///
/// - Shape: one VolumeAttachment a volume and node, named by a hash of both and the driver; keys are of nodes.
/// - Source: kube-controller-manager `attachdetach` and its CSI plug-in. Differs: drivers whose CSIDriver says
///   `attachRequired: false`, and drivers that no CSIDriver object names, attach nothing.
/// - Bounds: a volume that only one node may have waits until the other has let go; a node that does not answer keeps its
///   volumes for six minutes, unless it is marked as out of service.
package struct AttachmentController: Controller {
    package let name = "attachdetach-controller"
    package let interests: [GroupResource] = [.pods, .persistentVolumeClaims, .volumeAttachments, .csiDrivers]

    static let unmountWaitMax: Duration = .seconds(360)

    let drivers: [StorageDriver]
    /// Since when attachments to nodes that do not answer are not wanted any more.
    private var unwanted: [String: Instant] = [:]

    package init(drivers: [StorageDriver] = []) { self.drivers = drivers }

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
            guard event.change == .deleted else { return [] }
            // Whoever waits for the volume may have it now.
            let nodes = users(of: event.object["spec", "source", "persistentVolumeName"]?.stringValue ?? "", view).map(\.nodeName)
            return Set(nodes + [node]).sorted().map { (ObjectKey(.nodes, name: $0), .zero) }
        default: return []
        }
    }

    /// The pods with a node that use a volume, sorted.
    private func users(of volumeName: String, _ view: ClusterView) -> [Value] {
        guard let reference = view.get(.persistentVolumes, name: volumeName)?["spec"]?["claimRef"], let claim = reference["name"]?.stringValue else { return [] }
        var found: [Value] = []
        view.store.forEach(.pods, namespace: reference["namespace"]?.stringValue ?? "") { pod in
            if !pod.nodeName.isEmpty, !pod.isPodTerminal, PodVolumes.claims(of: pod).contains(claim) { found.append(pod) }
        }
        return found.sorted { $0.name < $1.name }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
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

    private mutating func attach(toNode node: String, in view: ClusterView) -> Plan {
        var plan = Plan()
        var kept: Set<String> = []
        for (volume, pod) in wanted(onNode: node, view) {
            let name = Self.attachmentName(volume, node)
            guard kept.insert(name).inserted else { continue }
            if let present = view.get(.volumeAttachments, name: name) {
                tellOfMissingDriver(present, volume, pod, &plan, in: view)
                continue
            }
            if let message = multiAttachError(volume, node, in: view) {
                plan.event(on: pod, type: .warning, reason: "FailedAttachVolume", message: message)
                continue
            }
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
            if let wait = waitForNode(node, attachment.name, in: view) {
                plan.requeueAfter = min(plan.requeueAfter ?? wait, wait)
                continue
            }
            unwanted[attachment.name] = nil
            plan.add(.delete(ObjectKey(.volumeAttachments, name: attachment.name)), ifRefused: .continuing)
        }
        return plan
    }

    /// How much longer a node that does not answer keeps a volume; nil when it is to be detached now.
    private mutating func waitForNode(_ name: String, _ attachment: String, in view: ClusterView) -> Duration? {
        guard let node = view.get(.nodes, name: name), !node.isConditionTrue("Ready") else { return nil }
        if (node["spec"]?["taints"]?.elements ?? []).contains(where: { $0["key"]?.stringValue == "node.kubernetes.io/out-of-service" }) { return nil }
        let since = unwanted[attachment] ?? view.now
        unwanted[attachment] = since
        let due = since + Self.unmountWaitMax
        return due > view.now ? due - view.now : nil
    }

    /// What is said of a volume that another node has and that only one may have; nil when it may be attached.
    private func multiAttachError(_ volume: Value, _ node: String, in view: ClusterView) -> String? {
        let modes = (volume["spec"]?["accessModes"]?.elements ?? []).compactMap(\.stringValue)
        // One that says nothing of how it may be used is left to its driver.
        guard !modes.isEmpty, !modes.contains("ReadWriteMany"), !modes.contains("ReadOnlyMany") else { return nil }
        let isTaken = view.list(.volumeAttachments).contains {
            $0["spec", "source", "persistentVolumeName"]?.stringValue == volume.name && $0["spec"]?["nodeName"]?.stringValue != node
        }
        guard isTaken else { return nil }
        let others = users(of: volume.name, view).filter { $0.nodeName != node }.map(\.name)
        let start = "Multi-Attach error for volume \"\(volume.name)\" "
        return start + (others.isEmpty ? "Volume is already exclusively attached to one node and can't be attached to another" : "Volume is already used by pod(s) \(others.joined(separator: ", "))")
    }

    /// A driver that does not work leaves the attachment as it is: that is told after two minutes.
    private func tellOfMissingDriver(_ attachment: Value, _ volume: Value, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard attachment["status"]?["attached"]?.boolValue != true, let driver = drivers.first(where: { $0.name == attachment["spec"]?["attacher"]?.stringValue }),
            !DriverState.isRunning(driver, in: view)
        else { return }
        let due = attachment.created + .seconds(120)
        guard due <= view.now else {
            plan.requeueAfter = min(plan.requeueAfter ?? (due - view.now), due - view.now)
            return
        }
        let handle = volume["spec", "csi", "volumeHandle"]?.stringValue ?? ""
        plan.event(
            on: pod, type: .warning, reason: "FailedAttachVolume",
            message: "AttachVolume.Attach failed for volume \"\(volume.name)\" : timed out waiting for external-attacher of \(driver.name) CSI driver to attach volume \(handle)")
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
