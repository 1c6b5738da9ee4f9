import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// Which pods keep the Cluster Autoscaler from taking their node.
@Suite struct DrainabilityTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var blockedBecause: String?
        var moves = 1
        var settings = ClusterAutoscalerSettings()
        var prepare: @Sendable (inout World) -> Void
    }

    static func settings(_ arguments: String...) -> ClusterAutoscalerSettings { ClusterAutoscalerSettings(arguments: arguments) }

    static let cases: [Case] = [
        Case(testDescription: "a replicated pod moves") { $0.pod("a") },
        Case(testDescription: "a pod of a Job moves") { $0.pod("a", owner: "Job") },
        Case(testDescription: "a pod that nobody replaces", blockedBecause: "NotReplicated") { $0.pod("a", owner: nil) },
        Case(testDescription: "safe-to-evict wins over having no controller") {
            $0.pod("a", owner: nil, annotations: ["cluster-autoscaler.kubernetes.io/safe-to-evict": "true"])
        },
        Case(testDescription: "not safe to evict", blockedBecause: "NotSafeToEvictAnnotation") {
            $0.pod("a", annotations: ["cluster-autoscaler.kubernetes.io/safe-to-evict": "false"])
        },
        Case(testDescription: "a DaemonSet's pod need not move", moves: 0) { $0.pod("a", owner: "DaemonSet") },
        Case(testDescription: "a mirror pod need not move", moves: 0) { $0.pod("a", owner: nil, annotations: ["kubernetes.io/config.mirror": "x"]) },
        Case(testDescription: "a pod that has ended need not move", moves: 0) { $0.pod("a", owner: nil, phase: "Succeeded") },
        Case(testDescription: "a system pod", blockedBecause: "UnmovableKubeSystemPod") { $0.pod("a", namespace: "kube-system") },
        Case(testDescription: "a system pod with a budget moves") { world in
            world.pod("a", namespace: "kube-system")
            world.put(
                [
                    "metadata": ["name": "b", "namespace": "kube-system"], "spec": ["selector": ["matchLabels": ["app": "web"]]],
                    "status": ["disruptionsAllowed": 1],
                ], .podDisruptionBudgets)
        },
        Case(testDescription: "system pods are let go by flag", settings: settings("--skip-nodes-with-system-pods=false")) { $0.pod("a", namespace: "kube-system") },
        Case(testDescription: "local storage", blockedBecause: "LocalStorageRequested") { $0.pod("a", spec: ["volumes": [["name": "v", "emptyDir": [:]]]]) },
        Case(testDescription: "memory is no local storage") { $0.pod("a", spec: ["volumes": [["name": "v", "emptyDir": ["medium": "Memory"]]]]) },
        Case(testDescription: "a volume that is safe to lose") {
            $0.pod(
                "a", annotations: ["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "other, v"],
                spec: ["volumes": [["name": "v", "emptyDir": [:]]]])
        },
        Case(testDescription: "local storage by flag", settings: settings("--skip-nodes-with-local-storage=false")) {
            $0.pod("a", spec: ["volumes": [["name": "v", "hostPath": ["path": "/x"]]]])
        },
        Case(testDescription: "a budget that allows nothing", blockedBecause: "NotEnoughPdb") { world in
            world.pod("a")
            world.put(
                ["metadata": ["name": "b", "namespace": "default"], "spec": ["selector": ["matchLabels": ["app": "web"]]], "status": ["disruptionsAllowed": 0]],
                .podDisruptionBudgets)
        },
        Case(testDescription: "a budget that allows one of two", blockedBecause: "NotEnoughPdb") { world in
            world.pod("a")
            world.pod("b")
            world.put(
                ["metadata": ["name": "b", "namespace": "default"], "spec": ["selector": ["matchLabels": ["app": "web"]]], "status": ["disruptionsAllowed": 1]],
                .podDisruptionBudgets)
        },
    ]

    @Test(arguments: cases)
    func `says what must move and what must not`(_ entry: Case) {
        var world = World()
        world.node("node-1")
        entry.prepare(&world)
        switch Drainability(view: world.view, settings: entry.settings).podsToMove(from: "node-1") {
        case .movable(let pods):
            #expect(entry.blockedBecause == nil)
            #expect(pods.count == entry.moves)
        case .blocked(.blockedByPod(_, let reason)): #expect(reason == entry.blockedBecause)
        case .blocked(let other): Issue.record("\(other)")
        }
    }
}
