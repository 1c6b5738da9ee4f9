import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The state of one container, as `status.containerStatuses[].state` has it.
enum ContainerState: Hashable, Sendable {
    /// Not started: next `running` or, when it cannot start, again `waiting`.
    case waiting(reason: String, message: String)
    /// Next `terminated`.
    case running(startedAt: Instant)
    /// Next `waiting` when it is restarted.
    case terminated(exitCode: Int, reason: String, message: String, startedAt: Instant, finishedAt: Instant)

    var isRunning: Bool { if case .running = self { true } else { false } }
    var isTerminated: Bool { if case .terminated = self { true } else { false } }

    var value: Value {
        switch self {
        case .waiting(let reason, let message):
            var waiting: Value = ["reason": .string(reason)]
            if !message.isEmpty { waiting["message"] = .string(message) }
            return ["waiting": waiting]
        case .running(let startedAt): return ["running": ["startedAt": .string(startedAt.rfc3339)]]
        case .terminated(let exitCode, let reason, let message, let startedAt, let finishedAt):
            var terminated: Value = [
                "exitCode": Value(exitCode), "reason": .string(reason), "startedAt": .string(startedAt.rfc3339),
                "finishedAt": .string(finishedAt.rfc3339),
            ]
            if !message.isEmpty { terminated["message"] = .string(message) }
            return ["terminated": terminated]
        }
    }
}

/// One container of a pod on its node.
struct ContainerRecord: Hashable, Sendable {
    var name: String
    var image: String
    var state: ContainerState
    var lastState: ContainerState?
    var restartCount = 0
    var isReady = false
    var isStarted = false
    var containerID = ""
    var imageID = ""
}

/// How far a pod has come on its node.
enum PodStage: Hashable, Sendable {
    /// Bound, waiting for volumes and the sandbox. Next `starting`.
    case preparing
    /// Containers are being started. Next `running`.
    case starting
    case running
    /// Told to stop. Next `finished`.
    case terminating(until: Instant)
    /// All containers have ended; nothing more happens.
    case finished
}

/// What a kubelet knows of a pod.
struct PodRecord: Sendable {
    var key: NamespacedName
    var uid: String
    var node: String
    var startTime: Instant
    var address = ""
    var stage = PodStage.preparing
    var containers: [ContainerRecord]
    var initContainers: [ContainerRecord]
    var hasSandbox = false
    /// `status.reason` and `status.message` of a pod that the kubelet ended.
    var verdict: (reason: String, message: String)?
    /// The phase at the end; nil while the containers decide.
    var finalPhase: String?
    var cause: TraceID?

    init(_ pod: Value, node: String, now: Instant) {
        key = NamespacedName(namespace: pod.namespace, name: pod.name)
        uid = pod.uid
        self.node = node
        startTime = now
        func records(_ list: String) -> [ContainerRecord] {
            (pod["spec"]?[list]?.elements ?? []).map {
                ContainerRecord(
                    name: $0["name"]?.stringValue ?? "", image: $0["image"]?.stringValue ?? "",
                    state: .waiting(reason: list == "containers" ? "ContainerCreating" : "PodInitializing", message: ""))
            }
        }
        containers = records("containers")
        initContainers = records("initContainers")
        if !initContainers.isEmpty {
            for index in containers.indices { containers[index].state = .waiting(reason: "PodInitializing", message: "") }
        }
    }
}
