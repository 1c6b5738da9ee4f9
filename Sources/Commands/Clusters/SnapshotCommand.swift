import APIServer
import ArgumentParser
import KubernetesObjects
import SimulationKernel

struct ClusterSnapshot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Keep states of a cluster and go back to them.",
        discussion: """
            Going back takes the cluster's time back as well. Resource versions go on from the highest that was ever given,
            so that no client takes an old object for a newer one; watches end with 410 Gone and begin again.

            Examples:
              labrunner cluster snapshot save demo before-upgrade
              labrunner cluster snapshot restore demo before-upgrade
              labrunner cluster snapshot list demo
              labrunner cluster snapshot delete demo before-upgrade
            """,
        subcommands: [Save.self, Restore.self, List.self, Delete.self])

    struct Save: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "save", abstract: "Keep a cluster's present state under a name.", usage: "labrunner cluster snapshot save [<cluster>] <snapshot>",
            discussion: """
                Example:
                  labrunner cluster snapshot save demo before-upgrade
                """)

        @OptionGroup var target: SnapshotArguments

        func run() throws {
            guard NameRules.dns1123Subdomain(target.snapshot).isEmpty else {
                throw CommandError(.usage, "'\(target.snapshot)' is no name for a snapshot: use lower case letters, digits, '-' and '.'.")
            }
            let folder = try target.folder
            try store(of: folder).saveSnapshot(target.snapshot)
            Host.talk("Cluster \(folder.name) is kept as \(target.snapshot).\n")
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Go back to a snapshot; what was done since is gone.", usage: "labrunner cluster snapshot restore [<cluster>] <snapshot>",
            discussion: """
                Example:
                  labrunner cluster snapshot restore demo before-upgrade
                """)

        @OptionGroup var target: SnapshotArguments

        func run() throws {
            let folder = try target.folder
            try store(of: folder).restoreSnapshot(target.snapshot)
            Host.talk("Cluster \(folder.name) is as it was in \(target.snapshot).\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the snapshots of a cluster.",
            discussion: """
                Example:
                  labrunner cluster snapshot list demo
                """)

        @OptionGroup var target: ClusterArgument

        func run() throws {
            let folder = try target.folder
            let records = try store(of: folder).snapshots()
            if records.isEmpty { return Host.talk("Cluster \(folder.name) has no snapshots.\n") }
            var rows = [["NAME", "TAKEN", "CLUSTER TIME", "REVISION", "BYTES"]]
            for record in records { rows.append([record.name, record.taken.rfc3339, record.time.rfc3339, "\(record.revision)", "\(record.byteCount)"]) }
            Host.write(TextTable.render(rows))
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Forget a snapshot.", usage: "labrunner cluster snapshot delete [<cluster>] <snapshot>",
            discussion: """
                Example:
                  labrunner cluster snapshot delete demo before-upgrade
                """)

        @OptionGroup var target: SnapshotArguments

        func run() throws {
            let folder = try target.folder
            try store(of: folder).deleteSnapshot(target.snapshot)
            Host.talk("Snapshot \(target.snapshot) of cluster \(folder.name) is gone.\n")
        }
    }
}

/// A cluster and a name of one of its snapshots.
struct SnapshotArguments: ParsableArguments {
    @Argument(help: ClusterArgument.help) var cluster: String
    @Argument(help: "The name of the snapshot.") var name: String?

    /// One word alone is the snapshot.
    var snapshot: String { name ?? cluster }
    var folder: ClusterFolder { get throws(CommandError) { try ClusterFolder.chosen(name == nil ? nil : cluster) } }
}

/// The snapshots of a cluster, wherever the cluster is kept.
protocol SnapshotStore {
    func saveSnapshot(_ name: String) throws(CommandError)
    func restoreSnapshot(_ name: String) throws(CommandError)
    func snapshots() throws(CommandError) -> [SnapshotRecord]
    func deleteSnapshot(_ name: String) throws(CommandError)
}

/// The snapshots of a cluster: asked of the process that serves it, or read from its file.
private func store(of folder: ClusterFolder) throws(CommandError) -> any SnapshotStore {
    if let served = ServedCluster(folder) { return served }
    return try DiskCluster(folder)
}

extension DiskCluster: SnapshotStore {}

extension ServedCluster: SnapshotStore {
    func saveSnapshot(_ name: String) throws(CommandError) { try askSnapshots("save", name) }
    func restoreSnapshot(_ name: String) throws(CommandError) { try askSnapshots("restore", name) }
    func deleteSnapshot(_ name: String) throws(CommandError) { try askSnapshots("delete", name) }

    func snapshots() throws(CommandError) -> [SnapshotRecord] { (try askSnapshots("list")["snapshots"]?.elements ?? []).compactMap { SnapshotRecord($0) } }

    @discardableResult
    private func askSnapshots(_ action: String, _ name: String = "") throws(CommandError) -> Value {
        try ask("snapshot", ["action": .string(action), "name": .string(name)])
    }
}
