import APIMachinery
import Kubelet
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

extension Cluster {
    /// Sends one request through the data plane and returns what comes back, with every hop.
    package mutating func request(_ request: SimulatedRequest) -> SimulatedResponse {
        let delivery = dataPlane.route(request, now: now)
        var response = answer(to: request, at: delivery, times: 1)
        response.service = delivery.service
        response.pod = delivery.pod
        response.address = delivery.address
        HeaderChange.apply(delivery.answerChanges, to: &response.headers)
        return response
    }

    /// What comes back from where the network took a request; `times` says for how many equal ones of this moment it stands.
    mutating func answer(to request: SimulatedRequest, at delivery: Delivery, times: Int) -> SimulatedResponse {
        switch delivery.target {
        case .failed(let failure): return SimulatedResponse(status: 0, failure: failure, hops: delivery.hops)
        case .answered(let answer): return Self.response(answer, hops: delivery.hops)
        case .apiServer(let path):
            let authorization = request.header("Authorization")
            for _ in 1..<max(times, 1) { _ = askServer(path: path, authorization: authorization, hops: []) }
            return askServer(path: path, authorization: authorization, hops: delivery.hops)
        case .pod(let namespace, let name, let port, let path):
            let pod = NamespacedName(namespace: namespace, name: name)
            let asked = ContainerRequest(
                method: request.method, path: path, host: delivery.host, port: port, headers: delivery.headers, body: .text(request.body), client: delivery.client)
            if isCutOff(pod) { return unanswered(.timedOut(RouteNote(.zoneCutOff, pod.description)), delivery) }
            let view = ClusterView(store: store, now: now)
            var answer = components.with(Kubelets.self, at: places.kubelets) { $0.answer(asked, pod: pod, times: times, in: view) }
            if case .passed(let passed)? = answer { answer = pass(passed, from: pod, depth: request.depth) }
            switch answer {
            case .response(let status, let headers, let body, var latency)?:
                var hops = delivery.hops
                let questions = components.with(Kubelets.self, at: places.kubelets) { $0.questions(asked, pod: pod, in: view) } ?? []
                if let failed = firstFailure(of: questions, from: pod, depth: request.depth) {
                    hops.append(Hop(.container, RouteNote(.told, failed.reason)))
                    return SimulatedResponse(status: failed.status, body: failed.body, answeredBy: pod.description, hops: hops, latency: latency)
                }
                // Who asks while others wait waits behind them.
                if let load = traffic.service[pod], load.waiting > 0 { latency += .nanoseconds(Int64(load.latencyMilliseconds * 1e6)) }
                if request.isTraced, times == 1 { hops.append(Hop(.container, RouteNote(.answers, container(of: pod, port: port), String(status)))) }
                return SimulatedResponse(status: status, headers: headers, body: body.text, answeredBy: pod.description, hops: hops, latency: latency)
            case .refused(let reason)?:
                return unanswered(.refused(request.isTraced ? whyRefused(pod, port: port, reason) : RouteNote(.told, reason)), delivery)
            case .passed?, nil: return unanswered(.timedOut(RouteNote(.podNotRunning, pod.description)), delivery)
            }
        }
    }

    /// What the client gets when a pod does not answer: nothing, or the error page of the proxy in between.
    private func unanswered(_ failure: DeliveryFailure, _ delivery: Delivery) -> SimulatedResponse {
        guard let proxy = delivery.proxy else {
            return SimulatedResponse(status: 0, failure: failure, hops: delivery.hops + [Hop(.stops, failure.note)])
        }
        let hop = Hop(proxy == .gateway ? .gateway : .ingress, RouteNote(.ingressFails, failure.reason))
        let answer = proxy == .gateway ? NetworkAnswer(status: 503, body: "upstream connect error or disconnect/reset before headers", type: "text/plain") : .nginx(502)
        return Self.response(answer, hops: delivery.hops + [hop])
    }

    private static func response(_ answer: NetworkAnswer, hops: [Hop]) -> SimulatedResponse {
        var headers = [(name: "Content-Type", value: answer.type)]
        if !answer.location.isEmpty { headers.append(("Location", answer.location)) }
        return SimulatedResponse(status: answer.status, headers: headers, body: answer.body, hops: hops)
    }

