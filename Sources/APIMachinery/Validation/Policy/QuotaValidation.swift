import KubernetesObjects

/// What is wrong with ResourceQuotas and LimitRanges.
///
/// - Source: kubernetes `pkg/apis/core/validation`, v1.36.
enum QuotaValidation {
    static let scopes = [
        "BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating", "VolumeAttributesClass",
    ]

    static func quota(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        quotaSpec(object["spec"] ?? [:], into: &errors)
        return errors
    }

    static func quotaUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        quotaSpec(object["spec"] ?? [:], into: &errors)
        let new = Set(object["spec"]?.texts("scopes") ?? [])
        if new != Set(old["spec"]?.texts("scopes") ?? []) {
            errors.invalid(.spec / "scopes", .array(new.sorted().map { .string($0) }), "field is immutable")
        }
        return errors
    }

    private static func quotaSpec(_ spec: Value, into errors: inout FieldErrors) {
        for entry in spec.map("hard") {
            let path = (FieldPath.spec / "hard").key(entry.key)
            resourceName(entry.key, at: path, into: &errors)
            ResourceValidation.quantity(entry.key, entry.value, at: path, into: &errors)
        }
        let names = spec.texts("scopes")
        if names.contains(where: { !scopes.contains($0) }) { errors.invalid(.spec / "scopes", spec["scopes"], "unsupported scope") }
        for (first, second) in [("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")]
        where names.contains(first) && names.contains(second) {
            errors.invalid(.spec / "scopes", spec["scopes"], "conflicting scopes")
        }
        let path = FieldPath.spec / "scopeSelector" / "matchExpressions"
        for (index, requirement) in (spec["scopeSelector"]?.list("matchExpressions") ?? []).enumerated() {
            let name = requirement.text("scopeName")
            if !scopes.contains(name) { errors.invalid(path[index] / "scopeName", name, "unsupported scope") }
            let operation = requirement.text("operator")
            let values = requirement.texts("values")
            if name != "PriorityClass", name != "VolumeAttributesClass", operation != "Exists", scopes.contains(name) {
                errors.invalid(path[index] / "operator", operation, "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity")
            }
            switch operation {
            case "In", "NotIn":
                if values.isEmpty { errors.required(path[index] / "values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector") }
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    errors.invalid(path[index] / "values", requirement["values"], "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
                }
            default: errors.invalid(path[index] / "operator", operation, "not a valid selector operator")
            }
        }
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

    static func limitRange(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        limits(object, into: &errors)
        return errors
    }

    static func limitRangeUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        limits(object, into: &errors)
        return errors
    }

    private static func limits(_ object: Value, into errors: inout FieldErrors) {
        var types: Set<String> = []
        for (index, limit) in (object["spec"]?.list("limits") ?? []).enumerated() {
            let at = (FieldPath.spec / "limits")[index]
            let type = limit.text("type")
            if !["Pod", "Container", "PersistentVolumeClaim"].contains(type) {
                errors.invalid(at / "type", type, each: NameFormats.qualifiedName(type))
                if !type.contains("/") { errors.invalid(at / "type", type, "must be a standard limit type or fully qualified") }
            }
            if !types.insert(type).inserted { errors.duplicate(at / "type", type) }
            bounds(limit, type, at: at, into: &errors)
        }
    }

    private static func bounds(_ limit: Value, _ type: String, at path: FieldPath, into errors: inout FieldErrors) {
        for field in ["max", "min"] {
            for entry in limit.map(field) {
                let at = (path / field).key(entry.key)
                if type == "Container" || type == "Pod" { ResourceValidation.containerName(entry.key, at: at, into: &errors) }
                ResourceValidation.quantity(entry.key, entry.value, at: at, into: &errors)
            }
        }
        if type == "Pod" {
            for field in ["default", "defaultRequest"] where !limit.map(field).isEmpty {
                errors.forbidden(path / field, "may not be specified when `type` is 'Pod'")
            }
        }
        if type == "PersistentVolumeClaim", limit["min", "storage"] == nil, limit["max", "storage"] == nil {
            errors.required(path / "limits", "either minimum or maximum storage value is required, but neither was provided")
        }
        let fields = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"].map { limit.map($0) }
        for name in Set(fields.flatMap(\.keys)).sorted() {
            let amounts = fields.map { Quantity($0[name]) }
            compare(amounts[0], amounts[1], amounts[2], amounts[3], amounts[4], name, type, at: path, into: &errors)
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
        if let ratio, let min, let max, min.sign > 0, ratio.sign > 0 {
            if ratio.doubleValue > max.doubleValue / min.doubleValue {
                refuse("maxLimitRequestRatio", ratio, "ratio \(ratio) is greater than max/min = \(max.doubleValue / min.doubleValue)")
            }
        }
        if type == "Container", !ResourceValidation.isOvercommitAllowed(name), let standard, let request, standard != request {
            refuse("defaultRequest", request, "default value \(standard) must equal to defaultRequest value \(request) in \(name)")
        }
    }
}
