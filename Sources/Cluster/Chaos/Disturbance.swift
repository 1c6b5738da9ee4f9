import APIMachinery
import Kubelet
import KubernetesObjects
import SimulationKernel

/// What can be done to a cluster besides asking its API server.
package enum Disturbance: Hashable, Sendable {
    /// The kubelet stops; what runs on the node goes on, and nobody hears of it.
    case stopNode(String)
    case startNode(String)
    /// The machine is gone for good, and its node with it.
    case removeNode(String)
    /// The node is cordoned and its pods are evicted, as `kubectl drain` does, until they are gone.
    case drainNode(String)
    case uncordonNode(String)
    /// A node runs out of memory, disk or process IDs: it comes under pressure and evicts. On a full disk nothing can be written.
    case fill(NodePressure.Signal, node: String)
    case free(NodePressure.Signal, node: String)
    /// No node of the zone is heard of, and nothing in it answers.
    case cutZone(String)
    case healZone(String)
    case killPod(namespace: String, name: String)
    /// A container's processes end at once, as by `kill -9`.
    case killContainer(namespace: String, pod: String, container: String)
    /// Image pulls take so many times as long, on one node or (empty) on all.
    case slowPulls(factor: Int, node: String)
    /// Pulls of images that match a pattern fail, on one node or (empty) on all.
    case failPulls(image: String, node: String)
    /// Pulls are as they were.
    case healPulls
    /// The clock is that much later at once: what should have happened in between did not.
    case jump(Duration)
}

// MARK: - In a journal

extension Disturbance {
    /// Those about one node, by their names.
    private static let ofNodes: [(kind: String, make: @Sendable (String) -> Disturbance)] = [
        ("stopNode", { .stopNode($0) }), ("startNode", { .startNode($0) }), ("removeNode", { .removeNode($0) }), ("drainNode", { .drainNode($0) }),
        ("uncordonNode", { .uncordonNode($0) }), ("fillDisk", { .fill(.disk, node: $0) }), ("freeDisk", { .free(.disk, node: $0) }),
        ("fillMemory", { .fill(.memory, node: $0) }), ("freeMemory", { .free(.memory, node: $0) }),
        ("fillPIDs", { .fill(.processes, node: $0) }), ("freePIDs", { .free(.processes, node: $0) }), ("cutZone", { .cutZone($0) }), ("healZone", { .healZone($0) }),
    ]

    /// The disturbance as JSON.
    package var journalValue: Value {
        switch self {
        case .stopNode(let name), .startNode(let name), .removeNode(let name), .drainNode(let name), .uncordonNode(let name), .fill(_, let name),
            .free(_, let name), .cutZone(let name), .healZone(let name):
            ["kind": .string(Self.ofNodes.first { $0.make(name) == self }?.kind ?? ""), "name": .string(name)]
        case .killPod(let namespace, let name): ["kind": "killPod", "namespace": .string(namespace), "name": .string(name)]
        case .killContainer(let namespace, let pod, let container):
            ["kind": "killContainer", "namespace": .string(namespace), "name": .string(pod), "container": .string(container)]
        case .slowPulls(let factor, let node): ["kind": "slowPulls", "factor": Value(factor), "node": .string(node)]
        case .failPulls(let image, let node): ["kind": "failPulls", "image": .string(image), "node": .string(node)]
        case .healPulls: ["kind": "healPulls"]
        case .jump(let length): ["kind": "jump", "nanoseconds": .int(length.nanoseconds)]
        }
    }

    /// Reads one; nil when it is none.
    package init?(journal value: Value) {
        func text(_ key: String) -> String { value[key]?.stringValue ?? "" }
        let kind = text("kind")
        if let known = Self.ofNodes.first(where: { $0.kind == kind }) {
            self = known.make(text("name"))
            return
        }
        switch kind {
        case "killPod": self = .killPod(namespace: text("namespace"), name: text("name"))
        case "killContainer": self = .killContainer(namespace: text("namespace"), pod: text("name"), container: text("container"))
        case "slowPulls": self = .slowPulls(factor: value["factor"]?.intValue ?? 1, node: text("node"))
        case "failPulls": self = .failPulls(image: text("image"), node: text("node"))
        case "healPulls": self = .healPulls
        case "jump": self = .jump(.nanoseconds(Int64(value["nanoseconds"]?.intValue ?? 0)))
        default: return nil
        }
    }
}
