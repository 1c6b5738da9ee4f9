import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Grows volumes whose claims ask for more, and tells the kubelet to grow the file system in them.
///
/// - Source: external-resizer `controller.go` and kubelet `operationexecutor` (`nodeExpandVolume`).
package struct ResizingController: Controller {
    package let name = "csi-resizer"
    package var user: UserInfo { .controller("expand-controller") }
    package let interests: [GroupResource] = [.persistentVolumeClaims, .pods]

    let drivers: [StorageDriver]
    private var begun: [String: Instant] = [:]

    package init(drivers: [StorageDriver]) { self.drivers = drivers }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .persistentVolumeClaims {
            if event.change == .deleted { begun[event.object.uid] = nil }
            return event.change != .deleted && Self.wantsMore(event.object) ? ownKey(event) : []
        }
        // A pod that began to run may let a file system grow.
        guard event.change != .deleted, event.object.podPhase == "Running", event.old?.podPhase != "Running" else { return [] }
        return PodVolumes.claims(of: event.object).map { (ObjectKey(.persistentVolumeClaims, namespace: event.key.namespace, name: $0), .zero) }
    }

    private static func wantsMore(_ claim: Value) -> Bool {
        guard claim.statusString("phase") == "Bound", let asked = Quantity(claim["spec", "resources", "requests", "storage"]), let has = Quantity(claim["status", "capacity", "storage"])
        else { return false }
        return has < asked
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let claim = view.get(key), Self.wantsMore(claim), let asked = Quantity(claim["spec", "resources", "requests", "storage"]),
            let volume = view.get(.persistentVolumes, name: claim.specString("volumeName") ?? ""),
            let driver = drivers.first(where: { $0.name == volume["spec", "csi", "driver"]?.stringValue }), driver.expands, DriverState.isRunning(driver, in: view)
        else { return .done }
        var plan = Plan()
        if let has = Quantity(volume["spec", "capacity", "storage"]), has < asked {
            growVolume(claim, volume, asked, driver, &plan, in: view)
        } else {
            growFileSystem(claim, volume, &plan, in: view)
        }
        return plan
    }

    private mutating func growVolume(_ claim: Value, _ volume: Value, _ asked: Quantity, _ driver: StorageDriver, _ plan: inout Plan, in view: ClusterView) {
        guard let started = begun[claim.uid] else {
            begun[claim.uid] = view.now
            plan.add(.event(driver.event(on: claim, .normal, "Resizing", "External resizer is resizing volume \(volume.name)")), ifRefused: .ignore)
            setCondition("Resizing", "", claim, &plan, in: view)
            plan.requeueAfter = driver.makeTime
            return
        }
        guard started + driver.makeTime <= view.now else {
            plan.requeueAfter = started + driver.makeTime - view.now
            return
        }
        begun[claim.uid] = nil
        plan.add(.patch(ObjectKey(.persistentVolumes, name: volume.name), .merge, ["spec": ["capacity": ["storage": .string(asked.description)]]]), ifRefused: .continuing)
        plan.add(.event(driver.event(on: claim, .normal, "FileSystemResizeRequired", "Require file system resize of volume on node")), ifRefused: .ignore)
        setCondition("FileSystemResizePending", "Waiting for user to (re-)start a pod to finish file system resize of volume on node.", claim, &plan, in: view)
        plan.requeueAfter = .seconds(1)
    }

    /// The kubelet's part: it is done where a pod has the volume mounted.
    private func growFileSystem(_ claim: Value, _ volume: Value, _ plan: inout Plan, in view: ClusterView) {
        var user: Value?
        view.store.forEach(.pods, namespace: claim.namespace) { pod in
            if user == nil || pod.name < user!.name, pod.podPhase == "Running", PodVolumes.claims(of: pod).contains(claim.name) { user = pod }
        }
        guard let user else { return }
        var next = claim
        next["metadata", "resourceVersion"] = nil
        next["status", "capacity"] = volume["spec"]?["capacity"]
        next["status", "conditions"] = nil
        plan.add(.updateStatus(.persistentVolumeClaims, next), ifRefused: .continuing)
        for object in [user, claim] {
            var draft = EventDraft(
                object: object, type: .normal, reason: "FileSystemResizeSuccessful",
                message: "MountVolume.NodeExpandVolume succeeded for volume \"\(volume.name)\" \(user.nodeName)")
            draft.component = "kubelet"
            draft.host = user.nodeName
            plan.add(.event(draft), ifRefused: .ignore)
        }
    }

    private func setCondition(_ type: String, _ message: String, _ claim: Value, _ plan: inout Plan, in view: ClusterView) {
        var condition: Value = ["type": .string(type), "status": "True", "lastProbeTime": .null, "lastTransitionTime": .string(view.now.rfc3339)]
        if !message.isEmpty { condition["message"] = .string(message) }
        var next = claim
        next["metadata", "resourceVersion"] = nil
        next["status", "conditions"] = [condition]
        plan.add(.updateStatus(.persistentVolumeClaims, next), ifRefused: .continuing)
    }
}
