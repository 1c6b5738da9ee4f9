/// A request as nginx gets it.
package struct NginxRequest: Sendable {
    package var method: String
    /// Path and query, as they were asked for.
    package var target: String
    package var host: String
    package var port: Int
    package var headers: [(name: String, value: String)]
    package var bodySize: Int
    package var client: String
    package var address: String
    package var hostName: String
    package var version: String
    /// Requests that were served before.
    package var served: Int
    /// Nanoseconds since 1970.
    package var now: Int64

    package init(
        method: String, target: String, host: String, port: Int, headers: [(name: String, value: String)], bodySize: Int, client: String, address: String, hostName: String,
        version: String, served: Int, now: Int64
    ) {
        self.method = method
        self.target = target
        self.host = host
        self.port = port
        self.headers = headers
        self.bodySize = bodySize
        self.client = client
        self.address = address
        self.hostName = hostName
        self.version = version
        self.served = served
        self.now = now
    }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

package struct NginxAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A request that nginx passes on, to the first of these servers that answers.
package struct NginxPassing: Sendable {
    package var method: String
    /// `http://host:port/path`, in the order in which they are tried.
    package var urls: [String]
    package var headers: [(name: String, value: String)]
    /// What is left to do when the answer is there.
    var exchange: NginxExchange
}

package enum NginxOutcome: Sendable {
    case answer(NginxAnswer)
    case pass(NginxPassing)
    /// The connection is closed without an answer.
    case close
}
