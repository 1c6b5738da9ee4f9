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
    /// `http`, `https` or `tcp`.
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
        guard ["http", "https", "tcp"].contains(scheme) else { return nil }
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
        return "\(scheme)://\(host)\(port == standard && scheme != "tcp" ? "" : ":\(port)")\(path)"
    }
}

/// One station on the way of a request.
package struct Hop: Hashable, Sendable {
    /// `client`, `dns`, `load balancer`, `node port`, `kube-proxy`, `ingress`, `network policy`, `pod`.
    package var station: String
    /// What happened there, for a person.
    package var detail: String

    package init(_ station: String, _ detail: String) {
        self.station = station
        self.detail = detail
    }
}

/// Why a request did not arrive.
package enum DeliveryFailure: Hashable, Sendable {
    case unknownHost(String)
    case refused(String)
    case timedOut(String)

    /// The reason in words.
    package var reason: String {
        switch self {
        case .unknownHost(let text), .refused(let text), .timedOut(let text): text
        }
    }
}

/// Where the network takes a request, and by which way.
package struct Delivery: Sendable {
    package enum Target: Sendable, Hashable {
        /// A port of a pod. `path` and `host` are what the pod gets to see, after rewrites.
        case pod(namespace: String, name: String, port: Int, path: String)
        /// The API server, through the Service `kubernetes`.
        case apiServer(path: String)
        /// An answer from the network itself, such as an ingress controller's 404.
        case answered(status: Int, body: String)
        case failed(DeliveryFailure)
    }

    package var target: Target
    package var hops: [Hop]
    /// The node on which the target pod runs; empty when there is none.
    package var node: String

    package init(target: Target, hops: [Hop], node: String = "") {
        self.target = target
        self.hops = hops
        self.node = node
    }
}

/// What came back.
package struct SimulatedResponse: Sendable {
    /// The HTTP status; 0 when no answer came.
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: String
    /// `namespace/name` of the pod that answered; empty when none did.
    package var answeredBy: String
    package var failure: DeliveryFailure?
    package var hops: [Hop]
    package var latency: Duration

    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: String = "", answeredBy: String = "",
        failure: DeliveryFailure? = nil, hops: [Hop] = [], latency: Duration = .zero
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.answeredBy = answeredBy
        self.failure = failure
        self.hops = hops
        self.latency = latency
    }

    package var isSuccess: Bool { failure == nil && (200..<400).contains(status) }
}
