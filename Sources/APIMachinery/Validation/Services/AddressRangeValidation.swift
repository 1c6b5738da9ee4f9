import KubernetesObjects

/// What is wrong with ServiceCIDRs and IPAddresses.
///
/// - Source: `pkg/apis/networking/validation`, v1.36.
enum AddressRangeValidation {
    static func serviceCIDR(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        ranges(object["spec"], into: &errors)
        return errors
    }

    /// A second family may be added; nothing else changes.
    static func serviceCIDRUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        let (new, before) = (object["spec"]?.texts("cidrs") ?? [], old["spec"]?.texts("cidrs") ?? [])
        if new.count == before.count || (before.count == 1 && new.count == 2) {
            for (index, range) in before.enumerated() where new[index] != range { errors.invalid(path[index], new[index], immutable) }
            if new.count > before.count { ranges(object["spec"], into: &errors) }
        } else {
            errors.invalid(path, .array(new.map { .string($0) }), immutable)
        }
        return errors
    }

    static func ipAddress(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: { name, _ in IPText.isValid(name) ? [] : [IPText.message] }, into: &errors)
        let path = FieldPath.spec / "parentRef"
        guard let parent = object["spec"]?.present("parentRef") else {
            errors.required(path)
            return errors
        }
        let group = parent.text("group")
        if !group.isEmpty { errors.invalid(path / "group", group, each: NameFormats.dns1123Subdomain(group)) }
        for field in ["resource", "name"] where parent.text(field).isEmpty { errors.required(path / field) }
        for field in ["resource", "name", "namespace"] where !parent.text(field).isEmpty {
            errors.invalid(path / field, parent.text(field), each: NameFormats.pathSegment(parent.text(field)))
        }
        return errors
    }

    static func ipAddressUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        errors.checkImmutable(object["spec"]?["parentRef"], old["spec"]?["parentRef"], .spec / "parentRef")
        return errors
    }

    private static let path = FieldPath.spec / "cidrs"
    private static let immutable = "field is immutable"

    private static func ranges(_ spec: Value?, into errors: inout FieldErrors) {
        let ranges = spec?.texts("cidrs") ?? []
        if ranges.isEmpty {
            errors.required(path, "at least one CIDR required")
            return
        }
        if ranges.count > 2 {
            errors.invalid(path, spec, "may only hold up to 2 values")
            return
        }
        let families = ranges.map { IPText.prefix($0)?.bytes.count }
        for (index, range) in ranges.enumerated() where families[index] == nil { errors.invalid(path[index], range, IPText.prefixMessage) }
        if ranges.count == 2, let family = families[0], family == families[1] {
            errors.invalid(
                path, .array(ranges.map { .string($0) }), "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")
        }
    }
}
