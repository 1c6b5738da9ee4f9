import APIServer
import ArgumentParser
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel

struct ClusterUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Serve a cluster over HTTPS, for kubectl and other clients.",
        discussion: """
            Makes the cluster if there is none of that name. It is served in the background until 'labrunner cluster down';
            its state is kept.

            Examples:
              labrunner cluster up
              labrunner cluster up demo --nodes 5 --speed 10x
              labrunner cluster up demo --merge && kubectl get nodes
              labrunner cluster up demo --foreground --audit-log audit.jsonl
            """)

    @Argument(help: "Its name.") var name = ClusterFolder.standardName
    @Flag(help: "Serve from this process, until Ctrl-C.") var foreground = false
    @Option(help: ArgumentHelp("The port, kept for later; 0 for any that is free this time. Without it, the cluster's own.", valueName: "port")) var port: Int?
    @OptionGroup var options: NewClusterOptions
    @Option(help: ArgumentHelp("Where to write the kubeconfig.", valueName: "file")) var kubeconfig: String?
    @Flag(help: "Add the cluster to your own kubeconfig and make it the current one.") var merge = false
    @Option(help: ArgumentHelp("The address to listen on; others than this machine can reach the cluster then.", valueName: "address")) var listen: String?
    @Option(help: ArgumentHelp("Append a line for each request to this file.", valueName: "file")) var auditLog: String?
    @Option(name: .customLong("report-to"), help: .hidden) var reportTo: Int32?
    @Flag(name: .customLong("with-parent"), help: .hidden) var withParent = false
    @Option(name: .customLong("lab"), help: .hidden) var lab: String?
    @Option(name: .customLong("labs"), help: .hidden) var labs: String?
    @Option(name: .customLong("ref"), help: .hidden) var ref: String?

    func validate() throws {
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be between 0 and 65535.") }
    }

    func run() throws {
        let report = reportTo.map { Background.Report(descriptor: $0) }
        do { try start(report) } catch {
            report?.tell("failed \((error as? CommandError)?.message ?? "\(error)")")
            throw error
        }
    }

    private func start(_ report: Background.Report?) throws {
        let folder = try ClusterFolder(name)
        if let served = ServedCluster(folder) {
            throw CommandError(
                .usage, "Cluster \(name) is already served at \(served.server) by process \(served.process). Stop it with 'labrunner cluster down \(name)'.")
        }
        if reportTo == nil, folder.exists, options.saysWhat {
            throw CommandError(.usage, "There is a cluster \(name) already; what it is made of cannot be changed. Delete it with 'labrunner cluster delete \(name)', or take another name.")
        }
        if let listen, !ServerAddress(host: listen, port: 0).isLoopback {
            Host.talk("Warning: with --listen \(listen) everybody who can reach this machine can reach the cluster; only its keys protect it.\n")
        }
        if foreground { try serve(folder, report) } else { try Background.start(folder, arguments: backgroundArguments, tell) }
    }

    private var backgroundArguments: [String] {
        var arguments = ["cluster", "up", name, "--foreground"] + options.words
        if let port { arguments += ["--port", "\(port)"] }
        if let kubeconfig { arguments += ["--kubeconfig", kubeconfig] }
        if merge { arguments.append("--merge") }
        if let listen { arguments += ["--listen", listen] }
        if let auditLog { arguments += ["--audit-log", auditLog] }
        return arguments
    }

    // MARK: Serving

    private func serve(_ folder: ClusterFolder, _ report: Background.Report?) throws {
        do {
            let opened = try LiveCluster(folder, beginning: { () throws(CommandError) in try options.settings(of: folder) }, settingUp: labCluster, port: port)
            let pace = options.pace ?? ClusterPace(speed: .factor(opened.settings.speed))
            let (settings, keys) = (opened.settings, opened.keys)
            let live = try start(opened, pace) { try LiveCluster.makeAnew(folder, settings, keys) }
            Interruption.listen()
            signal(SIGPIPE, SIG_IGN)
            try ServedCluster.announce(folder, server: live.url)
            try writeKubeconfig(folder, keys, live.url)
            if let report { report.tell("ready \(live.url)") } else { try tell(live.url) }
            let parent = getppid()
            let place = Host.fileNumber(folder.lockPath)
            while !Interruption.hasCome, !live.control.hasEnded, !withParent || getppid() == parent {
                Interruption.sleep(milliseconds: 50)
                // Who deletes a cluster's folder wants no cluster; nobody could stop it any more.
                if Host.fileNumber(folder.lockPath) != place {
                    try? live.stop()
                    return ServedCluster.withdraw(folder)
                }
            }
            // The answer to who asked for the end goes out first.
            if live.control.hasEnded { usleep(50_000) }
            try live.stop()
            ServedCluster.withdraw(folder)
            // A cluster of a shell that was killed has nobody left who would clear it away.
            if withParent, getppid() != parent { try folder.delete() }
            withExtendedLifetime(opened.lock) {}
        } catch {
            ServedCluster.withdraw(folder)
            throw error
        }
    }

    /// The lab that a shell's cluster is to be set up for, if one is named.
    private var labCluster: LabCluster? {
        get throws {
            guard let lab else { return nil }
            return LabCluster(lab, of: try LabOptions.parse((labs.map { ["--labs", $0] } ?? []) + (ref.map { ["--ref", $0] } ?? [])))
        }
    }

    private func start(_ opened: LiveCluster, _ pace: ClusterPace, remake: @escaping @Sendable () throws -> MadeCluster) throws -> LiveServer {
        func start(_ port: Int) throws -> LiveServer {
            try LiveServer.start(
                opened.cluster, name: name, identity: opened.keys.identity, storage: opened.storage, pace: pace,
                address: ServerAddress(host: listen ?? "127.0.0.1", port: port), auditLog: auditLog, remake: remake)
        }
        if let port { return try start(port) }
        // The port of the kubeconfig may have been taken by somebody else meanwhile.
        do { return try start(opened.settings.port) } catch { return try start(0) }
    }

    private func writeKubeconfig(_ folder: ClusterFolder, _ keys: ClusterKeys, _ url: String) throws {
        let config = keys.kubeconfig(cluster: name, root: ClusterFolder.root, server: url)
        let (file, text) = (kubeconfig ?? folder.path + "/kubeconfig", Array(config.yaml().utf8))
        // One that says so already needs no room on the disk.
        if Host.readFile(file) != text { try Host.writeSecret(file, text) }
        if merge { try Kubeconfig.mergeIntoOwn(config) }
    }

    /// Says what to do.
    private func tell(_ url: String) throws {
        if merge {
            Host.talk("Cluster \(name) is up at \(url). It is the current context of \(Kubeconfig.ownPath).\n")
        } else {
            let file = try kubeconfig ?? ClusterFolder(name).path + "/kubeconfig"
            Host.talk("Cluster \(name) is up at \(url). Use it with: export KUBECONFIG=\(file)\n")
        }
    }
}

