import KubernetesObjects

/// What is wrong with ServiceCIDRs and IPAddresses.
///
/// - Source: `pkg/apis/networking/validation`, v1.36.
enum AddressRangeValidation {
    private static let path = FieldPath.spec / "cidrs"

    /// One range, or one of each family. They stay, but a second family may be added.
    static func serviceCIDR(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let ranges = object["spec"]?.texts("cidrs") ?? []
        if let old {
            let before = old["spec"]?.texts("cidrs") ?? []
            guard ranges.count == before.count || (before.count == 1 && ranges.count == 2) else {
                return errors.checkImmutable(object["spec"]?["cidrs"], old["spec"]?["cidrs"], path)
            }
            for (index, range) in before.enumerated() where ranges[index] != range { errors.invalid(path[index], ranges[index], "field is immutable") }
            if ranges.count == before.count { return }
        }
        check(ranges, into: &errors)
    }

    private static func check(_ ranges: [String], into errors: inout FieldErrors) {
        let shown: Value = ["CIDRs": .array(ranges.map { .string($0) })]
        if ranges.isEmpty { return errors.required(path, "at least one CIDR required") }
        if ranges.count > 2 { return errors.invalid(path, shown, "may only hold up to 2 values") }
        if ranges.count == 2, ranges[0].contains(":") == ranges[1].contains(":") || ranges.contains(where: { IPBlock($0) == nil }) {
            return errors.invalid(path, shown, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")
        }
        for (index, range) in ranges.enumerated() {
            if let problem = IPText.problem(canonicalRange: range) { errors.invalid(path[index], range, problem) }
        }
    }

    /// An IPAddress bears the address as its name.
    static let addressName: NameRule = { name, _ in IPText.problem(canonicalAddress: name).map { [$0] } ?? [] }

    static func ipAddress(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let path = FieldPath.spec / "parentRef"
        if let old { return errors.checkImmutable(object["spec"]?["parentRef"], old["spec"]?["parentRef"], path) }
        guard let parent = object["spec"]?.present("parentRef") else { return errors.required(path) }
        let group = parent.text("group")
        if !group.isEmpty { errors.invalid(path / "group", group, each: NameFormats.dns1123Subdomain(group)) }
        for field in ["resource", "name"] where parent.text(field).isEmpty { errors.required(path / field) }
        for field in ["resource", "name", "namespace"] where !parent.text(field).isEmpty {
            errors.invalid(path / field, parent.text(field), each: NameFormats.pathSegment(parent.text(field)))
        }
    }
}
