import APIMachinery
import Cluster
import GitReading
import Grading
import KubernetesObjects
import SimulationKernel

/// Grades one submission of one lab.
///
/// - Invariants: equal labs, submissions and seeds give equal reports; checks look at copies of the cluster.
package struct LabRunner: Sendable {
    package static let standardSeed: UInt64 = 1
    /// The name of the check that every lab has: that the submission runs without errors.
    package static let submissionCheck = "submission"

    package var seed: UInt64
    package var language: String
    package var limits = SubmissionLimits()
    package var engineVersion: String
    /// Warnings of the server and failed commands of a script count as errors.
    package var isStrict = false

    package init(seed: UInt64 = Self.standardSeed, language: String = "en", engineVersion: String) {
        self.seed = seed
        self.language = language
        self.engineVersion = engineVersion
    }

    /// Grades a submission.
    ///
    /// - Throws: what keeps any submission from being graded.
    package func grade(_ lab: Lab, _ submission: LocatedSource, labs: Provenance) throws(RunError) -> LabReport {
        let setup = try LabSetup(lab, seed: seed)
        let run = LabRun(setup, submission: submission.source, limits: limits)
        let (verdicts, scenarioTime) = try judge(run)
        var report = report(lab, verdicts, run, labs: labs, submission: submission.provenance, time: scenarioTime)
        if report.isPassed {
            // A lab that a blank sheet passes too would say nothing about this submission.
            if let message = try emptySubmissionComplaint(setup) { throw RunError(.lab, message) }
        }
        report.notes = run.record.notes
        return report
    }

    /// Grades what a student made in a cluster: its present state is the submission, the scenario happens to a copy.
    ///
    /// - Parameters:
    ///   - name: how the report names the cluster.
    /// - Throws: what keeps any cluster from being graded.
    package func grade(_ lab: Lab, live cluster: Cluster, name: String, labs: Provenance) throws(RunError) -> LabReport {
        let run = LabRun(lab: lab, live: cluster, limits: limits)
        let (verdicts, scenarioTime) = try judge(run)
        var report = report(lab, verdicts, run, labs: labs, submission: Provenance(location: "live cluster \(name)"), time: scenarioTime)
        if report.isPassed, let message = try emptySubmissionComplaint(lab) { throw RunError(.lab, message) }
        report.notes = run.record.notes
        return report
    }

    /// What is wrong with a lab whose checks all pass on an empty submission; nil when they do not.
    package func emptySubmissionComplaint(_ lab: Lab) throws(RunError) -> String? { try emptySubmissionComplaint(LabSetup(lab, seed: seed)) }

    private func emptySubmissionComplaint(_ setup: LabSetup) throws(RunError) -> String? {
        let run = LabRun(setup, submission: MemorySource(label: "empty submission"), limits: limits)
        guard try judge(run, untilFailure: true).verdicts.allSatisfy(\.isPassed) else { return nil }
        return "Lab \(setup.lab.name) asserts nothing: all of its checks pass on an empty submission. Add a check that only a solution passes."
    }

    // MARK: Running

    /// Runs a submission and the scenario, and judges the checks.
    ///
    /// - Parameters:
    ///   - untilFailure: nothing is done any more once a check does not pass.
    private func judge(_ run: LabRun, untilFailure: Bool = false) throws(RunError) -> (verdicts: [Verdict], time: Duration) {
        let begin = run.session.now
        try run.runSubmission()
        var recorder = Recorder(run: run, language: language)
        recorder.reached(Moment.submission)
        if !run.isTooLarge {
            let scenario = ScenarioRunner(run: run)
            for step in run.lab.scenario {
                if untilFailure, recorder.hasFailure { break }
                try scenario.perform(step) { limit in recorder.pass(limit) } settle: { limit in recorder.settle(limit) }
                recorder.drain()
                if !step.name.isEmpty { recorder.reached(step.name) }
                if run.isTooLarge { break }
            }
        }
        recorder.reached(Moment.end)
        return (recorder.finish(), run.session.now - begin)
    }

    // MARK: Reporting

    private func report(
        _ lab: Lab, _ verdicts: [Verdict], _ run: LabRun, labs: Provenance, submission: Provenance, time: Duration
    ) -> LabReport {
        let errors = run.record.problems.filter { $0.isError || isStrict }
        var checks = [
            CheckReport(
                name: Self.submissionCheck,
                title: LocalizedText(["en": "the submission is read and runs without errors", "ko": "제출물을 읽고 오류 없이 실행할 수 있다"]), points: 0,
                verdict: errors.isEmpty ? .passed : .failed(finding(errors)))
        ]
        var failed: [String] = []
        for (check, verdict) in zip(lab.checks, verdicts) {
            var verdict = verdict
            if let need = check.needs.first(where: failed.contains) { verdict = .skipped(because: need) }
            if !verdict.isPassed { failed.append(check.name) }
            checks.append(CheckReport(name: check.name, title: check.title, points: check.points, verdict: verdict, hint: check.hint))
        }
        var digest = run.session.cluster.trace.digest
        for byte in (lab.name + checks.map(\.verdict.word).joined(separator: ",")).utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(digest, radix: 16)
        let receipt = Receipt(
            engineVersion: engineVersion, seed: seed, labs: labs, submission: submission,
            digest: String(repeating: "0", count: 16 - digits.count) + digits)
        return LabReport(
            lab: lab.name, title: lab.title, checks: checks, problems: run.record.problems, notes: [], receipt: receipt, virtualTime: time)
    }

    private func finding(_ errors: [SubmissionProblem]) -> Finding {
        let say = Speech(language)
        return Finding(
            expected: say(
                "every file can be read, every object is accepted, every command works", "모든 파일을 읽을 수 있고, 모든 객체가 받아들여지며, 모든 명령이 동작함"),
            found: errors.count == 1 ? errors[0].message : say.count(errors.count, "problem", "문제"),
            causes: errors.prefix(5).map { CauseChain([Cause($0.message, at: $0.position)]) })
    }
}

extension LocalizedText {
    init(_ texts: [String: String]) {
        self.init()
        self.texts = texts
    }
}
