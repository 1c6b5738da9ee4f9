import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Makes volumes for claims, and takes them away when their claims are gone.
///
/// - Shape: keys are of claims that name a driver, and of released volumes.
/// - Source: external-provisioner `ProvisionClaimOperation` and `deleteVolumeOperation`; the refusals of the EBS and EFS drivers.
package struct ProvisioningController: Controller {
    package let name = "csi-provisioner"
    package var user: UserInfo { .controller("persistent-volume-binder") }
    package let interests: [GroupResource] = [.persistentVolumeClaims, .persistentVolumes, .csiDrivers, .deployments, .serviceAccounts, VolumeSnapshots.snapshots]

    let drivers: [StorageDriver]
    /// When work on a claim or volume began, by UID.
    private var begun: [String: Instant] = [:]

    static let finalizer = "external-provisioner.volume.kubernetes.io/finalizer"

    package init(drivers: [StorageDriver]) { self.drivers = drivers }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .persistentVolumeClaims:
            if event.change == .deleted {
                begun[event.object.uid] = nil
                return []
            }
            guard event.object.specString("volumeName")?.isEmpty ?? true, driver(of: event.object) != nil else { return [] }
            return ownKey(event)
        case .persistentVolumes:
            return event.change != .deleted && event.object["spec"]?["csi"] != nil && (event.object.statusString("phase") == "Released" || event.object.isBeingDeleted) ? ownKey(event) : []
        case VolumeSnapshots.snapshots: return event.object["status"]?["readyToUse"]?.boolValue == true ? waiting(view) : []
        case .csiDrivers: return waiting(view)
        default:
            // Only what drivers run with is of interest.
            guard event.key.namespace == "kube-system", drivers.contains(where: { $0.deployment == event.key.name || $0.account == event.key.name }) else { return [] }
            return waiting(view)
        }
    }

    private func waiting(_ view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        view.list(.persistentVolumeClaims).filter { ($0.specString("volumeName") ?? "").isEmpty && driver(of: $0) != nil }.map {
            (ObjectKey(.persistentVolumeClaims, namespace: $0.namespace, name: $0.name), .zero)
        }
    }

    private func driver(of claim: Value) -> StorageDriver? {
        guard let provisioner = claim.annotation("volume.kubernetes.io/storage-provisioner") else { return nil }
        return drivers.first { $0.provides(provisioner) }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let object = view.get(key) else { return .done }
        return key.resource == .persistentVolumes ? reclaim(object, in: view) : provision(object, in: view)
    }

    // MARK: Making

    private mutating func provision(_ claim: Value, in view: ClusterView) -> Plan {
        guard (claim.specString("volumeName") ?? "").isEmpty, !claim.isBeingDeleted, let driver = driver(of: claim), DriverState.isRunning(driver, in: view),
            let className = VolumeMatching.className(ofClaim: claim), let storageClass = view.get(.storageClasses, name: className)
        else { return .done }
        let node = claim.annotation(VolumeBinderController.selectedNode)
        if storageClass["volumeBindingMode"]?.stringValue == "WaitForFirstConsumer", node == nil { return .done }
        let volumeName = "pvc-\(claim.uid)"
        if view.get(.persistentVolumes, name: volumeName) != nil { return .done }
        var plan = Plan()
        let started = begun[claim.uid]
        if started == nil {
            begun[claim.uid] = view.now
            say(on: claim, driver, .normal, "Provisioning", "External provisioner is provisioning volume for claim \"\(claim.namespace)/\(claim.name)\"", &plan)
        }
        let request = ProvisioningRequest(claim: claim, storageClass: storageClass, driver: driver, node: node, view: view)
        if let problem = request.problem {
            begun[claim.uid] = nil
            say(on: claim, driver, .warning, "ProvisioningFailed", "failed to provision volume with StorageClass \"\(className)\": \(problem)", &plan)
            return plan
        }
        let due = (started ?? view.now) + driver.makeTime
        guard due <= view.now else {
            plan.requeueAfter = due - view.now
            return plan
        }
        begun[claim.uid] = nil
        plan.add(.create(.persistentVolumes, request.volume(named: volumeName)))
        say(on: claim, driver, .normal, "ProvisioningSucceeded", "Successfully provisioned volume \(volumeName)", &plan)
        return plan
    }

    // MARK: Taking away

    private mutating func reclaim(_ volume: Value, in view: ClusterView) -> Plan {
        guard let driverName = volume["spec", "csi", "driver"]?.stringValue, let driver = drivers.first(where: { $0.name == driverName }),
            volume.annotation("pv.kubernetes.io/provisioned-by") == driverName, DriverState.isRunning(driver, in: view)
        else { return .done }
        let isReleased = volume.statusString("phase") == "Released" && volume.specString("persistentVolumeReclaimPolicy") == "Delete"
        guard isReleased || (volume.isBeingDeleted && volume.statusString("phase") != "Bound") else { return .done }
        var plan = Plan()
        if let attachment = view.list(.volumeAttachments).first(where: { $0["spec", "source", "persistentVolumeName"]?.stringValue == volume.name }) {
            say(
                on: volume, driver, .warning, "VolumeFailedDelete",
                "persistentvolume \(volume.name) is still attached to node \(attachment["spec"]?["nodeName"]?.stringValue ?? "")", &plan)
            plan.requeueAfter = .seconds(2)
            return plan
        }
        let due = (begun[volume.uid] ?? view.now) + driver.makeTime
        begun[volume.uid] = begun[volume.uid] ?? view.now
        guard due <= view.now else {
            plan.requeueAfter = due - view.now
            return plan
        }
        begun[volume.uid] = nil
        let key = ObjectKey(.persistentVolumes, name: volume.name)
        if !volume.isBeingDeleted { plan.add(.delete(key, uid: volume.uid), ifRefused: .continuing) }
        if volume.hasFinalizer(Self.finalizer) {
            plan.add(
                .patch(key, .merge, ["metadata": ["finalizers": Value(volume.finalizers.filter { $0 != Self.finalizer })]]),
                ifRefused: .ignore)
        }
        return plan
    }

    private func say(on object: Value, _ driver: StorageDriver, _ type: EventType, _ reason: String, _ message: String, _ plan: inout Plan) {
        plan.add(.event(driver.event(on: object, type, reason, message)), ifRefused: .ignore)
    }
}

extension StorageDriver {
    /// An event as the driver's own programs send them.
    func event(on object: Value, _ type: EventType, _ reason: String, _ message: String) -> EventDraft {
        var draft = EventDraft(object: object, type: type, reason: reason, message: message)
        draft.component = deployment.isEmpty ? name : "\(name)_\(deployment)"
        return draft
    }
}
