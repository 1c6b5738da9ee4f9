import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// The vertical pod autoscaler's updater over pods in every state, with budgets that refuse and nodes that cannot resize: it takes no
/// more than it may, nobody whom it may not, and in the end every pod has what is recommended.
@Suite struct VerticalAutoscalerChaosTests {
    /// What one run came to: who was evicted and resized in each minute, what was found wrong, and who is still off in the end.
    struct Run: Equatable {
        var evicted: [[String]] = []
        var resized: [[String]] = []
        var refused = 0
        var violations: [String] = []
        var left: [String] = []
    }

    /// What is configured.
    struct Settings {
        let mode: VerticalPodAutoscaler.UpdateMode
        let hasAdmission: Bool
        let minReplicas: Int
        let tolerance: Double
        let configured: Int
        /// The least healthy pods that a budget wants; nil where there is none.
        let budget: Int?

        init(_ random: inout RandomStream) {
            mode = [.off, .initial, .recreate, .recreate, .auto, .inPlaceOrRecreate, .inPlaceOrRecreate][random.below(7)]
            hasAdmission = random.chance(14, in: 15)
            minReplicas = random.chance(1, in: 3) ? 1 + random.below(4) : 2
            tolerance = [0.5, 0.5, 0.25, 0.1, 0.8][random.below(5)]
            configured = 1 + random.below(7)
            budget = random.chance(1, in: 3) ? random.below(configured) : nil
        }

        var acts: Bool { hasAdmission && [.recreate, .auto, .inPlaceOrRecreate].contains(mode) }
        var away: Int { Int(Double(configured) * tolerance) }
        /// Whether nothing stands in the way for ever.
        var converges: Bool { acts && configured >= minReplicas }
    }

    /// A pod as the run keeps it, and how its node takes a resize.
    struct Guest: Equatable {
        enum Resize: Equatable { case none, deferred, infeasible, running, failed }
        var name: String
        var milli: Int
        var isPending = false
        var startedAgo: Int
        var resize = Resize.none
        var wanted = 0
    }

    static let target = 500
    static let (lower, upper) = (200, 1000)

    // MARK: The run

    static func run(_ seed: UInt64) -> Run {
        var random = RandomStream(seed: seed, name: "chaos")
        let settings = Settings(&random)
        var world = World()
        var updater = installed(settings, in: &world)
        var run = Run()
        var guests = (0..<settings.configured).map {
            Guest(name: "p\($0)", milli: [100, 250, 500, 900, 2000][random.below(5)], startedAgo: random.below(20) * 3600)
        }
        var next = settings.configured
        for step in 0..<70 {
            let isCalm = step >= 14
            disturb(&guests, &random, isCalm: isCalm)
            place(guests, settings, in: &world)
            world.now += .seconds(60)
            let before = guests
            let (evicted, resized) = look(&updater, &guests, settings, &world, &random, isCalm: isCalm, &run)
            run.evicted.append(evicted)
            run.resized.append(resized)
            judge(evicted, resized, before, settings, step, &run.violations)
            guests.removeAll { evicted.contains($0.name) }
            // The controller makes up for what is missing; the admission controller gives new pods what is recommended.
            while guests.count < settings.configured, isCalm || random.chance(1, in: 2) {
                let serves = settings.hasAdmission && settings.mode != .off
                guests.append(Guest(name: "p\(next)", milli: serves ? target : 100, isPending: !isCalm && random.chance(1, in: 3), startedAgo: 0))
                next += 1
            }
        }
        if settings.converges { run.left = guests.filter { $0.milli != target }.map { "\($0.name) \($0.milli)m" } }
        return run
    }

    private static func disturb(_ guests: inout [Guest], _ random: inout RandomStream, isCalm: Bool) {
        for index in guests.indices {
            if isCalm {
                (guests[index].isPending, guests[index].startedAgo) = (false, 20 * 3600)
            } else if random.chance(1, in: 6) {
                guests[index].isPending.toggle()
            }
            // A resize goes on, comes to nothing, or ends.
            guard guests[index].resize != .none, guests[index].resize != .infeasible, random.chance(1, in: 3) else { continue }
            if guests[index].resize == .running { (guests[index].milli, guests[index].resize) = (guests[index].wanted, .none) }
            if guests[index].resize == .deferred, random.chance(1, in: 4) { guests[index].resize = .running }
        }
        if !isCalm, random.chance(1, in: 3), !guests.isEmpty { guests.remove(at: random.below(guests.count)) }
    }

