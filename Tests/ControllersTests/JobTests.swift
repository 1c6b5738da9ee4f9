import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

@Suite struct JobControllerTests {
    /// A Job as the API server's defaults make it.
    static func job(_ name: String = "once", spec extra: Value = [:]) -> Value {
        var spec: Value = [
            "parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false,
            "podReplacementPolicy": "TerminatingOrFailed",
            "template": ["metadata": ["labels": ["job": .string(name)]], "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "x"]]]],
        ]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return ["apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": .string(name), "namespace": "default"], "spec": spec]
    }

    private func end(_ cluster: inout MiniCluster, _ pod: Value, _ phase: String, exitCode: Int = 1) {
        var next = pod
        next["status", default: [:]]["phase"] = .string(phase)
        next["status", default: [:]]["containerStatuses"] = [
            ["name": "c", "state": ["terminated": ["exitCode": Value(phase == "Failed" ? exitCode : 0), "finishedAt": .string(cluster.server.now.rfc3339)]]]
        ]
        cluster.attempt { s throws(APIStatus) in _ = try s.updateStatus(.pods, next) }
    }

    @Test func `completes when its pod succeeds`() {
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job())
        cluster.settle()
        let pod = cluster.list(.pods)[0]
        #expect(pod.finalizers == ["batch.kubernetes.io/job-tracking"])
        #expect(cluster.get(.jobs, "once")["status"]?["active"]?.intValue == 1)
        end(&cluster, pod, "Succeeded")
        cluster.settle()
        let job = cluster.get(.jobs, "once")
        #expect(job["status"]?["succeeded"]?.intValue == 1)
        #expect(job["status"]?["active"] == nil)
        #expect(job["status"]?["uncountedTerminatedPods"]?.fields?.isEmpty == true)
        #expect(job.condition("Complete")?["reason"]?.stringValue == "CompletionsReached")
        #expect(job.condition("SuccessCriteriaMet")?["message"]?.stringValue == "Reached expected number of succeeded pods")
        #expect(cluster.list(.pods)[0].finalizers.isEmpty)
        #expect(cluster.events().contains("Completed Job completed"))
        #expect(cluster.refused == [])
    }

    @Test func `fails after its deadline and after its backoff limit`() {
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job("slow", spec: ["activeDeadlineSeconds": 2]))
        cluster.advance(by: .seconds(5))
        let slow = cluster.get(.jobs, "slow")
        #expect(slow.condition("Failed")?["reason"]?.stringValue == "DeadlineExceeded")
        #expect(slow.condition("FailureTarget") != nil)
        #expect(slow["status"]?["failed"]?.intValue == 1)
        #expect(cluster.list(.pods).isEmpty)
        cluster.create(.jobs, Self.job("bad", spec: ["backoffLimit": 1]))
        cluster.settle()
        for _ in 0..<2 {
            guard let pod = cluster.list(.pods).first(where: { $0.isPodActive }) else { break }
            end(&cluster, pod, "Failed")
            cluster.advance(by: .seconds(30))
        }
        let bad = cluster.get(.jobs, "bad")
        #expect(bad.condition("Failed")?["reason"]?.stringValue == "BackoffLimitExceeded")
        #expect(bad["status"]?["failed"]?.intValue == 2)
    }

    @Test func `gives indexes out and counts them`() {
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job("many", spec: ["completions": 4, "parallelism": 2, "completionMode": "Indexed"]))
        cluster.settle()
        #expect(cluster.list(.pods).compactMap { CompletionIndexes.index(of: $0) }.sorted() == [0, 1])
        #expect(cluster.list(.pods)[0]["spec", "containers"]?[0]?["env"]?[0]?["name"]?.stringValue == "JOB_COMPLETION_INDEX")
        for _ in 0..<4 {
            for pod in cluster.list(.pods) where pod.isPodActive { end(&cluster, pod, "Succeeded") }
            cluster.settle()
        }
        let job = cluster.get(.jobs, "many")
        #expect(job["status"]?["completedIndexes"]?.stringValue == "0-3")
        #expect(job.isConditionTrue("Complete"))
    }

    @Test func `suspends and resumes`() {
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job(spec: ["suspend": true]))
        cluster.settle()
        #expect(cluster.list(.pods).isEmpty)
        #expect(cluster.get(.jobs, "once").condition("Suspended")?["status"]?.stringValue == "True")
        cluster.change(.jobs, "once") { $0["spec", "suspend"] = false }
        cluster.settle()
        #expect(cluster.list(.pods).count == 1)
        #expect(cluster.get(.jobs, "once").condition("Suspended")?["reason"]?.stringValue == "JobResumed")
        // A suspended Job keeps its start until it is resumed, and the pods that it takes away are no failures.
        let started = cluster.get(.jobs, "once")["status"]?["startTime"]
        cluster.advance(by: .seconds(5))
        cluster.change(.jobs, "once") { $0["spec", "suspend"] = true }
        cluster.settle()
        let suspended = cluster.get(.jobs, "once")["status"]
        #expect(cluster.list(.pods).isEmpty)
        #expect(suspended?["failed"] == nil && suspended?["active"] == nil && suspended?["startTime"] == started)
        cluster.change(.jobs, "once") { $0["spec", "suspend"] = false }
        cluster.settle()
        #expect(cluster.get(.jobs, "once")["status"]?["startTime"] != started)
        #expect(cluster.refused == [])
    }

    @Test func `a pod that no longer matches is let go with its finalizer, one that matches is taken with it`() {
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job(spec: ["manualSelector": true, "selector": ["matchLabels": ["job": "once"]]]))
        cluster.advance(by: .seconds(1))
        let pod = cluster.list(.pods)[0]
        let labels = pod.labels
        cluster.change(.pods, pod.name) { $0["metadata", "labels"] = ["other": "yes"] }
        cluster.advance(by: .seconds(1))
        #expect(cluster.get(.pods, pod.name).finalizers.isEmpty && cluster.get(.pods, pod.name).controllerReference == nil)
        #expect(cluster.list(.pods).count == 2)
        cluster.change(.pods, pod.name) { $0["metadata", "labels"] = .object(labels) }
        cluster.advance(by: .seconds(1))
        // There is one too many now, and it goes without a trace in the counts.
        #expect(cluster.list(.pods).count == 1)
        #expect(cluster.list(.pods)[0].finalizers == [JobController.finalizer])
        #expect(cluster.get(.jobs, "once")["status"]?["failed"] == nil)
    }

    @Test func `pods count as active beside an index that has failed for good`() {
        var cluster = MiniCluster()
        cluster.create(
            .jobs, Self.job(spec: ["parallelism": 3, "completions": 3, "completionMode": "Indexed", "backoffLimitPerIndex": 0, "backoffLimit": 100]))
        cluster.advance(by: .seconds(1))
        end(&cluster, cluster.list(.pods)[0], "Failed")
        cluster.advance(by: .seconds(20))
        #expect(cluster.get(.jobs, "once")["status"]?["failedIndexes"] == "0")
        #expect(cluster.get(.jobs, "once")["status"]?["active"]?.intValue == 2)
    }

    @Test func `fewer pods at once are no failures`() {
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job(spec: ["parallelism": 3, "completions": 3]))
        cluster.advance(by: .seconds(1))
        cluster.change(.jobs, "once") { $0["spec", "parallelism"] = 1 }
        cluster.advance(by: .seconds(5))
        #expect(cluster.list(.pods).count == 1)
        #expect(cluster.get(.jobs, "once")["status"]?["active"]?.intValue == 1)
        #expect(cluster.get(.jobs, "once")["status"]?["failed"] == nil)
    }

    @Test func `a failure policy can end the Job or ignore the failure`() {
        let policy: Value = [
            "rules": [
                ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
                ["action": "FailJob", "onExitCodes": ["operator": "In", "values": [42]]],
            ]
        ]
        var cluster = MiniCluster()
        cluster.create(.jobs, Self.job(spec: ["podFailurePolicy": policy, "podReplacementPolicy": "Failed"]))
        cluster.settle()
        end(&cluster, cluster.list(.pods)[0], "Failed", exitCode: 42)
        cluster.settle()
        let condition = cluster.get(.jobs, "once").condition("Failed")
        #expect(condition?["reason"]?.stringValue == "PodFailurePolicy")
        #expect(condition?["message"]?.stringValue?.hasSuffix("failed with exit code 42 matching FailJob rule at index 1") == true)
    }

    @Test func `the last failure of an index waits for the next pod of the index before it counts`() {
        let policy: Value = ["rules": [["action": "Ignore", "onExitCodes": ["operator": "In", "values": [7]]]]]
        var cluster = MiniCluster()
        cluster.create(
            .jobs,
            Self.job(
                spec: [
                    "completionMode": "Indexed", "backoffLimitPerIndex": 1, "backoffLimit": 2_147_483_647, "podReplacementPolicy": "Failed",
                    "podFailurePolicy": policy,
                ]))
        cluster.settle()
        func status() -> Value { cluster.get(.jobs, "once")["status"] ?? [:] }
        func pods() -> [Value] { cluster.list(.pods).sorted { ($0.creationTimestamp, $0.name) < ($1.creationTimestamp, $1.name) } }
        end(&cluster, pods()[0], "Failed")
        cluster.advance(by: .seconds(5))
        #expect(pods().count == 1)
        #expect(pods()[0].finalizers == ["batch.kubernetes.io/job-tracking"])
        #expect(status()["failed"] == nil)
        cluster.advance(by: .seconds(10))
        #expect(pods().map(\.finalizers.count) == [0, 1])
        #expect(status()["failed"]?.intValue == 1)
        #expect(pods()[1].annotation("batch.kubernetes.io/job-index-failure-count") == "1")
        // One that a rule ignores is noted on the next pod too, and makes it wait longer.
        end(&cluster, pods()[1], "Failed", exitCode: 7)
        cluster.advance(by: .seconds(15))
        #expect(pods().count == 2)
        cluster.advance(by: .seconds(10))
        #expect(pods()[2].annotation("batch.kubernetes.io/job-index-failure-count") == "1")
        #expect(pods()[2].annotation("batch.kubernetes.io/job-index-ignored-failure-count") == "1")
        end(&cluster, pods()[2], "Failed")
        cluster.settle()
        #expect(status()["failedIndexes"]?.stringValue == "0")
        #expect(status()["failed"]?.intValue == 2)
        #expect(cluster.get(.jobs, "once").condition("Failed")?["reason"]?.stringValue == "FailedIndexes")
        #expect(pods().allSatisfy { $0.finalizers.isEmpty })
    }

    @Test(arguments: [("0,2-4", 10, "0,2-4"), ("0-9", 5, "0-4"), ("", 3, ""), ("1,2", 3, "1,2")])
    func `indexes round trip`(_ text: String, _ limit: Int, _ expected: String) {
        #expect(CompletionIndexes(text, below: limit).text == expected)
    }
}

