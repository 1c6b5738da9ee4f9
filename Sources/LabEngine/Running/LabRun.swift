import APIMachinery
import Cluster
import Eksctl
import GitReading
import Grading
import Kubectl
import KubernetesObjects
import SimulationKernel

/// Why a run could not be made: a fault of the lab or of the program, never of the submission.
package struct RunError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable { case lab, defect }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// A cluster into which a lab was set up and a submission was run.
///
/// - Order: the profile's cluster, the lab's setup, eksctl, the manifests, the script; then the cluster comes to rest.
package final class LabRun {
    package let lab: Lab
    package let session: ClusterSession
    package private(set) var record: SubmissionRecord
    private let loaded: LoadedSubmission
    private let limits: SubmissionLimits

    /// Reads a submission, which `runSubmission()` runs on a copy of the lab's cluster.
    package init(_ setup: LabSetup, submission: any FileSource, limits: SubmissionLimits = SubmissionLimits()) {
        lab = setup.lab
        self.limits = limits
        loaded = SubmissionLoader.load(lab.submission, from: submission, limits: limits)
        record = loaded.record
        session = setup.session.copy()
    }

    /// Takes a student's cluster as what the submission has led to. The cluster given is a copy: whatever is done with it here,
    /// the student's own does not hear of it.
    package init(lab: Lab, live cluster: Cluster, limits: SubmissionLimits = SubmissionLimits()) {
        self.lab = lab
        self.limits = limits
        loaded = LoadedSubmission()
        record = loaded.record
        session = ClusterSession(cluster)
    }

    // MARK: The submission

    /// Runs the submission and lets the cluster come to rest.
    package func runSubmission() throws(RunError) {
        if let config = loaded.config { runConfig(config) }
        let applier = ManifestApplier(session: session)
        for manifest in loaded.manifests {
            for document in manifest.documents { record.problems += applier.apply(document) }
        }
        for refusal in HugeWorkloads(session: session, podsMax: limits.podsMax).refuse() {
            let place = record.position(of: refusal.object, at: refusal.path) ?? FilePosition(file: "", line: 0)
            record.problems.append(Self.problem(refusal, at: place, limits))
        }
        if let script = loaded.script {
            var runner = ScriptRunner(session: session, files: loaded.files, limits: limits)
            let outcome = runner.run(script.text, name: script.path)
            record.problems += outcome.problems
            record.commanded += outcome.commanded
            record.transcript = outcome.output + outcome.errors
            addUnavailable(outcome, script.path)
            if outcome.status != 0, !record.problems.contains(where: { $0.isError && $0.position.file == script.path }) {
                let said = outcome.errors.split(separator: "\n").last.map { ": \($0)" } ?? ""
                // The last command that failed is where the script stopped.
                let place = outcome.problems.last?.position ?? FilePosition(file: script.path, line: 0)
                record.problems.append(SubmissionProblem(.command, at: place, "the script ends with status \(outcome.status)\(said)"))
            }
        }
        try settle(limit: lab.submission.settleLimit)
    }

    /// Commands that the shell does not have, each a problem at its line.
    private func addUnavailable(_ outcome: ScriptRunner.Outcome, _ path: String) {
        for line in outcome.errors.split(separator: "\n") where line.hasSuffix("not available in labs") {
            // `commands.sh:3: curl: not available in labs`
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let number = Int(parts[1].split(separator: " ").last ?? "") else { continue }
            let text = parts[2].drop { $0 == " " }
            let problem = SubmissionProblem(.command, at: FilePosition(file: path, line: number), String(text))
            if !record.problems.contains(problem) { record.problems.append(problem) }
        }
    }

    private func runConfig(_ config: (path: String, bytes: [UInt8])) {
        let reading = YAMLReader(maxBytes: limits.fileBytesMax).read(config.bytes)
        if let error = reading.error {
            record.problems.append(SubmissionProblem(.syntax, at: FilePosition(file: config.path, line: error.line, column: error.column), error.message))
            return
        }
        guard let document = reading.documents.first(where: { $0.value.fields != nil }) else {
            record.problems.append(SubmissionProblem(.syntax, at: FilePosition(file: config.path, line: 1), "\(config.path) is empty: it must hold a ClusterConfig"))
            return
        }
        let submitted = SubmittedDocument(file: config.path, marked: document)
        record.clusterConfig = submitted
        let output = TextBuffer()
        let errors = TextBuffer()
        let text = String(decoding: config.bytes, as: UTF8.self)
        var eksctl = Eksctl(
            account: session,
            environment: EksctlEnvironment(
                writeOutput: { output.text += $0 }, writeError: { errors.text += $0 }, readFile: { $0 == config.path ? text : nil }))
        let status = eksctl.run(["create", "cluster", "-f", config.path])
        record.transcript += output.text + errors.text
        guard status != 0 else { return }
        let error = eksctl.lastError
        let steps = (error?.path ?? []).map { part in Int(part).map(PathStep.index) ?? .key(part) }
        let message = (error.map { "Error: \($0.message)" } ?? errors.text).split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
        record.problems.append(SubmissionProblem(.refused, at: submitted.position(steps), message, subjectKind: "Node"))
    }

    /// What is said of a workload that asks for too much.
    static func problem(_ refusal: HugeWorkloads.Refusal, at place: FilePosition, _ limits: SubmissionLimits) -> SubmissionProblem {
        SubmissionProblem(
            .limit, at: place,
            "\(refusal.object.kind) \(refusal.object.name) asks for \(refusal.wanted) pods; a submission may make \(limits.podsMax) in all: it was left out",
            subjectKind: refusal.object.kind, subjectName: refusal.object.name)
    }

    // MARK: Time

    /// Lets time pass until the cluster is at rest, within the limits on what it may hold.
    func settle(limit: Duration) throws(RunError) {
        let end = session.now + limit
        while session.now < end {
            let outcome = session.cluster.settle(limit: min(.seconds(1), end - session.now))
            if case .livelock(let component) = outcome { throw RunError(.defect, "\(component) goes on for ever at one instant. Please report this.") }
            if case .settled = outcome { return }
            if isTooLarge { return }
        }
    }

    /// Whether the cluster holds more than a submission may make; says so once.
    var isTooLarge: Bool {
        let pods = session.cluster.store.count(.pods)
        guard pods > limits.podsMax else { return false }
        if !record.problems.contains(where: { $0.kind == .limit }) {
            record.problems.append(
                SubmissionProblem(
                    .limit, at: largest ?? FilePosition(file: "", line: 0),
                    "the cluster holds \(pods) pods, more than the \(limits.podsMax) that a submission may make: the run was stopped"))
        }
        return true
    }

    /// Where the submission asks for the most replicas.
    private var largest: FilePosition? {
        let document = record.documents.max { ($0.value["spec"]?["replicas"]?.intValue ?? 0) < ($1.value["spec"]?["replicas"]?.intValue ?? 0) }
        return document.map { $0.position([.key("spec"), .key("replicas")]) }
    }
}
