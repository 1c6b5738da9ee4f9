import Cluster
import GitReading
import Kubectl
import KubernetesObjects
import SimulationKernel

/// A lab's cluster after the lab's setup: what every submission finds.
package struct LabSetup {
    package let lab: Lab
    package let session: ClusterSession

    /// Makes the lab's cluster and sets it up.
    ///
    /// - Parameters:
    ///   - start: the cluster's time at its beginning.
    ///   - adapt: changes of the profile that a live cluster needs, such as its keys.
    /// - Throws: what is wrong with the lab.
    package init(
        _ lab: Lab, seed: UInt64, startingAt start: Instant = .simulationStart, adapting adapt: (inout ClusterProfile) -> Void = { _ in }
    ) throws(RunError) {
        self.lab = lab
        var profile = try ProfileReader(lab).profile()
        profile.images = try lab.images()
        adapt(&profile)
        session = ClusterSession(Cluster(profile: profile, seed: seed, startingAt: start))
        session.cluster.clientPrograms["kubectl"] = ContainerKubectl()
        try rest("after it was made")
        for step in lab.cluster.setup { try perform(step) }
        if !lab.cluster.setup.isEmpty { try rest("after the lab's setup") }
    }

    private func perform(_ step: SetupStep) throws(RunError) {
        switch step {
        case .apply(let files): for file in files { try lab.apply(file, to: session) }
        case .manifest(let value): try lab.apply(value, of: LabReader.fileName, to: session)
        case .run(let commands):
            var runner = ScriptRunner(session: session, files: [])
            let outcome = runner.run(commands, name: "setup")
            if outcome.status != 0 {
                throw RunError(.lab, "The setup of lab \(lab.name) failed: \(outcome.errors)\(outcome.problems.map(\.message).joined(separator: " "))")
            }
        }
    }

    private func rest(_ when: String) throws(RunError) {
        if case .livelock(let component) = session.cluster.settle(limit: .seconds(600)) {
            throw RunError(.defect, "The cluster of lab \(lab.name) did not come to rest \(when): \(component) goes on for ever. Please report this.")
        }
    }
}

extension Lab {
    /// The images that the lab brings in `images/`, in the order of their files.
    fileprivate func images() throws(RunError) -> [Value] {
        let files: [String]
        do throws(SourceError) {
            guard try folder.kind(of: "images") == .folder else { return [] }
            files = try folder.entries(of: "images").map(\.name).filter { $0.hasSuffix(".yaml") }
        } catch { throw RunError(.lab, error.message) }
        var images: [Value] = []
        for file in files { images += try documents(of: "images/\(file)") }
        return images
    }

    /// Applies a manifest of the lab's own to a cluster.
    func apply(_ file: String, to session: ClusterSession) throws(RunError) {
        for document in try documents(of: file) { try apply(document, of: file, to: session) }
    }

    func apply(_ document: Value, of file: String, to session: ClusterSession) throws(RunError) {
        let answer = ManifestApplier(session: session).run(document, as: file)
        if answer.status != 0 {
            throw RunError(.lab, "\(folder.displayName(of: file)): the lab's own manifest was refused: \(answer.errors)")
        }
    }

    /// The documents of a file that are not empty.
    private func documents(of file: String) throws(RunError) -> [Value] {
        let bytes: [UInt8]
        do throws(SourceError) { bytes = try folder.read(file) } catch { throw RunError(.lab, error.message) }
        let reading = YAMLReader().read(bytes)
        if let error = reading.error { throw RunError(.lab, "\(folder.displayName(of: file)):\(error.line):\(error.column): \(error.message)") }
        return reading.documents.map(\.value).filter { !$0.isNull }
    }
}
