import APIMachinery
import Cluster
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import SimulationKernel

/// Answers requests of the wire: who asks, what is asked, in which form it is answered.
///
/// - Order: authentication, the request's reading, negotiation; authorization and all that follows is the cluster's. What
///   cannot be read is refused as such only to who may do what it asks for.
package final class RequestService: Sendable {
    package let host: ClusterHost
    let upgrader: (any ConnectionUpgrading)?
    let streamer: (any BodyStreaming)?
    let control: (any ServerControl)?
    let audit: AuditLog?
    let aggregated: AggregatedAPIs?
    let metrics = WireMetrics()
    let documents = DocumentCache()
    private let flows = NIOLockedValueBox<(classifier: FlowClassifier, made: Int64)?>(nil)
    /// How old the flow schemas may be that requests are told apart by, on the wall.
    private static let flowsAge: Int64 = 1_000_000_000

    package init(
        host: ClusterHost, upgrader: (any ConnectionUpgrading)? = nil, streamer: (any BodyStreaming)? = nil, control: (any ServerControl)? = nil,
        audit: AuditLog? = nil, aggregated: AggregatedAPIs? = nil
    ) {
        self.host = host
        self.upgrader = upgrader
        self.streamer = streamer
        self.control = control
        self.audit = audit
        self.aggregated = aggregated
    }

    /// A name for a request that no other has.
    static func newID() -> String {
        func part(_ digits: Int, _ bits: UInt64) -> String {
            let text = String(bits & ((1 << UInt64(digits * 4)) - 1), radix: 16)
            return String(repeating: "0", count: digits - text.utf8.count) + text
        }
        let (high, low) = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        return [part(8, high >> 32), part(4, high >> 16), part(4, high & 0xfff | 0x4000), part(4, low >> 48 & 0x3fff | 0x8000), part(12, low)]
            .joined(separator: "-")
    }

    // MARK: Answering

    /// Answers one request.
    func answer(_ wire: WireRequest, _ writer: ResponseWriter) async {
        var record = RequestRecord(wire)
        var wire = wire
        metrics.begin()
        do throws(APIStatus) {
            let user = try await authenticate(wire)
            record.user = user
            try await answer(&wire, user, writer, &record)
        } catch {
            record.code = error.code
            if error == .pageNotFound(), await isNowhere(record.request) {
                send(.init(code: 404, bytes: ByteBuffer(string: "404 page not found\n"), type: "text/plain; charset=utf-8"), wire, writer)
            } else {
                refuse(error, wire, writer)
            }
        }
        metrics.end(record)
        audit?.write(record, now: WallClock.now)
    }

    private func answer(_ wire: inout WireRequest, _ user: UserInfo, _ writer: ResponseWriter, _ record: inout RequestRecord) async throws(APIStatus) {
        if let control, let answer = try await control.answer(wire, user) {
            record.code = 200
            return send(.init(code: 200, bytes: ByteBuffer(bytes: answer.jsonBytes() + [10]), type: "application/json"), wire, writer)
        }
        let headers = wire.head.headers.map { (name: $0.name, value: $0.value) }
        try Self.checkImpersonation(headers)
        if let aggregated, let service = aggregated.service(ofPath: wire.path) {
            return try await forward(wire, to: service, of: aggregated, headers, user, writer, &record)
        }
        var request: APIRequest
        do throws(APIStatus) {
            if wire.body.readableBytes > 0, wire.method != "PATCH" { try MediaTypes.checkBody(wire.header("content-type")) }
            request = try APIRequest(
                method: wire.method, path: wire.head.uri, headers: headers, body: Array(wire.body.readableBytesView), user: user)
        } catch {
            // Who may not do it at all is told so, whatever is wrong with the rest.
            let unread = try APIRequest(method: wire.method, path: wire.path, headers: headers, user: user)
            record.request = unread
            try await host.snapshot().checkUnread(unread)
            throw error
        }
        record.request = request
        wire.flow = try await flow(of: request, wire)
        if request.verb == .nonResource {
            guard wire.method == "GET" || wire.method == "HEAD" else {
                throw APIStatus(
                    code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource", details: [:])
            }
            return try await answerPath(wire, request, writer, &record)
        }
        if wire.isUpgrade, RequestService.streamed.contains(request.subresource) {
            return try await upgrade(wire, request, writer, &record)
        }
        guard let accepted = MediaTypes.accepted(wire.header("accept"), kinds: Self.kinds(of: request)) else { throw MediaTypes.notAcceptable() }
        switch accepted.kind {
        case "Table": request.representation = .table
        case "PartialObjectMetadata", "PartialObjectMetadataList": request.representation = .partialObjectMetadata
        default: request.representation = .object
        }
        if request.verb == .watch {
            if wire.isUpgrade, WebSocketHandshake.isAsked(wire.head) { return try await sendWatch(wire, request, writer, &record) }
            return try await watch(wire, request, accepted, writer, &record)
        }
        if request.subresource == "log", wire.isUpgrade, WebSocketHandshake.isAsked(wire.head) { return try await sendLog(wire, request, writer, &record) }
        if let streamer, streamer.streams(request) { return try await stream(streamer, wire, request, writer, &record) }
        if RequestService.streamed.contains(request.subresource), request.subresource != "proxy" {
            _ = try await admit(request)
            throw APIStatus(code: 400, reason: "BadRequest", message: "Upgrade request required")
        }
        if request.subresource == "proxy" { return try await proxy(wire, request, writer, &record) }
        let answer: APIResponse
        var isCustom = false
        if request.verb == .list {
            var snapshot = try await host.snapshot()
            isCustom = snapshot.resources[request.resource]?.custom != nil
            answer = try snapshot.handle(request)
        } else {
            answer = try await host.send(request)
        }
        record.code = answer.code
        record.annotations = answer.auditAnnotations
        if request.subresource == "log" {
            let text = answer.body["stdout"]?.stringValue ?? ""
            return send(.init(code: 200, bytes: ByteBuffer(string: text), type: "text/plain"), wire, writer)
        }
        var body = answer.body
        if request.verb == .list, request.representation == .object, !isCustom { Self.dropItemKinds(&body) }
        send(.init(code: answer.code, bytes: Self.encoded(body, accepted, wire), type: accepted.contentType, warnings: answer.warnings), wire, writer)
    }

    private func flow(of request: APIRequest, _ wire: WireRequest) async throws(APIStatus) -> FlowClassifier.Flow? {
        let now = WallClock.elapsed
        if let known = flows.withLockedValue({ $0 }), now - known.made < Self.flowsAge { return known.classifier.flow(of: request, method: wire.method) }
        let classifier = FlowClassifier(try await host.snapshot().store)
        flows.withLockedValue { $0 = (classifier, now) }
        return classifier.flow(of: request, method: wire.method)
    }

    private static func kinds(of request: APIRequest) -> Set<String> {
        switch request.verb {
        case .list, .watch, .deletecollection: ["Table", "PartialObjectMetadataList", "PartialObjectMetadata"]
        default: ["Table", "PartialObjectMetadata"]
        }
    }

    /// Items of a list of a built-in kind do not say what they are: the list does.
    private static func dropItemKinds(_ list: inout Value) {
        guard var items = list["items"]?.arrayValue else { return }
        list["items"] = .null
        for index in items.indices {
            items[index]["apiVersion"] = nil
            items[index]["kind"] = nil
        }
        list["items"] = .array(items)
    }

    static func encoded(_ body: Value, _ accepted: AcceptedForm, _ wire: WireRequest) -> ByteBuffer {
        switch accepted.form {
        case .yaml: return ByteBuffer(string: body.yaml())
        case .json:
            // As Go writes it: a line end follows only what is on one line.
            let isPretty = accepted.isPretty || wire.wantsPretty
            return ByteBuffer(bytes: isPretty ? body.jsonBytes(.indented(by: 2)) : body.jsonBytes() + [10])
        }
    }

    // MARK: Writing

    /// An answer in its bytes.
    struct Answer: Sendable {
        var code: Int
        var bytes: ByteBuffer
        var type: String
        var warnings: [String] = []
        var headers: [(String, String)] = []
    }

    func headers(_ wire: WireRequest, type: String, warnings: [String] = []) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "Audit-Id", value: wire.auditID)
        headers.add(name: "Cache-Control", value: "no-cache, private")
        headers.add(name: "Content-Type", value: type)
        headers.add(name: "Date", value: HTTPDate.text(WallClock.now))
        if let flow = wire.flow {
            headers.add(name: "X-Kubernetes-Pf-Flowschema-Uid", value: flow.schema)
            headers.add(name: "X-Kubernetes-Pf-Prioritylevel-Uid", value: flow.level)
        }
        for warning in warnings { headers.add(name: "Warning", value: "299 - \(HTTPDate.quoted(warning))") }
        return headers
    }

    func send(_ answer: Answer, _ wire: WireRequest, _ writer: ResponseWriter) {
        var headers = headers(wire, type: answer.type, warnings: answer.warnings)
        for (name, value) in answer.headers { headers.replaceOrAdd(name: name, value: value) }
        var bytes = answer.bytes
        if bytes.readableBytes >= Gzip.threshold, Gzip.isAccepted(wire.header("accept-encoding")), let small = Gzip.compressed(bytes) {
            bytes = small
            headers.add(name: "Content-Encoding", value: "gzip")
            headers.add(name: "Vary", value: "Accept-Encoding")
        }
        writer.respond(HTTPResponseStatus(statusCode: answer.code), headers, bytes)
    }

    func refuse(_ status: APIStatus, _ wire: WireRequest, _ writer: ResponseWriter) {
        let accepted = MediaTypes.accepted(wire.header("accept"), kinds: ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"])
        var form = accepted ?? AcceptedForm(form: .json)
        form.kind = ""
        var answer = Answer(code: (100..<600).contains(status.code) ? status.code : 500, bytes: Self.encoded(status.value, form, wire), type: form.form.mediaType)
        if let seconds = status.details?["retryAfterSeconds"]?.intValue { answer.headers.append(("Retry-After", String(seconds))) }
        send(answer, wire, writer)
    }
}

extension WireRequest {
    /// Whether a person is likely to read the answer.
    ///
    /// - Source: apiserver `endpoints/handlers/negotiation` `isPrettyPrint`.
    var wantsPretty: Bool {
        let query = head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        for part in query.split(separator: "&") {
            if part == "pretty" || part == "pretty=1" || part == "pretty=true" { return true }
            if part.hasPrefix("pretty=") { return false }
        }
        let agent = header("user-agent")
        return agent.hasPrefix("curl") || agent.hasPrefix("Wget") || agent.hasPrefix("Mozilla/5.0")
    }
}

/// What a served cluster answers about itself to the commands that look after it.
package protocol ServerControl: Sendable {
    /// Answers a request to one of its own paths; nil for any other path.
    func answer(_ request: WireRequest, _ user: UserInfo) async throws(APIStatus) -> Value?
}
