import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl cluster-info`.
enum ClusterInfoCommand {
    static let command = Command(
        name: "cluster-info", summary: "Display cluster information", usage: "[flags]",
        subcommands: [
            Command(
                name: "dump", summary: "Dump relevant information for debugging and diagnosis", usage: "[flags]",
                flags: SharedFlags.output(fallback: "json") + [
                    SharedFlags.allNamespaces, FlagSpec("namespaces", kind: .stringSlice, "Namespaces to dump."),
                    FlagSpec("output-directory", "Where to write; - for standard output."),
                    FlagSpec("pod-running-timeout", kind: .duration, fallback: "20s", "How long to wait for a pod's logs."),
                ],
                run: { (invocation) throws(Failure) in try ClusterDump(invocation).run() })
        ],
        run: { (invocation) throws(Failure) in
            let config = try invocation.config()
            var server = try config.server(invocation.flags)
            if server == "http://localhost:8080" { server = invocation.environment.serverAddress }
            _ = try invocation.get(path: "/version")
            invocation.outLine("Kubernetes control plane is running at \(server)")
            var request = APIRequest(.list, GroupVersionResource(group: "", version: "v1", resource: "services"), namespace: "kube-system")
            request.options.labelSelector = "kubernetes.io/cluster-service=true"
            for service in (try? invocation.send(request).body["items"]?.elements) ?? [] {
                let name = service.label("kubernetes.io/name") ?? service.name
                let ports = service["spec", "ports"]?.elements ?? []
                let port = ports.first?["name"]?.stringValue ?? ports.first?["port"].map(goText) ?? ""
                invocation.outLine(
                    "\(name) is running at \(server)/api/v1/namespaces/\(service.namespace)/services/\(service.name)\(port.isEmpty ? "" : ":\(port)")/proxy")
            }
            invocation.outLine("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
        })
}
