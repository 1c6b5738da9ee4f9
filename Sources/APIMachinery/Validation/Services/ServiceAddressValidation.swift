import KubernetesObjects

/// What is wrong with the addresses and address families of a Service.
enum ServiceAddressValidation {
    static func check(_ spec: Value, into errors: inout FieldErrors) {
        let type = spec.text("type")
        let clusterIP = spec.text("clusterIP")
        let clusterIPs = spec.texts("clusterIPs")
        if type != "ExternalName" { families(spec, into: &errors) }
        if !clusterIP.isEmpty, clusterIPs.isEmpty {
            errors.required(.spec / "clusterIPs")
        } else if !clusterIPs.isEmpty {
            if clusterIP.isEmpty {
                errors.invalid(.spec / "clusterIP", clusterIP, "must be set when `clusterIPs` is specified")
            } else if clusterIP != clusterIPs[0] {
                errors.invalid(.spec / "clusterIP", clusterIP, "first value must match `clusterIPs[0]`")
            }
        }
        let path = FieldPath.spec / "clusterIPs"
        var isUsable = true
        for (index, address) in clusterIPs.enumerated() {
            if index == 0, address == "None" {
                if clusterIPs.count > 1 {
                    errors.invalid(path, .array(clusterIPs.map { .string($0) }), "'None' must be the first and only value")
                    return
                }
                continue
            }
            if let problem = IPText.problem(address: address) {
                errors.invalid(path[index], address, problem)
                isUsable = false
            }
        }
        if isUsable, clusterIPs.count > 2 {
            errors.invalid(path, .array(clusterIPs.map { .string($0) }), "may only hold up to 2 values")
        } else if isUsable, clusterIPs.count == 2, IPAddress(clusterIPs[0])?.isIPv4 == IPAddress(clusterIPs[1])?.isIPv4 {
            errors.invalid(
                path, .array(clusterIPs.map { .string($0) }), "may specify no more than one IP for each IP family")
        }
        if isUsable {
            let wanted = spec.texts("ipFamilies")
            for (index, address) in clusterIPs.enumerated() where address != "None" && index < wanted.count {
                let family = IPAddress(address)?.isIPv4 == false ? "IPv6" : "IPv4"
                if wanted[index] != family {
                    errors.invalid(path[index], address, "expected an \(wanted[index]) value as indicated by `ipFamilies[\(index)]`")
                }
            }
        }
        for (index, address) in spec.texts("externalIPs").enumerated() {
            if let problem = IPText.problem(address: address) ?? special(address) {
                errors.invalid((.spec / "externalIPs")[index], address, problem)
            }
        }
    }

    private static func families(_ spec: Value, into errors: inout FieldErrors) {
        if let policy = spec.present("ipFamilyPolicy")?.stringValue {
            let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"]
            if !policies.contains(policy) { errors.notSupported(.spec / "ipFamilyPolicy", policy, policies) }
        }
        var seen: Set<String> = []
        for (index, family) in spec.texts("ipFamilies").enumerated() {
            if family != "IPv4", family != "IPv6" { errors.notSupported((.spec / "ipFamilies")[index], family, ["IPv4", "IPv6"]) }
            if !seen.insert(family).inserted { errors.duplicate((.spec / "ipFamilies")[index], family) }
        }
    }

    /// Why an address cannot be one that clients reach; nil when it can.
    static func special(_ text: String) -> String? {
        guard let address = IPAddress(text) else { return "must be a valid IP address" }
        if address.isUnspecified { return "may not be unspecified (\(text))" }
        if address.isLoopback { return "may not be in the loopback range (127.0.0.0/8, ::1/128)" }
        if address.isLinkLocalUnicast { return "may not be in the link-local range (169.254.0.0/16, fe80::/10)" }
        if address.isLinkLocalMulticast { return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)" }
        return nil
    }

    /// Addresses stay once they are given, unless the Service is or becomes an external name.
    static func checkUpdate(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        if old.text("type") == "ExternalName" || spec.text("type") == "ExternalName" { return }
        let before = old.texts("clusterIPs")
        let after = spec.texts("clusterIPs")
        let path = FieldPath.spec / "clusterIPs"
        if let first = before.first, after.first != first {
            errors.invalid(path[0], .array(after.map { .string($0) }), after.isEmpty ? "primary clusterIP can not be unset" : "may not change once set")
        }
        if before.count > 1, after.count > 1, before[1] != after[1] {
            errors.invalid(path[1], .array(after.map { .string($0) }), "may not change once set")
        }
        let families = old.texts("ipFamilies")
        let newFamilies = spec.texts("ipFamilies")
        if let first = families.first, let newFirst = newFamilies.first, first != newFirst {
            errors.invalid((.spec / "ipFamilies")[0], .array(newFamilies.map { .string($0) }), "may not change once set")
        }
    }
}
