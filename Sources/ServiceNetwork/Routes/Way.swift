import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What is known of a request while it is on its way.
struct Way {
    struct Source {
        /// For messages: `pod default/web`.
        var label: String
        var peer: NetworkPolicies.Peer
        /// The node it starts from; empty outside.
        var node: String
        var namespace: String?
    }

    var request: SimulatedRequest
    var source: Source
    var now: Instant
    var hops: [Hop] = []
    /// How many proxies it went through.
    var proxies = 0
    var proxy: ProxyKind?
    var answerChanges: [HeaderChange] = []
    var service: NamespacedName?
    var pod: NamespacedName?
    /// The address that its host has for who asks; empty while that is not known.
    var address = ""
    /// The node that puts its own address in the client's place when the endpoint is on another node.
    var maskingNode: String?

    var isFromOutside: Bool { request.origin == .outside && proxies == 0 }

    mutating func add(_ station: Hop.Station, _ note: @autoclosure () -> RouteNote) {
        if request.isTraced { hops.append(Hop(station, note())) }
    }

    func end(_ target: Delivery.Target, node: String = "", client: String = "") -> Delivery {
        var delivery = Delivery(target: target, hops: hops, node: node)
        delivery.host = request.header("Host") ?? request.url.host
        delivery.headers = request.headers
        delivery.client = client.isEmpty ? source.peer.address : client
        delivery.service = service
        delivery.pod = pod
        delivery.answerChanges = answerChanges
        delivery.proxy = proxy
        delivery.address = address
        return delivery
    }

    func fail(_ failure: DeliveryFailure) -> Delivery {
        var delivery = end(.failed(failure))
        delivery.hops.append(Hop(.stops, failure.note))
        return delivery
    }
}
