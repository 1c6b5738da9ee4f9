import APIMachinery
import KubernetesObjects
import SimulationKernel

extension JobPass {
    /// Makes or removes pods so that as many run as should, and sees whether the Job is complete.
    mutating func manage() {
        if isSuspended {
            remove(active)
            if ensure("Suspended", "True", "JobSuspended", "Job suspended") {
                plan.event(on: job, reason: "Suspended", message: "Job suspended")
            }
            return
        }
        if ensure("Suspended", "False", "JobResumed", "Job resumed") {
            plan.event(on: job, reason: "Resumed", message: "Job resumed")
            job["status", default: [:]]["startTime"] = .string(now.rfc3339)
        }
        let wanted: Int
        if let completions {
            wanted = max(0, min(completions - succeeded, parallelism))
        } else {
            wanted = succeeded > 0 ? active.count : parallelism
        }
        let surplus = surplusPods(wanted)
        if !surplus.isEmpty { return remove(surplus) }
        let missing = wanted - active.count - (replacesOnlyFailed ? terminating : 0)
        if missing > 0 { create(missing) }
        let isComplete = completions.map { succeeded >= $0 } ?? (succeeded > 0)
        if isComplete, active.isEmpty, created == 0 {
            ending = ("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods")
        }
    }

    /// Deletes pods that are not wanted now. They lose their finalizer first, so that they never count as failures.
    private mutating func remove(_ unwanted: [Value]) {
        let going = unwanted.prefix(JobController.burstMax)
        for pod in going {
            if pod.hasFinalizer(JobController.finalizer) { plan.add(Self.removal(of: pod), ifRefused: .continuing) }
            PodCreation.planDeletion(pod, in: &plan)
        }
        let gone = Set(going.map(\.uid))
        active.removeAll { gone.contains($0.uid) }
        terminating += gone.count
    }

    /// Pods beyond the wanted number, and all but one of each index.
    private func surplusPods(_ wanted: Int) -> [Value] {
        var surplus: [Value] = []
        var left = active
        if isIndexed, let completions {
            var seen: Set<Int> = []
            left = []
            for pod in active.sorted(by: isOlder) {
                if let index = CompletionIndexes.index(of: pod), index < completions, !succeededIndexes.contains(index), seen.insert(index).inserted {
                    left.append(pod)
                } else {
                    surplus.append(pod)
                }
            }
        }
        let more = left.count - wanted
        if more > 0 { surplus += DeletionRank(pods: left, related: [], now: now).leastUseful(more) }
        return surplus
    }

    private mutating func create(_ count: Int) {
        let number = min(count, JobController.burstMax)
        if perIndexLimit == nil {
            let left = backOff.remaining(at: now)
            if left > .zero { return wait(left) }
        }
        let reference = job.controllerReference(apiVersion: "batch/v1", kind: "Job")
        var pod = PodCreation.pod(from: job["spec"]?["template"], owner: job, reference: reference)
        var finalizers = pod.finalizers
        if !finalizers.contains(JobController.finalizer) { finalizers.append(JobController.finalizer) }
        pod["metadata", default: [:]]["finalizers"] = Value(finalizers)
        guard isIndexed, let completions else {
            for _ in 0..<number { PodCreation.planCreation(pod, in: &plan) }
            created = number
            return
        }
        for index in pendingIndexes(number, of: completions) {
            if perIndexLimit != nil, !isDue(index) { continue }
            PodCreation.planCreation(indexed(pod, index), in: &plan)
            created += 1
        }
    }

    /// The lowest indexes that have neither succeeded nor failed for good nor a pod.
    private func pendingIndexes(_ count: Int, of completions: Int) -> [Int] {
        var busy: Set<Int> = []
        for pod in pods where pod.isPodActive || (replacesOnlyFailed && pod.isPodTerminating) {
            if let index = CompletionIndexes.index(of: pod) { busy.insert(index) }
        }
        var found: [Int] = []
        var index = 0
        while index < completions, found.count < count {
            if !busy.contains(index), !succeededIndexes.contains(index), !failedIndexes.contains(index) { found.append(index) }
            index += 1
        }
        return found
    }

    private mutating func isDue(_ index: Int) -> Bool {
        guard let last = lastFailures[index] else { return true }
        let left = JobBackOff(failures: IndexFailures(of: last).all + 1, lastFailure: finished(last)).remaining(at: now)
        if left > .zero { wait(left) }
        return left == .zero
    }

    private func indexed(_ template: Value, _ index: Int) -> Value {
        var pod = template
        let text = Value.string(String(index))
        pod["metadata", default: [:]]["generateName"] = .string("\(job.name)-\(index)-")
        pod["metadata", default: [:]]["annotations", default: [:]][CompletionIndexes.label] = text
        pod["metadata", default: [:]]["labels", default: [:]][CompletionIndexes.label] = text
        if perIndexLimit != nil {
            var failures = IndexFailures()
            if let last = lastFailures[index] { failures = IndexFailures(of: last).adding(isCounted: countsAsFailure(last)) }
            failures.note(on: &pod)
        }
        pod["spec", default: [:]]["hostname"] = .string("\(job.name)-\(index)")
        for list in ["containers", "initContainers"] {
            guard pod["spec"]?[list] != nil else { continue }
            pod["spec", default: [:]][list]?.modifyElements { containers in
                for position in containers.indices {
                    var variables = containers[position]["env"]?.elements ?? []
                    if variables.contains(where: { $0["name"]?.stringValue == "JOB_COMPLETION_INDEX" }) { continue }
                    variables.append([
                        "name": "JOB_COMPLETION_INDEX",
                        "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": .string("metadata.labels['\(CompletionIndexes.label)']")]],
                    ])
                    containers[position]["env"] = .array(variables)
                }
            }
        }
        return pod
    }
}
