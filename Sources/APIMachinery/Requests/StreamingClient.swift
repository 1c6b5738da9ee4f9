/// A client that can hold a connection to something that runs, as `exec -it`, `attach`, `logs -f` and `port-forward` need it.
package protocol StreamingClient: APIClient {
    /// Carries a request for `exec` or `attach` between the container and the caller until the command ends.
    ///
    /// - Returns: the command's exit status.
    /// - Throws: the server's refusal, or why the connection broke.
    func run(_ request: APIRequest, _ ends: StreamEnds) throws(APIStatus) -> Int

    /// Hands over answers piece by piece as they come, such as logs that are followed; returns when all have ended.
    ///
    /// - Parameters:
    ///   - toleratesFailures: hands over what went wrong as a line of that answer, and goes on with the others.
    ///   - take: gets the request's place and a piece, from another thread, one after the other.
    func read(_ requests: [APIRequest], toleratesFailures: Bool, _ take: @escaping @Sendable (Int, [UInt8]) -> Void) throws(APIStatus)

    /// Listens on a local port and joins every connection to a port of a pod.
    ///
    /// - Parameters:
    ///   - request: the `portforward` of the pod.
    ///   - report: gets what goes on, from another thread.
    /// - Returns: the port that is listened on, until the process ends.
    func forward(_ request: APIRequest, port: Int, on address: String, at local: Int, report: @escaping @Sendable (ForwardingNotice) -> Void) throws(APIStatus) -> Int

    /// Listens on this machine and passes requests on with this client's credentials.
    ///
    /// - Parameter decide: what becomes of a request, by its method, its path with the query, and its host; called from another thread.
    /// - Returns: the port that is listened on, until the process ends; 0 for a socket.
    func serve(
        at place: ListeningPlace, decide: @escaping @Sendable (_ method: String, _ path: String, _ host: String) -> ProxyDecision
    ) throws(APIStatus) -> Int
}

/// Where a local proxy listens.
package enum ListeningPlace: Sendable {
    case port(Int, address: String)
    /// A Unix socket of this path.
    case socket(String)
}

/// What a local proxy does with a request.
package enum ProxyDecision: Sendable {
    /// Passes it on, under this path.
    case pass(path: String)
    /// Answers it itself.
    case answer(code: Int, headers: [(String, String)], body: [UInt8])
}

/// What happens on a forwarded port.
package enum ForwardingNotice: Sendable, Hashable {
    case connected
    case failed(String)
}

/// The caller's end of a command's streams.
package struct StreamEnds: Sendable {
    /// The next piece of input, waited for; empty at its end. Nil when no input is passed on.
    package var input: (@Sendable () -> [UInt8])?
    package var output: @Sendable ([UInt8]) -> Void
    package var errors: @Sendable ([UInt8]) -> Void
    /// How large the caller's terminal is at a moment; nil without one.
    package var size: (@Sendable () -> (columns: Int, rows: Int)?)?

    package init(
        input: (@Sendable () -> [UInt8])? = nil, output: @escaping @Sendable ([UInt8]) -> Void, errors: @escaping @Sendable ([UInt8]) -> Void,
        size: (@Sendable () -> (columns: Int, rows: Int)?)? = nil
    ) {
        self.input = input
        self.output = output
        self.errors = errors
        self.size = size
    }
}
