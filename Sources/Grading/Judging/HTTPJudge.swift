import APIMachinery
import KubernetesObjects

/// Sends the requests of a check through the data plane and compares the answers.
struct HTTPJudge {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    struct Target {
        var url: String
        /// `node-1:30080`, for messages.
        var name: String

        /// The port of an address, the whole of a name.
        var short: String {
            guard let colon = name.lastIndex(of: ":"), Int(name[name.index(after: colon)...]) ?? 0 >= 30_000 else { return name }
            return String(name[name.index(after: colon)...])
        }
    }

    enum Targets {
        case found([Target], service: Value?)
        case missing(Finding)
    }

    func judge(_ assertion: HTTPAssertion) -> Judgement {
        let expected = Expectation.text(.http(assertion), scene.language)
        switch targets(of: assertion, expected: expected) {
        case .missing(let finding): return assertion.isRefused ? .holds : .fails(finding)
        case .found(let targets, let service):
            return ask(targets, service: service, assertion, expected: expected)
        }
    }

    private func ask(_ targets: [Target], service: Value?, _ assertion: HTTPAssertion, expected: String) -> Judgement {
        var world = scene.world
        let involved = service.map { [InvolvedObject($0)] } ?? []
        func fails(_ found: String, effect: String = "", expecting: String? = nil) -> Judgement {
            var finding = Finding(expected: expecting ?? expected, found: found, subject: service?.title ?? "", involved: involved)
            finding.effect = effect
            return .fails(finding)
        }
        guard let origin = origin(assertion) else { return fails("no running pod to send the request from") }
        var pods: [String] = []
        for target in targets {
            for _ in 0..<assertion.times {
                let answer = world.request(
                    Probe(
                        origin: origin, url: target.url, method: assertion.method,
                        headers: Dictionary(assertion.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })))
                if assertion.isRefused {
                    if answer.status != 0 { return fails("\(target.name) answered \(answer.status)") }
                    continue
                }
                if answer.status == 0 {
                    return fails("\(target.name) does not answer: \(answer.reason.isEmpty ? "refused" : answer.reason)", effect: "\(target.short) refused")
                }
                if answer.status != assertion.status {
                    return fails("\(target.name) answered \(answer.status)\(answer.pod.map { " (pod \($0))" } ?? "")")
                }
                if let complaint = assertion.body?.complaint(about: answer.body) {
                    return fails(Judge.excerpt(answer.body), expecting: "\(assertion.method) \(target.name) gives \(complaint)")
                }
                if let pod = answer.pod, !pods.contains(pod) { pods.append(pod) }
            }
        }
        if pods.count < assertion.spread {
            let names = pods.isEmpty ? "no pod" : "\(Words.count(pods.count, "pod")): \(Words.list(pods.sorted()))"
            return fails("answers came from \(names)")
        }
        return .holds
    }

    private func origin(_ assertion: HTTPAssertion) -> Probe.Origin? {
        switch assertion.origin {
        case .outside: return .outside
        case .node(let name): return .node(name)
        case .pod(let namespace, let name): return .pod(namespace: namespace, name: name)
        case .labelled(let labels, let namespace):
            let pod = scene.list(apiVersion: "v1", kind: "Pod", namespace: namespace).first { pod in
                pod["status"]?["phase"]?.stringValue == "Running" && labels.allSatisfy { pod.label($0.key) == $0.value }
            }
            return pod.map { .pod(namespace: $0.namespace, name: $0.name) }
        }
    }

    // MARK: Addresses

    private func targets(of assertion: HTTPAssertion, expected: String) -> Targets {
        if let url = assertion.url { return .found([Target(url: url, name: url)], service: nil) }
        let pattern = assertion.service ?? [:]
        let namespace = pattern.namespace.isEmpty ? "default" : pattern.namespace
        var comparable = pattern
        comparable["apiVersion"] = nil
        comparable["kind"] = nil
        comparable["metadata"]?["namespace"] = nil
        let services = scene.list(apiVersion: "v1", kind: "Service", namespace: namespace).filter { !pattern.name.isEmpty || !$0.isOfTheCluster }
        let matcher = scene.matcher(apiVersion: "v1", kind: "Service")
        let compared = services.map { ($0, matcher.differences(of: $0, from: comparable)) }
        guard let service = compared.first(where: { $0.1.isEmpty })?.0 else {
            let involved = InvolvedObject(apiVersion: "v1", kind: "Service", namespace: namespace, name: pattern.name)
            guard let (nearest, differences) = compared.min(by: { $0.1.count < $1.1.count }) else {
                return .missing(Finding(expected: expected, found: "no such Service", involved: [involved]))
            }
            let found = "\(nearest.title) has " + differences.prefix(3).map { "\($0.path) \($0.actual)" }.joined(separator: ", ")
            return .missing(
                Finding(expected: expected, found: found, subject: nearest.title, differences: differences, involved: [InvolvedObject(nearest)]))
        }
        return addresses(of: service, assertion, expected: expected)
    }

    private func addresses(of service: Value, _ assertion: HTTPAssertion, expected: String) -> Targets {
        func missing(_ found: String) -> Targets {
            .missing(Finding(expected: expected, found: found, subject: service.title, involved: [InvolvedObject(service)]))
        }
        let ports = service["spec"]?["ports"]?.elements ?? []
        let wanted = assertion.port
        guard let port = ports.first(where: { wanted == nil || $0["name"]?.stringValue == wanted || $0["port"]?.intValue.map(String.init) == wanted })
        else {
            let present = ports.map { $0["port"].map(Brief.plain) ?? "" }
            return missing("\(service.title) has no port \(wanted ?? ""); it has \(Words.list(present))")
        }
        let number = port["port"]?.intValue ?? 80
        let path = assertion.path.hasPrefix("/") ? assertion.path : "/" + assertion.path
        switch assertion.route {
        case .clusterIP:
            guard let address = service["spec"]?["clusterIP"]?.stringValue, !address.isEmpty, address != "None" else {
                return missing("\(service.title) has no cluster IP")
            }
            return .found([Target(url: "http://\(address):\(number)\(path)", name: "\(address):\(number)")], service: service)
        case .name:
            let name = "\(service.name).\(service.namespace)"
            return .found([Target(url: "http://\(name):\(number)\(path)", name: "\(name):\(number)")], service: service)
        case .loadBalancer:
            let ingress = service["status"]?["loadBalancer"]?["ingress"]?[0]
            guard let address = ingress?["hostname"]?.stringValue ?? ingress?["ip"]?.stringValue else {
                return missing("\(service.title) has no load balancer yet")
            }
            return .found([Target(url: "http://\(address):\(number)\(path)", name: "\(address):\(number)")], service: service)
        case .nodePort:
            guard let nodePort = port["nodePort"]?.intValue, nodePort > 0 else {
                return missing("\(service.title) is of type \(service["spec"]?["type"]?.stringValue ?? "ClusterIP"): it has no node port")
            }
            let nodes = scene.store.list(.nodes)
            guard !nodes.isEmpty else { return missing("the cluster has no nodes") }
            let asked = assertion.everyNode ? nodes : Array(nodes.prefix(1))
            let targets = asked.map { node in
                let addresses = node["status"]?["addresses"]?.elements ?? []
                let address = addresses.first { $0["type"]?.stringValue == "InternalIP" }?["address"]?.stringValue ?? node.name
                return Target(url: "http://\(address):\(nodePort)\(path)", name: "\(node.name):\(nodePort)")
            }
            return .found(targets, service: service)
        }
    }
}
