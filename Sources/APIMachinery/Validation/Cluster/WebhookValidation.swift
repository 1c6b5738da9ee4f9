import KubernetesObjects

/// What is wrong with webhook configurations.
///
/// - Source: kubernetes `pkg/apis/admissionregistration/validation`, v1.36.
enum WebhookValidation {
    /// What the stored configuration was let through with, it may keep.
    private struct Tolerance {
        var sideEffects = false
        var reviewVersions = false
        var duplicateNames = false
        var matchConditions = false
        var labelValues = false

        init(_ webhooks: [Value], old: [Value]?) {
            guard let old else { return }
            sideEffects = old.contains { !WebhookValidation.harmless.contains($0.text("sideEffects")) }
            reviewVersions = old.contains { !$0.texts("admissionReviewVersions").isEmpty && !WebhookValidation.isKnown($0) }
            duplicateNames = Set(old.map { $0.text("name") }).count < old.count
            matchConditions = webhooks.map { $0["matchConditions"] } == old.map { $0["matchConditions"] }
            labelValues = old.contains { webhook in
                WebhookValidation.selectors.contains { !LabelSelectorValidation.isUsable(webhook[$0] ?? .null) }
            }
        }
    }

    private static let selectors = ["namespaceSelector", "objectSelector"]
    private static let harmless = ["None", "NoneOnDryRun"]

    private static func isKnown(_ webhook: Value) -> Bool {
        webhook.texts("admissionReviewVersions").contains { $0 == "v1" || $0 == "v1beta1" }
    }

    static func configuration(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let webhooks = object.list("webhooks")
        let tolerance = Tolerance(webhooks, old: old?.list("webhooks"))
        var names: Set<String> = []
        for (index, webhook) in webhooks.enumerated() {
            let at = FieldPath("webhooks")[index]
            self.webhook(webhook, tolerance, at: at, into: &errors)
            reviewVersions(webhook, tolerance, at: at / "admissionReviewVersions", into: &errors)
            let name = webhook.text("name")
            if !name.isEmpty, !names.insert(name).inserted, !tolerance.duplicateNames { errors.duplicate(at / "name", name) }
        }
    }

    private static func webhook(_ webhook: Value, _ tolerance: Tolerance, at path: FieldPath, into errors: inout FieldErrors) {
        let name = webhook.text("name")
        let messages = NameFormats.dns1123Subdomain(name)
        if name.isEmpty {
            errors.required(path / "name")
        } else if !messages.isEmpty {
            errors.invalid(path / "name", name, messages.joined(separator: ","))
        } else if name.split(separator: ".", omittingEmptySubsequences: false).count < 3 {
            errors.invalid(path / "name", name, "should be a domain with at least three segments separated by dots")
        }
        for (index, rule) in webhook.list("rules").enumerated() { self.rule(rule, at: (path / "rules")[index], into: &errors) }
        func check(_ field: String, _ supported: [String]) {
            if let value = webhook.present(field)?.stringValue, !supported.contains(value) { errors.notSupported(path / field, value, supported) }
        }
        check("failurePolicy", ["Fail", "Ignore"])
        check("matchPolicy", ["Equivalent", "Exact"])
        let effects = tolerance.sideEffects ? ["None", "NoneOnDryRun", "Some", "Unknown"] : harmless
        if !webhook.has("sideEffects") { errors.required(path / "sideEffects", "must specify one of \(effects.joined(separator: ", "))") }
        check("sideEffects", effects)
        if let seconds = webhook.int("timeoutSeconds"), seconds < 1 || seconds > 30 {
            errors.invalid(path / "timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
        }
        for field in selectors {
            LabelSelectorValidation.check(webhook[field], at: path / field, allowInvalidValues: tolerance.labelValues, into: &errors)
        }
        check("reinvocationPolicy", ["IfNeeded", "Never"])
        client(webhook["clientConfig"] ?? [:], at: path / "clientConfig", into: &errors)
        if !tolerance.matchConditions {
            PolicyValidation.matchConditions(webhook.list("matchConditions"), hasParams: false, at: path / "matchConditions", into: &errors)
        }
    }

    private static func reviewVersions(_ webhook: Value, _ tolerance: Tolerance, at path: FieldPath, into errors: inout FieldErrors) {
        let versions = webhook.texts("admissionReviewVersions")
        if versions.isEmpty {
            errors.required(path, "must specify one of v1, v1beta1")
            return
        }
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            if seen.insert(version).inserted {
                errors.invalid(path[index], version, each: NameFormats.dns1035Label(version))
            } else {
                errors.invalid(path[index], version, "duplicate version")
            }
        }
        if !isKnown(webhook), !tolerance.reviewVersions {
            errors.invalid(path, webhook["admissionReviewVersions"], "must include at least one of v1, v1beta1")
        }
    }

