import APIMachinery
import CloudModel
import Kubelet
import KubernetesObjects
import SimulationKernel

/// A cluster that commands are run against: holds the value and hands it out as an API client and as an AWS account.
///
/// - Invariants: one user at a time; time passes only through `advance(by:)` and `settle(limit:)`.
package final class ClusterSession: APIClient {
    package var cluster: Cluster
    package var user: UserInfo
    /// The EKS clusters as they were last written; what scales them keeps the sizes.
    lazy var keptClusters: [String: EKSCluster] = {
        guard let own = EKSCluster(beginningOf: cluster) else { return [:] }
        return [own.config.name: own]
    }()
    package var launcher: InstanceLauncher
    /// Files of the person at the keyboard, such as SSH keys, for `eksctl`.
    package var personalFiles: (String) -> Bool = { _ in true }
    /// The most virtual time that this session lets pass, so that a script cannot run for ever; nil for no limit.
    package var timeLimit: Duration?
    /// How much virtual time has passed in this session.
    package private(set) var elapsed: Duration = .zero
    /// Names commands in the causal trace and as field managers.
    package var userAgent = "kubectl/v1.36.2 (linux/amd64) kubernetes/labrunner"

    package init(_ cluster: Cluster, user: UserInfo = .admin) {
        self.cluster = cluster
        self.user = user
        launcher = InstanceLauncher(seed: cluster.seed)
    }

    /// A session on a copy of the cluster and its account: neither hears of what happens in the other.
    package func copy() -> ClusterSession {
        let copy = ClusterSession(cluster, user: user)
        copy.keptClusters = keptClusters
        (copy.launcher, copy.personalFiles, copy.userAgent) = (launcher, personalFiles, userAgent)
        (copy.timeLimit, copy.elapsed) = (timeLimit, elapsed)
        return copy
    }

    package var now: Instant { cluster.now }

    /// Whether the session's time is used up.
    package var isOutOfTime: Bool { timeLimit.map { elapsed >= $0 } ?? false }

    package func send(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        var request = request
        if request.userAgent.isEmpty { request.userAgent = userAgent }
        return try cluster.send(request)
    }

    package func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream {
        try ClusterWatch(request: request, session: self)
    }

    package func advance(by duration: Duration) {
        var duration = duration
        if let timeLimit { duration = min(duration, max(timeLimit - elapsed, .zero)) }
        elapsed += duration
        cluster.advance(by: duration)
    }

    @discardableResult
    package func settle(limit: Duration = .seconds(600)) -> Cluster.SettleOutcome {
        let before = now
        let outcome = cluster.settle(limit: timeLimit.map { min(limit, max($0 - elapsed, .zero)) } ?? limit)
        elapsed += now - before
        return outcome
    }
}

extension ClusterSession: CloudAccount {
    /// The EKS clusters, their node groups as large as whoever scales them has made them.
    package var eksClusters: [String: EKSCluster] {
        get { keptClusters.mapValues { cluster.refreshed($0) } }
        set {
            let before = keptClusters.keys.sorted().compactMap { keptClusters[$0] }
            keptClusters = newValue
            cluster.keepNodeGroups(of: newValue.keys.sorted().compactMap { newValue[$0] }, before: before)
        }
    }

    package func boot(_ instances: [EC2Instance]) {
        for instance in instances { cluster.add(NodeDescription(instance)) }
    }

    package func terminate(_ instances: [EC2Instance]) {
        for instance in instances { cluster.remove(node: instance.nodeName) }
    }

    package func isNodeReady(_ name: String) -> Bool { cluster.store.get(.nodes, name: name)?.isConditionTrue("Ready") ?? false }

    package func hasFile(_ path: String) -> Bool { personalFiles(path) }
}

/// A watch on a cluster in process: advances a cursor over the store's log when it is asked.
package final class ClusterWatch: WatchStream {
    private unowned let session: ClusterSession
    private var cursor: WatchCursor
    private var pending: ArraySlice<WatchEvent> = []
    private var isCancelled = false

    init(request: APIRequest, session: ClusterSession) throws(APIStatus) {
        self.session = session
        cursor = try WatchCursor(request, on: session.cluster.api)
    }

    package var isEnded: Bool { isCancelled || (pending.isEmpty && cursor.isEnded) }

    package func next() -> WatchEvent? {
        if isCancelled { return nil }
        if pending.isEmpty { pending = cursor.poll(session.cluster.api)[...] }
        return pending.popFirst()
    }

    package func cancel() { isCancelled = true }
}
