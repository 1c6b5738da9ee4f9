/// A client that can hold a connection to something that runs, as `exec -it`, `attach`, `logs -f` and `port-forward` need it.
package protocol StreamingClient: APIClient {
    /// Carries a request for `exec` or `attach` between the container and the caller until the command ends.
    ///
    /// - Returns: the command's exit status.
    /// - Throws: the server's refusal, or why the connection broke.
    func run(_ request: APIRequest, _ ends: StreamEnds) throws(APIStatus) -> Int

    /// Hands over an answer piece by piece as it comes, such as a log that is followed.
    func read(_ request: APIRequest, _ take: @escaping @Sendable ([UInt8]) -> Void) throws(APIStatus)

    /// Listens on a local port and joins every connection to a port of a pod.
    ///
    /// - Parameters:
    ///   - request: the `portforward` of the pod.
    ///   - report: gets what goes on, from another thread.
    /// - Returns: the port that is listened on, until the process ends.
    func forward(_ request: APIRequest, port: Int, on address: String, at local: Int, report: @escaping @Sendable (ForwardingNotice) -> Void) throws(APIStatus) -> Int

    /// Listens on a local port and passes requests on with this client's credentials.
    ///
    /// - Parameter refusal: why a request is not passed on, by its method, path and host; nil when it is.
    /// - Returns: the port that is listened on, until the process ends.
    func serve(
        on address: String, at local: Int, refusal: @escaping @Sendable (_ method: String, _ path: String, _ host: String) -> String?
    ) throws(APIStatus) -> Int
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
