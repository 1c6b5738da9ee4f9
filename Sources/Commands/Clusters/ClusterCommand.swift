import APIServer
import ArgumentParser
import Cluster
import KubernetesObjects
import SimulationKernel

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Make and keep clusters of your own.",
        discussion: """
            A cluster is kept on disk between calls and needs no process: its clock follows the wall clock,
            and each command opens it for as long as it runs.

            Examples:
              labrunner cluster create demo --kubeconfig demo.kubeconfig
              KUBECONFIG=demo.kubeconfig labrunner kubectl get nodes
              labrunner cluster step demo 5m
            """,
        subcommands: [
            ClusterCreate.self, ClusterUp.self, ClusterDown.self, ClusterPause.self, ClusterResume.self, ClusterList.self, ClusterStatus.self,
            ClusterStep.self, ClusterReset.self, ClusterSnapshot.self, ClusterDelete.self, ClusterChaos.self,
        ])
}

/// The cluster that a command is about, which need not be named.
struct ClusterArgument: ParsableArguments {
    static let help: ArgumentHelp = "Its name; without one the cluster that your kubeconfig leads to, or else 'labrunner'."

    @Argument(help: Self.help) var name: String?

    var folder: ClusterFolder { get throws(CommandError) { try ClusterFolder.chosen(name) } }
}

struct ClusterCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a cluster.",
        discussion: """
            Examples:
              labrunner cluster create demo
              labrunner cluster create big --profile eks-10x-m5.large --kubeconfig big.kubeconfig
            """)

    @Argument(help: "Its name.") var name: String
    @OptionGroup var options: NewClusterOptions
    @Option(help: ArgumentHelp("Where to write the kubeconfig that leads to it.", valueName: "file")) var kubeconfig: String?

    func validate() throws {
        if options.speed == "max" { throw ValidationError("Without a server there is no full speed: give a number such as 10x, or use 'labrunner cluster up'.") }
    }

    func run() throws {
        let folder = try ClusterFolder(name)
        if folder.exists {
            throw CommandError(.usage, "There is a cluster \(name) already. Start it over with 'labrunner cluster reset \(name)', or delete it first.")
        }
        try options.make(folder)
        let settings = try folder.readSettings()
        let file = kubeconfig ?? folder.path + "/kubeconfig"
        let config = try ClusterKeys(folder.path).kubeconfig(cluster: name, root: ClusterFolder.root, server: "https://127.0.0.1:\(settings.port)")
        try Host.writeSecret(file, Array(config.yaml().utf8))
        Host.talk("Cluster \(name) is ready. Use it with: export KUBECONFIG=\(file)\n")
    }
}

struct ClusterList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List your clusters.",
        discussion: """
            Example:
              labrunner cluster list
            """)

    func run() throws {
        let names = ClusterFolder.names
        if names.isEmpty { return Host.talk("There are no clusters. Make one with 'labrunner cluster create NAME'.\n") }
        var rows = [["NAME", "PROFILE", "SPEED", "AGE", "SERVED"]]
        for name in names {
            guard let folder = try? ClusterFolder(name), let settings = try? folder.readSettings() else {
                rows.append([name, "cannot be read", "", "", ""])
                continue
            }
            let served = ServedCluster(folder)
            let age = Duration.nanoseconds(max((settings.clusterTime(at: Host.preciseNow) - settings.firstStart).nanoseconds, 0))
            rows.append([name, settings.profile, "\(Value(settings.speed))x", "\(age.components.seconds)s", served.map { "\($0.server) by process \($0.process)" } ?? "no"])
        }
        Host.write(TextTable.render(rows))
    }
}

