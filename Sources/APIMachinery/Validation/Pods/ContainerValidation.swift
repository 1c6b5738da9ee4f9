import KubernetesObjects

/// What the checks of a container must know of the pod around it.
struct PodScope {
    /// The pod's valid volumes by name.
    var volumes: [String: Value] = [:]
    /// The names of the pod's resource claims.
    var claims: Set<String> = []
    var gracePeriodSeconds: Int = 30
    var restartPolicy = "Always"
    var os = ""
    /// False when the pod has a user namespace of its own.
    var usesHostUsers = true
    var usesHostNetwork = false
}

/// What is wrong with the containers of a pod, of all three kinds.
///
/// - Source: kubernetes `pkg/apis/core/validation`, v1.36.
enum ContainerValidation {
    static let pullPolicies = ["Always", "IfNotPresent", "Never"]
    static let messagePolicies = ["File", "FallbackToLogsOnError"]

    static func containers(_ containers: [Value], _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        if containers.isEmpty {
            errors.required(path)
            return
        }
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            let at = path[index]
            common(container, scope, at: at, into: &errors)
            let name = container.text("name")
            if !names.insert(name).inserted { errors.duplicate(at / "name", name) }
            ProbeValidation.lifecycle(container.present("lifecycle"), scope, at: at / "lifecycle", into: &errors)
            ProbeValidation.allProbes(container, scope, at: at, into: &errors)
            restartPolicy(container, at: at, into: &errors)
        }
        ContainerPortValidation.hostPortConflicts(containers, at: path, into: &errors)
    }

    static func initContainers(
        _ containers: [Value], regular: [Value], _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors
    ) {
        var names = Set(regular.map { $0.text("name") })
        for (index, container) in containers.enumerated() {
            let at = path[index]
            common(container, scope, at: at, into: &errors)
            restartPolicy(container, at: at, into: &errors)
            let name = container.text("name")
            if names.contains(name) { errors.duplicate(at / "name", name) } else if !name.isEmpty { names.insert(name) }
            ContainerPortValidation.hostPortConflicts([container], at: path, into: &errors)
            if container.text("restartPolicy") == "Always" {
                ProbeValidation.lifecycle(container.present("lifecycle"), scope, at: at / "lifecycle", into: &errors)
                ProbeValidation.allProbes(container, scope, at: at, into: &errors)
            } else {
                for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] where container.has(field) {
                    errors.forbidden(at / field, "may not be set for init containers without restartPolicy=Always")
                }
            }
        }
    }

    /// Ephemeral containers as a pod has them after its `ephemeralcontainers` subresource was written.
    static func ephemeralContainers(
        _ containers: [Value], regular: [Value], initial: [Value], _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors
    ) {
        let targets = Set((regular + initial).map { $0.text("name") })
        var names = targets
        for (index, container) in containers.enumerated() {
            let at = path[index]
            common(container, scope, at: at, into: &errors)
            let name = container.text("name")
            if !names.insert(name).inserted, !name.isEmpty { errors.duplicate(at / "name", name) }
            let target = container.text("targetContainerName")
            if !target.isEmpty, !targets.contains(target) {
                errors.notFound(at / "targetContainerName", target)
            }
            for field in ["ports", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe", "resources", "resizePolicy"] {
                guard let value = container[field], !value.isEmptyValue else { continue }
                errors.forbidden(at / field, "cannot be set for an Ephemeral Container")
            }
            for (mount, volumeMount) in container.list("volumeMounts").enumerated() {
                for field in ["subPath", "subPathExpr"] where !volumeMount.text(field).isEmpty {
                    errors.forbidden((at / "volumeMounts")[mount] / field, "cannot be set for an Ephemeral Container")
                }
            }
            if container.has("restartPolicy") { errors.forbidden(at / "restartPolicy", "may not be set for ephemeral containers") }
        }
    }

    /// What holds for a pod's containers but not for those of a template: images without blanks around them.
    static func onlyForPods(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for field in ["containers", "initContainers"] {
            for (index, container) in spec.list(field).enumerated() {
                let image = container.text("image")
                if let first = image.unicodeScalars.first, let last = image.unicodeScalars.last,
                    first.properties.isWhitespace || last.properties.isWhitespace
                {
                    errors.invalid((path / field)[index] / "image", image, "must not have leading or trailing whitespace")
                }
            }
        }
    }

    private static func common(_ container: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        let name = container.text("name")
        if name.isEmpty {
            errors.required(path / "name")
        } else {
            errors.invalid(path / "name", name, each: NameFormats.dns1123Label(name))
        }
        if container.text("image").isEmpty { errors.required(path / "image") }
        errors.checkEnum(container.text("terminationMessagePolicy"), path / "terminationMessagePolicy", messagePolicies)
        ContainerPortValidation.check(container.list("ports"), at: path / "ports", into: &errors)
        EnvironmentValidation.variables(container.list("env"), scope, at: path / "env", into: &errors)
        EnvironmentValidation.sources(container.list("envFrom"), at: path / "envFrom", into: &errors)
        VolumeMountValidation.mounts(container, scope, at: path / "volumeMounts", into: &errors)
        VolumeMountValidation.devices(container, scope, at: path / "volumeDevices", into: &errors)
        errors.checkEnum(container.text("imagePullPolicy"), path / "imagePullPolicy", pullPolicies)
        ResourceValidation.requirements(container["resources"], claims: scope.claims, at: path / "resources", into: &errors)
        resizePolicy(container.list("resizePolicy"), scope, at: path / "resizePolicy", into: &errors)
        SecurityContextValidation.container(container.present("securityContext"), scope, at: path / "securityContext", into: &errors)
    }

    private static func resizePolicy(_ policies: [Value], _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for (index, policy) in policies.enumerated() {
            let resource = policy.text("resourceName")
            if !seen.insert(resource).inserted { errors.duplicate(path[index], resource) }
            errors.checkEnum(resource, path, ["cpu", "memory"])
            errors.checkEnum(policy.text("restartPolicy"), path, ["NotRequired", "RestartContainer"])
            if scope.restartPolicy == "Never", policy.text("restartPolicy") != "NotRequired" {
                errors.invalid(path, policy.text("restartPolicy"), "must be 'NotRequired' when `restartPolicy` is 'Never'")
            }
        }
    }

    private static func restartPolicy(_ container: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let rules = container.list("restartPolicyRules")
        guard let policy = container.present("restartPolicy")?.stringValue else {
            if !rules.isEmpty { errors.required(path / "restartPolicy", "must specify restartPolicy when restart rules are used") }
            return
        }
        if !["Always", "OnFailure", "Never"].contains(policy) {
            errors.notSupported(path / "restartPolicy", policy, ["Always", "Never", "OnFailure"])
        }
        if rules.count > 20 { errors.tooMany(path / "restartPolicyRules", actual: rules.count, max: 20) }
        for (index, rule) in rules.enumerated() {
            let at = (path / "restartPolicyRules")[index]
            errors.checkEnum(rule.text("action"), at / "action", ["Restart", "RestartAllContainers"])
            guard let codes = rule.present("exitCodes") else {
                errors.required(at / "exitCodes", "must be specified")
                continue
            }
            errors.checkEnum(codes.text("operator"), at / "exitCodes" / "operator", ["In", "NotIn"])
            if codes.list("values").count > 255 {
                errors.tooMany(at / "exitCodes" / "values", actual: codes.list("values").count, max: 255)
            }
        }
    }
}
