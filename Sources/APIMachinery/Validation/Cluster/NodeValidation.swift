import KubernetesObjects

/// What is wrong with Nodes; their status is held to the rules of a change.
///
/// - Source: kubernetes `pkg/apis/core/validation.ValidateNode` and `ValidateNodeUpdate`, v1.36.
enum NodeValidation {
    static func check(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old { return update(object, old, into: &errors) }
        taints(object["spec"]?.list("taints") ?? [], into: &errors)
        resources(object, into: &errors)
        newRanges(object["spec"] ?? [:], into: &errors)
    }

    private static func update(_ object: Value, _ old: Value, into errors: inout FieldErrors) {
        resources(object, into: &errors)
        var seen: Set<Value> = []
        for (index, address) in (object["status"]?.list("addresses") ?? []).enumerated() where !seen.insert(address).inserted {
            errors.duplicate((FieldPath.status / "addresses")[index], ["Type": address["type"] ?? "", "Address": address["address"] ?? ""])
        }
        podRanges(object["spec"] ?? [:], old["spec"] ?? [:], into: &errors)
        let before = old["spec"]?.text("providerID") ?? ""
        if !before.isEmpty, before != object["spec"]?.text("providerID") {
            errors.forbidden(.spec / "providerID", "node updates may not change providerID except from \"\" to valid")
        }
        taints(object["spec"]?.list("taints") ?? [], into: &errors)
    }

    /// Ranges stay once they are given.
    private static func podRanges(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        let (new, before) = (ranges(of: spec), ranges(of: old))
        if before.isEmpty || new == before { return }
        let changes = new.count == before.count ? zip(new, before).filter { $0 != $1 }.count : 1
        for _ in 0..<changes { errors.forbidden(.spec / "podCIDRs", "node updates may not change podCIDR except from \"\" to valid") }
    }

    /// `podCIDR`, which older kubelets write, wins where the two disagree.
    private static func ranges(of spec: Value) -> [String] {
        let (single, several) = (spec.text("podCIDR"), spec.texts("podCIDRs"))
        return single.isEmpty || several.first == single ? several : [single]
    }

    private static func newRanges(_ spec: Value, into errors: inout FieldErrors) {
        let ranges = ranges(of: spec)
        let path = FieldPath.spec / "podCIDRs"
        for (index, range) in ranges.enumerated() { errors.checkRange(range, path[index]) }
        if ranges.count > 1 {
            if ranges.count > 2 || IPBlock(ranges[0])?.address.isIPv4 == IPBlock(ranges[1])?.address.isIPv4 {
                errors.invalid(path, spec["podCIDRs"], "may specify no more than one CIDR for each IP family")
            }
            var seen: Set<String> = []
            for (index, range) in ranges.enumerated() where !seen.insert(range).inserted { errors.duplicate(path[index], range) }
        }
    }

    private static func taints(_ taints: [Value], into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for (index, taint) in taints.enumerated() {
            // The real paths say metadata.
            let path = (FieldPath.metadata / "taints")[index]
            let key = taint.text("key")
            errors.invalid(path / "key", key, each: NameFormats.qualifiedName(key))
            let messages = NameFormats.labelValue(taint.text("value"))
            if !messages.isEmpty { errors.invalid(path / "value", taint.text("value"), messages.joined(separator: ";")) }
            let effect = taint.text("effect")
            if effect.isEmpty {
                errors.required(path / "effect")
            } else if !TolerationValidation.effects.contains(effect) {
                errors.notSupported(path / "effect", effect, TolerationValidation.effects)
            }
            if !seen.insert("\(key)/\(effect)").inserted {
                errors.append(
                    FieldError(
                        .duplicate, path.description, .value(["Key": .string(key), "Value": taint["value"] ?? "", "Effect": .string(effect), "TimeAdded": taint["timeAdded"] ?? .null]),
                        detail: "taints must be unique by key and effect pair"))
            }
        }
    }

    private static func resources(_ object: Value, into errors: inout FieldErrors) {
        for field in ["capacity", "allocatable"] {
            for entry in object["status"]?.map(field) ?? Fields() {
                let path = FieldPath.status / field / entry.key
                ResourceValidation.quantity(entry.key, entry.value, at: path, into: &errors)
            }
        }
    }
}
