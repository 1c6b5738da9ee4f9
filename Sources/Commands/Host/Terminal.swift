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
}
