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
            for _ in 1..<max(times, 1) { _ = askServer(path: path, hops: []) }
            return askServer(path: path, hops: delivery.hops)
        case .pod(let namespace, let name, let port, let path):
            let pod = NamespacedName(namespace: namespace, name: name)
            let asked = ContainerRequest(
                method: request.method, path: path, host: request.header("Host") ?? request.url.host, port: port, headers: request.headers,
                body: request.body)
            let view = ClusterView(store: store, now: now)
            let answer = components.with(Kubelets.self, at: places.kubelets) { $0.answer(asked, pod: pod, times: times, in: view) }
            switch answer {
            case .response(let status, let headers, let body, let latency)?:
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

    /// What the API server answers to an anonymous caller.
    private mutating func askServer(path: String, hops: [Hop]) -> SimulatedResponse {
        let anonymous = UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
        do {
            let answer = try send(APIRequest(path: path, user: anonymous))
            return SimulatedResponse(status: answer.code, body: answer.body.stringValue ?? answer.body.json(.compact), hops: hops)
        } catch {
            return SimulatedResponse(status: error.code, body: error.value.json(.compact), hops: hops)
        }
    }
}
