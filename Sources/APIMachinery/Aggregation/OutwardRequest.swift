import KubernetesObjects
import SimulationKernel

/// A request of the API server, or of a controller through it, to a server that stands outside of the cluster: that of an aggregated API.
///
/// It lies in the store until whoever serves the cluster has carried it out. In a cluster that nobody serves it is never
/// answered: such a cluster reaches nothing outside.
///
/// - Shape: an object of `resource` without a kind; `status` holds the answer.
package struct OutwardRequest: Hashable, Sendable {
    package static let resource = GroupResource("outwardrequests", group: "labrunner.dev")

    package enum Answer: Hashable, Sendable {
        case response(code: Int, body: String)
        /// Nothing came back, and why, in the words of Go's HTTP client.
        case failed(String)
    }

    /// What tells it from others: `metrics.k8s.io/v1beta1`, `default/web/0`.
    package var name: String
    /// What `spec.externalName` of the API's Service says.
    package var host: String
    package var port: Int
    package var path: String
    /// The certificates to trust, in PEM in base64 as an APIService has them; empty to trust whoever answers.
    package var authority: String
    /// The name that the server's certificate must have.
    package var serverName: String
    package var askedAt: Instant
    package var answer: Answer?

    /// A request to the API that an APIService names.
    ///
    /// - Parameter path: what stands behind `/apis/GROUP/VERSION`.
    /// - Returns: nil unless its Service is of the type ExternalName.
    package init?(_ name: String, to api: Value, path: String, in view: ClusterView) {
        guard let target = api["spec", "service"], !target.isNull else { return nil }
        let (namespace, service) = (target["namespace"]?.stringValue ?? "", target["name"]?.stringValue ?? "")
        guard let object = view.get(.services, namespace: namespace, name: service), object["spec"]?["type"]?.stringValue == "ExternalName" else { return nil }
        self.name = name
        host = object["spec"]?["externalName"]?.stringValue ?? ""
        port = target["port"]?.intValue ?? 443
        self.path = Self.root(of: api) + path
        authority = api["spec"]?["insecureSkipTLSVerify"]?.boolValue == true ? "" : api["spec"]?["caBundle"]?.stringValue ?? ""
        serverName = "\(service).\(namespace).svc"
        askedAt = view.now
    }

    /// `/apis/GROUP/VERSION` of an APIService.
    package static func root(of api: Value) -> String {
        "/apis/\(api["spec"]?["group"]?.stringValue ?? "")/\(api["spec"]?["version"]?.stringValue ?? "")"
    }

    /// The group and version that are asked whether they are there; nil for a request of something in them.
    package var discovered: (group: String, version: String)? {
        let parts = path.split(separator: "/").map(String.init)
        return parts.count == 3 ? (parts[1], parts[2]) : nil
    }

    package var url: String { "https://\(host):\(port)\(path)" }
    package var key: ObjectKey { ObjectKey(Self.resource, name: name) }

    /// Whether another request goes to the same place.
    package func asksAs(_ other: OutwardRequest) -> Bool {
        host == other.host && port == other.port && path == other.path && authority == other.authority && serverName == other.serverName
    }

    package init?(_ object: Value?) {
        guard let object, let spec = object["spec"] else { return nil }
        name = object.name
        host = spec["host"]?.stringValue ?? ""
        port = spec["port"]?.intValue ?? 0
        path = spec["path"]?.stringValue ?? ""
        authority = spec["authority"]?.stringValue ?? ""
        serverName = spec["serverName"]?.stringValue ?? ""
        askedAt = Instant(nanoseconds: Int64(spec["askedAt"]?.intValue ?? 0))
        if let code = object["status"]?["code"]?.intValue {
            answer = .response(code: code, body: object["status"]?["body"]?.stringValue ?? "")
        } else if let failure = object["status"]?["failure"]?.stringValue {
            answer = .failed(failure)
        }
    }

    package var object: Value {
        var object: Value = [
            "metadata": ["name": .string(name)],
            "spec": [
                "host": .string(host), "port": Value(port), "path": .string(path), "authority": .string(authority), "serverName": .string(serverName),
                "askedAt": .int(askedAt.nanoseconds),
            ],
        ]
        switch answer {
        case .response(let code, let body): object["status"] = ["code": Value(code), "body": .string(body)]
        case .failed(let text): object["status"] = ["failure": .string(text)]
        case nil: break
        }
        return object
    }
}
