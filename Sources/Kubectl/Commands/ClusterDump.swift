import APIMachinery
import KubernetesObjects

/// `kubectl cluster-info dump`: lists and logs, one after the other or a file each.
///
/// - Source: k8s.io/kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go`.
struct ClusterDump {
    private let invocation: Invocation
    private let directory: String
    private let isYAML: Bool

    /// The lists of a namespace, and the names of their files.
    private static let lists: [(resource: String, file: String)] = [
        ("events", "events"), ("replicationcontrollers", "replication-controllers"), ("services", "services"), ("daemonsets", "daemonsets"),
        ("deployments", "deployments"), ("replicasets", "replicasets"), ("pods", "pods"),
    ]

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        directory = invocation.flags.string("output-directory")
        let output = invocation.flags.string("output")
        guard ["json", "yaml"].contains(output) else {
            throw Failure("unable to match a printer suitable for the output format \(goQuoted(output)), allowed formats are: json,yaml")
        }
        isYAML = output == "yaml"
    }

    private var isToStandardOutput: Bool { directory.isEmpty || directory == "-" }

    func run() throws(Failure) {
        try write(try list("nodes", in: ""), "nodes")
        for namespace in try namespaces() {
            var pods: [Value] = []
            for (resource, file) in Self.lists {
                let found = try list(resource, in: namespace)
                if resource == "pods" { pods = found["items"]?.elements ?? [] }
                try write(found, "\(namespace)/\(file)")
            }
            for pod in pods { try writeLogs(of: pod, namespace) }
        }
        if !isToStandardOutput { invocation.outLine("Cluster info dumped to \(directory)") }
    }

    private func namespaces() throws(Failure) -> [String] {
        if invocation.flags.bool("all-namespaces") {
            return (try list("namespaces", in: "")["items"]?.elements ?? []).map(\.name)
        }
        let named = invocation.flags.list("namespaces")
        return named.isEmpty ? ["kube-system", try invocation.namespace().name] : named
    }

    private func list(_ resource: String, in namespace: String) throws(Failure) -> Value {
        try invocation.send(APIRequest(.list, try invocation.resource(named: resource).resource, namespace: namespace)).body
    }

    private func write(_ list: Value, _ name: String) throws(Failure) {
        let shown = OutputFormat.json.cleaned(list, false)
        try put(isYAML ? shown.yaml() : shown.json(.pretty) + "\n", to: "\(name).\(isYAML ? "yaml" : "json")")
    }

    private func put(_ text: String, to file: String) throws(Failure) {
        if isToStandardOutput { return invocation.out(text) }
        let path = FilePath.join(directory, file)
        do { try invocation.environment.files.write(path, Array(text.utf8)) } catch { throw Failure("open \(path): \(error.reason)") }
    }

    private func writeLogs(of pod: Value, _ namespace: String) throws(Failure) {
        let entry = try invocation.resource(named: "pods")
        let info = ResourceInfo(entry: entry, namespace: namespace, name: pod.name, object: pod)
        var text = ""
        for container in (pod["spec", "initContainers"]?.elements ?? []) + (pod["spec", "containers"]?.elements ?? []) {
            let name = container["name"]?.stringValue ?? ""
            text += "==== START logs for container \(name) of pod \(namespace)/\(pod.name) ====\n"
            var request = info.request(.get)
            request.subresource = "log"
            request.options.parameters = [("container", name)]
            do throws(Failure) { text += PodAccess.outcome(try invocation.send(request)).out } catch {
                text += "Request log error: \(error.plainText)\n"
            }
            text += "==== END logs for container \(name) of pod \(namespace)/\(pod.name) ====\n"
        }
        try put(text, to: "\(namespace)/\(pod.name)/logs.txt")
    }
}
