import APIMachinery
import Cluster
import KubernetesObjects
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SimulationKernel

@testable import APIServer

/// A small cluster that is really served on loopback, one for all tests that do not disturb others.
final class LiveServerFixture: Sendable {
    static let shared = Task { try await LiveServerFixture() }

    let identity: ClusterIdentity
    let host: ClusterHost
    let server: ClusterServer
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// - Parameter prepare: what is done with the cluster before it is served.
    init(upgrader: (any ConnectionUpgrading)? = nil, preparing prepare: (inout Cluster) throws -> Void = { _ in }) async throws {
        identity = try ClusterIdentity()
        var profile = ClusterProfile.recording
        profile.adopt(identity)
        var cluster = Cluster(profile: profile, seed: 1, startingAt: WallClock.now - .seconds(10))
        cluster.advance(by: .seconds(10))
        try prepare(&cluster)
        host = ClusterHost(cluster: cluster)
        let aggregated = await AggregatedAPIs.begin(for: host)
        server = try await ClusterServer.start(
            RequestService(host: host, upgrader: upgrader, aggregated: aggregated), identity: identity, at: ServerAddress(port: 0))
        await host.start()
    }

    func stop() async throws {
        try await host.close()
        await server.stop()
        try await group.shutdownGracefully()
    }

    /// Who sends a request.
    enum Caller: Sendable {
        case admin, anonymous
        case user(String, groups: [String])
        case token(String)
        /// Shows this certificate and key.
        case certificate(String, key: String)
    }

    func target(_ caller: Caller, protocols: [String] = ["http/1.1"]) throws -> ClientTarget {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = protocols
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(identity.authorityText.utf8)))
        var pair: (certificate: String, key: String)?
        switch caller {
        case .admin: pair = try identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        case .user(let name, let groups): pair = try identity.clientCertificate(name: name, groups: groups)
        case .certificate(let certificate, let key): pair = (certificate, key)
        case .anonymous, .token: break
        }
        if let pair {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8)).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key.utf8), format: .pem))
        }
        return ClientTarget(host: "127.0.0.1", port: server.address.port, tls: try NIOSSLContext(configuration: configuration))
    }

    /// Sends one request on a connection of its own.
    func send(
        _ method: HTTPMethod = .GET, _ path: String, _ headers: [(String, String)] = [], body: String = "", as caller: Caller = .admin
    ) async throws -> ClientAnswer {
        let answers = AnswerCollector()
        let channel = try await target(caller).connect(group) { answers }.get()
        defer { channel.close(promise: nil) }
        var all = HTTPHeaders(headers)
        all.add(name: "Host", value: "127.0.0.1")
        if case .token(let token) = caller { all.add(name: "Authorization", value: "Bearer \(token)") }
        if !body.isEmpty { all.add(name: "Content-Length", value: "\(body.utf8.count)") }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: all)
        return try await channel.eventLoop.flatSubmit {
            let promise = channel.eventLoop.makePromise(of: ClientAnswer.self)
            answers.expect(promise)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            if !body.isEmpty { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil) }
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            return promise.futureResult
        }.get()
    }

    /// Opens TLS and gives the bytes that come to `handler`.
    func connectRaw(_ caller: Caller = .admin, autoRead: Bool = true, _ handler: @escaping @Sendable () -> any ChannelHandler & Sendable) async throws -> any Channel {
        let tls = try target(caller).tls
        return try await ClientBootstrap(group: group)
            .channelOption(.autoRead, value: autoRead)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                    try channel.pipeline.syncOperations.addHandler(handler())
                }
            }
            .connect(host: "127.0.0.1", port: server.address.port).get()
    }
}

extension ClientAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
    var value: Value { (try? Value(parsingJSON: body)) ?? .null }
    var type: String { headers.first(name: "content-type") ?? "" }
}
