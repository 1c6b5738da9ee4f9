import APIMachinery
import KubernetesObjects

/// How many pods a budget expects and wants healthy.
///
/// - Source: kube-controller-manager `getExpectedPodCount` and its finders, Kubernetes 1.36.
struct ExpectedPods {
    private(set) var count = 0
    private(set) var desired = 0
    private(set) var problem: String?
    /// Whether pods were met that no controller owns.
    private(set) var hasUnmanaged = false

    init(budget: Value, pods: [Value], view: ClusterView) {
        let spec = budget["spec"]
        if let limit = spec?["maxUnavailable"], !limit.isNull {
            count = scale(pods, view)
            desired = max(0, count - (ScaledCount.resolve(limit, of: count, roundUp: true) ?? 0))
        } else if let minimum = spec?["minAvailable"], !minimum.isNull {
            if let number = minimum.intValue {
                count = pods.count
                desired = number
            } else {
                count = scale(pods, view)
                desired = ScaledCount.resolve(minimum, of: count, roundUp: true) ?? 0
            }
        }
    }

    /// The sum of what the pods' controllers ask for; the first controller that cannot say ends it.
    private mutating func scale(_ pods: [Value], _ view: ClusterView) -> Int {
        var sizes: [String: Int] = [:]
        for pod in pods {
            guard let reference = pod.controllerReference, let uid = reference["uid"]?.stringValue else {
                hasUnmanaged = true
                continue
            }
            if sizes[uid] != nil { continue }
            switch Self.size(of: reference, namespace: pod.namespace, view) {
            case .size(let owner, let size):
                sizes[uid] = 0
                sizes[owner] = size
            case .missing:
                problem = "found no controllers for pod \"\(pod.name)\""
                return 0
            case .unscalable(let reason):
                problem = reason
                return 0
            }
        }
        return sizes.values.reduce(0, +)
    }

    private enum Finding {
        case size(owner: String, Int)
        case missing
        case unscalable(String)
    }

    private static func size(of reference: Value, namespace: String, _ view: ClusterView) -> Finding {
        let name = reference["name"]?.stringValue ?? ""
        let version = reference["apiVersion"]?.stringValue ?? ""
        let group = version.contains("/") ? String(version.prefix { $0 != "/" }) : ""
        let kind = reference["kind"]?.stringValue ?? ""
        switch (group, kind) {
        case ("apps", "ReplicaSet"):
            guard let set = owner(.replicaSets, name, reference, namespace, view) else { return .missing }
            if let top = set.controllerReference, top["kind"]?.stringValue == "Deployment",
                let deployment = owner(.deployments, top["name"]?.stringValue ?? "", top, namespace, view)
            {
                return .size(owner: deployment.uid, deployment.specReplicas)
            }
            return .size(owner: set.uid, set.specReplicas)
        case ("apps", "StatefulSet"): return sized(owner(.statefulSets, name, reference, namespace, view))
        case ("", "ReplicationController"): return sized(owner(.replicationControllers, name, reference, namespace, view))
        case ("apps", "DaemonSet"): return .unscalable("daemonsets.apps does not implement the scale subresource")
        case ("batch", "Job"): return .unscalable("jobs.batch does not implement the scale subresource")
        case ("", "Node"): return .unscalable("nodes does not implement the scale subresource")
        default: return custom(name, kind, version, group, reference, namespace, view)
        }
    }

    private static func sized(_ owner: Value?) -> Finding { owner.map { .size(owner: $0.uid, $0.specReplicas) } ?? .missing }

    private static func owner(_ resource: GroupResource, _ name: String, _ reference: Value, _ namespace: String, _ view: ClusterView) -> Value? {
        view.get(resource, namespace: namespace, name: name).flatMap { $0.uid == reference["uid"]?.stringValue ? $0 : nil }
    }

    /// A custom resource says where its size stands, if it has one.
    private static func custom(
        _ name: String, _ kind: String, _ version: String, _ group: String, _ reference: Value, _ namespace: String, _ view: ClusterView
    ) -> Finding {
        let definition = view.list(.customResourceDefinitions).first {
            $0.specString("group") == group && $0["spec", "names", "kind"]?.stringValue == kind
        }
        guard let definition, let plural = definition["spec", "names", "plural"]?.stringValue else {
            return .unscalable("no matches for kind \"\(kind)\" in version \"\(version)\"")
        }
        let short = version.split(separator: "/").last.map(String.init) ?? ""
        let served = (definition["spec"]?["versions"]?.elements ?? []).first { $0["name"]?.stringValue == short }
        guard let path = served?["subresources", "scale", "specReplicasPath"]?.stringValue else {
            return .unscalable("\(plural).\(group) does not implement the scale subresource")
        }
        guard let object = owner(GroupResource(plural, group: group), name, reference, namespace, view) else { return .missing }
        let steps = path.split(separator: ".").map(String.init)
        return .size(owner: object.uid, object[path: steps]?.intValue ?? 0)
    }
}
