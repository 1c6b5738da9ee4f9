import KubernetesObjects

/// How many pods a rolling update may have too many and too few.
///
/// - Source: kube-controller-manager `ResolveFenceposts`: the surge is rounded up, the unavailable down, and never are both zero.
struct RolloutLimits: Equatable {
    var surge = 0
    var unavailable = 0

    init(_ deployment: Value) {
        guard deployment["spec", "strategy", "type"]?.stringValue != "Recreate" else { return }
        let replicas = deployment.specReplicas
        let rolling = deployment["spec", "strategy", "rollingUpdate"]
        surge = ScaledCount.resolve(rolling?["maxSurge"], of: replicas, roundUp: true) ?? 0
        unavailable = ScaledCount.resolve(rolling?["maxUnavailable"], of: replicas, roundUp: false) ?? 0
        if surge == 0, unavailable == 0 { unavailable = 1 }
        if replicas == 0 { unavailable = 0 } else if unavailable > replicas { unavailable = replicas }
    }

    /// The size that the ReplicaSet of the present template may have now.
    static func newSize(deployment: Value, allReplicas: Int, newReplicas: Int) -> Int {
        let replicas = deployment.specReplicas
        guard deployment["spec", "strategy", "type"]?.stringValue != "Recreate" else { return replicas }
        let rolling = deployment["spec", "strategy", "rollingUpdate"]
        let surge = ScaledCount.resolve(rolling?["maxSurge"], of: replicas, roundUp: true) ?? 0
        let room = replicas + surge - allReplicas
        if room <= 0 { return newReplicas }
        return newReplicas + min(room, replicas - newReplicas)
    }
}
