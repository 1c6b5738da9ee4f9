import APIMachinery
import KubernetesObjects

/// The pods of one controller, and how many may be disturbed in one look.
///
/// - Source: vertical-pod-autoscaler `updater/restriction/pods_restriction_factory.go`.
struct CreatorStats: Hashable {
    var configured: Int
    var running: Int
    /// How many of those configured may be away at once.
    var tolerance: Int
    /// Evicted and resized by this look.
    var evicted = 0
    var resizing = 0

    /// Whether one more of the running pods may be taken. Where the tolerance is less than a pod, one may be while all run.
    var mayDisrupt: Bool {
        running - evicted - resizing > configured - tolerance || (tolerance == 0 && configured == running && evicted == 0 && resizing == 0)
    }

    /// Whether a pod is in the middle of a resize.
    static func isResizing(_ pod: Value) -> Bool {
        let conditions = pod["status"]?["conditions"]?.elements ?? []
        let first = conditions.first { ["PodResizePending", "PodResizeInProgress"].contains($0["type"]?.stringValue) }
        return first?["status"]?.stringValue == "True"
    }

    /// The controllers that have enough pods to take one, by UID.
    static func all(_ pods: [Value], _ autoscaler: VerticalPodAutoscaler, _ limits: UpdaterLimits, in view: ClusterView) -> [String: CreatorStats] {
        var result: [String: CreatorStats] = [:]
        for (uid, own) in Dictionary(grouping: pods, by: { $0.controllerReference?["uid"]?.stringValue ?? "" }) where !uid.isEmpty {
            guard own.count >= autoscaler.minReplicas ?? limits.minReplicas, let configured = configured(own, in: view), configured > 0 else { continue }
            let running = own.count { $0["status"]?["phase"]?.stringValue != "Pending" }
            result[uid] = CreatorStats(configured: configured, running: running, tolerance: Int(Double(configured) * limits.evictionTolerance))
        }
        return result
    }

    /// How many pods their controller means to have; nil when it is not there.
    private static func configured(_ own: [Value], in view: ClusterView) -> Int? {
        let reference = own[0].controllerReference
        guard let resource = VerticalPodAutoscaler.resources[reference?["kind"]?.stringValue ?? ""] else { return 0 }
        if resource == .jobs { return own.count }
        let object = view.get(resource, namespace: own[0].namespace, name: reference?["name"]?.stringValue ?? "")
        return resource == .daemonSets ? object?["status"]?["numberReady"]?.intValue : object?["spec"]?["replicas"]?.intValue
    }
}
