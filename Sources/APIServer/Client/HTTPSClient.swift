import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SimulationKernel

/// An API server over HTTPS, for commands that wait for their answers.
///
/// - Shape: one connection that is kept open, and one for each watch.
/// - Invariants: used by one thread.
package final class HTTPSClient: StreamingClient {
    package enum Credentials: Sendable {
        case none
        case token(String)
        case certificate(String, key: String)
    }

    /// Why a client cannot be made.
    package struct Problem: Error, CustomStringConvertible {
        package var description: String
    }

    package var user = UserInfo.admin
    package var userAgent = "kubectl/v1.36.2 (linux/amd64) kubernetes/labrunner"
    /// How the server's clock stands to the wall, and how fast it goes.
    package var clock = RemoteClock()
    /// How long an answer is waited for; nil for as long as it takes.
    package var patience: Duration?

    let target: ClientTarget
    /// The header that says who asks, where a certificate does not.
    let authorization: String?
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var connection: (channel: any Channel, answers: AnswerCollector)?

    /// - Parameters:
    ///   - server: `https://HOST:PORT`.
    ///   - authority: the certificates to trust, in PEM; nil for those of the system.
    package init(server: String, authority: String?, credentials: Credentials, skipsVerification: Bool = false) throws {
        guard let (host, port) = Self.address(server) else { throw Problem(description: "'\(server)' is no address such as https://127.0.0.1:6443") }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        if let authority { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8))) }
        if skipsVerification { configuration.certificateVerification = .none }
        var token: String?
        switch credentials {
        case .none: break
        case .token(let text): token = text
        case .certificate(let certificate, let key):
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        }
        authorization = token.map { "Bearer \($0)" }
        target = ClientTarget(host: host, port: port, tls: try NIOSSLContext(configuration: configuration))
    }

    deinit { group.shutdownGracefully { _ in } }

    private static func address(_ server: String) -> (String, Int)? {
        guard server.hasPrefix("https://") else { return nil }
        let rest = server.dropFirst("https://".count).prefix { $0 != "/" }
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            let tail = rest[rest.index(after: end)...]
            return (String(rest[rest.index(after: rest.startIndex)..<end]), Int(tail.dropFirst()) ?? 443)
        }
        guard let colon = rest.lastIndex(of: ":") else { return rest.isEmpty ? nil : (String(rest), 443) }
        return Int(rest[rest.index(after: colon)...]).map { (String(rest[..<colon]), $0) }
    }

    // MARK: Requests

    package func send(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        let request = named(request)
        if request.subresource == "exec" { return try exec(request) }
        let answer = try exchange(request.httpMethod, request.httpPath, request.httpHeaders, request.httpBody.map { $0.jsonBytes(escapesHTML: false) } ?? [])
        let warnings = answer.headers["Warning"].compactMap(Self.warningText)
        let type = answer.headers.first(name: "content-type") ?? ""
        if answer.code >= 400 { throw Self.status(answer) }
        if type.hasPrefix("text/plain") {
            let text = String(decoding: answer.body, as: UTF8.self)
            // What runs is answered as text; in process the same comes with its status.
            if request.verb != .nonResource { return APIResponse(code: answer.code, body: ["stdout": .string(text), "stderr": "", "code": 0], warnings: warnings) }
            return APIResponse(code: answer.code, body: .string(text), warnings: warnings)
        }
        do throws(JSONError) {
            return APIResponse(code: answer.code, body: answer.body.isEmpty ? .null : try Value(parsingJSON: answer.body), warnings: warnings)
        } catch {
            throw APIStatus(code: 0, reason: "", message: "the server's answer cannot be read: \(error)")
        }
    }

    /// A request that says what makes it, and lets the server act as another user than the one of the credentials where it is of one.
    func named(_ request: APIRequest) -> APIRequest {
        var request = request
        if request.userAgent.isEmpty { request.userAgent = userAgent }
        if request.impersonating == nil, request.user != user { request.impersonating = request.user }
        return request
    }

    /// Posts to a path that is no resource.
    package func post(_ path: String, _ body: Value) throws(APIStatus) -> Value {
        let answer = try exchange("POST", path, [("Content-Type", "application/json"), ("Accept", "application/json")], body.jsonBytes())
        if answer.code >= 400 { throw Self.status(answer) }
        return (try? Value(parsingJSON: answer.body)) ?? .null
    }

    static func status(_ answer: ClientAnswer) -> APIStatus {
        if let value = try? Value(parsingJSON: answer.body), value.kind == "Status" {
            return APIStatus(
                code: value["code"]?.intValue ?? answer.code, reason: value["reason"]?.stringValue ?? "", message: value["message"]?.stringValue ?? "",
                details: value["details"])
        }
        if answer.code == 404 { return .pageNotFound() }
        return APIStatus(code: answer.code, reason: "", message: String(decoding: answer.body.prefix(4096), as: UTF8.self))
    }

    /// The text of a `Warning` header: `299 - "text"`.
    private static func warningText(_ header: String) -> String? {
        guard let open = header.firstIndex(of: "\"") else { return nil }
        var text = ""
        var isEscaped = false
        for character in header[header.index(after: open)...] {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                break
            } else {
                text.append(character)
            }
        }
        return text
    }

    private func exchange(_ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]) throws(APIStatus) -> ClientAnswer {
        // A connection that was kept may have been closed meanwhile; a new one is tried once.
        if let open = connection, open.channel.isActive, let answer = try? attempt(open, method, path, headers, body) { return answer }
        do {
            let answers = AnswerCollector()
            let channel = try target.connect(group) { answers }.wait()
            connection = (channel, answers)
            return try attempt((channel, answers), method, path, headers, body)
        } catch {
            connection = nil
            throw APIStatus(code: 0, reason: "", message: "\(target.host):\(target.port): \(Self.reason(error))")
        }
    }

    private func attempt(
        _ open: (channel: any Channel, answers: AnswerCollector), _ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]
    ) throws -> ClientAnswer {
        let channel = open.channel
        let answer = open.answers.exchange(requestHead(method, path, headers, body), body, over: channel)
        let timer = patience.map { channel.eventLoop.scheduleTask(in: .nanoseconds($0.nanoseconds)) { channel.close(promise: nil) } }
        defer { timer?.cancel() }
        return try answer.wait()
    }

    func requestHead(_ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]) -> HTTPRequestHead {
        var all = HTTPHeaders(headers)
        all.replaceOrAdd(name: "Host", value: "\(target.host):\(target.port)")
        if let authorization { all.replaceOrAdd(name: "Authorization", value: authorization) }
        if !body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH" {
            all.replaceOrAdd(name: "Content-Length", value: String(body.count))
        }
        return HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path, headers: all)
    }

    static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError { return error.connectionErrors.first.map { "\($0.error)" } ?? "connection refused" }
        return "\(error)"
    }

    // MARK: Watches and time

    package func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream {
        var request = named(request)
        request.verb = .watch
        let stream = RemoteWatch()
        let lines = WatchLines(stream)
        do {
            let channel = try target.connect(group) { lines }.wait()
            stream.channel = channel
            let head = requestHead("GET", request.httpPath, request.httpHeaders, [])
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        } catch {
            throw APIStatus(code: 0, reason: "", message: "\(target.host):\(target.port): \(Self.reason(error))")
        }
        if let refusal = stream.waitForHead() { throw refusal }
        return stream
    }

    package var now: Instant { clock.now }

    package func advance(by duration: Duration) { clock.wait(duration) }
}