struct ClusterDown: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop serving a cluster; its state is kept.",
        discussion: """
            Example:
              labrunner cluster down demo
            """)

    @OptionGroup var target: ClusterArgument

    func run() throws {
        let folder = try target.folder
        guard let served = ServedCluster(folder) else {
            _ = try folder.readSettings()
            return Host.talk("Cluster \(folder.name) is not being served.\n")
        }
        guard served.end() else {
            throw CommandError(.usage, "Process \(served.process), which serves cluster \(folder.name), does not end. Its log is \(Background.log(folder)).")
        }
        Host.talk("Cluster \(folder.name) is down.\n")
    }
}

struct ClusterPause: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let a served cluster's time stand still.",
        discussion: """
            Requests are still answered; nothing else happens until 'resume' or 'step'.

            Example:
              labrunner cluster pause demo
            """)

    @OptionGroup var target: ClusterArgument

    func run() throws {
        let served = try LiveTime.served(target)
        try served.ask("pause")
        Host.talk("Time stands still in cluster \(served.folder.name).\n")
    }
}

struct ClusterResume: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a served cluster's time go on.",
        discussion: """
            Examples:
              labrunner cluster resume demo
              labrunner cluster resume demo --speed max
            """)

    @OptionGroup var target: ClusterArgument
    @Option(help: ArgumentHelp("How fast its time goes from now on: 1x, 10x, or max.", valueName: "speed")) var speed: String?

    func run() throws {
        let served = try LiveTime.served(target)
        if let speed { try served.ask("speed", ["speed": .string(speed)]) }
        let status = try served.ask("resume")
        Host.talk("Time goes on in cluster \(served.folder.name) at \(status["speed"]?.stringValue ?? "")\n")
    }
}

/// Clusters whose time can be told what to do.
enum LiveTime {
    static func served(_ target: ClusterArgument) throws(CommandError) -> ServedCluster {
        let folder = try target.folder
        if let served = ServedCluster(folder) { return served }
        _ = try folder.readSettings()
        throw CommandError(.usage, "Cluster \(folder.name) is not being served, so its time cannot be paused. Serve it with 'labrunner cluster up \(folder.name)'.")
    }
}
