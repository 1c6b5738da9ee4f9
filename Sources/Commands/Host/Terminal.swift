import APIMachinery
import Glibc

/// The terminal that a command was started at.
enum Terminal {
    /// This process's streams, as commands that hold a connection use them.
    static var streams: StreamEnds {
        var ends = StreamEnds(input: { readSome() }, output: { Host.write($0) }, errors: { Host.talk($0) })
        if isatty(STDIN_FILENO) == 1 { ends.size = { size } }
        return ends
    }

    private static func readSome() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(buffer[..<count]) : []
        }
    }

    private static var size: (columns: Int, rows: Int)? {
        var window = winsize()
        guard ioctl(STDIN_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else { return nil }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Does something while the terminal hands over every key as it is typed; afterwards it is as it was before.
    static func whileRaw(_ body: () -> Void) {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return body() }
        var raw = before
        cfmakeraw(&raw)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        body()
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
    }

    /// Opens the student's editor on a text.
    ///
    /// - Returns: what was saved; nil when the editor could not be run or failed.
    static func edit(_ editor: String, _ name: String, _ text: String) -> String? {
        let path = "\(Host.temporaryFolder)/labrunner-\(getpid())-\(name.split(separator: "/").last ?? "edit.yaml")"
        guard (try? Host.writeSecret(path, Array(text.utf8))) != nil else { return nil }
        defer { unlink(path) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The editor may be given with words of its own, as in `code --wait`.
        let words = ["/bin/sh", "-c", editor + " \"$1\"", "edit", path]
        guard let process = try? Spawn.run(words[0], words, Spawn.environment, actions: &actions, attributes: &attributes) else { return nil }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0, let bytes = Host.readFile(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
