import GitReading
import KubernetesObjects

/// A report as JSON. The shape is stable: fields are added, never renamed or removed. docs/REPORT-JSON.md describes it.
package struct JSONReport {
    /// Grows when a field changes its meaning.
    package static let formatVersion = 1

    let report: Report

    package init(_ report: Report) { self.report = report }

    var text: String { value.json(.indented(by: 2), escapesHTML: false) + "\n" }

    package var value: Value {
        [
            "formatVersion": Value(Self.formatVersion), "passed": .bool(report.isPassed), "points": Value(report.points),
            "pointsMax": Value(report.pointsMax), "labs": .array(report.labs.map(lab)),
        ]
    }

    private func lab(_ lab: LabReport) -> Value {
        [
            "lab": .string(lab.lab), "title": .string(lab.title[report.language]), "passed": .bool(lab.isPassed), "points": Value(lab.points),
            "pointsMax": Value(lab.pointsMax), "checks": .array(lab.checks.map(check)),
            "problems": .array(
                lab.problems.map { problem in
                    [
                        "kind": .string(problem.kind.rawValue), "position": position(problem.position), "message": .string(problem.message),
                        "isError": .bool(problem.isError),
                    ]
                }),
            "notes": Value(lab.notes),
            "virtualSeconds": Value(Double(lab.virtualTime.components.seconds) + Double(lab.virtualTime.components.attoseconds / 1_000_000_000_000_000) / 1000),
            "receipt": [
                "engineVersion": .string(lab.receipt.engineVersion), "seed": .string(String(lab.receipt.seed)),
                "labs": provenance(lab.receipt.labs), "submission": provenance(lab.receipt.submission), "digest": .string(lab.receipt.digest),
            ],
        ]
    }

    private func check(_ check: CheckReport) -> Value {
        var value: Value = [
            "name": .string(check.name), "title": .string(check.shownTitle(report.language)), "verdict": .string(check.verdict.word),
            "points": Value(check.verdict.isPassed ? check.points : 0), "pointsMax": Value(check.points),
        ]
        switch check.verdict {
        case .passed: break
        case .skipped(let because): value["because"] = .string(because)
        case .couldNotJudge(let fault): value["fault"] = .string(fault.message)
        case .failed(let finding):
            value["finding"] = self.finding(finding)
            if !check.hint.isEmpty { value["hint"] = .string(check.hint[report.language]) }
        }
        return value
    }

    private func finding(_ finding: Finding) -> Value {
        var value: Value = ["expected": .string(finding.expected), "found": .string(finding.found)]
        if !finding.subject.isEmpty { value["subject"] = .string(finding.subject) }
        if let time = finding.time { value["time"] = .string(LabDuration.text(time)) }
        value["differences"] = .array(
            finding.differences.map { difference in
                var entry: Value = ["path": .string(difference.path), "expected": .string(difference.expected), "actual": .string(difference.actual)]
                if let place = difference.position { entry["position"] = position(place) }
                return entry
            })
        value["causes"] = .array(
            finding.causes.map { chain in
                .array(
                    chain.links.map { link in
                        var entry: Value = ["text": .string(link.text)]
                        if let place = link.position { entry["position"] = position(place) }
                        return entry
                    })
            })
        return value
    }

    private func position(_ position: FilePosition) -> Value {
        ["file": .string(position.file), "line": Value(position.line), "column": Value(position.column)]
    }

    private func provenance(_ provenance: Provenance) -> Value {
        [
            "location": .string(provenance.location), "commit": provenance.commit.map { .string($0) } ?? .null,
            "reference": provenance.reference.map { .string($0) } ?? .null, "dirty": .bool(provenance.isDirty),
        ]
    }
}
