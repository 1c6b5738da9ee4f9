import ArgumentParser
import Grading
import LabEngine

struct HintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hint", abstract: "Give the hint of the first check that does not pass.",
        discussion: """
            Examples:
              labrunner hint nodeport
              labrunner hint nodeport --check every-node
              labrunner hint nodeport --all
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var submissionOptions: SubmissionOptions
    @Option(help: ArgumentHelp("The hint of this check.", valueName: "name")) var check: String?
    @Flag(help: "The hints of all checks that do not pass.") var all = false
    @Argument(help: "The lab; the one that is started here unless given.") var lab: String?

    func run() throws {
        let grader = try Grader(labs: labOptions, submissions: submissionOptions)
        let name = try grader.names(lab.map { [$0] } ?? []).first ?? ""
        let language = labOptions.language
        if let check {
            let lab = try grader.lab(name)
            guard let found = lab.checks.first(where: { $0.name == check }) else {
                let near = NearestName.of(check, among: lab.checks.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
                throw CommandError(.usage, "Lab \(name) has no check '\(check)'.\(near)")
            }
            Host.write((found.hint.isEmpty ? "This check has no hint." : found.hint[language]) + "\n")
            return
        }
        let report = try grader.grade(name, of: 1)
        let failed = report.checks.filter { if case .failed = $0.verdict { true } else { false } }
        guard !failed.isEmpty else {
            Host.write("All checks of \(name) pass.\n")
            return
        }
        for check in all ? failed : Array(failed.prefix(1)) {
            Host.write("\(check.shownTitle(language)):\n")
            if case .failed(let finding) = check.verdict, check.hint.isEmpty, let cause = finding.causes.first {
                Host.write("  \(cause.description)\n")
            } else {
                Host.write("  \(check.hint.isEmpty ? "This check has no hint." : check.hint[language])\n")
            }
        }
    }
}

struct SolutionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solution", abstract: "Print the model submission of a lab.",
        discussion: """
            Example:
              labrunner solution nodeport
            """)

    @OptionGroup var labOptions: LabOptions
    @Argument(help: "The lab.") var lab: String

    func run() throws {
        let catalogue = try labOptions.catalogue()
        let grader = try Grader(labs: labOptions)
        _ = try grader.lab(lab)
        guard let solution = catalogue.solution(of: lab) else { throw CommandError(.usage, "Lab \(lab) comes without a model submission.") }
        for path in try solution.files() where !path.hasPrefix("mutants/") && !path.hasPrefix("variants/") {
            Host.write("# \(path)\n")
            let text = try solution.readText(path)
            Host.write(text + (text.hasSuffix("\n") ? "" : "\n"))
        }
    }
}

struct ProgressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress", abstract: "Show how far you are.",
        discussion: """
            Example:
              labrunner progress
            """)

    @OptionGroup var labOptions: LabOptions

    func run() throws {
        let catalogue = try labOptions.catalogue()
        let progress = try Workplace.readProgress()
        let width = catalogue.names.map(\.count).max() ?? 0
        var passed = 0
        for name in catalogue.names {
            let pad = String(repeating: " ", count: width - name.count)
            guard let entry = progress.entries[name] else {
                Host.write("  \(name)\(pad)  not started\n")
                continue
            }
            if entry.isPassed { passed += 1 }
            let state = entry.attempts == 0 ? "started" : "\(entry.points)/\(entry.pointsMax) points, checked \(entry.attempts) time\(entry.attempts == 1 ? "" : "s")"
            Host.write("\(entry.isPassed ? "✓" : " ") \(name)\(pad)  \(state)\n")
        }
        Host.write("\(passed) of \(catalogue.names.count) labs passed\n")
    }
}
