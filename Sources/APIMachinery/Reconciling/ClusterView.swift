import KubernetesObjects
import SimulationKernel

/// What a component may look at: the stored objects and the time. Read-only.
package struct ClusterView: Sendable {
    package let store: Store
    package let now: Instant

    package init(store: Store, now: Instant) {
        self.store = store
        self.now = now
    }

    package func get(_ key: ObjectKey) -> Value? { store.get(key) }
    package func get(_ resource: GroupResource, namespace: String = "", name: String) -> Value? {
        store.get(resource, namespace: namespace, name: name)
    }

    /// All objects of a resource, in one namespace or (nil) in all, sorted by namespace and name.
    package func list(_ resource: GroupResource, namespace: String? = nil) -> [Value] { store.list(resource, namespace: namespace) }

    /// Objects of a resource whose controller reference has this UID, oldest first.
    package func controlled(_ resource: GroupResource, by uid: String) -> [Value] { store.controlled(resource, by: uid) }

    package func pods(onNode node: String) -> [Value] { store.pods(onNode: node) }
}
