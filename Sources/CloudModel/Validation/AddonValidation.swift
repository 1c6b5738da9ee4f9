import KubernetesObjects

/// The checks of `addons` and of the pod identity associations.
enum AddonValidation {
    static func check(_ config: Value) throws(ConfigError) {
        for (index, addon) in (config["addons"]?.elements ?? []).enumerated() {
            let name = addon["name"]?.stringValue ?? ""
            let place = ["addons", String(index)]
            func problem(_ text: String, _ field: String? = nil) -> ConfigError {
                ConfigError("invalid configuration for \"\(name)\" addon: \(text)", at: place + (field.map { [$0] } ?? []))
            }
            if name.isEmpty { throw problem("name is required") }
            if let text = addon["configurationValues"]?.stringValue, !text.isEmpty, !isStructured(text) {
                throw problem("configurationValues: \"\(text)\" is not valid, supported format(s) are: JSON and YAML", "configurationValues")
            }
            let roles = ["wellKnownPolicies", "serviceAccountRoleARN", "attachPolicyARNs", "attachPolicy"].filter { !(addon[$0]?.isEmptyValue ?? true) }
            let associations = addon["podIdentityAssociations"]?.elements ?? []
            if !roles.isEmpty, !associations.isEmpty {
                throw problem(
                    "cannot set IRSA config (`addon.ServiceAccountRoleARN`, `addon.AttachPolicyARNs`, `addon.AttachPolicy`, `addon.WellKnownPolicies`) and pod identity associations at the same time",
                    "podIdentityAssociations")
            }
            if roles.count > 1 {
                throw problem("at most one of wellKnownPolicies, serviceAccountRoleARN, attachPolicyARNs and attachPolicy can be specified", roles[1])
            }
            if name == "eks-pod-identity-agent", !associations.isEmpty {
                throw problem("cannot set pod identity associations for \"eks-pod-identity-agent\" addon", "podIdentityAssociations")
            }
            for (number, association) in associations.enumerated() {
                if let text = problemOf(association, path: "podIdentityAssociations[\(number)]", needsNamespace: false) {
                    throw problem(text, "podIdentityAssociations")
                }
            }
        }
    }

    static func checkPodIdentityAgent(_ config: Value) throws(ConfigError) {
        let addons = config["addons"]?.elements ?? []
        let own = config["iam"]?["podIdentityAssociations"]?.elements ?? []
        for (index, association) in own.enumerated() {
            if let text = problemOf(association, path: "podIdentityAssociations[\(index)]", needsNamespace: true) {
                throw ConfigError(text, at: ["iam", "podIdentityAssociations", String(index)])
            }
        }
        let isUsed = !own.isEmpty || addons.contains { !($0["podIdentityAssociations"]?.isEmptyValue ?? true) }
        let isAuto = config["autoModeConfig"]?["enabled"]?.boolValue == true
        if isUsed, !isAuto, !addons.contains(where: { $0["name"]?.stringValue == "eks-pod-identity-agent" }) {
            throw ConfigError(
                "the \"eks-pod-identity-agent\" addon must be installed to create pod identity associations; please add \"eks-pod-identity-agent\" addon to the config file",
                at: ["addons"])
        }
    }

    private static func problemOf(_ association: Value, path: String, needsNamespace: Bool) -> String? {
        if needsNamespace, (association["namespace"]?.stringValue ?? "").isEmpty { return "\(path).namespace must be set" }
        if (association["serviceAccountName"]?.stringValue ?? "").isEmpty { return "\(path).serviceAccountName must be set" }
        func has(_ key: String) -> Bool { !(association[key]?.isEmptyValue ?? true) }
        if has("roleARN") {
            for field in ["permissionPolicy", "permissionPolicyARNs", "wellKnownPolicies", "permissionsBoundaryARN"] where has(field) {
                return "\(path).\(field) cannot be specified when \(path).roleARN is set"
            }
        } else if !has("permissionPolicy"), !has("permissionPolicyARNs"), !has("wellKnownPolicies") {
            return "at least one of the following must be specified: \(path).roleARN, \(path).permissionPolicy, \(path).permissionPolicyARNs, \(path).wellKnownPolicies"
        }
        return nil
    }

    private static func isStructured(_ text: String) -> Bool {
        guard let documents = try? YAMLReader().documents(text), let value = documents.first?.value else { return false }
        if case .object = value { return true }
        return value.isNull
    }
}

/// The checks of `accessConfig.accessEntries`.
enum AccessEntryValidation {
    static let types = ["STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX"]

    static func check(_ config: Value) throws(ConfigError) {
        let entries = config["accessConfig"]?["accessEntries"]?.elements ?? []
        guard !entries.isEmpty else { return }
        if config["accessConfig"]?["authenticationMode"]?.stringValue == "CONFIG_MAP" {
            throw ConfigError(
                "accessConfig.authenticationMode must be set to either API_AND_CONFIG_MAP or API to use access entries",
                at: ["accessConfig", "authenticationMode"])
        }
        var seen: Set<String> = []
        for (index, entry) in entries.enumerated() {
            let path = "accessEntries[\(index)]"
            let place = ["accessConfig", "accessEntries", String(index)]
            let principal = entry["principalARN"]?.stringValue ?? ""
            if AmazonResourceName.problem(principal) != nil { throw ConfigError("\(path).principalARN must be set to a valid AWS ARN", at: place) }
            let type = entry["type"]?.stringValue ?? "STANDARD"
            if !types.contains(type) { throw ConfigError("invalid access entry type \"\(type)\" for \(path)", at: place + ["type"]) }
            if type != "STANDARD" {
                if !(entry["kubernetesGroups"]?.isEmptyValue ?? true) || !(entry["kubernetesUsername"]?.isEmptyValue ?? true) {
                    throw ConfigError("cannot specify \(path).kubernetesGroups nor \(path).kubernetesUsername when type is set to \(type)", at: place)
                }
                if !(entry["accessPolicies"]?.isEmptyValue ?? true) {
                    throw ConfigError("cannot specify \(path).accessPolicies when type is set to \(type)", at: place)
                }
            }
            for policy in entry["accessPolicies"]?.elements ?? [] { try check(policy, path: path, place: place) }
            if !seen.insert(principal).inserted {
                throw ConfigError("duplicate access entry \(path) with principal ARN \"\(principal)\"", at: place)
            }
        }
    }

    private static func check(_ policy: Value, path: String, place: [String]) throws(ConfigError) {
        let arn = policy["policyARN"]?.stringValue ?? ""
        if AmazonResourceName.problem(arn) != nil { throw ConfigError("\(path).policyARN must be set to a valid AWS ARN", at: place) }
        if !arn.contains(":cluster-access-policy/") { throw ConfigError("\(path).policyARN must be a cluster-access-policy resource", at: place) }
        let namespaces = policy["accessScope"]?["namespaces"]?.elements ?? []
        switch policy["accessScope"]?["type"]?.stringValue {
        case "cluster":
            if !namespaces.isEmpty { throw ConfigError("cannot specify \(path).accessScope.namespaces when accessScope is set to cluster", at: place) }
        case "namespace":
            if namespaces.isEmpty { throw ConfigError("at least one namespace must be specified when accessScope is set to namespace: (\(path))", at: place) }
        default: throw ConfigError("\(path).accessScope.type must be set to either \"namespace\" or \"cluster\"", at: place)
        }
    }
}
