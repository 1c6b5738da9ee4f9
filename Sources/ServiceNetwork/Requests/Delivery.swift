import APIMachinery

/// One station on the way of a request.
package struct Hop: Hashable, Sendable {
    /// The raw values are stable: they stand in JSON.
    package enum Station: String, Sendable {
        case client, dns
        case loadBalancer = "load balancer"
        case nodePort = "node port"
        case kubeProxy = "kube-proxy"
        case ingress, gateway
        case networkPolicy = "network policy"
        case node, pod, container
        /// The request ends here without an answer.
        case stops
    }

    package var station: Station
    package var note: RouteNote

    package init(_ station: Station, _ note: RouteNote) {
        self.station = station
        self.note = note
    }

    /// What happened there, for a person.
    package var detail: String { note.text() }
}

/// Why a request did not arrive.
package enum DeliveryFailure: Hashable, Sendable {
    case unknownHost(RouteNote)
    /// No name server answers.
    case noNameServer(RouteNote)
    case refused(RouteNote)
    case timedOut(RouteNote)

    package var note: RouteNote {
        switch self {
        case .unknownHost(let note), .noNameServer(let note), .refused(let note), .timedOut(let note): note
        }
    }

    /// The reason in words.
    package var reason: String { note.text() }
}

/// Where the network takes a request, and by which way.
package struct Delivery: Sendable {
    package enum Target: Sendable, Hashable {
        /// A port of a pod. `path` is what the pod gets to see, after rewrites.
        case pod(namespace: String, name: String, port: Int, path: String)
        /// The API server, through the Service `kubernetes`.
        case apiServer(path: String)
        /// An answer from the network itself, such as an ingress controller's 404.
        case answered(NetworkAnswer)
        case failed(DeliveryFailure)
    }

    package var target: Target
    package var hops: [Hop]
    /// The node on which the target pod runs; empty when there is none.
    package var node: String
    /// The host that the target is asked for, and the headers of the request when it gets there.
    package var host = ""
    package var headers: [(name: String, value: String)] = []
    /// The address that the target sees as its client.
    package var client = ""
    /// The Service that the request went to last, and the pod, to explain a failure by.
    package var service: NamespacedName?
    package var pod: NamespacedName?
    /// The address that the client found for the host it asks; empty for none.
    package var address = ""
    /// What is changed on the answer on its way back.
    package var answerChanges: [HeaderChange] = []
    /// The proxy on the way, which answers for a pod that does not.
    package var proxy: ProxyKind?

    package init(target: Target, hops: [Hop], node: String = "") {
        self.target = target
        self.hops = hops
        self.node = node
    }
}

/// A proxy of the application layer.
package enum ProxyKind: Sendable, Hashable { case nginx, gateway }

/// An answer that the network itself gives.
package struct NetworkAnswer: Sendable, Hashable {
    package var status: Int
    package var body: String
    package var type: String
    /// Where a redirection leads.
    package var location: String

    package init(status: Int, body: String = "", type: String = "text/html", location: String = "") {
        self.status = status
        self.body = body
        self.type = type
        self.location = location
    }

    /// The page that nginx makes for a status.
    package static func nginx(_ status: Int, location: String = "") -> NetworkAnswer {
        let titles = [
            301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect", 308: "Permanent Redirect", 404: "Not Found", 502: "Bad Gateway",
            503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
        ]
        let title = "\(status) \(titles[status] ?? "")"
        return NetworkAnswer(
            status: status,
            body: "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
            location: location)
    }
}

/// A change of the headers of a request or an answer.
package enum HeaderChange: Sendable, Hashable {
    case set(String, String)
    case add(String, String)
    case remove(String)

    package static func apply(_ changes: [HeaderChange], to headers: inout [(name: String, value: String)]) {
        for change in changes {
            switch change {
            case .set(let name, let value):
                headers.removeAll { $0.name.lowercased() == name.lowercased() }
                headers.append((name, value))
            case .add(let name, let value): headers.append((name, value))
            case .remove(let name): headers.removeAll { $0.name.lowercased() == name.lowercased() }
            }
        }
    }
}
