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
    static let sourceFinalizer = "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection"
    static let boundFinalizer = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection"
    static let defaultClassKey = "snapshot.storage.kubernetes.io/is-default-class"
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
            protect(snapshot, view.get(VolumeSnapshots.contents, name: given), &plan)
            bind(snapshot, to: given, &plan, in: view)
        } else if let claim = snapshot["spec"]?["source"]?["persistentVolumeClaimName"]?.stringValue {
            guard let snapshotClass = snapshotClass(of: snapshot, claim: claim, &plan, in: view) else { return plan }
            protect(snapshot, view.get(VolumeSnapshots.contents, name: contentName), &plan)
            take(snapshot, of: claim, by: snapshotClass, contentName, &plan, in: view)
        }
        return plan
    }

    /// Keeps a snapshot from going away while it is looked after, and while a content that is to go with it is there.
    private func protect(_ snapshot: Value, _ content: Value?, _ plan: inout Plan) {
        var finalizers = snapshot.finalizers
        if !finalizers.contains(Self.sourceFinalizer) { finalizers.append(Self.sourceFinalizer) }
        if content?["spec"]?["deletionPolicy"]?.stringValue == "Delete", snapshot["status"]?["boundVolumeSnapshotContentName"] != nil,
            !finalizers.contains(Self.boundFinalizer)
        {
            finalizers.append(Self.boundFinalizer)
        }
        if finalizers != snapshot.finalizers { patch(snapshot, ["metadata": ["finalizers": Value(finalizers)]], &plan) }
    }

    private func patch(_ snapshot: Value, _ change: Value, _ plan: inout Plan) {
        plan.add(
            .patch(ObjectKey(VolumeSnapshots.snapshots, namespace: snapshot.namespace, name: snapshot.name), .merge, change), ifRefused: .continuing)
    }

    // MARK: Classes

    /// The class that a snapshot names, or the default of its volume's driver, which it is given then; nil when there is none,
    /// which is told.
    private func snapshotClass(of snapshot: Value, claim: String, _ plan: inout Plan, in view: ClusterView) -> Value? {
        if let name = snapshot["spec"]?["volumeSnapshotClassName"]?.stringValue {
            if let found = view.get(VolumeSnapshots.classes, name: name) { return found }
            let missing = "volumesnapshotclass.snapshot.storage.k8s.io \"\(name)\" not found"
            refuse(snapshot, "GetSnapshotClassFailed", "Failed to get snapshot class with error \(missing)", isReadyKnown: false, &plan, in: view)
            return nil
        }
        let problem: String
        switch driver(ofClaim: claim, of: snapshot, in: view) {
        case .failure(let missing): problem = missing.message
        case .success(let driver):
            let classes = view.list(VolumeSnapshots.classes).filter {
                $0["driver"]?.stringValue == driver && $0.annotation(Self.defaultClassKey) == "true"
            }
            if classes.count == 1 {
                patch(snapshot, ["spec": ["volumeSnapshotClassName": .string(classes[0].name)]], &plan)
                return classes[0]
            }
            problem = classes.isEmpty ? "cannot find default snapshot class" : "\(classes.count) default snapshot classes were found"
        }
        refuse(
            snapshot, "SetDefaultSnapshotClassFailed", "Failed to set default snapshot class with error \(problem)", isReadyKnown: false, &plan,
            in: view)
        return nil
    }

    private struct Missing: Error { var message: String }

    private func driver(ofClaim claimName: String, of snapshot: Value, in view: ClusterView) -> Result<String, Missing> {
        guard let claim = view.get(.persistentVolumeClaims, namespace: snapshot.namespace, name: claimName) else {
            return .failure(Missing(message: "failed to retrieve PVC \(claimName) from the lister: \"persistentvolumeclaim \\\"\(claimName)\\\" not found\""))
        }
        let name = claim.specString("volumeName") ?? ""
        guard let volume = view.get(.persistentVolumes, name: name) else {
            return .failure(Missing(message: "failed to retrieve PV \(name) from the API server: \"persistentvolumes \\\"\(name)\\\" not found\""))
        }
        guard let driver = volume["spec", "csi", "driver"]?.stringValue else {
            return .failure(Missing(message: "snapshotting non-CSI volumes is not supported, snapshot:\(snapshot.namespace)/\(snapshot.name)"))
        }
        return .success(driver)
    }

    // MARK: Taking

    private func take(
        _ snapshot: Value, of claimName: String, by snapshotClass: Value, _ contentName: String, _ plan: inout Plan, in view: ClusterView
    ) {
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
        guard let driver = drivers.first(where: { $0.name == driverName }), driver.copies, DriverState.isRunning(driver, in: view) else { return }
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

    /// Notes why there is no snapshot.
    ///
    /// - Parameter isReadyKnown: whether it is sure by now that it cannot be used.
    private func refuse(
        _ snapshot: Value, _ reason: String, _ message: String, isReadyKnown: Bool = true, _ plan: inout Plan, in view: ClusterView
    ) {
        guard snapshot["status"]?["error"]?["message"]?.stringValue != message else { return }
        var status: Value = ["error": ["message": .string(message), "time": .string(view.now.rfc3339)]]
        if isReadyKnown { status["readyToUse"] = false }
        setStatus(snapshot, status, &plan)
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
