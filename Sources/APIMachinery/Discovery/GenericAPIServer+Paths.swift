import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Answers to paths that are no resources.
extension GenericAPIServer {
    mutating func answerPath(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        if let resolved = try resolved(request) { return try handle(resolved) }
        try authorize(request)
        let path = request.nonResourcePath.split(separator: "?").first.map(String.init) ?? "/"
        let parts = path.split(separator: "/").map(String.init)
        let catalogue = resources.catalogue
        let wantsAggregated = request.accept.contains("as=APIGroupDiscoveryList")
        switch parts.first {
        case nil: return APIResponse(body: ["paths": Value(rootPaths)])
        case "api":
            if parts.count == 1 {
                return APIResponse(body: wantsAggregated ? Discovery.aggregated(isLegacy: true, catalogue) : Discovery.legacyVersions)
            }
            if parts.count == 2, let list = Discovery.resources(group: "", version: parts[1], catalogue) { return APIResponse(body: list) }
        case "apis":
            switch parts.count {
            case 1: return APIResponse(body: wantsAggregated ? Discovery.aggregated(isLegacy: false, catalogue) : Discovery.groups(catalogue))
            case 2: if let group = Discovery.group(named: parts[1], catalogue) { return APIResponse(body: group) }
            case 3:
                if let list = Discovery.resources(group: parts[1], version: parts[2], catalogue) { return APIResponse(body: list) }
            default: break
            }
        case "version": if parts.count == 1 { return APIResponse(body: version) }
        case "healthz", "livez", "readyz": return APIResponse(body: .string(try HealthChecks.answer(parts, request.options)))
        case "openapi":
            if parts.count == 2, parts[1] == "v2" {
                return APIResponse(body: OpenAPIDocument.v2(catalogue: catalogue, gitVersion: settings.gitVersion))
            }
            if parts.count >= 2, parts[1] == "v3" { return APIResponse(body: try openAPI(Array(parts.dropFirst(2)), catalogue)) }
        case "metrics":
            if parts == ["metrics", "slis"] { return APIResponse(body: .string(HealthChecks.metrics)) }
            if parts.count == 1 { return APIResponse(body: .string(metricsText)) }
        case ".well-known":
            if parts.last == "openid-configuration" {
                return APIResponse(
                    body: [
                        "issuer": .string(settings.tokenIssuer), "jwks_uri": .string(settings.keysAddress),
                        "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
                        "id_token_signing_alg_values_supported": [.string(tokens.algorithm)],
                    ])
            }
        case "openid": if parts == ["openid", "v1", "jwks"] { return APIResponse(body: tokens.keys) }
        default: break
        }
        throw .pageNotFound()
    }

    /// Checks whether a path that is no resource may be read.
    ///
    /// - Throws: 403.
    package func authorizePath(_ request: APIRequest) throws(APIStatus) {
        var request = request
        if let other = request.impersonating {
            request.impersonating = nil
            request.user = try Impersonation.user(
                request.user, as: other.name, groups: other.groups, uid: other.uid, extra: other.extra, authorizers: pipeline.authorizers, store: store)
        }
        try authorize(request)
    }

    /// Changes whenever discovery and OpenAPI documents do.
    package var definitionsVersion: String {
        "\(resources.catalogue.resources.count) " + store.list(.customResourceDefinitions).map(\.resourceVersion).joined(separator: " ")
    }

    /// A request that was made by its path alone, as the request for a resource that it is; nil when it is none.
    private func resolved(_ request: APIRequest) throws(APIStatus) -> APIRequest? {
        let parts = request.nonResourcePath.split(separator: "?").first?.split(separator: "/") ?? []
        guard (parts.first == "api" && parts.count >= 3) || (parts.first == "apis" && parts.count >= 4) else { return nil }
        var resolved = try APIRequest(
            method: "GET", path: request.nonResourcePath, headers: [("accept", request.accept), ("user-agent", request.userAgent)],
            user: request.user)
        resolved.cause = request.cause
        if resolved.verb == .nonResource { return nil }
        return resolved
    }

    /// `/openapi/v3` and what is below it.
    private func openAPI(_ parts: [String], _ catalogue: Catalogue) throws(APIStatus) -> Value {
        if parts.isEmpty {
            var paths: Value = [:]
            var customGroups: [String: String] = [:]
            for definition in store.list(.customResourceDefinitions) {
                customGroups[definition["spec"]?["group"]?.stringValue ?? "", default: ""] += " \(definition.resourceVersion)"
            }
            for path in OpenAPIDocument.v3Paths(catalogue: catalogue) {
                let group = path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
                let text = "\(settings.gitVersion) \(path)\(customGroups[group] ?? "")"
                paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(SHA256.hex(Array(text.utf8)).uppercased())")]
            }
            return ["paths": paths]
        }
        if parts.count == 2, parts[0] == "api" {
            return OpenAPIDocument.v3(group: "", version: parts[1], catalogue: catalogue, gitVersion: settings.gitVersion)
        }
        if parts.count == 3, parts[0] == "apis", catalogue.serves(group: parts[1], version: parts[2]) {
            return OpenAPIDocument.v3(group: parts[1], version: parts[2], catalogue: catalogue, gitVersion: settings.gitVersion)
        }
        throw .pageNotFound()
    }

    private var rootPaths: [String] {
        var paths = ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/"]
        for group in resources.catalogue.groups where !group.name.isEmpty {
            paths.append("/apis/\(group.name)")
            paths += group.versions.map { "/apis/\(group.name)/\($0)" }
        }
        paths += ["/healthz", "/livez", "/metrics", "/metrics/slis", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/readyz", "/version"]
        return paths.sorted()
    }

    private var version: Value {
        let parts = settings.gitVersion.drop { $0 == "v" }.split(separator: ".").map(String.init)
        let major = parts.first ?? "1"
        let minor = parts.count > 1 ? parts[1] : "36"
        return [
            "major": .string(major), "minor": .string(minor), "emulationMajor": .string(major), "emulationMinor": .string(minor),
            "minCompatibilityMajor": .string(major), "minCompatibilityMinor": .string(String((Int(minor) ?? 36) - 1)),
            "gitVersion": .string(settings.gitVersion), "gitCommit": "0000000000000000000000000000000000000000", "gitTreeState": "clean",
            "buildDate": "2026-01-01T00:00:00Z", "goVersion": "go1.26.0", "compiler": "gc", "platform": "linux/amd64",
        ]
    }

    private var metricsText: String {
        var text = "# TYPE apiserver_storage_objects gauge\n"
        for resource in store.resources { text += "apiserver_storage_objects{resource=\"\(resource)\"} \(store.count(resource))\n" }
        return text
    }

    /// Follows up a write that others depend on.
    mutating func afterWrite(_ event: StoreEvent) {
        if event.key.resource == .events {
            if event.change == .added { recorder.ending.add(event.key, at: now + settings.eventLifetime) }
        } else if event.key.resource == .customResourceDefinitions || resources.hasCustomResources {
            followDefinition(event)
        }
        switch event.key.resource {
        case .flowSchemas, .priorityLevelConfigurations: followFlowControl(event)
        case .validatingAdmissionPolicies: followPolicy(event)
        default: break
        }
    }
}
