import KubernetesObjects

/// What may not change of a Job.
///
/// - Source: kubernetes `pkg/apis/batch/validation.ValidateJobSpecUpdate` and, for when a template may change, `pkg/registry/batch/job`, v1.36.
enum JobChangeValidation {
    /// The fields that stay, and the internal types as which they are shown.
    private static let fixed = [
        ("completionMode", "s"), ("podFailurePolicy", "PodFailurePolicy"), ("backoffLimitPerIndex", "i"), ("managedBy", "s"),
        ("successPolicy", "SuccessPolicy"),
    ]

    static func check(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        let before = old["spec"] ?? [:]
        completions(spec, before, into: &errors)
        errors.checkImmutable(
            InternalForm.labelSelector(spec["selector"]), InternalForm.labelSelector(before["selector"]), .spec / "selector")
        template(spec["template"] ?? [:], before["template"] ?? [:], mayChange: isStill(old), into: &errors)
        for (field, type) in fixed where !sameValue(spec[field], before[field]) {
            errors.invalid(.spec / field, spec.present(field).map { InternalForm.value($0, as: type) } ?? .null, "field is immutable")
        }
    }

    /// The completions of an indexed Job follow its parallelism.
    private static func completions(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        let completions = spec.int("completions")
        if completions == old.int("completions") { return }
        let path = FieldPath.spec / "completions"
        guard spec.text("completionMode") == "Indexed" else { return errors.invalid(path, spec["completions"] ?? .null, "field is immutable") }
        guard let completions, completions != spec.int("parallelism") else { return }
        errors.invalid(path, completions, "can only be modified in tandem with spec.parallelism")
    }

    // MARK: Template

    /// Whether a Job is suspended with nothing running, and has never started or has come to rest.
    private static func isStill(_ job: Value) -> Bool {
        guard job["spec"]?.flag("suspend") == true, job["status"]?.int("active") ?? 0 == 0 else { return false }
        return job["status"]?.has("startTime") != true
            || job["status"]?.list("conditions").contains { $0.text("type") == "Suspended" && $0.text("status") == "True" } == true
    }

    /// A Job that rests may be placed elsewhere, and its containers may get other resources.
    private static func template(_ new: Value, _ old: Value, mayChange: Bool, into errors: inout FieldErrors) {
        let path = FieldPath.spec / "template"
        let shown = InternalForm.podTemplate(new)
        guard mayChange else {
            if shown != InternalForm.podTemplate(old) { errors.invalid(path, shown, "field is immutable") }
            return
        }
        let before = withResources(placed(old, as: new), of: new)
        if InternalForm.metadata(new["metadata"]) != InternalForm.metadata(before["metadata"]) { errors.invalid(path, shown, "field is immutable") }
        let spec = InternalForm.podSpec(new["spec"] ?? [:])
        if spec != InternalForm.podSpec(before["spec"] ?? [:]) { errors.invalid(path / "spec", spec, "field is immutable") }
    }

    private static func placed(_ old: Value, as new: Value) -> Value {
        var result = old
        for field in ["annotations", "labels"] { result["metadata", field] = new["metadata", field] }
        for field in ["nodeSelector", "tolerations", "schedulingGates"] { result["spec", field] = new["spec", field] }
        let wanted = new["spec"]?.present("affinity")
        if var affinity = old["spec"]?.present("affinity") ?? wanted.map({ _ in [:] }) {
            affinity["nodeAffinity"] = wanted?["nodeAffinity"]
            result["spec", "affinity"] = wanted == nil && affinity.isEmptyValue ? nil : affinity
        }
        return result
    }

    private static func withResources(_ old: Value, of new: Value) -> Value {
        var result = old
        for list in ["containers", "initContainers"] {
            var containers = old["spec"]?.list(list) ?? []
            let wanted = new["spec"]?.list(list) ?? []
            guard containers.count == wanted.count, !containers.isEmpty else { continue }
            for index in containers.indices where containers[index].text("name") == wanted[index].text("name") {
                containers[index]["resources"] = wanted[index]["resources"]
            }
            result["spec", list] = .array(containers)
        }
        return result
    }
}
