import KubernetesSchema

/// The resources of `metrics.k8s.io`, which the metrics server adds to the API.
package enum MetricsAPI {
    package static let types: [ResourceType] = [
        type("NodeMetrics", plural: "nodes", isNamespaced: false), type("PodMetrics", plural: "pods", isNamespaced: true),
    ]

    private static func type(_ kind: String, plural: String, isNamespaced: Bool) -> ResourceType {
        ResourceType(
            group: "metrics.k8s.io", version: "v1beta1", kind: kind, plural: plural, singular: "", isNamespaced: isNamespaced, verbs: ["get", "list"],
            columns: [
                PrinterColumn(name: "Name", format: "name"), PrinterColumn(name: "CPU"), PrinterColumn(name: "Memory"),
                PrinterColumn(name: "Window"),
            ], schema: .lazy("any"))
    }
}
