import KubernetesObjects
import SimulationKernel

/// Where a simulated request starts.
package enum RequestOrigin: Hashable, Sendable {
    /// A machine outside the cluster: reaches node ports and load balancers only.
    case outside
    /// A process on a node itself.
    case node(String)
    case pod(namespace: String, name: String)
}

/// An HTTP request, or a bare TCP connection, on its way through the simulated network.
package struct SimulatedRequest: Sendable {
    package var origin: RequestOrigin
    package var method: String
    package var url: RequestURL
    package var headers: [(name: String, value: String)]
    package var body: String
    /// How many services have asked each other before it.
    package var depth = 0
    /// Whether the stations are noted; load is sent without.
    package var isTraced = true

    package init(
        from origin: RequestOrigin, method: String = "GET", url: RequestURL, headers: [(name: String, value: String)] = [], body: String = ""
    ) {
        self.origin = origin
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// The first header of a name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The parts of a URL that routing looks at.
package struct RequestURL: Hashable, Sendable, CustomStringConvertible {
    /// `http`, `https`, `tcp` or `udp`.
    package var scheme: String
    package var host: String
    package var port: Int
    /// Path and query; `/` when nothing was given.
    package var path: String

    package init(scheme: String = "http", host: String, port: Int? = nil, path: String = "/") {
        self.scheme = scheme
        self.host = host
        self.port = port ?? (scheme == "https" ? 443 : 80)
        self.path = path.hasPrefix("/") ? path : "/" + path
    }

    /// Reads `http://host:port/path`; the scheme may be left out. Nil when there is no host or the port is no port.
    package init?(_ text: String) {
        var rest = text[...]
        var scheme = "http"
        if let range = text.firstRange(of: "://") {
            scheme = text[..<range.lowerBound].lowercased()
            rest = text[range.upperBound...]
        }
        guard ["http", "https", "tcp", "udp", "sctp"].contains(scheme) else { return nil }
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var port: Int?
        if let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
            authority = authority[..<colon]
        }
        guard !authority.isEmpty else { return nil }
        var path = String(rest[slash...])
        if let fragment = path.firstIndex(of: "#") { path = String(path[..<fragment]) }
        self.init(scheme: scheme, host: String(authority).lowercased(), port: port, path: path)
    }

    package var description: String {
        let standard = scheme == "https" ? 443 : 80
        let isPlain = scheme == "tcp" || scheme == "udp" || scheme == "sctp"
        return "\(scheme)://\(host)\(port == standard && !isPlain ? "" : ":\(port)")\(isPlain ? "" : path)"
    }

    /// The transport that it goes over, as Services and policies name it.
    package var transport: String { scheme == "udp" || scheme == "sctp" ? scheme.uppercased() : "TCP" }
}
