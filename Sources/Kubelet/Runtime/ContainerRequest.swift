import SimulationKernel

/// An HTTP request as it reaches a container.
package struct ContainerRequest: Sendable {
    package var method: String
    package var path: String
    package var host: String
    package var port: Int
    package var headers: [(name: String, value: String)]
    package var body: String
    /// The address it comes from; empty when that is not known.
    package var client: String

    package init(
        method: String = "GET", path: String, host: String, port: Int, headers: [(name: String, value: String)] = [], body: String = "", client: String = ""
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.port = port
        self.headers = headers
        self.body = body
        self.client = client
    }
}

/// What a container answers.
package enum ContainerAnswer: Sendable {
    case response(status: Int, headers: [(name: String, value: String)], body: String, latency: Duration)
    /// Nothing listens on the port, with the reason.
    case refused(String)
}
