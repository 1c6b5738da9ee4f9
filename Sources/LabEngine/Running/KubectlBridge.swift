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
        var kubectl = Kubectl(client: session, environment: environment)
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

/// The shell's files as kubectl sees them.
final class ShellFiles: KubectlFiles {
    var system: VirtualFileSystem
    let workingDirectory: String

    init(_ system: VirtualFileSystem, directory: String) {
        self.system = system
        workingDirectory = directory
    }

    private func absolute(_ path: String) -> String { VirtualFileSystem.absolute(path, from: workingDirectory) }

    func read(_ path: String) throws(FileProblem) -> [UInt8] {
        if isDirectory(path) == true { throw .isDirectory }
        do throws(FileError) { return try system.read(absolute(path)) } catch { throw .notFound }
    }

    func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
        let parent = absolute(path).split(separator: "/").dropLast().joined(separator: "/")
        try? system.makeDirectory("/" + parent, intermediates: true)
        do throws(FileError) { try system.write(bytes, to: absolute(path)) } catch { throw .permissionDenied }
    }

    func list(_ path: String) throws(FileProblem) -> [String] {
        do throws(FileError) { return try system.names(in: absolute(path)).sorted() } catch { throw .notFound }
    }

    func isDirectory(_ path: String) -> Bool? {
        let path = absolute(path)
        guard system.exists(path) else { return nil }
        return system.isDirectory(path)
    }
}
