import KubernetesObjects
import SimulationKernel

/// A change of a stored object, as informers hear of it.
package struct StoreEvent: Sendable {
    package enum Change: Sendable { case added, modified, deleted }

    package var change: Change
    package var key: ObjectKey
    /// The object as it is now; the last state of a deleted one.
    package var object: Value
    /// The object as it was before; nil when it was added.
    package var old: Value?
    package var revision: UInt64
    /// The trace entry of the write.
    package var cause: TraceID
    /// Whether it only says that an object is there, to a component that was started on a cluster that existed before it.
    package var isInitial = false

    package init(change: Change, key: ObjectKey, object: Value, old: Value?, revision: UInt64, cause: TraceID) {
        self.change = change
        self.key = key
        self.object = object
        self.old = old
        self.revision = revision
        self.cause = cause
    }
}

/// When a component wants to run next, and whether a cluster that is settling must wait for it.
package struct Wake: Sendable {
    package var at: Instant
    /// True for work that goes on for ever, such as a resync or a heartbeat: `settle()` does not wait for it.
    package var isPeriodic: Bool

    package init(at: Instant, isPeriodic: Bool = false) {
        self.at = at
        self.isPeriodic = isPeriodic
    }
}

/// A process of the cluster that watches objects and acts: a controller, the scheduler, the kubelets, kube-proxy.
///
/// - Invariants: a component changes nothing but itself; what it wants changed it returns as a plan.
///   The same events and steps give the same plans.
package protocol Component: Sendable {
    /// `deployment-controller`, `default-scheduler`, `kubelet`: the source of its events and its name in the trace.
    var name: String { get }
    /// Whom the API server takes its requests to come from.
    var user: UserInfo { get }
    /// The resources it hears of.
    var interests: [GroupResource] { get }

    /// Takes note of a change. At start every stored object of its interests comes as `added`.
    mutating func observe(_ event: StoreEvent, in view: ClusterView)

    /// When it has something to do next; nil while it only waits for events. Must be cheap: it is asked after every step.
    mutating func nextWake() -> Wake?

    /// Does one piece of work that is due, and says what caused it.
    mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?)

    /// Hears how a write of its last plan went; returns what else is to be written because of it.
    mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction]

    /// What it must remember over a restart beside what the stored objects say; null for nothing.
    var memory: Value { get }

    /// Takes in what `memory` gave before a restart. Called before it hears of the stored objects.
    mutating func recall(_ memory: Value)
}

extension Component {
    package var user: UserInfo { .controller(name) }
    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] { [] }
    package var memory: Value { .null }
    package mutating func recall(_ memory: Value) {}
}