    /// One minute's look: each write is answered as an API server with that budget and those nodes would.
    private static func look(
        _ updater: inout VPAUpdater, _ guests: inout [Guest], _ settings: Settings, _ world: inout World, _ random: inout RandomStream, isCalm: Bool,
        _ run: inout Run
    ) -> (evicted: [String], resized: [String]) {
        var (evicted, resized): ([String], [String]) = ([], [])
        for _ in 0..<200 {
            guard let wake = updater.nextWake(), wake.at <= world.now else { return (evicted, resized) }
            for action in updater.step(in: world.view).plan.actions {
                var result: Result<Value, APIStatus> = .success(.null)
                switch action.write {
                case .createSubresource(let key, "eviction", _):
                    let healthy = guests.count { !$0.isPending && !evicted.contains($0.name) }
                    let isPending = guests.first { $0.name == key.name }?.isPending ?? false
                    // A budget holds back what is healthy; in the calm it lets one go at a time.
                    if let budget = settings.budget, !isPending, healthy - 1 < min(budget, settings.configured - 1) {
                        result = .failure(APIStatus(code: 429, reason: "TooManyRequests", message: "Cannot evict pod as it would violate the pod's disruption budget."))
                        run.refused += 1
                    } else {
                        evicted.append(key.name)
                    }
                case .patch(let key, _, let patch, "resize"):
                    guard let index = guests.firstIndex(where: { $0.name == key.name }) else { continue }
                    let request = Quantity(patch["spec"]?["containers"]?[0]?["resources"]?["requests"]?["cpu"])
                    if random.chance(1, in: 8) {
                        result = .failure(APIStatus(code: 422, reason: "Invalid", message: "resize is not allowed"))
                        run.refused += 1
                    } else {
                        resized.append(key.name)
                        guests[index].wanted = Int(request?.milliValue ?? 0)
                        guests[index].resize = isCalm ? .running : [.running, .deferred, .infeasible, .failed][random.below(4)]
                    }
                default: run.violations.append("an unexpected write: \(action.write)")
                }
                for more in updater.completed(action, result: result, in: world.view) {
                    if case .event = more.write { continue }
                    run.violations.append("an unexpected follow-up: \(more.write)")
                }
            }
        }
        run.violations.append("a look does not end")
        return (evicted, resized)
    }

    // MARK: What may be

    private static func judge(_ evicted: [String], _ resized: [String], _ guests: [Guest], _ settings: Settings, _ step: Int, _ violations: inout [String]) {
        func check(_ holds: Bool, _ text: String) { if !holds { violations.append("step \(step): \(text)") } }
        let taken = evicted + resized
        if !settings.acts { check(taken.isEmpty, "took \(taken) in a mode that takes nobody") }
        if guests.count < settings.minReplicas { check(taken.isEmpty, "took \(taken) of \(guests.count), at least \(settings.minReplicas)") }
        check(Set(taken).count == taken.count, "took one twice: \(taken)")
        let running = guests.filter { !$0.isPending }
        let takenRunning = running.filter { taken.contains($0.name) }
        let single = settings.away == 0 && running.count == settings.configured ? 1 : 0
        let most = max(running.count - (settings.configured - settings.away), single, 0)
        check(takenRunning.count <= most, "took \(takenRunning.count) of \(running.count) running, at most \(most)")
        if let budget = settings.budget {
            let healthy = running.count { !evicted.contains($0.name) }
            check(evicted.allSatisfy { name in !running.contains { $0.name == name } } || healthy >= min(budget, settings.configured - 1), "the budget is broken")
        }
        for guest in guests where taken.contains(guest.name) {
            let isOutside = guest.milli < lower || guest.milli > upper
            check(isOutside || (guest.startedAgo >= 12 * 3600 && guest.milli != target), "took \(guest.name) with \(guest.milli)m after \(guest.startedAgo) s")
            if resized.contains(guest.name) {
                check(!guest.isPending && guest.resize == .none, "resized \(guest.name), which is pending or in a resize")
            } else if settings.mode == .inPlaceOrRecreate {
                check(!guest.isPending, "evicted \(guest.name), which is pending")
                check(guest.resize != .running || step > 60, "evicted \(guest.name) in the middle of its resize")
            }
        }
    }

