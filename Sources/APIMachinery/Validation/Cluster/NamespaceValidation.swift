import KubernetesObjects

/// What is wrong with Namespaces.
///
/// - Source: kubernetes `pkg/apis/core/validation`, v1.36.
enum NamespaceValidation {
    static func namespace(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if old != nil { return }
        for finalizer in object["spec"]?.texts("finalizers") ?? [] {
            let path = FieldPath.spec / "finalizers"
            errors.invalid(path, finalizer, each: NameFormats.qualifiedName(finalizer))
            if !finalizer.contains("/"), finalizer != "kubernetes" {
                errors.invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")
            }
        }
    }

    static func statusUpdate(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let phase = object["status"]?.text("phase") ?? ""
        let isEnding = object["metadata"]?.has("deletionTimestamp") == true
        let wanted = isEnding ? "Terminating" : "Active"
        if phase != wanted {
            errors.invalid(
                .status / "Phase", phase, "may only be '\(wanted)' if `deletionTimestamp` is \(isEnding ? "not empty" : "empty")")
        }
    }

    /// A write to the `finalize` of a namespace.
    static func finalizeUpdate(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        for (index, finalizer) in (object["spec"]?.texts("finalizers") ?? []).enumerated() {
            let path = (FieldPath.spec / "finalizers")[index]
            errors.invalid(path, finalizer, each: NameFormats.qualifiedName(finalizer))
            if !finalizer.contains("/"), finalizer != "kubernetes" {
                errors.invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")
            }
        }
    }
}
