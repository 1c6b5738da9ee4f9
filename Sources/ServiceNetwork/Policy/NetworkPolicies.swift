import APIMachinery
import KubernetesObjects

/// Decides whether a connection is allowed by the NetworkPolicies of a cluster.
///
/// - Source: the NetworkPolicy API: a pod that no policy of a direction selects accepts everything in that direction;
///   otherwise the rules of all policies that select it are added up.
package enum NetworkPolicies {
    /// One end of a connection.
    package struct Peer: Sendable {
        package var address: String
        /// Nil for an end outside the pod network.
        package var pod: NetworkTables.PodEntry?
    }

    package enum Verdict: Hashable, Sendable {
        case allowed
        /// A rule of this policy lets it through.
        case allowedBy(String)
        case denied(RouteNote)

        var isDenied: Bool { if case .denied = self { true } else { false } }
    }

    /// Judges a connection to `port` of the target, first as it leaves the source, then as it reaches the target.
    package static func judge(from source: Peer, to target: Peer, port: Int, protocolName: String, in tables: NetworkTables) -> Verdict {
        let leaving = judgeEgress(from: source, to: target, port: port, protocolName: protocolName, in: tables)
        if leaving.isDenied { return leaving }
        guard let pod = target.pod, !pod.isHostNetwork, pod.key != source.pod?.key else { return leaving }
        // A node's own traffic to its pods is always let in.
        if source.pod == nil, tables.node(atAddress: source.address)?.name == pod.node { return .allowed }
        return judge(pod: pod, direction: .ingress, peer: source, target: target, port: port, protocolName: protocolName, in: tables)
    }

    /// Judges a connection as it leaves the source.
    package static func judgeEgress(from source: Peer, to target: Peer, port: Int, protocolName: String, in tables: NetworkTables) -> Verdict {
        // A pod always reaches itself and the node it runs on.
        guard let pod = source.pod, !pod.isHostNetwork, target.pod?.key != pod.key else { return .allowed }
        if target.pod == nil, tables.node(atAddress: target.address)?.name == pod.node { return .allowed }
        return judge(pod: pod, direction: .egress, peer: target, target: target, port: port, protocolName: protocolName, in: tables)
    }

    private enum Direction: String {
        case ingress = "Ingress", egress = "Egress"

        var rules: String { self == .ingress ? "ingress" : "egress" }
        var peers: String { self == .ingress ? "from" : "to" }
    }

    private static func judge(
        pod: NetworkTables.PodEntry, direction: Direction, peer: Peer, target: Peer, port: Int, protocolName: String, in tables: NetworkTables
    ) -> Verdict {
        guard let policies = tables.policies[pod.key.namespace], !policies.isEmpty else { return .allowed }
        var selecting: [String] = []
        for name in policies.keys.sorted() {
            guard let spec = policies[name]!["spec"], applies(spec, direction: direction.rawValue),
                LabelSelector(object: spec["podSelector"] ?? [:]).matches(pod.labels)
            else { continue }
            selecting.append("\(pod.key.namespace)/\(name)")
            for rule in spec[direction.rules]?.elements ?? [] {
                let peers = rule[direction.peers]?.elements ?? []
                guard peers.isEmpty || peers.contains(where: { matches($0, peer: peer, namespace: pod.key.namespace, in: tables) }) else { continue }
                let ports = rule["ports"]?.elements ?? []
                if ports.isEmpty || ports.contains(where: { matches($0, port: port, protocolName: protocolName, pod: target.pod) }) {
                    return .allowedBy("\(pod.key.namespace)/\(name)")
                }
            }
        }
        if selecting.isEmpty { return .allowed }
        return .denied(
            RouteNote(
                direction == .ingress ? .ingressDenied : .egressDenied, pod.key.description, selecting.joined(separator: ", "), name(of: peer),
                protocolName == "TCP" ? String(port) : "\(port)/\(protocolName)"))
    }

    /// An end of a connection with what selectors look at.
    private static func name(of peer: Peer) -> String {
        guard let pod = peer.pod else { return peer.address }
        let labels = pod.labels.filter { !$0.key.hasSuffix("-template-hash") && !$0.key.hasSuffix("-revision-hash") && !$0.key.hasPrefix("topology.kubernetes.io/") }
        let text = labels.prefix(3).map { "\($0.key)=\($0.value.stringValue ?? "")" }.joined(separator: ",")
        return "pod \(pod.key)" + (text.isEmpty ? "" : " (\(text))")
    }

    private static func applies(_ spec: Value, direction: String) -> Bool {
        if let types = spec["policyTypes"]?.elements, !types.isEmpty { return types.contains(.string(direction)) }
        return direction == "Ingress" || spec["egress"] != nil
    }

    private static func matches(_ rule: Value, peer: Peer, namespace: String, in tables: NetworkTables) -> Bool {
        if let block = rule["ipBlock"] {
            guard let cidr = block["cidr"]?.stringValue.flatMap({ IPBlock($0) }), let address = IPAddress(peer.address), cidr.contains(address) else {
                return false
            }
            let exceptions = (block["except"]?.elements ?? []).compactMap { $0.stringValue.flatMap { IPBlock($0) } }
            return !exceptions.contains { $0.contains(address) }
        }
        guard let pod = peer.pod, !pod.isHostNetwork else { return false }
        if let selector = rule["namespaceSelector"] {
            guard LabelSelector(object: selector).matches(tables.namespaceLabels[pod.key.namespace] ?? Fields()) else { return false }
        } else if pod.key.namespace != namespace {
            return false
        }
        guard let selector = rule["podSelector"] else { return true }
        return LabelSelector(object: selector).matches(pod.labels)
    }

    private static func matches(_ rule: Value, port: Int, protocolName: String, pod: NetworkTables.PodEntry?) -> Bool {
        guard (rule["protocol"]?.stringValue ?? "TCP") == protocolName else { return false }
        guard let wanted = rule["port"], !wanted.isNull else { return true }
        if let name = wanted.stringValue {
            let spec = pod?.object["spec"]
            for container in (spec?["containers"]?.elements ?? []) + (spec?["initContainers"]?.elements ?? []) {
                for entry in container["ports"]?.elements ?? [] where entry["name"]?.stringValue == name && (entry["protocol"]?.stringValue ?? "TCP") == protocolName {
                    if entry["containerPort"]?.intValue == port { return true }
                }
            }
            return false
        }
        guard let first = wanted.intValue else { return false }
        return (first...max(first, rule["endPort"]?.intValue ?? first)).contains(port)
    }
}
