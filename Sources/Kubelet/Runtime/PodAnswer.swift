import APIMachinery
import KubernetesObjects
import SimulationKernel

/// An HTTP request as it reaches a container.
package struct ContainerRequest: Sendable {
    package var method: String
    package var path: String
    package var host: String
    package var port: Int
    package var headers: [(name: String, value: String)]
    package var body: String

    package init(method: String = "GET", path: String, host: String, port: Int, headers: [(name: String, value: String)] = [], body: String = "") {
        self.method = method
        self.path = path
        self.host = host
        self.port = port
        self.headers = headers
        self.body = body
    }
}

/// What a container answers.
package enum ContainerAnswer: Sendable {
    case response(status: Int, headers: [(name: String, value: String)], body: String, latency: Duration)
    /// Nothing listens on the port, with the reason.
    case refused(String)
}

extension Kubelets {
    /// What a pod answers to a request on a port.
    package mutating func answer(_ request: ContainerRequest, pod name: NamespacedName, in view: ClusterView) -> ContainerAnswer {
        guard let uid = uids[name], let record = pods[uid], let pod = view.get(.pods, namespace: name.namespace, name: name.name) else {
            return .refused("pod \(name) does not run")
        }
        let running = zip(record.containers, pod["spec"]?["containers"]?.elements ?? []).filter { $0.0.state.isRunning }
        if running.isEmpty { return .refused("no container of pod \(name) runs") }
        for (container, spec) in running {
            let declared = (spec["ports"]?.elements ?? []).compactMap { $0["containerPort"]?.intValue }
            let isWebServer = ["nginx", "httpd"].contains { container.image.split(separator: ":")[0].split(separator: "/").last.map(String.init) == $0 }
            if declared.contains(request.port) || (isWebServer && request.port == 80) {
                return .response(
                    status: 200, headers: [("Content-Type", "text/html")],
                    body: isWebServer ? "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n</html>\n" : "\(pod.name)\n",
                    latency: .milliseconds(2))
            }
        }
        return .refused("no container of pod \(name) listens on port \(request.port)")
    }

    /// The pods that run, by name, with the images and requests of their containers: what usage is computed from.
    package var runningPods: [(pod: NamespacedName, node: String)] {
        pods.values.filter { $0.containers.contains { $0.state.isRunning } }.map { ($0.key, $0.node) }.sorted { $0.0 < $1.0 }
    }
}
