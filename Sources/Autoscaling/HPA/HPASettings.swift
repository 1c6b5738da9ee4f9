/// The options of kube-controller-manager that steer the horizontal pod autoscaler.
///
/// - Source: `--horizontal-pod-autoscaler-*` and their defaults in Kubernetes 1.36.
package struct HPASettings: Hashable, Sendable {
    package var syncPeriod: Duration = .seconds(15)
    package var downscaleStabilization: Duration = .seconds(300)
    package var cpuInitializationPeriod: Duration = .seconds(300)
    package var initialReadinessDelay: Duration = .seconds(30)
    package var tolerance = 0.1

    package init() {}
}
