import APIMachinery
import KubernetesObjects

/// A failure as an error, for `Result`.
struct RouteFailure: Error { var failure: DeliveryFailure }

/// What a look-up gave.
package struct NameReply: Sendable, Hashable {
    /// The name that was found, with the search path; the name that was asked for when none was.
    package var name: String
    package var answer: ClusterDNS.Answer
    /// The name server that answered; empty when nobody did.
    package var server: String
    /// Why no name server answers; nil when one does.
    package var silence: RouteNote?
}

/// How names become addresses for whoever asks.
extension DataPlane {
    static let serverName = NamespacedName(namespace: "kube-system", name: "kube-dns")
    /// The address of a cluster's name server where no Service says otherwise.
    static let serverAddress = "10.100.0.10"

    /// The cluster's name server.
    package var nameServer: String { tables.services[Self.serverName]?.clusterIPs.first ?? Self.serverAddress }

    /// Looks a name up as a program in a pod, on a node or outside does.
    ///
    /// - Parameter searches: whether the search path is used; `dig` does without.
    package mutating func lookUp(_ name: String, type: String = "A", from origin: RequestOrigin, searches: Bool = true) -> NameReply {
        let source = source(of: origin)
        return lookUp(name, type: type, source: source, searches: searches)
    }

    private mutating func lookUp(_ name: String, type: String, source: Way.Source, searches: Bool) -> NameReply {
        guard let pod = source.peer.pod else {
            // Nodes and clients outside ask a name server that does not know the cluster.
            let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
            let isClusters = bare.lowercased().hasSuffix(".\(dns.domain)")
            return NameReply(name: bare, answer: isClusters ? .noSuchName : dns.answer(bare, type: type, in: tables), server: "")
        }
        let resolver = PodResolver(pod.object, domain: dns.domain)
        let server = nameServer
        guard resolver.asksCluster(server: server) else {
            let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
            let isClusters = bare.lowercased().hasSuffix(".\(dns.domain)")
            return NameReply(name: bare, answer: isClusters ? .noSuchName : dns.answer(bare, type: type, in: tables), server: resolver.nameServers.first ?? "")
        }
        if let silence = silence(for: source, name: name) { return NameReply(name: name, answer: .noSuchName, server: server, silence: silence) }
        var reply = NameReply(name: name, answer: .noSuchName, server: server)
        for candidate in searches ? resolver.candidates(for: name) : [name] {
            let answer = dns.answer(candidate, type: type, in: tables)
            if case .records = answer { return NameReply(name: candidate, answer: answer, server: server) }
            if answer == .noData, reply.answer == .noSuchName { reply = NameReply(name: candidate, answer: answer, server: server) }
        }
        return reply
    }

    /// Why a pod cannot reach the name server: a policy, or no server that is ready. Nil when it can.
    private mutating func silence(for source: Way.Source, name: String) -> RouteNote? {
        guard let pod = source.peer.pod, !pod.isHostNetwork else { return nil }
        if let rule = tables.services[Self.serverName], rule.hasSelector, let port = rule.ports.first(where: { $0.protocolName == "UDP" }) {
            let usable = Balancer.usable(tables.backends(of: rule, port: port), localTo: nil, node: source.node, zone: "").backends
            guard !usable.isEmpty else { return RouteNote(.dnsWithoutEndpoints, name, rule.key.description) }
            var reason: RouteNote?
            for backend in usable {
                let peer = NetworkPolicies.Peer(address: backend.address, pod: tables.pod(atAddress: backend.address))
                guard case .denied(let note) = NetworkPolicies.judge(from: source.peer, to: peer, port: backend.port, protocolName: "UDP", in: tables) else { return nil }
                reason = note
            }
            return reason.map { RouteNote(.dnsBlocked, name, $0.text()) }
        }
        // Where nobody installed a name server there is one all the same: a pod of kube-system with the usual label.
        let server = NetworkTables.PodEntry(
            key: NamespacedName(namespace: "kube-system", name: "coredns"), address: Self.serverAddress, node: "", labels: ["k8s-app": "kube-dns"], isHostNetwork: false,
            phase: "Running", object: [:])
        guard case .denied(let note) = NetworkPolicies.judgeEgress(from: source.peer, to: .init(address: server.address, pod: server), port: 53, protocolName: "UDP", in: tables)
        else { return nil }
        return RouteNote(.dnsBlocked, name, note.text())
    }

