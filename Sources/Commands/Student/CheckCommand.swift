import ArgumentParser
import GitReading
import Grading
import LabEngine

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Grade submissions and say why a check failed.",
        discussion: """
            The submission of a lab is the folder ./LAB, or this folder when it has the lab's name.
            Exit status: 0 passed, 1 failed, 2 the call or a lab is wrong, 3 the submission cannot be read.

            Examples:
              labrunner check nodeport
              labrunner check nodeport --submission ~/labs/nodeport
              labrunner check --labs labs.git --ref v2 --submission students/kim.git@main nodeport
              labrunner check --format junit --output report.xml
              labrunner check --live nodeport

            With --live, what stands in the student's cluster is graded: that of --cluster, or the one that the kubeconfig leads to.
            The scenario happens to a copy; the cluster itself is left alone.
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var submissionOptions: SubmissionOptions

    @Option(help: ArgumentHelp("Form of the report: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "form"))
    var format: ReportFormat = .text

    @Option(help: ArgumentHelp("Write the report to a file.", valueName: "file"))
    var output: String?

    @Flag(help: "Warnings count as errors.")
    var strict = false

    @Flag(help: "Show the hints of failed checks.")
    var hints = false

    @Flag(help: "Grade what was made in a cluster of one's own instead of files.")
    var live = false

    @Option(help: ArgumentHelp("The cluster to grade with --live.", valueName: "name"))
    var cluster: String?

    @Argument(help: "The labs; all that have a submission here unless given.", completion: .custom { _ in [] })
    var lab: [String] = []

    func validate() throws {
        if cluster != nil, !live { throw ValidationError("--cluster is for --live.") }
        if live, submissionOptions.submission != nil { throw ValidationError("--live grades a cluster: leave --submission out.") }
    }

    func run() throws {
        let grader = try Grader(labs: labOptions, submissions: submissionOptions)
        let answer = live ? try gradeCluster(grader) : try gradeFiles(grader)
        if let output { try Host.writeFile(output, Array(answer.text.utf8)) } else { Host.write(answer.text) }
        for result in answer.results {
            try Workplace.updateProgress { $0.record(result.lab, points: result.points, of: result.pointsMax, passed: result.isPassed, at: Host.now) }
        }
        if answer.hasFault { throw ExitCode(CommandError.Code.usage.rawValue) }
        if !answer.isPassed { throw ExitCode(CommandError.Code.failed.rawValue) }
    }

    private func gradeFiles(_ grader: Grader) throws -> GradingAnswer {
        let names = try grader.names(lab)
        let reports = try grader.grade(names, strict: strict)
        let report = Report(labs: reports, language: labOptions.language)
        let style = TextStyle(isColored: output == nil && Host.colorsOutput, showsHints: hints)
        return GradingAnswer(
            text: format.render(report, style: style), isPassed: report.isPassed, hasFault: report.hasFault,
            results: reports.map { ($0.lab, $0.points, $0.pointsMax, $0.isPassed) })
    }

    /// Has a cluster graded by whoever has it: the process that serves it, or this one when it lies on disk.
    private func gradeCluster(_ grader: Grader) throws -> GradingAnswer {
        let folder = try ClusterFolder.meant(cluster)
        let request = GradingRequest(
            labs: labOptions.absoluteLocation, ref: labOptions.ref, language: labOptions.language, names: try grader.liveNames(lab),
            seed: submissionOptions.seed, isStrict: strict, format: format, isColored: output == nil && Host.colorsOutput, showsHints: hints)
        guard let served = ServedCluster(folder) else { return try request.grade(DiskCluster(folder).session.cluster, name: folder.name) }
        guard let answer = GradingAnswer(try served.ask("check", request.value)) else {
            throw CommandError(.defect, "Cluster \(folder.name) is served by another version of labrunner, which cannot grade it. Stop it with 'labrunner cluster down \(folder.name)' first.")
        }
        return answer
    }
}

extension ReportFormat: ExpressibleByArgument {}

/// Grades the submissions that options name.
struct Grader {
    let catalogue: LabCatalogue
    let submissions: SubmissionOptions
    let runner: LabRunner

    init(labs: LabOptions, submissions: SubmissionOptions) throws(CommandError) {
        catalogue = try labs.catalogue()
        self.submissions = submissions
        runner = LabRunner(seed: submissions.seed, language: labs.language, engineVersion: Product.version)
    }

    /// For commands that look at no submission.
    init(labs: LabOptions) throws {
        try self.init(labs: labs, submissions: SubmissionOptions.parse([]))
    }

    /// The labs that are meant.
    func names(_ given: [String]) throws(CommandError) -> [String] {
        if !given.isEmpty {
            var seen: [String] = []
            for name in given where !seen.contains(name) { seen.append(name) }
            return seen
        }
        if submissions.submission != nil { return catalogue.names }
        let started = Workplace.started(among: catalogue.names)
        guard !started.isEmpty else {
            throw CommandError(.submission, "There is no submission here. Run 'labrunner start \(catalogue.names.first ?? "LAB")', or name a lab and a folder with --submission.")
        }
        return started
    }

    func lab(_ name: String) throws(CommandError) -> Lab { try Self.lab(name, in: catalogue) }

    static func lab(_ name: String, in catalogue: LabCatalogue) throws(CommandError) -> Lab {
        do {
            return try catalogue.lab(name)
        } catch let error as SourceError {
            throw CommandError(.usage, error.message)
        } catch let error as LabError {
            throw CommandError(.usage, error.description)
        } catch {
            throw CommandError(.defect, "\(error)")
        }
    }

    func grade(_ name: String) throws(CommandError) -> LabReport { try grade([name])[0] }

    /// Grades the submissions of labs side by side.
    ///
    /// - Throws: the first fault in the order of the labs.
    func grade(_ names: [String], strict: Bool = false) throws(CommandError) -> [LabReport] {
        var work: [(lab: Lab, submission: LocatedSource)] = []
        for name in names { work.append((try lab(name), try submissions.open(for: name, of: names.count))) }
        var runner = runner
        runner.isStrict = strict
        let (judge, provenance) = (runner, catalogue.provenance)
        let outcomes = work.mapSideBySide { task in
            Result { () throws(RunError) in try judge.grade(task.lab, task.submission, labs: provenance) }
        }
        do throws(RunError) {
            return try outcomes.map { outcome throws(RunError) in try outcome.get() }
        } catch {
            throw CommandError(error.code == .lab ? .usage : .defect, error.message)
        }
    }

    /// The cluster that a submission leads to.
    func state(_ name: String) throws(CommandError) -> LabRun {
        let lab = try lab(name)
        let submission = try submissions.open(for: name, of: 1)
        do throws(RunError) {
            let run = LabRun(try LabSetup(lab, seed: submissions.seed), submission: submission.source)
            try run.runSubmission()
            return run
        } catch {
            throw CommandError(error.code == .lab ? .usage : .defect, error.message)
        }
    }
}
