import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What `-v` shows of requests: from 6 on a line for each, from 7 on headers, from 8 on bodies.
///
/// - Source: k8s.io/client-go `transport/round_trippers.go` and `rest/request.go`. Differs: discovery is not told, as if it were cached.
struct RequestLog {
    let invocation: Invocation
    let level: Int
    let server: String

    /// Nil below level 6.
    init?(_ invocation: Invocation) {
        let level = invocation.flags.int("v")
        guard level >= 6 else { return nil }
        self.invocation = invocation
        self.level = level
        server = (try? invocation.config().server(invocation.flags)) ?? invocation.environment.serverAddress
    }

    func configLoaded(from files: [String]) {
        for file in files where invocation.environment.files.isDirectory(file) == false {
            invocation.log("I", at: "loader.go:405", "Config loaded from file:  \(file)")
        }
    }

    func sending(_ request: APIRequest) {
        if level >= 8, let body = request.httpBody { text("Request Body", body) }
        guard level >= 7 else { return }
        var lines = request.httpHeaders.map { "\($0.0): \($0.1)" }
        lines.sort()
        invocation.log("I", at: "round_trippers.go:527", "\"Request\" verb=\"\(request.httpMethod)\" url=\"\(address(request))\" headers=\(Self.block(lines.joined(separator: "\n")))")
    }

    func answered(_ request: APIRequest, code: Int, body: Value?, after duration: Duration) {
        let milliseconds = duration.nanoseconds / 1_000_000
        let head = level >= 7 ? "" : " verb=\"\(request.httpMethod)\" url=\"\(address(request))\""
        invocation.log("I", at: "round_trippers.go:632", "\"Response\"\(head) status=\"\(code) \(Self.phrases[code] ?? "")\" milliseconds=\(milliseconds)")
        if level >= 8, let body { text("Response Body", body) }
    }

    private func address(_ request: APIRequest) -> String { server + request.httpPath }

    private func text(_ title: String, _ body: Value) {
        let whole = body.json(.compact)
        let most = level >= 10 ? Int.max : level == 9 ? 10_240 : 1_024
        let shown = whole.utf8.count > most ? whole.prefix(most) + " [truncated \(whole.count - most) chars]" : whole[...]
        invocation.log("I", at: "type.go:165", "\"\(title)\" body=\(Self.block(String(shown)))")
    }

    /// A text of several lines as the log prints it.
    private static func block(_ text: String) -> String {
        "<\n" + text.split(separator: "\n", omittingEmptySubsequences: false).map { "\t\($0)\n" }.joined() + " >"
    }

    private static let phrases: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 301: "Moved Permanently", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone", 413: "Request Entity Too Large", 415: "Unsupported Media Type",
        422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout",
        507: "Insufficient Storage",
    ]
}
