import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// Finds and deletes what was applied once and is no longer in the files.
///
/// - Order: namespaces by name, kinds in the order of the list; what has no namespace comes last.
struct Pruner {
    private let invocation: Invocation
    private let dryRun: DryRun
    private let entries: [ResourceEntry]
    /// Whether the kinds are kubectl's own list.
    private let isDefaulted: Bool

    private static let kinds = [
        "/v1/ConfigMap", "/v1/Endpoints", "/v1/Namespace", "/v1/PersistentVolumeClaim", "/v1/PersistentVolume", "/v1/Pod",
        "/v1/ReplicationController", "/v1/Secret", "/v1/Service", "batch/v1/Job", "batch/v1/CronJob", "networking.k8s.io/v1/Ingress",
        "apps/v1/DaemonSet", "apps/v1/Deployment", "apps/v1/ReplicaSet", "apps/v1/StatefulSet",
    ]

    /// - Throws: when `--prune-allowlist` names what is no kind.
    init(_ invocation: Invocation, dryRun: DryRun) throws(Failure) {
        self.invocation = invocation
        self.dryRun = dryRun
        let listed = invocation.flags.list("prune-allowlist")
        isDefaulted = listed.isEmpty
        var entries: [ResourceEntry] = []
        for kind in listed.isEmpty ? Self.kinds : listed {
            let parts = kind.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { throw Failure("invalid GroupVersionKind format: \(kind), please follow <group/version/kind>") }
            let group = parts[0] == "core" ? "" : parts[0]
            let apiVersion = group.isEmpty ? parts[1] : "\(group)/\(parts[1])"
            guard let entry = try invocation.lookup({ $0.entry(apiVersion: apiVersion, kind: parts[2]) }) else {
                throw Failure("no matches for kind \(goQuoted(parts[2])) in version \(goQuoted(apiVersion))")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// Visits the objects that carry the last-applied annotation, match the selector, and are not among those that are kept.
    ///
    /// - Order: each kind is listed only when those before it are through, so that what ends meanwhile is not met.
    func visitCandidates(keeping applied: [ResourceInfo], _ visit: (ResourceInfo) throws(Failure) -> Void) throws(Failure) {
        if isDefaulted {
            invocation.log(
                "W", at: "prune.go:71",
                "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag."
            )
        }
        let kept = Set(applied.map { $0.object.uid })
        let namespaces = Set(applied.filter { $0.entry.isNamespaced }.map(\.namespace)).sorted()
        let places = namespaces.flatMap { namespace in entries.filter(\.isNamespaced).map { ($0, namespace) } }
            + entries.filter { !$0.isNamespaced }.map { ($0, "") }
        for (entry, namespace) in places {
            var request = APIRequest(.list, entry.resource, namespace: namespace)
            request.options.labelSelector = invocation.flags.string("selector")
            for item in try invocation.send(request).body["items"]?.elements ?? [] {
                guard item.annotation(lastAppliedAnnotation) != nil, !kept.contains(item.uid) else { continue }
                try visit(ResourceInfo(entry: entry, namespace: item.namespace, name: item.name, object: item))
            }
        }
    }

    func prune(keeping applied: [ResourceInfo]) throws(Failure) {
        let format = try OutputFormat(invocation)
        let deleter = Deleter(invocation: invocation, options: try DeleteOptions(invocation), dryRun: dryRun)
        try visitCandidates(keeping: applied) { (info) throws(Failure) in
            if dryRun != .client { try deleter.delete(info) }
            if case .name = format {
                invocation.outLine(info.printedName)
            } else {
                invocation.outLine("\(info.printedName) pruned\(dryRun.suffix)")
            }
        }
    }
}
