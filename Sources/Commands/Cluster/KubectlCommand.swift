import ArgumentParser
import GitReading
import Kubectl
import LabEngine

struct KubectlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubectl", abstract: "Run kubectl against the cluster that a submission leads to.",
        discussion: """
            With a kubeconfig of 'labrunner cluster create' the words go to that cluster, and what they change stays.
            Otherwise the cluster of a lab is made anew for each call; what a command changes is gone afterwards.
            Options of labrunner (--labs, --ref, --submission, --seed) stand before the lab.

            Examples:
              labrunner kubectl nodeport get pods,services -o wide
              KUBECONFIG=demo.kubeconfig labrunner kubectl get nodes
              labrunner kubectl nodeport describe service nginx
              labrunner kubectl --submission solutions/hpa hpa get hpa
            """)

    @Argument(parsing: .captureForPassthrough, help: "The lab, and the words of the kubectl command.")
    var words: [String] = []

    func run() throws {
        if let status = try DiskKubectl.run(words) {
            if status != 0 { throw ExitCode(status) }
            return
        }
        if let first = words.first, first == "--help" || first == "-h" || first == "help" && words.count == 1 {
            return Host.write(Root.helpMessage(for: Self.self) + "\n")
        }
        let (grader, lab, rest): (Grader, String, [String])
        do {
            (grader, lab, rest) = try LeadingOptions.read(words, command: "kubectl")
        } catch {
            let alone = KubectlAlone.serves(words)
            guard let status = try alone ? KubectlAlone.run(words) : DiskKubectl.runOnOwn(words) else { throw error }
            if status != 0 { throw ExitCode(status) }
            return
        }
        let run = try grader.state(lab)
        var environment = KubectlEnvironment(files: HostFiles(), writeOutput: { Host.write($0) }, writeError: { Host.talk($0) })
        environment.writeBytes = { Host.write($0) }
        environment.standardInput = { Host.readInput() }
        environment.isTerminal = Host.isOutputTerminal
        let kubectl = Kubectl(client: run.session, environment: environment)
        let status = kubectl.run(rest)
        if status != 0 { throw ExitCode(status) }
    }
}

/// Options of labrunner before the words that belong to another command.
enum LeadingOptions {
    static func read(_ words: [String], command: String) throws -> (Grader, lab: String, rest: [String]) {
        var own: [String] = []
        var rest = words[...]
        while let word = rest.first, word.hasPrefix("--"), word != "--" {
            let name = word.prefix { $0 != "=" }
            guard ["--labs", "--ref", "--submission", "--seed", "--lang"].contains(name) else { break }
            own.append(rest.removeFirst())
            if !word.contains("="), let value = rest.popFirst() { own.append(value) }
        }
        if rest.first == "--" { rest.removeFirst() }
        let options = try OwnOptions.parse(own)
        let grader = try Grader(labs: options.labOptions, submissions: options.submissionOptions)
        if let first = rest.first, grader.catalogue.names.contains(first) {
            return (grader, first, Array(rest.dropFirst()))
        }
        let started = Workplace.started(among: grader.catalogue.names)
        guard started.count == 1 else {
            let names = grader.catalogue.names.joined(separator: ", ")
            throw CommandError(.usage, "Name the lab whose cluster is meant: 'labrunner \(command) LAB …'. There are \(names).")
        }
        return (grader, started[0], Array(rest))
    }

    private struct OwnOptions: ParsableArguments {
        @OptionGroup var labOptions: LabOptions
        @OptionGroup var submissionOptions: SubmissionOptions
    }
}

/// The real disk, for `-f` and `cp`.
struct HostFiles: KubectlFiles {
    var workingDirectory: String { Host.currentFolder }

    func read(_ path: String) throws(FileProblem) -> [UInt8] {
        if Host.isFolder(path) { throw .isDirectory }
        guard let bytes = Host.readFile(path) else { throw .notFound }
        return bytes
    }

    func write(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
        do throws(CommandError) {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex, !Host.exists(String(path[..<slash])) {
                try Host.makeFolder(String(path[..<slash]))
            }
            try Host.writeFile(path, bytes)
        } catch { throw .permissionDenied }
    }

    func list(_ path: String) throws(FileProblem) -> [String] {
        guard Host.isFolder(path) else { throw .notFound }
        return Host.names(in: path)
    }

    func isDirectory(_ path: String) -> Bool? { Host.exists(path) ? Host.isFolder(path) : nil }
}
