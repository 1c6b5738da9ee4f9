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
        /// By which policy's absence of a rule, in words.
        case denied(String)
    }

    /// Judges a connection to `port` of the target, first as it leaves the source, then as it reaches the target.
    package static func judge(from source: Peer, to target: Peer, port: Int, protocolName: String, in tables: NetworkTables) -> Verdict {
        if let pod = source.pod, !pod.isHostNetwork {
            let verdict = judge(pod: pod, direction: "Egress", peer: target, target: target, port: port, protocolName: protocolName, in: tables)
            if verdict != .allowed { return verdict }
        }
        if let pod = target.pod, !pod.isHostNetwork {
            // A node's own traffic to its pods is always let in.
            if source.pod == nil, tables.node(atAddress: source.address)?.name == pod.node { return .allowed }
            return judge(pod: pod, direction: "Ingress", peer: source, target: target, port: port, protocolName: protocolName, in: tables)
        }
        return .allowed
    }

    private static func judge(
        pod: NetworkTables.PodEntry, direction: String, peer: Peer, target: Peer, port: Int, protocolName: String, in tables: NetworkTables
    ) -> Verdict {
        var selecting: [String] = []
        let policies = tables.policies[pod.key.namespace] ?? [:]
        for name in policies.keys.sorted() {
            guard let spec = policies[name]!["spec"], applies(spec, direction: direction),
                LabelSelector(object: spec["podSelector"] ?? [:]).matches(pod.labels)
            else { continue }
            selecting.append(name)
            let isIngress = direction == "Ingress"
            for rule in spec[isIngress ? "ingress" : "egress"]?.elements ?? [] {
                let peers = rule[isIngress ? "from" : "to"]?.elements ?? []
                guard peers.isEmpty || peers.contains(where: { matches($0, peer: peer, namespace: pod.key.namespace, in: tables) }) else { continue }
                let ports = rule["ports"]?.elements ?? []
                if ports.isEmpty || ports.contains(where: { matches($0, port: port, protocolName: protocolName, pod: target.pod) }) {
                    return .allowed
                }
            }
        }
        if selecting.isEmpty { return .allowed }
        let list = selecting.map { "\(pod.key.namespace)/\($0)" }.joined(separator: ", ")
        return .denied("\(direction.lowercased()) of pod \(pod.key) is limited by NetworkPolicy \(list), and no rule allows it")
    }

    private static func applies(_ spec: Value, direction: String) -> Bool {
        if let types = spec["policyTypes"]?.elements, !types.isEmpty { return types.contains(.string(direction)) }
        return direction == "Ingress" || spec["egress"] != nil
    }

    private static func matches(_ rule: Value, peer: Peer, namespace: String, in tables: NetworkTables) -> Bool {
        if let block = rule["ipBlock"] {
            guard let cidr = block["cidr"]?.stringValue.flatMap({ IPv4Block($0) }), let address = IPv4(peer.address), cidr.contains(address) else {
                return false
            }
            let exceptions = (block["except"]?.elements ?? []).compactMap { $0.stringValue.flatMap { IPv4Block($0) } }
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
            for container in pod?.object["spec"]?["containers"]?.elements ?? [] {
                for entry in container["ports"]?.elements ?? [] where entry["name"]?.stringValue == name {
                    if entry["containerPort"]?.intValue == port { return true }
                }
            }
            return false
        }
        guard let first = wanted.intValue else { return false }
        return (first...max(first, rule["endPort"]?.intValue ?? first)).contains(port)
    }
}
