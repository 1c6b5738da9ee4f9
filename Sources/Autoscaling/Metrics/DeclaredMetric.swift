import APIMachinery
import KubernetesObjects
import SimulationKernel

/// A custom or external metric that a lab or a profile declares, and what it says over time.
///
/// - Shape: published as `MetricValueList` and `ExternalMetricValueList` objects named for the metric, as an adapter would serve them.
package struct DeclaredMetric: Sendable {
    package enum Subject: Sendable {
        /// Each pod that carries the labels.
        case pods(Fields)
        case object(apiVersion: String, kind: String, name: String)
        case external(Fields)
    }

    package struct Point: Hashable, Sendable {
        /// Since the cluster was made.
        package var after: Duration
        /// A quantity.
        package var value: String

        package init(after: Duration, value: String) {
            self.after = after
            self.value = value
        }
    }

    package var name: String
    package var namespace: String
    package var subject: Subject
    package var points: [Point]

    package init(name: String, namespace: String, subject: Subject, points: [Point]) {
        self.name = name
        self.namespace = namespace
        self.subject = subject
        self.points = points
    }

    /// How often an adapter asks for new values.
    package static let resolution: Duration = .seconds(15)

    /// What it says at a time; nil before its first point.
    package func value(after elapsed: Duration) -> String? { points.last { $0.after <= elapsed }?.value }

    /// The API group that serves it.
    package var group: String { if case .external = subject { "external.metrics.k8s.io" } else { "custom.metrics.k8s.io" } }

    /// The object to publish; nil while there is no value.
    package func published(after elapsed: Duration, in view: ClusterView) -> (key: ObjectKey, object: Value?) {
        let time = Value.string(view.now.rfc3339)
        let resource: GroupResource = group == "external.metrics.k8s.io" ? .externalMetrics : .customMetrics
        let key = ObjectKey(resource, namespace: namespace, name: name)
        guard let value = value(after: elapsed) else { return (key, nil) }
        func custom(_ described: Value) -> Value {
            ["describedObject": described, "metric": ["name": .string(name)], "timestamp": time, "value": .string(value)]
        }
        let items: [Value]
        switch subject {
        case .pods(let labels):
            items = view.list(.pods, namespace: namespace).filter { pod in
                pod["status"]?["phase"]?.stringValue == "Running" && labels.allSatisfy { pod.label($0.key) == $0.value.stringValue }
            }.map { custom(["kind": "Pod", "namespace": .string(namespace), "name": .string($0.name), "apiVersion": "v1"]) }
        case .object(let apiVersion, let kind, let name):
            items = [custom(["kind": .string(kind), "namespace": .string(namespace), "name": .string(name), "apiVersion": .string(apiVersion)])]
        case .external(let labels):
            items = [["metricName": .string(name), "metricLabels": .object(labels), "timestamp": time, "value": .string(value)]]
        }
        let isExternal = resource == .externalMetrics
        return (
            key,
            [
                "apiVersion": isExternal ? "external.metrics.k8s.io/v1beta1" : "custom.metrics.k8s.io/v1beta2",
                "kind": isExternal ? "ExternalMetricValueList" : "MetricValueList", "metadata": ["name": .string(name), "namespace": .string(namespace)],
                "items": .array(items),
            ]
        )
    }
}
