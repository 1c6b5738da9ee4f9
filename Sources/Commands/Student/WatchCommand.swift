import ArgumentParser
import Grading
import LabEngine

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Check again whenever a file is saved. Ctrl-C ends it.",
        discussion: """
            Example:
              labrunner watch nodeport
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var submissionOptions: SubmissionOptions
    @Argument(help: "The lab; the one that is started here unless given.") var lab: String?

    func run() throws {
        let grader = try Grader(labs: labOptions, submissions: submissionOptions)
        let name = try grader.names(lab.map { [$0] } ?? []).first ?? ""
        guard let folder = submissionOptions.submission ?? Workplace.submission(of: name), Host.isFolder(folder) else {
            throw CommandError(.submission, "There is no folder of '\(name)' here to watch. Run 'labrunner start \(name)', or name one with --submission.")
        }
        Interruption.listen()
        var seen: UInt64?
        while !Interruption.hasCome {
            let print = Host.fingerprint(of: folder)
            if print != seen {
                seen = print
                show(grader, name)
            }
            Interruption.sleep(milliseconds: 250)
        }
        Host.talk("\n")
    }

    private func show(_ grader: Grader, _ name: String) {
        if Host.isOutputTerminal { Host.write("\u{1b}[H\u{1b}[2J") }
        do throws(CommandError) {
            let lab = try grader.grade(name)
            let report = Report(labs: [lab], language: labOptions.language)
            Host.write(ReportFormat.text.render(report, style: TextStyle(isColored: Host.colorsOutput, showsHints: false)))
            try Workplace.updateProgress { $0.record(lab.lab, points: lab.points, of: lab.pointsMax, passed: lab.isPassed, at: Host.now) }
        } catch {
            Host.write(error.message + "\n")
        }
        Host.talk(Speech(labOptions.language)("Waiting for changes. Ctrl-C ends.\n", "변경을 기다립니다. Ctrl-C로 끝냅니다.\n"))
    }
}
