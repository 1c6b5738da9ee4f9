import KubernetesObjects

/// The flags of the Cluster Autoscaler.
///
/// - Source: cluster-autoscaler 1.34, `config/flags`: names and defaults. Flags that steer what is not simulated are passed over.
package struct ClusterAutoscalerSettings: Hashable, Sendable {
    package enum Expander: String, Sendable {
        case random, leastWaste = "least-waste", mostPods = "most-pods", priority, price, leastNodes = "least-nodes"
    }

    package var expanders: [Expander] = [.leastWaste]
    package var scanInterval: Duration = .seconds(10)
    package var isScaleDownEnabled = true
    package var scaleDownDelayAfterAdd: Duration = .seconds(600)
    package var scaleDownDelayAfterDelete: Duration = .zero
    package var scaleDownDelayAfterFailure: Duration = .seconds(180)
    package var scaleDownUnneededTime: Duration = .seconds(600)
    package var scaleDownUnreadyTime: Duration = .seconds(1200)
    package var scaleDownUtilizationThreshold = 0.5
    package var scaleDownNonEmptyCandidatesCount = 30
    package var maxScaleDownParallelism = 10
    package var maxDrainParallelism = 1
    package var maxGracefulTermination: Duration = .seconds(600)
    package var maxPodEvictionTime: Duration = .seconds(120)
    package var nodeDeleteDelayAfterTaint: Duration = .seconds(5)
    package var maxNodeProvisionTime: Duration = .seconds(900)
    package var maxNodesTotal = 0
    package var maxBulkSoftTaintCount = 10
    package var initialBackOff: Duration = .seconds(300)
    package var maxBackOff: Duration = .seconds(1800)
    package var backOffResetTime: Duration = .seconds(10_800)
    package var newPodScaleUpDelay: Duration = .zero
    package var expendablePodsPriorityCutoff = -10
    package var skipNodesWithSystemPods = true
    package var skipNodesWithLocalStorage = true
    package var skipNodesWithCustomControllerPods = true
    package var ignoresDaemonSetsUtilization = false
    package var balancesSimilarNodeGroups = false
    package var enforcesNodeGroupMinSize = false
    package var writesStatusConfigMap = true
    package var statusConfigMapName = "cluster-autoscaler-status"
    /// Where its ConfigMaps are.
    package var namespace = "kube-system"
    /// Groups by `--nodes=MIN:MAX:NAME`; empty for every group that there is.
    package var groups: [Group] = []

    package struct Group: Hashable, Sendable {
        package var name: String
        package var minimum: Int
        package var maximum: Int
    }

    package init() {}

    /// Reads the arguments of the autoscaler's container: `--scale-down-unneeded-time=5m`, `--nodes=1:10:workers`.
    package init(arguments: [String], namespace: String = "kube-system") {
        self.namespace = namespace
        for argument in arguments {
            let text = argument.drop { $0 == "-" }
            guard text.count < argument.count else { continue }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            read(String(parts[0]), parts.count == 2 ? String(parts[1]) : "true")
        }
    }

    private mutating func read(_ name: String, _ value: String) {
        if let path = Self.durations[name] {
            if let duration = GoDuration(value), duration.nanoseconds >= 0 { self[keyPath: path] = .nanoseconds(duration.nanoseconds) }
        } else if let path = Self.switches[name] {
            if let isOn = ["true": true, "1": true, "false": false, "0": false][value] { self[keyPath: path] = isOn }
        } else if let path = Self.numbers[name] {
            if let number = Int(value) { self[keyPath: path] = number }
        } else {
            readOther(name, value)
        }
        // A cluster whose autoscaler looks without rest would never come to an end.
        scanInterval = max(scanInterval, .seconds(1))
    }

    private mutating func readOther(_ name: String, _ value: String) {
        switch name {
        case "expander":
            let names = value.split(separator: ",").compactMap { Expander(rawValue: String($0)) }
            if !names.isEmpty { expanders = names }
        case "scale-down-utilization-threshold": if let number = Double(value) { scaleDownUtilizationThreshold = number }
        case "max-graceful-termination-sec": if let number = Int(value), number >= 0 { maxGracefulTermination = .seconds(number) }
        case "status-config-map-name": statusConfigMapName = value
        case "nodes":
            let parts = value.split(separator: ":", maxSplits: 2).map(String.init)
            if parts.count == 3, let minimum = Int(parts[0]), let maximum = Int(parts[1]) {
                groups.append(Group(name: parts[2], minimum: minimum, maximum: maximum))
            }
        default: break
        }
    }

    private static var durations: [String: WritableKeyPath<Self, Duration>] {
        [
            "scan-interval": \.scanInterval, "scale-down-delay-after-add": \.scaleDownDelayAfterAdd,
            "scale-down-delay-after-delete": \.scaleDownDelayAfterDelete, "scale-down-delay-after-failure": \.scaleDownDelayAfterFailure,
            "scale-down-unneeded-time": \.scaleDownUnneededTime, "scale-down-unready-time": \.scaleDownUnreadyTime,
            "max-pod-eviction-time": \.maxPodEvictionTime, "node-delete-delay-after-taint": \.nodeDeleteDelayAfterTaint,
            "max-node-provision-time": \.maxNodeProvisionTime, "initial-node-group-backoff-duration": \.initialBackOff,
            "max-node-group-backoff-duration": \.maxBackOff, "node-group-backoff-reset-timeout": \.backOffResetTime,
            "new-pod-scale-up-delay": \.newPodScaleUpDelay,
        ]
    }

    private static var switches: [String: WritableKeyPath<Self, Bool>] {
        [
            "scale-down-enabled": \.isScaleDownEnabled, "skip-nodes-with-system-pods": \.skipNodesWithSystemPods,
            "skip-nodes-with-local-storage": \.skipNodesWithLocalStorage,
            "skip-nodes-with-custom-controller-pods": \.skipNodesWithCustomControllerPods,
            "ignore-daemonsets-utilization": \.ignoresDaemonSetsUtilization, "balance-similar-node-groups": \.balancesSimilarNodeGroups,
            "enforce-node-group-min-size": \.enforcesNodeGroupMinSize, "write-status-configmap": \.writesStatusConfigMap,
        ]
    }

    private static var numbers: [String: WritableKeyPath<Self, Int>] {
        [
            "max-nodes-total": \.maxNodesTotal, "max-scale-down-parallelism": \.maxScaleDownParallelism,
            "max-drain-parallelism": \.maxDrainParallelism, "expendable-pods-priority-cutoff": \.expendablePodsPriorityCutoff,
            "scale-down-non-empty-candidates-count": \.scaleDownNonEmptyCandidatesCount, "max-bulk-soft-taint-count": \.maxBulkSoftTaintCount,
        ]
    }
}
