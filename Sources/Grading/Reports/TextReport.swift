import KubernetesObjects

/// Whether a text is coloured, and what else it tells.
package struct TextStyle: Sendable {
    package var isColored: Bool
    package var showsHints: Bool
    package var showsReceipt: Bool

    package init(isColored: Bool = false, showsHints: Bool = false, showsReceipt: Bool = true) {
        self.isColored = isColored
        self.showsHints = showsHints
        self.showsReceipt = showsReceipt
    }

    enum Paint: String {
        case green = "32", red = "31", yellow = "33", dim = "2", bold = "1", cyan = "36"
    }

    func paint(_ text: String, _ paint: Paint) -> String { isColored ? "\u{1b}[\(paint.rawValue)m\(text)\u{1b}[0m" : text }
}

/// A report for a person at a terminal.
struct TextReport {
    let report: Report
    let style: TextStyle
    let words: ReportWords

    init(_ report: Report, style: TextStyle) {
        self.report = report
        self.style = style
        words = ReportWords(report.language)
    }

    var text: String {
        var text = ""
        for lab in report.labs { text += self.lab(lab) + "\n" }
        text += summary + "\n"
        return text
    }

    private func lab(_ lab: LabReport) -> String {
        let title = lab.title[report.language]
        var lines = [style.paint(lab.lab, .bold) + (title.isEmpty ? "" : "  \(title)")]
        for problem in lab.problems where !problem.isError { lines.append("  " + style.paint("! \(problem.position.short): \(problem.message)", .yellow)) }
        for check in lab.checks { lines += self.check(check) }
        for note in lab.notes { lines.append("  " + style.paint("\(words.note): \(note)", .dim)) }
        if style.showsReceipt {
            let receipt = lab.receipt
            lines.append(
                "  "
                    + style.paint(
                        "\(words.lab) \(words.summary(of: receipt.labs)) · \(words.submission) \(words.summary(of: receipt.submission)) · \(words.seed) \(receipt.seed) · \(words.digest) \(receipt.digest) · \(LabDuration.text(lab.virtualTime)) \(words.simulated)",
                        .dim))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func check(_ check: CheckReport) -> [String] {
        let points = check.points == 0 ? "" : "  " + style.paint(words.points(check.points), .dim)
        let title = check.shownTitle(report.language)
        switch check.verdict {
        case .passed: return ["  " + style.paint("✓", .green) + " \(title)\(points)"]
        case .skipped(let because):
            return ["  " + style.paint("–", .yellow) + " \(title)\(points)  " + style.paint("\(words.skipped): \(because)", .dim)]
        case .couldNotJudge(let fault):
            return ["  " + style.paint("?", .yellow) + " \(title)\(points)", "      \(words.couldNotJudge): \(fault.message)"]
        case .failed(let finding):
            var lines = ["  " + style.paint("✗", .red) + " \(title)\(points)"]
            func add(_ label: String, _ text: String) {
                let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
                lines.append("      " + style.paint(label, .dim) + " " + (parts.first ?? ""))
                for part in parts.dropFirst() { lines.append("        \(part)") }
            }
            add(words.expected + ":", finding.expected)
            add(words.found + ":", finding.found)
            if finding.differences.count > 1 || finding.differences.first.map({ $0.position != nil }) ?? false {
                for difference in finding.differences.prefix(8) {
                    let place = difference.position.map { "  " + style.paint($0.short, .cyan) } ?? ""
                    lines.append("        \(difference.path): " + style.paint(difference.actual, .red) + " → " + style.paint(difference.expected, .green) + place)
                }
            }
            for cause in finding.causes { add(words.why + ":", cause.description) }
            if style.showsHints, !check.hint.isEmpty { add(words.hint + ":", check.hint[report.language]) }
            return lines
        }
    }

    private var summary: String {
        let passed = report.labs.filter(\.isPassed).count
        let score = "\(report.points)/\(report.pointsMax)"
        let text: String
        if report.labs.count == 1, let lab = report.labs.first {
            text = words.labSummary(passed: lab.passedCount, of: lab.checks.count, score: score)
        } else {
            text = words.summary(passed: passed, of: report.labs.count, score: score)
        }
        return style.paint(text, report.isPassed ? .green : .red)
    }
}
