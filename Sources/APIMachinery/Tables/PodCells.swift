import KubernetesObjects
import SimulationKernel

/// The cells of a pod.
///
/// - Source: `printPod` of `pkg/printers/internalversion/printers.go`, v1.36.
struct PodCells {
    private let maker: CellMaker
    private let pod: Value
    private var reason: String
    private var restarts = 0
    private var ready = 0
    private var total: Int
    private var lastRestart: Instant?

    init(_ maker: CellMaker) {
        self.maker = maker
        pod = maker.object
        let status = maker.status
        reason = status["reason"]?.stringValue ?? ""
        if reason.isEmpty { reason = status["phase"]?.stringValue ?? "" }
        total = maker.spec["containers"]?.elements.count ?? 0
        if pod.condition("PodScheduled")?["reason"]?.stringValue == "SchedulingGated" { reason = "SchedulingGated" }
        let isInitializing = readInitContainers()
        if !isInitializing || pod.isConditionTrue("Initialized") { readContainers() }
        let phase = status["phase"]?.stringValue
        if pod.isBeingDeleted {
            if status["reason"]?.stringValue == "NodeLost" {
                reason = "Unknown"
            } else if phase != "Failed", phase != "Succeeded" {
                reason = "Terminating"
            }
        }
    }

    private var sidecarRestarts = 0
    private var lastSidecarRestart: Instant?

    private static func finished(_ container: Value) -> Instant? {
        container["lastState"]?["terminated"]?["finishedAt"]?.stringValue.flatMap(Instant.init(rfc3339:))
    }

    private static func ended(_ terminated: Value, prefix: String) -> String {
        if let reason = terminated["reason"]?.stringValue, !reason.isEmpty { return prefix + reason }
        if let signal = terminated["signal"]?.intValue, signal != 0 { return "\(prefix)Signal:\(signal)" }
        return "\(prefix)ExitCode:\(terminated["exitCode"]?.intValue ?? 0)"
    }

    /// Reads the init containers' part; true while they are not through.
    private mutating func readInitContainers() -> Bool {
        let specs = maker.spec["initContainers"]?.elements ?? []
        var sidecars: Set<String> = []
        for container in specs where container["restartPolicy"]?.stringValue == "Always" {
            sidecars.insert(container["name"]?.stringValue ?? "")
            total += 1
        }
        for (index, container) in (maker.status["initContainerStatuses"]?.elements ?? []).enumerated() {
            let isSidecar = sidecars.contains(container["name"]?.stringValue ?? "")
            let count = container["restartCount"]?.intValue ?? 0
            restarts += count
            if let finished = Self.finished(container) { lastRestart = max(lastRestart ?? finished, finished) }
            if isSidecar {
                sidecarRestarts += count
                if let finished = Self.finished(container) { lastSidecarRestart = max(lastSidecarRestart ?? finished, finished) }
            }
            if let terminated = container["state"]?["terminated"] {
                if terminated["exitCode"]?.intValue ?? 0 == 0 { continue }
                if isSidecar, container["started"]?.boolValue == true {
                    if container["ready"]?.boolValue == true { ready += 1 }
                    continue
                }
                reason = Self.ended(terminated, prefix: "Init:")
                return true
            }
            if isSidecar, container["started"]?.boolValue == true {
                if container["ready"]?.boolValue == true { ready += 1 }
                continue
            }
            let waiting = container["state"]?["waiting"]?["reason"]?.stringValue ?? ""
            reason = !waiting.isEmpty && waiting != "PodInitializing" ? "Init:" + waiting : "Init:\(index)/\(specs.count)"
            return true
        }
        return false
    }

    private mutating func readContainers() {
        restarts = sidecarRestarts
        lastRestart = lastSidecarRestart
        var hasRunning = false
        for container in (maker.status["containerStatuses"]?.elements ?? []).reversed() {
            restarts += container["restartCount"]?.intValue ?? 0
            if let finished = Self.finished(container) { lastRestart = max(lastRestart ?? finished, finished) }
            let state = container["state"]
            if let waiting = state?["waiting"]?["reason"]?.stringValue, !waiting.isEmpty {
                reason = waiting
            } else if let terminated = state?["terminated"] {
                reason = Self.ended(terminated, prefix: "")
            } else if container["ready"]?.boolValue == true, state?["running"] != nil {
                hasRunning = true
                ready += 1
            }
        }
        if reason == "Completed", hasRunning { reason = pod.isConditionTrue("Ready") ? "Running" : "NotReady" }
    }

    var cells: [Value] {
        var restartText = String(restarts)
        if restarts != 0, let lastRestart { restartText = "\(restarts) (\(humanDuration(maker.now - lastRestart)) ago)" }
        var gates = "<none>"
        let wanted = maker.spec["readinessGates"]?.elements ?? []
        if !wanted.isEmpty {
            let met = wanted.filter { pod.isConditionTrue($0["conditionType"]?.stringValue ?? "") }.count
            gates = "\(met)/\(wanted.count)"
        }
        let address = maker.status["podIPs"]?[0]?["ip"] ?? maker.status["podIP"]
        return [
            maker.name, .string("\(ready)/\(total)"), .string(reason), .string(restartText), maker.age,
            maker.string(address, or: "<none>"), maker.string(maker.spec["nodeName"], or: "<none>"),
            maker.string(maker.status["nominatedNodeName"], or: "<none>"), .string(gates),
        ]
    }
}
