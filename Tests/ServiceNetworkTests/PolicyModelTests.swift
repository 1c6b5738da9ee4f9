import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// NetworkPolicies against a model that reads the API's documentation word by word, on random networks.
@Suite struct PolicyModelTests {
    struct Workload {
        var name: String, namespace: String, address: String, labels: [(String, String)], ports: [(name: String, number: Int, protocolName: String)]
    }

    static let namespaces = ["x", "y", "z"]
    static let colours = ["red", "green", "blue"]

    /// What a generator has made: pods, and policies by namespace.
    struct World {
        var pods: [Workload] = []
        var policies: [(namespace: String, spec: Value)] = []
    }

    static func world(_ stream: inout RandomStream) -> World {
        func pick<Element>(_ list: [Element], _ stream: inout RandomStream) -> Element { list[stream.below(list.count)] }
        func chance(_ percent: UInt64, _ stream: inout RandomStream) -> Bool { stream.below(100) < Int(percent) }
        var world = World()
        for (index, space) in namespaces.enumerated() {
            for number in 0..<3 {
                var labels = [("colour", pick(colours, &stream))]
                if chance(50, &stream) { labels.append(("tier", pick(["front", "back"], &stream))) }
                var ports = [(name: "web", number: pick([80, 8080], &stream), protocolName: "TCP")]
                if chance(40, &stream) { ports.append((name: "dns", number: 53, protocolName: "UDP")) }
                if chance(30, &stream) { ports.append((name: "sig", number: 3868, protocolName: "SCTP")) }
                world.pods.append(Workload(name: "p\(number)", namespace: space, address: "10.244.\(index).\(10 + number)", labels: labels, ports: ports))
            }
        }
        func selector(_ stream: inout RandomStream) -> Value {
            switch stream.below(5) {
            case 0: return [:]
            case 1: return ["matchLabels": ["colour": .string(pick(colours, &stream))]]
            case 2: return ["matchExpressions": [["key": "tier", "operator": "Exists"]]]
            case 3: return ["matchExpressions": [["key": "colour", "operator": "NotIn", "values": [.string(pick(colours, &stream))]]]]
            default: return ["matchExpressions": [["key": "tier", "operator": "In", "values": ["front", "back"]]]]
            }
        }
        func peer(_ stream: inout RandomStream) -> Value {
            switch stream.below(5) {
            case 0: return ["podSelector": selector(&stream)]
            case 1: return ["namespaceSelector": ["matchLabels": ["name": .string(pick(namespaces, &stream))]]]
            case 2: return ["namespaceSelector": [:], "podSelector": selector(&stream)]
            case 3: return ["ipBlock": ["cidr": "10.244.0.0/16", "except": [.string(pick(["10.244.0.0/24", "10.244.1.8/29", "10.244.2.10/32"], &stream))]]]
            default: return ["ipBlock": ["cidr": .string(pick(["10.244.1.0/24", "203.0.113.0/24", "0.0.0.0/0"], &stream))]]
            }
        }
        func port(_ stream: inout RandomStream) -> Value {
            switch stream.below(6) {
            case 0: return ["port": 80]
            case 1: return ["port": "web", "protocol": "TCP"]
            case 2: return ["port": 50, "endPort": 90, "protocol": .string(pick(["TCP", "UDP"], &stream))]
            case 3: return ["protocol": "SCTP"]
            case 4: return ["port": "dns", "protocol": "UDP"]
            default: return ["port": 8000, "endPort": 9000]
            }
        }
        func rules(_ key: String, _ stream: inout RandomStream) -> Value {
            .array((0..<stream.below(3)).map { _ in
                var rule: Value = [:]
                if chance(75, &stream) { rule[key] = .array((0...stream.below(2)).map { _ in peer(&stream) }) }
                if chance(60, &stream) { rule["ports"] = .array((0...stream.below(2)).map { _ in port(&stream) }) }
                return rule
            })
        }
        for _ in 0...stream.below(3) {
            var spec: Value = ["podSelector": selector(&stream)]
            if chance(70, &stream) { spec["ingress"] = rules("from", &stream) }
            if chance(50, &stream) { spec["egress"] = rules("to", &stream) }
            switch stream.below(4) {
            case 0: spec["policyTypes"] = ["Ingress"]
            case 1: spec["policyTypes"] = ["Egress"]
            case 2: spec["policyTypes"] = ["Ingress", "Egress"]
            default: break
            }
            world.policies.append((pick(namespaces, &stream), spec))
        }
        return world
    }

    // MARK: The model

    static func selects(_ selector: Value, _ labels: [(String, String)]) -> Bool {
        func value(_ key: String) -> String? { labels.first { $0.0 == key }?.1 }
        for (key, wanted) in selector["matchLabels"]?.fields ?? Fields() where value(key) != wanted.stringValue { return false }
        for expression in selector["matchExpressions"]?.elements ?? [] {
            let found = value(expression["key"]?.stringValue ?? "")
            let values = (expression["values"]?.elements ?? []).compactMap(\.stringValue)
            let holds =
                switch expression["operator"]?.stringValue {
                case "Exists": found != nil
                case "DoesNotExist": found == nil
                case "In": found.map(values.contains) ?? false
                default: !(found.map(values.contains) ?? false)
                }
            if !holds { return false }
        }
        return true
    }

