import KubernetesObjects

/// What is wrong with a pod, new or changed.
///
/// - Source: kubernetes `validation.ValidatePodCreate` and `ValidatePodUpdate`, v1.36.
enum PodValidation {
    static let updatableFields =
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"

    static func checkMetadata(_ pod: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(pod, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        PodAnnotationValidation.check(pod, old: nil, into: &errors)
        return errors
    }

    static func check(_ pod: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = pod["spec"] ?? [:]
        PodSpecValidation.check(spec, podName: pod.name, at: .spec, into: &errors)
        ContainerValidation.onlyForPods(spec, at: .spec, into: &errors)
        if let old { return changes(spec, old["spec"] ?? [:], into: &errors) }
        if !spec.list("ephemeralContainers").isEmpty { errors.forbidden(.spec / "ephemeralContainers", "cannot be set on create") }
        if spec.has("nodeName"), !spec.text("nodeName").isEmpty, !spec.list("schedulingGates").isEmpty {
            errors.forbidden(.spec / "nodeName", "cannot be set until all schedulingGates have been cleared")
        }
        PodAnnotationValidation.agree(pod.annotations, spec, at: .spec, into: &errors)
    }

    private static func changes(_ spec: Value, _ oldSpec: Value, into errors: inout FieldErrors) {
        var stop = false
        for field in ["containers", "initContainers"] {
            if spec.list(field).count != oldSpec.list(field).count {
                errors.forbidden(.spec / field, "pod updates may not add or remove containers")
                stop = true
            }
        }
        if stop { return }
        guard activeDeadline(spec, oldSpec, into: &errors) else { return }
        addedTolerations(spec, oldSpec, into: &errors)
        removedGates(spec, oldSpec, into: &errors)
        immutableRest(spec, oldSpec, into: &errors)
    }

    /// The time a pod has may be given it later and shortened; with another one nothing more is looked at.
    private static func activeDeadline(_ spec: Value, _ old: Value, into errors: inout FieldErrors) -> Bool {
        let path = FieldPath.spec / "activeDeadlineSeconds"
        guard let deadline = spec.int("activeDeadlineSeconds") else {
            if old.has("activeDeadlineSeconds") { errors.invalid(path, .null, "must not update from a positive integer to nil value") }
            return true
        }
        if !(0...Int(Int32.max)).contains(deadline) {
            errors.invalid(path, deadline, "must be between 0 and 2147483647, inclusive")
            return false
        }
        if let before = old.int("activeDeadlineSeconds"), before < deadline {
            errors.invalid(path, deadline, "must be less than or equal to previous value")
            return false
        }
        return true
    }

    private static func addedTolerations(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        let present = Set(spec.list("tolerations").map(identity))
        for toleration in old.list("tolerations") where !present.contains(identity(toleration)) {
            errors.forbidden(.spec / "tolerations", "existing toleration can not be modified except its tolerationSeconds")
            return
        }
    }

    /// What of a toleration may not change.
    private static func identity(_ toleration: Value) -> [String] {
        let way = toleration.text("operator")
        return [toleration.text("key"), way.isEmpty ? "Equal" : way, toleration.text("value"), toleration.text("effect")]
    }

    private static func removedGates(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        let before = Set(old.list("schedulingGates").map { $0.text("name") })
        for (index, gate) in spec.list("schedulingGates").enumerated() where !before.contains(gate.text("name")) {
            errors.forbidden(
                (.spec / "schedulingGates")[index] / "name", "only deletion is allowed, but found new scheduling gate '\(gate.text("name"))'")
        }
    }

    private static func immutableRest(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        var munged = spec
        for field in ["containers", "initContainers"] {
            let before = old.list(field)
            guard !before.isEmpty else { continue }
            munged[field] = .array(
                munged.list(field).enumerated().map { index, container in
                    var container = container
                    if index < before.count { container["image"] = before[index]["image"] }
                    return container
                })
        }
        munged["activeDeadlineSeconds"] = old["activeDeadlineSeconds"]
        munged["tolerations"] = old["tolerations"]
        munged["schedulingGates"] = old["schedulingGates"]
        if let before = old.int("terminationGracePeriodSeconds"), before < 0, spec.int("terminationGracePeriodSeconds") == 1 {
            munged["terminationGracePeriodSeconds"] = old["terminationGracePeriodSeconds"]
        }
        if !old.list("schedulingGates").isEmpty { GatedPodValidation.changes(&munged, old, into: &errors) }
        // Trees that are equal have one internal form.
        if munged == old { return }
        let left = InternalForm.podSpec(old)
        let right = InternalForm.podSpec(munged)
        if left == right { return }
        errors.forbidden(.spec, "pod updates may not change fields other than \(updatableFields)\n\(UnifiedDiff.text(left, right))")
    }

    /// What is wrong with a write to a pod's `ephemeralcontainers`.
    static func checkEphemeralUpdate(_ pod: Value, old: Value?, into errors: inout FieldErrors) {
        if old?.annotation(PodAnnotationValidation.mirror) != nil {
            errors = [.forbidden("", "static pods do not support ephemeral containers")]
            return
        }
        PodSpecValidation.check(pod["spec"] ?? [:], podName: pod.name, at: .spec, into: &errors)
        let path = FieldPath.spec / "ephemeralContainers"
        let new = pod["spec"]?.list("ephemeralContainers") ?? []
        for container in old?["spec"]?.list("ephemeralContainers") ?? [] {
            let name = container.text("name")
            if let same = new.first(where: { $0.text("name") == name }) {
                if same != container { errors.forbidden(path, "existing ephemeral containers \"\(name)\" may not be changed\n") }
            } else {
                errors.forbidden(path, "existing ephemeral containers \"\(name)\" may not be removed\n")
            }
        }
    }
}

/// The quality of service class of a pod.
///
/// - Source: kubernetes `pkg/apis/core/v1/helper/qos`.
package enum QualityOfService {
    package static func of(_ spec: Value) -> String {
        let computing = ["cpu", "memory"]
        if let own = spec.present("resources") {
            let requests = own.map("requests")
            let limits = own.map("limits")
            if computing.contains(where: { requests[$0] != nil || limits[$0] != nil }) {
                return isGuaranteed([own]) ? "Guaranteed" : "Burstable"
            }
        }
        let all = (spec.list("containers") + spec.list("initContainers")).map { $0["resources"] ?? [:] }
        let isBestEffort = all.allSatisfy { resources in
            computing.allSatisfy {
                (Quantity(resources["requests", $0])?.sign ?? 0) == 0 && (Quantity(resources["limits", $0])?.sign ?? 0) == 0
            }
        }
        if isBestEffort { return "BestEffort" }
        return isGuaranteed(all) ? "Guaranteed" : "Burstable"
    }

    private static func isGuaranteed(_ all: [Value]) -> Bool {
        all.allSatisfy { resources in
            ["cpu", "memory"].allSatisfy { name in
                guard let limit = Quantity(resources["limits", name]), limit.sign > 0 else { return false }
                return Quantity(resources["requests", name]).map { $0 == limit } ?? true
            }
        }
    }
}