@Suite struct CronTests {
    @Test(arguments: [
        ("0 3 1 1 *", "2026-01-05T09:00:00Z", "2027-01-01T03:00:00Z"), ("*/5 * * * *", "2026-01-05T09:01:00Z", "2026-01-05T09:05:00Z"),
        ("30 9 * * 1-5", "2026-01-09T10:00:00Z", "2026-01-12T09:30:00Z"), ("0 0 13 * FRI", "2026-01-05T09:00:00Z", "2026-01-09T00:00:00Z"),
        ("@hourly", "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"), ("0 0 29 2 *", "2026-01-05T09:00:00Z", "2028-02-29T00:00:00Z"),
    ])
    func `is due when cron says`(_ text: String, _ from: String, _ expected: String) throws {
        let schedule = try CronSchedule(text)
        let start = try #require(Instant(rfc3339: from))
        #expect(schedule.next(after: start, in: .utc)?.rfc3339 == expected)
    }

    @Test(arguments: ["* * * *", "60 * * * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "@never", ""])
    func `refuses what cron refuses`(_ text: String) {
        #expect(throws: CronSchedule.ParseError.self) { try CronSchedule(text) }
    }

    @Test(arguments: [
        ("Asia/Seoul", "2026-01-05T09:00:00Z", "2026-01-05T15:00:00Z"), ("America/New_York", "2026-07-01T09:00:00Z", "2026-07-02T04:00:00Z"),
        ("America/New_York", "2026-01-05T09:00:00Z", "2026-01-06T05:00:00Z"), ("Europe/Berlin", "2026-07-01T09:00:00Z", "2026-07-01T22:00:00Z"),
    ])
    func `midnight is where the clock is`(_ zone: String, _ from: String, _ expected: String) throws {
        let rule = try #require(TimeZoneRule(named: zone))
        let start = try #require(Instant(rfc3339: from))
        #expect(try CronSchedule("0 0 * * *").next(after: start, in: rule)?.rfc3339 == expected)
    }

    @Test func `makes Jobs on time, forbids overlap, keeps a history`() {
        var cluster = MiniCluster()
        cluster.create(
            .cronJobs,
            [
                "metadata": ["name": "tick", "namespace": "default"],
                "spec": [
                    "schedule": "*/1 * * * *", "concurrencyPolicy": "Forbid", "successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 1,
                    "jobTemplate": ["spec": JobControllerTests.job("x")["spec"] ?? [:]],
                ],
            ])
        cluster.settle()
        #expect(cluster.list(.jobs).isEmpty)
        cluster.advance(by: .seconds(61))
        #expect(cluster.list(.jobs).count == 1)
        #expect(cluster.get(.cronJobs, "tick")["status"]?["active"]?.elements.count == 1)
        cluster.advance(by: .seconds(60))
        #expect(cluster.list(.jobs).count == 1)
        #expect(cluster.events().contains { $0.hasPrefix("JobAlreadyActive") })
    }

    @Test func `says of a day that never comes that it does not`() {
        var cluster = MiniCluster()
        cluster.create(
            .cronJobs,
            [
                "metadata": ["name": "never", "namespace": "default"],
                "spec": ["schedule": "59 23 31 2 *", "jobTemplate": ["spec": JobControllerTests.job("x")["spec"] ?? [:]]],
            ])
        cluster.settle()
        #expect(
            cluster.events().filter { !$0.hasPrefix("RegisteredNode") } == [
                "InvalidSchedule invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second"
            ])
        #expect(cluster.list(.jobs).isEmpty)
    }
}
