import KubernetesObjects

/// What is wrong with ResourceQuotas and LimitRanges.
///
/// - Source: kubernetes `pkg/apis/core/validation`, v1.36.
enum QuotaValidation {
    static let scopes = [
        "BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating", "VolumeAttributesClass",
    ]

    static func quota(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        quotaSpec(object["spec"] ?? [:], into: &errors)
        guard let old else { return }
        if Set(object["spec"]?.texts("scopes") ?? []) != Set(old["spec"]?.texts("scopes") ?? []) {
            errors.invalid(.spec / "scopes", object["spec"]?["scopes"] ?? .null, "field is immutable")
        }
    }

    static func status(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        for field in ["hard", "used"] { amounts(object["status"]?.map(field) ?? Fields(), at: .status / field, into: &errors) }
    }

    private static func amounts(_ amounts: Fields, at path: FieldPath, into errors: inout FieldErrors) {
        for entry in amounts {
            resourceName(entry.key, at: path.key(entry.key), into: &errors)
            ResourceValidation.quantity(entry.key, entry.value, at: path.key(entry.key), into: &errors)
        }
    }

    private static func quotaSpec(_ spec: Value, into errors: inout FieldErrors) {
        amounts(spec.map("hard"), at: .spec / "hard", into: &errors)
        let hard = spec.map("hard").keys.filter(ResourceValidation.standardQuotaNames.contains).sorted()
        let names = spec.texts("scopes")
        for name in names {
            if !scopes.contains(name) { errors.invalid(.spec / "scopes", spec["scopes"], "unsupported scope") }
            for resource in hard where !isUsable(name, resource) {
                errors.invalid(.spec / "scopes", spec["scopes"], "unsupported scope applied to resource")
            }
        }
        conflicts(names, spec, at: .spec / "scopes", into: &errors)
        if let selector = spec.present("scopeSelector") { scopeSelector(selector, spec, hard, into: &errors) }
    }

