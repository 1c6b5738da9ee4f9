import KubernetesObjects

/// A request in its HTTP form: the way back from `APIRequest(method:path:…)`.
extension APIRequest {
    package var httpMethod: String {
        switch verb {
        case .get, .list, .watch, .nonResource: "GET"
        case .create: "POST"
        case .update: "PUT"
        case .patch: "PATCH"
        case .delete, .deletecollection: "DELETE"
        }
    }

    /// Path and query.
    package var httpPath: String {
        var path: String
        if verb == .nonResource {
            path = nonResourcePath
        } else {
            path = resource.group.isEmpty ? "/api/\(resource.version)" : "/apis/\(resource.group)/\(resource.version)"
            if !namespace.isEmpty { path += "/namespaces/" + Self.escaped(namespace) }
            path += "/" + Self.escaped(resource.resource)
            if !name.isEmpty { path += "/" + Self.escaped(name) }
            if !subresource.isEmpty { path += "/" + subresource }
            if !nonResourcePath.isEmpty { path += nonResourcePath }
        }
        let query = httpQuery.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
        return query.isEmpty ? path : path + (path.contains("?") ? "&" : "?") + query
    }

    private var httpQuery: [(String, String)] {
        var query: [(String, String)] = []
        func add(_ name: String, _ value: String) { if !value.isEmpty { query.append((name, value)) } }
        add("labelSelector", options.labelSelector)
        add("fieldSelector", options.fieldSelector)
        add("limit", options.limit == 0 ? "" : String(options.limit))
        add("continue", options.continueToken)
        add("resourceVersion", options.resourceVersion)
        add("resourceVersionMatch", options.resourceVersionMatch)
        add("fieldManager", options.fieldManager)
        add("fieldValidation", options.fieldValidation)
        add("dryRun", options.dryRun && verb != .delete && verb != .deletecollection ? "All" : "")
        add("force", options.force ? "true" : "")
        add("allowWatchBookmarks", options.allowWatchBookmarks ? "true" : "")
        add("sendInitialEvents", options.sendInitialEvents.map { $0 ? "true" : "false" } ?? "")
        add("timeoutSeconds", options.timeoutSeconds.map { String($0) } ?? "")
        add("watch", verb == .watch ? "true" : "")
        let known = Set(query.map(\.0))
        for (name, value) in options.parameters where !known.contains(name) { query.append((name, value)) }
        // In the order of names, as Go encodes queries; what is repeated keeps its order.
        return query.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
    }

    package var httpHeaders: [(String, String)] {
        var headers: [(String, String)] = []
        switch representation {
        case .object: headers.append(("Accept", accept.isEmpty ? "application/json" : accept))
        case .table: headers.append(("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"))
        case .partialObjectMetadata:
            let kind = verb == .list || verb == .watch ? "PartialObjectMetadataList" : "PartialObjectMetadata"
            headers.append(("Accept", "application/json;as=\(kind);v=v1;g=meta.k8s.io,application/json"))
        }
        if !userAgent.isEmpty { headers.append(("User-Agent", userAgent)) }
        if httpBody != nil { headers.append(("Content-Type", patchType?.rawValue ?? "application/json")) }
        if let impersonating {
            headers.append(("Impersonate-User", impersonating.name))
            if !impersonating.uid.isEmpty { headers.append(("Impersonate-Uid", impersonating.uid)) }
            for group in impersonating.groups { headers.append(("Impersonate-Group", group)) }
            for (key, values) in impersonating.extra.sorted(by: { $0.key < $1.key }) {
                for value in values { headers.append(("Impersonate-Extra-\(Self.escaped(key))", value)) }
            }
        }
        return headers
    }

    package var httpBody: Value? {
        guard verb == .delete || verb == .deletecollection else { return body }
        var delete: Value = ["kind": "DeleteOptions", "apiVersion": "v1"]
        if let seconds = options.gracePeriodSeconds { delete["gracePeriodSeconds"] = Value(seconds) }
        if let policy = options.propagationPolicy { delete["propagationPolicy"] = .string(policy.rawValue) }
        if let orphan = options.orphanDependents { delete["orphanDependents"] = .bool(orphan) }
        if options.dryRun { delete["dryRun"] = ["All"] }
        var preconditions: Value = [:]
        if let uid = options.preconditionUID { preconditions["uid"] = .string(uid) }
        if let version = options.preconditionResourceVersion { preconditions["resourceVersion"] = .string(version) }
        if !preconditions.isEmptyValue { delete["preconditions"] = preconditions }
        return delete
    }

    /// A text as it stands in a path or a query.
    package static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.append(byte)
            default: result += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
