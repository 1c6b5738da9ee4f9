import Glibc
import SimulationKernel

/// The process and its surroundings: streams, variables, files, the wall clock. The only place that touches them.
enum Host {
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether results may be coloured: on a terminal, unless `NO_COLOR` is set.
    static var colorsOutput: Bool { isOutputTerminal && getenv("NO_COLOR") == nil && variable("TERM") != "dumb" }

    static var temporaryFolder: String { variable("TMPDIR") ?? "/tmp" }

    /// The wall clock.
    static var now: Instant { Instant(seconds: Int64(time(nil))) }

    static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// The language of the user's locale, as labs name it.
    static var language: String {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let locale = variable(name) else { continue }
            let code = String(locale.prefix { $0 != "_" && $0 != "." && $0 != "@" })
            return code == "C" || code == "POSIX" ? "en" : code
        }
        return "en"
    }

    // MARK: Streams

    /// Writes results.
    static func write(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }
    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Writes talk: progress, errors, advice.
    static func talk(_ text: String) { talk(Array(text.utf8)) }
    static func talk(_ bytes: [UInt8]) { write(bytes, to: STDERR_FILENO) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var written = 0
        bytes.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return }
                written += count
            }
        }
    }

    /// All of standard input.
    static func readInput(limit: Int = 16 << 20) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    // MARK: Files

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What tells a file from every other one that has had its path; nil when there is none.
    static func fileNumber(_ path: String) -> UInt64? {
        var information = stat()
        return stat(path, &information) == 0 ? UInt64(information.st_ino) : nil
    }

    /// How long ago a file or folder was last changed.
    static func secondsSinceChange(of path: String) -> Int? {
        var information = stat()
        return stat(path, &information) == 0 ? time(nil) - information.st_mtim.tv_sec : nil
    }

    static func canWrite(_ path: String) -> Bool { access(path, W_OK) == 0 }

    /// The file that a symbolic link leads to in the end, there or not; any other path as it is.
    static func target(ofLink path: String) -> String {
        var path = path
        // As many as the system follows.
        for _ in 0..<40 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
            guard count > 0 else { return path }
            let target = String(decoding: buffer[..<count], as: UTF8.self)
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            path = target.hasPrefix("/") ? target : folder + target
        }
        return path
    }

    static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    static func isEmptyFolder(_ path: String) -> Bool { names(in: path).isEmpty }

    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func readFile(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Writes a file as a whole: a reader sees the old content or the new, never a part.
    static func writeFile(_ path: String, _ bytes: [UInt8]) throws(CommandError) { try writeFile(path, bytes, mode: 0o644) }

    /// Writes a file that nobody but its owner may read.
    static func writeSecret(_ path: String, _ bytes: [UInt8]) throws(CommandError) { try writeFile(path, bytes, mode: 0o600) }

    private static func writeFile(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(CommandError) {
        let temporary = path + ".labrunner-new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw CommandError(.usage, "\(path) cannot be written: \(reason()).") }
        var written = 0
        var failed = false
        bytes.withUnsafeBytes { buffer in
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { failed = true; return }
                written += count
            }
        }
        let why = reason()
        close(descriptor)
        guard !failed, rename(temporary, path) == 0 else {
            let message = failed ? why : reason()
            unlink(temporary)
            throw CommandError(.usage, "\(path) cannot be written: \(message).")
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(CommandError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw CommandError(.usage, "The folder \(made) cannot be made: \(reason()).") }
        }
    }

    static func move(_ path: String, to other: String) throws(CommandError) {
        guard rename(path, other) == 0 else { throw CommandError(.usage, "\(path) cannot be moved to \(other): \(reason()).") }
    }

    /// Changes whenever a file below a folder is written, added or removed.
    static func fingerprint(of folder: String, depth: Int = 0) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func fold(_ number: UInt64) { hash = (hash ^ number) &* 0x100_0000_01b3 }
        for name in names(in: folder) where !name.hasPrefix(".") {
            var information = stat()
            let path = folder + "/" + name
            guard lstat(path, &information) == 0 else { continue }
            for byte in name.utf8 { fold(UInt64(byte)) }
            fold(UInt64(bitPattern: Int64(information.st_mtim.tv_sec)))
            fold(UInt64(bitPattern: Int64(information.st_mtim.tv_nsec)))
            fold(UInt64(bitPattern: Int64(information.st_size)))
            if information.st_mode & S_IFMT == S_IFDIR, depth < 8 { fold(fingerprint(of: path, depth: depth + 1)) }
        }
        return hash
    }

    private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}

/// Why a command could not do what it was asked to.
struct CommandError: Error, CustomStringConvertible {
    /// The exit statuses of the contract.
    enum Code: Int32 {
        /// Graded, and something failed.
        case failed = 1
        /// The call or a lab is wrong.
        case usage = 2
        /// The submission could not be read.
        case submission = 3
        /// A defect of ours.
        case defect = 70
    }

    var code: Code
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { message }
}

/// Ctrl-C, noticed by commands that wait.
enum Interruption {
    nonisolated(unsafe) private static var flag: sig_atomic_t = 0

    static func listen() {
        // Who started the program may have blocked them.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        signal(SIGINT) { _ in Interruption.flag = 1 }
        signal(SIGTERM) { _ in Interruption.flag = 1 }
    }

    static var hasCome: Bool { flag != 0 }

    /// Sleeps, or returns early when interrupted.
    static func sleep(milliseconds: Int) {
        var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        if !hasCome { nanosleep(&left, nil) }
    }
}
