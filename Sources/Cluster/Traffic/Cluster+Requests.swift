import APIMachinery
import Kubelet
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

extension Cluster {
    /// Sends one request through the data plane and returns what comes back, with every hop.
    package mutating func request(_ request: SimulatedRequest) -> SimulatedResponse {
        let delivery = dataPlane.route(request, now: now)
        return answer(to: request, at: delivery, times: 1)
    }

    /// What comes back from where the network took a request; `times` says for how many equal ones of this moment it stands.
    mutating func answer(to request: SimulatedRequest, at delivery: Delivery, times: Int) -> SimulatedResponse {
        switch delivery.target {
        case .failed(let failure): return SimulatedResponse(status: 0, failure: failure, hops: delivery.hops)
        case .answered(let status, let body): return SimulatedResponse(status: status, body: body, hops: delivery.hops)
        case .apiServer(let path):
            let authorization = request.header("Authorization")
            for _ in 1..<max(times, 1) { _ = askServer(path: path, authorization: authorization, hops: []) }
            return askServer(path: path, authorization: authorization, hops: delivery.hops)
        case .pod(let namespace, let name, let port, let path):
            let pod = NamespacedName(namespace: namespace, name: name)
            let asked = ContainerRequest(
                method: request.method, path: path, host: request.header("Host") ?? request.url.host, port: port, headers: request.headers,
                body: request.body)
            if isCutOff(pod) {
                return SimulatedResponse(
                    status: 0, failure: .timedOut("the zone of pod \(pod) is cut off"), hops: delivery.hops + [Hop("stops", "the zone of pod \(pod) is cut off")])
            }
            let view = ClusterView(store: store, now: now)
            let answer = components.with(Kubelets.self, at: places.kubelets) { $0.answer(asked, pod: pod, times: times, in: view) }
            switch answer {
            case .response(let status, let headers, let body, var latency)?:
                let questions = components.with(Kubelets.self, at: places.kubelets) { $0.questions(asked, pod: pod, in: view) } ?? []
                if let failed = firstFailure(of: questions, from: pod, depth: request.depth) {
                    return SimulatedResponse(
                        status: failed.status, body: failed.body, answeredBy: pod.description, hops: delivery.hops + [Hop("asks", failed.reason)], latency: latency)
                }
                // Who asks while others wait waits behind them.
                if let load = traffic.service[pod], load.waiting > 0 { latency += .nanoseconds(Int64(load.latencyMilliseconds * 1e6)) }
                return SimulatedResponse(
                    status: status, headers: headers, body: body, answeredBy: pod.description, hops: delivery.hops, latency: latency)
            case .refused(let reason)?:
                return SimulatedResponse(
                    status: 0, failure: .refused(reason), hops: delivery.hops + [Hop("stops", reason)])
            case nil:
                return SimulatedResponse(status: 0, failure: .timedOut("no kubelet runs"), hops: delivery.hops)
            }
        }
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

    /// What the API server answers to whoever a bearer token says that it is, or to an anonymous caller.
    private mutating func askServer(path: String, authorization: String?, hops: [Hop]) -> SimulatedResponse {
        var user = UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
        if let authorization, authorization.lowercased().hasPrefix("bearer ") {
            guard let known = api.bearer(of: String(authorization.dropFirst(7))) else {
                return SimulatedResponse(status: 401, body: APIStatus(code: 401, reason: "Unauthorized", message: "Unauthorized").value.json(.compact), hops: hops)
            }
            user = known
        }
        do {
            let answer = try send(APIRequest(path: path, user: user))
            return SimulatedResponse(status: answer.code, body: answer.body.stringValue ?? answer.body.json(.compact), hops: hops)
        } catch {
            return SimulatedResponse(status: error.code, body: error.value.json(.compact), hops: hops)
        }
    }
}