    private static func client(_ client: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let url = client.present("url")?.stringValue
        let service = client.present("service")
        if (url == nil) == (service == nil) {
            errors.required(path, "exactly one of url or service is required")
        } else if let url {
            webhookURL(url, at: path / "url", into: &errors)
        } else if let service {
            let path = path / "service"
            for field in ["name", "namespace"] where service.text(field).isEmpty { errors.required(path / field, "service \(field) is required") }
            if let port = service.int("port"), port < 1 || port > 65535 {
                errors.invalid(path / "port", port, "port is not valid: must be between 1 and 65535, inclusive")
            }
            if let urlPath = service.present("path")?.stringValue { servicePath(urlPath, at: path / "path", into: &errors) }
        }
    }

    /// - Source: apiserver `util/webhook` `ValidateWebhookURL`.
    private static func webhookURL(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        let form = "; desired format: https://host[/path]"
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let scheme = parts.count == 2 ? parts[0] : ""
        if scheme != "https" { errors.invalid(path, scheme, "'https' is the only allowed URL scheme" + form) }
        let rest = parts.count == 2 && parts[1].hasPrefix("//") ? String(parts[1].dropFirst(2)) : ""
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.isEmpty { errors.invalid(path, String(authority), "host must be specified" + form) }
        if authority.contains("@") {
            errors.invalid(path, String(authority.prefix { $0 != "@" }), "user information is not permitted in the URL")
        }
        if let fragment = rest.firstIndex(of: "#") {
            errors.invalid(path, String(rest[rest.index(after: fragment)...]), "fragments are not permitted in the URL")
        }
        if let query = rest.firstIndex(of: "?") {
            errors.invalid(path, String(rest[rest.index(after: query)...].prefix { $0 != "#" }), "query parameters are not permitted in the URL")
        }
    }

    /// - Source: apiserver `util/webhook` `ValidateWebhookService`.
    private static func servicePath(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        if text == "/" || text.isEmpty { return }
        if text == "//" {
            errors.invalid(path, text, "segment[0] may not be empty")
            return
        }
        if !text.hasPrefix("/") { errors.invalid(path, text, "must start with a '/'") }
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        for (index, step) in trimmed.dropFirst().split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            if step.isEmpty {
                errors.invalid(path, text, "segment[\(index)] may not be empty")
                continue
            }
            for message in NameFormats.dns1123Subdomain(String(step)) { errors.invalid(path, text, "segment[\(index)]: \(message)") }
        }
    }

    // MARK: Rules

    /// A rule that says which writes a webhook or policy is about.
    static func rule(_ rule: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let operations = rule.texts("operations")
        if operations.isEmpty { errors.required(path / "operations") }
        if operations.count > 1, operations.contains("*") {
            errors.invalid(path / "operations", rule["operations"], "if '*' is present, must not specify other operations")
        }
        let known = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]
        for (index, operation) in operations.enumerated() where !known.contains(operation) {
            errors.notSupported((path / "operations")[index], operation, known)
        }
        for (field, what) in [("apiGroups", "API groups"), ("apiVersions", "API versions")] {
            let values = rule.texts(field)
            if values.isEmpty { errors.required(path / field) }
            if values.count > 1, values.contains("*") {
                errors.invalid(path / field, rule[field], "if '*' is present, must not specify other \(what)")
            }
        }
        for (index, version) in rule.texts("apiVersions").enumerated() where version.isEmpty { errors.required((path / "apiVersions")[index]) }
        resources(rule, at: path / "resources", into: &errors)
        if let scope = rule.present("scope")?.stringValue, !["*", "Cluster", "Namespaced"].contains(scope) {
            errors.notSupported(path / "scope", scope, ["*", "Cluster", "Namespaced"])
        }
    }

    private static func resources(_ rule: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let resources = rule.texts("resources")
        if resources.isEmpty { errors.required(path) }
        var withAllSubresources: Set<String> = []
        var ofAllResources: Set<String> = []
        var endsInPlain = false
        for (index, text) in resources.enumerated() {
            if text.isEmpty {
                errors.required(path[index])
                continue
            }
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                endsInPlain = text != "*"
                continue
            }
            if withAllSubresources.contains(parts[0]) {
                errors.invalid(path[index], text, "if '\(parts[0])/*' is present, must not specify \(text)")
            }
            if ofAllResources.contains(parts[1]) {
                errors.invalid(path[index], text, "if '*/\(parts[1])' is present, must not specify \(text)")
            }
            if parts[1] == "*" { withAllSubresources.insert(parts[0]) }
            if parts[0] == "*" { ofAllResources.insert(parts[1]) }
        }
        if resources.count > 1, resources.contains("*/*") {
            errors.invalid(path, rule["resources"], "if '*/*' is present, must not specify other resources")
        }
        if resources.contains("*"), endsInPlain {
            errors.invalid(path, rule["resources"], "if '*' is present, must not specify other resources without subresources")
        }
    }
}
