import APIMachinery
import Shell
import SimulationKernel

/// Names an open session of a container.
package struct SessionID: Hashable, Comparable, Sendable {
    package var number: Int

    package static func < (left: SessionID, right: SessionID) -> Bool { left.number < right.number }
}

/// What `exec` and `attach` ask of a kubelet.
package struct SessionRequest: Sendable {
    package var pod: NamespacedName
    package var container: String
    /// Empty for `attach`.
    package var command: [String]
    package var hasInput: Bool
    package var isTerminal: Bool

    package init(pod: NamespacedName, container: String, command: [String] = [], hasInput: Bool = false, isTerminal: Bool = false) {
        self.pod = pod
        self.container = container
        self.command = command
        self.hasInput = hasInput
        self.isTerminal = isTerminal
    }
}

/// How a session ended.
package enum SessionEnd: Hashable, Sendable {
    /// The command ended by itself or by a signal.
    case exited(Int)
    /// The container that was attached to ended, or the session was closed.
    case detached
    /// The command could not be run.
    case failed(String)
}

/// What a session has printed since it was last asked.
package struct SessionOutput: Sendable {
    package var chunks: [ShellMachine.OutputChunk]
    package var end: SessionEnd?
    /// Input that the command has not read yet, in bytes.
    package var unreadInput: Int
}

/// A command that somebody runs in a container, or somebody who looks at its first process.
///
/// - Invariants: between its turns a command's machine has no files: they are the container's, and are lent to it.
/// - Bounds: when `outputMax` bytes wait to be taken, the command waits too.
struct ContainerSession: Sendable {
    static let outputMax = 1 << 18

    var key: ContainerKey
    /// The command at work; nil for `attach`.
    var process: ContainerProcess?
    var chunks: [ShellMachine.OutputChunk] = []
    var outputBytes = 0
    var end: SessionEnd?
    /// The command has more to do once its output is taken.
    var isHeld = false
    /// The container's input ends with this session.
    var endsInput = false

    mutating func add(_ chunk: ShellMachine.OutputChunk) {
        outputBytes += chunk.bytes.count
        if let last = chunks.indices.last, chunks[last].stream == chunk.stream { chunks[last].bytes += chunk.bytes } else { chunks.append(chunk) }
    }
}
