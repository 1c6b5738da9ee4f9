import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// What a command in a container came to.
package struct ExecResult: Sendable {
    package var output: [UInt8] = []
    package var errors: [UInt8] = []
    package var status = 0
    package var timedOut = false
    /// Virtual time it took.
    package var time: Duration = .zero

    /// What it printed, errors after output, without the last line end.
    package var text: String {
        var text = String(decoding: output + errors, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

/// A command that somebody runs in a container while the clock stands still, as `kubectl exec` does where no session is kept.
///
/// - Invariants: between its turns its machine has no files: they are the container's, and are lent to it.
package struct ContainerCommand: Sendable {
    var machine: ShellMachine
    let key: ContainerKey
    let record: PodRecord
    let pod: Value
    /// Its own time: the cluster's, and what it has slept and waited since.
    var now: Instant
    let deadline: Instant
    var arrivals: [(at: Instant, call: Int, answer: HostAnswer)] = []
    var open: Set<Int> = []
    /// What it asks of others, to be answered before it goes on.
    package internal(set) var calls: [ContainerCall] = []
    package internal(set) var result = ExecResult()
    package internal(set) var isDone = false
}
