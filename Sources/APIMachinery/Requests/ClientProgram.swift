/// A program that is a client of the API server, such as kubectl, where it runs inside of the cluster: in a container.
///
/// Whoever makes a cluster gives it these programs; the rooms below know none of them.
package protocol ClientProgram: Sendable {
    /// Runs a command line, without the program's own name, to its end.
    ///
    /// - `namespace` is the one that it works in unless it is told another; `read` gives a file's content.
    func run(
        _ arguments: [String], input: [UInt8], namespace: String, client: any APIClient, read: @escaping (String) -> [UInt8]?
    ) -> ClientProgramOutput
}

/// What a client program printed and ended with.
package struct ClientProgramOutput: Sendable {
    package var output: [UInt8]
    package var errors: [UInt8]
    package var status: Int

    package init(output: [UInt8] = [], errors: [UInt8] = [], status: Int) {
        self.output = output
        self.errors = errors
        self.status = status
    }
}
