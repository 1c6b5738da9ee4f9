import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// CronJobs whose Jobs end in time, late, badly or not at all: one Job a time, and no more at once than the policy says.
@Suite struct CronJobChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(seed: seed, only: MiniCluster.ground.union(["job-controller", "cronjob-controller", "garbage-collector-controller"]))
        let violations = Violations()
        let policy = ["Allow", "Forbid", "Replace"][random.below(3)]
        var jobOf: [String: String] = [:]
        cluster.afterWrite = { store, now in
            let jobs = store.list(.jobs, namespace: "default")
            let running = jobs.filter { !JobPass.isFinished($0) && !$0.isBeingDeleted }
            if policy != "Allow" { violations.check(running.count <= 1, "\(running.count) Jobs at once under \(policy)") }
            for job in jobs {
                guard let time = job.annotation(CronJobController.scheduledKey), let due = Instant(rfc3339: time) else {
                    violations.note("\(job.name) does not say what it was due for")
                    continue
                }
                violations.check(due <= now && due.seconds % 60 == 0, "\(job.name) is due \(time)")
                violations.check(jobOf[time] == nil || jobOf[time] == job.uid, "two Jobs for \(time)")
                jobOf[time] = job.uid
            }
        }
        cluster.create(
            .cronJobs,
            [
                "apiVersion": "batch/v1", "kind": "CronJob", "metadata": ["name": "tick", "namespace": "default"],
                "spec": [
                    "schedule": "* * * * *", "concurrencyPolicy": .string(policy), "suspend": false,
                    "successfulJobsHistoryLimit": Value(random.below(3)), "failedJobsHistoryLimit": Value(random.below(2)),
                    "jobTemplate": ["spec": JobControllerTests.job(spec: ["backoffLimit": Value(random.below(2))])["spec"] ?? [:]],
                ],
            ])
        for _ in 0..<14 {
            cluster.advance(by: .seconds(5 + random.below(80)))
            let pods = cluster.server.store.livePods().filter { $0.podPhase == "Running" }
            switch random.below(7) {
            case 0, 1: if !pods.isEmpty { cluster.finish(pods[random.below(pods.count)], phase: "Succeeded") }
            case 2: if !pods.isEmpty { cluster.finish(pods[random.below(pods.count)], phase: "Failed") }
            case 3:
                let isSuspended = random.chance(1, in: 2)
                cluster.change(.cronJobs, "tick") { $0["spec", "suspend"] = .bool(isSuspended) }
            case 4:
                let schedule = ["* * * * *", "*/2 * * * *", "*/5 * * * *"][random.below(3)]
                cluster.change(.cronJobs, "tick") { $0["spec", "schedule"] = .string(schedule) }
            case 5:
                let jobs = cluster.list(.jobs)
                if !jobs.isEmpty { cluster.delete(.jobs, jobs[random.below(jobs.count)].name) }
            default: break
            }
        }
        cluster.change(.cronJobs, "tick") {
            $0["spec", "suspend"] = false
            $0["spec", "schedule"] = "* * * * *"
        }
        for _ in 0..<40 {
            cluster.advance(by: .seconds(15))
            for pod in cluster.server.store.livePods() where pod.podPhase == "Running" { cluster.finish(pod, phase: "Succeeded") }
        }
        cluster.advance(by: .seconds(5))
        return (cluster, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `makes one Job a time and clears up behind itself`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let tick = cluster.get(.cronJobs, "tick")
        let jobs = cluster.list(.jobs)
        for (limit, condition) in [("successfulJobsHistoryLimit", "Complete"), ("failedJobsHistoryLimit", "Failed")] {
            #expect(jobs.count { $0.isConditionTrue(condition) } <= tick.specInt(limit)!, ChaosSeeds.note(seed))
        }
        let last = tick.statusString("lastScheduleTime").flatMap { Instant(rfc3339: $0) }
        #expect(last.map { cluster.server.now - $0 <= .seconds(61) } == true, ChaosSeeds.note(seed))
        let active = Set((tick["status"]?["active"]?.elements ?? []).compactMap { $0["uid"]?.stringValue })
        #expect(active == Set(jobs.filter { !JobPass.isFinished($0) }.map(\.uid)), ChaosSeeds.note(seed))
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
