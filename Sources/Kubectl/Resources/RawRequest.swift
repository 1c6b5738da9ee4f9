import APIMachinery
import KubernetesObjects

/// Requests to a path as it is, for `--raw`.
enum RawRequest {
    /// Reads a path such as `/apis/apps/v1/namespaces/x/deployments/y/scale?limit=1`.
    static func request(_ verb: APIVerb, _ url: String, body: Value?) -> APIRequest {
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        let path = parts.first ?? "/"
        var words = path.split(separator: "/").map(String.init)
        var request = APIRequest(path: path)
        request.body = body
        if let first = words.first, first == "api" || first == "apis", words.count > (first == "api" ? 2 : 3) {
            words.removeFirst()
            let group = first == "apis" ? words.removeFirst() : ""
            let version = words.removeFirst()
            var namespace = ""
            if words.count > 2 || (words.count == 3 && words[0] == "namespaces"), words[0] == "namespaces", !["status", "finalize"].contains(words[2]) {
                namespace = words[1]
                words.removeFirst(2)
            }
            request = APIRequest(
                words.count > 1 || verb != .get ? verb : .list, GroupVersionResource(group: group, version: version, resource: words[0]),
                namespace: namespace, name: words.count > 1 ? words[1] : "")
            if words.count > 2 { request.subresource = words[2...].joined(separator: "/") }
            request.body = body
        }
        if parts.count > 1 { readQuery(parts[1], into: &request) }
        return request
    }

    /// Sends a request that changes something; what is no resource can only be read.
    static func send(_ verb: APIVerb, _ url: String, body: Value?, _ invocation: Invocation) throws(Failure) -> Value {
        if !url.hasPrefix("/"), !url.contains("://") { throw Failure("--raw must be a valid URL path: parse \(goQuoted(url)): invalid URI for request") }
        let request = request(verb, url, body: body)
        if request.resource.resource.isEmpty {
            _ = try invocation.send(self.request(.get, url, body: nil))
            throw .text("Error from server (MethodNotAllowed): the server does not allow this method on the requested resource")
        }
        return try invocation.send(request).body
    }

    private static func readQuery(_ query: String, into request: inout APIRequest) {
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1).map { decoded(String($0)) }
            let value = halves.count > 1 ? halves[1] : ""
            switch halves[0] {
            case "labelSelector": request.options.labelSelector = value
            case "fieldSelector": request.options.fieldSelector = value
            case "limit": request.options.limit = Int(value) ?? 0
            case "continue": request.options.continueToken = value
            case "resourceVersion": request.options.resourceVersion = value
            case "dryRun": request.options.dryRun = value == "All"
            case "fieldManager": request.options.fieldManager = value
            case "fieldValidation": request.options.fieldValidation = value
            default: request.options.parameters.append((halves[0], value))
            }
        }
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            if source[index] == 37, index + 2 < source.count, let byte = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16) {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(source[index] == 43 ? 32 : source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A file as the body of a request: JSON as it is; the server knows nothing else.
    static func body(_ bytes: [UInt8], for path: String, _ invocation: Invocation) throws(Failure) -> Value {
        do { return try Value(parsingJSON: String(decoding: bytes, as: UTF8.self)) } catch {
            let resource = request(.create, path, body: nil).resource
            let kind = try invocation.lookup { $0.entries.first { $0.resource == resource } }?.kind ?? "object"
            throw Failure(
                .badRequest(
                    "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; json parse error: \(error.message) (\(APIRequest.summary(of: bytes)))"
                ))
        }
    }

    /// An answer as it would come over the wire: compact JSON with a line end, or plain text.
    static func text(_ body: Value) -> String {
        if case .string(let text) = body { return text }
        // What a container or a proxied server printed.
        if body.kind.isEmpty, let text = body["stdout"]?.stringValue { return text }
        return body.json(.compact) + "\n"
    }
}
