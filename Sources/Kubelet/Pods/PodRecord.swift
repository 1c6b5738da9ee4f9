import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Which container of a pod.
struct ContainerRef: Hashable, Comparable, Sendable {
    enum Kind: UInt8, Sendable { case sidecarOrInit, regular, ephemeral }

    var kind: Kind
    var index: Int16

    static func initial(_ index: Int) -> ContainerRef { ContainerRef(kind: .sidecarOrInit, index: Int16(index)) }
    static func regular(_ index: Int) -> ContainerRef { ContainerRef(kind: .regular, index: Int16(index)) }
    static func ephemeral(_ index: Int) -> ContainerRef { ContainerRef(kind: .ephemeral, index: Int16(index)) }

    /// The list in a pod's spec: `containers`.
    var list: String {
        switch kind {
        case .sidecarOrInit: "initContainers"
        case .regular: "containers"
        case .ephemeral: "ephemeralContainers"
        }
    }

    static func < (left: ContainerRef, right: ContainerRef) -> Bool { (left.kind.rawValue, left.index) < (right.kind.rawValue, right.index) }
}

/// The state of one container, as `status.containerStatuses[].state` has it.
enum ContainerState: Hashable, Sendable {
    /// Not started: next `running` or, when it cannot start, again `waiting`.
    case waiting(reason: String, message: String)
    /// Next `terminated`.
    case running(startedAt: Instant)
    /// Next `waiting` when it is restarted.
    case terminated(exitCode: Int, reason: String, message: String, startedAt: Instant, finishedAt: Instant, containerID: String)

    var isRunning: Bool { if case .running = self { true } else { false } }
    var isTerminated: Bool { if case .terminated = self { true } else { false } }
    /// Whether it waits because its last start failed.
    var hasFailedToRun: Bool { if case .waiting("RunContainerError", _) = self { true } else { false } }
    var exitCode: Int? { if case .terminated(let code, _, _, _, _, _) = self { code } else { nil } }

    var value: Value {
        switch self {
        case .waiting(let reason, let message):
            var waiting: Value = ["reason": .string(reason)]
            if !message.isEmpty { waiting["message"] = .string(message) }
            return ["waiting": waiting]
        case .running(let startedAt): return ["running": ["startedAt": .string(startedAt.rfc3339)]]
        case .terminated(let exitCode, let reason, let message, let startedAt, let finishedAt, let containerID):
            var terminated: Value = [
                "exitCode": Value(exitCode), "reason": .string(reason), "startedAt": .string(startedAt.rfc3339),
                "finishedAt": .string(finishedAt.rfc3339),
            ]
            if !message.isEmpty { terminated["message"] = .string(message) }
            if !containerID.isEmpty { terminated["containerID"] = .string(containerID) }
            return ["terminated": terminated]
        }
    }
}

/// What a kubelet is doing with a container.
enum ContainerActivity: Hashable, Sendable {
    /// Nothing yet, or nothing any more. Next `pulling` or `starting`.
    case idle
    /// Next `starting`, or `idle` when the pull failed.
    case pulling
    /// Next `running`.
    case starting
    /// Next `stopping`, or `idle` when it ends by itself.
    case running
    /// Was told to stop. Next `idle`.
    case stopping
    /// Waits before it is started or pulled again. Next `pulling`.
    case backingOff
}

/// How a probe of a container stands.
struct ProbeState: Hashable, Sendable {
    enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case startup, liveness, readiness

        var field: String {
            switch self {
            case .startup: "startupProbe"
            case .liveness: "livenessProbe"
            case .readiness: "readinessProbe"
            }
        }

        /// As events name it.
        var word: String {
            switch self {
            case .startup: "Startup"
            case .liveness: "Liveness"
            case .readiness: "Readiness"
            }
        }
    }

    var kind: Kind
    var failures = 0
    var successes = 0
}

/// One container of a pod on its node.
struct ContainerRecord: Hashable, Sendable {
    var name: String
    var image: String
    var state: ContainerState
    var lastState: ContainerState?
    var activity = ContainerActivity.idle
    var restartCount = 0
    var isReady = false
    var isStarted = false
    var containerID = ""
    var imageID = ""
    /// The image as the runtime names it, once it has it.
    var fullImage = ""
    /// Counts starts; work for an earlier one is dropped.
    var run: Int32 = 0
    /// What `run` was when all containers of the pod last began anew.
    var firstRun: Int32 = 0
    /// The wait after its next end, and when the last wait was over: a container that then ran for long begins again with the first.
    var backOff: (wait: Duration, since: Instant)?
    /// The wait in force while it is held back from a restart.
    var heldFor: Duration = .zero
    /// The wait before the next pull.
    var pullBackOff: Duration?
    var probes: [ProbeState] = []
    /// The reason of the end that is coming, such as `OOMKilled`; empty for the exit code's own.
    var endReason = ""
    /// The user and group that its image names.
    var user: Int32 = 0
    var group: Int32 = 0
    /// Its hook after the start is being run: it is not shown as running yet.
    var isInHook = false
    /// The resources it was started or last resized with.
    var resources: Value = [:]

    /// Whether its part of the status would say the same.
    func shows(sameAs other: ContainerRecord) -> Bool {
        state == other.state && lastState == other.lastState && restartCount == other.restartCount && isReady == other.isReady
            && isStarted == other.isStarted && containerID == other.containerID && imageID == other.imageID && image == other.image
            && resources == other.resources
            && isInHook == other.isInHook
    }

    /// The state that others see.
    var shownState: ContainerState {
        guard isInHook else { return state }
        return lastState.map { _ in .waiting(reason: "CrashLoopBackOff", message: "") } ?? .waiting(reason: "ContainerCreating", message: "")
    }