    /// What a scope can be counted of: pods and what they compute with, or claims.
    private static func isUsable(_ scope: String, _ resource: String) -> Bool {
        let computing: Set = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]
        switch scope {
        case "BestEffort": return resource == "pods"
        case "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating":
            return resource == "pods" || computing.contains(resource)
        case "VolumeAttributesClass": return resource == "persistentvolumeclaims" || resource == "requests.storage"
        default: return true
        }
    }

    private static func conflicts(_ names: [String], _ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for (first, second) in [("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")]
        where names.contains(first) && names.contains(second) {
            errors.invalid(path, spec["scopes"] ?? .null, "conflicting scopes")
        }
    }

    /// - Order: the real paths do not say which of the expressions is wrong.
    private static func scopeSelector(_ selector: Value, _ spec: Value, _ hard: [String], into errors: inout FieldErrors) {
        let path = FieldPath.spec / "scopeSelector" / "matchExpressions"
        let expressions = selector.list("matchExpressions")
        for requirement in expressions {
            let name = requirement.text("scopeName")
            if name.isEmpty {
                errors.required(path / "scopeName")
            } else if !scopes.contains(name) {
                errors.invalid(path / "scopeName", name, "unsupported scope")
            }
            for resource in hard where !isUsable(name, resource) {
                let shown = expressions.map { expression -> Value in
                    [
                        "ScopeName": .string(expression.text("scopeName")), "Operator": .string(expression.text("operator")),
                        "Values": expression["values"] ?? .null,
                    ]
                }
                errors.invalid(path, ["MatchExpressions": .array(shown)], "unsupported scope applied to resource")
            }
            let operation = requirement.text("operator")
            let values = requirement.texts("values")
            if name != "PriorityClass", name != "VolumeAttributesClass", operation != "Exists", !operation.isEmpty, scopes.contains(name) {
                errors.invalid(path / "operator", operation, "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity")
            }
            switch operation {
            case "In", "NotIn":
                if values.isEmpty { errors.required(path / "values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector") }
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    errors.invalid(path / "values", requirement["values"], "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
                }
            case "": errors.required(path / "operator")
            default: errors.invalid(path / "operator", operation, "not a valid selector operator")
            }
        }
        conflicts(expressions.map { $0.text("scopeName") }, spec, at: path, into: &errors)
    }

    private static func resourceName(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        ResourceValidation.name(name, at: path, into: &errors)
        if !name.contains("/"), NameFormats.qualifiedName(name).isEmpty, ResourceValidation.isStandard(name),
            !ResourceValidation.standardQuotaNames.contains(name), !ResourceValidation.isHugePages(name),
            !name.hasPrefix("requests.hugepages-")
        {
            errors.invalid(path, name, "must be a standard resource for quota")
        }
    }

    // MARK: LimitRange

    static func limitRange(_ object: Value, into errors: inout FieldErrors) {
        var types: Set<String> = []
        for (index, limit) in (object["spec"]?.list("limits") ?? []).enumerated() {
            let at = (FieldPath.spec / "limits")[index]
            let type = limit.text("type")
            if !["Pod", "Container", "PersistentVolumeClaim"].contains(type) {
                let messages = NameFormats.qualifiedName(type)
                errors.invalid(at / "type", type, each: messages)
                if messages.isEmpty, !type.contains("/") { errors.invalid(at / "type", type, "must be a standard limit type or fully qualified") }
            }
            if !types.insert(type).inserted { errors.duplicate(at / "type", type) }
            bounds(limit, type, at: at, into: &errors)
        }
    }

    private static func bounds(_ limit: Value, _ type: String, at path: FieldPath, into errors: inout FieldErrors) {
        limitNames(limit, type, ["max", "min"], at: path, into: &errors)
        if type == "Pod" {
            for field in ["default", "defaultRequest"] where !limit.map(field).isEmpty {
                errors.forbidden(path / field, "may not be specified when `type` is 'Pod'")
            }
        } else {
            limitNames(limit, type, ["default", "defaultRequest"], at: path, into: &errors)
        }
        if type == "PersistentVolumeClaim", limit["min", "storage"] == nil, limit["max", "storage"] == nil {
            errors.required(path / "limits", "either minimum or maximum storage value is required, but neither was provided")
        }
        limitNames(limit, type, ["maxLimitRequestRatio"], at: path, into: &errors)
        let fields = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"].map { field in
            type == "Pod" && field.hasPrefix("default") ? Fields() : limit.map(field)
        }
        for name in Set(fields.flatMap(\.keys)).sorted() {
            let amounts = fields.map { Quantity($0[name]) }
            compare(amounts[0], amounts[1], amounts[2], amounts[3], amounts[4], name, type, at: path, into: &errors)
        }
    }

    private static func limitNames(_ limit: Value, _ type: String, _ fields: [String], at path: FieldPath, into errors: inout FieldErrors) {
        for field in fields {
            for entry in limit.map(field) {
                let at = (path / field).key(entry.key)
                if type == "Container" || type == "Pod" {
                    ResourceValidation.containerName(entry.key, at: at, into: &errors)
                } else {
                    ResourceValidation.name(entry.key, at: at, into: &errors)
                }
            }
        }
    }

    private static func compare(
        _ max: Quantity?, _ min: Quantity?, _ standard: Quantity?, _ request: Quantity?, _ ratio: Quantity?, _ name: String, _ type: String,
        at path: FieldPath, into errors: inout FieldErrors
    ) {
        func refuse(_ field: String, _ amount: Quantity, _ text: String) { errors.invalid((path / field).key(name), amount.description, text) }
        if let min, let max, min > max { refuse("min", min, "min value \(min) is greater than max value \(max)") }
        if let request, let min, min > request {
            refuse("defaultRequest", request, "min value \(min) is greater than default request value \(request)")
        }
        if let request, let max, request > max {
            refuse("defaultRequest", request, "default request value \(request) is greater than max value \(max)")
        }
        if let request, let standard, request > standard {
            refuse("defaultRequest", request, "default request value \(request) is greater than default limit value \(standard)")
        }
        if let standard, let min, min > standard { refuse("default", min, "min value \(min) is greater than default value \(standard)") }
        if let standard, let max, standard > max { refuse("default", max, "default value \(standard) is greater than max value \(max)") }
        if let ratio, ratio < Quantity(1) { refuse("maxLimitRequestRatio", ratio, "ratio \(ratio) is less than 1") }
        if let ratio, let min, let max, min.sign > 0, ratio.doubleValue > max.doubleValue / min.doubleValue {
            // Six digits, as Go prints a number with `%f`.
            let limit = Int64((max.doubleValue / min.doubleValue * 1_000_000).rounded())
            let digits = String(limit % 1_000_000 + 1_000_000).dropFirst()
            refuse("maxLimitRequestRatio", ratio, "ratio \(ratio) is greater than max/min = \(limit / 1_000_000).\(digits)")
        }
        if !ResourceValidation.isOvercommitAllowed(name), let standard, let request, standard != request {
            refuse("defaultRequest", request, "default value \(standard) must equal to defaultRequest value \(request) in \(name)")
        }
    }
}