    /// Asks the servers that a container passes a request on to; what the container makes of it.
    mutating func pass(_ passed: PassedRequest, from pod: NamespacedName, depth: Int) -> ContainerAnswer? {
        let last = passed.firstAnswer(depth: depth) { text in RequestURL(text).map { ask($0, for: passed, from: pod, depth: depth) } }
        let view = ClusterView(store: store, now: now)
        return components.with(Kubelets.self, at: places.kubelets) { $0.finish(passed, last.answer, url: last.url, in: view) }
    }

    private mutating func ask(_ url: RequestURL, for passed: PassedRequest, from pod: NamespacedName, depth: Int) -> PassedAnswer {
        var inner = SimulatedRequest(
            from: .pod(namespace: pod.namespace, name: pod.name), method: passed.passing.method, url: url, headers: passed.passing.headers, body: passed.request.body.text)
        inner.depth = depth + 1
        let response = request(inner)
        switch response.failure {
        case nil: return .response(status: response.status, headers: response.headers, body: response.body, latency: response.latency)
        case .refused?: return .refused
        case .timedOut?: return .timedOut
        case .unknownHost?, .noNameServer?: return .noSuchHost
        }
    }

    // MARK: Ports

    private mutating func listening(_ pod: NamespacedName) -> [(container: String, ports: [Int], isListening: Bool)] {
        let view = ClusterView(store: store, now: now)
        return components.with(Kubelets.self, at: places.kubelets) { $0.listening(pod: pod, in: view) } ?? []
    }

    private mutating func container(of pod: NamespacedName, port: Int) -> String {
        let containers = listening(pod)
        return containers.first { $0.ports.contains(port) }?.container ?? containers.first?.container ?? ""
    }

    private mutating func whyRefused(_ pod: NamespacedName, port: Int, _ reason: String) -> RouteNote {
        let containers = listening(pod)
        if let starting = containers.first(where: { !$0.isListening && $0.ports.contains(port) }) {
            return RouteNote(.startsListening, pod.description, starting.container, String(port))
        }
        if containers.contains(where: { $0.ports.contains(port) }) { return RouteNote(.told, reason) }
        guard let other = containers.first(where: { !$0.ports.isEmpty }) else {
            return containers.isEmpty ? RouteNote(.podNotRunning, pod.description) : RouteNote(.nothingListens, pod.description, String(port))
        }
        return RouteNote(.containerListensElsewhere, pod.description, String(port), other.container, other.ports.map(String.init).joined(separator: ", "))
    }

    /// Asks the services that a pod needs for its answer; the first that gives none, with what the pod says then.
    ///
    /// - Bounds: services ask each other four deep.
    private mutating func firstFailure(
        of questions: [(url: String, status: Int, body: String)], from pod: NamespacedName, depth: Int
    ) -> (status: Int, body: String, reason: String)? {
        guard depth < 4 else { return nil }
        for question in questions {
            guard let url = RequestURL(question.url) else { continue }
            var inner = SimulatedRequest(from: .pod(namespace: pod.namespace, name: pod.name), url: url)
            inner.depth = depth + 1
            let response = request(inner)
            if let failure = response.failure { return (question.status, question.body, "\(pod) asks \(question.url): \(failure.reason)") }
            if response.status >= 500 { return (question.status, question.body, "\(pod) asks \(question.url): status \(response.status)") }
        }
        return nil
    }

    /// How the server writes for `curl` and `wget`.
    private static let forPeople = JSONLayout.indented(by: 2)

    /// What the API server answers to whoever a bearer token says that it is, or to an anonymous caller.
    private mutating func askServer(path: String, authorization: String?, hops: [Hop]) -> SimulatedResponse {
        var user = UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
        if let authorization, authorization.lowercased().hasPrefix("bearer ") {
            guard let known = api.bearer(of: String(authorization.dropFirst(7))) else {
                return SimulatedResponse(status: 401, body: APIStatus(code: 401, reason: "Unauthorized", message: "Unauthorized").value.json(Self.forPeople), hops: hops)
            }
            user = known
        }
        do {
            let answer = try send(APIRequest(path: path, user: user))
            return SimulatedResponse(status: answer.code, body: answer.body.stringValue ?? answer.body.json(Self.forPeople), hops: hops)
        } catch {
            return SimulatedResponse(status: error.code, body: error.value.json(Self.forPeople), hops: hops)
        }
    }
}
