import APIMachinery
import Cluster
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The servers of aggregated APIs that stand beside a served cluster, on this machine: asks them what its controllers want to know.
///
/// - Bounds: nothing but the loopback addresses is reached; an answer has at most `bodyMax` bytes and comes within `timeout`.
/// - Source: kube-aggregator `pkg/apiserver`.
package final class AggregatedAPIs: Sendable {
    static let bodyMax = 16 << 20
    private static let timeout: TimeAmount = .seconds(30)
    /// How long a server may take to say what it serves.
    private static let discoveryTimeout: TimeAmount = .seconds(5)

    /// One API, as its APIService says.
    struct Service: Sendable {
        var isAvailable: Bool
        /// A request to its root.
        var root: OutwardRequest?
    }

    private struct State {
        /// By `/apis/GROUP/VERSION`.
        var services: [String: Service] = [:]
        /// The revisions of the objects that `services` comes from.
        var seen: [UInt64] = []
        var underWay: Set<OutwardRequest> = []
    }

    private let state = NIOLockedValueBox(State())
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Follows a cluster: what is asked in it is carried out at the end of each of its turns.
    package static func begin(for host: ClusterHost) async -> AggregatedAPIs {
        let apis = AggregatedAPIs()
        _ = await host.observe { [weak host] cluster in
            guard let host else { return }
            apis.follow(cluster, host)
        }
        return apis
    }

    deinit { group.shutdownGracefully { _ in } }

    /// The API that a path belongs to; nil for what the server serves itself.
    func service(ofPath path: String) -> Service? {
        guard path.hasPrefix("/apis/") else { return nil }
        return state.withLockedValue { state in
            guard !state.services.isEmpty else { return nil }
            let parts = path.split(separator: "/", maxSplits: 3)
            return parts.count < 3 ? nil : state.services["/" + parts.prefix(3).joined(separator: "/")]
        }
    }

    private func follow(_ cluster: Cluster, _ host: ClusterHost) {
        let seen = [.apiServices, .services, OutwardRequest.resource].map { cluster.store.revision(of: $0) }
        let new: [OutwardRequest] = state.withLockedValue { state in
            guard seen != state.seen else { return [] }
            state.seen = seen
            state.services = Self.services(of: cluster)
            let asked = cluster.outwardRequests.filter { !state.underWay.contains($0) }
            state.underWay.formUnion(asked)
            return asked
        }
        for request in new {
            Task {
                let answer = await self.answer(to: request)
                _ = try? await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in cluster.answer(request, with: answer) }
                self.state.withLockedValue { _ = $0.underWay.remove(request) }
            }
        }
    }

    private static func services(of cluster: Cluster) -> [String: Service] {
        var services: [String: Service] = [:]
        let view = ClusterView(store: cluster.store, now: cluster.now)
        for api in cluster.store.list(.apiServices) where api["spec", "service"]?.isNull == false {
            let (isAvailable, isAsked) = (api.isConditionTrue("Available"), cluster.store.get(OutwardRequest.resource, name: api.name) != nil)
            // One that is available though nobody was asked is served by the cluster itself.
            if isAvailable, !isAsked { continue }
            services[OutwardRequest.root(of: api)] = Service(isAvailable: isAvailable, root: OutwardRequest(api.name, to: api, path: "", in: view))
        }
        return services
    }

    // MARK: Asking

    private func answer(to request: OutwardRequest) async -> OutwardRequest.Answer {
        let isDiscovery = request.discovered != nil
        var headers = HTTPHeaders([("Accept", "application/json")])
        headers.add(name: "X-Remote-User", value: isDiscovery ? "system:kube-aggregator" : "system:serviceaccount:kube-system:horizontal-pod-autoscaler")
        headers.add(name: "X-Remote-Group", value: "system:masters")
        do {
            let answer = try await send("GET", request.path, headers, [], to: request, within: isDiscovery ? Self.discoveryTimeout : Self.timeout)
            return .response(code: answer.code, body: String(decoding: answer.body, as: UTF8.self))
        } catch {
            return .failed(Self.reason(error, request))
        }
    }

    private struct Unreachable: Error {}

    /// Sends a request to the server that another goes to.
    func send(
        _ method: String, _ uri: String, _ headers: HTTPHeaders, _ body: [UInt8], to server: OutwardRequest, within timeout: TimeAmount = timeout
    ) async throws -> ClientAnswer {
        guard Self.isLoopback(server.host) else { throw Unreachable() }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        if let authority = Base64.decode(server.authority), !authority.isEmpty {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority))
        } else {
            configuration.certificateVerification = .none
        }
        let target = ClientTarget(host: server.host, port: server.port, tls: try NIOSSLContext(configuration: configuration), serverName: server.serverName)
        let answers = AnswerCollector(bodyMax: Self.bodyMax)
        let channel = try await target.connect(group) { answers }.get()
        let timer = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        defer {
            timer.cancel()
            channel.close(promise: nil)
        }
        var all = headers
        all.replaceOrAdd(name: "Host", value: "\(server.host):\(server.port)")
        all.replaceOrAdd(name: "Content-Length", value: String(body.count))
        let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: uri, headers: all)
        return try await answers.exchange(head, body, over: channel).get()
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4 && host.split(separator: ".").allSatisfy { UInt8($0) != nil })
    }

    /// Why nothing came back, as Go's client says it.
    static func reason(_ error: any Error, _ server: OutwardRequest) -> String {
        switch error {
        case is Unreachable: "dial tcp: lookup \(server.host): no such host"
        case is NIOConnectionError: "dial tcp 127.0.0.1:\(server.port): connect: connection refused"
        case ChannelError.eof, ChannelError.ioOnClosedChannel: "EOF"
        case is NIOSSLError: "tls: failed to verify certificate: x509: certificate signed by unknown authority"
        default: "\(error)"
        }
    }
}
