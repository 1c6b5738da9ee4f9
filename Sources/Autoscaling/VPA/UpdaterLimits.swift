import KubernetesObjects
import SimulationKernel

/// The updater's flags that limit it.
struct UpdaterLimits: Hashable {
    var minReplicas = 2
    var evictionTolerance = 0.5
    /// The least relative change for which a pod inside of the recommended range is taken, and how long it must have run.
    var minChangePriority = 0.1
    var podLifetime: Duration = .seconds(12 * 3600)
    var evictAfterOOM: Duration = .seconds(600)

    init(arguments: [String]) {
        for argument in arguments {
            let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            let length = GoDuration(parts[1]).map { Duration.nanoseconds($0.nanoseconds) }
            switch parts[0] {
            case "min-replicas": minReplicas = Int(parts[1]) ?? minReplicas
            case "eviction-tolerance": evictionTolerance = Double(parts[1]) ?? evictionTolerance
            case "pod-update-threshold": minChangePriority = Double(parts[1]) ?? minChangePriority
            case "in-recommendation-bounds-eviction-lifetime-threshold": podLifetime = length ?? podLifetime
            case "evict-after-oom-threshold": evictAfterOOM = length ?? evictAfterOOM
            default: break
            }
        }
    }
}
