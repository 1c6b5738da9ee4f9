import ArgumentParser
import GitReading
import Grading
import KubernetesObjects
import LabEngine

struct LabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Write labs, and prove that they work.",
        discussion: """
            Examples:
              labrunner lab new ingress
              labrunner lab lint
              labrunner lab test nodeport
              labrunner lab schema > lab.schema.json
            """,
        subcommands: [NewLabCommand.self, LintLabCommand.self, TestLabCommand.self, LabSchemaCommand.self])
}

struct NewLabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a small lab to begin with, with its solution and a mutant.",
        discussion: """
            Example:
              labrunner lab new ingress
            """)

    @Argument(help: "Name of the lab.") var name: String

    func run() throws {
        let legal = !name.isEmpty && name.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
        guard legal, !name.hasPrefix("-"), name.utf8.count <= 63 else {
            throw CommandError(.usage, "'\(name)' is no name for a lab: use lower case letters, digits and '-'.")
        }
        guard !Host.exists("labs/\(name)"), !Host.exists("solutions/\(name)") else {
            throw CommandError(.usage, "labs/\(name) or solutions/\(name) is already here.")
        }
        for (path, text) in LabTemplate.files(name: name) {
            try Host.makeFolder(SourcePath.parent(path))
            try Host.writeFile(path, Array(text.utf8))
            Host.write("\(path)\n")
        }
        Host.talk("Prove it with 'labrunner lab test \(name)'.\n")
    }
}

struct LintLabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find mistakes in labs, each with its line.",
        discussion: """
            Examples:
              labrunner lab lint
              labrunner lab lint nodeport --strict
            """)

    @OptionGroup var labOptions: LabOptions
    @Flag(help: "Warnings count as errors.") var strict = false
    @Argument(help: "The labs; all unless given.") var lab: [String] = []

    func run() throws {
        let catalogue = try labOptions.catalogue()
        var errors = 0
        var warnings = 0
        let names = lab.isEmpty ? catalogue.names : lab
        for name in names {
            var problems: [FormatProblem]
            do {
                let lab = try catalogue.lab(name)
                problems = LabLinter(lab, hasSolution: catalogue.solution(of: name) != nil).problems
                let runner = LabRunner(engineVersion: Product.version)
                if let message = try runner.emptySubmissionComplaint(lab) {
                    problems.append(FormatProblem(FilePosition(file: lab.folder.displayName(of: LabReader.fileName), line: 0), message))
                }
            } catch let error as LabError {
                problems = error.problems
            } catch let error as SourceError {
                throw CommandError(.usage, error.message)
            } catch let error as RunError {
                problems = [FormatProblem(FilePosition(file: name, line: 0), error.message)]
            }
            for problem in problems { Host.write("\(problem)\n") }
            errors += problems.filter { !$0.isWarning }.count
            warnings += problems.filter(\.isWarning).count
        }
        Host.write("\(Speech.english(names.count, "lab")) looked over: \(Speech.english(errors, "error")), \(Speech.english(warnings, "warning"))\n")
        if errors > 0 || strict && warnings > 0 { throw ExitCode(CommandError.Code.usage.rawValue) }
    }
}

struct TestLabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Prove labs: solutions pass, starters do not, every mutant is caught.",
        discussion: """
            Variants in solutions/LAB/variants must pass like the solution; mutants in solutions/LAB/mutants, laid over the
            solution, must not.

            Examples:
              labrunner lab test
              labrunner lab test nodeport --verbose
            """)

    @OptionGroup var labOptions: LabOptions
    @Option(help: ArgumentHelp("Seed of everything random in the cluster.", valueName: "n")) var seed: UInt64 = LabRunner.standardSeed
    @Flag(help: "Show what was found in every trial.") var verbose = false
    @Argument(help: "The labs; all unless given.") var lab: [String] = []

    func run() throws {
        let catalogue = try labOptions.catalogue()
        let tester = LabTester(runner: LabRunner(seed: seed, language: labOptions.language, engineVersion: Product.version))
        let names = lab.isEmpty ? catalogue.names : lab
        var failed: [String] = []
        for name in names {
            let lab: Lab
            do { lab = try catalogue.lab(name) } catch { throw CommandError(.usage, "\(error)") }
            let result: LabTester.Result
            do throws(RunError) {
                let provenance = catalogue.provenance
                let attempts = try tester.attempts(lab, solution: catalogue.solution(of: name))
                let trials = attempts.mapSideBySide { attempt in
                    Result { () throws(RunError) in try tester.trial(attempt, of: lab, labs: provenance) }
                }
                result = LabTester.Result(lab, try trials.map { trial throws(RunError) in try trial.get() })
            } catch {
                throw CommandError(error.code == .lab ? .usage : .defect, error.message)
            }
            Host.write("\(name)\n")
            for trial in result.trials {
                Host.write("  \(trial.isAsExpected ? "✓" : "✗") \(trial.name): \(trial.outcome)\(trial.isAsExpected ? "" : " (expected: \(trial.expectation.rawValue))")\n")
                guard verbose || !trial.isAsExpected, let report = trial.report else { continue }
                for check in report.checks {
                    if case .failed(let finding) = check.verdict {
                        for cause in finding.causes { Host.write("      \(check.name): \(cause.description)\n") }
                        if finding.causes.isEmpty { Host.write("      \(check.name): \(finding.found)\n") }
                    }
                    if case .couldNotJudge(let fault) = check.verdict { Host.write("      \(check.name): could not judge: \(fault.message)\n") }
                }
            }
            for check in result.unprovenChecks { Host.write("  ! no mutant and not the starter fails check '\(check)'\n") }
            if !result.isProven { failed.append(name) }
        }
        guard failed.isEmpty else {
            Host.write("not proven: \(failed.joined(separator: ", "))\n")
            throw ExitCode(CommandError.Code.failed.rawValue)
        }
        Host.write("\(Speech.english(names.count, "lab")) proven\n")
    }
}

struct LabSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the lab format as a JSON Schema for editors.",
        discussion: """
            Examples:
              labrunner lab schema > lab.schema.json
              labrunner lab schema --markdown
            """)

    @Flag(help: "Print the reference as Markdown.") var markdown = false

    func run() throws {
        if markdown { return Host.write(FormatReference().markdown) }
        Host.write(SchemaWriter().schema.json(.indented(by: 2), escapesHTML: false) + "\n")
    }
}
