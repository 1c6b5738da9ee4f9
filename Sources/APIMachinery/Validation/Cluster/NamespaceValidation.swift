import KubernetesObjects

/// What is wrong with Namespaces and Nodes.
///
/// - Source: kubernetes `pkg/apis/core/validation`, v1.36.
enum NamespaceValidation {
    static func namespace(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.labelRule, into: &errors)
        for (index, finalizer) in (object["spec"]?.texts("finalizers") ?? []).enumerated() {
            let path = (FieldPath.spec / "finalizers")[index]
            errors.invalid(path, finalizer, each: NameFormats.qualifiedName(finalizer))
            if !finalizer.contains("/"), finalizer != "kubernetes" {
                errors.invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")
            }
        }
        return errors
    }

    // MARK: Node

    static func node(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        taints(object["spec"]?.list("taints") ?? [], into: &errors)
        resources(object, into: &errors)
        return errors
    }

    static func nodeUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        resources(object, into: &errors)
        taints(object["spec"]?.list("taints") ?? [], into: &errors)
        let before = old["spec"]?.text("providerID") ?? ""
        if !before.isEmpty, before != object["spec"]?.text("providerID") {
            errors.forbidden(.spec / "providerID", "node updates may not change providerID except from \"\" to valid")
        }
        let ranges = old["spec"]?.texts("podCIDRs") ?? []
        if !ranges.isEmpty, ranges != object["spec"]?.texts("podCIDRs") {
            errors.forbidden(.spec / "podCIDRs", "node updates may not change podCIDR except from \"\" to valid")
        }
        return errors
    }

    private static func taints(_ taints: [Value], into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for (index, taint) in taints.enumerated() {
            let path = (FieldPath.spec / "taints")[index]
            let key = taint.text("key")
            errors.invalid(path / "key", key, each: NameFormats.qualifiedName(key))
            errors.invalid(path / "value", taint.text("value"), each: NameFormats.labelValue(taint.text("value")))
            let effect = taint.text("effect")
            if effect.isEmpty {
                errors.required(path / "effect")
            } else if !TolerationValidation.effects.contains(effect) {
                errors.notSupported(path / "effect", effect, TolerationValidation.effects)
            }
            if !seen.insert("\(key)/\(effect)").inserted {
                errors.append(
                    FieldError(
                        .duplicate, path.description, .value(InternalForm.value(taint, as: "Taint")),
                        detail: "taints must be unique by key and effect pair"))
            }
        }
    }

    private static func resources(_ object: Value, into errors: inout FieldErrors) {
        for field in ["capacity", "allocatable"] {
            for entry in object["status"]?.map(field) ?? Fields() {
                let path = (FieldPath.status / field).key(entry.key)
                ResourceValidation.name(entry.key, at: path, into: &errors)
                ResourceValidation.quantity(entry.key, entry.value, at: path, into: &errors)
            }
        }
    }
}
