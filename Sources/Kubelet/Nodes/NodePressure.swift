import KubernetesObjects
import SimulationKernel

/// What a node can run out of, how much of it must stay free, and what a kubelet says when it does not.
///
/// | signal | threshold | reclaims |
/// |---|---|---|
/// | `memory.available` | 100Mi | `memory` |
/// | `nodefs.available` | 10 % | `ephemeral-storage` |
/// | `pid.available` | 10 % | `pids` |
///
/// - Source: kubelet `eviction/helpers.go` and the EKS-optimised image's `evictionHard`.
package struct NodePressure: Hashable, Sendable {
    /// What a node can run out of.
    package enum Signal: UInt8, Hashable, Sendable, CaseIterable {
        case memory, disk, processes

        /// The resource as messages name it.
        var resource: String {
            switch self {
            case .memory: "memory"
            case .disk: "ephemeral-storage"
            case .processes: "pids"
            }
        }

        /// The reason of the node's condition and event while it is under pressure.
        var badReason: String {
            switch self {
            case .memory: "NodeHasInsufficientMemory"
            case .disk: "NodeHasDiskPressure"
            case .processes: "NodeHasInsufficientPID"
            }
        }

        var goodReason: String {
            switch self {
            case .memory: "NodeHasSufficientMemory"
            case .disk: "NodeHasNoDiskPressure"
            case .processes: "NodeHasSufficientPID"
            }
        }
    }

    /// How often a kubelet looks while there may be something to see.
    static let period: Duration = .seconds(10)
    /// A condition stays this long after the signal is good again.
    static let transition: Duration = .seconds(300)
    static let processesMax: Int64 = 32_768
    /// How often a kubelet looks through its images.
    static let collectionPeriod: Duration = .seconds(300)

    /// What uses the node besides its pods, by signal: what a lab fills it with.
    var outside: [Signal: Int64] = [:]
    /// Signals that are under pressure, with when they were last below their threshold.
    var lastBad: [Signal: Instant] = [:]
    /// A look is planned.
    var isWatched = false
    /// What is left of a disk that somebody has filled, in bytes: writes in containers take from it. Nil while nobody has.
    var diskLeft: Int?
    /// When images are looked through next, and whether it came to nothing the last time.
    var nextCollection: Instant?
    var hasCollectionFailed = false

    func has(_ signal: Signal) -> Bool { lastBad[signal] != nil }

    static func capacity(_ signal: Signal, _ node: NodeDescription) -> Int64 {
        switch signal {
        case .memory: Int64(node.memoryKiB) * 1024
        case .disk: Int64(node.ephemeralKiB) * 1024
        case .processes: processesMax
        }
    }

    /// What must stay free.
    static func threshold(_ signal: Signal, _ node: NodeDescription) -> Int64 {
        signal == .memory ? 100 << 20 : capacity(signal, node) / 10
    }

    /// An amount as messages write it: in binary units for memory and disk.
    static func text(_ signal: Signal, _ amount: Int64) -> String {
        signal == .processes ? Quantity(amount).description : Quantity(amount, format: .binarySI).description
    }
}

/// What a pod uses of its node.
struct PodUsageOnNode: Sendable {
    var memory: Int64 = 0
    var disk: Int64 = 0
    var processes: Int64 = 0
    /// Containers with what they use of memory and disk.
    var containers: [(name: String, memory: Int64, disk: Int64)] = []

    func amount(_ signal: NodePressure.Signal) -> Int64 {
        switch signal {
        case .memory: memory
        case .disk: disk
        case .processes: processes
        }
    }
}
