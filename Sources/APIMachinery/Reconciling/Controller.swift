import KubernetesObjects
import SimulationKernel

/// Brings one kind of object from its present to its desired state, one key at a time.
///
/// Level-triggered as in Kubernetes: `reconcile` looks at the stored state only and may be called
/// at any time with any key; calling it again after its plan was applied must ask for nothing more.
///
/// Most controllers are values without state. One that must remember (back-off, recommendations)
/// keeps it in stored properties, keyed by object, and forgets it when the object is gone.
package protocol Controller: Sendable {
    /// `deployment-controller`: the ServiceAccount it runs as and the source of its events.
    var name: String { get }
    /// The resources whose changes can make a key worth reconciling.
    var interests: [GroupResource] { get }

    /// The keys to reconcile after a change, each with a delay (zero for at once).
    mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)]

    /// What must be written so that the object of `key` comes closer to what it should be.
    mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan

    /// Hears how a write of the plan for `key` went; returns what else is to be written because of it
    /// (an Event about a refused creation, say).
    mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView) -> [PlannedAction]

    /// Whether keys that are queued for later keep a cluster from being settled. False for what
    /// resyncs for ever, such as the HPA.
    var isPeriodic: Bool { get }

    /// Whom the API server takes its requests to come from.
    var user: UserInfo { get }

    /// What it must remember over a restart beside what the stored objects say; null for nothing.
    var memory: Value { get }

    /// Takes in what `memory` gave before a restart.
    mutating func recall(_ memory: Value)
}

extension Controller {
    package var isPeriodic: Bool { false }
    package var user: UserInfo { .controller(name) }
    package var memory: Value { .null }
    package mutating func recall(_ memory: Value) {}
    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView) -> [PlannedAction] { [] }

    /// The key of the event's own object, for controllers that reconcile what they watch.
    package func ownKey(_ event: StoreEvent) -> [(key: ObjectKey, after: Duration)] { [(event.key, .zero)] }
}
