import APIServer
import Cluster
import GitReading
import LabEngine
import SimulationKernel

/// The cluster of a lab, set up and ready to be served; nothing of a submission is in it.
enum LabCluster {
    /// How long before the present a lab's cluster begins, so that what its setup takes lies in the past.
    private static let age: Duration = .seconds(300)

    static func make(_ name: String, labs: LabOptions, seed: UInt64, keys: ClusterKeys, keysAddress: String) throws -> Cluster {
        let lab = try Grader(labs: labs).lab(name)
        do throws(RunError) {
            let run = try LabRun(lab: lab, submission: MemorySource([:]), seed: seed, startingAt: Host.preciseNow - age) {
                $0.adopt(keys.identity, keysAddress: keysAddress)
            }
            var cluster = run.session.cluster
            let left = Host.preciseNow - cluster.now
            if left > .zero { cluster.advance(by: left) }
            return cluster
        } catch {
            throw CommandError(error.code == .lab ? .usage : .defect, error.message)
        }
    }
}
