import Autoscaling
import Cluster
import KubernetesObjects

/// What breaks in a scenario, and what a cluster measures.
extension LabReader {
    /// The steps that are about one node, by their field.
    private static let ofNodes: [(field: String, make: @Sendable (String) -> Disturbance)] = [
        ("stopNode", { .stopNode($0) }), ("startNode", { .startNode($0) }), ("removeNode", { .removeNode($0) }), ("drain", { .drainNode($0) }),
        ("uncordon", { .uncordonNode($0) }), ("fillDisk", { .fill(.disk, node: $0) }), ("freeDisk", { .free(.disk, node: $0) }),
        ("fillMemory", { .fill(.memory, node: $0) }), ("freeMemory", { .free(.memory, node: $0) }),
        ("fillPIDs", { .fill(.processes, node: $0) }), ("freePIDs", { .free(.processes, node: $0) }),
    ]

    /// The disturbance that a step is; nil when it is another step.
    static func disturbance(_ value: Value) -> ScenarioStep.Action? {
        for (field, make) in ofNodes { if let node = value[field]?.stringValue { return .disturbNode(node, make) } }
        if let zone = value["cutZone"]?.stringValue { return .disturb(.cutZone(zone)) }
        if let zone = value["healZone"]?.stringValue { return .disturb(.healZone(zone)) }
        if let slow = value["slowPulls"] {
            let factor = slow["factor"]?.intValue ?? 1
            return .disturbPulls(node: slow["node"]?.stringValue) { .slowPulls(factor: factor, node: $0) }
        }
        if let fail = value["failPulls"] {
            let image = fail["image"]?.stringValue ?? ""
            return .disturbPulls(node: fail["node"]?.stringValue) { .failPulls(image: image, node: $0) }
        }
        if value["healPulls"]?.boolValue == true { return .disturb(.healPulls) }
        if let length = value["jump"]?.stringValue.flatMap({ GoDuration($0) }) { return .disturb(.jump(.nanoseconds(max(length.nanoseconds, 0)))) }
        return nil
    }

    /// A metric that the cluster serves; nil when its values cannot be read.
    static func metric(_ value: Value) -> DeclaredMetric {
        func labels(_ value: Value?) -> Fields { value?.fields ?? Fields() }
        let subject: DeclaredMetric.Subject
        if let object = value["object"] {
            subject = .object(
                apiVersion: object["apiVersion"]?.stringValue ?? "v1", kind: object["kind"]?.stringValue ?? "", name: object["name"]?.stringValue ?? "")
        } else if let external = value["external"] {
            subject = .external(labels(external))
        } else {
            subject = .pods(labels(value["pods"]))
        }
        let points = (value["values"]?.elements ?? []).map { point in
            DeclaredMetric.Point(
                after: point["after"]?.stringValue.flatMap { GoDuration($0) }.map { .nanoseconds($0.nanoseconds) } ?? .zero,
                value: point["value"]?.stringValue ?? point["value"]?.intValue.map(String.init) ?? "0")
        }
        return DeclaredMetric(
            name: value["name"]?.stringValue ?? "", namespace: value["namespace"]?.stringValue ?? "default", subject: subject, points: points)
    }
}
