import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Deletes what lost its owners, and holds back owners that wait for what they own.
///
/// - Invariants: `nodes` has every observed object by UID; an owner reference counts only when the object of that
///   UID has the name and the namespace (or none) that the reference says.
/// - Source: kube-controller-manager `garbagecollector` of Kubernetes 1.36. Differs: the graph is the store, so an
///   owner that is not observed does not exist.
package struct GarbageCollector: Component {
    package let name = "garbage-collector-controller"
    package var user: UserInfo { .controller("generic-garbage-collector") }
    package let interests: [GroupResource] = [.everything]

    private var nodes: [String: ObjectKey] = [:]
    private var queue = WorkQueue<ObjectKey>()
    private var causes: [ObjectKey: TraceID] = [:]
    private var current: ObjectKey?
    private var currentFailed = false

    static let foreground = "foregroundDeletion"
    static let orphan = "orphan"

    package init() {}

    // MARK: Hearing

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        // Events are left out of the real graph too.
        if event.key.resource == .events { return }
        let object = event.object
        let uid = object.uid
        switch event.change {
        case .deleted:
            if nodes[uid] == event.key { nodes[uid] = nil }
            for dependent in view.store.dependents(of: uid) { enqueue(dependent, event, view) }
            enqueueWaitingOwners(of: object, event, view)
            if event.key.resource == .customResourceDefinitions { return }
        case .added, .modified:
            if !uid.isEmpty, event.change == .added || nodes[uid] == nil { nodes[uid] = event.key }
            let references = object.ownerReferences
            if !references.isEmpty {
                if event.change == .added || event.old?.ownerReferences != references { enqueue(event.key, event, view) }
                if object.isBeingDeleted, event.old?.isBeingDeleted != true { enqueueWaitingOwners(of: object, event, view) }
            }
            if object.isBeingDeleted, event.old?.isBeingDeleted != true || event.old?.finalizers != object.finalizers {
                let finalizers = object.finalizers
                if finalizers.contains(Self.foreground) || finalizers.contains(Self.orphan) { enqueue(event.key, event, view) }
            }
        }
    }

    private mutating func enqueueWaitingOwners(of object: Value, _ event: StoreEvent, _ view: ClusterView) {
        for reference in object.ownerReferences {
            guard let owner = nodes[reference["uid"]?.stringValue ?? ""], let stored = view.get(owner), stored.isBeingDeleted else { continue }
            enqueue(owner, event, view)
        }
    }

    private mutating func enqueue(_ key: ObjectKey, _ event: StoreEvent, _ view: ClusterView) {
        queue.add(key, at: view.now)
        causes[key] = event.cause
    }

    package mutating func nextWake() -> Wake? { queue.nextDue().map { Wake(at: $0) } }

    // MARK: Doing

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        if let last = current, !currentFailed { queue.forget(last) }
        current = nil
        currentFailed = false
        guard let key = queue.pop(by: view.now) else { return (.done, nil) }
        current = key
        let cause = causes.removeValue(forKey: key)
        guard let object = view.get(key) else { return (.done, cause) }
        if object.isBeingDeleted {
            let finalizers = object.finalizers
            if finalizers.contains(Self.orphan) { return (orphanDependents(of: object, key, view), cause) }
            if finalizers.contains(Self.foreground) { return (continueForeground(object, key, view), cause) }
            return (.done, cause)
        }
        return (attemptToDelete(object, key, view), cause)
    }

    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] {
        guard let key = current, case .failure(let status) = result, !status.isNotFound, action.ifRefused != .ignore, !currentFailed else { return [] }
        currentFailed = true
        queue.addRateLimited(key, now: view.now)
        return []
    }

    private func orphanDependents(of object: Value, _ key: ObjectKey, _ view: ClusterView) -> Plan {
        var plan = Plan()
        for dependent in view.store.dependents(of: object.uid) {
            plan.add(removal(of: [object.uid], from: dependent, view), ifRefused: .continuing)
        }
        plan.add(removal(ofFinalizer: Self.orphan, from: object, key))
        return plan
    }

    /// Deletes the dependents of an owner that waits for them; lets it go when none blocks it.
    private mutating func continueForeground(_ object: Value, _ key: ObjectKey, _ view: ClusterView) -> Plan {
        var plan = Plan()
        var blocked = false
        for dependent in view.store.dependents(of: object.uid) {
            guard let child = view.get(dependent) else { continue }
            let blocks = child.ownerReferences.contains {
                $0["uid"]?.stringValue == object.uid && $0["blockOwnerDeletion"]?.boolValue == true
            }
            if blocks { blocked = true }
            if !child.isBeingDeleted { queue.add(dependent, at: view.now) }
        }
        if !blocked { plan.add(removal(ofFinalizer: Self.foreground, from: object, key)) }
        return plan
    }

    private enum OwnerState { case solid, dangling, waiting }

    private func attemptToDelete(_ object: Value, _ key: ObjectKey, _ view: ClusterView) -> Plan {
        let references = object.ownerReferences
        if references.isEmpty { return .done }
        var plan = Plan()
        var solid = 0
        var gone: [String] = []
        var waiting: [String] = []
        for reference in references {
            let uid = reference["uid"]?.stringValue ?? ""
            switch state(of: reference, for: object, key, view, &plan) {
            case .solid: solid += 1
            case .dangling: gone.append(uid)
            case .waiting: waiting.append(uid)
            }
        }
        if solid > 0 {
            if !gone.isEmpty || !waiting.isEmpty { plan.add(removal(of: gone + waiting, from: key, view)) }
            return plan
        }
        var policy = DeletionPropagation.background
        let finalizers = object.finalizers
        if finalizers.contains(Self.orphan) { policy = .orphan } else if finalizers.contains(Self.foreground) { policy = .foreground }
        if !waiting.isEmpty {
            let dependents = view.store.dependents(of: object.uid)
            if !dependents.isEmpty {
                if dependents.contains(where: { view.get($0).map { $0.isBeingDeleted && $0.hasFinalizer(Self.foreground) } ?? false }) {
                    plan.add(unblocking(object, key), ifRefused: .continuing)
                }
                policy = .foreground
            }
        }
        plan.add(.delete(key, uid: object.uid, propagation: policy), ifRefused: .continuing)
        return plan
    }

    private func state(of reference: Value, for object: Value, _ key: ObjectKey, _ view: ClusterView, _ plan: inout Plan) -> OwnerState {
        let uid = reference["uid"]?.stringValue ?? ""
        guard let ownerKey = nodes[uid], let owner = view.get(ownerKey), owner.uid == uid else { return .dangling }
        if !ownerKey.namespace.isEmpty, ownerKey.namespace != key.namespace {
            plan.event(
                on: object, type: .warning, reason: "OwnerRefInvalidNamespace",
                message:
                    "ownerRef [\(reference["apiVersion"]?.stringValue ?? "")/\(reference["kind"]?.stringValue ?? ""), namespace: \(key.namespace), name: \(reference["name"]?.stringValue ?? ""), uid: \(uid)] does not exist in namespace \"\(key.namespace)\""
            )
            return .dangling
        }
        if ownerKey.name != reference["name"]?.stringValue ?? "" { return .dangling }
        if owner.isBeingDeleted, owner.hasFinalizer(Self.foreground) { return .waiting }
        return .solid
    }

    // MARK: Patches

    private func removal(of uids: [String], from key: ObjectKey, _ view: ClusterView) -> PlannedWrite {
        let object = view.get(key)
        let left = (object?.ownerReferences ?? []).filter { !uids.contains($0["uid"]?.stringValue ?? "") }
        return .patch(
            key, .merge,
            ["metadata": ["uid": .string(object?.uid ?? ""), "ownerReferences": left.isEmpty ? .null : .array(left)]])
    }

    private func unblocking(_ object: Value, _ key: ObjectKey) -> PlannedWrite {
        let references = object.ownerReferences.map { reference in
            var next = reference
            if next["blockOwnerDeletion"]?.boolValue == true { next["blockOwnerDeletion"] = false }
            return next
        }
        return .patch(key, .merge, ["metadata": ["uid": .string(object.uid), "ownerReferences": .array(references)]])
    }

    private func removal(ofFinalizer finalizer: String, from object: Value, _ key: ObjectKey) -> PlannedWrite {
        let left = object.finalizers.filter { $0 != finalizer }
        return .patch(
            key, .merge,
            [
                "metadata": [
                    "resourceVersion": .string(object.resourceVersion),
                    "finalizers": left.isEmpty ? .null : .array(left.map { .string($0) }),
                ]
            ])
    }
}
