import CEL
import KubernetesObjects

/// What is wrong with admission policies and their bindings.
///
/// - Source: kubernetes `pkg/apis/admissionregistration/validation`, v1.36.
enum PolicyValidation {
    private static let annotationsMax = 20
    private static let annotationExpressionMax = 5 * 1024
    /// What a mutating policy can be about: there is nothing to change in what is deleted.
    private static let mutatingOperations = ["*", "CONNECT", "CREATE", "UPDATE"]

    static func policy(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let isMutating = object.kind == "MutatingAdmissionPolicy"
        errors.checkEnum(spec.text("failurePolicy"), .spec / "failurePolicy", ["Fail", "Ignore"])
        if let kind = spec.present("paramKind") { paramKind(kind, at: .spec / "paramKind", into: &errors) }
        if let constraints = spec.present("matchConstraints") {
            let path = FieldPath.spec / "matchConstraints"
            matchResources(constraints, at: path, into: &errors)
            if constraints.list("resourceRules").isEmpty { errors.required(path / "resourceRules") }
            if isMutating { operations(constraints, at: path / "resourceRules" / "operations", into: &errors) }
        } else {
            errors.required(.spec / "matchConstraints")
        }
        let hasParams = spec.has("paramKind")
        matchConditions(spec.list("matchConditions"), hasParams: hasParams, at: .spec / "matchConditions", into: &errors)
        var environment = PolicyEnvironment(hasParams: hasParams, makesPatches: isMutating)
        for (index, variable) in spec.list("variables").enumerated() {
            self.variable(variable, &environment, at: (.spec / "variables")[index], into: &errors)
        }
        if isMutating { mutations(spec, environment, into: &errors) } else { validations(object, spec, environment, into: &errors) }
    }

    private static func paramKind(_ kind: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let apiVersion = kind.text("apiVersion")
        let parts = apiVersion == "/" ? [] : apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if apiVersion.isEmpty {
            errors.required(path / "apiVersion")
        } else if parts.count > 2 {
            errors.invalid(path / "apiVersion", apiVersion, "unexpected GroupVersion string: \(apiVersion)")
        } else {
            if parts.count == 2, !parts[0].isEmpty {
                let messages = NameFormats.dns1123Subdomain(parts[0])
                if !messages.isEmpty { errors.invalid(path / "apiVersion", parts[0], messages.joined(separator: ",")) }
            }
            let version = parts.last ?? ""
            let messages = NameFormats.dns1035Label(version)
            if version.isEmpty {
                errors.invalid(path / "apiVersion", apiVersion, "version must be specified")
            } else if !messages.isEmpty {
                errors.invalid(path / "apiVersion", version, messages.joined(separator: ","))
            }
        }
        let name = kind.text("kind")
        let messages = NameFormats.dns1035Label(name.lowercased())
        if name.isEmpty {
            errors.required(path / "kind")
        } else if !messages.isEmpty {
            errors.invalid(path / "kind", name, "may have mixed case, but should otherwise match: " + messages.joined(separator: ","))
        }
    }

    // MARK: What a policy is about

    private static func matchResources(_ resources: Value, at path: FieldPath, into errors: inout FieldErrors) {
        errors.checkEnum(resources.text("matchPolicy"), path / "matchPolicy", ["Equivalent", "Exact"])
        for field in ["namespaceSelector", "objectSelector"] {
            if let selector = resources.present(field) {
                LabelSelectorValidation.check(selector, at: path / field, into: &errors)
            } else {
                errors.required(path / field)
            }
        }
        for field in ["resourceRules", "excludeResourceRules"] {
            for (index, rule) in resources.list(field).enumerated() {
                let at = (path / field)[index]
                var names: Set<String> = []
                for (number, name) in rule.texts("resourceNames").enumerated() {
                    errors.invalid((at / "resourceNames")[number], name, each: NameFormats.pathSegment(name))
                    if !names.insert(name).inserted { errors.duplicate((at / "resourceNames")[number], name) }
                }
                WebhookValidation.rule(rule, at: at, into: &errors)
            }
        }
    }

    private static func operations(_ resources: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for operation in resources.list("resourceRules").flatMap({ $0.texts("operations") }) where !mutatingOperations.contains(operation) {
            errors.notSupported(path, operation, mutatingOperations)
        }
    }

