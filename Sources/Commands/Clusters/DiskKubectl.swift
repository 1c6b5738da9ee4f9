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
        try cluster(in: words).map { try run(words, on: $0) }
    }

    /// Runs the words when the student's own kubeconfig leads to such a cluster, as after `cluster up --merge`.
    static func runOnOwn(_ words: [String]) throws -> Int32? { try ownCluster().map { try run(words, on: $0) } }

    private static func run(_ words: [String], on found: (name: String, root: String?, server: String)) throws -> Int32 {
        let (name, root, server) = found
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

    /// The cluster of ours that the words lead to: that of their context, or else the first in the files that they or the environment name.
    static func cluster(in words: [String]) -> (name: String, root: String?, server: String)? {
        let environment = Kubeconfig.paths
        let named = option("--kubeconfig", in: words).map { [$0] } ?? environment
        if let found = Kubeconfig.lead(configs(named), context: option("--context", in: words), cluster: option("--cluster", in: words)) { return found }
        // A command that names another file still talks to the cluster that the environment names: it says what is wrong.
        for config in configs(named + environment) { if let found = DiskCluster.named(in: config) { return found } }
        return nil
    }

    /// The cluster of ours that the current context leads to, in `$KUBECONFIG` or the student's own kubeconfig.
    static func ownCluster() -> (name: String, root: String?, server: String)? {
        let paths = Kubeconfig.paths
        return Kubeconfig.lead(configs(paths.isEmpty ? [Kubeconfig.ownPath] : paths))
    }

    private static func configs(_ paths: [String]) -> [Value] {
        paths.compactMap { path in Host.readFile(path).flatMap { try? YAMLReader().documents($0).first?.value } }
    }

    /// What an option has last, in kubectl's own words alone.
    private static func option(_ name: String, in words: [String]) -> String? {
        var found: String?
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            if word.hasPrefix(name + "=") { found = String(word.dropFirst(name.utf8.count + 1)) }
            if word == name, index + 1 < words.count { found = words[index + 1] }
        }
        return found
    }
}
