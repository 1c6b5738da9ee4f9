import GitReading
import KubernetesObjects

/// The result of grading one submission of one lab: a receipt that anybody can work out again to the byte.
package struct LabReport: Sendable {
    package var lab: String
    package var title: LocalizedText
    package var checks: [CheckReport]
    /// What went wrong while the submission was read and run, warnings included.
    package var problems: [SubmissionProblem]
    package var notes: [String]
    package var receipt: Receipt
    /// How much time passed in the cluster.
    package var virtualTime: Duration

    package init(
        lab: String, title: LocalizedText, checks: [CheckReport], problems: [SubmissionProblem] = [], notes: [String] = [], receipt: Receipt,
        virtualTime: Duration = .zero
    ) {
        self.lab = lab
        self.title = title
        self.checks = checks
        self.problems = problems
        self.notes = notes
        self.receipt = receipt
        self.virtualTime = virtualTime
    }

    package var points: Int { checks.reduce(0) { $0 + ($1.verdict.isPassed ? $1.points : 0) } }
    package var pointsMax: Int { checks.reduce(0) { $0 + $1.points } }
    package var isPassed: Bool { checks.allSatisfy(\.verdict.isPassed) }
    package var hasFault: Bool { checks.contains(where: \.verdict.isFault) }
    package var passedCount: Int { checks.filter(\.verdict.isPassed).count }
}

/// How one check came out.
package struct CheckReport: Sendable {
    package var name: String
    package var title: LocalizedText
    package var points: Int
    package var verdict: Verdict
    package var hint: LocalizedText

    package init(name: String, title: LocalizedText, points: Int, verdict: Verdict, hint: LocalizedText = LocalizedText()) {
        self.name = name
        self.title = title
        self.points = points
        self.verdict = verdict
        self.hint = hint
    }

    /// The title in a language, or the name when there is none.
    package func shownTitle(_ language: String) -> String { title[language].isEmpty ? name : title[language] }
}

/// All that a result depends on.
package struct Receipt: Sendable {
    package var engineVersion: String
    package var seed: UInt64
    package var labs: Provenance
    package var submission: Provenance
    /// Sixteen hexadecimal digits: the same for two runs that did the same things in the same order.
    package var digest: String

    package init(engineVersion: String, seed: UInt64, labs: Provenance, submission: Provenance, digest: String) {
        self.engineVersion = engineVersion
        self.seed = seed
        self.labs = labs
        self.submission = submission
        self.digest = digest
    }
}

/// The results of one call.
package struct Report: Sendable {
    package var labs: [LabReport]
    package var language: String

    package init(labs: [LabReport], language: String = "en") {
        self.labs = labs
        self.language = language
    }

    package var points: Int { labs.reduce(0) { $0 + $1.points } }
    package var pointsMax: Int { labs.reduce(0) { $0 + $1.pointsMax } }
    package var isPassed: Bool { labs.allSatisfy(\.isPassed) }
    package var hasFault: Bool { labs.contains(where: \.hasFault) }
}

/// The forms in which a report can be had.
package enum ReportFormat: String, Sendable, CaseIterable {
    case text, json, junit, github, markdown

    /// The report as text that ends with a line break.
    package func render(_ report: Report, style: TextStyle = TextStyle()) -> String {
        switch self {
        case .text: TextReport(report, style: style).text
        case .json: JSONReport(report).text
        case .junit: JUnitReport(report).text
        case .github: GitHubReport(report).text
        case .markdown: MarkdownReport(report).text
        }
    }
}
