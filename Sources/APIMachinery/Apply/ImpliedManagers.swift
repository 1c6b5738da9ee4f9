import KubernetesObjects
import KubernetesSchema

/// The managers of what the cluster's own components write in great numbers: pods of controllers, events, leases.
///
/// Nothing is stored for them. Who set what follows from the object as long as only components have written it, so it is worked out
/// when a client looks, and becomes a part of the object when a client changes it.
///
/// - Source: what kube-controller-manager, kube-scheduler and kubelet v1.36 leave in `metadata.managedFields`.
/// - Differs: the time of a kubelet's entry is the latest one that the status speaks of, and rows of tables have no managers.
enum ImpliedManagers {
    /// Kinds whose managers are not stored when a component writes them.
    static let resources: Set<GroupResource> = [.pods, .events, .leases]

    /// A stored object with the managers it was not stored with.
    static func told(_ object: Value, _ type: ServedResource) -> Value {
        guard resources.contains(type.storage), object["metadata"]?["managedFields"] == nil, let managed = managers(of: object, type).value else {
            return object
        }
        var object = object
        object["metadata", default: [:]]["managedFields"] = managed
        return object
    }

    private static func managers(of object: Value, _ type: ServedResource) -> ManagedFields {
        var managed = ManagedFields()
        func note(_ part: Value, by name: String, _ type: ServedResource, subresource: String = "", at time: String) {
            let zero = GenericAPIServer.zero(type.schema, [:])
            let comparison = TypedTree.compare(zero, VersionConversion.served(part, type), type.schema)
            managed.set(
                comparison.added.union(comparison.modified).subtracting(ManagedFields.stripped),
                of: ManagedFields.Manager(name: name, operation: "Update", apiVersion: type.apiVersion, subresource: subresource), time: time)
        }
        let creation = object.metadata?.text("creationTimestamp") ?? ""
        switch type.storage {
        case .pods:
            guard let owner = object.controllerReference else { break }
            note(PodAsMade.pod(object), by: owner.text("kind") == "Node" ? "kubelet" : "kube-controller-manager", type, at: creation)
            if let written = PodAsMade.status(object) {
                let isPlaced = object["spec"]?["nodeName"] != nil
                note(
                    ["status": written], by: isPlaced ? "kubelet" : "kube-scheduler", type, subresource: "status",
                    at: max(latestTime(in: written), creation))
            }
        case .events:
            let manager = program(of: object.text("reportingComponent"))
            let last = object.text("lastTimestamp")
            // The scheduler is the one that writes events of the newer group.
            let group = manager == "kube-scheduler" ? "events.k8s.io" : ""
            let written = ResourceIndex.builtIn[GroupVersionResource(group: group, version: "v1", resource: "events")]
            note(object, by: manager, written ?? type, at: seconds(last.isEmpty ? creation : last))
        case .leases:
            let isOfNode = object.namespace == "kube-node-lease"
            let manager = isOfNode ? "kubelet" : object.name.hasPrefix("apiserver-") ? "kube-apiserver" : object.name
            note(object, by: manager, type, at: seconds(object["spec"]?.text("renewTime") ?? creation))
        default: break
        }
        return managed
    }

    /// The program that a reporter of events is a part of.
    private static func program(of reporter: String) -> String {
        switch reporter {
        case "default-scheduler": "kube-scheduler"
        case "horizontal-pod-autoscaler", "controllermanager": "kube-controller-manager"
        case "nginx-ingress-controller": reporter
        default: reporter.hasSuffix("-controller") ? "kube-controller-manager" : reporter
        }
    }

    /// The latest of the times in a tree.
    private static func latestTime(in value: Value) -> String {
        switch value {
        case .object(let fields):
            fields.reduce("") { latest, field in
                switch field.value {
                case .string(let text) where field.key.hasSuffix("Time") || field.key.hasSuffix("At"): max(latest, text)
                case .object, .array: max(latest, latestTime(in: field.value))
                default: latest
                }
            }
        case .array(let list): list.reduce("") { max($0, latestTime(in: $1)) }
        default: ""
        }
    }

    /// A time in whole seconds, as entries have it.
    private static func seconds(_ time: String) -> String {
        guard let point = time.firstIndex(of: ".") else { return time }
        return time[..<point] + "Z"
    }
}

/// A pod without what its maker did not set.
private enum PodAsMade {
    /// The pod as its controller sent it: what admission and binding added is nobody's.
    static func pod(_ pod: Value) -> Value {
        var spec = pod["spec"] ?? [:]
        for field in ["nodeName", "priority", "preemptionPolicy"] { spec[field] = nil }
        if spec.text("serviceAccountName") == "default" {
            spec["serviceAccountName"] = nil
            spec["serviceAccount"] = nil
        }
        if spec.list("tolerations").allSatisfy(isAddedToleration) { spec["tolerations"] = nil }
        let volumes = spec.list("volumes").filter { !isToken($0) }
        spec["volumes"] = volumes.isEmpty ? nil : .array(volumes)
        for containers in ["initContainers", "containers"] where spec[containers] != nil {
            spec[containers] = .array(
                spec.list(containers).map { container in
                    guard container.list("volumeMounts").contains(where: isToken) else { return container }
                    var container = container
                    let mounts = container.list("volumeMounts").filter { !isToken($0) }
                    container["volumeMounts"] = mounts.isEmpty ? nil : .array(mounts)
                    return container
                })
        }
        var metadata = pod.metadata ?? [:]
        metadata["annotations", default: [:]]["kubernetes.io/limit-ranger"] = nil
        if metadata["annotations"]?.isEmptyValue == true { metadata["annotations"] = nil }
        return ["metadata": metadata, "spec": spec]
    }

    /// The part of the status that was written after the pod was made: by its kubelet, or by the scheduler that found no node.
    static func status(_ pod: Value) -> Value? {
        guard var status = pod["status"] else { return nil }
        let isPlaced = pod["spec"]?["nodeName"] != nil
        guard isPlaced ? status["startTime"] != nil : pod["spec"]?.list("schedulingGates").isEmpty != false else { return nil }
        status["qosClass"] = nil
        if status.text("phase") == "Pending" { status["phase"] = nil }
        let conditions = status.list("conditions").filter { ($0.text("type") == "PodScheduled") != isPlaced }
        status["conditions"] = conditions.isEmpty ? nil : .array(conditions)
        return status.isEmptyValue ? nil : status
    }

    private static func isToken(_ volumeOrMount: Value) -> Bool { volumeOrMount.text("name").hasPrefix("kube-api-access-") }

    private static func isAddedToleration(_ toleration: Value) -> Bool {
        ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].contains(toleration.text("key"))
            && toleration["tolerationSeconds"]?.intValue == 300
    }
}
