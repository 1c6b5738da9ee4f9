import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Attaches and detaches volumes as VolumeAttachments ask for it.
///
/// - Source: external-attacher `csi_handler.go`.
package struct AttachingController: Controller {
    package let name = "csi-attacher"
    package var user: UserInfo { .controller("attachdetach-controller") }
    package let interests: [GroupResource] = [.volumeAttachments, .csiDrivers, .deployments]

    let drivers: [StorageDriver]
    /// When an attachment's detaching began, by UID.
    private var begun: [String: Instant] = [:]

    package init(drivers: [StorageDriver]) { self.drivers = drivers }

    static func finalizer(_ driver: String) -> String { "external-attacher/" + driver.split(separator: ".").joined(separator: "-") }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .volumeAttachments {
            if event.change == .deleted { begun[event.object.uid] = nil }
            return event.change == .deleted ? [] : ownKey(event)
        }
        if event.key.resource == .deployments, !drivers.contains(where: { $0.deployment == event.key.name }) { return [] }
        return view.list(.volumeAttachments).map { (ObjectKey(.volumeAttachments, name: $0.name), .zero) }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let attachment = view.get(key), let driver = drivers.first(where: { $0.name == attachment["spec"]?["attacher"]?.stringValue }),
            DriverState.isRunning(driver, in: view)
        else { return .done }
        var plan = Plan()
        let finalizer = Self.finalizer(driver.name)
        if attachment.isBeingDeleted {
            guard attachment.hasFinalizer(finalizer) else { return plan }
            let due = (begun[attachment.uid] ?? view.now) + driver.attachTime
            begun[attachment.uid] = begun[attachment.uid] ?? view.now
            guard due <= view.now else {
                plan.requeueAfter = due - view.now
                return plan
            }
            plan.add(.patch(key, .merge, ["metadata": ["finalizers": .null]]), ifRefused: .continuing)
            return plan
        }
        if attachment["status"]?["attached"]?.boolValue == true { return plan }
        if !attachment.hasFinalizer(finalizer) {
            plan.add(.patch(key, .merge, ["metadata": ["finalizers": [.string(finalizer)]]]), ifRefused: .continuing)
        }
        let due = attachment.created + driver.attachTime
        guard due <= view.now else {
            plan.requeueAfter = due - view.now
            return plan
        }
        plan.add(.patch(key, .merge, ["status": ["attached": true]], subresource: "status"), ifRefused: .continuing)
        return plan
    }
}
