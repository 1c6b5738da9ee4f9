import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

@Suite struct PodTalliesTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `running counts equal a count over all pods`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "tallies")
        var store = Store()
        var tallies = PodTallies(kind: "ReplicaSet")
        for step in 0..<300 {
            let key = ObjectKey(.pods, namespace: "default", name: "p\(random.below(20))")
            let event =
                random.chance(1, in: 6) ? store.remove(key, cause: TraceID(0)) : store.put(Self.pod(key.name, &random), at: key, cause: TraceID(0))
            if let event { tallies.note(event) }
            guard step % 10 == 0 else { continue }
            for owner in ["a", "b"] { #expect(Self.counts(tallies.groups(of: owner)) == Self.recount(store, owner), "seed \(seed), step \(step)") }
        }
    }

    private static func pod(_ name: String, _ random: inout RandomStream) -> Value {
        var pod: Value = [
            "metadata": ["name": .string(name), "namespace": "default", "labels": ["app": .string("l\(random.below(2))")]],
            "status": ["phase": .string(["Pending", "Running", "Running", "Failed"][random.below(4)])],
        ]
        if random.chance(5, in: 6) {
            pod["metadata", "ownerReferences"] = [
                ["kind": .string(random.chance(7, in: 8) ? "ReplicaSet" : "Job"), "uid": .string(["a", "b"][random.below(2)]), "controller": true]
            ]
        }
        if random.chance(1, in: 6) { pod["metadata", "deletionTimestamp"] = "2026-01-01T00:00:00Z" }
        if random.chance(1, in: 2) {
            pod["status", "conditions"] = [
                [
                    "type": "Ready", "status": .string(random.chance(2, in: 3) ? "True" : "False"),
                    "lastTransitionTime": .string(Instant(seconds: Int64(random.below(4))).rfc3339),
                ]
            ]
        }
        return pod
    }

    /// One line for each label: active, going, ready, and since when.
    private static func counts(_ groups: [PodTallies.Group]) -> Set<String> {
        Set(groups.map { line($0.labels, $0.active, $0.terminating, $0.ready, $0.readySince) })
    }

    private static func line(_ labels: Fields, _ active: Int, _ going: Int, _ ready: Int, _ since: [Instant: Int]) -> String {
        let times = since.sorted { $0.key < $1.key }.map { "\($0.key)x\($0.value)" }
        return "\(labels["app"]?.stringValue ?? "") \(active) \(going) \(ready) \(times)"
    }

    private static func recount(_ store: Store, _ owner: String) -> Set<String> {
        var byLabel: [Fields: [Value]] = [:]
        for pod in store.controlled(.pods, by: owner) where !pod.isPodTerminal && pod.controllerReference?["kind"] == "ReplicaSet" {
            byLabel[pod.labels, default: []].append(pod)
        }
        return Set(
            byLabel.map { labels, pods in
                let active = pods.filter { !$0.isBeingDeleted }
                let ready = active.filter(\.isPodReady)
                var since: [Instant: Int] = [:]
                for pod in ready { if let time = pod.podReadySince { since[time, default: 0] += 1 } }
                return line(labels, active.count, pods.count - active.count, ready.count, since)
            })
    }
}
