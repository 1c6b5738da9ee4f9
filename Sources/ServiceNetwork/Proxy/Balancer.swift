import APIMachinery
import SimulationKernel

/// How kube-proxy spreads connections.
package enum ProxyMode: String, Sendable {
    /// A random backend for each connection, each with the same probability.
    case iptables
    case nftables
    /// By an IPVS scheduler.
    case ipvs
}

/// The IPVS schedulers that kube-proxy offers. All backends weigh the same.
package enum IPVSScheduler: String, Sendable, CaseIterable {
    /// In turn.
    case rr, wrr
    /// The backend with the fewest connections.
    case lc, wlc, sed, nq
    /// By a hash of the client's address, of the service's address, and by a hash that few changes of backends disturb.
    case sh, dh, mh
}

/// Picks a backend for each connection of a service port.
///
/// - Source: kube-proxy `CategorizeEndpoints` and its iptables and IPVS proxiers, Kubernetes 1.36.
/// - Order: draws come from the stream `kube-proxy`, so the same seed gives the same spread.
package struct Balancer: Sendable {
    package struct PortKey: Hashable, Sendable {
        var service: NamespacedName
        var port: Int
        /// The node whose rules are used: every node keeps its own turn and its own affinities.
        var node: String
    }

    private struct StickyKey: Hashable, Sendable {
        var port: PortKey
        var client: String
    }

    package var mode: ProxyMode
    package var scheduler: IPVSScheduler
    private var stream: RandomStream
    private var turns: [PortKey: Int] = [:]
    private var sticky: [StickyKey: (address: String, until: Instant)] = [:]
    private var connections: [PortKey: ConnectionCounts] = [:]

    package init(mode: ProxyMode, scheduler: IPVSScheduler = .rr, seed: UInt64) {
        self.mode = mode
        self.scheduler = scheduler
        stream = RandomStream(seed: seed, name: "kube-proxy")
    }

    /// Why the backends that may be used are those.
    package enum Narrowing: Sendable, Hashable { case none, local, zone, node, terminating }

    /// The backends that may be used on a node.
    ///
    /// Ready ones, or when none is ready those that end and still serve; with a `Local` policy those on the node only,
    /// else those that hints mean for the node or its zone, if every ready backend has such hints and one is meant for it.
    package static func usable(_ backends: [Backend], localTo local: String?, node: String, zone: String) -> (backends: [Backend], because: Narrowing) {
        if let local {
            let here = backends.filter { $0.node == local }
            let ready = here.filter(\.isReady)
            if !ready.isEmpty { return (ready, .local) }
            return (here.filter { $0.isServing && $0.isTerminating }, .terminating)
        }
        let ready = backends.filter(\.isReady)
        if ready.isEmpty { return (backends.filter { $0.isServing && $0.isTerminating }, .terminating) }
        if !node.isEmpty, ready.allSatisfy({ !$0.hintedNodes.isEmpty }) {
            let hinted = ready.filter { $0.hintedNodes.contains(node) }
            if !hinted.isEmpty { return (hinted, .node) }
        }
        if !zone.isEmpty, ready.allSatisfy({ !$0.hintedZones.isEmpty }) {
            let hinted = ready.filter { $0.hintedZones.contains(zone) }
            if !hinted.isEmpty { return (hinted, .zone) }
        }
        return (ready, .none)
    }

    /// Picks one of the backends for a connection from a client; says whether affinity decided.
    package mutating func pick(from backends: [Backend], port: PortKey, client: String, stickySeconds: Int?, now: Instant) -> (backend: Backend, isKept: Bool)? {
        guard !backends.isEmpty else { return nil }
        guard let stickySeconds else { return (draw(from: backends, port: port, client: client, now: now), false) }
        let key = StickyKey(port: port, client: client)
        if let kept = sticky[key], kept.until > now, let backend = backends.first(where: { $0.address == kept.address }) {
            sticky[key] = (kept.address, now + .seconds(stickySeconds))
            return (backend, true)
        }
        let backend = draw(from: backends, port: port, client: client, now: now)
        sticky[key] = (backend.address, now + .seconds(stickySeconds))
        return (backend, false)
    }

    private mutating func draw(from backends: [Backend], port: PortKey, client: String, now: Instant) -> Backend {
        guard mode == .ipvs else { return backends[stream.below(backends.count)] }
        switch scheduler {
        case .rr, .wrr:
            let turn = turns[port, default: 0]
            turns[port] = turn &+ 1
            return backends[turn % backends.count]
        case .lc, .wlc, .sed, .nq:
            return connections[port, default: ConnectionCounts()].least(of: backends, now: now)
        case .sh: return backends[Int(Self.hash(client) % UInt64(backends.count))]
        case .dh: return backends[Int(Self.hash("\(port.service):\(port.port)") % UInt64(backends.count))]
        case .mh: return backends.max { Self.hash(client + $0.address) < Self.hash(client + $1.address) } ?? backends[0]
        }
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// A draw for anything else that balances, such as an external load balancer over nodes.
    package mutating func draw(below bound: Int) -> Int { stream.below(max(bound, 1)) }

    /// The next turn of a proxy of the application layer.
    package mutating func turn(below bound: Int, port: PortKey) -> Int {
        let turn = turns[port, default: 0]
        turns[port] = turn &+ 1
        return turn % max(bound, 1)
    }
}

/// Connections that IPVS still counts: those of the last two minutes, as a closed one stays in its table that long.
private struct ConnectionCounts: Sendable {
    private static let kept = Duration.seconds(120)
    private var counts: [String: Int] = [:]
    private var ends: [(at: Instant, address: String)] = []
    private var first = 0

    mutating func least(of backends: [Backend], now: Instant) -> Backend {
        while first < ends.count, ends[first].at <= now {
            counts[ends[first].address, default: 1] -= 1
            first += 1
        }
        if first > 1024, first * 2 > ends.count {
            ends.removeFirst(first)
            first = 0
        }
        var best = backends[0]
        for backend in backends.dropFirst() where counts[backend.address, default: 0] < counts[best.address, default: 0] { best = backend }
        counts[best.address, default: 0] += 1
        ends.append((now + Self.kept, best.address))
        return best
    }
}
