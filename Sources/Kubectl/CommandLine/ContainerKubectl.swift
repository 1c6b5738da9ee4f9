import APIMachinery
import KubernetesObjects

/// kubectl as it runs in a container: who it is and where the server is, it knows from its ServiceAccount's token.
///
/// - Source: client-go `rest.InClusterConfig`.
package struct ContainerKubectl: ClientProgram {
    package init() {}

    package func run(
        _ arguments: [String], input: [UInt8], namespace: String, client: any APIClient, read: @escaping (String) -> [UInt8]?
    ) -> ClientProgramOutput {
        let printed = PrintedBytes()
        var environment = KubectlEnvironment(
            files: ContainerFilesView(read: read), writeOutput: { printed.output += Array($0.utf8) }, writeError: { printed.errors += Array($0.utf8) })
        environment.writeBytes = { printed.output += $0 }
        environment.standardInput = { input }
        environment.implicitConfig = [
            "apiVersion": "v1", "kind": "Config", "current-context": "in-cluster",
            "clusters": [["name": "in-cluster", "cluster": ["server": "https://kubernetes.default.svc"]]],
            "users": [["name": "in-cluster", "user": [:]]],
            "contexts": [["name": "in-cluster", "context": ["cluster": "in-cluster", "user": "in-cluster", "namespace": .string(namespace)]]],
        ]
        let user = client.user
        environment.resolveUser = { _ in user }
        let status = Kubectl(client: client, environment: environment).run(arguments)
        return ClientProgramOutput(output: printed.output, errors: printed.errors, status: Int(status))
    }
}

private final class PrintedBytes {
    var output: [UInt8] = []
    var errors: [UInt8] = []
}

/// A container's files, to read.
private struct ContainerFilesView: KubectlFiles {
    let read: (String) -> [UInt8]?
    var workingDirectory: String { "/" }

    func read(_ path: String) throws(FileProblem) -> [UInt8] {
        guard let bytes = read(path.hasPrefix("/") ? path : "/" + path) else { throw .notFound }
        return bytes
    }

    func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) { throw .permissionDenied }
    func list(_ path: String) throws(FileProblem) -> [String] { throw .notFound }
    func isDirectory(_ path: String) -> Bool? { read(path.hasPrefix("/") ? path : "/" + path) == nil ? nil : false }
}
