import APIMachinery
import KubernetesObjects
import SimulationKernel

@testable import Autoscaling

/// Stored objects to decide on, without a server.
struct World {
    var store = Store()
    var now = Instant.simulationStart

    var view: ClusterView { ClusterView(store: store, now: now) }

    mutating func put(_ object: Value, _ resource: GroupResource) {
        store.put(object, at: ObjectKey(resource, namespace: object.namespace, name: object.name), cause: TraceID(0))
    }

    /// A pod of a controller that is there; `spec` and `status` are laid over the usual ones.
    @discardableResult
    mutating func pod(
        _ name: String, namespace: String = "default", owner: String? = "ReplicaSet", labels: Value = ["app": "web"], annotations: Value? = nil,
        requests: Value = [:], spec extra: Value = [:], phase: String = "Running", ready: Bool = true, startedAgo: Duration = .seconds(3600),
        node: String? = "node-1"
    ) -> Value {
        var metadata: Value = ["name": .string(name), "namespace": .string(namespace), "uid": .string("uid-\(name)"), "labels": labels]
        if let annotations { metadata["annotations"] = annotations }
        if let owner {
            metadata["ownerReferences"] = [["apiVersion": "apps/v1", "kind": .string(owner), "name": "web", "uid": "uid-web", "controller": true]]
            let resources: [String: GroupResource] = ["ReplicaSet": .replicaSets, "Job": .jobs, "StatefulSet": .statefulSets]
            if let resource = resources[owner] {
                put(["metadata": ["name": "web", "namespace": .string(namespace), "uid": "uid-web"], "spec": ["replicas": 3]], resource)
            }
        }
        var spec: Value = ["containers": [["name": "main", "image": "nginx", "resources": ["requests": requests]]]]
        if let node { spec["nodeName"] = .string(node) }
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        let started = Value.string((now - startedAgo).rfc3339)
        let object: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec,
            "status": [
                "phase": .string(phase), "startTime": started,
                "conditions": [["type": "Ready", "status": .string(ready ? "True" : "False"), "lastTransitionTime": started]],
            ],
        ]
        put(object, .pods)
        return object
    }

    mutating func node(_ name: String, cpu: String = "2", memory: String = "8Gi", labels: Value = [:], annotations: Value? = nil) {
        var labels = labels
        labels["kubernetes.io/hostname"] = .string(name)
        var metadata: Value = ["name": .string(name), "labels": labels]
        if let annotations { metadata["annotations"] = annotations }
        put(Self.node(metadata, cpu, memory), .nodes)
    }

    static func node(_ metadata: Value, _ cpu: String, _ memory: String) -> Value {
        [
            "apiVersion": "v1", "kind": "Node", "metadata": metadata,
            "status": [
                "allocatable": ["cpu": .string(cpu), "memory": .string(memory), "pods": "110"],
                "capacity": ["cpu": .string(cpu), "memory": .string(memory), "pods": "110"], "conditions": [["type": "Ready", "status": "True"]],
            ],
        ]
    }

    static func group(
        _ id: String, cpu: String = "2", memory: String = "8Gi", minimum: Int = 0, maximum: Int = 10, target: Int = 0, nodes: [String] = [], price: Double? = nil
    ) -> NodeGroup {
        NodeGroup(
            id: id, minimum: minimum, maximum: maximum, target: max(target, nodes.count), template: node(["name": "template", "labels": [:]], cpu, memory),
            instances: nodes.map { NodeGroup.Instance(name: $0, providerID: $0, state: .running, since: .simulationStart) }, pricePerHour: price)
    }

    /// The metrics API with what each pod uses.
    mutating func metrics(_ usages: [(pod: String, cpu: String)], window: String = "15s") {
        put(["metadata": ["name": "v1beta1.metrics.k8s.io"], "spec": ["group": "metrics.k8s.io"]], .apiServices)
        for (pod, cpu) in usages {
            let labels = store.get(.pods, namespace: "default", name: pod)?.labels ?? Fields()
            put(
                [
                    "metadata": ["name": .string(pod), "namespace": "default", "labels": .object(labels)], "timestamp": .string(now.rfc3339),
                    "window": .string(window), "containers": [["name": "main", "usage": ["cpu": .string(cpu), "memory": "100Mi"]]],
                ], .podMetrics)
        }
    }
}
