import KubernetesObjects

/// How a pod looks names up: what stands in its `/etc/resolv.conf`.
///
/// - Source: kubelet `network/dns/dns.go`, v1.36: `dnsPolicy`, `dnsConfig` and the bounds of six searches kept apart.
package struct PodResolver: Sendable, Hashable {
    /// The pod's policy as it works: a pod on the node's network with `ClusterFirst` has `Default`.
    package var policy: String
    /// Name servers besides the cluster's; those of the node are not listed.
    package var nameServers: [String]
    package var searches: [String]
    package var options: [(name: String, value: String)]

    package static func == (left: PodResolver, right: PodResolver) -> Bool {
        left.policy == right.policy && left.nameServers == right.nameServers && left.searches == right.searches
            && left.options.elementsEqual(right.options) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(policy)
        hasher.combine(nameServers)
        hasher.combine(searches)
    }

    package init(_ pod: Value, domain: String = "cluster.local") {
        let spec = pod["spec"] ?? [:]
        var policy = spec["dnsPolicy"]?.stringValue ?? "ClusterFirst"
        if policy == "ClusterFirst", spec["hostNetwork"]?.boolValue == true { policy = "Default" }
        if policy == "ClusterFirstWithHostNet" { policy = "ClusterFirst" }
        self.policy = policy
        nameServers = []
        searches = []
        options = []
        if policy == "ClusterFirst" {
            searches = ["\(pod.namespace).svc.\(domain)", "svc.\(domain)", domain]
            options = [("ndots", "5")]
        }
        guard let config = spec["dnsConfig"] else { return }
        for server in (config["nameservers"]?.elements ?? []).compactMap(\.stringValue) where !nameServers.contains(server) { nameServers.append(server) }
        for search in (config["searches"]?.elements ?? []).compactMap(\.stringValue) where !searches.contains(search) { searches.append(search) }
        for option in config["options"]?.elements ?? [] {
            guard let name = option["name"]?.stringValue else { continue }
            let value = option["value"]?.stringValue ?? ""
            if let index = options.firstIndex(where: { $0.name == name }) { options[index].value = value } else { options.append((name, value)) }
        }
    }

    /// Whether the cluster's own name server is asked.
    package func asksCluster(server: String) -> Bool { policy == "ClusterFirst" || nameServers.contains(server) }

    /// How many dots a name needs to be tried as it is first.
    package var dots: Int { options.first { $0.name == "ndots" }.flatMap { Int($0.value) } ?? 1 }

    /// The names that are tried for a name, in order.
    package func candidates(for name: String) -> [String] {
        if name.hasSuffix(".") { return [String(name.dropLast())] }
        let searched = searches.map { "\(name).\($0)" }
        return name.utf8.filter({ $0 == UInt8(ascii: ".") }).count >= dots ? [name] + searched : searched + [name]
    }

    /// The file; `server` is the cluster's name server, `nodeServer` the node's.
    package func file(server: String, nodeServer: String) -> String {
        var servers = policy == "ClusterFirst" ? [server] : policy == "Default" ? [nodeServer] : []
        servers += nameServers.filter { !servers.contains($0) }
        var text = searches.isEmpty ? "" : "search \(searches.joined(separator: " "))\n"
        for server in servers { text += "nameserver \(server)\n" }
        if !options.isEmpty { text += "options \(options.map { $0.value.isEmpty ? $0.name : "\($0.name):\($0.value)" }.joined(separator: " "))\n" }
        return text
    }
}
