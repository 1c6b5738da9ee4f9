import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// The scale of the object that an autoscaler acts on.
struct ScaleTarget {
    var key: ObjectKey
    var apiVersion: String
    var kind: String
    /// `spec.replicas`.
    var replicas: Int
    /// `status.replicas`.
    var statusReplicas: Int
    /// The selector of its pods; nil when it has none.
    var selector: LabelSelector?
    var object: Value

    /// Finds the object of a `scaleTargetRef`.
    ///
    /// - Throws: `MetricsFailure` with the text of the server's refusal.
    init(reference: Value, namespace: String, in view: ClusterView) throws(MetricsFailure) {
        apiVersion = reference["apiVersion"]?.stringValue ?? ""
        kind = reference["kind"]?.stringValue ?? ""
        let name = reference["name"]?.stringValue ?? ""
        let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 2 { throw MetricsFailure("unexpected GroupVersion string: \(apiVersion)") }
        let group = parts.count == 2 ? parts[0] : ""
        var paths = (replicas: ["spec", "replicas"], status: ["status", "replicas"], selector: ["spec", "selector"])
        let resource: GroupResource
        if let known = Self.builtIn["\(group)/\(kind)"] {
            resource = known
        } else if let custom = Self.customScale(group: group, kind: kind, version: parts.last ?? "", in: view) {
            resource = custom.resource
            paths = (custom.replicas, custom.status, custom.selector)
        } else if Self.isKnown(group: group, kind: kind, in: view) {
            throw MetricsFailure("the server could not find the requested resource")
        } else {
            throw MetricsFailure("no matches for kind \"\(kind)\" in group \"\(group)\"")
        }
        key = ObjectKey(resource, namespace: namespace, name: name)
        guard let found = view.get(key) else { throw MetricsFailure("\(resource) \"\(name)\" not found") }
        object = found
        replicas = found[path: paths.replicas]?.intValue ?? (Self.builtIn["\(group)/\(kind)"] == nil ? 0 : 1)
        statusReplicas = found[path: paths.status]?.intValue ?? 0
        switch found[path: paths.selector] {
        case .string(let text)?: selector = try? LabelSelector(parsing: text)
        case .object(let fields)? where resource == .replicationControllers:
            selector = LabelSelector(object: ["matchLabels": .object(fields)])
        case .object(let fields)? where !fields.isEmpty: selector = LabelSelector(object: .object(fields))
        default: selector = nil
        }
    }

    private static let builtIn: [String: GroupResource] = [
        "apps/Deployment": .deployments, "apps/ReplicaSet": .replicaSets, "apps/StatefulSet": .statefulSets,
        "/ReplicationController": .replicationControllers,
    ]

    /// Whether there are such objects, although they have no scale.
    private static func isKnown(group: String, kind: String, in view: ClusterView) -> Bool {
        Catalogue.standard.resources.contains { $0.group == group && $0.kind == kind }
            || view.list(.customResourceDefinitions).contains {
                $0["spec", "group"]?.stringValue == group && $0["spec", "names", "kind"]?.stringValue == kind
            }
    }

    private static func customScale(group: String, kind: String, version: String, in view: ClusterView) -> (
        resource: GroupResource, replicas: [String], status: [String], selector: [String]
    )? {
        for definition in view.list(.customResourceDefinitions) {
            guard let spec = definition["spec"], spec["group"]?.stringValue == group, spec["names"]?["kind"]?.stringValue == kind,
                let served = spec["versions"]?.elements.first(where: { $0["name"]?.stringValue == version }),
                let scale = served["subresources"]?["scale"], let plural = spec["names"]?["plural"]?.stringValue
            else { continue }
            func path(_ field: String) -> [String] { (scale[field]?.stringValue ?? "").split(separator: ".").map(String.init) }
            return (
                GroupResource(plural, group: group), path("specReplicasPath"), path("statusReplicasPath"), path("labelSelectorPath")
            )
        }
        return nil
    }
}
