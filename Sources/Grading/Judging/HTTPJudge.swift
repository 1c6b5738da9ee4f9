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
        let expected = Expectation(scene.say).text(.http(assertion))
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
        guard let origin = origin(assertion) else { return fails(scene.say("no running pod to send the request from", "요청을 보낼 실행 중인 파드 없음")) }
        var pods: [String] = []
        for target in targets {
            for _ in 0..<assertion.times {
                let answer = world.request(
                    Probe(
                        origin: origin, url: target.url, method: assertion.method,
                        headers: Dictionary(assertion.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })))
                if assertion.isRefused {
                    if answer.status != 0 { return fails(answered(target, answer)) }
                    continue
                }
                if answer.status == 0 {
                    let reason = answer.reason.isEmpty ? scene.say("refused", "거부됨") : answer.reason
                    return fails(
                        scene.say("\(target.name) does not answer: \(reason)", "\(target.name) 응답 없음: \(reason)"),
                        effect: scene.say("\(target.short) refused", "\(target.short) 거부됨"))
                }
                if answer.status != assertion.status {
                    return fails(answered(target, answer))
                }
                if let missed = assertion.body?.complaint(about: answer.body, scene.say) {
                    let call = "\(assertion.method) \(target.name)"
                    return fails(scene.excerpt(answer.body), expecting: scene.say("\(call) gives \(missed)", "\(call)의 응답: \(missed)"))
                }
                if let pod = answer.pod, !pods.contains(pod) { pods.append(pod) }
            }
        }
        if pods.count < assertion.spread {
            if pods.isEmpty { return fails(scene.say("answers came from no pod", "응답한 파드 없음")) }
            let names = "\(scene.say.count(pods.count, "pod", "파드")): \(scene.say.list(pods.sorted()))"
            return fails(scene.say("answers came from \(names)", "응답한 \(names)"))
        }
        return .holds
    }

    private func answered(_ target: Target, _ answer: ProbeAnswer) -> String {
        let pod = answer.pod.map { scene.say(" (pod \($0))", " (파드 \($0))") } ?? ""
        return scene.say("\(target.name) answered \(answer.status)", "\(target.name) 응답 \(answer.status)") + pod
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
                return .missing(Finding(expected: expected, found: scene.say("no such Service", "그런 Service 없음"), involved: [involved]))
            }
            let values = differences.prefix(3).map { "\($0.path) \($0.actual)" }.joined(separator: ", ")
            let found = scene.say("\(nearest.title) has \(values)", "\(nearest.title)의 값: \(values)")
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
            let present = scene.say.list(ports.map { $0["port"].map(Brief.plain) ?? "" })
            return missing(
                scene.say("\(service.title) has no port \(wanted ?? ""); it has \(present)", "\(service.title)에 포트 \(wanted ?? "") 없음 (있는 포트: \(present))"))
        }
        let number = port["port"]?.intValue ?? 80
        let path = assertion.path.hasPrefix("/") ? assertion.path : "/" + assertion.path
        switch assertion.route {
        case .clusterIP:
            guard let address = service["spec"]?["clusterIP"]?.stringValue, !address.isEmpty, address != "None" else {
                return missing(scene.say("\(service.title) has no cluster IP", "\(service.title)에 클러스터 IP 없음"))
            }
            return .found([Target(url: "http://\(address):\(number)\(path)", name: "\(address):\(number)")], service: service)
        case .name:
            let name = "\(service.name).\(service.namespace)"
            return .found([Target(url: "http://\(name):\(number)\(path)", name: "\(name):\(number)")], service: service)
        case .loadBalancer:
            let ingress = service["status"]?["loadBalancer"]?["ingress"]?[0]
            guard let address = ingress?["hostname"]?.stringValue ?? ingress?["ip"]?.stringValue else {
                return missing(scene.say("\(service.title) has no load balancer yet", "\(service.title)에 아직 로드 밸런서 없음"))
            }
            return .found([Target(url: "http://\(address):\(number)\(path)", name: "\(address):\(number)")], service: service)
        case .nodePort:
            guard let nodePort = port["nodePort"]?.intValue, nodePort > 0 else {
                let type = service["spec"]?["type"]?.stringValue ?? "ClusterIP"
                return missing(
                    scene.say("\(service.title) is of type \(type): it has no node port", "\(service.title)의 타입이 \(type)이므로 노드 포트 없음"))
            }
            let nodes = scene.store.list(.nodes)
            guard !nodes.isEmpty else { return missing(scene.say("the cluster has no nodes", "클러스터에 노드 없음")) }
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
