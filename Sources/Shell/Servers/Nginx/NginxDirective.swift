/// One directive of an nginx configuration, with where it stands and the block below it.
package struct NginxDirective: Sendable {
    package var name: String
    package var arguments: [String]
    /// The directives between its braces; nil for one that ends with `;`.
    package var block: [NginxDirective]?
    package var file: String
    package var line: Int

    /// The first argument; empty when there is none.
    var first: String { arguments.first ?? "" }

    /// A problem at this place.
    func problem(_ text: String) -> NginxProblem { NginxProblem("\(text) in \(file):\(line)") }
}

/// Why a configuration cannot be used, in nginx's words: what stands after `nginx: [emerg]`.
package struct NginxProblem: Error, Sendable, Hashable {
    package var message: String

    init(_ message: String) { self.message = message }
}