    static func contains(_ cidr: String, _ address: String) -> Bool {
        func number(_ text: Substring) -> UInt32 { text.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | UInt32($1)! } }
        let parts = cidr.split(separator: "/")
        let length = UInt32(parts[1])!
        let mask: UInt32 = length == 0 ? 0 : ~UInt32(0) << (32 - length)
        return number(parts[0]) & mask == number(address[...]) & mask
    }

    static func isPeer(_ peer: Value, _ other: Workload, of namespace: String) -> Bool {
        if let block = peer["ipBlock"] {
            return contains(block["cidr"]!.stringValue!, other.address) && !(block["except"]?.elements ?? []).contains { contains($0.stringValue!, other.address) }
        }
        let isSpace = peer["namespaceSelector"].map { selects($0, [("name", other.namespace)]) } ?? (other.namespace == namespace)
        return isSpace && (peer["podSelector"].map { selects($0, other.labels) } ?? true)
    }

    static func isPort(_ entry: Value, _ number: Int, _ protocolName: String, on target: Workload) -> Bool {
        guard (entry["protocol"]?.stringValue ?? "TCP") == protocolName else { return false }
        guard let port = entry["port"] else { return true }
        if let name = port.stringValue { return target.ports.contains { $0.name == name && $0.number == number && $0.protocolName == protocolName } }
        let first = port.intValue!
        return number >= first && number <= entry["endPort"]?.intValue ?? first
    }

    static func allows(_ world: World, _ from: Workload, _ to: Workload, _ port: Int, _ protocolName: String) -> Bool {
        if from.name == to.name, from.namespace == to.namespace { return true }
        for (isIngress, own, other) in [(false, from, to), (true, to, from)] {
            var (isSelected, isLet) = (false, false)
            for (namespace, spec) in world.policies where namespace == own.namespace && selects(spec["podSelector"] ?? [:], own.labels) {
                let types = spec["policyTypes"]?.elements.compactMap(\.stringValue) ?? (spec["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"])
                guard types.contains(isIngress ? "Ingress" : "Egress") else { continue }
                isSelected = true
                for rule in spec[isIngress ? "ingress" : "egress"]?.elements ?? [] {
                    let peers = rule[isIngress ? "from" : "to"]?.elements ?? []
                    let ports = rule["ports"]?.elements ?? []
                    let isPeer = peers.isEmpty || peers.contains { Self.isPeer($0, other, of: namespace) }
                    let isPort = ports.isEmpty || ports.contains { Self.isPort($0, port, protocolName, on: to) }
                    if isPeer, isPort { isLet = true }
                }
            }
            if isSelected, !isLet { return false }
        }
        return true
    }

    // MARK: The comparison

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `every connection fares as the model says`(seed: UInt64) {
        var stream = RandomStream(seed: seed, name: "policies")
        let world = Self.world(&stream)
        var network = Network()
        for space in Self.namespaces { network.add(.namespaces, "", ["metadata": ["name": .string(space), "labels": ["name": .string(space)]]]) }
        for (index, pod) in world.pods.enumerated() {
            network.add(.pods, pod.namespace, [
                "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace), "labels": .object(Fields(pod.labels.map { ($0.0, .string($0.1)) }))],
                "spec": [
                    "nodeName": .string("n\(1 + index % 2)"),
                    "containers": [["name": "c", "ports": .array(pod.ports.map { ["name": .string($0.name), "containerPort": Value($0.number), "protocol": .string($0.protocolName)] })]],
                ],
                "status": ["phase": "Running", "podIP": .string(pod.address)],
            ])
        }
        for (index, policy) in world.policies.enumerated() {
            network.add(.networkPolicies, policy.namespace, ["metadata": ["name": .string("p\(index)"), "namespace": .string(policy.namespace)], "spec": policy.spec])
        }
        for from in world.pods {
            for to in world.pods {
                for (port, scheme) in [(80, "tcp"), (8080, "tcp"), (53, "udp"), (60, "udp"), (3868, "sctp")] {
                    let delivery = network.ask(.pod(namespace: from.namespace, name: from.name), "\(scheme)://\(to.address):\(port)")
                    let denied = delivery.hops.contains { $0.note.code == .ingressDenied || $0.note.code == .egressDenied }
                    #expect(
                        denied != Self.allows(world, from, to, port, scheme.uppercased()),
                        "seed \(seed): \(from.namespace)/\(from.name) → \(to.namespace)/\(to.name):\(port)/\(scheme); policies: \(world.policies.map { "\($0.namespace): \($0.spec.json(.compact))" })")
                }
            }
        }
    }
}
