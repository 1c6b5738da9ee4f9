import KubernetesObjects

/// What is wrong with the annotations that mean something to a pod, in a pod and in a template.
///
/// - Source: kubernetes `validation.ValidatePodSpecificAnnotations` and what compares seccomp and AppArmor with their fields, v1.36.
enum PodAnnotationValidation {
    static let mirror = "kubernetes.io/config.mirror"
    private static let deletionCost = "controller.kubernetes.io/pod-deletion-cost"

    static func check(_ annotations: Fields, _ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if annotations.isEmpty { return }
        if let value = annotations[mirror]?.stringValue, spec.text("nodeName").isEmpty {
            errors.invalid(path.key(mirror), value, "must set spec.nodeName if mirror pod annotation is set")
        }
        if let cost = annotations[deletionCost]?.stringValue, !isCost(cost) {
            errors.invalid(path.key(deletionCost), cost, "must be a 32bit integer")
        }
        for (key, text) in annotations.sortedTexts {
            if key == SecurityAnnotation.seccompOfPod || SecurityAnnotation.seccomp.container(of: key) != nil {
                SecurityAnnotation.checkSeccomp(text, at: path / key, into: &errors)
            } else if let container = SecurityAnnotation.appArmor.container(of: key) {
                if !names(spec).contains(container) { errors.invalid(path.key(key), container, "container not found") }
                if !text.isEmpty, SecurityAnnotation.appArmor.profile(of: text) == nil, !text.hasPrefix("localhost/") {
                    errors.invalid(path.key(key), text, "invalid AppArmor profile name: \(goQuoted(text))")
                }
            }
        }
    }

    /// What AppArmor and static pods were told at a pod's beginning stays.
    static func check(_ pod: Value, old: Value?, into errors: inout FieldErrors) {
        let (annotations, path) = (pod.annotations, FieldPath.metadata / "annotations")
        guard let old else { return check(annotations, pod["spec"] ?? [:], at: path, into: &errors) }
        let before = old.annotations
        if annotations == before { return }
        check(annotations, pod["spec"] ?? [:], at: path, into: &errors)
        func isFixed(_ key: String) -> String? {
            SecurityAnnotation.appArmor.container(of: key) != nil ? "AppArmor annotations" : key == mirror ? "mirror pod annotation" : nil
        }
        for (key, text) in before.sortedTexts where annotations[key]?.stringValue != text {
            if let what = isFixed(key) { errors.forbidden(path.key(key), "may not remove or update \(what)") }
        }
        for (key, _) in annotations.sortedTexts where before[key] == nil {
            if let what = isFixed(key) { errors.forbidden(path.key(key), "may not add \(what)") }
        }
    }

    /// What annotations say must be what fields say where there are both.
    ///
    /// - Parameter path: that of the pod's spec.
    static func agree(_ annotations: Fields, _ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if annotations.isEmpty { return }
        let ofPod = spec["securityContext"]
        if let text = annotations[SecurityAnnotation.seccompOfPod]?.stringValue {
            SecurityAnnotation.seccomp.agree(text, ofPod?.present("seccompProfile"), at: path / "securityContext", into: &errors)
        }
        let containers = PodSpecWarnings.containers(spec, at: path)
        for kind in [SecurityAnnotation.seccomp, .appArmor] {
            if kind == .appArmor, spec["os"]?.text("name") == "windows" { continue }
            for (container, place) in containers {
                guard let text = annotations[kind.prefix + container.text("name")]?.stringValue else { continue }
                // Only AppArmor's profile of the pod holds for its containers.
                let profile = container["securityContext"]?.present(kind.field) ?? (kind == .appArmor ? ofPod?.present(kind.field) : nil)
                kind.agree(text, profile, at: place / "securityContext", into: &errors)
            }
        }
    }

    private static func names(_ spec: Value) -> Set<String> {
        Set(PodSpecWarnings.containers(spec, at: .root).map { $0.container.text("name") })
    }

    /// A number without plus sign and zeros before it.
    private static func isCost(_ text: String) -> Bool {
        guard Int32(text) != nil, let first = text.utf8.first else { return false }
        return first == UInt8(ascii: "-") || text == "0" || (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first)
    }
}

/// The annotations that once said what the fields `seccompProfile` and `appArmorProfile` say.
enum SecurityAnnotation {
    case seccomp, appArmor

    static let seccompOfPod = "seccomp.security.alpha.kubernetes.io/pod"

    /// What comes before the container's name in the key.
    var prefix: String {
        self == .seccomp ? "container.seccomp.security.alpha.kubernetes.io/" : "container.apparmor.security.beta.kubernetes.io/"
    }
    var field: String { self == .seccomp ? "seccompProfile" : "appArmorProfile" }
    /// As messages name it.
    private var title: String { self == .seccomp ? "seccomp" : "apparmor" }

    /// The container that a key is about; nil for other keys.
    func container(of key: String) -> String? { key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : nil }

    /// The profile that an annotation means; nil when it means none.
    func profile(of text: String) -> Value? {
        if text == "unconfined" { return ["type": "Unconfined"] }
        if text == "runtime/default" || (self == .seccomp && text == "docker/default") { return ["type": "RuntimeDefault"] }
        guard text.hasPrefix("localhost/"), text.utf8.count > "localhost/".utf8.count else { return nil }
        return ["type": "Localhost", "localhostProfile": .string(String(text.dropFirst("localhost/".count)))]
    }

    /// The annotation that means a profile; nil where there is none.
    func text(of profile: Value) -> String? {
        switch profile.text("type") {
        case "Unconfined": "unconfined"
        case "RuntimeDefault": "runtime/default"
        case "Localhost": profile.present("localhostProfile")?.stringValue.map { "localhost/" + $0 }
        default: nil
        }
    }

    /// An annotation beside a field: both must say one thing.
    func agree(_ text: String, _ profile: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        guard let profile, ["Unconfined", "RuntimeDefault", "Localhost"].contains(profile.text("type")) else { return }
        let isLocal = text.hasPrefix("localhost/")
        if profile.text("type") == "Localhost", isLocal {
            if self.text(of: profile) != text {
                errors.forbidden(path / field / "localhostProfile", "\(title) profile in annotation and field must match")
            }
        } else if isLocal || self.profile(of: text)?.text("type") != profile.text("type") {
            errors.forbidden(path / field / "type", "\(title) type in annotation and field must match")
        }
    }

    static func checkSeccomp(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        if text.hasPrefix("localhost/") {
            VolumeMountValidation.localDescending(String(text.dropFirst("localhost/".count)), at: path, into: &errors)
        } else if seccomp.profile(of: text) == nil {
            errors.invalid(path, text, "must be a valid seccomp profile")
        }
    }
}
