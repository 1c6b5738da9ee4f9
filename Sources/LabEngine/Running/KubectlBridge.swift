import Cluster
import Kubectl
import Shell

/// Runs kubectl in process against a session.
enum KubectlBridge {
    static func run(_ arguments: [String], session: ClusterSession, files: some KubectlFiles, input: [UInt8] = []) -> HostAnswer {
        let output = ByteBuffer()
        let errors = ByteBuffer()
        var environment = KubectlEnvironment(
            files: files, writeOutput: { output.bytes += Array($0.utf8) }, writeError: { errors.bytes += Array($0.utf8) })
        environment.writeBytes = { output.bytes += $0 }
        environment.standardInput = { input }
        let kubectl = Kubectl(client: session, environment: environment)
        let status = kubectl.run(arguments)
        return HostAnswer(output: output.bytes, errors: errors.bytes, status: Int(status))
    }

    /// `kubectl apply -f` of one file.
    static func apply(_ text: String, as file: String, session: ClusterSession) -> HostAnswer {
        run(["apply", "-f", file], session: session, files: MemoryFiles(workingDirectory: "/work", [file: text]))
    }
}

/// Bytes that closures add to.
final class ByteBuffer {
    var bytes: [UInt8] = []
}
