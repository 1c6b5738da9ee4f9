import KubernetesObjects

/// The names of resources and what is wrong with amounts of them.
///
/// - Source: kubernetes `pkg/apis/core/helper` and `validation.ValidateResourceRequirements`, v1.36.
enum ResourceValidation {
    static let standardNames: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu",
        "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "configmaps", "persistentvolumeclaims", "requests.storage", "services.nodeports", "services.loadbalancers",
    ]
    static let standardContainerNames: Set<String> = ["cpu", "memory", "ephemeral-storage"]
    static let standardQuotaNames: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers",
        "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
    ]
    static let integerNames: Set<String> = [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
        "services.nodeports", "services.loadbalancers",
    ]

    static func isHugePages(_ name: String) -> Bool { name.hasPrefix("hugepages-") }
    static func isNative(_ name: String) -> Bool { !name.contains("/") || name.contains("kubernetes.io/") }
    static func isStandard(_ name: String) -> Bool {
        standardNames.contains(name) || name.hasPrefix("requests.hugepages-") || isHugePages(name)
    }
    static func isExtended(_ name: String) -> Bool {
        !isNative(name) && !name.hasPrefix("requests.") && NameFormats.qualifiedName("requests.\(name)").isEmpty
    }
    static func isOvercommitAllowed(_ name: String) -> Bool { isNative(name) && !isHugePages(name) }
    static func isInteger(_ name: String) -> Bool { integerNames.contains(name) || isExtended(name) }

    /// A resource name as such.
    static func name(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        let messages = NameFormats.qualifiedName(name)
        errors.invalid(path, name, each: messages)
        if messages.isEmpty, !name.contains("/"), !isStandard(name) {
            errors.invalid(path, name, "must be a standard resource type or fully qualified")
        }
    }

    /// A resource name in a container's requests or limits.
    static func containerName(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if standardContainerNames.contains(name) { return }
        Self.name(name, at: path, into: &errors)
        if !name.contains("/") {
            if !standardContainerNames.contains(name), !isHugePages(name) {
                errors.invalid(path, name, "must be a standard resource for containers")
            }
        } else if !isNative(name), !isExtended(name) {
            errors.invalid(path, name, "doesn't follow extended resource name standard")
        }
    }

    /// An amount of a resource.
    static func quantity(_ name: String, _ value: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let amount = Quantity(value) else { return }
        if amount.sign < 0 { errors.invalid(path, amount.description, "must be greater than or equal to 0") }
        if isInteger(name), !amount.isInteger { errors.invalid(path, amount.description, "must be an integer") }
        if isHugePages(name) {
            if let page = Quantity(String(name.dropFirst("hugepages-".count))), page.sign > 0, amount.value % page.value != 0 {
                errors.invalid(path, amount.description, "\(amount.description) is not positive integer multiple of \(name)")
            }
        }
    }

    /// A container's `resources`.
    static func requirements(
        _ resources: Value?, claims: Set<String>, at path: FieldPath, isPodLevel: Bool = false, into errors: inout FieldErrors
    ) {
        guard let resources, !resources.isNull else { return }
        let limitsPath = path / "limits"
        let requestsPath = path / "requests"
        let limits = resources.map("limits")
        let requests = resources.map("requests")
        var hasHugePages = false
        var hasComputing = false
        for entry in limits {
            let entryPath = limitsPath.key(entry.key)
            name(entry.key, isPodLevel, at: entryPath, into: &errors)
            quantity(entry.key, entry.value, at: entryPath, into: &errors)
            if isHugePages(entry.key) { hasHugePages = true }
            if entry.key == "cpu" || entry.key == "memory" { hasComputing = true }
        }
        for entry in requests {
            let entryPath = requestsPath.key(entry.key)
            name(entry.key, isPodLevel, at: entryPath, into: &errors)
            quantity(entry.key, entry.value, at: entryPath, into: &errors)
            if isHugePages(entry.key) { hasHugePages = true }
            if entry.key == "cpu" || entry.key == "memory" { hasComputing = true }
            if let limit = Quantity(limits[entry.key]), let request = Quantity(entry.value) {
                if request != limit, !isOvercommitAllowed(entry.key) {
                    errors.invalid(requestsPath, request.description, "must be equal to \(entry.key) limit of \(limit)")
                } else if request > limit {
                    errors.invalid(requestsPath, request.description, "must be less than or equal to \(entry.key) limit of \(limit)")
                }
            } else if !isOvercommitAllowed(entry.key) {
                errors.required(limitsPath, "Limit must be set for non overcommitable resources")
            }
        }
        if hasHugePages, !hasComputing { errors.forbidden(path, "HugePages require cpu or memory") }
        claimNames(resources.list("claims"), known: claims, at: path / "claims", into: &errors)
    }

    private static func name(_ name: String, _ isPodLevel: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        if isPodLevel {
            if name != "cpu", name != "memory", !isHugePages(name) {
                errors.notSupported(path, name, ["cpu", "hugepages-", "memory"])
            }
        } else {
            containerName(name, at: path, into: &errors)
        }
    }

    private static func claimNames(_ claims: [Value], known: Set<String>, at path: FieldPath, into errors: inout FieldErrors) {
        // Claims that are named as a whole, and those of which requests are named.
        var whole: Set<String> = []
        var requests: [String: Set<String>] = [:]
        for (index, claim) in claims.enumerated() {
            let name = claim.text("name")
            let request = claim.text("request")
            if name.isEmpty {
                errors.required(path[index])
                continue
            }
            if whole.contains(name) {
                errors.duplicate(path[index], name)
            } else if request.isEmpty {
                for _ in requests[name] ?? [] { errors.duplicate(path[index], name) }
                whole.insert(name)
            } else {
                errors.invalid(path[index] / "request", request, each: NameFormats.dns1123Label(request))
                if !requests[name, default: []].insert(request).inserted { errors.duplicate(path[index], "\(name)/\(request)") }
            }
            if !known.contains(name) {
                let rest = known.isEmpty ? " which is empty" : ": " + known.sorted().joined(separator: ", ")
                errors.append(
                    FieldError(
                        .notFound, path[index].description, .value(.string(name)),
                        detail: "must be one of the names in pod.spec.resourceClaims\(rest)"))
            }
        }
    }
}
