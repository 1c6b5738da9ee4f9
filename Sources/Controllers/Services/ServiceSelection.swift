import APIMachinery
import KubernetesObjects
import Scheduler

/// Which Services select which pods, and which ports of a pod a Service reaches.
enum ServiceSelection {
    static let headlessLabel = "service.kubernetes.io/headless"

    /// The Services whose endpoints a change of a pod can change.
    static func services(touchedBy event: StoreEvent, in view: ClusterView) -> [ObjectKey] {
        // A pod is no endpoint before it has an address.
        if !hasAddress(event.object), event.old.map(hasAddress) != true { return [] }
        if event.change == .modified, let old = event.old, !changesEndpoints(old, event.object) { return [] }
        var keys: [ObjectKey] = []
        for service in view.list(.services, namespace: event.key.namespace) {
            guard let wanted = service["spec"]?["selector"], wanted.fields?.isEmpty == false else { continue }
            let selector = CompiledSelector(labels: wanted)
            if selector.matches(event.object) || event.old.map(selector.matches) == true {
                keys.append(ObjectKey(.services, namespace: service.namespace, name: service.name))
            }
        }
        return keys
    }

    /// Whether two states of a pod differ in what endpoints show.
    private static func changesEndpoints(_ old: Value, _ new: Value) -> Bool {
        old.isPodReady != new.isPodReady || old.isBeingDeleted != new.isBeingDeleted || old.podPhase != new.podPhase
            || old["status"]?["podIPs"] != new["status"]?["podIPs"] || old["status"]?["podIP"] != new["status"]?["podIP"]
            || old.labels != new.labels || old.nodeName != new.nodeName
    }

    static func isHeadless(_ service: Value) -> Bool {
        let address = service["spec"]?["clusterIP"]?.stringValue ?? ""
        return address.isEmpty || address == "None"
    }

    private static func hasAddress(_ pod: Value) -> Bool {
        !(pod["status"]?["podIP"]?.stringValue ?? "").isEmpty || !(pod["status"]?["podIPs"]?.elements ?? []).isEmpty
    }

    /// Whether a pod can be an endpoint at all.
    static func canServe(_ pod: Value, includingTerminating: Bool) -> Bool {
        if pod.isPodTerminal || !hasAddress(pod) { return false }
        return includingTerminating || !pod.isBeingDeleted
    }

    /// The pod's addresses of a family, `IPv4` or `IPv6`.
    static func addresses(of pod: Value, family: String) -> [String] {
        var all = (pod["status"]?["podIPs"]?.elements ?? []).compactMap { $0["ip"]?.stringValue }
        if all.isEmpty, let one = pod["status"]?["podIP"]?.stringValue { all = [one] }
        return all.filter { $0.utf8.contains(UInt8(ascii: ":")) == (family == "IPv6") }.prefix(1).map { $0 }
    }

    static func hostname(of pod: Value, for service: Value) -> String? {
        guard let name = pod["spec"]?["hostname"]?.stringValue, !name.isEmpty, pod["spec"]?["subdomain"]?.stringValue == service.name else { return nil }
        return name
    }

    /// The port of a pod that a Service port leads to; nil when the pod has no port of that name.
    static func targetPort(_ port: Value, in pod: Value) -> Int? {
        let target = port["targetPort"]
        if let number = target?.intValue { return number == 0 ? port["port"]?.intValue : number }
        guard let name = target?.stringValue, !name.isEmpty else { return port["port"]?.intValue }
        let wanted = port["protocol"]?.stringValue ?? "TCP"
        var containers = pod["spec"]?["containers"]?.elements ?? []
        containers += (pod["spec"]?["initContainers"]?.elements ?? []).filter { $0["restartPolicy"]?.stringValue == "Always" }
        for container in containers {
            for candidate in container["ports"]?.elements ?? []
            where candidate["name"]?.stringValue == name && (candidate["protocol"]?.stringValue ?? "TCP") == wanted {
                return candidate["containerPort"]?.intValue
            }
        }
        return nil
    }

    static func targetReference(_ pod: Value) -> Value {
        ["kind": "Pod", "namespace": .string(pod.namespace), "name": .string(pod.name), "uid": .string(pod.uid)]
    }

    /// The pods that a Service selects, by name.
    static func pods(of service: Value, in view: ClusterView) -> [Value] {
        let selector = CompiledSelector(labels: service["spec"]?["selector"])
        var pods: [Value] = []
        view.store.forEach(.pods, namespace: service.namespace) { if selector.matches($0) { pods.append($0) } }
        return pods.sorted { $0.name < $1.name }
    }

    static func hasSelector(_ service: Value) -> Bool {
        if case .object = service["spec"]?["selector"] { return service["spec"]?["type"]?.stringValue != "ExternalName" }
        return false
    }

    /// When the pods and the Service last changed in a way that endpoints show.
    static func lastChange(_ service: Value, _ pods: [Value]) -> String {
        var latest = service.creationTimestamp
        for pod in pods {
            for time in [pod.condition("Ready")?["lastTransitionTime"]?.stringValue, pod["metadata", "deletionTimestamp"]?.stringValue] {
                if let time, time > latest { latest = time }
            }
        }
        return latest
    }
}
