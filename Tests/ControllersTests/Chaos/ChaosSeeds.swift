import APIMachinery
import Foundation
import KubernetesObjects
import SimulationKernel
import Testing

/// The seeds that chaos is drawn from.
///
/// - Shape: 1 to 10 unless `LABRUNNER_SEEDS` says how many; `LABRUNNER_SEED` for one alone, to see it again.
enum ChaosSeeds {
    static let all: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["LABRUNNER_SEED"].flatMap({ UInt64($0) }) { return [one] }
        let count = environment["LABRUNNER_SEEDS"].flatMap { Int($0) } ?? 10
        return (1...max(count, 1)).map { UInt64($0) }
    }()

    /// How to see a seed's run again.
    static func note(_ seed: UInt64) -> Comment { "seed \(seed): LABRUNNER_SEED=\(seed) swift test --filter Chaos" }
}

/// What was found broken in a run, told once each.
final class Violations {
    private(set) var list: [String] = []
    private var seen: Set<String> = []

    func note(_ text: String) { if list.count < 20, seen.insert(text).inserted { list.append(text) } }

    func check(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { note(text()) } }
}

extension Store {
    /// The pods of a namespace that are neither ended nor being deleted.
    func livePods(_ namespace: String = "default") -> [Value] {
        list(.pods, namespace: namespace).filter {
            let phase = $0["status"]?["phase"]?.stringValue
            return !$0.isBeingDeleted && phase != "Succeeded" && phase != "Failed"
        }
    }

    /// Owners by UID that objects name and that are not there.
    var danglingOwners: [String] {
        var present: Set<String> = []
        for resource in resources { forEach(resource) { present.insert($0.uid) } }
        var missing: [String] = []
        for resource in resources where resource != .events {
            forEach(resource) { object in
                let owners = object.ownerReferences
                if !owners.isEmpty, !owners.contains(where: { present.contains($0["uid"]?.stringValue ?? "") }) {
                    missing.append("\(resource) \(object.namespace)/\(object.name)")
                }
            }
        }
        return missing.sorted()
    }
}

extension MiniCluster {
    /// The controllers that every pod needs.
    static let ground: Set<String> = ["service-account-controller", "namespace-controller", "node-taint-controller"]

    /// Ends a pod as its containers would: `Succeeded` or `Failed`.
    mutating func finish(_ pod: Value, phase: String) {
        guard var next = server.store.get(.pods, namespace: pod.namespace, name: pod.name), !next.isBeingDeleted else { return }
        next["status", default: [:]]["phase"] = .string(phase)
        next["status", default: [:]]["containerStatuses"] = [
            ["name": "main", "state": ["terminated": ["exitCode": phase == "Failed" ? 1 : 0, "reason": phase == "Failed" ? "Error" : "Completed", "finishedAt": .string(server.now.rfc3339)]]]
        ]
        next["status", default: [:]]["conditions"] = .array((next["status"]?["conditions"]?.elements ?? []).filter { $0["type"]?.stringValue != "Ready" })
        attempt { s throws(APIStatus) in _ = try s.updateStatus(.pods, next) }
    }

    /// Asks for a pod to be evicted; false when its budget says no.
    mutating func evict(_ pod: Value) -> Bool {
        let key = ObjectKey(.pods, namespace: pod.namespace, name: pod.name)
        let eviction: Value = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace)]]
        do {
            _ = try server.createSubresource(key, "eviction", eviction)
            return true
        } catch {
            #expect(error.code == 429 || error.code == 404, "\(error.message)")
            return false
        }
    }
}
