import APIMachinery
import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// What the metrics API says of one pod.
package struct PodMetric: Hashable, Sendable {
    package var timestamp: Instant
    package var window: Duration
    /// Millicores, or bytes times 1000: Kubernetes computes in milli-units.
    package var milliValue: Int

    package init(timestamp: Instant, window: Duration, milliValue: Int) {
        self.timestamp = timestamp
        self.window = window
        self.milliValue = milliValue
    }
}

/// A metric that cannot be had, with the text that the real clients give.
package struct MetricsFailure: Error, Hashable, Sendable {
    package var message: String
    package init(_ message: String) { self.message = message }
}

extension GroupResource {
    /// `MetricValueList` objects named for a metric: what a lab says of custom metrics.
    package static let customMetrics = GroupResource("metrics", group: "custom.metrics.k8s.io")
    /// `ExternalMetricValueList` objects named for a metric: what a lab says of external metrics.
    package static let externalMetrics = GroupResource("metrics", group: "external.metrics.k8s.io")
}

/// Reads metrics as the autoscaler's metrics clients do.
///
/// - Source: kube-controller-manager `podautoscaler/metrics`.
package struct MetricsReader: Sendable {
    let view: ClusterView
    /// What an API outside of the cluster has answered, where one serves the metrics of pods.
    var answer: Result<Value, MetricsFailure>?

    package init(_ view: ClusterView) { self.view = view }

    /// Looks whether an aggregated API of metrics is registered and available.
    private func checkServed(_ group: String, version: String, for resource: String) throws(MetricsFailure) {
        guard let service = view.get(.apiServices, name: "\(version).\(group)") else {
            throw MetricsFailure("the server could not find the requested resource (get \(resource).\(group))")
        }
        if let condition = service.condition("Available"), condition["status"]?.stringValue != "True" {
            throw MetricsFailure("the server is currently unable to handle the request (get \(resource).\(group))")
        }
    }

    /// Usage of a resource by pod name, of a whole pod or of one container.
    ///
    /// - Throws: `MetricsFailure` when no metrics API answers, or when it knows none of the pods.
    package func resource(_ resource: String, container: String?, namespace: String, selector: LabelSelector) throws(MetricsFailure) -> [String: PodMetric] {
        let fetched: Value?
        do throws(MetricsFailure) {
            try checkServed("metrics.k8s.io", version: "v1beta1", for: "pods")
            fetched = try answer?.get()
        } catch {
            throw MetricsFailure("unable to fetch metrics from resource metrics API: \(error.message)")
        }
        var result: [String: PodMetric] = [:]
        var isAnySelected = false
        func read(_ object: Value) {
            isAnySelected = true
            var sum: Int = 0
            var isComplete = true
            var isFound = container == nil
            for entry in object["containers"]?.elements ?? [] {
                if let container, entry["name"]?.stringValue != container { continue }
                isFound = true
                guard let quantity = entry["usage"]?[resource]?.stringValue.flatMap({ Quantity($0) }) else {
                    isComplete = false
                    continue
                }
                sum &+= Int(quantity.milliValue)
            }
            guard isComplete, isFound else { return }
            result[object.name] = PodMetric(
                timestamp: Instant(rfc3339: object["timestamp"]?.stringValue ?? "") ?? view.now,
                window: GoDuration(object["window"]?.stringValue ?? "").map { .nanoseconds($0.nanoseconds) } ?? .zero, milliValue: sum)
        }
        if let fetched {
            // Whoever answered has looked at the selector.
            for object in fetched["items"]?.elements ?? [] { read(object) }
        } else {
            view.store.forEach(.podMetrics, namespace: namespace) { object in if selector.matches(object.labels) { read(object) } }
        }
        if !isAnySelected { throw MetricsFailure("no metrics returned from resource metrics API") }
        return result
    }

    /// A custom metric by pod name.
    package func pods(metric: String, namespace: String, selector: LabelSelector) throws(MetricsFailure) -> [String: PodMetric] {
        var result: [String: PodMetric] = [:]
        for item in try customItems(metric, namespace: namespace) where item["describedObject"]?["kind"]?.stringValue == "Pod" {
            guard let name = item["describedObject"]?["name"]?.stringValue, let pod = view.get(.pods, namespace: namespace, name: name),
                selector.matches(pod.labels), let quantity = item["value"]?.stringValue.flatMap({ Quantity($0) })
            else { continue }
            result[name] = PodMetric(timestamp: view.now, window: .zero, milliValue: Int(quantity.milliValue))
        }
        if result.isEmpty { throw MetricsFailure("no metrics returned from custom metrics API") }
        return result
    }

    /// A custom metric of one object, in milli-units.
    package func object(metric: String, namespace: String, kind: String, name: String) throws(MetricsFailure) -> Int {
        for item in try customItems(metric, namespace: namespace) {
            let described = item["describedObject"]
            if described?["kind"]?.stringValue == kind, described?["name"]?.stringValue == name,
                let quantity = item["value"]?.stringValue.flatMap({ Quantity($0) })
            {
                return Int(quantity.milliValue)
            }
        }
        let resource = Catalogue.standard.resources.first { $0.kind == kind }.map { GroupResource($0.plural, group: $0.group).description }
        throw MetricsFailure(
            "unable to fetch metrics from custom metrics API: the server could not find the metric \(metric) for \(resource ?? kind.lowercased() + "s") \(name)")
    }

    /// The values of an external metric, in milli-units.
    package func external(metric: String, namespace: String, selector: LabelSelector) throws(MetricsFailure) -> [Int] {
        guard let list = view.get(.externalMetrics, namespace: namespace, name: metric) else {
            throw MetricsFailure(
                "unable to fetch metrics from external metrics API: the server could not find the requested resource (get \(metric).external.metrics.k8s.io)")
        }
        let values = (list["items"]?.elements ?? []).filter { selector.matches($0["metricLabels"]?.fields ?? Fields()) }
            .compactMap { $0["value"]?.stringValue.flatMap { Quantity($0) }.map { Int($0.milliValue) } }
        if values.isEmpty { throw MetricsFailure("no metrics returned from external metrics API") }
        return values
    }

    private func customItems(_ metric: String, namespace: String) throws(MetricsFailure) -> [Value] {
        guard view.store.count(.customMetrics) > 0 else {
            throw MetricsFailure("unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered")
        }
        guard let list = view.get(.customMetrics, namespace: namespace, name: metric) else {
            throw MetricsFailure("unable to fetch metrics from custom metrics API: the server could not find the metric \(metric) for pods")
        }
        return list["items"]?.elements ?? []
    }
}
