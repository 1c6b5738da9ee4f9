import GitReading
import Grading

/// Proves a lab: its solution passes, its starter does not, each variant passes, each mutant is caught.
package struct LabTester: Sendable {
    /// One thing that was tried.
    package struct Trial: Sendable {
        package enum Expectation: String, Sendable { case fullMarks = "full marks", caught = "caught", notFullMarks = "not full marks" }

        /// `solution`, `starter`, `variant commands`, `mutant cluster-ip`.
        package var name: String
        package var expectation: Expectation
        package var isAsExpected: Bool
        /// What came out, for a person.
        package var outcome: String
        package var report: LabReport?
    }

    package struct Result: Sendable {
        package var lab: String
        package var trials: [Trial]
        /// Checks that no mutant and not the starter made fail.
        package var unprovenChecks: [String]

        package init(_ lab: Lab, _ trials: [Trial]) {
            self.lab = lab.name
            self.trials = trials
            var failed: Set<String> = []
            for check in trials.flatMap({ $0.report?.checks ?? [] }) { if case .failed = check.verdict { failed.insert(check.name) } }
            unprovenChecks = lab.checks.map(\.name).filter { !failed.contains($0) }
        }

        package var isProven: Bool { trials.allSatisfy(\.isAsExpected) }
    }

    package var runner: LabRunner

    package init(runner: LabRunner) { self.runner = runner }

    /// What is to be tried of a lab.
    package struct Attempt: Sendable {
        var name: String
        var expectation: Trial.Expectation
        /// Nil when the lab has no such submission.
        var submission: (any FileSource)?
    }

    /// Tests a lab with its model submission, one trial after another.
    package func test(_ lab: Lab, solution: (any FileSource)?, labs: Provenance) throws(RunError) -> Result {
        var trials: [Trial] = []
        for attempt in try attempts(lab, solution: solution) { trials.append(try trial(attempt, of: lab, labs: labs)) }
        return Result(lab, trials)
    }

    /// What has to be tried of a lab; no trial needs another, so that they may be made side by side.
    ///
    /// - Throws: that the lab's folders cannot be read.
    package func attempts(_ lab: Lab, solution: (any FileSource)?) throws(RunError) -> [Attempt] {
        var attempts = [Attempt(name: "solution", expectation: .fullMarks, submission: solution)]
        if let solution {
            for (name, source) in try folders("mutants", of: solution) {
                attempts.append(Attempt(name: "mutant \(name)", expectation: .caught, submission: OverlaySource(source, over: solution)))
            }
            for (name, source) in try folders("variants", of: solution) {
                attempts.append(Attempt(name: "variant \(name)", expectation: .fullMarks, submission: source))
                for (mutant, inner) in try folders("mutants", of: source) {
                    attempts.append(Attempt(name: "mutant \(name)/\(mutant)", expectation: .caught, submission: OverlaySource(inner, over: source)))
                }
            }
        }
        attempts.append(Attempt(name: "starter", expectation: .notFullMarks, submission: lab.starter ?? MemorySource(label: "empty submission")))
        return attempts
    }

    /// Makes one trial.
    package func trial(_ attempt: Attempt, of lab: Lab, labs: Provenance) throws(RunError) -> Trial {
        guard let submission = attempt.submission else {
            return Trial(name: attempt.name, expectation: attempt.expectation, isAsExpected: false, outcome: "there is none", report: nil)
        }
        let located = LocatedSource(source: submission, provenance: Provenance(location: attempt.name))
        let report = try runner.grade(lab, located, labs: labs)
        let points = "\(report.points)/\(report.pointsMax) points"
        let failed = report.checks.filter { !$0.verdict.isPassed }.map(\.name)
        return Trial(
            name: attempt.name, expectation: attempt.expectation,
            isAsExpected: attempt.expectation == .fullMarks ? report.isPassed : !report.isPassed && !report.hasFault,
            outcome: report.isPassed ? points : "\(points), not passed: \(failed.joined(separator: ", "))", report: report)
    }

    private func folders(_ name: String, of source: any FileSource) throws(RunError) -> [(String, any FileSource)] {
        guard source.hasFolder(name) else { return [] }
        do throws(SourceError) {
            var found: [(String, any FileSource)] = []
            for entry in try source.entries(of: name) where entry.kind == .folder {
                found.append((entry.name, try source.folder(SourcePath.join(name, entry.name))))
            }
            return found
        } catch {
            throw RunError(.lab, error.message)
        }
    }
}
