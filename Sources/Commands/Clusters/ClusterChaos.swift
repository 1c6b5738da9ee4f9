import ArgumentParser
import Cluster
import KubernetesObjects
import SimulationKernel

struct ClusterChaos: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos", abstract: "Break something in a cluster, or mend it.",
        discussion: """
            What is broken stays so until it is mended. The same things can happen in a lab's scenario.

            Examples:
              labrunner cluster chaos stop-node demo node-2
              labrunner cluster chaos cut-zone demo ap-southeast-1a
              labrunner cluster chaos fail-pulls demo 'nginx:*'
            """,
        subcommands: [
            KillPod.self, KillContainer.self, StopNode.self, StartNode.self, RemoveNode.self, DrainNode.self, UncordonNode.self, FillDisk.self, FreeDisk.self,
            FillMemory.self, FreeMemory.self, FillPIDs.self, FreePIDs.self, CutZone.self, HealZone.self, SlowPulls.self, FailPulls.self, HealPulls.self, Jump.self,
        ])
}

/// A cluster and one of its nodes.
struct NodeArguments: ParsableArguments {
    @Argument(help: "The cluster.") var cluster: String
    @Argument(help: "The node.") var node: String
}

/// A command that does one thing to one node.
protocol NodeChaos: ParsableCommand {
    static var disturbance: @Sendable (String) -> Disturbance { get }
    var target: NodeArguments { get }
}

extension NodeChaos {
    static func named(_ name: String, _ abstract: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: """
                Example:
                  labrunner cluster chaos \(name) demo node-2
                """)
    }

    func run() throws {
        try OpenedCluster(target.cluster).apply(Self.disturbance(target.node))
    }
}

/// A cluster that is about to be disturbed, served or not.
private struct OpenedCluster {
    private let name: String
    private let served: ServedCluster?
    private let disk: DiskCluster?

    init(_ name: String) throws {
        self.name = name
        let folder = try ClusterFolder(name)
        served = ServedCluster(folder)
        disk = served == nil ? try DiskCluster(folder) : nil
    }

    /// Does it, or says what there is where something is not.
    func apply(_ disturbance: Disturbance) throws {
        if let served { try served.ask("disturb", disturbance.journalValue) }
        guard let disk else { return }
        if let missing = disturbance.missing(in: disk.session.cluster) { throw CommandError(.usage, "Cluster \(name): \(missing)") }
        try disk.apply(disturbance)
    }
}

extension Disturbance {
    /// What a cluster does not have of what this is about; nil when everything is there.
    func missing(in cluster: Cluster) -> String? {
        func none(_ what: String, _ name: String, among names: [String]) -> String? {
            if names.contains(name) { return nil }
            let known = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and others" : "")
            return "There is no \(what) \(name). " + (names.isEmpty ? "There are none at all." : "There are \(known).")
        }
        func pod(_ namespace: String, _ name: String) -> String? {
            none("pod in namespace \(namespace) with the name", name, among: cluster.store.list(.pods, namespace: namespace).map(\.name))
        }
        switch self {
        case .stopNode(let node), .startNode(let node), .removeNode(let node), .drainNode(let node), .uncordonNode(let node), .fill(_, let node), .free(_, let node):
            return none("node", node, among: cluster.store.list(.nodes).map(\.name))
        case .slowPulls(_, let node), .failPulls(_, let node):
            return node.isEmpty ? nil : none("node", node, among: cluster.store.list(.nodes).map(\.name))
        case .cutZone(let zone), .healZone(let zone): return none("zone", zone, among: cluster.zones)
        case .killPod(let namespace, let name): return pod(namespace, name)
        case .killContainer(let namespace, let name, let container):
            if let missing = pod(namespace, name) { return missing }
            let names = (cluster.store.get(.pods, namespace: namespace, name: name)?["spec"]?["containers"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
            return container.isEmpty ? nil : none("container", container, among: names)
        case .healPulls, .jump: return nil
        }
    }
}

extension ClusterChaos {
    struct StopNode: NodeChaos {
        static let configuration: CommandConfiguration = named("stop-node", "Stop the kubelet of a node, as a broken machine does.")
        static let disturbance: @Sendable (String) -> Disturbance = { .stopNode($0) }
        @OptionGroup var target: NodeArguments
    }

    struct StartNode: NodeChaos {
        static let configuration: CommandConfiguration = named("start-node", "Start the kubelet of a node again.")
        static let disturbance: @Sendable (String) -> Disturbance = { .startNode($0) }
        @OptionGroup var target: NodeArguments
    }

    struct RemoveNode: NodeChaos {
        static let configuration: CommandConfiguration = named("remove-node", "End a machine for good; its node goes with it.")
        static let disturbance: @Sendable (String) -> Disturbance = { .removeNode($0) }
        @OptionGroup var target: NodeArguments
    }

    struct DrainNode: NodeChaos {
        static let configuration: CommandConfiguration = named("drain", "Cordon a node and evict its pods, as budgets allow.")
        static let disturbance: @Sendable (String) -> Disturbance = { .drainNode($0) }
        @OptionGroup var target: NodeArguments
    }

    struct UncordonNode: NodeChaos {
        static let configuration: CommandConfiguration = named("uncordon", "Let pods come to a node again.")
        static let disturbance: @Sendable (String) -> Disturbance = { .uncordonNode($0) }
        @OptionGroup var target: NodeArguments
    }

    struct FillDisk: NodeChaos {
        static let configuration: CommandConfiguration = named("fill-disk", "Fill the disk of a node: writes fail, images go, and it evicts pods.")
        static let disturbance: @Sendable (String) -> Disturbance = { .fill(.disk, node: $0) }
        @OptionGroup var target: NodeArguments
    }

    struct FreeDisk: NodeChaos {
        static let configuration: CommandConfiguration = named("free-disk", "Make room on the disk of a node again.")
        static let disturbance: @Sendable (String) -> Disturbance = { .free(.disk, node: $0) }
        @OptionGroup var target: NodeArguments
    }

    struct FillMemory: NodeChaos {
        static let configuration: CommandConfiguration = named("fill-memory", "Let a node run low on memory: it evicts pods.")
        static let disturbance: @Sendable (String) -> Disturbance = { .fill(.memory, node: $0) }
        @OptionGroup var target: NodeArguments
    }

    struct FreeMemory: NodeChaos {
        static let configuration: CommandConfiguration = named("free-memory", "Give a node its memory back.")
        static let disturbance: @Sendable (String) -> Disturbance = { .free(.memory, node: $0) }
        @OptionGroup var target: NodeArguments
    }

    struct FillPIDs: NodeChaos {
        static let configuration: CommandConfiguration = named("fill-pids", "Let a node run low on process IDs: it evicts pods.")
        static let disturbance: @Sendable (String) -> Disturbance = { .fill(.processes, node: $0) }
        @OptionGroup var target: NodeArguments
    }

    struct FreePIDs: NodeChaos {
        static let configuration: CommandConfiguration = named("free-pids", "Give a node its process IDs back.")
        static let disturbance: @Sendable (String) -> Disturbance = { .free(.processes, node: $0) }
        @OptionGroup var target: NodeArguments
    }

    struct CutZone: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cut-zone", abstract: "Cut a zone off: its nodes are not heard of, and nothing in it answers.",
            discussion: """
                Example:
                  labrunner cluster chaos cut-zone demo ap-southeast-1a
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "The zone.") var zone: String

        func run() throws {
            try OpenedCluster(cluster).apply(.cutZone(zone))
        }
    }

    struct HealZone: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "heal-zone", abstract: "Bring a zone back.",
            discussion: """
                Example:
                  labrunner cluster chaos heal-zone demo ap-southeast-1a
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "The zone.") var zone: String

        func run() throws {
            try OpenedCluster(cluster).apply(.healZone(zone))
        }
    }