    static func == (left: ContainerRecord, right: ContainerRecord) -> Bool {
        left.name == right.name && left.image == right.image && left.state == right.state && left.lastState == right.lastState
            && left.activity == right.activity && left.restartCount == right.restartCount && left.isReady == right.isReady
            && left.isStarted == right.isStarted && left.containerID == right.containerID && left.run == right.run
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(state)
        hasher.combine(run)
    }
}

/// How far a pod has come on its node.
enum PodStage: Hashable, Sendable {
    /// Bound, waiting for volumes and the sandbox. Next `active`.
    case preparing
    /// Has its sandbox; containers are started and watched. Next `terminating` or `finished`.
    case active
    /// Told to stop. Next `finished`.
    case terminating
    /// All containers have ended; nothing more happens.
    case finished
}

/// What a kubelet knows of a pod.
struct PodRecord: Sendable {
    var key: NamespacedName
    var uid: String
    var node: String
    let startTime: Instant
    /// The same as the status shows it: one text for all writes.
    let startText: Value
    var address = ""
    var stage = PodStage.preparing
    var containers: [ContainerRecord]
    var initContainers: [ContainerRecord]
    var ephemeralContainers: [ContainerRecord] = []
    var hasSandbox = false
    var isSandboxComing = false
    /// Whether its address was given back while the pod is still there.
    var isAddressFree = false
    /// Why the kubelet ended the pod by itself.
    var verdict: PodVerdict?
    /// It comes from a manifest on the node; what the API has is its mirror.
    var isStatic = false
    /// Its manifest was taken away from the node.
    var isUnwanted = false
    /// Its containers are being started again in place, all of them.
    var restartOfAll: RestartOfAll?
    /// Whether a rule of one of its containers may ask for that.
    let mayRestartAll: Bool
    /// Changes of its resources that are under way.
    var resizeConditions: [ResizeCondition] = []
    /// The phase at the end; nil while the containers decide.
    var finalPhase: String?
    /// When all containers are killed at the latest.
    var killAt: Instant?
    var cause: TraceID?
    /// The status that was last made of this record.
    var made: Value?

    init(_ pod: Value, node: String, now: Instant) {
        key = NamespacedName(namespace: pod.namespace, name: pod.name)
        uid = pod.uid
        self.node = node
        startTime = now
        startText = .string(now.rfc3339)
        mayRestartAll = RestartRules.mayRestartAll(pod)
        isStatic = pod.annotation(StaticPods.sourceKey) == "file"
        let initSpecs = pod["spec"]?["initContainers"]?.elements ?? []
        let reason = initSpecs.isEmpty ? "ContainerCreating" : "PodInitializing"
        func records(_ specs: [Value]) -> [ContainerRecord] {
            specs.map {
                ContainerRecord(
                    name: $0["name"]?.stringValue ?? "", image: $0["image"]?.stringValue ?? "", state: .waiting(reason: reason, message: ""),
                    resources: $0["resources"] ?? [:])
            }
        }
        containers = records(pod["spec"]?["containers"]?.elements ?? [])
        initContainers = records(initSpecs)
    }

    subscript(ref: ContainerRef) -> ContainerRecord? {
        let index = Int(ref.index)
        switch ref.kind {
        case .sidecarOrInit: return initContainers.indices.contains(index) ? initContainers[index] : nil
        case .regular: return containers.indices.contains(index) ? containers[index] : nil
        case .ephemeral: return ephemeralContainers.indices.contains(index) ? ephemeralContainers[index] : nil
        }
    }

    /// Changes a container in place; does nothing when there is none.
    mutating func change(_ ref: ContainerRef, _ body: (inout ContainerRecord) -> Void) {
        let index = Int(ref.index)
        switch ref.kind {
        case .sidecarOrInit: if initContainers.indices.contains(index) { body(&initContainers[index]) }
        case .regular: if containers.indices.contains(index) { body(&containers[index]) }
        case .ephemeral: if ephemeralContainers.indices.contains(index) { body(&ephemeralContainers[index]) }
        }
    }

    /// All containers in the order of their start.
    var refs: [ContainerRef] {
        initContainers.indices.map { .initial($0) } + containers.indices.map { .regular($0) } + ephemeralContainers.indices.map { .ephemeral($0) }
    }

    /// Whether a status made of this record would say the same as one made of an earlier state of it.
    func shows(sameAs other: PodRecord) -> Bool {
        stage == other.stage && hasSandbox == other.hasSandbox && address == other.address && finalPhase == other.finalPhase
            && restartOfAll == other.restartOfAll
            && verdict?.reason == other.verdict?.reason && verdict?.message == other.verdict?.message && resizeConditions == other.resizeConditions
            && Self.show(containers, sameAs: other.containers) && Self.show(initContainers, sameAs: other.initContainers)
            && Self.show(ephemeralContainers, sameAs: other.ephemeralContainers)
    }

    private static func show(_ new: [ContainerRecord], sameAs old: [ContainerRecord]) -> Bool {
        new.count == old.count && zip(new, old).allSatisfy { $0.shows(sameAs: $1) }
    }

    /// The container of a name.
    func ref(named name: String) -> ContainerRef? { refs.first { self[$0]?.name == name } }
}

extension Value {
    /// The spec of a container in a pod.
    func containerSpec(_ ref: ContainerRef) -> Value { self["spec"]?[ref.list]?[Int(ref.index)] ?? [:] }
    /// Whether a container of `initContainers` stays beside the others.
    func isSidecar(_ ref: ContainerRef) -> Bool { ref.kind == .sidecarOrInit && containerSpec(ref)["restartPolicy"]?.stringValue == "Always" }
}
