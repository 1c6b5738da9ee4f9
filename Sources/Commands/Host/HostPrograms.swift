import Glibc
import Kubectl

/// The user's own programs that `labrunner kubectl` runs for them: the editor, and the program that shows differences.
enum HostPrograms {
    /// Opens an editor on a text.
    static func edit(_ editor: EditorCall, suffix: String, text: String) -> EditorAnswer {
        var path = Array("\(Host.temporaryFolder)/kubectl-edit-XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&path, Int32(suffix.utf8.count))
        guard descriptor >= 0 else { return .failed }
        close(descriptor)
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let program = located(editor.words[0]) else { return .missing }
        guard (try? Host.writeSecret(name, Array(text.utf8))) != nil, run(program, editor.words(opening: name)) == 0, let saved = Host.readFile(name)
        else { return .failed }
        return .saved(KubectlEnvironment.EditedText(text: String(decoding: saved, as: UTF8.self), path: name))
    }

    /// A program by its name, found as a shell does; nil when none of that name can be run.
    private static func located(_ name: String) -> String? {
        if name.contains("/") { return name }
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 && !Host.isFolder($0) }
    }

    /// The folders of `PATH`, each once.
    private static var folders: [String] {
        var seen: Set<String> = []
        return (Host.variable("PATH") ?? "").split(separator: ":").map(String.init).filter { seen.insert($0).inserted }
    }

    /// Shows how two folders differ by a program of `KUBECTL_EXTERNAL_DIFF`; returns its exit status.
    static func compare(_ program: String, _ live: [(name: String, text: String)], _ merged: [(name: String, text: String)]) -> Int32? {
        let words = program.split(separator: " ").map(String.init)
        guard let command = words.first else { return nil }
        let options = words.dropFirst().filter { word in word.utf8.allSatisfy { isPlain($0) } }
        var folders: [String] = []
        defer { for folder in folders { remove(folder) } }
        for (prefix, files) in [("LIVE", live), ("MERGED", merged)] {
            var path = Array("\(Host.temporaryFolder)/\(prefix)-XXXXXX".utf8CString)
            guard mkdtemp(&path) != nil else { return nil }
            let folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            folders.append(folder)
            for file in files { guard (try? Host.writeFile("\(folder)/\(file.name)", Array(file.text.utf8))) != nil else { return nil } }
        }
        return run(command, [command] + options + folders)
    }

    /// kubectl's plug-ins in the folders of `PATH`.
    static var plugins: KubectlEnvironment.Programs {
        KubectlEnvironment.Programs(
            list: findPlugins,
            unreadable: {
                folders.compactMap { folder in
                    guard let directory = opendir(folder) else { return (folder, String(cString: strerror(errno)).lowercased()) }
                    closedir(directory)
                    return nil
                }
            },
            run: { path, arguments in run(path, [path] + arguments) ?? 126 })
    }

    private static func findPlugins() -> [(path: String, isExecutable: Bool)] {
        var found: [(path: String, isExecutable: Bool)] = []
        for folder in folders {
            for name in Host.names(in: folder) where name.hasPrefix("kubectl-") && !Host.isFolder("\(folder)/\(name)") {
                found.append(("\(folder)/\(name)", access("\(folder)/\(name)", X_OK) == 0))
            }
        }
        return found
    }

    /// Runs a program that makes credentials and reads what it prints, up to a mebibyte.
    static func credentials(_ program: KubectlEnvironment.CredentialProgram) -> KubectlEnvironment.CredentialProgram.Answer {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return .missing }
        let variables = program.variables.map { "\($0.name)=\($0.value)" }
        let inherited = Spawn.environment.filter { line in !program.variables.contains { line.hasPrefix($0.name + "=") } }
        let started = start(program.command, [program.command] + program.arguments, inherited + variables) { actions in
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            posix_spawn_file_actions_addclose(&actions, ends[0])
            posix_spawn_file_actions_addclose(&actions, ends[1])
        }
        close(ends[1])
        guard let process = started else {
            close(ends[0])
            return .missing
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(ends[0], &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        // One that would print more is ended by the closed pipe, and not waited for.
        close(ends[0])
        let status = ended(process) ?? 126
        return status == 0 ? .output(bytes) : .failed(status)
    }

    /// What an option of a difference program may be made of.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122) || byte == 45 || byte == 61
    }

    private static func remove(_ folder: String) {
        for name in Host.names(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Runs a program with this process's own streams until it ends; nil when it cannot be started.
    private static func run(_ path: String, _ arguments: [String]) -> Int32? {
        start(path, arguments, Spawn.environment).flatMap(ended)
    }

    /// Starts a program with this process's own streams, but for what `redirect` changes; nil when it cannot be started.
    private static func start(
        _ path: String, _ arguments: [String], _ environment: [String], redirect: (inout posix_spawn_file_actions_t) -> Void = { _ in }
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        return try? Spawn.run(path, arguments, environment, actions: &actions, attributes: &attributes)
    }

    /// Waits for the end of a program; its exit status as a shell tells it.
    private static func ended(_ process: pid_t) -> Int32? {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { if errno != EINTR { return nil } }
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
    }
}