struct ClusterStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how a cluster is.",
        discussion: """
            Example:
              labrunner cluster status demo
            """)

    @OptionGroup var target: ClusterArgument

    func run() throws {
        let folder = try target.folder
        if let served = ServedCluster(folder) { return try writeServed(served, folder) }
        let cluster = try DiskCluster(folder)
        let store = cluster.session.cluster.store
        let nodes = store.list(.nodes)
        Host.write(
            """
            name:      \(folder.name)
            profile:   \(cluster.settings.profile)
            time:      \(cluster.now.rfc3339)
            speed:     \(Value(cluster.settings.speed))x
            nodes:     \(nodes.filter { $0.isConditionTrue("Ready") }.count) of \(nodes.count) ready
            pods:      \(store.count(.pods))
            revision:  \(store.revision)
            files:     \(cluster.folder.path)
            served:    no

            """)
    }

    private func writeServed(_ served: ServedCluster, _ folder: ClusterFolder) throws {
        let status = try served.ask("status")
        func text(_ name: String) -> String { status[name].map { $0.stringValue ?? $0.json() } ?? "" }
        let now = Instant(nanoseconds: Int64(status["now"]?.intValue ?? 0))
        Host.write(
            """
            name:      \(folder.name)
            profile:   \(text("profile"))
            time:      \(now.rfc3339)\(status["isPaused"]?.boolValue == true ? " (paused)" : "")
            speed:     \(text("speed"))
            nodes:     \(text("readyNodes")) of \(text("nodes")) ready
            pods:      \(text("pods"))
            revision:  \(text("revision"))
            watches:   \(text("watches"))
            files:     \(folder.path)
            served:    \(served.server) by process \(served.process)

            """)
    }
}

struct ClusterStep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Let time pass in a cluster at once.", usage: "labrunner cluster step [<name>] <duration>",
        discussion: """
            Examples:
              labrunner cluster step demo 5m
              labrunner cluster step 5m
            """)

    @Argument(help: ClusterArgument.help) var name: String
    @Argument(help: "How long: 90s, 5m, 1h30m.") var duration: String?

    func run() throws {
        let (cluster, duration) = duration.map { (name, $0) } ?? (nil, name)
        guard let length = GoDuration(duration), length.nanoseconds >= 0, length.nanoseconds <= 30 * 86_400 * 1_000_000_000 else {
            throw CommandError(.usage, "'\(duration)' is no duration: write 90s, 5m or 1h30m, at most 720h.")
        }
        let folder = try ClusterFolder.chosen(cluster)
        if let served = ServedCluster(folder) {
            let status = try served.ask("step", ["nanoseconds": .int(length.nanoseconds)])
            return Host.write("It is \(Instant(nanoseconds: Int64(status["now"]?.intValue ?? 0)).rfc3339) in cluster \(folder.name).\n")
        }
        let kept = try DiskCluster(folder)
        try kept.step(by: .nanoseconds(length.nanoseconds))
        Host.write("It is \(kept.now.rfc3339) in cluster \(folder.name).\n")
    }
}

struct ClusterReset: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Start a cluster over, as it was when it was made.",
        discussion: """
            Example:
              labrunner cluster reset demo
            """)

    @OptionGroup var target: ClusterArgument

    func run() throws {
        let folder = try target.folder
        if let served = ServedCluster(folder) {
            try served.ask("reset")
            return Host.talk("Cluster \(folder.name) starts over.\n")
        }
        let lock = try folder.lock(for: "labrunner cluster reset")
        defer { withExtendedLifetime(lock) {} }
        try DiskCluster.makeAnew(folder)
        Host.talk("Cluster \(folder.name) starts over.\n")
    }
}

struct ClusterDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a cluster and its files.",
        discussion: """
            Example:
              labrunner cluster delete demo
            """)

    @Argument(help: "Its name.") var name: String

    func run() throws {
        let folder = try ClusterFolder(name)
        if let served = ServedCluster(folder) {
            throw CommandError(.usage, "Cluster \(name) is served by process \(served.process). Stop it first with 'labrunner cluster down \(name)'.")
        }
        let lock = try folder.lock(for: "labrunner cluster delete")
        defer { withExtendedLifetime(lock) {} }
        try folder.delete()
        let file = try Kubeconfig.removeFromOwn(name, root: ClusterFolder.root)
        Host.talk("Cluster \(name) is gone\(file.map { ", and its context from \($0)" } ?? "").\n")
    }
}
