import KubernetesObjects

/// What is wrong with a write to a pod's `status`.
///
/// - Source: kubernetes `validation.ValidatePodStatusUpdate`, v1.36.
enum PodStatusValidation {
    static func check(_ pod: Value, old: Value?, into errors: inout FieldErrors) {
        let status = pod["status"] ?? [:]
        let before = old?["status"] ?? [:]
        // The real path is the metadata's.
        for (index, condition) in status.list("conditions").enumerated() {
            let type = condition.text("type")
            if ["PodScheduled", "Ready", "Initialized"].contains(type) { continue }
            errors.invalid((.metadata / "conditions")[index] / "Type", type, each: NameFormats.qualifiedName(type))
        }
        let nominated = status.text("nominatedNodeName")
        if !nominated.isEmpty, nominated != before.text("nominatedNodeName") {
            errors.invalid(.status / "nominatedNodeName", nominated, each: NameFormats.dns1123Subdomain(nominated))
        }
        errors.checkImmutable(status["qosClass"], before["qosClass"], .status / "qosClass")
        transitions(status, before, old?["spec"] ?? [:], into: &errors)
        claims(status.list("resourceClaimStatuses"), pod["spec"]?.list("resourceClaims") ?? [], into: &errors)
        addresses(status.list("podIPs"), at: .status / "podIPs", into: &errors)
        if let first = status.list("hostIPs").first, first.text("ip") != status.text("hostIP") {
            errors.invalid((.status / "hostIPs")[0] / "ip", first.text("ip"), "must be equal to `hostIP`")
        }
        addresses(status.list("hostIPs"), at: .status / "hostIPs", into: &errors)
    }

    // MARK: Containers

    /// A container that ended and may not be started again stays ended.
    private static func transitions(_ status: Value, _ before: Value, _ spec: Value, into errors: inout FieldErrors) {
        let policy = spec.text("restartPolicy")
        let ownPolicies = Dictionary(
            (spec.list("containers") + spec.list("initContainers")).compactMap { container in
                container.present("restartPolicy")?.stringValue.map { (container.text("name"), $0) }
            }, uniquingKeysWith: { $1 })
        let ruled = Set((spec.list("containers") + spec.list("initContainers")).filter { $0.has("restartPolicyRules") }.map { $0.text("name") })
        for field in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] {
            let isEphemeral = field == "ephemeralContainerStatuses"
            if !isEphemeral, policy == "Always" { continue }
            for (index, old) in before.list(field).enumerated() {
                guard let ended = old["state"]?.present("terminated") else { continue }
                let name = old.text("name")
                let rule = isEphemeral ? "Never" : ownPolicies[name] ?? policy
                if rule == "Always" || ruled.contains(name) || (rule == "OnFailure" && ended.int("exitCode") != 0) { continue }
                for new in status.list(field) where new.text("name") == name && new["state"]?.has("terminated") != true {
                    errors.forbidden((.status / field)[index] / "state", "may not be transitioned to non-terminated state")
                }
            }
        }
    }

    private static func claims(_ statuses: [Value], _ claims: [Value], into errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, status) in statuses.enumerated() {
            let path = (FieldPath.status / "resourceClaimStatuses")[index] / "name"
            let name = status.text("name")
            if !claims.contains(where: { $0.text("name") == name }) {
                errors.invalid(path, name, "must match the name of an entry in `spec.resourceClaims`")
            }
            if !names.insert(name).inserted { errors.duplicate(path, name) }
            if let claim = status.present("resourceClaimName")?.stringValue { errors.invalid(path, claim, each: NameFormats.dns1123Subdomain(claim)) }
        }
    }

    // MARK: Addresses

    /// One address, or one of each family.
    private static func addresses(_ list: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        let texts = list.map { $0.text("ip") }
        for (index, text) in texts.enumerated() { errors.checkAddress(text, path[index]) }
        guard texts.count > 1, texts.allSatisfy({ IPAddress($0) != nil }) else { return }
        let shown: Value = .array(texts.map { ["IP": .string($0)] })
        if texts.count > 2 || IPAddress(texts[0])?.isIPv4 == IPAddress(texts[1])?.isIPv4 {
            errors.invalid(path, shown, "may specify no more than one IP for each IP family")
        }
        var seen: Set<String> = []
        for (index, text) in texts.enumerated() where !seen.insert(text).inserted { errors.duplicate(path[index], ["IP": .string(text)]) }
    }
}
