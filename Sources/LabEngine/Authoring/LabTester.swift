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

        package var isProven: Bool { trials.allSatisfy(\.isAsExpected) }
    }

    package var runner: LabRunner

    package init(runner: LabRunner) { self.runner = runner }

    /// Tests a lab with its model submission.
    package func test(_ lab: Lab, solution: (any FileSource)?, labs: Provenance) throws(RunError) -> Result {
        var trials: [Trial] = []
        var failedChecks: Set<String> = []
        func grade(_ source: any FileSource, _ name: String, _ expectation: Trial.Expectation) throws(RunError) {
            let located = LocatedSource(source: source, provenance: Provenance(location: name))
            let report = try runner.grade(lab, located, labs: labs)
            for check in report.checks { if case .failed = check.verdict { failedChecks.insert(check.name) } }
            let failed = report.checks.filter { !$0.verdict.isPassed }.map(\.name)
            let isPassed = report.isPassed
            let outcome = isPassed ? "\(report.points)/\(report.pointsMax) points" : "\(report.points)/\(report.pointsMax) points, not passed: \(failed.joined(separator: ", "))"
            let isAsExpected = expectation == .fullMarks ? isPassed : !isPassed && !report.hasFault
            trials.append(Trial(name: name, expectation: expectation, isAsExpected: isAsExpected, outcome: outcome, report: report))
        }
        if let solution {
            try grade(solution, "solution", .fullMarks)
            for (name, source) in try folders("mutants", of: solution) {
                try grade(OverlaySource(source, over: solution), "mutant \(name)", .caught)
            }
            for (name, source) in try folders("variants", of: solution) {
                try grade(source, "variant \(name)", .fullMarks)
                for (mutant, inner) in try folders("mutants", of: source) {
                    try grade(OverlaySource(inner, over: source), "mutant \(name)/\(mutant)", .caught)
                }
            }
        } else {
            trials.append(Trial(name: "solution", expectation: .fullMarks, isAsExpected: false, outcome: "there is none", report: nil))
        }
        try grade(lab.starter ?? MemorySource(label: "empty submission"), "starter", .notFullMarks)
        let unproven = lab.checks.map(\.name).filter { !failedChecks.contains($0) }
        return Result(lab: lab.name, trials: trials, unprovenChecks: unproven)
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
