import APIMachinery
import Cluster
import KubernetesObjects
import NIOCore
import NIOHTTP1

/// Answers that go on: watches, streamed bodies, and connections that are handed over.
extension RequestService {
    /// Subresources that stand for a connection to something running.
    static let streamed: Set<String> = ["exec", "attach", "portforward", "proxy"]

    // MARK: Watches

    func watch(
        _ wire: WireRequest, _ request: APIRequest, _ accepted: AcceptedForm, _ writer: ResponseWriter, _ record: inout RequestRecord
    ) async throws(APIStatus) {
        guard accepted.form == .json else { throw MediaTypes.notAcceptable(["application/json"]) }
        let subscription = try await host.watch(request)
        record.code = 200
        writer.begin(.ok, headers(wire, type: "application/json"))
        writer.after(.seconds(Self.watchSeconds(request))) { subscription.finish() }
        await withTaskCancellationHandler {
            while !Task.isCancelled {
                let (frames, isEnded) = subscription.take()
                if frames.isEmpty {
                    if isEnded { break }
                    await subscription.wait()
                    continue
                }
                var bytes = frames[0].bytes(.json)
                for frame in frames.dropFirst() { bytes.writeImmutableBuffer(frame.bytes(.json)) }
                if await !writer.write(bytes) { break }
            }
        } onCancel: {
            subscription.cancel()
        }
        subscription.cancel()
        writer.end()
    }

    /// How long a watch goes on.
    static func watchSeconds(_ request: APIRequest) -> Int64 {
        let asked = request.options.timeoutSeconds.flatMap { $0 > 0 ? $0 : nil }
        return Int64(min(asked ?? Int.random(in: WireLimits.watchTime), 86_400))
    }

    // MARK: What runs

    /// Lets the cluster check a request for something that runs.
    func admit(_ request: APIRequest) async throws(APIStatus) -> Value {
        try await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in try cluster.admitConnection(request) }
    }

    /// Forwards a request to a node, a pod or a service, and its answer back.
    func proxy(_ wire: WireRequest, _ request: APIRequest, _ writer: ResponseWriter, _ record: inout RequestRecord) async throws(APIStatus) {
        // What stands behind `/proxy`, as the client wrote it.
        let uri = wire.head.uri
        let rest = (uri.firstRange(of: "/\(request.name)/proxy") ?? uri.firstRange(of: "/proxy")).map { String(uri[$0.upperBound...]) } ?? ""
        let message = ProxiedRequest(
            method: wire.method, path: rest.hasPrefix("/") ? rest : "/" + rest, headers: wire.head.headers.map { ($0.name, $0.value) },
            body: Array(wire.body.readableBytesView))
        let answer = try await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in try cluster.proxy(request, message) }
        record.code = answer.status
        var headers = headers(wire, type: "text/plain; charset=utf-8")
        for (name, value) in answer.headers where !value.contains("\n") && name.lowercased() != "content-length" { headers.replaceOrAdd(name: name, value: value) }
        writer.respond(HTTPResponseStatus(statusCode: answer.status), headers, ByteBuffer(bytes: answer.body))
    }

    func stream(
        _ streamer: any BodyStreaming, _ wire: WireRequest, _ request: APIRequest, _ writer: ResponseWriter, _ record: inout RequestRecord
    ) async throws(APIStatus) {
        let object = try await admit(request)
        let body = LateWriter(writer: writer, headers: headers(wire, type: "text/plain"))
        do throws(APIStatus) {
            try await streamer.stream(request, object: object, host: host, to: body)
        } catch {
            if !body.hasBegun { throw error }
        }
        record.code = 200
        body.begin()
        writer.end()
    }

    /// Who opens a WebSocket to a pod, which is done with GET, must be allowed to create there, too.
    ///
    /// - Source: kube-apiserver `registry/core/pod/rest`, `AuthorizePodWebsocketUpgradeCreatePermission`.
    private func confirmCreation(_ request: APIRequest) async throws(APIStatus) {
        guard request.verb == .get, request.resource.resource == "pods", request.subresource != "proxy" else { return }
        var creation = request
        creation.verb = .create
        try await host.snapshot().checkUnread(creation)
    }

    func upgrade(_ wire: WireRequest, _ request: APIRequest, _ writer: ResponseWriter, _ record: inout RequestRecord) async throws(APIStatus) {
        guard let upgrader else {
            throw APIStatus(code: 501, reason: "NotImplemented", message: "this server does not hand connections over")
        }
        let object = try await admit(request)
        try await confirmCreation(request)
        guard let headers = upgrader.answer(wire.head) else {
            throw .badRequest("unable to upgrade: none of the protocols asked for is spoken")
        }
        let connection: any UpgradedConnection
        do throws(APIStatus) {
            connection = try await upgrader.open(ConnectionUpgrade(head: wire.head, request: request, object: object, host: host))
        } catch {
            guard error.reason.isEmpty else { throw error }
            record.code = error.code
            return send(.init(code: error.code, bytes: ByteBuffer(string: error.message + "\n"), type: "text/plain; charset=utf-8"), wire, writer)
        }
        record.code = 101
        writer.upgrade(with: connection, headers)
    }
}

/// A body whose head goes out with its first piece, so that a refusal before it can still be one.
private final class LateWriter: BodyWriter {
    private let writer: ResponseWriter
    private let headers: HTTPHeaders
    private let begun = NIOLockedFlag()

    init(writer: ResponseWriter, headers: HTTPHeaders) {
        self.writer = writer
        self.headers = headers
    }

    var hasBegun: Bool { begun.isSet }

    func begin() { if begun.set() { writer.begin(.ok, headers) } }

    func write(_ bytes: ByteBuffer) async -> Bool {
        begin()
        return await writer.write(bytes)
    }
}
