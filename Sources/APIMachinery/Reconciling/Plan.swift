import KubernetesObjects
import SimulationKernel

/// What a component wants done: writes in order, and when it wants to look again.
///
/// One place applies plans (`Cluster`). A write that is refused ends the plan: the
/// component hears of it through `Component.completed(_:result:)`, and a controller's key
/// is queued again with back-off, unless the write says `continuing`.
package struct Plan: Sendable {
    package var actions: [PlannedAction] = []
    /// Reconcile the same key again after this time even if nothing changes.
    package var requeueAfter: Duration?
    /// Treat this pass as failed: queue the key again with back-off after the actions.
    package var requeueWithBackOff = false

    package init(_ actions: [PlannedAction] = [], requeueAfter: Duration? = nil) {
        self.actions = actions
        self.requeueAfter = requeueAfter
    }

    package static var done: Plan { Plan() }

    package mutating func add(_ write: PlannedWrite, ifRefused: RefusalPolicy = .stop, tag: Int = 0) {
        actions.append(PlannedAction(write: write, ifRefused: ifRefused, tag: tag))
    }

    /// Adds an Event object on `object`.
    package mutating func event(on object: Value, type: EventType = .normal, reason: String, message: String, related: Value? = nil, action: String = "") {
        add(.event(EventDraft(object: object, type: type, reason: reason, message: message, related: related, action: action)), ifRefused: .ignore)
    }

    package mutating func append(_ other: Plan) {
        actions += other.actions
        if let after = other.requeueAfter { requeueAfter = requeueAfter.map { min($0, after) } ?? after }
        requeueWithBackOff = requeueWithBackOff || other.requeueWithBackOff
    }
}

/// A write and what to do when the server refuses it.
package struct PlannedAction: Sendable {
    package var write: PlannedWrite
    package var ifRefused: RefusalPolicy
    /// The component's own mark, given back in `completed`.
    package var tag: Int

    package init(write: PlannedWrite, ifRefused: RefusalPolicy = .stop, tag: Int = 0) {
        self.write = write
        self.ifRefused = ifRefused
        self.tag = tag
    }
}

package enum RefusalPolicy: Sendable {
    /// Drop the rest of the plan and queue the key again with back-off.
    case stop
    /// Go on, and queue the key again with back-off at the end.
    case continuing
    /// Go on as if nothing had happened.
    case ignore
}

/// A write to the API server.
package enum PlannedWrite: Sendable {
    case create(GroupResource, Value)
    /// Replaces an object; its resource version is the precondition when it has one.
    case update(GroupResource, Value)
    /// Replaces the status of an object.
    case updateStatus(GroupResource, Value)
    case patch(ObjectKey, PatchType, Value, subresource: String = "")
    case delete(ObjectKey, uid: String? = nil, gracePeriodSeconds: Int? = nil, propagation: DeletionPropagation? = nil)
    /// POST or PUT to a subresource: `binding`, `eviction`, `token`, `approval`, `scale`.
    case createSubresource(ObjectKey, subresource: String, Value)
    case updateSubresource(ObjectKey, subresource: String, Value)
    /// Server-side apply by this component.
    case apply(GroupResource, Value, subresource: String = "")
    /// Puts or (nil) removes an object that no registry of the API knows: what a cloud keeps beside the cluster.
    case publish(ObjectKey, Value?)
    /// An Event object; equal ones are counted up as client-go's recorder does.
    case event(EventDraft)
    /// A line in the causal trace and nothing else: a decision worth explaining.
    case note(subject: String, action: String, detail: String)
}

package enum EventType: String, Sendable {
    case normal = "Normal"
    case warning = "Warning"
}

/// An Event before it is named, counted and stored.
package struct EventDraft: Sendable {
    /// The involved object, or enough of it: apiVersion, kind, metadata.
    package var object: Value
    package var type: EventType
    package var reason: String
    package var message: String
    package var related: Value?
    /// `events.k8s.io` components (the scheduler) name an action.
    package var action: String
    /// `involvedObject.fieldPath`, such as `spec.containers{web}`.
    package var fieldPath = ""
    /// Overrides the component's own name as the reporting component.
    package var component: String?
    /// The host of the source: kubelets give their node.
    package var host = ""

    package init(object: Value, type: EventType, reason: String, message: String, related: Value? = nil, action: String = "") {
        self.object = object
        self.type = type
        self.reason = reason
        self.message = message
        self.related = related
        self.action = action
    }
}
