import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Describes one object, asking the server for what belongs to it.
///
/// - Source: k8s.io/kubectl `pkg/describe/describe.go`.
struct Describer {
    let invocation: Invocation
    let showEvents: Bool
    let entry: ResourceEntry
    let object: Value

    /// The description of the object: in the words of its kind, or field by field.
    func text() throws(Failure) -> String {
        switch entry.groupResource.description {
        case "pods": try pod()
        case "services": try service()
        case "endpoints": try endpoints()
        case "nodes": try node()
        case "namespaces": try namespace()
        case "configmaps": try configMap()
        case "serviceaccounts": try serviceAccount()
        case "persistentvolumes": try persistentVolume()
        case "persistentvolumeclaims": try claim()
        case "replicationcontrollers": try replicationController()
        case "deployments.apps": try deployment()
        case "replicasets.apps": try replicaSet()
        case "statefulsets.apps": try statefulSet()
        case "daemonsets.apps": try daemonSet()
        case "jobs.batch": try job()
        case "cronjobs.batch": try cronJob()
        case "horizontalpodautoscalers.autoscaling": try autoscaler()
        case "poddisruptionbudgets.policy": try disruptionBudget()
        case "endpointslices.discovery.k8s.io": try endpointSlice()
        case "ingresses.networking.k8s.io": try ingress()
        case "ingressclasses.networking.k8s.io": try ingressClass()
        case "servicecidrs.networking.k8s.io": try serviceCIDR()
        case "ipaddresses.networking.k8s.io": try ipAddress()
        case "storageclasses.storage.k8s.io": try storageClass()
        case "csinodes.storage.k8s.io": try csiNode()
        case "volumeattributesclasses.storage.k8s.io": try volumeAttributesClass()
        case "priorityclasses.scheduling.k8s.io": try priorityClass()
        case "certificatesigningrequests.certificates.k8s.io": try signingRequest()
        case "secrets": secret()
        case "limitranges": limitRange()
        case "resourcequotas": quota()
        case "networkpolicies.networking.k8s.io": networkPolicy()
        case "roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io": role()
        case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io": roleBinding()
        default: try generic()
        }
    }

    var new: DescribeText { DescribeText(now: invocation.client.now) }
    var spec: Value { object["spec"] ?? [:] }
    var status: Value { object["status"] ?? [:] }

    /// The finished text with its events.
    func finish(_ text: DescribeText, uid: String? = nil, kind: String? = nil) throws(Failure) -> String {
        guard showEvents else { return text.aligned }
        return finish(text, events: events(uid: uid ?? object.uid, kind: kind ?? object.kind))
    }

    func finish(_ text: DescribeText, events: [Value]) -> String {
        var text = text
        if events.isEmpty {
            text.field("Events", "<none>")
            return text.aligned
        }
        var table = new
        table.line(0, "Events:")
        table.line(1, "Type\tReason\tAge\tFrom\tMessage")
        table.line(1, "----\t------\t----\t----\t-------")
        for event in EventOrder.sorted(events) {
            var message = trimmed(event["message"]?.stringValue ?? "")
            if let path = event["involvedObject", "fieldPath"]?.stringValue, !path.isEmpty { message = "\(path): \(message)" }
            var from = event["source", "component"]?.stringValue ?? ""
            if from.isEmpty { from = event["reportingComponent"]?.stringValue ?? "" }
            table.line(
                1,
                "\(event["type"]?.stringValue ?? "")\t\(event["reason"]?.stringValue ?? "")\t\(Self.interval(event, table))\t\(from)\t\(message)"
            )
        }
        return text.aligned + table.aligned
    }

    /// `5s`, or `5s (x3 over 2m)`.
    static func interval(_ event: Value, _ text: DescribeText) -> String {
        let hasTime = event["eventTime"].map { !$0.isNull } ?? false
        let first = text.since(hasTime ? event["eventTime"] : event["firstTimestamp"])
        if let series = event["series"], !series.isNull {
            return "\(text.since(series["lastObservedTime"])) (x\(series["count"]?.intValue ?? 0) over \(first))"
        }
        let count = event["count"]?.intValue ?? 0
        return count > 1 ? "\(text.since(event["lastTimestamp"])) (x\(count) over \(first))" : first
    }

    /// The events of the object; none when they may not be read.
    func events(uid: String, kind: String) -> [Value] {
        var terms = ["involvedObject.name=\(object.name)", "involvedObject.namespace=\(object.namespace)"]
        if !kind.isEmpty { terms.append("involvedObject.kind=\(kind)") }
        if !uid.isEmpty { terms.append("involvedObject.uid=\(uid)") }
        return (try? list(.events, namespace: object.namespace, fields: terms.joined(separator: ","))) ?? []
    }

    /// The objects of a core or grouped resource.
    func list(_ resource: GroupResource, namespace: String, labels: String = "", fields: String = "") throws(Failure) -> [Value] {
        guard let entry = try invocation.lookup({ $0.entry(resource) }) else { return [] }
        var request = APIRequest(.list, entry.resource, namespace: namespace)
        request.options.labelSelector = labels
        request.options.fieldSelector = fields
        return try invocation.list(request)["items"]?.elements ?? []
    }

    func get(_ resource: GroupResource, namespace: String, name: String) throws(Failure) -> Value {
        guard let entry = try invocation.lookup({ $0.entry(resource) }) else { throw Failure(.notFound(resource, name: name)) }
        return try invocation.send(APIRequest(.get, entry.resource, namespace: namespace, name: name)).body
    }

    /// How many of the pods that an object controls are in which phase.
    func podStatus(selector: Value?) throws(Failure) -> String {
        var counts: [String: Int] = [:]
        for pod in try list(.pods, namespace: object.namespace, labels: selectorText(selector))
        where pod.controllerReference?["uid"]?.stringValue == object.uid {
            counts[pod["status", "phase"]?.stringValue ?? "", default: 0] += 1
        }
        return
            "\(counts["Running"] ?? 0) Running / \(counts["Pending"] ?? 0) Waiting / \(counts["Succeeded"] ?? 0) Succeeded / \(counts["Failed"] ?? 0) Failed"
    }

    var controlledBy: String? {
        object.controllerReference.map { "\($0["kind"]?.stringValue ?? "")/\($0["name"]?.stringValue ?? "")" }
    }
}

/// A text without white space at both ends.
func trimmed(_ text: String) -> String {
    var part = Substring(text)
    while let first = part.first, first.isWhitespace { part.removeFirst() }
    while let last = part.last, last.isWhitespace { part.removeLast() }
    return String(part)
}

/// The order in which events are shown: by the time they were last seen.
enum EventOrder {
    static func sorted(_ events: [Value]) -> [Value] {
        let times = events.map(time)
        return ((try? GoSort.order(events.count) { times[$0] < times[$1] }) ?? Array(events.indices)).map { events[$0] }
    }

    static func time(_ event: Value) -> String {
        for path in [["series", "lastObservedTime"], ["lastTimestamp"], ["eventTime"], ["firstTimestamp"]] {
            if let stamp = event[path: path]?.stringValue { return String(stamp.prefix(19)) }
        }
        return ""
    }
}
