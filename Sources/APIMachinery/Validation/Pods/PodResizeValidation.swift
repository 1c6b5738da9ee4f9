import KubernetesObjects

/// What is wrong with a write to a pod's `resize`.
///
/// - Source: kubernetes `validation.ValidatePodResize`, v1.36.
enum PodResizeValidation {
    static func check(_ pod: Value, old: Value?, into errors: inout FieldErrors) {
        let (spec, before) = (pod["spec"] ?? [:], old?["spec"] ?? [:])
        PodSpecValidation.check(spec, podName: pod.name, at: .spec, into: &errors)
        if old?.annotation(PodAnnotationValidation.mirror) != nil { return only("static pods cannot be resized", &errors) }
        if before["os"]?.text("name") == "windows" { return only("windows pods cannot be resized", &errors) }
        let lists = ["containers", "initContainers"]
        // Nothing else of this can be compared where containers came or went.
        guard lists.allSatisfy({ spec.list($0).count == before.list($0).count }) else {
            return errors.forbidden(.spec, "only cpu and memory resources are mutable")
        }
        if QualityOfService.of(spec) != QualityOfService.of(before) {
            errors.invalid(.spec, old?["status"]?.text("qosClass") ?? "", "Pod QOS Class may not change as a result of resizing")
        }
        if let running = old?["status"]?.list("containerStatuses").first(where: { $0["state"]?.has("running") == true }), !running.has("resources") {
            errors.forbidden(.spec, "Pod running on node without support for resize")
        }
        for field in ["initContainers", "containers"] {
            for (index, (new, old)) in zip(spec.list(field), before.list(field)).enumerated()
            where field == "containers" || old.text("restartPolicy") == "Always" {
                container(new, old, at: (.spec / field)[index] / "resources", into: &errors)
            }
        }
        for (new, old) in zip(spec.list("containers"), before.list("containers")) where !sameValue(withResources(new, of: old), old) {
            errors.forbidden(.spec, "only cpu and memory resources are mutable")
        }
        for (new, old) in zip(spec.list("initContainers"), before.list("initContainers")) {
            if new.text("restartPolicy") == "Always" {
                if !sameValue(withResources(new, of: old), old) {
                    errors.forbidden(.spec, "only cpu and memory resources for sidecar containers are mutable")
                }
            } else if !sameValue(new, old) {
                errors.forbidden(.spec, "resources for non-sidecar init containers are immutable")
            }
        }
        if errors.isEmpty, !sameValue(rest(spec), rest(before)) { errors.forbidden(.spec, "only cpu and memory resources are mutable") }
    }

    private static func only(_ message: String, _ errors: inout FieldErrors) {
        errors = [.forbidden("", message)]
    }

    private static func container(_ new: Value, _ old: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (own, before) = (new["resources"] ?? [:], old["resources"] ?? [:])
        for (field, message) in [("requests", "resource requests cannot be removed"), ("limits", "resource limits cannot be removed")] {
            if before.map(field).contains(where: { own.map(field)[$0.key] == nil }) { errors.forbidden(path / field, message) }
        }
    }

    /// A container with the processor and memory of another state of it.
    private static func withResources(_ container: Value, of old: Value) -> Value {
        var container = container
        var resources = container["resources"] ?? [:]
        for field in ["limits", "requests"] {
            var amounts = resources.map(field)
            for name in ["cpu", "memory"] {
                amounts[name] = nil
                if let amount = old["resources", field, name] { amounts[name] = amount }
            }
            resources[field] = amounts.isEmpty ? old["resources", field] : .object(amounts)
        }
        container["resources"] = resources.isEmptyValue ? old["resources"] : resources
        return container
    }

    private static func rest(_ spec: Value) -> Value {
        var rest = spec
        for field in ["containers", "initContainers"] { rest[field] = nil }
        return rest
    }
}
