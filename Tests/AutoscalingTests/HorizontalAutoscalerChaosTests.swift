import APIMachinery
import Foundation
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// A HorizontalPodAutoscaler under load that jumps about: within its range, no faster than its policies, no lower than what was
/// needed a moment ago.
@Suite struct HorizontalAutoscalerChaosTests {
    /// 10 seeds unless `LABRUNNER_SEEDS` says how many; `LABRUNNER_SEED` for one alone.
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["LABRUNNER_SEED"].flatMap({ UInt64($0) }) { return [one] }
        return (1...max(environment["LABRUNNER_SEEDS"].flatMap { Int($0) } ?? 10, 1)).map { UInt64($0) }
    }()

    private static let key = ObjectKey(.horizontalPodAutoscalers, namespace: "default", name: "web")

    /// What one run came to: the replicas after each sync, and what was found wrong.
    struct Run: Equatable {
        var replicas: [Int] = []
        var violations: [String] = []
    }

    static func run(_ seed: UInt64) -> Run {
        var random = RandomStream(seed: seed, name: "chaos")
        var world = World()
        var run = Run()
        let minimum = 1 + random.below(3)
        let maximum = minimum + 2 + random.below(10)
        let window = [0, 60, 300][random.below(3)]
        world.put(
            [
                "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": "web", "namespace": "default", "uid": "h"],
                "spec": [
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], "minReplicas": Value(minimum), "maxReplicas": Value(maximum),
                    "metrics": [["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]]]],
                    "behavior": [
                        "scaleUp": ["stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [["type": "Percent", "value": 100, "periodSeconds": 15], ["type": "Pods", "value": 4, "periodSeconds": 15]]],
                        "scaleDown": ["stabilizationWindowSeconds": Value(window), "selectPolicy": "Max", "policies": [["type": "Percent", "value": 100, "periodSeconds": 15]]],
                    ],
                ],
            ], .horizontalPodAutoscalers)
        var replicas = minimum
        var controller = HorizontalPodAutoscalerController()
        // What the load alone asked for at each sync, without limits.
        var asked: [(at: Instant, replicas: Int)] = []
        var load = 0.2
        for step in 0..<60 {
            if random.chance(1, in: 4) { load = Double(random.below(40)) / 10 }
            if step > 44 { load = 1 }
            place(replicas, load: load, in: &world)
            let before = replicas
            let plan = controller.reconcile(key, in: world.view)
            replicas = apply(plan, replicas, in: &world)
            let ratio = Double(Int(load / Double(before) * 1000) / 10) / 50
            asked.append((world.now, abs(ratio - 1) <= 0.1 ? before : Int((ratio * Double(before)).rounded(.up))))
            func check(_ holds: Bool, _ text: String) { if !holds { run.violations.append("step \(step): \(text)") } }
            check((minimum...maximum).contains(replicas), "\(replicas) replicas, \(minimum) to \(maximum)")
            check(replicas <= max(before * 2, before + 4), "from \(before) to \(replicas) in one period")
            if replicas < before {
                let needed = asked.filter { $0.at + .seconds(window) > world.now }.map(\.replicas).max() ?? 0
                check(replicas >= min(needed, before), "down to \(replicas) though \(needed) were needed in the last \(window) s")
            }
            run.replicas.append(replicas)
            world.now += .seconds(15)
        }
        // A steady load of one core at half a core each: two, within the range.
        let settled = run.replicas.last ?? 0
        let wanted = min(max(2, minimum), maximum)
        if window < 300, settled != wanted { run.violations.append("ends with \(settled), not \(wanted)") }
        return run
    }

    /// The pods of the present size, which share the load, and the size itself.
    private static func place(_ replicas: Int, load: Double, in world: inout World) {
        world.put(
            [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "default", "uid": "d"],
                "spec": ["replicas": Value(replicas), "selector": ["matchLabels": ["app": "web"]]], "status": ["replicas": Value(replicas)],
            ], .deployments)
        for pod in world.store.list(.pods) { world.store.remove(ObjectKey(.pods, namespace: "default", name: pod.name), cause: TraceID(0)) }
        for index in 0..<replicas { world.pod("p\(index)", requests: ["cpu": "1"]) }
        world.metrics((0..<replicas).map { ("p\($0)", "\(Int(load / Double(replicas) * 1000))m") })
    }

    private static func apply(_ plan: Plan, _ replicas: Int, in world: inout World) -> Int {
        var replicas = replicas
        for action in plan.actions {
            switch action.write {
            case .updateSubresource(_, "scale", let scale): replicas = scale["spec"]?["replicas"]?.intValue ?? replicas
            case .updateStatus(.horizontalPodAutoscalers, let autoscaler): world.put(autoscaler, .horizontalPodAutoscalers)
            default: break
            }
        }
        return replicas
    }

    @Test(arguments: seeds)
    func `keeps to its range, its rates and its window`(_ seed: UInt64) {
        #expect(Self.run(seed).violations == [], "seed \(seed)")
    }

    @Test(arguments: seeds.prefix(5))
    func `one seed gives one timeline`(_ seed: UInt64) {
        #expect(Self.run(seed) == Self.run(seed))
    }

    @Test func `sizes do change`() {
        #expect(Set(Self.run(1).replicas).count > 2)
    }
}
