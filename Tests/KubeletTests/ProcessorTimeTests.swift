import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// Processes that compute: what they are seen to use, and how much of the real machine they get.
@Suite struct ProcessorTimeTests {
    @Test func `steps come back slowly once they are used up`() {
        var allowance = StepAllowance.ofProcess
        var (now, taken) = (Instant.simulationStart, 0)
        for _ in 0..<18_000 {
            let steps = allowance.steps(upTo: 4000, at: now)
            allowance.spend(steps)
            taken += steps
            now += .milliseconds(200)
        }
        let bound = 1_000_000 + 3600 * 1_000
        #expect(taken <= bound && taken > bound - 4000, "\(taken)")
        #expect(allowance.steps(upTo: 4000, at: now + .seconds(3600)) == 4000)
    }

    @Test func `processes share what there is for all`() {
        var common = StepAllowance.ofCluster
        var own = Array(repeating: StepAllowance.ofProcess, count: 200)
        var (now, taken) = (Instant.simulationStart, 0)
        for _ in 0..<300 {
            for index in own.indices {
                let steps = common.steps(upTo: own[index].steps(upTo: 4000, at: now), at: now)
                own[index].spend(steps)
                common.spend(steps)
                taken += steps
            }
            now += .seconds(2)
        }
        #expect(taken <= 20_000_000 + 600 * 5_000 + 300 * 200 * StepAllowance.turnMin, "\(taken)")
        #expect(common.steps(upTo: 4000, at: now) <= 4000)
    }

    /// Requests some time apart, of which a part was lost: for how many the next stands.
    @Test(arguments: [(20, 0, 1), (220, 200, 11), (2022, 2000, 92), (200, 200, 200), (5000, 0, 1), (40_000, 40_000, RequestPace.weightMax)])
    func `a request stands for those that were held up`(passed: Int, lost: Int, weight: Int) {
        var pace = RequestPace()
        let now = Instant.simulationStart
        #expect(pace.weight(at: now) == 1)
        if lost > 0 { pace.lose(.milliseconds(lost)) }
        #expect(pace.weight(at: now + .milliseconds(passed)) == weight)
        #expect(pace.weight(at: now + .milliseconds(passed + 10)) == 1)
    }

    @Test(arguments: [(1, 0, 1000), (0, 1, 0), (1, 1, 500), (1, 3, 250)])
    func `usage is the time in which a process was busy`(busy: Int, idle: Int, thousandths: Int64) {
        var now = Instant.simulationStart
        var meter = BusyMeter(startedAt: now)
        for _ in 0..<60 {
            if busy > 0 { meter.note(isBusy: true, at: now) }
            now += .seconds(busy)
            if idle > 0 { meter.note(isBusy: false, at: now) }
            now += .seconds(idle)
        }
        #expect(abs(meter.thousandths(at: now) - thousandths) <= 40, "\(meter.thousandths(at: now))")
    }

    @Test(arguments: [
        ("while true; do timeout 0.5s yes >/dev/null; sleep 0.5s; done", 500), ("while true; do :; done", 1000), ("yes > /dev/null", 1000), ("sleep 9999", 0),
    ] as [(String, Int64)])
    func `a loop is seen to use what it would`(script: String, milliCPU: Int64) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'registry.k8s.io/ubuntu-slim:0.14', command: [/bin/sh, -c, \"\(script)\"]}]}")
        world.run(for: .seconds(90))
        let used = world.kubelets.work(ofPod: NamespacedName(namespace: "default", name: "p"), container: 0, now: world.now)?.busyMilliCPU ?? -1
        #expect(abs(used - milliCPU) <= 40, "\(used)")
    }
}
