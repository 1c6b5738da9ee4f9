import APIMachinery
import Cluster
import NIOConcurrencyHelpers

/// The client's end of one forwarded connection.
protocol ConnectionClient: Sendable {
    /// Sends bytes to the client; false when it is gone.
    func send(_ bytes: [UInt8]) async -> Bool
    /// Says why nothing can be forwarded.
    func fail(_ message: String) async
    /// Ends the connection.
    func finish() async
}

/// One connection to a port of a pod: what the client sends is read in the protocol that listens there, and the pod's server
/// answers. What speaks none of those known is taken for HTTP.
final class ForwardedConnection: Sendable {
    /// A client that sends more than this before it is answered is cut off.
    static let backlogMax = 16 << 20

    private let host: ClusterHost
    private let pod: NamespacedName
    private let port: Int
    private let pieces: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let backlog = NIOLockedValueBox(0)

    init(host: ClusterHost, pod: NamespacedName, port: Int) {
        self.host = host
        self.pod = pod
        self.port = port
        (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    }

    /// Hands over what the client has sent.
    func take(_ bytes: [UInt8]) {
        let size = backlog.withLockedValue { backlog in
            backlog += bytes.count
            return backlog
        }
        if size > Self.backlogMax { continuation.finish() } else { continuation.yield(bytes) }
    }

    /// The client sends no more.
    func end() { continuation.finish() }

    /// Runs until the client ends the connection or an answer does.
    func run(_ client: any ConnectionClient) async {
        let (pod, port) = (pod, port)
        let spoken = try? await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in cluster.wireProtocol(ofPort: port, pod: pod) }
        switch spoken ?? nil {
        case nil: await client.fail(refusal)
        case "redis": await converse(RedisConversation(), client)
        case "postgres": await converse(PostgresConversation(), client)
        case "mysql": await converse(MySQLConversation(), client)
        default: await converse(client)
        }
        await client.finish()
    }

    /// - Source: containerd's CRI plug-in, as kubectl shows it.
    private var refusal: String {
        "error forwarding port \(port) to pod \(pod.name), uid : failed to execute portforward in network namespace: failed to connect to localhost:\(port) "
            + "inside namespace, IPv4: dial tcp4 127.0.0.1:\(port): connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found"
    }

    private func converse(_ client: any ConnectionClient) async {
        var conversation = HTTPConversation()
        for await bytes in pieces {
            backlog.withLockedValue { $0 -= bytes.count }
            conversation.append(bytes)
            reading: while true {
                switch conversation.next() {
                case .needsMore:
                    let interim = conversation.takeInterim()
                    if !interim.isEmpty { guard await client.send(interim) else { return } }
                    break reading
                case .refused(let status):
                    _ = await client.send(HTTPConversation.refusal(status))
                    return
                case .request(let request):
                    guard let answer = await answer(request) else { return }
                    guard await client.send(HTTPConversation.bytes(of: answer, to: request, date: HTTPDate.text(WallClock.now))), request.keepsAlive else { return }
                }
            }
        }
    }

    private func converse(_ conversation: some PortConversation, _ client: any ConnectionClient) async {
        var conversation = conversation
        let greeting = conversation.greeting()
        if !greeting.isEmpty { guard await client.send(greeting) else { return } }
        for await bytes in pieces {
            backlog.withLockedValue { $0 -= bytes.count }
            conversation.append(bytes)
            reading: while true {
                switch conversation.next() {
                case .needsMore: break reading
                case .send(let bytes): guard await client.send(bytes) else { return }
                case .end(let bytes):
                    if !bytes.isEmpty { _ = await client.send(bytes) }
                    return
                case .ask(let message):
                    guard let answer = await answer(message, host: "localhost") else { return }
                    let reply = conversation.answered(answer)
                    guard await client.send(reply.bytes), !reply.isLast else { return }
                }
            }
        }
    }

    private func answer(_ request: HTTPConversation.Request) async -> ProxyAnswer? {
        let message = ProxiedRequest(
            method: request.method, path: request.target, headers: request.headers.map { ($0.name, $0.value) }, body: request.body)
        return await answer(message, host: request.headers.first { $0.name.lowercased() == "host" }?.value ?? "localhost")
    }

    /// What the pod answers; nil when nothing listens any more.
    private func answer(_ message: ProxiedRequest, host name: String) async -> ProxyAnswer? {
        let (pod, port) = (pod, port)
        let answer = try? await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in cluster.answer(message, ofPod: pod, port: port, host: name) }
        return answer ?? nil
    }
}