    // MARK: What the updater sees

    private static func installed(_ settings: Settings, in world: inout World) -> VPAUpdater {
        var updater = VPAUpdater()
        for name in ["vpa-updater"] + (settings.hasAdmission ? ["vpa-admission-controller"] : []) {
            let deployment: Value = [
                "metadata": ["name": .string(name), "namespace": "kube-system", "uid": .string(name)],
                "spec": [
                    "template": [
                        "spec": [
                            "containers": [
                                [
                                    "name": "c", "image": .string("registry.k8s.io/autoscaling/\(name):1.5.1"),
                                    "args": [.string("--eviction-tolerance=\(settings.tolerance)"), .string("--min-replicas=\(settings.minReplicas)")],
                                ]
                            ]
                        ]
                    ]
                ], "status": ["availableReplicas": 1],
            ]
            world.put(deployment, .deployments)
            let key = ObjectKey(.deployments, namespace: "kube-system", name: name)
            updater.observe(StoreEvent(change: .added, key: key, object: deployment, old: nil, revision: 1, cause: TraceID(0)), in: world.view)
        }
        let recommendation: Value = [
            "containerName": "main", "target": ["cpu": .string("\(target)m"), "memory": "300Mi"],
            "lowerBound": ["cpu": .string("\(lower)m"), "memory": "300Mi"], "upperBound": ["cpu": .string("\(upper)m"), "memory": "300Mi"],
        ]
        world.put(
            [
                "metadata": ["name": "web", "namespace": "default", "uid": "vpa"],
                "spec": [
                    "targetRef": ["apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web"],
                    "updatePolicy": ["updateMode": .string(settings.mode.rawValue)],
                ], "status": ["recommendation": ["containerRecommendations": [recommendation]]],
            ], .verticalPodAutoscalers)
        return updater
    }

    private static func place(_ guests: [Guest], _ settings: Settings, in world: inout World) {
        for pod in world.store.list(.pods, namespace: "default") where !guests.contains(where: { $0.name == pod.name }) {
            world.store.remove(ObjectKey(.pods, namespace: "default", name: pod.name), cause: TraceID(0))
        }
        for guest in guests {
            var pod = world.pod(
                guest.name, requests: ["cpu": .string("\(guest.milli)m"), "memory": "300Mi"], phase: guest.isPending ? "Pending" : "Running",
                ready: !guest.isPending, startedAgo: .seconds(guest.startedAgo), node: guest.isPending ? nil : "node-1")
            let condition: Value? =
                switch guest.resize {
                case .none: nil
                case .deferred: ["type": "PodResizePending", "status": "True", "reason": "Deferred"]
                case .infeasible: ["type": "PodResizePending", "status": "True", "reason": "Infeasible"]
                case .running: ["type": "PodResizeInProgress", "status": "True"]
                case .failed: ["type": "PodResizeInProgress", "status": "True", "reason": "Error", "message": "no"]
                }
            guard let condition else { continue }
            pod["status", default: [:]]["conditions"] = .array((pod["status"]?["conditions"]?.elements ?? []) + [condition])
            world.put(pod, .pods)
        }
        world.put(
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": ["name": "web", "namespace": "default", "uid": "uid-web"],
                "spec": ["replicas": Value(settings.configured)],
            ], .replicaSets)
    }

    // MARK: Tests

    @Test(arguments: HorizontalAutoscalerChaosTests.seeds)
    func `takes those that it may, and all get what they need`(_ seed: UInt64) {
        let run = Self.run(seed)
        #expect(run.violations == [], "seed \(seed)")
        #expect(run.left == [], "seed \(seed)")
    }

    @Test(arguments: HorizontalAutoscalerChaosTests.seeds.prefix(2))
    func `one seed gives one run`(_ seed: UInt64) { #expect(Self.run(seed) == Self.run(seed)) }

    @Test func `pods are evicted, resized and refused`() {
        let runs = (1...25).map { Self.run(UInt64($0)) }
        #expect(runs.contains { $0.evicted.contains { !$0.isEmpty } })
        #expect(runs.contains { $0.resized.contains { !$0.isEmpty } })
        #expect(runs.contains { $0.refused > 0 })
    }
}
