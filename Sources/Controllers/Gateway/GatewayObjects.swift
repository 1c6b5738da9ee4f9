import APIMachinery
import KubernetesObjects
import SimulationKernel

extension GroupResource {
    static let gatewayClasses = GroupResource("gatewayclasses", group: GatewayImplementation.group)
    static let gateways = GroupResource("gateways", group: GatewayImplementation.group)
    static let httpRoutes = GroupResource("httproutes", group: GatewayImplementation.group)
    static let referenceGrants = GroupResource("referencegrants", group: GatewayImplementation.group)
}

/// The implementations of the Gateway API that the simulator plays.
///
/// The simulator's own is always there. Another's GatewayClasses are served while a pod with its controller's image is ready,
/// as they would be in a cluster where it was installed.
enum GatewayImplementation {
    static let group = "gateway.networking.k8s.io"
    static let own = "labrunner.dev/gateway-controller"

    /// A part of the image of each controller, by the name that GatewayClasses give.
    private static let images = [
        "gateway.envoyproxy.io/gatewayclass-controller": "envoyproxy/gateway", "gateway.nginx.org/nginx-gateway-controller": "nginx-gateway-fabric",
        "istio.io/gateway-controller": "istio/pilot", "io.cilium/gateway-controller": "cilium/operator", "traefik.io/gateway-controller": "traefik",
        "konghq.com/kic-gateway-controller": "kong/kubernetes-ingress-controller", "projectcontour.io/gateway-controller": "projectcontour/contour",
    ]

    static func runs(_ controller: String, in view: ClusterView) -> Bool {
        if controller == own { return true }
        guard let image = images[controller] else { return false }
        var isFound = false
        view.store.forEach(.pods) { pod in
            guard !isFound, pod.isPodReady else { return }
            isFound = (pod["spec"]?["containers"]?.elements ?? []).contains { $0["image"]?.stringValue?.firstRange(of: image) != nil }
        }
        return isFound
    }

    /// Whether a pod may be the controller of an implementation.
    static func mayRun(_ pod: Value) -> Bool {
        (pod["spec"]?["containers"]?.elements ?? []).contains { container in
            images.values.contains { container["image"]?.stringValue?.firstRange(of: $0) != nil }
        }
    }
}

/// The conditions of the Gateway API: transition times stay while the status does.
struct GatewayConditions {
    let old: [Value]
    let generation: Int
    let now: Instant
    private(set) var list: [Value] = []

    init(_ old: Value?, generation: Int, now: Instant) {
        self.old = old?.elements ?? []
        self.generation = generation
        self.now = now
    }

    mutating func add(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) {
        let status = isTrue ? "True" : "False"
        let before = old.first { $0["type"]?.stringValue == type }
        let isSame = before?["status"]?.stringValue == status
        list.append([
            "lastTransitionTime": isSame ? before?["lastTransitionTime"] ?? .string(now.rfc3339) : .string(now.rfc3339), "message": .string(message),
            "observedGeneration": Value(generation), "reason": .string(reason), "status": .string(status), "type": .string(type),
        ])
    }
}

extension Value {
    /// Whether a host name of a Gateway's listener and one of a route have names in common.
    static func hostNames(_ listener: String, meet route: String) -> Bool {
        if listener.isEmpty || route.isEmpty || listener == route { return true }
        func covers(_ wide: String, _ name: String) -> Bool {
            wide.hasPrefix("*.") && name.hasSuffix(wide.dropFirst()) && name.utf8.count > wide.utf8.count - 1
        }
        return covers(listener, route) || covers(route, listener)
    }
}
