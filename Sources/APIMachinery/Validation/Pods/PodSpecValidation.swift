import KubernetesObjects
import KubernetesSchema

/// What is wrong with a pod's `spec`, in a pod and in a template.
///
/// - Order: as the real server's, since messages list errors in it.
/// - Source: kubernetes `validation.ValidatePodSpec`, v1.36.
enum PodSpecValidation {
    static let maxInt32 = 2_147_483_647

    /// - Parameter podName: the name of the pod; empty in a template.
    static func check(_ spec: Value, podName: String = "", at path: FieldPath, into errors: inout FieldErrors) {
        var scope = PodScope()
        scope.gracePeriodSeconds = spec.int("terminationGracePeriodSeconds") ?? 30
        scope.restartPolicy = spec.text("restartPolicy")
        scope.os = spec["os"]?.text("name") ?? ""
        scope.usesHostUsers = spec["hostUsers"]?.boolValue ?? true
        scope.usesHostNetwork = spec.flag("hostNetwork")
        scope.claims = Set(spec.list("resourceClaims").map { $0.text("name") })
        if spec.has("volumes") {
            scope.volumes = VolumeValidation.check(spec.list("volumes"), podName: podName, at: path / "volumes", into: &errors)
        }
        resourceClaims(spec.list("resourceClaims"), at: path / "resourceClaims", into: &errors)
        let containers = spec.list("containers")
        ContainerValidation.containers(containers, scope, at: path / "containers", into: &errors)
        ContainerValidation.initContainers(
            spec.list("initContainers"), regular: containers, scope, at: path / "initContainers", into: &errors)
        ContainerValidation.ephemeralContainers(
            spec.list("ephemeralContainers"), regular: containers, initial: spec.list("initContainers"), scope,
            at: path / "ephemeralContainers", into: &errors)
        podResources(spec, scope, at: path / "resources", into: &errors)
        if scope.usesHostNetwork { ContainerPortValidation.hostNetwork(containers, isPod: !podName.isEmpty, at: path / "containers", into: &errors) }
        errors.checkEnum(spec.text("restartPolicy"), path / "restartPolicy", ["Always", "OnFailure", "Never"])
        errors.checkEnum(spec.text("dnsPolicy"), path / "dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"])
        if spec.has("nodeSelector") { ObjectMetaValidation.labels(spec.map("nodeSelector"), at: path / "nodeSelector", into: &errors) }
        SecurityContextValidation.pod(spec.present("securityContext"), spec: spec, at: path / "securityContext", into: &errors)
        AffinityValidation.check(spec.present("affinity"), at: path / "affinity", into: &errors)
        PodNetworkValidation.dnsConfig(spec, at: path / "dnsConfig", into: &errors)
        for (index, gate) in spec.list("readinessGates").enumerated() {
            let type = gate.text("conditionType")
            errors.invalid((path / "readinessGates")[index] / "conditionType", type, each: NameFormats.qualifiedName(type))
        }
        schedulingGates(spec.list("schedulingGates"), at: path / "schedulingGates", into: &errors)
        TolerationValidation.spread(spec.list("topologySpreadConstraints"), at: path / "topologySpreadConstraints", into: &errors)
        HostProcessValidation.check(spec, at: path, into: &errors)
        hostUsers(spec, at: path, into: &errors)
        names(spec, at: path, into: &errors)
        TolerationValidation.tolerations(spec.list("tolerations"), at: path / "tolerations", into: &errors)
        PodNetworkValidation.hostAliases(spec.list("hostAliases"), at: path / "hostAliases", into: &errors)
        last(spec, at: path, into: &errors)
    }

    private static func names(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let account = spec.text("serviceAccountName")
        if !account.isEmpty { errors.invalid(path / "serviceAccountName", account, each: NameFormats.dns1123Subdomain(account)) }
        let node = spec.text("nodeName")
        if !node.isEmpty { errors.invalid(path / "nodeName", node, each: NameFormats.dns1123Subdomain(node)) }
        if let deadline = spec.int("activeDeadlineSeconds"), deadline < 1 || deadline > maxInt32 {
            errors.invalid(path / "activeDeadlineSeconds", deadline, "must be between 1 and \(maxInt32), inclusive")
        }
        for field in ["hostname", "subdomain"] {
            let name = spec.text(field)
            if !name.isEmpty { errors.invalid(path / field, name, each: NameFormats.dns1123Label(name)) }
        }
        if let name = spec.present("hostnameOverride")?.stringValue {
            if name.utf8.count > 64 { errors.tooLong(path / "hostnameOverride", maxBytes: 64) }
            errors.invalid(path / "hostnameOverride", name, each: NameFormats.dns1123Subdomain(name))
            if spec.flag("setHostnameAsFQDN") {
                errors.forbidden(path / "setHostnameAsFQDN", "may not be true when hostnameOverride is set")
            }
            if spec.flag("hostNetwork") { errors.forbidden(path / "hostNetwork", "may not be true when hostnameOverride is set") }
        }
    }

    private static func last(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let priorityClass = spec.text("priorityClassName")
        if !priorityClass.isEmpty {
            errors.invalid(path / "priorityClassName", priorityClass, each: NameFormats.dns1123Subdomain(priorityClass))
        }
        if let name = spec.present("runtimeClassName")?.stringValue {
            errors.invalid(path / "runtimeClassName", name, each: NameFormats.dns1123Subdomain(name))
        }
        if let policy = spec.present("preemptionPolicy")?.stringValue {
            errors.checkEnum(policy, path / "preemptionPolicy", ["PreemptLowerPriority", "Never"])
        }
        if let overhead = spec.present("overhead") {
            ResourceValidation.requirements(["limits": overhead], claims: [], at: path / "overhead", into: &errors)
        }
        if let os = spec.present("os") {
            let name = os.text("name")
            if name.isEmpty { return errors.required(path / "os" / "name", "cannot be empty") }
            if name != "linux", name != "windows" { return errors.notSupported(path / "os", name, ["linux", "windows"]) }
            PodOSValidation.check(spec, os: name, at: path, into: &errors)
        }
    }

    private static func podResources(_ spec: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        guard let resources = spec.present("resources") else { return }
        if !resources.list("claims").isEmpty { errors.forbidden(path / "claims", "claims may not be set for Resources at pod-level") }
        let claims = Set(spec.list("resourceClaims").map { $0.text("name") }.filter { !$0.isEmpty })
        ResourceValidation.requirements(resources, claims: claims, at: path, isPodLevel: true, into: &errors)
        let requests = resources.map("requests")
        for (name, sum) in PodLevelResources.containerRequests(spec).sorted(by: { $0.key < $1.key }) {
            guard let own = Quantity(requests[name]), own < sum else { continue }
            errors.invalid(
                (path / "requests").key(name), own.description, "must be greater than or equal to aggregate container requests of \(sum)")
        }
        let limits = resources.map("limits")
        for (index, container) in spec.list("containers").enumerated() {
            for entry in container["resources"]?.map("limits") ?? Fields() {
                guard let own = Quantity(limits[entry.key]), let limit = Quantity(entry.value), own < limit else { continue }
                // The real server builds this path from that of the pod's resources.
                errors.invalid(
                    (path / "containers")[index].key(entry.key) / "limits", limit.description,
                    "must be less than or equal to pod limits of \(own)")
            }
        }
    }

    private static func resourceClaims(_ claims: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, claim) in claims.enumerated() {
            let name = claim.text("name")
            let at = path[index]
            if name.isEmpty {
                errors.required(at / "name")
            } else if !names.insert(name).inserted {
                errors.duplicate(at / "name", name)
            } else {
                errors.invalid(at / "name", name, each: NameFormats.dns1123Label(name))
            }
            let one = claim.present("resourceClaimName")?.stringValue
            let template = claim.present("resourceClaimTemplateName")?.stringValue
            if one != nil, template != nil {
                errors.invalid(
                    at, InternalForm.value(claim, as: "PodResourceClaim"),
                    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified")
            }
            if one == nil, template == nil {
                errors.invalid(
                    at, InternalForm.value(claim, as: "PodResourceClaim"),
                    "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
            }
            if let one { errors.invalid(at / "resourceClaimName", one, each: NameFormats.dns1123Subdomain(one)) }
            if let template { errors.invalid(at / "resourceClaimTemplateName", template, each: NameFormats.dns1123Subdomain(template)) }
        }
    }

    private static func schedulingGates(_ gates: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, gate) in gates.enumerated() {
            let name = gate.text("name")
            errors.invalid(path[index], name, each: NameFormats.qualifiedName(name))
            if !names.insert(name).inserted { errors.duplicate(path[index], name) }
        }
    }

    private static func hostUsers(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard spec["hostUsers"]?.boolValue == false else { return }
        for (field, name) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] where spec.flag(field) {
            errors.forbidden(path / name, "when `pod.Spec.HostUsers` is false")
        }
        for (index, container) in spec.list("containers").enumerated() where !container.list("volumeDevices").isEmpty {
            errors.forbidden((path / "containers")[index] / "volumeDevices", "when `hostUsers` is false")
        }
    }
}
