import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Takes snapshots of volumes.
///
/// - Shape: a VolumeSnapshot gets a VolumeSnapshotContent named `snapcontent-UID`; both name each other.
/// - Source: external-snapshotter, snapshot controller and sidecar. Differs: contents made by hand are bound and taken as
///   ready; the sidecar's work is done here too.
package struct SnapshotController: Controller {
    package let name = "snapshot-controller"
    package let interests: [GroupResource] = [VolumeSnapshots.snapshots, VolumeSnapshots.contents, VolumeSnapshots.classes, .persistentVolumeClaims]
    package var user: UserInfo { UserInfo(name: "system:serviceaccount:kube-system:snapshot-controller", groups: ["system:masters", "system:authenticated"]) }

    let drivers: [StorageDriver]
    static let finalizer = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection"
    static let takeTime: Duration = .seconds(5)

    package init(drivers: [StorageDriver]) { self.drivers = drivers }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case VolumeSnapshots.snapshots: return event.change == .deleted ? [] : ownKey(event)
        case VolumeSnapshots.contents:
            guard let reference = event.object["spec"]?["volumeSnapshotRef"] else { return [] }
            return [(ObjectKey(VolumeSnapshots.snapshots, namespace: reference["namespace"]?.stringValue ?? "", name: reference["name"]?.stringValue ?? ""), .zero)]
        default:
            if view.store.count(VolumeSnapshots.snapshots) == 0 { return [] }
            let namespace = event.key.resource == .persistentVolumeClaims ? event.key.namespace : nil
            return view.list(VolumeSnapshots.snapshots, namespace: namespace).filter { $0["status"]?["boundVolumeSnapshotContentName"] == nil }.map {
                (ObjectKey(VolumeSnapshots.snapshots, namespace: $0.namespace, name: $0.name), .zero)
            }
        }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let snapshot = view.get(key) else { return .done }
        var plan = Plan()
        let contentName = snapshot["status"]?["boundVolumeSnapshotContentName"]?.stringValue ?? "snapcontent-\(snapshot.uid)"
        if snapshot.isBeingDeleted {
            release(snapshot, key, view.get(VolumeSnapshots.contents, name: contentName), &plan)
            return plan
        }
        if let given = snapshot["spec"]?["source"]?["volumeSnapshotContentName"]?.stringValue {
            bind(snapshot, to: given, &plan, in: view)
        } else if let claim = snapshot["spec"]?["source"]?["persistentVolumeClaimName"]?.stringValue {
            take(snapshot, of: claim, contentName, &plan, in: view)
        }
        return plan
    }

    // MARK: Taking

    private func take(_ snapshot: Value, of claimName: String, _ contentName: String, _ plan: inout Plan, in view: ClusterView) {
        if let content = view.get(VolumeSnapshots.contents, name: contentName) {
            return finish(snapshot, content, &plan, in: view)
        }
        guard let claim = view.get(.persistentVolumeClaims, namespace: snapshot.namespace, name: claimName) else {
            return refuse(snapshot, "SnapshotContentCreationFailed", "Failed to create snapshot content with error snapshot controller failed to update \(snapshot.name) on API server: cannot get claim from snapshot", &plan, in: view)
        }
        guard claim.statusString("phase") == "Bound", let volume = view.get(.persistentVolumes, name: claim.specString("volumeName") ?? "") else {
            return refuse(snapshot, "SnapshotContentCreationFailed", "Failed to create snapshot content with error the PVC \(claimName) is not yet bound to a PV, will not attempt to take a snapshot", &plan, in: view)
        }
        guard let driverName = volume["spec", "csi", "driver"]?.stringValue else {
            return refuse(snapshot, "SnapshotContentCreationFailed", "Failed to create snapshot content with error cannot find CSI PersistentVolumeSource for volume \(volume.name)", &plan, in: view)
        }
        guard let snapshotClass = snapshotClass(of: snapshot, driver: driverName, in: view) else {
            let named = snapshot["spec"]?["volumeSnapshotClassName"]?.stringValue
            let text = named.map { "failed to retrieve snapshot class \($0) from the informer: \"volumesnapshotclass.snapshot.storage.k8s.io \\\"\($0)\\\" not found\"" } ?? "cannot find default snapshot class"
            return refuse(snapshot, "SetDefaultSnapshotClassFailed", "Failed to set default snapshot class with error \(text)", &plan, in: view)
        }
        guard let driver = drivers.first(where: { $0.name == driverName }), driver.copies, DriverState.isRunning(driver, in: view) else { return }
        if !snapshot.hasFinalizer(Self.finalizer) {
            plan.add(
                .patch(ObjectKey(VolumeSnapshots.snapshots, namespace: snapshot.namespace, name: snapshot.name), .merge, ["metadata": ["finalizers": [.string(Self.finalizer)]]]),
                ifRefused: .continuing)
        }
        plan.add(
            .create(
                VolumeSnapshots.contents,
                [
                    "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotContent",
                    "metadata": ["name": .string(contentName), "finalizers": ["snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection"]],
                    "spec": [
                        "deletionPolicy": snapshotClass["deletionPolicy"] ?? "Delete", "driver": .string(driverName), "sourceVolumeMode": volume["spec"]?["volumeMode"] ?? "Filesystem",
                        "source": ["volumeHandle": volume["spec", "csi", "volumeHandle"] ?? ""], "volumeSnapshotClassName": .string(snapshotClass.name),
                        "volumeSnapshotRef": [
                            "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot", "name": .string(snapshot.name), "namespace": .string(snapshot.namespace),
                            "uid": .string(snapshot.uid),
                        ],
                    ],
                ]), ifRefused: .continuing)
        plan.event(
            on: snapshot, reason: "CreatingSnapshot", message: "Waiting for a snapshot \(snapshot.namespace)/\(snapshot.name) to be created by the CSI driver.")
        plan.requeueAfter = Self.takeTime
    }

    /// Tells how far the snapshot has come, first that it was made and then that it can be used.
    private func finish(_ snapshot: Value, _ content: Value, _ plan: inout Plan, in view: ClusterView) {
        if snapshot["status"]?["readyToUse"]?.boolValue == true { return }
        let due = content.created + Self.takeTime
        guard due <= view.now else {
            plan.requeueAfter = due - view.now
            return
        }
        let handle = content["spec"]?["source"]?["volumeHandle"]?.stringValue ?? ""
        let volume = view.list(.persistentVolumes).first { $0["spec", "csi", "volumeHandle"]?.stringValue == handle }
        let size = Quantity(volume?["spec", "capacity", "storage"]) ?? .zero
        let status: Value = [
            "creationTime": Value(Int(content.created.nanoseconds)), "readyToUse": true, "restoreSize": Value(Int(size.value)),
            "snapshotHandle": .string("snap-" + String(snapshot.uid.filter { $0 != "-" }.prefix(17))),
        ]
        setStatus(content, of: VolumeSnapshots.contents, status, &plan)
        setStatus(
            snapshot,
            [
                "boundVolumeSnapshotContentName": .string(content.name), "creationTime": .string(content.created.rfc3339), "readyToUse": true,
                "restoreSize": .string(size.description),
            ], &plan)
        plan.event(on: snapshot, reason: "SnapshotCreated", message: "Snapshot \(snapshot.namespace)/\(snapshot.name) was successfully created by the CSI driver.")
        plan.event(on: snapshot, reason: "SnapshotReady", message: "Snapshot \(snapshot.namespace)/\(snapshot.name) is ready to use.")
    }

    private func bind(_ snapshot: Value, to contentName: String, _ plan: inout Plan, in view: ClusterView) {
        guard let content = view.get(VolumeSnapshots.contents, name: contentName) else {
            return refuse(snapshot, "SnapshotContentMissing", "VolumeSnapshotContent is missing", &plan, in: view)
        }
        if snapshot["status"]?["readyToUse"]?.boolValue == true { return }
        var status: Value = ["boundVolumeSnapshotContentName": .string(contentName), "readyToUse": true, "creationTime": .string(content.created.rfc3339)]
        if let size = content["status"]?["restoreSize"]?.intValue { status["restoreSize"] = .string(Quantity(Int64(size), format: .binarySI).description) }
        setStatus(snapshot, status, &plan)
    }

    private func snapshotClass(of snapshot: Value, driver: String, in view: ClusterView) -> Value? {
        if let named = snapshot["spec"]?["volumeSnapshotClassName"]?.stringValue { return view.get(VolumeSnapshots.classes, name: named) }
        return view.list(VolumeSnapshots.classes).first {
            $0["driver"]?.stringValue == driver && $0.annotation("snapshot.storage.kubernetes.io/is-default-class") == "true"
        }
    }

    private func refuse(_ snapshot: Value, _ reason: String, _ message: String, _ plan: inout Plan, in view: ClusterView) {
        guard snapshot["status"]?["error"]?["message"]?.stringValue != message else { return }
        setStatus(snapshot, ["readyToUse": false, "error": ["message": .string(message), "time": .string(view.now.rfc3339)]], &plan)
        plan.event(on: snapshot, type: .warning, reason: reason, message: message)
    }

    /// Replaces the status whatever else was written to the object meanwhile.
    private func setStatus(_ object: Value, of resource: GroupResource = VolumeSnapshots.snapshots, _ status: Value, _ plan: inout Plan) {
        var patch = status
        for (name, _) in object["status"]?.fields ?? Fields() where status[name] == nil { patch[name] = .null }
        plan.add(
            .patch(ObjectKey(resource, namespace: object.namespace, name: object.name), .merge, ["status": patch], subresource: "status"),
            ifRefused: .continuing)
    }

    // MARK: Taking away

    private func release(_ snapshot: Value, _ key: ObjectKey, _ content: Value?, _ plan: inout Plan) {
        if let content, content["spec"]?["deletionPolicy"]?.stringValue == "Delete" {
            let contentKey = ObjectKey(VolumeSnapshots.contents, name: content.name)
            if !content.isBeingDeleted { plan.add(.delete(contentKey, uid: content.uid), ifRefused: .ignore) }
            plan.add(.patch(contentKey, .merge, ["metadata": ["finalizers": .null]]), ifRefused: .ignore)
        }
        if !snapshot.finalizers.isEmpty { plan.add(.patch(key, .merge, ["metadata": ["finalizers": .null]]), ifRefused: .ignore) }
    }
}
