import APIMachinery
import Cluster
import Synchronization

@testable import APIServer

/// Storage that can refuse to keep anything.
final class FullDisk: ClusterStorage {
    let isFull = Mutex(true)
    let last = Mutex<Cluster?>(nil)

    func commit(_ cluster: Cluster) throws(APIStatus) {
        if isFull.withLock({ $0 }) { throw APIStatus(code: 507, reason: "", message: "disk is full") }
        last.withLock { $0 = cluster }
    }

    func lastCommitted() throws(APIStatus) -> Cluster { last.withLock { $0 }! }

    func history(before cluster: Cluster) throws(APIStatus) -> PastChanges? { nil }

    func close(_ cluster: Cluster) throws(APIStatus) {}
}
