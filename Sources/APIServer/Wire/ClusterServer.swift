import APIMachinery
import Glibc
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

/// A live cluster's HTTPS server.
///
/// - Shape: TLS with a client certificate if the client has one, then HTTP/1.1 or HTTP/2 as was negotiated; each request
///   goes to `RequestService`.
/// - Bounds: see `WireLimits`; connections beyond the bound are closed at once.
package final class ClusterServer: Sendable {
    /// Where it listens; the port is the one that was found when 0 was asked for.
    package let address: ServerAddress
    package let service: RequestService
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let open: ConnectionCount

    private init(address: ServerAddress, service: RequestService, group: MultiThreadedEventLoopGroup, listener: any Channel, open: ConnectionCount) {
        self.address = address
        self.service = service
        self.group = group
        self.listener = listener
        self.open = open
    }

    /// How many connections are open.
    package var connections: Int { open.count }

    /// Listens and serves until `stop()`.
    ///
    /// - Throws: when the address cannot be listened on, or the keys cannot be used.
    package static func start(
        _ service: RequestService, identity: ClusterIdentity, at address: ServerAddress, threads: Int = 2
    ) async throws -> ClusterServer {
        raiseFileLimit()
        let tls = try tlsContext(identity)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let open = ConnectionCount()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .childChannelInitializer { channel in
                let isWelcome = open.enter()
                channel.closeFuture.whenComplete { _ in open.leave() }
                guard isWelcome else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture { try configure(channel, service, identity, tls) }
            }
        do {
            let listener = try await bootstrap.bind(host: address.host, port: address.port).get()
            let port = listener.localAddress?.port ?? address.port
            return ClusterServer(
                address: ServerAddress(host: address.host, port: port), service: service, group: group, listener: listener, open: open)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Takes no more connections and closes those that are open.
    package func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }

    // MARK: Connections

    private static func tlsContext(_ identity: ClusterIdentity) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(identity.serverCertificatePEM.utf8), format: .pem))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.serverKeyPEM.utf8), format: .pem)))
        configuration.applicationProtocols = ["h2", "http/1.1"]
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: Array(identity.authorityPEM.utf8), format: .pem)])
        configuration.sendCANameList = true
        return try NIOSSLContext(configuration: configuration)
    }

    private static func configure(_ channel: any Channel, _ service: RequestService, _ identity: ClusterIdentity, _ tls: NIOSSLContext) throws {
        // A certificate of somebody else is no reason to hang up: whoever shows one gets his 401.
        let handler = NIOSSLServerHandler(context: tls) { _, promise in promise.succeed(.certificateVerified) }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(handler)
        let handshake = channel.eventLoop.scheduleTask(in: WireLimits.handshakeTime) { channel.close(promise: nil) }
        _ = channel.configureHTTP2SecureUpgrade(
            h2ChannelConfigurator: { channel in
                handshake.cancel()
                return channel.eventLoop.makeCompletedFuture {
                    try speakHTTP2(channel, service, Self.identity(of: channel, identity))
                }
            },
            http1ChannelConfigurator: { channel in
                handshake.cancel()
                return channel.eventLoop.makeCompletedFuture {
                    try speakHTTP1(channel, service, Self.identity(of: channel, identity))
                }
            })
    }

    private static func speakHTTP1(_ channel: any Channel, _ service: RequestService, _ connection: ConnectionIdentity) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: WireLimits.decoder)),
            HTTPServerPipelineHandler(),
            RequestHandler(service: service, connection: connection, isStream: false),
        ])
    }

    private static func speakHTTP2(_ channel: any Channel, _ service: RequestService, _ connection: ConnectionIdentity) throws {
        let pipeline = channel.pipeline.syncOperations
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: WireLimits.idleTime, maxAge: nil, maxGraceTime: .seconds(5),
                keepalive: .init(pingInterval: .seconds(60), ackTimeout: .seconds(20))))
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 1000), HTTP2Setting(parameter: .maxHeaderListSize, value: WireLimits.headerSize),
            HTTP2Setting(parameter: .initialWindowSize, value: 1 << 20),
        ]
        var streams = NIOHTTP2Handler.StreamConfiguration()
        streams.targetWindowSize = 1 << 20
        let multiplexer = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: settings, streamConfiguration: streams,
            streamDelegate: manager.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(), RequestHandler(service: service, connection: connection, isStream: true),
                ])
            }
        }
        try pipeline.addHandlers([multiplexer, manager, ConnectionCloser()])
    }

    private static func identity(of channel: any Channel, _ identity: ClusterIdentity) -> ConnectionIdentity {
        var result = ConnectionIdentity(address: channel.remoteAddress?.ipAddress ?? "")
        if let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self), let shown = handler.peerCertificate {
            result.user = (try? shown.toDERBytes()).flatMap { identity.user(ofCertificate: $0) }
            result.isRefused = result.user == nil
        }
        return result
    }

    /// Lets the process have as many connections open as the system allows.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Ends a connection whose protocol was broken.
private final class ConnectionCloser: ChannelInboundHandler {
    typealias InboundIn = Any

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// How many connections are open, and whether one more may be.
final class ConnectionCount: Sendable {
    private let value = NIOLockedValueBox(0)

    var count: Int { value.withLockedValue { $0 } }

    func enter() -> Bool {
        value.withLockedValue { value in
            // A closed connection leaves too, so it is counted even when it may not stay.
            value += 1
            return value <= WireLimits.connections
        }
    }

    func leave() { value.withLockedValue { $0 -= 1 } }
}