    /// The conditions of a policy or webhook.
    static func matchConditions(_ conditions: [Value], hasParams: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        if conditions.count > 64 { errors.tooMany(path, actual: conditions.count, max: 64) }
        var names: Set<String> = []
        for (index, condition) in conditions.enumerated() {
            let at = path[index]
            let text = condition.text("expression").trimmingBlanks
            if text.isEmpty {
                errors.required(at / "expression")
            } else if let problem = PolicyEnvironment(hasParams: hasParams).problem(text, expecting: [.bool]) {
                errors.invalid(at / "expression", text, problem)
            }
            let name = condition.text("name")
            if name.isEmpty {
                errors.required(at / "name")
                continue
            }
            errors.invalid(at / "name", name, each: NameFormats.qualifiedName(name))
            if !names.insert(name).inserted { errors.duplicate(at / "name", name) }
        }
    }

    // MARK: Expressions

    private static func variable(_ variable: Value, _ environment: inout PolicyEnvironment, at path: FieldPath, into errors: inout FieldErrors) {
        let name = variable.text("name")
        if name.trimmingBlanks.isEmpty {
            errors.required(path / "name", "name is not specified")
        } else if !NameFormats.cIdentifier(name).isEmpty || CELNames.isReserved(name) {
            errors.invalid(path / "name", name, "name is not a valid CEL identifier")
        }
        let text = variable.text("expression")
        if text.trimmingBlanks.isEmpty {
            errors.required(path / "expression", "expression is not specified")
        } else if let problem = environment.define(name, text) {
            errors.invalid(path / "expression", text, problem)
        }
    }

    private static func validations(_ object: Value, _ spec: Value, _ environment: PolicyEnvironment, into errors: inout FieldErrors) {
        let validations = spec.list("validations")
        let annotations = spec.list("auditAnnotations")
        if validations.isEmpty, annotations.isEmpty {
            errors.required(.spec / "validations", "validations or auditAnnotations must contain at least one item")
            errors.required(.spec / "auditAnnotations", "validations or auditAnnotations must contain at least one item")
            return
        }
        for (index, validation) in validations.enumerated() {
            self.validation(validation, environment, at: (.spec / "validations")[index], into: &errors)
        }
        if annotations.count > annotationsMax {
            errors.invalid(.spec / "auditAnnotations", spec["auditAnnotations"], "must not have more than \(annotationsMax) auditAnnotations")
        }
        var keys: Set<String> = []
        for (index, annotation) in annotations.enumerated() {
            let at = (.spec / "auditAnnotations")[index]
            let key = annotation.text("key")
            if object.name.isEmpty {
                errors.invalid(at / "key", key, "requires metadata.name be non-empty")
            } else {
                errors.invalid(at / "key", "\(object.name)/\(key)", each: NameFormats.qualifiedName("\(object.name)/\(key)"))
            }
            let text = annotation.text("valueExpression")
            if text.trimmingBlanks.isEmpty {
                errors.required(at / "valueExpression", "valueExpression is not specified")
            } else if text.trimmingBlanks.utf8.count > annotationExpressionMax {
                errors.required(at / "valueExpression", "must not exceed \(annotationExpressionMax) bytes in length")
            } else if let problem = environment.problem(text.trimmingBlanks, expecting: [.string, .null]) {
                errors.invalid(at / "valueExpression", text, problem)
            }
            if !keys.insert(key).inserted { errors.duplicate(at / "key", key) }
        }
    }