    struct KillPod: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "kill-pod", abstract: "Take a pod away without warning.",
            discussion: """
                Example:
                  labrunner cluster chaos kill-pod demo web-5d9c6f7b8-abcde -n default
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "The pod.") var pod: String
        @Option(name: .shortAndLong, help: "Its namespace.") var namespace = "default"

        func run() throws {
            try OpenedCluster(cluster).apply(.killPod(namespace: namespace, name: pod))
        }
    }

    struct KillContainer: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "kill-container", abstract: "Kill the processes of a container; the kubelet starts it again as its policy says.",
            discussion: """
                Example:
                  labrunner cluster chaos kill-container demo web-5d9c6f7b8-abcde -c web
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "The pod.") var pod: String
        @Option(name: .shortAndLong, help: "The container; all unless given.") var container = ""
        @Option(name: .shortAndLong, help: "The pod's namespace.") var namespace = "default"

        func run() throws {
            try OpenedCluster(cluster).apply(.killContainer(namespace: namespace, pod: pod, container: container))
        }
    }

    struct SlowPulls: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "slow-pulls", abstract: "Make image pulls take so many times as long.",
            discussion: """
                Example:
                  labrunner cluster chaos slow-pulls demo 20 --node node-2
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "How many times as long; 1 makes them as they were.") var factor: Int
        @Option(help: "Only on this node.") var node: String?

        func run() throws {
            guard (1...100_000).contains(factor) else { throw CommandError(.usage, "A factor is from 1 to 100000.") }
            try OpenedCluster(cluster).apply(.slowPulls(factor: factor, node: node ?? ""))
        }
    }

    struct FailPulls: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fail-pulls", abstract: "Make pulls of some images fail, until heal-pulls.",
            discussion: """
                Example:
                  labrunner cluster chaos fail-pulls demo 'nginx:*'
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "A pattern of images as containers name them; * for any text.") var image: String
        @Option(help: "Only on this node.") var node: String?

        func run() throws {
            try OpenedCluster(cluster).apply(.failPulls(image: image, node: node ?? ""))
        }
    }

    struct HealPulls: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "heal-pulls", abstract: "Make image pulls as they were.",
            discussion: """
                Example:
                  labrunner cluster chaos heal-pulls demo
                """)
        @Argument(help: "The cluster.") var cluster: String

        func run() throws { try OpenedCluster(cluster).apply(.healPulls) }
    }

    struct Jump: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "jump", abstract: "Set the clock forward at once, as when machines were asleep: nothing happens in between.",
            discussion: """
                To let time pass with all that happens in it, use 'labrunner cluster step'.

                Example:
                  labrunner cluster chaos jump demo 2h
                """)
        @Argument(help: "The cluster.") var cluster: String
        @Argument(help: "How far: 90s, 5m, 1h30m.") var duration: String

        func run() throws {
            guard let length = GoDuration(duration), length.nanoseconds >= 0, length.nanoseconds <= 30 * 86_400 * 1_000_000_000 else {
                throw CommandError(.usage, "'\(duration)' is no duration: write 90s, 5m or 1h30m, at most 720h.")
            }
            try OpenedCluster(cluster).apply(.jump(.nanoseconds(length.nanoseconds)))
        }
    }
}
