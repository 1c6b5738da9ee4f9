import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1

/// Requests of clients for what another server serves.
extension RequestService {
    /// Hands a request on to the server of an aggregated API, and its answer back.
    ///
    /// - Source: kube-aggregator `pkg/apiserver/handler_proxy.go`.
    func forward(
        _ wire: WireRequest, to service: AggregatedAPIs.Service, of apis: AggregatedAPIs, _ headers: [(name: String, value: String)], _ user: UserInfo,
        _ writer: ResponseWriter, _ record: inout RequestRecord
    ) async throws(APIStatus) {
        let request = try APIRequest(method: wire.method, path: wire.head.uri, headers: headers, user: user)
        record.request = request
        // Whether the caller may is asked here as well as there.
        try await host.snapshot().authorizePath(request)
        guard service.isAvailable, let server = service.root else { return unavailable("service unavailable", wire, writer, &record) }
        var sent = HTTPHeaders()
        for name in ["Accept", "Content-Type", "User-Agent"] {
            let value = wire.header(name)
            if !value.isEmpty { sent.add(name: name, value: value) }
        }
        let caller = request.impersonating
        sent.add(name: "X-Remote-User", value: caller?.name ?? user.name)
        for group in caller?.groups ?? user.groups { sent.add(name: "X-Remote-Group", value: group) }
        let answer: ClientAnswer
        do {
            answer = try await apis.send(wire.method, wire.head.uri, sent, Array(wire.body.readableBytesView), to: server)
        } catch {
            return unavailable("error trying to reach service: \(AggregatedAPIs.reason(error, server))", wire, writer, &record)
        }
        record.code = answer.code
        let type = answer.headers.first(name: "content-type") ?? "application/json"
        send(.init(code: answer.code, bytes: ByteBuffer(bytes: answer.body), type: type), wire, writer)
    }

    private func unavailable(_ text: String, _ wire: WireRequest, _ writer: ResponseWriter, _ record: inout RequestRecord) {
        record.code = 503
        send(.init(code: 503, bytes: ByteBuffer(string: text + "\n"), type: "text/plain; charset=utf-8"), wire, writer)
    }
}
