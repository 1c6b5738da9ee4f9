import APIMachinery
import KubernetesObjects

/// Answers names as CoreDNS with the `kubernetes` plug-in (`pods insecure`) does.
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

    /// One record, as a zone file has it: an SRV's value is `priority weight port target.`.
    package struct Record: Hashable, Sendable {
        package var name: String
        package var type: String
        package var value: String

        package init(_ name: String, _ type: String, _ value: String) {
            self.name = name
            self.type = type
            self.value = value
        }
    }

    package enum Answer: Sendable, Hashable {
        case records([Record])
        /// The name is there and has no record of the type.
        case noData
        case noSuchName
    }

    /// The names that aliases lead through at most.
    private static let aliasesMax = 8

    /// Answers a fully qualified name, and follows aliases.
    package func answer(_ name: String, type: String = "A", in tables: NetworkTables) -> Answer {
        var records: [Record] = []
        var asked = name.lowercased()
        if asked.hasSuffix(".") { asked.removeLast() }
        for _ in 0..<Self.aliasesMax {
            switch own(asked, type: type, in: tables) {
            case .records(let found):
                records += found
                guard type != "CNAME", found.count == 1, found[0].type == "CNAME" else { return .records(records) }
                asked = found[0].value.hasSuffix(".") ? String(found[0].value.dropLast()) : found[0].value
            case .noData: return records.isEmpty ? .noData : .records(records)
            case .noSuchName: return records.isEmpty ? .noSuchName : .records(records)
            }
        }
        return .records(records)
    }

    /// The records of one name, without those that aliases lead to.
    private func own(_ name: String, type: String, in tables: NetworkTables) -> Answer {
        if type == "PTR" || name.hasSuffix(".in-addr.arpa") { return reverse(name, in: tables) }
        func addresses(_ values: [String]) -> Answer {
            type == "A" || type == "ANY" ? .records(values.map { Record(name, "A", $0) }) : .noData
        }
        guard name.hasSuffix(".\(domain)") else {
            if let address = externalHosts[name] ?? OutsideHosts.addresses[name] { return addresses([address]) }
            if tables.service(atAddress: name) != nil { return addresses([name]) }
            if IPAddress(name) == nil, let node = tables.node(atAddress: name), let address = node.addresses.first { return addresses([address]) }
            return .noSuchName
        }
        var labels = name.dropLast(domain.utf8.count + 1).split(separator: ".").map(String.init)
        guard let kind = labels.popLast(), let namespace = labels.popLast() else { return .noSuchName }
        if kind == "pod" {
            guard labels.count == 1, tables.namespaceLabels[namespace] != nil else { return .noSuchName }
            let address = labels[0].split(separator: "-").joined(separator: ".")
            return IPAddress(address) == nil ? .noSuchName : addresses([address])
        }
        guard kind == "svc", let service = labels.popLast(), let rule = tables.services[NamespacedName(namespace: namespace, name: service)] else {
            return .noSuchName
        }
        if rule.type == "ExternalName" {
            return labels.isEmpty && type != "SRV" ? .records([Record(name, "CNAME", rule.externalName + ".")]) : .noSuchName
        }
        if labels.count == 2, labels[0].hasPrefix("_"), labels[1].hasPrefix("_") {
            let records = services(rule, port: String(labels[0].dropFirst()), transport: String(labels[1].dropFirst()), in: tables)
            if records.isEmpty { return .noSuchName }
            return type == "SRV" || type == "ANY" ? .records(records.map { Record(name, "SRV", $0) }) : .noData
        }
        guard labels.count <= 1 else { return .noSuchName }
        if !rule.isHeadless { return labels.isEmpty ? (type == "SRV" ? .noData : addresses(rule.clusterIPs)) : .noSuchName }
        let found = endpoints(of: rule, host: labels.last, in: tables).map(\.address)
        return found.isEmpty ? .noSuchName : addresses(found)
    }

    // MARK: Endpoints

    /// The name under which a headless Service's endpoint has a record: its host name, or its address with dashes.
    private func hostName(_ endpoint: Value, _ address: String) -> String {
        endpoint["hostname"]?.stringValue ?? address.split(separator: ".").joined(separator: "-")
    }

    private func endpoints(of rule: ServiceRule, host: String?, in tables: NetworkTables) -> [(address: String, host: String)] {
        var seen: Set<String> = []
        var result: [(address: String, host: String)] = []
        for slice in tables.slices(of: rule.key) where slice["addressType"]?.stringValue ?? "IPv4" == "IPv4" {
            for endpoint in slice["endpoints"]?.elements ?? [] {
                guard endpoint["conditions"]?["ready"]?.boolValue ?? true || rule.publishNotReadyAddresses else { continue }
                for address in (endpoint["addresses"]?.elements ?? []).compactMap(\.stringValue) {
                    let own = hostName(endpoint, address)
                    if let host, own != host { continue }
                    if seen.insert(address).inserted { result.append((address, own)) }
                }
            }
        }
        return result
    }

    /// The values of the SRV records of a named port.
    private func services(_ rule: ServiceRule, port name: String, transport: String, in tables: NetworkTables) -> [String] {
        guard let port = rule.ports.first(where: { $0.name.lowercased() == name && $0.protocolName.lowercased() == transport }) else { return [] }
        let base = "\(rule.key.name).\(rule.key.namespace).svc.\(domain)."
        if !rule.isHeadless { return ["0 100 \(port.port) \(base)"] }
        let targets = endpoints(of: rule, host: nil, in: tables)
        let numbers = Dictionary(
            SliceReader.backends(of: port.name, protocolName: port.protocolName, in: tables.slices(of: rule.key)).map { ($0.address, $0.port) }, uniquingKeysWith: { first, _ in first })
        let weight = 100 / max(targets.count, 1)
        return targets.compactMap { target in numbers[target.address].map { "0 \(weight) \($0) \(target.host).\(base)" } }
    }

    /// The names of an address: those of Services, and of endpoints of headless Services with a host name.
    private func reverse(_ name: String, in tables: NetworkTables) -> Answer {
        guard name.hasSuffix(".in-addr.arpa") else { return .noSuchName }
        let address = name.dropLast(".in-addr.arpa".utf8.count).split(separator: ".").reversed().joined(separator: ".")
        if let rule = tables.service(atAddress: address), rule.clusterIPs.contains(address) {
            return .records([Record(name, "PTR", "\(rule.key.name).\(rule.key.namespace).svc.\(domain).")])
        }
        guard let pod = tables.pod(atAddress: address) else { return .noSuchName }
        var names: [String] = []
        for rule in tables.services.values where rule.isHeadless && rule.key.namespace == pod.key.namespace {
            for endpoint in endpoints(of: rule, host: nil, in: tables) where endpoint.address == address {
                names.append("\(endpoint.host).\(rule.key.name).\(rule.key.namespace).svc.\(domain).")
            }
        }
        return names.isEmpty ? .noSuchName : .records(names.sorted().map { Record(name, "PTR", $0) })
    }
}
