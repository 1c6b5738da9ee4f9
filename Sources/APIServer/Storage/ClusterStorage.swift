import APIMachinery
import Cluster

/// Where a live cluster's state is kept.
///
/// - Invariants: what `commit` returned for is there after any crash; what it threw for is not there at all.
/// - Order: called by the cluster's host alone, once a turn, before the turn's answers and watch events go out.
package protocol ClusterStorage: Sendable {
    /// Stores all that changed since the last commit, in one transaction.
    ///
    /// - Throws: 507 when the disk is full, 500 for any other reason; then nothing of the turn was kept, and the host
    ///   goes back to `lastCommitted()`.
    func commit(_ cluster: Cluster) throws(APIStatus)

    /// The cluster as it was committed last.
    func lastCommitted() throws(APIStatus) -> Cluster

    /// The changes that led to a cluster as it was committed last, as far as they are kept; nil when none are.
    ///
    /// - Throws: 500 when they cannot be read.
    func history(before cluster: Cluster) throws(APIStatus) -> PastChanges?

    /// Stores what may be stored late (logs, files of containers) and lets other processes have the cluster.
    func close(_ cluster: Cluster) throws(APIStatus)
}
