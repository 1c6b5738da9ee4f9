import ArgumentParser
import Grading
import LabEngine
import SimulationKernel

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show what happened in the cluster of a submission, and what caused what; or the way of one request.",
        discussion: """
            Without a subcommand it is 'trace changes'.

            Examples:
              labrunner trace nodeport
              labrunner trace request http://web.default --from pod/client nodeport
            """,
        subcommands: [TraceChangesCommand.self, TraceRequestCommand.self], defaultSubcommand: TraceChangesCommand.self)
}

struct TraceChangesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes", abstract: "Show what happened in the cluster of a submission, and what caused what.",
        discussion: """
            Examples:
              labrunner trace nodeport
              labrunner trace deployment --of Pod
              labrunner trace deployment --of ReplicaSet --limit 20
            """)

    @OptionGroup var labOptions: LabOptions
    @OptionGroup var submissionOptions: SubmissionOptions
    @Option(help: ArgumentHelp("Only what was done to objects whose name or kind holds this text, with its causes.", valueName: "text")) var of: String?
    @Option(help: ArgumentHelp("At most so many lines, the last ones.", valueName: "n")) var limit = 200
    @Argument(help: "The lab; the one that is started here unless given.") var lab: String?

    func run() throws {
        let grader = try Grader(labs: labOptions, submissions: submissionOptions)
        let name = try grader.names(lab.map { [$0] } ?? []).first ?? ""
        let run = try grader.state(name)
        let trace = run.session.cluster.trace
        var chosen: [(entry: TraceEntry, depth: Int)] = []
        if let of {
            var shown: Set<Int32> = []
            for entry in trace.entries where TextMatch.holds(entry.subject, of) {
                for (depth, link) in trace.chain(to: entry.id).enumerated() where shown.insert(link.id.rawValue).inserted {
                    chosen.append((link, depth))
                }
            }
        } else {
            var depths: [Int32: Int] = [:]
            for entry in trace.entries {
                let depth = entry.cause.flatMap { depths[$0.rawValue] }.map { $0 + 1 } ?? 0
                depths[entry.id.rawValue] = depth
                chosen.append((entry, depth))
            }
        }
        let start = trace.entries.first?.time ?? run.session.now
        if chosen.count > limit { Host.talk("\(chosen.count - limit) earlier lines are left out; see --limit.\n") }
        for (entry, depth) in chosen.suffix(max(limit, 0)) {
            let time = LabDuration.text(entry.time - start)
            let pad = String(repeating: " ", count: max(0, 10 - time.count))
            let indent = String(repeating: "  ", count: min(depth, 12))
            Host.write("\(pad)\(time)  \(indent)\(entry.actor) \(entry.action) \(entry.subject)\(entry.detail.isEmpty ? "" : ": \(entry.detail)")\n")
        }
    }
}
