import APIMachinery
import ArgumentParser
import Kubectl
import KubernetesObjects

/// `labrunner kubectl` on a cluster of one's own, when the kubeconfig leads to one.
enum DiskKubectl {
    /// Runs the words when `--kubeconfig` or `KUBECONFIG` names a cluster that is kept on disk.
    ///
    /// - Returns: the exit status, or nil when no such cluster is meant.
    static func run(_ words: [String]) throws -> Int32? {
        guard let (name, root, server) = cluster(in: words) else { return nil }
        let folder = try ClusterFolder(name, root: root)
        let client: any APIClient = try ServedCluster(folder)?.kubectlClient() ?? DiskCluster(folder)
        var environment = environment()
        environment.serverAddress = server
        environment.reaches = { $0 == server }
        let users = KubectlUsers(folder: folder, client: client)
        environment.resolveUser = { users.user(of: $0) }
        return Kubectl(client: client, environment: environment).run(words)
    }

    /// The process's streams, files, variables and programs.
    static func environment() -> KubectlEnvironment {
        var environment = KubectlEnvironment(files: HostFiles(), writeOutput: { Host.write($0) }, writeError: { Host.talk($0) })
        environment.writeBytes = { Host.write($0) }
        environment.standardInput = { Host.readInput() }
        environment.isTerminal = Host.isOutputTerminal
        environment.streams = Terminal.streams
        environment.withRawTerminal = { Terminal.whileRaw($0) }
        environment.edit = HostPrograms.edit
        environment.compare = HostPrograms.compare
        environment.programs = HostPrograms.plugins
        environment.credentials = HostPrograms.credentials
        for name in ["HOME", "KUBECONFIG", "KUBE_EDITOR", "EDITOR", "SHELL", "NO_COLOR", "KUBECTL_EXTERNAL_DIFF", "KUBERC", "KUBECTL_KUBERC", "KUBECTL_APPLYSET", "LC_ALL", "LC_MESSAGES", "LANG"] {
            environment.variables[name] = Host.variable(name)
        }
        return environment
    }

    static func cluster(in words: [String]) -> (name: String, root: String?, server: String)? {
        var paths = (Host.variable("KUBECONFIG") ?? "").split(separator: ":").map(String.init)
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            if word.hasPrefix("--kubeconfig=") { paths = [String(word.dropFirst("--kubeconfig=".count))] }
            if word == "--kubeconfig", index + 1 < words.count { paths = [words[index + 1]] }
        }
        // A command that names another file still talks to the cluster that the environment names: it says what is wrong.
        for path in paths + (Host.variable("KUBECONFIG") ?? "").split(separator: ":").map(String.init) {
            if let bytes = Host.readFile(path), let config = try? YAMLReader().documents(bytes).first?.value, let found = DiskCluster.named(in: config) {
                return found
            }
        }
        return nil
    }
}
