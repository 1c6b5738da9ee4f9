import APIMachinery
import Autoscaling
import Cluster
import KubernetesObjects
import SimulationKernel

/// Feeds scripted metrics to the autoscaler, one sync after another, and notes what it made of them.
///
/// - Source: the section "Autoscaling timelines" of the recordings' description.
struct TimelineFeed {
    let load: Value
    let namespace: String
    private static let period: Duration = .seconds(2)

    init(load: Value, namespace: String) {
        self.load = load
        self.namespace = namespace
    }

    private var target: String { load["target"]?.stringValue ?? "" }
    private var syncs: Int { load["syncs"]?.intValue ?? 0 }

    mutating func run(_ session: ClusterSession) -> [Value] {
        session.cluster.serveScriptedMetrics()
        var rows: [Value] = []
        var sync = 0
        while sync < syncs {
            // Everything up to just before the next sync, then the metrics that it will read.
            guard let next = session.cluster.nextRun(ofComponent: "horizontal-pod-autoscaler") else { break }
            session.advance(by: max(next - session.now - .milliseconds(1), .zero))
            if asksForMetrics(session) {
                rows.append(publish(sync, session))
                sync += 1
            }
            session.advance(by: .milliseconds(2))
        }
        return rows
    }

    /// Whether the coming sync looks at metrics at all: outside its bounds an autoscaler does not.
    private func asksForMetrics(_ session: ClusterSession) -> Bool {
        let store = session.cluster.store
        guard let autoscaler = store.list(.horizontalPodAutoscalers, namespace: namespace).first,
            let replicas = store.get(.deployments, namespace: namespace, name: target)?["spec"]?["replicas"]?.intValue
        else { return true }
        let bounds = (autoscaler["spec"]?["minReplicas"]?.intValue ?? 1)...max(autoscaler["spec"]?["maxReplicas"]?.intValue ?? 1, 1)
        return bounds.contains(replicas)
    }

    private func value(_ curve: Value?, at sync: Int) -> Int {
        var rest = sync
        for part in curve?.elements ?? [] {
            let length = part[0]?.intValue ?? 0
            if rest < length { return part[1]?.intValue ?? 0 }
            rest -= length
        }
        return curve?.elements.last?[1]?.intValue ?? 0
    }

    private func publish(_ sync: Int, _ session: ClusterSession) -> Value {
        let store = session.cluster.store
        let pods = store.list(.pods, namespace: namespace).filter { $0.label("app") == target && !$0.isBeingDeleted }
            .sorted { (created($0), $0.name) < (created($1), $1.name) }
        let missing = load["missing"].map { value($0, at: sync) } ?? 0
        let reported = missing > 0 ? Array(pods.dropLast(missing)) : pods
        var seen: Value = [:]
        var containers: [Value] = []
        for (name, usage) in load["containers"]?.fields ?? Fields() {
            var amounts: Value = [:]
            for (resource, spec) in usage.fields ?? Fields() {
                var amount = value(spec["curve"], at: sync)
                seen["\(name).\(resource)"] = Value(amount)
                if (spec["mode"]?.stringValue ?? "total") == "total" { amount /= max(pods.count, 1) }
                amounts[resource] = .string("\(amount)\(resource == "cpu" ? "m" : "Mi")")
            }
            containers.append(["name": .string(name), "usage": amounts])
        }
        for object in store.list(.podMetrics, namespace: namespace) {
            session.cluster.publishMetrics(nil, at: ObjectKey(.podMetrics, namespace: namespace, name: object.name))
        }
        for pod in reported {
            session.cluster.publishMetrics(
                [
                    "apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics",
                    "metadata": ["name": .string(pod.name), "namespace": .string(namespace), "labels": .object(pod.labels)],
                    "timestamp": .string(session.now.rfc3339), "window": "0s", "containers": .array(containers),
                ], at: ObjectKey(.podMetrics, namespace: namespace, name: pod.name))
        }
        let replicas = store.get(.deployments, namespace: namespace, name: target)?["spec"]?["replicas"]?.intValue ?? 0
        return [
            "sync": Value(sync), "replicas": Value(replicas), "pods": Value(pods.count), "podsWithMetrics": Value(reported.count), "load": seen,
        ]
    }

    private func created(_ pod: Value) -> String { pod["metadata"]?["creationTimestamp"]?.stringValue ?? "" }
}
