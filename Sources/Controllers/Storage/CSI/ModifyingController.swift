import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Changes the qualities of volumes whose claims name another VolumeAttributesClass.
///
/// - Source: external-resizer `modify_controller.go` and `modify_volume.go`; the parameters are those of the EBS driver.
package struct ModifyingController: Controller {
    package let name = "csi-resizer-modify"
    package var user: UserInfo { .controller("expand-controller") }
    package let interests: [GroupResource] = [.persistentVolumeClaims, Self.classes]

    static let classes = GroupResource("volumeattributesclasses", group: "storage.k8s.io")

    let drivers: [StorageDriver]
    private var begun: [String: Instant] = [:]

    package init(drivers: [StorageDriver]) { self.drivers = drivers }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .persistentVolumeClaims {
            if event.change == .deleted { begun[event.object.uid] = nil }
            return event.change != .deleted && Self.wantsOther(event.object) ? ownKey(event) : []
        }
        return view.list(.persistentVolumeClaims).filter { $0.specString("volumeAttributesClassName") == event.key.name && Self.wantsOther($0) }.map { (ObjectKey(.persistentVolumeClaims, namespace: $0.namespace, name: $0.name), .zero) }
    }

    private static func wantsOther(_ claim: Value) -> Bool {
        guard claim.statusString("phase") == "Bound", let wanted = claim.specString("volumeAttributesClassName"), !wanted.isEmpty else { return false }
        return claim.statusString("currentVolumeAttributesClassName") != wanted
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let claim = view.get(key), Self.wantsOther(claim), let wanted = claim.specString("volumeAttributesClassName"),
            let volume = view.get(.persistentVolumes, name: claim.specString("volumeName") ?? ""),
            let driver = drivers.first(where: { $0.name == volume["spec", "csi", "driver"]?.stringValue }), DriverState.isRunning(driver, in: view)
        else { return .done }
        var plan = Plan()
        let target = claim["status"]?["modifyVolumeStatus"]
        func isTold(_ status: String) -> Bool { target?["targetVolumeAttributesClassName"]?.stringValue == wanted && target?["status"]?.stringValue == status }
        func refuse(_ status: String, _ message: String) {
            if isTold(status) { return }
            set(claim, status: status, wanted, &plan, in: view)
            plan.add(.event(driver.event(on: claim, .warning, "VolumeModifyFailed", message)), ifRefused: .ignore)
        }
        guard let attributes = view.get(Self.classes, name: wanted) else {
            refuse("Pending", "VAC \(wanted) does not exist.")
            return plan
        }
        let owner = attributes["driverName"]?.stringValue ?? ""
        guard owner == driver.name else {
            refuse("Pending", "VAC \(wanted) referenced in PVC is for driver \(owner) which does not match pvc driver \(driver.name)")
            return plan
        }
        if let problem = driver.problem(ofAttributes: attributes["parameters"]?.fields ?? Fields()) {
            begun[claim.uid] = nil
            refuse("Infeasible", "rpc error: code = InvalidArgument desc = \(problem)")
            return plan
        }
        guard let started = begun[claim.uid], isTold("InProgress") else {
            begun[claim.uid] = view.now
            set(claim, status: "InProgress", wanted, &plan, in: view)
            plan.add(.event(driver.event(on: claim, .normal, "VolumeModify", "external resizer is modifying volume \(claim.name) with vac \(wanted)")), ifRefused: .ignore)
            plan.requeueAfter = driver.makeTime
            return plan
        }
        guard started + driver.makeTime <= view.now else {
            plan.requeueAfter = started + driver.makeTime - view.now
            return plan
        }
        begun[claim.uid] = nil
        plan.add(.patch(ObjectKey(.persistentVolumes, name: volume.name), .merge, ["spec": ["volumeAttributesClassName": .string(wanted)]]), ifRefused: .continuing)
        set(claim, status: nil, wanted, &plan, in: view)
        plan.add(
            .event(driver.event(on: claim, .normal, "VolumeModifySuccessful", "external resizer modified volume \(claim.name) with vac \(wanted) successfully")), ifRefused: .ignore)
        return plan
    }

    /// Tells in the claim's status how far it is; nil when it is done.
    private func set(_ claim: Value, status: String?, _ wanted: String, _ plan: inout Plan, in view: ClusterView) {
        var next = claim
        next["metadata", "resourceVersion"] = nil
        var conditions = (claim["status"]?["conditions"]?.elements ?? []).filter { $0["type"]?.stringValue != "ModifyingVolume" }
        if let status {
            next["status", "modifyVolumeStatus"] = ["targetVolumeAttributesClassName": .string(wanted), "status": .string(status)]
            if status == "InProgress" {
                conditions.append(["type": "ModifyingVolume", "status": "True", "lastProbeTime": .null, "lastTransitionTime": .string(view.now.rfc3339), "message": "ModifyVolume operation in progress."])
            }
        } else {
            next["status", "modifyVolumeStatus"] = nil
            next["status", "currentVolumeAttributesClassName"] = .string(wanted)
        }
        next["status", "conditions"] = conditions.isEmpty ? nil : .array(conditions)
        plan.add(.updateStatus(.persistentVolumeClaims, next), ifRefused: .continuing)
    }
}

extension StorageDriver {
    /// Why a driver cannot do what a VolumeAttributesClass asks for; nil when it can.
    ///
    /// - Source: aws-ebs-csi-driver `controller_modify_volume.go`: `type`, `iops`, `throughput` and tags.
    func problem(ofAttributes parameters: Fields) -> String? {
        if handlePrefix != "vol-" { return "driver \(name) does not support ControllerModifyVolume" }
        for (key, value) in parameters {
            let text = value.stringValue ?? ""
            switch key {
            case "type", "volumeType":
                if !["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"].contains(text) { return "Could not modify volume: invalid volume type \(text)" }
            case "iops", "throughput":
                if Int(text) == nil { return "Could not parse \(key): \"\(text)\"" }
            default:
                if !key.hasPrefix("tagSpecification") { return "Invalid mutable parameter key: \(key)" }
            }
        }
        return nil
    }
}
