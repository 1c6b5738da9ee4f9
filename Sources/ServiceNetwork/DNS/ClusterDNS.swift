import APIMachinery
import KubernetesObjects

/// Answers names as CoreDNS with the `kubernetes` plug-in does.
///
/// - Source: the Kubernetes DNS-based service discovery specification.
package struct ClusterDNS: Sendable {
    package var domain: String
    /// Names outside the cluster that answer, with their addresses: what a lab or the cloud offers.
    package var externalHosts: [String: String]

    package init(domain: String = "cluster.local", externalHosts: [String: String] = [:]) {
        self.domain = domain
        self.externalHosts = externalHosts
    }

    package struct ServiceRecord: Hashable, Sendable {
        package var port: Int
        package var target: String
    }

    package enum Answer: Sendable, Hashable {
        case addresses([String], canonicalName: String)
        case alias(String)
        case noSuchName
    }

    /// The search list of a pod's `/etc/resolv.conf`.
    package func searchPath(namespace: String) -> [String] { ["\(namespace).svc.\(domain)", "svc.\(domain)", domain] }

    /// Looks a name up as a pod of a namespace does, with `ndots:5`.
    package func resolve(_ name: String, fromNamespace namespace: String?, in tables: NetworkTables) -> Answer {
        let isAbsolute = name.hasSuffix(".")
        let bare = isAbsolute ? String(name.dropLast()) : name
        let dots = bare.utf8.filter { $0 == 46 }.count
        let searched = isAbsolute || namespace == nil ? [] : searchPath(namespace: namespace!).map { "\(bare).\($0)" }
        for candidate in dots >= 5 ? [bare] + searched : searched + [bare] {
            let answer = lookUp(candidate, in: tables)
            if answer != .noSuchName { return answer }
        }
        return .noSuchName
    }

    /// Looks up one fully qualified name.
    package func lookUp(_ name: String, in tables: NetworkTables) -> Answer {
        let lower = name.lowercased()
        if let address = externalHosts[lower] { return .addresses([address], canonicalName: lower) }
        guard lower.hasSuffix(".\(domain)") else {
            if tables.service(atAddress: lower) != nil { return .addresses([lower], canonicalName: lower) }
            if let node = tables.node(atAddress: lower), let address = node.addresses.first { return .addresses([address], canonicalName: lower) }
            return .noSuchName
        }
        var labels = lower.dropLast(domain.utf8.count + 1).split(separator: ".").map(String.init)
        guard let kind = labels.popLast(), let namespace = labels.popLast() else { return .noSuchName }
        if kind == "pod", labels.count == 1 {
            return .addresses([labels[0].split(separator: "-").joined(separator: ".")], canonicalName: lower)
        }
        guard kind == "svc", let service = labels.popLast(),
            let rule = tables.services[NamespacedName(namespace: namespace, name: service)]
        else { return .noSuchName }
        if rule.type == "ExternalName" { return labels.isEmpty ? .alias(rule.externalName) : .noSuchName }
        if !rule.isHeadless { return labels.isEmpty ? .addresses(rule.clusterIPs, canonicalName: lower) : .noSuchName }
        let addresses = headlessAddresses(of: rule, host: labels.last, in: tables)
        return addresses.isEmpty ? .noSuchName : .addresses(addresses, canonicalName: lower)
    }

    /// The SRV records of `_port._protocol.service.namespace.svc.domain`.
    package func services(named name: String, in tables: NetworkTables) -> [ServiceRecord] {
        let lower = name.lowercased()
        guard lower.hasSuffix(".svc.\(domain)") else { return [] }
        let labels = lower.dropLast(domain.utf8.count + 5).split(separator: ".").map(String.init)
        guard labels.count == 4, labels[0].hasPrefix("_"), labels[1].hasPrefix("_"),
            let rule = tables.services[NamespacedName(namespace: labels[3], name: labels[2])],
            let port = rule.ports.first(where: { $0.name == labels[0].dropFirst() && $0.protocolName.lowercased() == labels[1].dropFirst() })
        else { return [] }
        let base = "\(rule.key.name).\(rule.key.namespace).svc.\(domain)"
        if !rule.isHeadless { return [ServiceRecord(port: port.port, target: base)] }
        return tables.readBackends(of: rule, port: port).filter { $0.isReady || rule.publishNotReadyAddresses }.map {
            ServiceRecord(port: $0.port, target: "\($0.address.split(separator: ".").joined(separator: "-")).\(base)")
        }
    }

    private func headlessAddresses(of rule: ServiceRule, host: String?, in tables: NetworkTables) -> [String] {
        var seen: Set<String> = []
        var result: [String] = []
        for slice in tables.slices(of: rule.key) {
            for endpoint in slice["endpoints"]?.elements ?? [] {
                let isReady = endpoint["conditions"]?["ready"]?.boolValue ?? true
                guard isReady || rule.publishNotReadyAddresses else { continue }
                if let host, endpoint["hostname"]?.stringValue != host { continue }
                for address in (endpoint["addresses"]?.elements ?? []).compactMap(\.stringValue) where seen.insert(address).inserted {
                    result.append(address)
                }
            }
        }
        return result
    }
}
