import APIMachinery
import Crypto
import KubernetesObjects
import NIOCore
import SimulationKernel

/// Paths that are no resources: discovery, OpenAPI, health, metrics.
extension RequestService {
    func answerPath(_ wire: WireRequest, _ request: APIRequest, _ writer: ResponseWriter, _ record: inout RequestRecord) async throws(APIStatus) {
        var request = request
        let parts = wire.path.split(separator: "/")
        let isDiscovery = parts.count == 1 && (parts[0] == "api" || parts[0] == "apis")
        let isDocument = parts.first == "openapi"
        var accepted = MediaTypes.accepted(wire.header("accept"), kinds: isDiscovery ? ["APIGroupDiscoveryList"] : [])
        if accepted == nil, parts.first != "api", parts.first != "apis" { accepted = AcceptedForm(form: .json) }
        guard let accepted else { throw MediaTypes.notAcceptable() }
        request.accept = accepted.kind == "APIGroupDiscoveryList" ? "application/json;as=APIGroupDiscoveryList" : "application/json"
        var snapshot = try await host.snapshot()
        guard isDiscovery || isDocument else {
            let answer = try snapshot.handle(request)
            record.code = answer.code
            return send(plain(answer, parts, accepted, wire), wire, writer)
        }
        let version = snapshot.definitionsVersion
        // Whether the caller may have it is asked each time; what it is, only once.
        try snapshot.authorizePath(request)
        if isDocument, let target = try Self.movedDocument(wire, request, &snapshot) {
            record.code = 301
            return send(
                .init(
                    code: 301, bytes: ByteBuffer(string: "<a href=\"\(target)\">Moved Permanently</a>.\n\n"), type: "text/html; charset=utf-8",
                    headers: [("Location", target)]), wire, writer)
        }
        let binary = isDocument ? OpenAPIForm(wire) : nil
        let name = "\(wire.path) \(binary?.rawValue ?? accepted.form.mediaType) \(accepted.kind) \(accepted.version)"
        let document: DocumentCache.Document
        if let known = documents.document(name, version: version) {
            document = known
        } else {
            var body = try snapshot.handle(request).body
            if accepted.version == "v2beta1" { body["apiVersion"] = "apidiscovery.k8s.io/v2beta1" }
            let bytes = binary.map { ByteBuffer(bytes: $0.bytes(of: body)) } ?? Self.encoded(body, accepted, wire)
            let digest = SHA512.hash(data: Array(bytes.readableBytesView)).map { byte in
                let text = String(byte, radix: 16, uppercase: true)
                return text.utf8.count == 1 ? "0" + text : text
            }
            document = DocumentCache.Document(bytes: bytes, type: binary?.contentType ?? accepted.contentType, digest: digest.joined())
            documents.keep(document, as: name, version: version)
        }
        let tag = "\"\(document.digest)\""
        var headers = [("ETag", tag), ("Vary", "Accept")]
        if isDocument, Self.hash(wire) != nil {
            headers += [("Cache-Control", "public, immutable"), ("Expires", HTTPDate.text(Instant(seconds: WallClock.now.seconds + 365 * 86_400)))]
        }
        if wire.header("if-none-match").split(separator: ",").contains(where: { $0.drop { $0 == " " } == tag }) {
            record.code = 304
            return send(.init(code: 304, bytes: ByteBuffer(), type: document.type, headers: headers), wire, writer)
        }
        record.code = 200
        send(.init(code: 200, bytes: document.bytes, type: document.type, headers: headers), wire, writer)
    }

    /// The hash of the document below `/openapi/v3` that a client means to get.
    private static func hash(_ wire: WireRequest) -> String? {
        guard wire.path.hasPrefix("/openapi/v3/"), let query = wire.head.uri.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
        return query.split(separator: "&").first { $0.hasPrefix("hash=") }.map { String($0.dropFirst(5)) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Where a document stands now that a client asks for as it was before.
    ///
    /// - Source: kube-openapi `handler3` `HandleGroupVersion`.
    private static func movedDocument(_ wire: WireRequest, _ request: APIRequest, _ snapshot: inout GenericAPIServer) throws(APIStatus) -> String? {
        guard let hash = hash(wire) else { return nil }
        var list = request
        list.nonResourcePath = "/openapi/v3"
        let name = String(wire.path.dropFirst("/openapi/v3/".count))
        guard let present = try snapshot.handle(list).body["paths"]?[name]?["serverRelativeURL"]?.stringValue, !present.hasSuffix("?hash=\(hash)") else { return nil }
        return present
    }

    /// Whether no server is behind a path at all: it is no resource, its group is not served, or is one in which it is not defined.
    ///
    /// - Source: apiserver `server/handler.go`: what no handler takes ends at Go's own `http.NotFound`.
    func isNowhere(_ request: APIRequest?) async -> Bool {
        guard let request, request.verb != .nonResource else { return true }
        guard let snapshot = try? await host.snapshot(), snapshot.resources[request.resource] == nil else { return false }
        let group = request.resource.group
        return !snapshot.resources.catalogue.serves(group: group, version: request.resource.version)
            || snapshot.store.list(.customResourceDefinitions).contains { $0["spec"]?["group"]?.stringValue == group }
    }

    private func plain(_ answer: APIResponse, _ parts: [Substring], _ accepted: AcceptedForm, _ wire: WireRequest) -> Answer {
        if parts == ["metrics"], let text = answer.body.stringValue {
            return .init(code: 200, bytes: ByteBuffer(string: metrics.text + text), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        if let text = answer.body.stringValue {
            // Who scrapes metrics asks for this form.
            let type = parts.first == "metrics" ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain; charset=utf-8"
            return .init(code: answer.code, bytes: ByteBuffer(string: text), type: type)
        }
        let type = parts.last == "jwks" ? "application/jwk-set+json" : accepted.contentType
        return .init(code: answer.code, bytes: Self.encoded(answer.body, accepted, wire), type: type)
    }
}

/// The protocol buffers that a document of OpenAPI is asked for in.
private enum OpenAPIForm: String {
    case v2, v3

    /// Nil when the client prefers text, or the path is no document: the list below `/openapi/v3` is always JSON.
    init?(_ wire: WireRequest) {
        let accept = wire.header("accept")
        func prefers(_ types: [String]) -> Bool { types.contains { accept.hasPrefix($0) } }
        if wire.path == "/openapi/v2", prefers(OpenAPIProtobuf.mediaTypes) {
            self = .v2
        } else if wire.path.hasPrefix("/openapi/v3/"), prefers(OpenAPIV3Protobuf.mediaTypes) {
            self = .v3
        } else {
            return nil
        }
    }

    var contentType: String { self == .v2 ? OpenAPIProtobuf.contentType : OpenAPIV3Protobuf.contentType }

    func bytes(of document: Value) -> [UInt8] { self == .v2 ? OpenAPIProtobuf.bytes(of: document) : OpenAPIV3Protobuf.bytes(of: document) }
}
