import KubernetesObjects
import SimulationKernel

/// How often the index of a pod had failed before the pod was made: counted failures and those that a rule ignored.
///
/// - Source: kube-controller-manager `indexed_job_utils.go`.
struct IndexFailures: Equatable {
    var counted = 0
    var ignored = 0

    private static let countedKey = "batch.kubernetes.io/job-index-failure-count"
    private static let ignoredKey = "batch.kubernetes.io/job-index-ignored-failure-count"

    init() {}

    init(of pod: Value) {
        counted = pod.annotation(Self.countedKey).flatMap { Int($0) } ?? 0
        ignored = pod.annotation(Self.ignoredKey).flatMap { Int($0) } ?? 0
    }

    /// All failures: what the wait before the next pod goes by.
    var all: Int { counted + ignored }

    func adding(isCounted: Bool) -> IndexFailures {
        var next = self
        if isCounted { next.counted += 1 } else { next.ignored += 1 }
        return next
    }

    func note(on pod: inout Value) {
        pod["metadata", default: [:]]["annotations", default: [:]][Self.countedKey] = .string(String(counted))
        if ignored > 0 { pod["metadata", default: [:]]["annotations", default: [:]][Self.ignoredKey] = .string(String(ignored)) }
    }
}

extension JobPass {
    /// Finds the last failed pod of each index that has neither succeeded nor failed for good nor an active pod.
    mutating func keepLastFailures() {
        guard let completions else { return }
        let busy = Set(active.compactMap { CompletionIndexes.index(of: $0) })
        for pod in pods where pod.hasFinalizer(JobController.finalizer) && hasFailed(pod) {
            guard let index = CompletionIndexes.index(of: pod), index < completions, !busy.contains(index), !succeededIndexes.contains(index),
                !failedIndexes.contains(index)
            else { continue }
            if let known = lastFailures[index],
                IndexFailures(of: known).all > IndexFailures(of: pod).all || finished(pod) < finished(known)
            {
                continue
            }
            lastFailures[index] = pod
        }
    }
}
