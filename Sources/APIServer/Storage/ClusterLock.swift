import Glibc
import SimulationKernel

/// Holds a cluster's files for one process; the operating system lets go of it however the process ends.
///
/// - Shape: the file `lock` with the process's number and what it is doing, for the message that others get.
package final class ClusterLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - purpose: what this process is doing with the cluster, such as `labrunner cluster up`.
    ///   - lasting: whether it will have it for long: others do not wait for it then.
    ///   - patience: how long to wait for another process that has it for a moment only.
    /// - Throws: `inUse` with the other's number and what it is doing.
    package init(_ path: String, cluster: String, purpose: String, lasting: Bool = false, patience: Duration = .seconds(10)) throws(StorageProblem) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageProblem(.unwritable, "Cluster \(cluster) cannot be opened: \(path): \(String(cString: strerror(errno)).lowercased()).")
        }
        var attempts = max(patience.nanoseconds / 5_000_000, 0)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let holder = Self.holder(descriptor)
            if attempts == 0 || holder?.lasting == true {
                Glibc.close(descriptor)
                let who = holder.map { "process \($0.process) (\($0.purpose))" } ?? "another process"
                let advice = holder?.lasting == true ? "Stop it with 'labrunner cluster down \(cluster)'." : "Try again when that has ended."
                throw StorageProblem(.inUse, "Cluster \(cluster) is in use by \(who). \(advice)")
            }
            attempts -= 1
            usleep(5000)
        }
        self.descriptor = descriptor
        let note = Array("\(getpid())\n\(purpose)\n\(lasting ? "lasting" : "")\n".utf8)
        // The note only helps others to a better message: a full disk must not keep the cluster from being read.
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, note, note.count, 0)
    }

    deinit { Glibc.close(descriptor) }

    /// The process that holds the lock for long; nil when none does. A process that has ended holds nothing, even while
    /// its number is not yet free.
    package static func lastingHolder(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        guard let holder = holder(descriptor), holder.lasting else { return nil }
        return Int32(holder.process)
    }

    private static func holder(_ descriptor: Int32) -> (process: String, purpose: String, lasting: Bool)? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3 else { return nil }
        return (String(lines[0]), String(lines[1]), lines[2] == "lasting")
    }
}
