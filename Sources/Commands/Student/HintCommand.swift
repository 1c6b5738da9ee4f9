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
        let say = Speech(language)
        let noHint = say("This check has no hint.", "이 검사에는 힌트가 없습니다.")
        if let check {
            let lab = try grader.lab(name)
            guard let found = lab.checks.first(where: { $0.name == check }) else {
                let near = NearestName.of(check, among: lab.checks.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
                throw CommandError(.usage, "Lab \(name) has no check '\(check)'.\(near)")
            }
            Host.write((found.hint.isEmpty ? noHint : found.hint[language]) + "\n")
            return
        }
        let report = try grader.grade(name)
        let failed = report.checks.filter { if case .failed = $0.verdict { true } else { false } }
        guard !failed.isEmpty else {
            Host.write(say("All checks of \(name) pass.\n", "\(name)의 모든 검사를 통과했습니다.\n"))
            return
        }
        for check in all ? failed : Array(failed.prefix(1)) {
            Host.write("\(check.shownTitle(language)):\n")
            if case .failed(let finding) = check.verdict, check.hint.isEmpty, let cause = finding.causes.first {
                Host.write("  \(cause.description)\n")
            } else {
                Host.write("  \(check.hint.isEmpty ? noHint : check.hint[language])\n")
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
        let say = Speech(labOptions.language)
        var passed = 0
        for name in catalogue.names {
            let pad = String(repeating: " ", count: width - name.count)
            guard let entry = progress.entries[name] else {
                Host.write("  \(name)\(pad)  \(say("not started", "시작 전"))\n")
                continue
            }
            if entry.isPassed { passed += 1 }
            let score = "\(entry.points)/\(entry.pointsMax)"
            let state =
                entry.attempts == 0
                ? say("started", "진행 중")
                : say("\(score) points, checked \(Speech.english(entry.attempts, "time"))", "\(score)점, 검사 \(entry.attempts)회")
            Host.write("\(entry.isPassed ? "✓" : " ") \(name)\(pad)  \(state)\n")
        }
        Host.write(say("\(passed) of \(catalogue.names.count) labs passed\n", "실습 \(catalogue.names.count)개 중 \(passed)개 통과\n"))
    }
}
