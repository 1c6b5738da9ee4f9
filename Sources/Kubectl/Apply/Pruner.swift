import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// Deletes what was applied once and is no longer in the files.
struct Pruner {
    let invocation: Invocation
    let dryRun: DryRun

    private static let namespaced = [
        "/v1/ConfigMap", "/v1/Endpoints", "/v1/PersistentVolumeClaim", "/v1/Pod", "/v1/ReplicationController", "/v1/Secret", "/v1/Service",
        "batch/v1/Job", "batch/v1/CronJob", "networking.k8s.io/v1/Ingress", "apps/v1/DaemonSet", "apps/v1/Deployment", "apps/v1/ReplicaSet",
        "apps/v1/StatefulSet",
    ]
    private static let clusterWide = ["/v1/Namespace", "/v1/PersistentVolume"]

    func prune(keeping applied: [ResourceInfo]) throws(Failure) {
        let flags = invocation.flags
        let kept = Set(applied.map { $0.object.uid })
        let listed = flags.list("prune-allowlist")
        let options = try DeleteOptions(invocation)
        var namespaces = Set(applied.filter { $0.entry.isNamespaced }.map(\.namespace))
        if namespaces.isEmpty { namespaces = [try invocation.namespace().name] }
        for kind in listed.isEmpty ? Self.namespaced + Self.clusterWide : listed {
            let parts = kind.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { throw Failure("invalid GroupVersionKind format: \(kind), please follow <group/version/kind>") }
            let group = parts[0] == "core" ? "" : parts[0]
            let apiVersion = group.isEmpty ? parts[1] : "\(group)/\(parts[1])"
            guard let entry = try invocation.lookup({ $0.entry(apiVersion: apiVersion, kind: parts[2]) }) else {
                throw Failure("no matches for kind \(goQuoted(parts[2])) in version \(goQuoted(apiVersion))")
            }
            for namespace in entry.isNamespaced ? namespaces.sorted() : [""] {
                var request = APIRequest(.list, entry.resource, namespace: namespace)
                request.options.labelSelector = flags.string("selector")
                for item in try invocation.send(request).body["items"]?.elements ?? [] {
                    guard item.annotation(lastAppliedAnnotation) != nil, !kept.contains(item.uid) else { continue }
                    let info = ResourceInfo(entry: entry, namespace: item.namespace, name: item.name, object: item)
                    if dryRun != .client { try Deleter(invocation: invocation, options: options, dryRun: dryRun).delete(info) }
                    invocation.outLine("\(info.printedName) pruned\(dryRun.suffix)")
                }
            }
        }
    }
}
