import SimulationKernel
import KubernetesObjects

/// Answers to paths that are no resources.
extension GenericAPIServer {
    func answerPath(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        switch request.nonResourcePath {
        case "/healthz", "/livez", "/readyz": return APIResponse(body: "ok")
        case "/version": return APIResponse(body: ["major": "1", "minor": "36", "gitVersion": .string(settings.gitVersion)])
        default: throw .pageNotFound()
        }
    }

    mutating func afterWrite(_ event: StoreEvent) {
        if event.key.resource == .events, event.change == .added { recorder.ending.add(event.key, at: now + settings.eventLifetime) }
    }
}
