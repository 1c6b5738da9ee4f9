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
            """,
        subcommands: [Save.self, Restore.self, List.self, Delete.self])

    struct Save: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "save", abstract: "Keep a cluster's present state under a name.",
            discussion: """
                Example:
                  labrunner cluster snapshot save demo before-upgrade
                """)

        @Argument(help: "The cluster.") var name: String
        @Argument(help: "The name of the snapshot.") var snapshot: String

        func run() throws {
            try Snapshots.open(name).save(try Self.checked(snapshot))
            Host.talk("Cluster \(name) is kept as \(snapshot).\n")
        }

        private static func checked(_ snapshot: String) throws -> String {
            guard NameRules.dns1123Subdomain(snapshot).isEmpty else {
                throw CommandError(.usage, "'\(snapshot)' is no name for a snapshot: use lower case letters, digits, '-' and '.'.")
            }
            return snapshot
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Go back to a snapshot; what was done since is gone.",
            discussion: """
                Example:
                  labrunner cluster snapshot restore demo before-upgrade
                """)

        @Argument(help: "The cluster.") var name: String
        @Argument(help: "The name of the snapshot.") var snapshot: String

        func run() throws {
            try Snapshots.open(name).restore(snapshot)
            Host.talk("Cluster \(name) is as it was in \(snapshot).\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the snapshots of a cluster.",
            discussion: """
                Example:
                  labrunner cluster snapshot list demo
                """)

        @Argument(help: "The cluster.") var name: String

        func run() throws {
            let records = try Snapshots.open(name).list()
            if records.isEmpty { return Host.talk("Cluster \(name) has no snapshots.\n") }
            var rows = [["NAME", "TAKEN", "CLUSTER TIME", "REVISION", "BYTES"]]
            for record in records { rows.append([record.name, record.taken.rfc3339, record.time.rfc3339, "\(record.revision)", "\(record.byteCount)"]) }
            Host.write(TextTable.render(rows))
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Forget a snapshot.",
            discussion: """
                Example:
                  labrunner cluster snapshot delete demo before-upgrade
                """)

        @Argument(help: "The cluster.") var name: String
        @Argument(help: "The name of the snapshot.") var snapshot: String

        func run() throws {
            try Snapshots.open(name).delete(snapshot)
            Host.talk("Snapshot \(snapshot) of cluster \(name) is gone.\n")
        }
    }
}

/// The snapshots of a cluster, wherever the cluster is kept.
protocol SnapshotStore {
    func save(_ name: String) throws
    func restore(_ name: String) throws
    func list() throws -> [SnapshotRecord]
    func delete(_ name: String) throws
}

enum Snapshots {
    /// The snapshots of the cluster of a name.
    static func open(_ name: String) throws -> any SnapshotStore {
        let folder = try ClusterFolder(name)
        if let served = ServedCluster(folder) { return ServedSnapshots(served: served) }
        return DiskSnapshots(cluster: try DiskCluster(folder))
    }
}

/// The snapshots of a cluster that no server has.
struct DiskSnapshots: SnapshotStore {
    let cluster: DiskCluster

    func save(_ name: String) throws { try cluster.saveSnapshot(name) }
    func restore(_ name: String) throws { try cluster.restoreSnapshot(name) }
    func list() throws -> [SnapshotRecord] { try cluster.snapshots() }
    func delete(_ name: String) throws { try cluster.deleteSnapshot(name) }
}

/// The snapshots of a cluster that another process serves.
struct ServedSnapshots: SnapshotStore {
    let served: ServedCluster

    func save(_ name: String) throws { try ask("save", name) }
    func restore(_ name: String) throws { try ask("restore", name) }
    func delete(_ name: String) throws { try ask("delete", name) }

    func list() throws -> [SnapshotRecord] { (try ask("list")["snapshots"]?.elements ?? []).compactMap { SnapshotRecord($0) } }

    @discardableResult
    private func ask(_ action: String, _ name: String = "") throws -> Value {
        try served.ask("snapshot", ["action": .string(action), "name": .string(name)])
    }
}
