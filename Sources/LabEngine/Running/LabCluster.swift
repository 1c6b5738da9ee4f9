import Cluster
import GitReading
import SimulationKernel

/// The cluster in which a student works on a lab.
package enum LabCluster {
    /// A lab's cluster with the lab's setup done and nothing of a submission.
    ///
    /// The profile stands in the cluster; a lab's own is kept with `ClusterProfile.value`.
    ///
    /// - Throws: what is wrong with the lab.
    package static func prepared(_ lab: Lab, seed: UInt64 = LabRunner.standardSeed, startingAt start: Instant) throws(RunError) -> ClusterSession {
        try LabRun(lab: lab, submission: MemorySource(label: "no submission"), seed: seed, startingAt: start).session
    }
}
