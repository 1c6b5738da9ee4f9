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

    /// Something on a request's way that is not the same for each request.
    package enum Choice: Sendable {
        /// A number, for anything that balances at random, such as an external load balancer over nodes.
        case draw(below: Int)
        /// The next turn of a proxy of the application layer.
        case turn(below: Int, port: PortKey)
        /// A backend for a connection from a client.
        case backend(of: [Backend], port: PortKey, client: String, stickySeconds: Int?, now: Instant)
    }

    /// The choices that were made since it was begun, in their order; nil when nobody wants to know.
    private var made: [(choice: Choice, number: Int)]?
    /// What comes of the next choices without choosing, since it was chosen before.
    private var given: ArraySlice<Int> = []

    /// Begins to remember choices; the first ones have been made already.
    mutating func beginRemembering(given: [Int]) {
        made = []
        self.given = given[...]
    }

    /// Ends what `beginRemembering` began.
    mutating func endRemembering() -> [(choice: Choice, number: Int)] {
        given = []
        defer { made = nil }
        return made ?? []
    }

    package mutating func draw(below bound: Int) -> Int { take(.draw(below: bound)) }
    mutating func turn(below bound: Int, port: PortKey) -> Int { take(.turn(below: bound, port: port)) }

    /// Picks one of the backends for a connection from a client; says whether affinity decided.
    mutating func pick(from backends: [Backend], port: PortKey, client: String, stickySeconds: Int?, now: Instant) -> (backend: Backend, isKept: Bool)? {
        guard !backends.isEmpty else { return nil }
        let isKept = stickySeconds != nil && kept(StickyKey(port: port, client: client), among: backends, now: now) != nil
        return (backends[take(.backend(of: backends, port: port, client: client, stickySeconds: stickySeconds, now: now))], isKept)
    }

    private mutating func take(_ choice: Choice) -> Int {
        let number = given.popFirst() ?? make(choice)
        made?.append((choice, number))
        return number
    }

    /// Makes a choice: the number drawn, or the place of the backend.
    mutating func make(_ choice: Choice) -> Int {
        switch choice {
        case .draw(let bound): return stream.below(max(bound, 1))
        case .turn(let bound, let port): return nextTurn(port) % max(bound, 1)
        case .backend(let backends, let port, let client, let stickySeconds, let now):
            guard let stickySeconds else { return place(among: backends, port: port, client: client, now: now) }
            let key = StickyKey(port: port, client: client)
            let index = kept(key, among: backends, now: now) ?? place(among: backends, port: port, client: client, now: now)
            sticky[key] = (backends[index].address, now + .seconds(stickySeconds))
            return index
        }
    }

    /// Where the backend stands that a client is kept to; nil when it is free.
    private func kept(_ key: StickyKey, among backends: [Backend], now: Instant) -> Int? {
        guard let kept = sticky[key], kept.until > now else { return nil }
        return backends.firstIndex { $0.address == kept.address }
    }

    private mutating func nextTurn(_ port: PortKey) -> Int {
        let turn = turns[port, default: 0]
        turns[port] = turn &+ 1
        return turn
    }

    private mutating func place(among backends: [Backend], port: PortKey, client: String, now: Instant) -> Int {
        guard mode == .ipvs else { return stream.below(backends.count) }
        switch scheduler {
        case .rr, .wrr: return nextTurn(port) % backends.count
        case .lc, .wlc, .sed, .nq: return connections[port, default: ConnectionCounts()].least(of: backends, now: now)
        case .sh: return Int(Self.hash(client) % UInt64(backends.count))
        case .dh: return Int(Self.hash("\(port.service):\(port.port)") % UInt64(backends.count))
        case .mh: return backends.indices.max { Self.hash(client + backends[$0].address) < Self.hash(client + backends[$1].address) } ?? 0
        }
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// Connections that IPVS still counts: those of the last two minutes, as a closed one stays in its table that long.
private struct ConnectionCounts: Sendable {
    private static let kept = Duration.seconds(120)
    private var counts: [String: Int] = [:]
    private var ends: [(at: Instant, address: String)] = []
    private var first = 0

    mutating func least(of backends: [Backend], now: Instant) -> Int {
        while first < ends.count, ends[first].at <= now {
            counts[ends[first].address, default: 1] -= 1
            first += 1
        }
        if first > 1024, first * 2 > ends.count {
            ends.removeFirst(first)
            first = 0
        }
        var best = 0
        for index in backends.indices.dropFirst() where counts[backends[index].address, default: 0] < counts[backends[best].address, default: 0] { best = index }
        counts[backends[best].address, default: 0] += 1
        ends.append((now + Self.kept, backends[best].address))
        return best
    }
}
