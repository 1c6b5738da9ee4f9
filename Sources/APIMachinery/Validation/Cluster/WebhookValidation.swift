import CEL
import KubernetesObjects

/// What is wrong with webhook configurations and admission policies.
///
/// - Source: kubernetes `pkg/apis/admissionregistration/validation`, v1.36.
enum WebhookValidation {
    static func configuration(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        webhooks(object, into: &errors)
        return errors
    }

    static func configurationUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        webhooks(object, into: &errors)
        return errors
    }

    private static func webhooks(_ object: Value, into errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, webhook) in object.list("webhooks").enumerated() {
            let at = FieldPath("webhooks")[index]
            let name = webhook.text("name")
            if name.isEmpty {
                errors.required(at / "name")
            } else {
                let messages = NameFormats.dns1123Subdomain(name)
                errors.invalid(at / "name", name, each: messages)
                if messages.isEmpty, name.split(separator: ".").count < 3 {
                    errors.invalid(at / "name", name, "should be a domain with at least three segments separated by dots")
                }
            }
            if !names.insert(name).inserted { errors.duplicate(at / "name", name) }
            if webhook.list("admissionReviewVersions").isEmpty {
                errors.required(at / "admissionReviewVersions", "must specify one of v1, v1beta1")
            } else if !webhook.texts("admissionReviewVersions").contains(where: { $0 == "v1" || $0 == "v1beta1" }) {
                errors.invalid(at / "admissionReviewVersions", webhook["admissionReviewVersions"], "must include at least one of v1, v1beta1")
            }
            rules(webhook.list("rules"), at: at / "rules", into: &errors)
            if let policy = webhook.present("failurePolicy")?.stringValue, policy != "Fail", policy != "Ignore" {
                errors.notSupported(at / "failurePolicy", policy, ["Fail", "Ignore"])
            }
            if let policy = webhook.present("matchPolicy")?.stringValue, policy != "Exact", policy != "Equivalent" {
                errors.notSupported(at / "matchPolicy", policy, ["Equivalent", "Exact"])
            }
            if let effects = webhook.present("sideEffects")?.stringValue {
                if effects != "None", effects != "NoneOnDryRun" { errors.notSupported(at / "sideEffects", effects, ["None", "NoneOnDryRun"]) }
            } else {
                errors.required(at / "sideEffects", "must specify one of None, NoneOnDryRun")
            }
            if let seconds = webhook.int("timeoutSeconds"), seconds < 1 || seconds > 30 {
                errors.invalid(at / "timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds")
            }
            LabelSelectorValidation.check(webhook["namespaceSelector"], at: at / "namespaceSelector", into: &errors)
            LabelSelectorValidation.check(webhook["objectSelector"], at: at / "objectSelector", into: &errors)
            client(webhook["clientConfig"] ?? [:], at: at / "clientConfig", into: &errors)
        }
    }

    private static func client(_ client: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let url = client.present("url")?.stringValue
        let service = client.present("service")
        if (url == nil) == (service == nil) {
            errors.required(path, "exactly one of url or service is required")
        } else if let url {
            if !url.hasPrefix("https://") {
                errors.invalid(path / "url", url, "'https' is the only allowed URL scheme; desired format: https://host[/path]")
            }
        } else if let service {
            for field in ["name", "namespace"] where service.text(field).isEmpty {
                errors.required(path / "service" / field, "service \(field) is required")
            }
        }
    }

    static func rules(_ rules: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, rule) in rules.enumerated() {
            let at = path[index]
            let operations = rule.texts("operations")
            if operations.isEmpty { errors.required(at / "operations") }
            let known = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]
            for (number, operation) in operations.enumerated() where !known.contains(operation) {
                errors.notSupported((at / "operations")[number], operation, known)
            }
            if operations.count > 1, operations.contains("*") {
                errors.invalid(at / "operations", rule["operations"], "if '*' is present, must not specify other operations")
            }
            for (field, what) in [("apiGroups", "API groups"), ("apiVersions", "API versions"), ("resources", "resources")] {
                let values = rule.texts(field)
                if values.isEmpty { errors.required(at / field) }
                if values.count > 1, values.contains("*") {
                    errors.invalid(at / field, rule[field], "if '*' is present, must not specify other \(what)")
                }
            }
            if let scope = rule.present("scope")?.stringValue, !["*", "Cluster", "Namespaced"].contains(scope) {
                errors.notSupported(at / "scope", scope, ["*", "Cluster", "Namespaced"])
            }
        }
    }

    // MARK: Admission policies

    static func policy(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        policySpec(object, into: &errors)
        return errors
    }

    static func policyUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        policySpec(object, into: &errors)
        return errors
    }

    private static func policySpec(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let isMutating = object.kind == "MutatingAdmissionPolicy"
        if let policy = spec.present("failurePolicy")?.stringValue, policy != "Fail", policy != "Ignore" {
            errors.notSupported(.spec / "failurePolicy", policy, ["Fail", "Ignore"])
        }
        if let kind = spec.present("paramKind") {
            for field in ["apiVersion", "kind"] where kind.text(field).isEmpty { errors.required(.spec / "paramKind" / field) }
        }
        if let constraints = spec.present("matchConstraints") {
            if constraints.list("resourceRules").isEmpty { errors.required(.spec / "matchConstraints" / "resourceRules") }
            rules(constraints.list("resourceRules"), at: .spec / "matchConstraints" / "resourceRules", into: &errors)
        } else {
            errors.required(.spec / "matchConstraints")
        }
        for (index, condition) in spec.list("matchConditions").enumerated() {
            let at = (FieldPath.spec / "matchConditions")[index]
            if condition.text("name").isEmpty { errors.required(at / "name") }
            expression(condition, expecting: .bool, at: at / "expression", missing: "", into: &errors)
        }
        for (index, variable) in spec.list("variables").enumerated() {
            let at = (FieldPath.spec / "variables")[index]
            let name = variable.text("name")
            if name.isEmpty {
                errors.required(at / "name", "name is not specified")
            } else if !NameFormats.cIdentifier(name).isEmpty {
                errors.invalid(at / "name", name, "name is not a valid CEL identifier")
            }
            expression(variable, at: at / "expression", missing: "expression is not specified", into: &errors)
        }
        if isMutating {
            if spec.list("mutations").isEmpty { errors.required(.spec / "mutations", "mutations must contain at least one item") }
            return
        }
        let validations = spec.list("validations")
        if validations.isEmpty, spec.list("auditAnnotations").isEmpty {
            errors.required(.spec / "validations", "validations or auditAnnotations must contain at least one item")
            errors.required(.spec / "auditAnnotations", "validations or auditAnnotations must contain at least one item")
        }
        for (index, validation) in validations.enumerated() {
            let at = (FieldPath.spec / "validations")[index]
            expression(validation, expecting: .bool, at: at / "expression", missing: "expression is not specified", into: &errors)
            if let message = validation.present("message")?.stringValue, message.trimmingBlanks.isEmpty {
                errors.invalid(at / "message", message, "message must be non-empty if specified")
            }
            let reasons = ["Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"]
            if let reason = validation.present("reason")?.stringValue, !reasons.contains(reason) {
                errors.notSupported(at / "reason", reason, reasons.sorted())
            }
        }
    }

    /// An expression that must compile.
    private static func expression(
        _ owner: Value, expecting type: CELType? = nil, at path: FieldPath, missing: String, into errors: inout FieldErrors
    ) {
        let text = owner.text("expression")
        if text.trimmingBlanks.isEmpty {
            errors.required(path, missing)
        } else if let problem = PolicyEvaluator.problem(text, expecting: type) {
            errors.invalid(path, text, problem)
        }
    }

    static func binding(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        bindingSpec(object, into: &errors)
        return errors
    }

    static func bindingUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        bindingSpec(object, into: &errors)
        return errors
    }

    private static func bindingSpec(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let policy = spec.text("policyName")
        if policy.isEmpty {
            errors.required(.spec / "policyName")
        } else {
            errors.invalid(.spec / "policyName", policy, each: NameFormats.dns1123Subdomain(policy))
        }
        if let reference = spec.present("paramRef") {
            let path = FieldPath.spec / "paramRef"
            let name = reference.text("name")
            let hasSelector = reference.has("selector")
            if !name.isEmpty, hasSelector {
                errors.forbidden(path / "name", "name and selector are mutually exclusive")
            } else if name.isEmpty, !hasSelector {
                errors.required(path, "one of name or selector must be specified")
            }
            let action = reference.text("parameterNotFoundAction")
            if action.isEmpty {
                errors.required(path / "parameterNotFoundAction")
            } else if action != "Allow", action != "Deny" {
                errors.notSupported(path / "parameterNotFoundAction", action, ["Deny", "Allow"])
            }
        }
        guard object.kind == "ValidatingAdmissionPolicyBinding" else { return }
        let actions = spec.texts("validationActions")
        if actions.isEmpty { errors.required(.spec / "validationActions") }
        var seen: Set<String> = []
        for (index, action) in actions.enumerated() {
            if !["Audit", "Deny", "Warn"].contains(action) {
                errors.notSupported((FieldPath.spec / "validationActions")[index], action, ["Audit", "Deny", "Warn"])
            }
            if !seen.insert(action).inserted { errors.duplicate((FieldPath.spec / "validationActions")[index], action) }
        }
        if seen.contains("Deny"), seen.contains("Warn") {
            errors.invalid(
                .spec / "validationActions", spec["validationActions"],
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)")
        }
    }
}
