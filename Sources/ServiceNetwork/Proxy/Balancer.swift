import APIMachinery
import SimulationKernel

/// How kube-proxy spreads connections.
package enum ProxyMode: String, Sendable {
    /// A random backend for each connection, each with the same probability.
    case iptables
    /// Backends in turn.
    case ipvs
}

/// Picks a backend for each connection of a service port.
///
/// - Source: kube-proxy `CategorizeEndpoints` and its iptables and IPVS (rr) proxiers.
/// - Order: draws come from the stream `kube-proxy`, so the same seed gives the same spread.
package struct Balancer: Sendable {
    package struct PortKey: Hashable, Sendable {
        var service: NamespacedName
        var port: Int
    }

    private struct StickyKey: Hashable, Sendable {
        var port: PortKey
        var client: String
    }

    package var mode: ProxyMode
    private var stream: RandomStream
    private var turns: [PortKey: Int] = [:]
    private var sticky: [StickyKey: (address: String, until: Instant)] = [:]

    package init(mode: ProxyMode, seed: UInt64) {
        self.mode = mode
        stream = RandomStream(seed: seed, name: "kube-proxy")
    }

    /// The backends that may be used on a node: ready ones, or serving ones that terminate when none is ready,
    /// cut down to the node for a `Local` policy and to the zone where hints or traffic distribution say so.
    package static func usable(_ backends: [Backend], onlyNode node: String?, zone: String, isZoneAware: Bool) -> [Backend] {
        let local = node.map { node in backends.filter { $0.node == node } } ?? backends
        let ready = local.filter(\.isReady)
        if ready.isEmpty { return local.filter { $0.isServing && $0.isTerminating } }
        guard isZoneAware, !zone.isEmpty, ready.allSatisfy({ !$0.hintedZones.isEmpty }) else { return ready }
        let hinted = ready.filter { $0.hintedZones.contains(zone) }
        return hinted.isEmpty ? ready : hinted
    }

    /// Picks one of the backends for a connection from a client.
    package mutating func pick(from backends: [Backend], port: PortKey, client: String, stickySeconds: Int?, now: Instant) -> Backend? {
        guard !backends.isEmpty else { return nil }
        if let stickySeconds {
            let key = StickyKey(port: port, client: client)
            if let kept = sticky[key], kept.until > now, let backend = backends.first(where: { $0.address == kept.address }) {
                sticky[key] = (kept.address, now + .seconds(stickySeconds))
                return backend
            }
            let backend = draw(from: backends, port: port)
            sticky[key] = (backend.address, now + .seconds(stickySeconds))
            return backend
        }
        return draw(from: backends, port: port)
    }

    private mutating func draw(from backends: [Backend], port: PortKey) -> Backend {
        switch mode {
        case .iptables: return backends[stream.below(backends.count)]
        case .ipvs:
            let turn = turns[port, default: 0]
            turns[port] = turn &+ 1
            return backends[turn % backends.count]
        }
    }

    /// A draw for anything else that balances, such as an external load balancer over nodes.
    package mutating func draw(below bound: Int) -> Int { stream.below(max(bound, 1)) }
}
