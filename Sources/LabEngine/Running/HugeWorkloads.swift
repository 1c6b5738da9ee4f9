import APIMachinery
import Cluster
import KubernetesObjects

/// Takes away workloads that ask for more pods than a submission may make, before any controller has seen them.
///
/// - Order: the largest go first, until the rest stays below the limit.
struct HugeWorkloads {
    let session: ClusterSession
    let podsMax: Int

    /// A workload that was taken away.
    struct Refusal {
        var object: Value
        var wanted: Int
        /// Where in the object the number stands.
        var path: [ValuePath.Step]
    }

    private static let fields: [(resource: GroupResource, version: String, path: [String])] = [
        (.deployments, "v1", ["spec", "replicas"]), (.replicaSets, "v1", ["spec", "replicas"]), (.statefulSets, "v1", ["spec", "replicas"]),
        (.replicationControllers, "v1", ["spec", "replicas"]), (.jobs, "v1", ["spec", "parallelism"]),
        (GroupResource("cronjobs", group: "batch"), "v1", ["spec", "jobTemplate", "spec", "parallelism"]),
        (GroupResource("horizontalpodautoscalers", group: "autoscaling"), "v2", ["spec", "maxReplicas"]),
    ]

    func refuse() -> [Refusal] {
        var found: [(key: GroupVersionResource, refusal: Refusal)] = []
        var total = 0
        for field in Self.fields {
            for object in session.cluster.store.list(field.resource) where object.ownerReferences.isEmpty {
                let wanted = object[path: field.path]?.intValue ?? 0
                guard wanted > 0 else { continue }
                let key = GroupVersionResource(group: field.resource.group, version: field.version, resource: field.resource.resource)
                total = total.addingReportingOverflow(wanted).overflow ? .max : total + wanted
                found.append((key, Refusal(object: object, wanted: wanted, path: field.path.map { .key($0) })))
            }
        }
        guard total > podsMax else { return [] }
        found.sort { ($1.refusal.wanted, $0.refusal.object.name) < ($0.refusal.wanted, $1.refusal.object.name) }
        var refusals: [Refusal] = []
        for (key, refusal) in found where total > podsMax {
            total -= refusal.wanted
            let request = APIRequest(.delete, key, namespace: refusal.object.namespace, name: refusal.object.name)
            _ = try? session.send(request)
            refusals.append(refusal)
        }
        return refusals
    }
}
