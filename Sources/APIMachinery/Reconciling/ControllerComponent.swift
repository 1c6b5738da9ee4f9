import KubernetesObjects
import SimulationKernel

/// Runs a controller as a component: its work queue, back-off and causes.
package struct ControllerComponent: Component {
    package private(set) var controller: any Controller
    private var queue = WorkQueue<ObjectKey>()
    private var causes: [ObjectKey: TraceID] = [:]
    private var current: ObjectKey?
    private var currentFailed = false
    /// The time when it last heard or did something: what is due by then is not waiting for a period.
    private var lastSeen = Instant(nanoseconds: .min)

    package init(_ controller: any Controller) { self.controller = controller }

    package var name: String { controller.name }
    package var user: UserInfo { controller.user }
    package var interests: [GroupResource] { controller.interests }

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        lastSeen = view.now
        for (key, delay) in controller.keys(for: event, in: view) {
            queue.add(key, at: view.now + delay)
            causes[key] = event.cause
        }
    }

    package mutating func nextWake() -> Wake? {
        queue.nextDue().map { Wake(at: $0, isPeriodic: controller.isPeriodic && $0 > lastSeen) }
    }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        lastSeen = view.now
        if let last = current, !currentFailed { queue.forget(last) }
        guard let key = queue.pop(by: view.now) else {
            current = nil
            return (.done, nil)
        }
        current = key
        currentFailed = false
        let plan = controller.reconcile(key, in: view)
        if plan.requeueWithBackOff {
            currentFailed = true
            queue.addRateLimited(key, now: view.now)
        }
        if let after = plan.requeueAfter { queue.add(key, at: view.now + after) }
        return (plan, causes.removeValue(forKey: key))
    }

    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] {
        guard let key = current else { return [] }
        if case .failure = result, !currentFailed, action.ifRefused != .ignore {
            currentFailed = true
            queue.addRateLimited(key, now: view.now)
        }
        return controller.completed(action, result: result, for: key, in: view)
    }
}

// MARK: Restarts

extension ControllerComponent {
    /// The controller's own memory, and when what resyncs for ever is due next, so that a restart does not shift its periods.
    package var memory: Value {
        var memory: Value = [:]
        let own = controller.memory
        if !own.isNull { memory["controller"] = own }
        if controller.isPeriodic {
            let waiting = queue.waiting
            if !waiting.isEmpty {
                memory["queue"] = .array(
                    waiting.map { key, due in
                        [
                            .string(key.resource.group), .string(key.resource.resource), .string(key.namespace), .string(key.name),
                            .int(due.nanoseconds),
                        ]
                    })
            }
        }
        return memory.isEmptyValue ? .null : memory
    }

    package mutating func recall(_ memory: Value) {
        if let own = memory["controller"] { controller.recall(own) }
        for entry in memory["queue"]?.elements ?? [] {
            guard let plural = entry[1]?.stringValue, let due = entry[4]?.intValue else { continue }
            let key = ObjectKey(
                GroupResource(plural, group: entry[0]?.stringValue ?? ""), namespace: entry[2]?.stringValue ?? "", name: entry[3]?.stringValue ?? "")
            queue.add(key, at: Instant(nanoseconds: Int64(due)))
        }
    }
}
