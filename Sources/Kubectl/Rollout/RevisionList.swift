import APIMachinery
import KubernetesObjects
import SimulationKernel
import KubernetesSchema

/// The revisions of a workload, from ReplicaSets or ControllerRevisions.
struct RevisionList {
    struct Revision {
        var number: Int
        var changeCause: String
        /// The pod template of the revision.
        var template: Value
        /// The object that keeps it.
        var source: Value
    }

    var revisions: [Revision] = []

    init(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        switch info.entry.kind {
        case "Deployment":
            for set in try ReplicaSetHistory(invocation, deployment: info.object).all {
                let number = ReplicaSetHistory.revision(of: set)
                if number == 0 { continue }
                revisions.append(
                    Revision(
                        number: number, changeCause: set.annotation(ReplicaSetHistory.changeCause) ?? "", template: set["spec", "template"] ?? [:],
                        source: set))
            }
        case "DaemonSet", "StatefulSet":
            guard let entry = try invocation.lookup({ $0.entry(GroupResource("controllerrevisions", group: "apps")) }) else { return }
            var request = APIRequest(.list, entry.resource, namespace: info.namespace)
            request.options.labelSelector = selectorText(info.object["spec", "selector"])
            for item in try invocation.send(request).body["items"]?.elements ?? []
            where item.controllerReference?["uid"]?.stringValue == info.object.uid {
                revisions.append(
                    Revision(
                        number: item["revision"]?.intValue ?? 0, changeCause: item.annotation(ReplicaSetHistory.changeCause) ?? "",
                        template: item["data", "spec", "template"] ?? [:], source: item))
            }
        default: throw Failure("no history viewer has been implemented for \(goQuoted(info.entry.kind))")
        }
        revisions.sort { ($0.number, $0.source.name) < ($1.number, $1.source.name) }
    }
}
