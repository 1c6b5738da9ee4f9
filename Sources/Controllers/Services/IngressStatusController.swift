import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Does what a running nginx ingress controller does to Ingress objects: it takes note of them and writes its address to them.
///
/// - Order: an event at once, the address with the next round.
/// - Source: ingress-nginx `controller/store`, `status/status.go`: rounds of a minute, `--publish-service`, else the nodes' addresses.
package struct IngressStatusController: Controller {
    package let name = "nginx-ingress-controller"
    package let interests: [GroupResource] = [.ingresses, .ingressClasses, .pods, .services]
    /// How long after a change addresses are written.
    static let round = Duration.seconds(10)

    private var noted: [ObjectKey: Int] = [:]

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        func all(after delay: Duration) -> [(key: ObjectKey, after: Duration)] {
            view.list(.ingresses).map { (ObjectKey(.ingresses, namespace: $0.namespace, name: $0.name), delay) }
        }
        switch event.key.resource {
        case .ingresses:
            if event.change == .deleted { noted[event.key] = nil }
            return event.change == .deleted ? [] : ownKey(event)
        case .ingressClasses: return all(after: .zero)
        case .pods:
            guard view.store.count(.ingresses) > 0, event.change != .modified || event.old?.isPodReady != event.object.isPodReady,
                NginxPod(event.object) != nil, event.old?.isPodReady != event.object.isPodReady || event.change == .deleted else { return [] }
            return all(after: .zero)
        default:
            guard event.object.label("app.kubernetes.io/name") == "ingress-nginx", event.old?["status"] != event.object["status"] else { return [] }
            return all(after: Self.round)
        }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let ingress = view.get(key) else { return .done }
        var controller: NginxPod?
        view.store.forEach(.pods) { pod in if controller == nil, pod.isPodReady, !pod.isBeingDeleted { controller = NginxPod(pod) } }
        guard let controller, controller.serves(ingress, in: view) else { return .done }
        var plan = Plan()
        let generation = ingress["metadata", "generation"]?.intValue ?? 0
        if noted[key] != generation {
            noted[key] = generation
            plan.event(on: ingress, reason: "Sync", message: "Scheduled for sync")
            plan.requeueAfter = Self.round
            return plan
        }
        let addresses = controller.addresses(in: view)
        let present = ingress["status"]?["loadBalancer"]?["ingress"] ?? .array([])
        guard present != .array(addresses) else { return plan }
        plan.add(.patch(key, .merge, ["status": ["loadBalancer": ["ingress": addresses.isEmpty ? .null : .array(addresses)]]], subresource: "status"), ifRefused: .continuing)
        return plan
    }
}

/// A pod that is an nginx ingress controller, as its arguments say.
private struct NginxPod {
    private var controllerClass = "k8s.io/ingress-nginx"
    private var className = "nginx"
    private var servesWithoutClass = false
    private var publishedService = ""
    private var publishedAddress = ""
    private let pod: Value

    init?(_ pod: Value) {
        self.pod = pod
        let containers = pod["spec"]?["containers"]?.elements ?? []
        let isLabelled = pod.label("app.kubernetes.io/name") == "ingress-nginx" && pod.label("app.kubernetes.io/component") == "controller"
        let container = containers.first { container in
            let image = container["image"]?.stringValue ?? ""
            return image.firstRange(of: "ingress-nginx/controller") != nil || image.firstRange(of: "nginx-ingress-controller") != nil
        }
        guard let container = container ?? (isLabelled ? containers.first : nil) else { return nil }
        for word in (container["command"]?.elements ?? []) + (container["args"]?.elements ?? []) {
            guard let text = word.stringValue, text.hasPrefix("--") else { continue }
            let parts = text.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count > 1 ? parts[1] : "true"
            switch parts.first {
            case "controller-class": controllerClass = value
            case "ingress-class": className = value
            case "watch-ingress-without-class": servesWithoutClass = value == "true"
            case "publish-service": publishedService = value.replacing("$(POD_NAMESPACE)", with: pod.namespace)
            case "publish-status-address": publishedAddress = value
            default: break
            }
        }
    }

    func serves(_ ingress: Value, in view: ClusterView) -> Bool {
        func isOurs(_ ingressClass: Value) -> Bool { ingressClass["spec"]?["controller"]?.stringValue == controllerClass }
        if let name = ingress["spec"]?["ingressClassName"]?.stringValue { return view.get(.ingressClasses, name: name).map(isOurs) ?? false }
        if let name = ingress.annotation("kubernetes.io/ingress.class") { return name == className }
        return servesWithoutClass
    }

    /// What the controller writes to the ingresses it serves.
    func addresses(in view: ClusterView) -> [Value] {
        if !publishedAddress.isEmpty {
            return publishedAddress.split(separator: ",").map { IPAddress($0) == nil ? ["hostname": .string(String($0))] : ["ip": .string(String($0))] }
        }
        let parts = publishedService.split(separator: "/").map(String.init)
        if parts.count == 2 {
            guard let service = view.get(.services, namespace: parts[0], name: parts[1]) else { return [] }
            switch service["spec"]?["type"]?.stringValue {
            case "ExternalName": return [["hostname": service["spec"]?["externalName"] ?? ""]]
            case "LoadBalancer":
                let balanced = (service["status"]?["loadBalancer"]?["ingress"]?.elements ?? []).map { entry -> Value in
                    entry["hostname"].map { ["hostname": $0] } ?? ["ip": entry["ip"] ?? ""]
                }
                return balanced + (service["spec"]?["externalIPs"]?.elements ?? []).map { ["ip": $0] }
            default:
                let external = service["spec"]?["externalIPs"]?.elements ?? []
                return (external.isEmpty ? [service["spec"]?["clusterIP"] ?? ""] : external).map { ["ip": $0] }
            }
        }
        let node = view.get(.nodes, name: pod.nodeName)
        let addresses = node?["status"]?["addresses"]?.elements ?? []
        let chosen = addresses.first { $0["type"]?.stringValue == "ExternalIP" } ?? addresses.first { $0["type"]?.stringValue == "InternalIP" }
        return chosen.flatMap { $0["address"] }.map { [["ip": $0]] } ?? []
    }
}
