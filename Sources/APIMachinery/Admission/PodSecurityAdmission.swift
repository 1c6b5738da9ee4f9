import KubernetesObjects

/// Holds the pods of a namespace to the level that its labels name.
///
/// - Source: k8s.io/pod-security-admission `admission`, v1.36.
package struct PodSecurityAdmission: AdmissionPlugin {
    package let name = "PodSecurity"
    static let prefix = "pod-security.kubernetes.io/"
    package init() {}

    private static let templates: Set<GroupResource> = [
        .deployments, .replicaSets, .daemonSets, .statefulSets, .replicationControllers, .jobs, .cronJobs, GroupResource("podtemplates"),
    ]

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        guard operation == .create || operation == .update else { return false }
        if resource == .pods { return subresource.isEmpty || subresource == "ephemeralcontainers" }
        return subresource.isEmpty && (resource == .namespaces || Self.templates.contains(resource))
    }

    /// A level with its version: `restricted:latest`.
    struct Policy: Equatable {
        var level = "privileged"
        var version = "latest"
        var text: String { "\(level):\(version)" }
        /// The minor version whose checks count; versions to come have those of the latest.
        var minor: Int { min(version == "latest" ? .max : Int(version.dropFirst(3)) ?? .max, PodSecurityStandard.latest) }
    }

    /// The policy of a mode; without a level of their own, warnings follow what is enforced.
    static func policy(_ mode: String, of namespace: Value?) -> Policy {
        var policy = Policy()
        if mode == "warn", namespace?.label(prefix + mode) == nil { return self.policy("enforce", of: namespace) }
        if let level = namespace?.label(prefix + mode) { policy.level = PodSecurityStandard.levels.contains(level) ? level : "restricted" }
        if let version = namespace?.label(prefix + mode + "-version"), isVersion(version) { policy.version = version }
        return policy
    }

    private static func isVersion(_ text: String) -> Bool {
        if text == "latest" { return true }
        guard text.hasPrefix("v1.") else { return false }
        let minor = text.dropFirst(3)
        return !minor.isEmpty && minor.utf8.allSatisfy(NameFormats.isDigit) && (minor == "0" || !minor.hasPrefix("0"))
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        if attributes.groupResource == .namespaces { return try validateNamespace(&attributes, context) }
        let namespace = context.store.get(.namespaces, name: attributes.namespace)
        guard let labels = namespace?.labels, labels.contains(where: { $0.key.hasPrefix(Self.prefix) }) else { return }
        if attributes.groupResource == .pods {
            try validatePod(&attributes, namespace)
        } else {
            guard let template = Self.template(attributes.object, attributes.groupResource) else { return }
            warn(&attributes, namespace, template["metadata"], template["spec"] ?? [:])
        }
    }

    private static func template(_ object: Value, _ resource: GroupResource) -> Value? {
        switch resource {
        case .cronJobs: object["spec", "jobTemplate", "spec", "template"]
        case GroupResource("podtemplates"): object["template"]
        default: object["spec", "template"]
        }
    }

    private func validatePod(_ attributes: inout AdmissionAttributes, _ namespace: Value?) throws(APIStatus) {
        let spec = attributes.object["spec"] ?? [:]
        if let old = attributes.oldObject, !Self.isSignificant(attributes.object, old) { return }
        let policy = Self.policy("enforce", of: namespace)
        let findings = PodSecurityStandard.findings(policy, metadata: attributes.object["metadata"], spec: spec)
        if !findings.isEmpty {
            throw attributes.forbidden("violates PodSecurity \"\(policy.text)\": \(findings.map(\.text).joined(separator: ", "))")
        }
        attributes.auditAnnotations[Self.prefix + "enforce-policy"] = policy.text
        warn(&attributes, namespace, attributes.object["metadata"], spec)
    }

    /// Notes and warns of what the other modes say.
    private func warn(_ attributes: inout AdmissionAttributes, _ namespace: Value?, _ metadata: Value?, _ spec: Value) {
        func violations(_ mode: String) -> String? {
            let policy = Self.policy(mode, of: namespace)
            let findings = PodSecurityStandard.findings(policy, metadata: metadata, spec: spec)
            if findings.isEmpty { return nil }
            return "would violate PodSecurity \"\(policy.text)\": \(findings.map(\.text).joined(separator: ", "))"
        }
        if let text = violations("audit") { attributes.auditAnnotations[Self.prefix + "audit-violations"] = text }
        if let text = violations("warn") { attributes.warnings.append(text) }
    }

    /// Whether an update changes what the checks look at.
    private static func isSignificant(_ pod: Value, _ old: Value) -> Bool {
        if pod.annotations.filter({ $0.key.contains("apparmor") || $0.key.contains("seccomp") }).map(\.value)
            != old.annotations.filter({ $0.key.contains("apparmor") || $0.key.contains("seccomp") }).map(\.value)
        {
            return true
        }
        let new = PodSecurityChecks.allContainers(pod["spec"] ?? [:])
        let before = PodSecurityChecks.allContainers(old["spec"] ?? [:])
        return new.count != before.count || zip(new, before).contains { $0.text("image") != $1.text("image") }
    }

    // MARK: Namespaces

    private func validateNamespace(_ attributes: inout AdmissionAttributes, _ context: AdmissionContext) throws(APIStatus) {
        let namespace = attributes.object
        var errors: FieldErrors = []
        for mode in ["enforce", "audit", "warn"] {
            let path = FieldPath.metadata / "labels"
            if let level = namespace.label(Self.prefix + mode), !PodSecurityStandard.levels.contains(level) {
                errors.invalid(path.key(Self.prefix + mode), level, "must be one of privileged, baseline, restricted")
            }
            let versionKey = Self.prefix + mode + "-version"
            if let version = namespace.label(versionKey), !Self.isVersion(version) {
                errors.invalid(path.key(versionKey), version, "must be \"latest\" or \"v1.x\"")
            }
        }
        if !errors.isEmpty {
            throw .invalid(kind: "Namespace", group: "", name: namespace.name, errors)
        }
        guard attributes.operation == .update, let old = attributes.oldObject else { return }
        let new = Self.policy("enforce", of: namespace)
        let before = Self.policy("enforce", of: old)
        if new == before || new.level == "privileged" { return }
        let rank = PodSecurityStandard.levels.firstIndex(of: new.level) ?? 0
        if new.version == before.version, rank <= PodSecurityStandard.levels.firstIndex(of: before.level) ?? 0 { return }
        warnOfPods(&attributes, new, context)
    }

    /// Says which pods there are that would not be let in any more.
    private func warnOfPods(_ attributes: inout AdmissionAttributes, _ policy: Policy, _ context: AdmissionContext) {
        var pods: [String: [String]] = [:]
        for pod in context.store.list(.pods, namespace: attributes.object.name).prefix(3000) {
            let findings = PodSecurityStandard.findings(policy, metadata: pod["metadata"], spec: pod["spec"] ?? [:])
            if findings.isEmpty { continue }
            pods[findings.map(\.reason).joined(separator: ", "), default: []].append(pod.name)
        }
        if pods.isEmpty { return }
        attributes.warnings.append(
            "existing pods in namespace \(goQuoted(attributes.object.name)) violate the new PodSecurity enforce level \"\(policy.text)\"")
        let lines = pods.map { reasons, names -> String in
            let names = names.sorted()
            switch names.count {
            case 1: return "\(names[0]): \(reasons)"
            case 2: return "\(names[0]) (and 1 other pod): \(reasons)"
            default: return "\(names[0]) (and \(names.count - 1) other pods): \(reasons)"
            }
        }
        attributes.warnings += lines.sorted()
    }
}
