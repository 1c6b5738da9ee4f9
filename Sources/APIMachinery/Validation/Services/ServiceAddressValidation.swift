import KubernetesObjects

/// What is wrong with the addresses and address families of a Service.
enum ServiceAddressValidation {
    /// What is wrong with how cluster IPs and families go together.
    ///
    /// - Source: kubernetes `validation.ValidateServiceClusterIPsRelatedFields`.
    static func problems(in spec: Value) -> FieldErrors {
        if spec.text("type") == "ExternalName" { return [] }
        var errors: FieldErrors = []
        agree(spec, into: &errors)
        families(spec, into: &errors)
        clusterIPs(spec, into: &errors)
        return errors
    }

    static func check(_ spec: Value, into errors: inout FieldErrors) {
        errors += problems(in: spec)
        for (index, address) in spec.texts("externalIPs").enumerated() {
            if let problem = IPText.problem(address: address) ?? special(address) {
                errors.invalid((.spec / "externalIPs")[index], address, problem)
            }
        }
    }

    private static let path = FieldPath.spec / "clusterIPs"

    /// The one address and the list of them say the same.
    private static func agree(_ spec: Value, into errors: inout FieldErrors) {
        let (clusterIP, clusterIPs) = (spec.text("clusterIP"), spec.texts("clusterIPs"))
        if clusterIP.isEmpty {
            if !clusterIPs.isEmpty { errors.invalid(path, spec["clusterIPs"], "must be empty when `clusterIP` is not specified") }
        } else if clusterIPs.isEmpty {
            errors.required(path)
        } else if clusterIPs[0] != clusterIP {
            errors.invalid(path, spec["clusterIPs"], "first value must match `clusterIP`")
        }
    }

    private static func families(_ spec: Value, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for (index, family) in spec.texts("ipFamilies").enumerated() {
            if family != "IPv4", family != "IPv6" { errors.notSupported((.spec / "ipFamilies")[index], family, ["IPv4", "IPv6"]) }
            if !seen.insert(family).inserted { errors.duplicate((.spec / "ipFamilies")[index], family) }
        }
        let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"]
        if let policy = spec.present("ipFamilyPolicy")?.stringValue, !policies.contains(policy) {
            errors.notSupported(.spec / "ipFamilyPolicy", policy, policies)
        }
    }

    private static func clusterIPs(_ spec: Value, into errors: inout FieldErrors) {
        let addresses = spec.texts("clusterIPs")
        let before = errors.count
        for (index, address) in addresses.enumerated() {
            if index == 0, address == "None" {
                if addresses.count > 1 { errors.invalid(path, spec["clusterIPs"], "'None' must be the first and only value") }
                continue
            }
            errors.checkAddress(address, path[index])
        }
        let isUsable = errors.count == before
        if addresses.count > 2 { errors.invalid(path, spec["clusterIPs"], "may only hold up to 2 values") }
        guard isUsable else { return }
        if addresses.count > 1, Set(addresses.map { IPAddress($0)?.isIPv4 }).count != 2 || addresses.count > 2 {
            errors.invalid(path, spec["clusterIPs"], "may specify no more than one IP for each IP family")
        }
        if addresses == ["None"] { return }
        for (index, (address, wanted)) in zip(addresses, spec.texts("ipFamilies")).enumerated() {
            let family = IPAddress(address)?.isIPv4 == false ? "IPv6" : "IPv4"
            if ["IPv4", "IPv6"].contains(wanted), wanted != family {
                errors.invalid(path[index], address, "expected an \(wanted) value as indicated by `ipFamilies[\(index)]`")
            }
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

    /// Addresses and families stay once they are given, unless the Service is or becomes an external name; second ones come and go.
    static func checkUpdate(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        if old.text("type") == "ExternalName" || spec.text("type") == "ExternalName" { return }
        let (isHeadless, wasHeadless) = (spec.texts("clusterIPs") == ["None"], old.texts("clusterIPs") == ["None"])
        if !isHeadless || !wasHeadless { stay("clusterIPs", "primary clusterIP can not be unset", "secondary clusterIP", spec, old, into: &errors) }
        // A headless Service may change its families.
        if !isHeadless, !wasHeadless { stay("ipFamilies", "primary ipFamily can not be unset", "secondary ipFamily", spec, old, into: &errors) }
    }

    private static func stay(
        _ field: String, _ whenUnset: String, _ second: String, _ spec: Value, _ old: Value, into errors: inout FieldErrors
    ) {
        let (now, before) = (spec.texts(field), old.texts(field))
        let (path, shown) = (FieldPath.spec / field, spec[field] ?? .null)
        guard now.count != before.count else {
            for (index, (new, old)) in zip(now, before).enumerated() where new != old {
                errors.invalid(path[field == "clusterIPs" ? index : 0], shown, "may not change once set")
            }
            return
        }
        if now.isEmpty, spec.texts("clusterIPs").isEmpty { errors.invalid(path[0], shown, whenUnset) }
        if let first = now.first, let earlier = before.first, first != earlier {
            errors.invalid(path[0], spec["clusterIPs"] ?? .null, "may not change once set")
        }
        if now.count == 1, before.count > 1, spec.text("ipFamilyPolicy") != "SingleStack" {
            errors.invalid(.spec / "ipFamilyPolicy", spec["ipFamilyPolicy"] ?? .null, "must be set to 'SingleStack' when releasing the \(second)")
        }
    }
}
