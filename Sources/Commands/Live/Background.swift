import APIServer
import Glibc

/// Starting this program again as a process of its own, which goes on when its parent ends.
enum Background {
    /// The file that a background process writes its messages to.
    static func log(_ folder: ClusterFolder) -> String { folder.path + "/server.log" }

    /// glibc's `POSIX_SPAWN_SETSID`, which its headers show to GNU sources alone: a session of its own, without a terminal.
    private static let setsid: Int16 = 0x80

    /// Tells the parent how it went, once.
    final class Report {
        private var descriptor: Int32?

        init(descriptor: Int32) { self.descriptor = descriptor }

        func tell(_ message: String) {
            guard let descriptor else { return }
            let bytes = Array((message.split(separator: "\n").joined(separator: " ") + "\n").utf8)
            _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
            close(descriptor)
            self.descriptor = nil
        }
    }

    /// Starts the process and waits until it says that it is ready.
    ///
    /// - Parameter ready: gets the address.
    static func start(_ folder: ClusterFolder, arguments: [String], _ ready: (String) throws -> Void) throws {
        // Its log is there before the cluster is.
        try folder.makeFolder()
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0, pipes.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else { throw CommandError(.defect, "A pipe cannot be made: \(String(cString: strerror(errno)).lowercased()).") }
        let descriptor: Int32 = 3
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log(folder), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Everything else that is open closes itself when the new program begins.
        posix_spawn_file_actions_adddup2(&actions, pipes[1], descriptor)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, setsid)
        let process = try Spawn.run(Spawn.ownPath, ["labrunner"] + arguments + ["--report-to", "\(descriptor)"], Spawn.environment, actions: &actions, attributes: &attributes)
        close(pipes[1])
        let answer = readLine(pipes[0])
        close(pipes[0])
        if answer.hasPrefix("ready ") { return try ready(String(answer.dropFirst(6))) }
        var status: Int32 = 0
        waitpid(process, &status, WNOHANG)
        if answer.hasPrefix("failed ") {
            // Nothing was made, by nobody else either, and the log says no more than this does.
            if !folder.exists, ClusterLock.lastingHolder(folder.lockPath) == nil { try? folder.delete() }
            throw CommandError(.usage, String(answer.dropFirst(7)))
        }
        throw CommandError(.usage, "The process that was to serve cluster \(folder.name) ended before it was ready. Its log is \(log(folder)).")
    }

    private static func readLine(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 65_536 {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == 10 { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Starting processes: this program itself, and the student's own shell. Nothing that a submission says is ever started.
enum Spawn {
    /// The file of the running program.
    static var ownPath: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : "labrunner"
    }

    /// The variables of this process, `NAME=VALUE`.
    static var environment: [String] {
        var result: [String] = []
        var place = environ
        while let text = place.pointee {
            result.append(String(cString: text))
            place += 1
        }
        return result
    }

    static func run(
        _ path: String, _ arguments: [String], _ environment: [String], actions: inout posix_spawn_file_actions_t, attributes: inout posix_spawnattr_t
    ) throws(CommandError) -> pid_t {
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        let status = posix_spawnp(&process, path, &actions, &attributes, &words, &variables)
        guard status == 0 else { throw CommandError(.usage, "\(path) cannot be started: \(String(cString: strerror(status)).lowercased()).") }
        return process
    }
}
