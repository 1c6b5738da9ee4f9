import APIServer
import Glibc
import KubernetesObjects
import SimulationKernel

/// The files of a cluster of format 1, before it was kept in a database: settings, and a journal from its very beginning.
///
/// - Shape: `cluster.json` and `journal.jsonl`, one entry a line.
struct OldClusterFiles {
    static let settingsName = "cluster.json"
    private static let format = 1

    private let settingsPath: String
    private let journalPath: String

    init(_ folder: String) {
        settingsPath = folder + "/" + Self.settingsName
        journalPath = folder + "/journal.jsonl"
    }

    var exist: Bool { Host.exists(settingsPath) }

    func remove() {
        unlink(settingsPath)
        unlink(journalPath)
    }

    /// Makes the database of the cluster; the old files go when that is done.
    func migrate(to path: String) throws(StorageProblem) -> ClusterDatabase {
        guard let bytes = Host.readFile(settingsPath), let value = try? Value(parsingJSON: bytes), let settings = ClusterSettings(value) else {
            throw StorageProblem(.corrupt, "\(settingsPath) cannot be read. Delete the cluster with 'labrunner cluster delete' and make it anew.")
        }
        guard value["format"]?.intValue == Self.format else {
            throw StorageProblem(
                .version, "\(settingsPath) was written by another version of labrunner (format \(value["format"] ?? .null)). Delete the cluster and make it anew.")
        }
        let journal = try readJournal()
        // What an earlier attempt left is not complete.
        for suffix in ["", "-wal", "-shm"] { unlink(path + ".new" + suffix) }
        let database = try ClusterDatabase.make(path + ".new", settings: settings)
        try database.migrate(journal: journal)
        database.close()
        guard rename(path + ".new", path) == 0 else {
            throw StorageProblem(.unwritable, "\(path) cannot be made: \(String(cString: strerror(errno)).lowercased()).")
        }
        remove()
        return try ClusterDatabase(opening: path)
    }

    /// The entries of the journal; a last line that a crash cut off is left out.
    private func readJournal() throws(StorageProblem) -> [Value] {
        guard let bytes = Host.readFile(journalPath) else { return [] }
        var entries: [Value] = []
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: true)
        for (number, line) in lines.enumerated() {
            guard let value = try? Value(parsingJSON: Array(line)) else {
                if number == lines.count - 1 { break }
                throw StorageProblem(.corrupt, "\(journalPath):\(number + 1) cannot be read. Start over with 'labrunner cluster reset'.")
            }
            entries.append(value)
        }
        return entries
    }
}
