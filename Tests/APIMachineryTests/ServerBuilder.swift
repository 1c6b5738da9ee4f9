import KubernetesObjects
import SimulationKernel

@testable import APIMachinery

/// A server with the namespaces every cluster has, and short ways to ask it things.
struct TestServer {
    var api = GenericAPIServer(seed: 7)

    init() {
        for name in ["default", "kube-system"] {
            _ = try? api.create(.namespaces, ["metadata": ["name": .string(name)]])
            _ = try? api.create(.serviceAccounts, ["metadata": ["name": "default", "namespace": .string(name)]])
        }
        _ = api.takeEvents()
    }

    /// `POST /api/v1/namespaces/default/configmaps` and the like, as kubectl sends it.
    mutating func send(
        _ method: String, _ path: String, _ body: Value? = nil, type: String = "application/json", agent: String = "kubectl/v1.36.2",
        accept: String = "application/json", user: UserInfo = .admin
    ) throws -> APIResponse {
        var bytes: [UInt8] = []
        if let body { bytes = Array(compactJSON(body).utf8) }
        return try api.handle(
            APIRequest(
                method: method, path: path, headers: [("Content-Type", type), ("User-Agent", agent), ("Accept", accept)], body: bytes, user: user))
    }

    mutating func refusal(
        _ method: String, _ path: String, _ body: Value? = nil, type: String = "application/json", user: UserInfo = .admin
    ) -> APIStatus? {
        do {
            _ = try send(method, path, body, type: type, user: user)
            return nil
        } catch { return error as? APIStatus }
    }
}

let strategic = "application/strategic-merge-patch+json"
let merge = "application/merge-patch+json"
let jsonPatch = "application/json-patch+json"
let applyPatch = "application/apply-patch+yaml"

/// The deployment that many tests begin with.
func deployment(_ name: String = "web", replicas: Int = 0, image: String = "nginx:1.26") -> Value {
    [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name), "labels": ["app": .string(name)]],
        "spec": [
            "replicas": Value(replicas), "selector": ["matchLabels": ["app": .string(name)]],
            "template": [
                "metadata": ["labels": ["app": .string(name)]], "spec": ["containers": [["name": .string(name), "image": .string(image)]]],
            ],
        ],
    ]
}
