import Cluster
import Dispatch
import GitReading
import Glibc

/// What grading begins with, done on another core while the command line and the lab are read: tables and types are made with the
/// first cluster of a process, and libgit2 reads the machine's certificates when it starts.
enum WarmUp {
    private static let commands: Set = ["check", "hint", "watch", "lab", "trace"]

    static func begin(for command: String?) {
        guard let command, commands.contains(command), sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 else { return }
        DispatchQueue.global().async {
            GitRepository.startLibrary()
            _ = Cluster(profile: .empty, seed: 0)
        }
    }
}
