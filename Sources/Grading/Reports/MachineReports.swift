import KubernetesObjects

extension Finding {
    /// What a finding says, in a few lines without colour.
    func plainLines(_ words: ReportWords) -> [String] {
        ["\(words.expected): \(expected)", "\(words.found): \(found)"]
            + differences.prefix(8).map { "  \($0.path): \($0.actual) → \($0.expected)\($0.position.map { " (\($0.short))" } ?? "")" }
            + causes.map { "\(words.why): \($0.description)" }
    }
}

/// A report as JUnit XML, one test suite a lab.
struct JUnitReport {
    let report: Report
    private let words: ReportWords

    init(_ report: Report) {
        self.report = report
        words = ReportWords(report.language)
    }

    var text: String {
        let all = report.labs.flatMap(\.checks)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"labrunner\" \(counts(all))>\n"
        for lab in report.labs {
            text += "  <testsuite name=\"\(escape(lab.lab))\" \(counts(lab.checks))>\n    <properties>\n"
            let receipt = lab.receipt
            let properties = [
                ("labs", words.summary(of: receipt.labs)), ("submission", words.summary(of: receipt.submission)), ("seed", String(receipt.seed)), ("digest", receipt.digest),
                ("engine", receipt.engineVersion), ("points", "\(lab.points)"), ("pointsMax", "\(lab.pointsMax)"),
            ]
            for (name, value) in properties { text += "      <property name=\"\(name)\" value=\"\(escape(value))\"/>\n" }
            text += "    </properties>\n"
            for check in lab.checks { text += self.check(check, lab) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private func counts(_ checks: [CheckReport]) -> String {
        var failures = 0
        var errors = 0
        var skipped = 0
        for check in checks {
            switch check.verdict {
            case .failed: failures += 1
            case .couldNotJudge: errors += 1
            case .skipped: skipped += 1
            case .passed: break
            }
        }
        return "tests=\"\(checks.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\" time=\"0\""
    }

    private func check(_ check: CheckReport, _ lab: LabReport) -> String {
        var open = "    <testcase classname=\"\(escape(lab.lab))\" name=\"\(escape(check.shownTitle(report.language)))\" time=\"0\""
        switch check.verdict {
        case .passed: return open + "/>\n"
        case .skipped(let because): return open + "><skipped message=\"\(escape(because))\"/></testcase>\n"
        case .couldNotJudge(let fault): return open + "><error message=\"\(escape(fault.message))\"/></testcase>\n"
        case .failed(let finding):
            if let place = finding.position { open += " file=\"\(escape(place.file))\" line=\"\(place.line)\"" }
            let detail = escape(finding.plainLines(words).joined(separator: "\n"))
            return open + ">\n      <failure message=\"\(escape(finding.found))\">\(detail)</failure>\n    </testcase>\n"
        }
    }

    private func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            // XML 1.0 has no way to write control characters.
            case let other where other.value < 32 || other.value == 0xfffe || other.value == 0xffff: result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A report as workflow commands of GitHub Actions: an annotation for each finding, at its file and line.
struct GitHubReport {
    let report: Report
    private let words: ReportWords

    init(_ report: Report) {
        self.report = report
        words = ReportWords(report.language)
    }

    var text: String {
        var text = ""
        for lab in report.labs {
            for problem in lab.problems where !problem.isError {
                text += command("warning", problem.position, lab, title: "\(lab.lab): warning", problem.message)
            }
            for check in lab.checks {
                let title = "\(lab.lab): \(check.shownTitle(report.language))"
                switch check.verdict {
                case .passed: continue
                case .skipped(let because): text += command("notice", nil, lab, title: title, "\(words.skipped): \(because)")
                case .couldNotJudge(let fault): text += command("warning", nil, lab, title: title, "\(words.couldNotJudge): \(fault.message)")
                case .failed(let finding):
                    text += command("error", finding.position, lab, title: title, finding.plainLines(words).joined(separator: "\n"))
                }
            }
        }
        let passed = report.labs.filter(\.isPassed).count
        let summary = words.summary(passed: passed, of: report.labs.count, score: "\(report.points)/\(report.pointsMax)")
        return text + "::notice title=labrunner::\(summary)\n"
    }

    private func command(_ level: String, _ position: FilePosition?, _ lab: LabReport, title: String, _ message: String) -> String {
        var properties: [String] = []
        if let position {
            let folder = lab.receipt.submission.location
            let file = folder == "." || folder.isEmpty || folder.hasPrefix("/") ? position.file : folder + "/" + position.file
            properties.append("file=\(property(file))")
            if position.line > 0 { properties += ["line=\(position.line)", "col=\(position.column)"] }
        }
        properties.append("title=\(property(title))")
        return "::\(level) \(properties.joined(separator: ","))::\(data(message))\n"
    }

    private func data(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private func property(_ text: String) -> String {
        var result = ""
        for scalar in data(text).unicodeScalars {
            switch scalar {
            case ":": result += "%3A"
            case ",": result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A report as Markdown, for summaries and comments.
struct MarkdownReport {
    let report: Report
    let words: ReportWords

    init(_ report: Report) {
        self.report = report
        words = ReportWords(report.language)
    }

    var text: String {
        var text = ""
        for lab in report.labs {
            let title = lab.title[report.language]
            text += "## \(lab.isPassed ? "✅" : "❌") \(escape(lab.lab))\(title.isEmpty ? "" : ": \(escape(title))") (\(lab.points)/\(lab.pointsMax))\n\n"
            text += "| | | |\n|---|---|---:|\n"
            for check in lab.checks {
                let mark =
                    switch check.verdict {
                    case .passed: "✅"
                    case .failed: "❌"
                    case .skipped: "➖"
                    case .couldNotJudge: "❔"
                    }
                let points = check.points == 0 ? "" : "\(check.verdict.isPassed ? check.points : 0)/\(check.points)"
                text += "| \(mark) | \(escape(check.shownTitle(report.language))) | \(points) |\n"
            }
            for check in lab.checks {
                switch check.verdict {
                case .failed(let finding):
                    text += "\n**\(escape(check.shownTitle(report.language)))**\n\n- \(words.expected): \(code(finding.expected))\n- \(words.found): \(code(finding.found))\n"
                    for cause in finding.causes { text += "- \(words.why): \(code(cause.description))\n" }
                case .couldNotJudge(let fault):
                    text += "\n**\(escape(check.shownTitle(report.language)))**\n\n- \(words.couldNotJudge): \(code(fault.message))\n"
                default: break
                }
            }
            let receipt = lab.receipt
            text += "\n<sub>\(words.lab) \(escape(words.summary(of: receipt.labs))) · \(words.submission) \(escape(words.summary(of: receipt.submission))) · \(words.seed) \(receipt.seed) · \(words.digest) \(receipt.digest) · labrunner \(receipt.engineVersion)</sub>\n\n"
        }
        return text
    }

    /// Markdown's own characters in a submission's text stay text.
    private func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\`*_{}[]<>#|!".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar == "\n" ? " " : scalar)
        }
        return result
    }

    private func code(_ text: String) -> String {
        let line = text.split(separator: "\n").joined(separator: " ")
        var ticks = "`"
        while TextMatch.holds(line, ticks) { ticks += "`" }
        let pad = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
        return ticks + pad + line + pad + ticks
    }
}
