import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The API server as a program in a container sees it.
///
/// - Invariants: the cluster's clock does not move while the program runs. When it wants to wait, its own clock goes on and
///   `hasWaited` is set: whoever runs it then runs it again later.
/// - Bounds: an hour of its own time; watches end then.
final class ContainerSession: APIClient {
    static let waitMax: Duration = .seconds(3600)

    private(set) var cluster: Cluster
    var user: UserInfo
    private(set) var hasWaited = false
    private(set) var hasWritten = false
    private var waited: Duration = .zero

    init(_ cluster: Cluster, user: UserInfo) {
        self.cluster = cluster
        self.user = user
    }

    var now: Instant { cluster.now + waited }

    func send(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        var request = request
        request.user = user
        if request.userAgent.isEmpty { request.userAgent = "kubectl/v1.36.2 (linux/amd64) kubernetes/labrunner" }
        let response = try cluster.send(request)
        if [.create, .update, .patch, .delete, .deletecollection].contains(request.verb) { hasWritten = true }
        return response
    }

    func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream {
        var list = request
        list.verb = .list
        list.representation = .object
        list.options.resourceVersion = ""
        if !request.name.isEmpty {
            list.options.fieldSelector = "metadata.name=\(request.name)"
            list.name = ""
        }
        let found = try send(list).body["items"]?.elements ?? []
        return ContainerWatch(request.options.resourceVersion.isEmpty ? found.map { WatchEvent(.added, $0) } : [], session: self)
    }

    func advance(by duration: Duration) {
        hasWaited = true
        waited += max(duration, .milliseconds(1))
    }

    var isOutOfTime: Bool { waited >= Self.waitMax }
    var ownTime: Duration { waited }
}

/// A watch in which nothing happens any more: time does not pass while the program runs.
private final class ContainerWatch: WatchStream {
    private var pending: ArraySlice<WatchEvent>
    private unowned let session: ContainerSession
    private var isCancelled = false

    init(_ events: [WatchEvent], session: ContainerSession) {
        pending = events[...]
        self.session = session
    }

    func next() -> WatchEvent? { pending.popFirst() }
    var isEnded: Bool { isCancelled || session.isOutOfTime }
    func cancel() { isCancelled = true }
}