    /// The address that a host name leads to.
    mutating func resolve(_ host: String, _ way: inout Way) -> Result<String, RouteFailure> {
        if IPAddress(host) != nil { return .success(host) }
        if host == "localhost" { return .success("127.0.0.1") }
        if let address = hostsFile(host, of: way.source.peer.pod) {
            way.add(.dns, RouteNote(.hostsFile, host, address))
            return .success(address)
        }
        let reply = lookUp(host, type: "A", source: way.source, searches: true)
        if let silence = reply.silence { return .failure(RouteFailure(failure: .noNameServer(silence))) }
        guard case .records(let records) = reply.answer else { return .failure(RouteFailure(failure: .unknownHost(whyUnknown(host, way)))) }
        for record in records where record.type == "CNAME" { way.add(.dns, RouteNote(.alias, record.name, String(record.value.dropLast()))) }
        let addresses = records.filter { $0.type == "A" }.map(\.value)
        guard let first = addresses.first else {
            // ExternalName may hold an address, which no name server resolves.
            return .failure(RouteFailure(failure: .unknownHost(RouteNote(.nameUnknown, host, way.source.label))))
        }
        if first != host {
            let list = addresses.prefix(4).joined(separator: ", ") + (addresses.count > 4 ? ", …" : "")
            way.add(.dns, reply.name == host ? RouteNote(.resolved, host, list) : RouteNote(.resolvedAs, host, reply.name, list))
        }
        // A headless Service answers with its endpoints in an order that changes.
        return .success(addresses.count > 1 ? addresses[balancer.draw(below: addresses.count)] : first)
    }

    private func hostsFile(_ host: String, of pod: NetworkTables.PodEntry?) -> String? {
        guard let spec = pod?.object["spec"] else { return nil }
        for alias in spec["hostAliases"]?.elements ?? [] {
            if (alias["hostnames"]?.elements ?? []).contains(where: { $0.stringValue?.lowercased() == host }) { return alias["ip"]?.stringValue }
        }
        return host == (spec["hostname"]?.stringValue ?? pod?.key.name) && pod?.isHostNetwork == false ? pod?.address : nil
    }

    /// Says why a name is not known, from what it looks like.
    private func whyUnknown(_ host: String, _ way: Way) -> RouteNote {
        let label = way.source.label
        var bare = host.hasSuffix(".") ? String(host.dropLast()) : host
        guard let pod = way.source.peer.pod else {
            return bare.hasSuffix(".\(dns.domain)") || bare.hasSuffix(".svc") || (!bare.contains(".") && isServiceName(bare))
                ? RouteNote(.noClusterNames, host, label) : RouteNote(.nameUnknown, host, label)
        }
        let resolver = PodResolver(pod.object, domain: dns.domain)
        if !resolver.asksCluster(server: nameServer), isServiceName(String(bare.split(separator: ".")[0])) {
            return RouteNote(.noPodDNS, host, label, resolver.policy)
        }
        for suffix in [".\(dns.domain)", ".svc"] where bare.hasSuffix(suffix) { bare.removeLast(suffix.utf8.count) }
        let labels = bare.split(separator: ".").map(String.init)
        // `service`, `service.namespace` or `host.service.namespace`; a name with other parts is one of the world outside.
        let readings: [(service: String, namespace: String)] =
            switch labels.count {
            case 1: [(labels[0], pod.key.namespace)]
            case 2: [(labels[0], labels[1]), (labels[1], pod.key.namespace)]
            case 3: [(labels[1], labels[2])]
            default: []
            }
        for reading in readings {
            if let rule = tables.services[NamespacedName(namespace: reading.namespace, name: reading.service)] {
                return RouteNote(.endpointNameUnknown, host, label, rule.key.description)
            }
        }
        guard let first = readings.first, labels.count < 3 || host.hasSuffix(dns.domain) || host.hasSuffix(".svc"),
            labels.count == 1 || tables.namespaceLabels[first.namespace] != nil || host.contains(".svc")
        else { return RouteNote(.nameUnknown, host, label) }
        let elsewhere = tables.services.keys.filter { $0.name == first.service }.sorted()
        if labels.count == 1, let other = elsewhere.first { return RouteNote(.serviceElsewhere, host, label, other.name, other.namespace) }
        return RouteNote(.serviceUnknown, host, label, first.service, first.namespace)
    }

    private func isServiceName(_ name: String) -> Bool { tables.services.keys.contains { $0.name == name } }
}

// MARK: Echoes

extension DataPlane {
    /// Whether a host answers an echo request, and from which address.
    ///
    /// Pods and nodes answer unless a policy stops them. A cluster IP answers with IPVS, where nodes hold it; iptables has
    /// rules for its ports only.
    package mutating func ping(_ host: String, from origin: RequestOrigin) -> (address: String?, isKnown: Bool) {
        var request = SimulatedRequest(from: origin, url: RequestURL(scheme: "udp", host: host, port: 1))
        request.isTraced = false
        var way = Way(request: request, source: source(of: origin), now: .simulationStart)
        guard case .success(let address) = resolve(host, &way) else { return (nil, false) }
        if address.hasPrefix("127.") { return (address, true) }
        if tables.service(atAddress: address) != nil, tables.node(atAddress: address) == nil { return (balancer.mode == .ipvs ? address : nil, true) }
        let pod = tables.pod(atAddress: address)
        guard pod != nil || tables.node(atAddress: address)?.isReady == true || OutsideHosts.has(address) else { return (nil, true) }
        let verdict = NetworkPolicies.judge(from: way.source.peer, to: .init(address: address, pod: pod), port: 0, protocolName: "ICMP", in: tables)
        return (verdict.isDenied ? nil : address, true)
    }
}