    private static func validation(_ validation: Value, _ environment: PolicyEnvironment, at path: FieldPath, into errors: inout FieldErrors) {
        let text = validation.text("expression")
        if text.trimmingBlanks.isEmpty {
            errors.required(path / "expression", "expression is not specified")
        } else if let problem = environment.problem(text, expecting: [.bool]) {
            errors.invalid(path / "expression", text, problem)
        }
        let messageExpression = validation.text("messageExpression")
        if !messageExpression.isEmpty {
            if messageExpression.trimmingBlanks.isEmpty {
                errors.invalid(path / "messageExpression", messageExpression, "must be non-empty if specified")
            } else {
                var own = environment
                own.hasAuthorizer = false
                if let problem = own.problem(messageExpression, expecting: [.string]) { errors.invalid(path / "messageExpression", messageExpression, problem) }
            }
        }
        if let message = validation.present("message")?.stringValue, !message.isEmpty {
            if message.trimmingBlanks.isEmpty {
                errors.invalid(path / "message", message, "message must be non-empty if specified")
            } else if message.trimmingBlanks.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
                errors.invalid(path / "message", message, "message must not contain line breaks")
            }
        }
        let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"]
        if let reason = validation.present("reason")?.stringValue, !reasons.contains(reason) { errors.notSupported(path / "reason", reason, reasons) }
    }

    /// The two forms of a mutation: the field that holds it, and what its expression must come to.
    private static let patchForms: [(type: String, field: String, other: String, result: CELType)] = [
        ("ApplyConfiguration", "applyConfiguration", "jsonPatch", .made("Object")),
        ("JSONPatch", "jsonPatch", "applyConfiguration", .list(.made("JSONPatch"))),
    ]

    private static func mutations(_ spec: Value, _ environment: PolicyEnvironment, into errors: inout FieldErrors) {
        let mutations = spec.list("mutations")
        if mutations.isEmpty { errors.required(.spec / "mutations", "mutations must contain at least one item") }
        for (index, mutation) in mutations.enumerated() {
            let at = (.spec / "mutations")[index]
            let type = mutation.text("patchType")
            if type.isEmpty {
                errors.required(at / "patchType")
                continue
            }
            guard let form = patchForms.first(where: { $0.type == type }) else {
                errors.notSupported(at / "patchType", type, patchForms.map(\.type))
                continue
            }
            if let patch = mutation.present(form.field) {
                let text = patch.text("expression").trimmingBlanks
                if text.isEmpty {
                    errors.required(at / form.field / "expression")
                } else if let problem = environment.problem(text, expecting: [form.result]) {
                    errors.invalid(at / form.field / "expression", text, problem)
                }
            } else {
                errors.required(at / form.field, "must be specified when patchType is \(type)")
            }
            if mutation.has(form.other) {
                errors.invalid(at / form.other, "{\(form.other)}", "must not be specified when patchType is \(type)")
            }
        }
        errors.checkEnum(spec.text("reinvocationPolicy"), .spec / "reinvocationPolicy", ["IfNeeded", "Never"])
    }

    // MARK: Status

    /// What a validating policy tells of itself: what its expressions were warned of, and its conditions.
    static func status(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        let path = FieldPath.status / "typeChecking" / "expressionWarnings"
        for (index, warning) in (status["typeChecking"]?.list("expressionWarnings") ?? []).enumerated() {
            if warning.text("warning").isEmpty { errors.required(path[index] / "warning") }
            let reference = warning.text("fieldRef").trimmingBlanks
            if reference.isEmpty {
                errors.required(path[index] / "fieldRef")
                continue
            }
            do throws(JSONPath.Failure) {
                _ = try JSONPath(parsing: "{\(reference)}")
            } catch {
                errors.invalid(path[index] / "fieldRef", reference, "invalid JSONPath: \(error)")
            }
        }
        ConditionValidation.check(status.list("conditions"), at: .status / "conditions", into: &errors)
    }

    // MARK: Bindings

    static func binding(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let policy = spec.text("policyName")
        if policy.isEmpty {
            errors.required(.spec / "policyName")
        } else {
            errors.invalid(.spec / "policyName", policy, each: NameFormats.dns1123Subdomain(policy))
        }
        if let reference = spec.present("paramRef") { paramRef(reference, at: .spec / "paramRef", into: &errors) }
        let isMutating = object.kind == "MutatingAdmissionPolicyBinding"
        if let resources = spec.present("matchResources") {
            // The real text has this slip in the name of the field.
            matchResources(resources, at: .spec / (isMutating ? "matchResources" : "matchResouces"), into: &errors)
            if isMutating { operations(resources, at: .spec / "matchResources" / "resourceRules" / "operations", into: &errors) }
        }
        if !isMutating { actions(spec, into: &errors) }
    }

    private static func paramRef(_ reference: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let name = reference.text("name")
        let selector = reference.present("selector")
        if !name.isEmpty {
            errors.invalid(path / "name", name, each: NameFormats.pathSegment(name))
            if selector != nil { errors.forbidden(path / "name", "name and selector are mutually exclusive") }
        }
        if let selector {
            LabelSelectorValidation.check(selector, at: path / "selector", into: &errors)
            if !name.isEmpty { errors.forbidden(path / "selector", "name and selector are mutually exclusive") }
        }
        if name.isEmpty, selector == nil { errors.required(path, "one of name or selector must be specified") }
        errors.checkEnum(reference.text("parameterNotFoundAction"), path / "parameterNotFoundAction", ["Deny", "Allow"])
    }

    private static func actions(_ spec: Value, into errors: inout FieldErrors) {
        let path = FieldPath.spec / "validationActions"
        let actions = spec.texts("validationActions")
        var seen: Set<String> = []
        for (index, action) in actions.enumerated() {
            if !["Audit", "Deny", "Warn"].contains(action) { errors.notSupported(path[index], action, ["Audit", "Deny", "Warn"]) }
            if !seen.insert(action).inserted { errors.duplicate(path[index], action) }
        }
        if seen.contains("Deny"), seen.contains("Warn") {
            errors.invalid(
                path, spec["validationActions"],
                "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)")
        }
        if seen.isEmpty { errors.required(path, "at least one validation action is required") }
    }
}
