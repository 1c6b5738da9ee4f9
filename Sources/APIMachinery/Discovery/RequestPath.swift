import KubernetesObjects
import KubernetesSchema

/// Reads method, path and query of an HTTP request, as `RequestInfoResolver` does.
///
/// - Shape: `/api/v1/namespaces/NS/RESOURCE/NAME/SUBRESOURCE/…`, `/apis/GROUP/VERSION/…`, anything else is no resource.
/// - Source: apiserver `endpoints/request.RequestInfoFactory`.
extension APIRequest {
    /// Makes a request of its HTTP form.
    ///
    /// - Throws: 400 for a body or query that cannot be read, 413 for a body that is too large, 415 for an unknown patch type.
    package init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)] = [], body: [UInt8] = [], user: UserInfo = .admin
    ) throws(APIStatus) {
        func header(_ name: String) -> String { headers.first { $0.name.lowercased() == name }?.value ?? "" }
        var path = path
        var query = query
        if let mark = path.firstIndex(of: "?") {
            if query.isEmpty { query = String(path[path.index(after: mark)...]) }
            path = String(path[..<mark])
        }
        let parameters = QueryText.read(query)
        let parts = path.split(separator: "/").map { QueryText.decoded(String($0), plusIsBlank: false) }
        var rest = parts[...]
        var resource = GroupVersionResource(group: "", version: "", resource: "")
        var isResource = false
        if rest.first == "api", rest.count >= 3 {
            resource.version = rest[1]
            rest = rest.dropFirst(2)
            isResource = true
        } else if rest.first == "apis", rest.count >= 4 {
            resource.group = rest[1]
            resource.version = rest[2]
            rest = rest.dropFirst(3)
            isResource = true
        }
        guard isResource else {
            self.init(path: path.isEmpty ? "/" : path, user: user)
            options.parameters = parameters
            accept = header("accept")
            impersonating = Self.impersonated(headers)
            userAgent = header("user-agent")
            return
        }
        var namespace = ""
        var isWatchPath = false
        if rest.first == "watch" {
            isWatchPath = true
            rest = rest.dropFirst()
        }
        if rest.first == "namespaces", rest.count >= 3, !Self.namespaceSubresources.contains(rest[rest.startIndex + 2]) {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        let steps = Array(rest)
        resource.resource = steps.first ?? ""
        let name = steps.count > 1 ? steps[1] : ""
        let verb: APIVerb
        switch method.uppercased() {
        case "POST": verb = .create
        case "GET", "HEAD": verb = name.isEmpty ? .list : .get
        case "PUT": verb = .update
        case "PATCH": verb = .patch
        case "DELETE": verb = name.isEmpty ? .deletecollection : .delete
        default:
            throw APIStatus(
                code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource", details: [:])
        }
        self.init(verb, resource, namespace: namespace, name: name, user: user)
        if resource.resource == "namespaces", resource.group.isEmpty, !name.isEmpty { self.namespace = "" }
        if steps.count > 2 { subresource = steps[2] }
        if steps.count > 3 { nonResourcePath = "/" + steps[3...].joined(separator: "/") }
        options = try RequestOptions(query: parameters, verb: verb)
        if isWatchPath || parameters.first(where: { $0.name == "watch" }).map({ RequestOptions.flag($0.value) }) == true {
            if verb == .list || verb == .get { self.verb = .watch }
        }
        userAgent = header("user-agent")
        accept = header("accept")
        impersonating = Self.impersonated(headers)
        representation = Self.representation(accept: accept)
        try read(body, contentType: header("content-type"))
    }

    /// Whom the `Impersonate-*` headers name.
    private static func impersonated(_ headers: [(name: String, value: String)]) -> UserInfo? {
        var user = UserInfo(name: "")
        for (name, value) in headers {
            let name = name.lowercased()
            switch name {
            case "impersonate-user": user.name = value
            case "impersonate-uid": user.uid = value
            case "impersonate-group": user.groups.append(value)
            default:
                if name.hasPrefix("impersonate-extra-") {
                    user.extra[QueryText.decoded(String(name.dropFirst("impersonate-extra-".count))), default: []].append(value)
                }
            }
        }
        return user.name.isEmpty ? nil : user
    }

    private static let namespaceSubresources: Set<String> = ["status", "finalize"]

    /// The form an `Accept` header asks for first.
    static func representation(accept: String) -> Representation {
        for choice in accept.split(separator: ",") {
            let words = choice.split(separator: ";").map { String($0).trimmed }
            if words.contains("as=Table") { return .table }
            if words.contains("as=PartialObjectMetadata") || words.contains("as=PartialObjectMetadataList") { return .partialObjectMetadata }
            if !words.contains(where: { $0.hasPrefix("as=") }) { return .object }
        }
        return .object
    }

    private mutating func read(_ bytes: [UInt8], contentType: String) throws(APIStatus) {
        guard !bytes.isEmpty else { return }
        if bytes.count > Self.bodySizeMax { throw .bodyTooLarge(limit: Self.bodySizeMax) }
        isBodyMeasured = true
        let media = String(contentType.split(separator: ";").first ?? "").trimmed.lowercased()
        if verb == .patch {
            guard let form = PatchType(rawValue: media) else {
                let accepted = [PatchType.json, .merge, .strategicMerge, .apply].map(\.rawValue).joined(separator: ", ")
                throw APIStatus(
                    code: 415, reason: "UnsupportedMediaType",
                    message: "the body of the request was in an unknown format - accepted media types include: \(accepted)", details: [:])
            }
            patchType = form
        }
        let document: (value: Value, duplicates: [ValuePath])
        if media == ProtobufReader.mediaType {
            do throws(ProtobufError) { document = (try ProtobufReader.read(bytes), []) } catch {
                if error.code == .malformed { throw .badRequest(error.description) }
                throw APIStatus(code: 415, reason: "UnsupportedMediaType", message: error.description)
            }
        } else if media.hasSuffix("yaml") {
            document = (try Self.yaml(bytes, isPatch: verb == .patch), [])
        } else {
            do throws(JSONError) {
                let read = try JSONReader(reportsDuplicates: true).read(bytes)
                document = (read.value, read.duplicates)
            } catch {
                if verb == .patch { throw .badRequest(patchType == .strategicMerge ? "\(error)" : "error decoding patch: \(error)") }
                let known = Catalogue.complete.resource(resource.resource, group: resource.group, version: resource.version)
                throw .badRequest(
                    "the object provided is unrecognized (must be of type \(known?.kind ?? resource.resource)): couldn't get version/kind; "
                        + "json parse error: \(error) (\(Self.summary(of: bytes)))")
            }
        }
        if verb == .delete || verb == .deletecollection {
            try options.read(deleteOptions: document.value)
        } else {
            body = document.value
            bodyDuplicates = document.duplicates
        }
    }

    private static func yaml(_ bytes: [UInt8], isPatch: Bool) throws(APIStatus) -> Value {
        let reading = YAMLReader().read(bytes)
        if let error = reading.error { throw .badRequest("error decoding YAML: \(error.decodingMessage)") }
        return reading.documents.first?.value ?? .null
    }

    /// The beginning of a body for messages: its text when it may be JSON, else its bytes.
    package static func summary(of bytes: [UInt8]) -> String {
        guard let first = bytes.first else { return "<empty>" }
        let head = bytes.prefix(30)
        let digits = Array("0123456789abcdef")
        let shown =
            first == UInt8(ascii: "{")
            ? String(decoding: head, as: UTF8.self) : String(head.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        return bytes.count > head.count ? shown + " ..." : shown
    }
}

extension RequestOptions {
    /// Reads the query parameters of a request; those of subresources stay in `parameters`. Of a parameter that is given more than
    /// once, the first counts.
    ///
    /// - Throws: 400 for a number that is none, 422 for a value outside its set.
    package init(query: [(name: String, value: String)], verb: APIVerb = .create) throws(APIStatus) {
        self.init()
        parameters = query
        let kind = Self.kind(of: verb)
        var seen: Set<String> = []
        for (name, value) in query where seen.insert(name).inserted {
            switch name {
            case "labelSelector": labelSelector = value
            case "fieldSelector": fieldSelector = value
            case "limit": limit = try Self.number(value)
            case "continue": continueToken = value
            case "resourceVersion": resourceVersion = value
            case "resourceVersionMatch": resourceVersionMatch = value
            case "allowWatchBookmarks": allowWatchBookmarks = Self.flag(value)
            case "sendInitialEvents": sendInitialEvents = Self.flag(value)
            case "timeoutSeconds": timeoutSeconds = try Self.number(value)
            case "fieldManager":
                if value.utf8.count > 128 {
                    throw .invalid(kind: kind, group: "meta.k8s.io", name: "", [.tooLong("fieldManager", maxBytes: 128)])
                }
                fieldManager = value
            case "fieldValidation":
                if !value.isEmpty, !["Ignore", "Warn", "Strict"].contains(value) {
                    throw .invalid(
                        kind: kind, group: "meta.k8s.io", name: "",
                        [.notSupported("fieldValidation", .string(value), supported: ["", "Ignore", "Strict", "Warn"])])
                }
                fieldValidation = value
            case "force": force = Self.flag(value)
            case "dryRun":
                if value != "All" {
                    throw .invalid(
                        kind: kind, group: "meta.k8s.io", name: "",
                        [.notSupported("dryRun", [.string(value)], supported: ["All"])])
                }
                dryRun = true
            case "gracePeriodSeconds": gracePeriodSeconds = try Self.number(value)
            case "propagationPolicy": propagationPolicy = try Self.policy(value)
            case "orphanDependents": orphanDependents = Self.flag(value)
            default: break
            }
        }
    }

    /// The kind of the options of a write, by which its refusals are named.
    private static func kind(of verb: APIVerb) -> String {
        switch verb {
        case .update: "UpdateOptions"
        case .patch: "PatchOptions"
        case .delete, .deletecollection: "DeleteOptions"
        default: "CreateOptions"
        }
    }

    private static func number(_ text: String) throws(APIStatus) -> Int {
        if let number = Int(text) { return number }
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        throw .badRequest("strconv.ParseInt: parsing \(goQuoted(text)): \(isNumber ? "value out of range" : "invalid syntax")")
    }

    /// Whether a parameter is true: whatever is neither `0` nor `false`, and an empty one too.
    ///
    /// - Source: apimachinery `runtime.Convert_Slice_string_To_bool`.
    package static func flag(_ text: String) -> Bool { text != "0" && text.lowercased() != "false" }

    private static func policy(_ text: String) throws(APIStatus) -> DeletionPropagation? {
        if text.isEmpty { return nil }
        guard let policy = DeletionPropagation(rawValue: text) else {
            throw .invalid(
                kind: "DeleteOptions", group: "meta.k8s.io", name: "",
                [.notSupported("propagationPolicy", .string(text), supported: ["Background", "Foreground", "Orphan", "nil"])])
        }
        return policy
    }

    /// Takes over what a `DeleteOptions` body says.
    package mutating func read(deleteOptions body: Value) throws(APIStatus) {
        if let seconds = body["gracePeriodSeconds"]?.intValue { gracePeriodSeconds = seconds }
        if let policy = body["propagationPolicy"]?.stringValue { propagationPolicy = try Self.policy(policy) }
        if let orphan = body["orphanDependents"]?.boolValue { orphanDependents = orphan }
        if let uid = body["preconditions"]?["uid"]?.stringValue { preconditionUID = uid }
        if let version = body["preconditions"]?["resourceVersion"]?.stringValue { preconditionResourceVersion = version }
        if !(body["dryRun"]?.elements ?? []).isEmpty { dryRun = true }
        if orphanDependents != nil, propagationPolicy != nil {
            throw .invalid(
                kind: "DeleteOptions", group: "meta.k8s.io", name: "",
                [
                    .invalid(
                        "propagationPolicy", propagationPolicy.map { .string($0.rawValue) },
                        "orphanDependents and deletionPropagation cannot be both set")
                ])
        }
    }
}

/// Query strings.
enum QueryText {
    static func read(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { decoded(String($0)) }
            return (sides[0], sides.count > 1 ? sides[1] : "")
        }
    }

    /// Text without percent escapes; what is no escape stays as it is.
    static func decoded(_ text: String, plusIsBlank: Bool = true) -> String {
        guard text.contains("%") || (plusIsBlank && text.contains("+")) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 48...57: byte - 48
            case 65...70: byte - 55
            case 97...102: byte - 87
            default: nil
            }
        }
        while index < bytes.count {
            if bytes[index] == 37, index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(plusIsBlank && bytes[index] == 43 ? 32 : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
