import APIMachinery
import NIOCore

/// Forwarded connections over the channels of a WebSocket: two for each port that the request names, for data and for an error.
///
/// - Shape: each channel begins with its port in two bytes, the low one first.
/// - Source: kubelet `cri/streaming/portforward/websocket.go`; the Python client uses it.
struct WebSocketPorts {
    static let portsMax = 64

    /// The ports that a request's query names.
    static func ports(_ parameters: [(name: String, value: String)]) -> [Int]? {
        let texts = parameters.filter { $0.name == "ports" || $0.name == "port" }.flatMap { $0.value.split(separator: ",") }
        let ports = texts.compactMap { Int($0) }.filter { (1...65_535).contains($0) }
        return ports.count == texts.count && !ports.isEmpty && ports.count <= portsMax ? ports : nil
    }

    /// Takes a connection over and forwards it.
    static func start(_ form: ChannelProtocol, _ ports: [Int], host: ClusterHost, pod: NamespacedName, on channel: any Channel) throws {
        let connections = ports.map { ForwardedConnection(host: host, pod: pod, port: $0) }
        let handler = WebSocketHandler(
            message: { bytes in
                guard case .data(let number, let bytes)? = form.read(bytes), number % 2 == 0, Int(number / 2) < connections.count else { return }
                connections[Int(number / 2)].take(bytes)
            },
            closed: { for connection in connections { connection.end() } })
        try WebSocketHandler.install(on: channel, handler)
        let link = WebSocketLink(channel: channel)
        Task {
            for (index, port) in ports.enumerated() {
                let bytes = [UInt8(port & 0xFF), UInt8(port >> 8)]
                for number in [index * 2, index * 2 + 1] {
                    guard await link.send(form.bytes(bytes, channel: UInt8(number)), isText: form.isBase64) else { return }
                }
            }
            await withTaskGroup(of: Void.self) { group in
                for (index, connection) in connections.enumerated() {
                    let client = Client(link: link, form: form, data: UInt8(index * 2))
                    group.addTask { await connection.run(client) }
                }
            }
            await link.close()
        }
    }

    private struct Client: ConnectionClient {
        let link: WebSocketLink
        let form: ChannelProtocol
        let data: UInt8

        func send(_ bytes: [UInt8]) async -> Bool { await link.send(form.bytes(bytes, channel: data), isText: form.isBase64) }
        func fail(_ message: String) async { _ = await link.send(form.bytes(Array(message.utf8), channel: data + 1), isText: form.isBase64) }
        func finish() async {}
    }
}
