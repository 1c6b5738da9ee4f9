import APIMachinery
import KubernetesObjects

/// The ReplicaSets of a Deployment: the one that is rolled out, and older ones.
///
/// - Order: `all` and `old` by creation, ties by name.
struct ReplicaSetHistory {
    let all: [Value]
    /// The set whose template is the Deployment's.
    let new: Value?
    /// All others.
    let old: [Value]

    static let revision = "deployment.kubernetes.io/revision"
    static let changeCause = "kubernetes.io/change-cause"

    init(_ invocation: Invocation, deployment: Value) throws(Failure) {
        guard let entry = try invocation.lookup({ $0.entry(GroupResource("replicasets", group: "apps")) }) else {
            (all, new, old) = ([], nil, [])
            return
        }
        var request = APIRequest(.list, entry.resource, namespace: deployment.namespace)
        request.options.labelSelector = selectorText(deployment["spec", "selector"])
        let sets = (try invocation.send(request).body["items"]?.elements ?? []).filter {
            $0.controllerReference?["uid"]?.stringValue == deployment.uid
        }.sorted {
            let left = ($0["metadata", "creationTimestamp"]?.stringValue ?? "", $0.name)
            return left < ($1["metadata", "creationTimestamp"]?.stringValue ?? "", $1.name)
        }
        let template = Self.withoutHash(deployment["spec", "template"])
        let found = sets.first { Self.withoutHash($0["spec", "template"]) == template }
        all = sets
        new = found
        old = sets.filter { $0.uid != found?.uid }
    }

    static func revision(of object: Value) -> Int { object.annotation(revision).flatMap { Int($0) } ?? 0 }

    /// A template without the label that ReplicaSets add.
    static func withoutHash(_ template: Value?) -> Value {
        var copy = template ?? [:]
        copy["metadata"]?["labels"]?["pod-template-hash"] = nil
        if copy["metadata"]?["creationTimestamp"]?.isNull ?? false { copy["metadata"]?["creationTimestamp"] = nil }
        if copy["metadata"]?["labels"]?.fields?.isEmpty ?? false { copy["metadata"]?["labels"] = nil }
        if copy["metadata"]?.fields?.isEmpty ?? false { copy["metadata"] = nil }
        return copy
    }
}
