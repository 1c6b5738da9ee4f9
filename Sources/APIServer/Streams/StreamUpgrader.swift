import APIMachinery
import Cluster
import Kubelet
import KubernetesObjects
import NIOCore
import NIOHTTP1

/// Takes connections over for `exec`, `attach` and `portforward`: WebSocket, SPDY, or SPDY within WebSocket.
///
/// - Source: kubelet `pkg/kubelet/server` and apiserver `util/proxy` (stream translation and tunnelling).
package struct StreamUpgrader: ConnectionUpgrading {
    package init() {}

    /// What a client and this server will speak.
    enum Spoken: Equatable {
        case channels(ChannelProtocol)
        /// With the version of the streams' protocol.
        case spdy(String)
        /// SPDY in the messages of a WebSocket.
        case tunnel
    }

    static let tunnelProtocol = "SPDY/3.1+portforward.k8s.io"
    /// Versions of a command's streams over SPDY, by what `X-Stream-Protocol-Version` calls them.
    static let commandVersions = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"]
    static let portVersions = ["portforward.k8s.io"]

    static func spoken(_ head: HTTPRequestHead, isPorts: Bool) -> Spoken? {
        if WebSocketHandshake.isAsked(head) {
            let offered = WebSocketHandshake.protocols(head)
            if isPorts, offered.contains(tunnelProtocol) { return .tunnel }
            return ChannelProtocol.chosen(from: offered).map { .channels($0) }
        }
        guard head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "spdy/3.1" }) else { return nil }
        let offered = head.headers[canonicalForm: "x-stream-protocol-version"].map(String.init)
        if offered.isEmpty { return .spdy("") }
        let known = isPorts ? portVersions : commandVersions
        return offered.first { known.contains($0) }.map { .spdy($0) }
    }

    package func answer(_ head: HTTPRequestHead) -> HTTPHeaders? {
        let isPorts = head.uri.prefix { $0 != "?" }.hasSuffix("/portforward")
        switch Self.spoken(head, isPorts: isPorts) {
        case .channels(let form)?: return WebSocketHandshake.answer(head, subprotocol: form.name)
        case .tunnel?: return WebSocketHandshake.answer(head, subprotocol: Self.tunnelProtocol)
        case .spdy(let version)?:
            var headers = HTTPHeaders([("Upgrade", "SPDY/3.1"), ("Connection", "Upgrade")])
            if !version.isEmpty { headers.add(name: "X-Stream-Protocol-Version", value: version) }
            return headers
        case nil: return nil
        }
    }

    package func open(_ upgrade: ConnectionUpgrade) async throws(APIStatus) -> any UpgradedConnection {
        let request = upgrade.request
        guard let spoken = Self.spoken(upgrade.head, isPorts: request.subresource == "portforward") else { throw .badRequest("Upgrade request required") }
        if request.subresource == "portforward" {
            let pod = try await upgrade.host.withCluster { (cluster: inout Cluster) throws(APIStatus) in try cluster.openPorts(request) }
            let ports = WebSocketPorts.ports(request.options.parameters)
            if case .channels = spoken, ports == nil { throw .badRequest("query parameter \"port\" is required") }
            return OpenPorts(spoken: spoken, host: upgrade.host, pod: pod, ports: ports ?? [])
        }
        guard request.subresource == "exec" || request.subresource == "attach" else { throw .badRequest("\(request.subresource) is no stream") }
        let (id, session) = try await upgrade.host.withCluster { (cluster: inout Cluster) throws(APIStatus) in try cluster.openSession(request) }
        return OpenCommand(spoken: spoken, pump: CommandPump(host: upgrade.host, session: id), parameters: request.options.parameters, isTerminal: session.isTerminal)
    }
}

/// A command that has begun and waits for its connection.
private struct OpenCommand: UpgradedConnection {
    let spoken: StreamUpgrader.Spoken
    let pump: CommandPump
    let parameters: [(name: String, value: String)]
    let isTerminal: Bool

    func take(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            switch spoken {
            case .channels(let form):
                try WebSocketCommand.start(form, CommandStreams(parameters, isTerminal: isTerminal, hasResize: true), pump, on: channel)
            case .spdy(let version):
                // The first two versions had no stream for the terminal's size.
                let hasResize = version.hasPrefix("v3") || version.hasPrefix("v4")
                let streams = CommandStreams(parameters, isTerminal: isTerminal, hasResize: hasResize)
                try SPDYHandler.install(on: channel, SPDYCommand(streams, hasStatusObject: version.hasPrefix("v4"), pump, on: channel))
            case .tunnel: throw ChannelError.operationUnsupported
            }
        }
    }

    func abandon() async { await pump.abandon() }
}

/// A pod whose ports wait for their connection.
private struct OpenPorts: UpgradedConnection {
    let spoken: StreamUpgrader.Spoken
    let host: ClusterHost
    let pod: NamespacedName
    let ports: [Int]

    func take(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let service = SPDYPorts(host: host, pod: pod) { channel.close(promise: nil) }
            switch spoken {
            case .channels(let form): try WebSocketPorts.start(form, ports, host: host, pod: pod, on: channel)
            case .spdy: try SPDYHandler.install(on: channel, service)
            case .tunnel: try SPDYTunnel.install(on: channel, service)
            }
        }
    }

    func abandon() async {}
}
