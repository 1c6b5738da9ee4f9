import APIMachinery
import NIOCore

/// Forwarded connections as pairs of streams: one for data, one for an error, joined by their `requestID`.
///
/// - Source: kubelet `cri/streaming/portforward/httpstream.go`.
final class SPDYPorts: SPDYService {
    private let host: ClusterHost
    private let pod: NamespacedName
    private let hangUp: @Sendable () -> Void

    private struct Pair {
        var port: Int
        var data: UInt32?
        var error: UInt32?
        var connection: ForwardedConnection?
    }

    private var pairs: [String: Pair] = [:]
    private var owners: [UInt32: String] = [:]

    init(host: ClusterHost, pod: NamespacedName, hangUp: @escaping @Sendable () -> Void) {
        self.host = host
        self.pod = pod
        self.hangUp = hangUp
    }

    func opened(_ id: UInt32, _ headers: [String: String], _ server: SPDYServer) {
        guard let port = Int(headers["port"] ?? ""), (1...65_535).contains(port), let type = headers["streamtype"], type == "data" || type == "error" else {
            return server.reset(id)
        }
        // Clients before request IDs open the error stream first and the data stream right after it.
        let number = Int(id)
        let name = headers["requestid"] ?? "\(type == "error" ? number : number - 2)"
        var pair = pairs[name] ?? Pair(port: port)
        guard type == "data" ? pair.data == nil : pair.error == nil else { return server.reset(id) }
        if type == "data" { pair.data = id } else { pair.error = id }
        owners[id] = name
        server.accept(id)
        if let data = pair.data, let error = pair.error {
            let connection = ForwardedConnection(host: host, pod: pod, port: pair.port)
            pair.connection = connection
            let client = Client(server: NIOLoopBound(server, eventLoop: server.eventLoop), eventLoop: server.eventLoop, data: data, error: error)
            let bound = NIOLoopBound(self, eventLoop: server.eventLoop)
            let loop = server.eventLoop
            Task {
                await connection.run(client)
                loop.execute { bound.value.forget(name) }
            }
        }
        pairs[name] = pair
    }

    private func forget(_ name: String) {
        guard let pair = pairs.removeValue(forKey: name) else { return }
        for id in [pair.data, pair.error].compactMap({ $0 }) { owners[id] = nil }
    }

    private func connection(_ id: UInt32) -> ForwardedConnection? {
        guard let name = owners[id], let pair = pairs[name], pair.data == id else { return nil }
        return pair.connection
    }

    func received(_ bytes: [UInt8], _ id: UInt32, _ server: SPDYServer) { connection(id)?.take(bytes) }

    func ended(_ id: UInt32, _ server: SPDYServer) { connection(id)?.end() }

    func closed() {
        for pair in pairs.values { pair.connection?.end() }
        pairs = [:]
        hangUp()
    }

    private struct Client: ConnectionClient {
        let server: NIOLoopBound<SPDYServer>
        let eventLoop: any EventLoop
        let data: UInt32
        let error: UInt32

        private func send(_ bytes: [UInt8], on id: UInt32) async -> Bool {
            do {
                try await eventLoop.flatSubmit { server.value.send(bytes, on: id) }.get()
                return true
            } catch { return false }
        }

        func send(_ bytes: [UInt8]) async -> Bool { await send(bytes, on: data) }
        func fail(_ message: String) async { _ = await send(Array(message.utf8), on: error) }

        func finish() async {
            eventLoop.execute {
                server.value.end(error)
                server.value.end(data)
            }
        }
    }
}
