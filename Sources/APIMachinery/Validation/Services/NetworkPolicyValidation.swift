import KubernetesObjects

/// What is wrong with a NetworkPolicy.
///
/// - Source: kubernetes `pkg/apis/networking/validation`, v1.36.
enum NetworkPolicyValidation {
    static func check(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let known = old.map { ranges($0["spec"] ?? [:]) } ?? []
        LabelSelectorValidation.check(spec["podSelector"], at: .spec / "podSelector", into: &errors)
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            for (index, rule) in spec.list(direction).enumerated() {
                let at = (FieldPath.spec / direction)[index]
                for (number, port) in rule.list("ports").enumerated() { self.port(port, at: (at / "ports")[number], into: &errors) }
                for (number, peer) in rule.list(peers).enumerated() { self.peer(peer, known, at: (at / peers)[number], into: &errors) }
            }
        }
        let types = spec.texts("policyTypes")
        if types.count > 2 {
            errors.invalid(.spec / "policyTypes", spec["policyTypes"], "may not specify more than two policyTypes")
            return
        }
        for (index, type) in types.enumerated() where type != "Ingress" && type != "Egress" {
            errors.notSupported((FieldPath.spec / "policyTypes")[index], type, ["Ingress", "Egress"])
        }
    }

    private static func port(_ port: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let name = port.present("protocol")?.stringValue, !ContainerPortValidation.protocols.contains(name) {
            errors.notSupported(path / "protocol", name, ["TCP", "UDP", "SCTP"])
        }
        let end = port.int("endPort")
        guard let number = port.present("port") else {
            if let end { errors.invalid(path / "endPort", end, "may not be specified when `port` is not specified") }
            return
        }
        if let name = number.stringValue {
            if let end { errors.invalid(path / "endPort", end, "may not be specified when `port` is non-numeric") }
            errors.invalid(path / "port", name, each: NameFormats.portName(name))
        } else {
            let first = number.intValue ?? 0
            ContainerPortValidation.number(first, at: path / "port", into: &errors)
            if let end {
                if end < first { errors.invalid(path / "endPort", end, "must be greater than or equal to `port`") }
                ContainerPortValidation.number(end, at: path / "endPort", into: &errors)
            }
        }
    }

    private static func peer(_ peer: Value, _ known: Set<String>, at path: FieldPath, into errors: inout FieldErrors) {
        var count = 0
        for field in ["podSelector", "namespaceSelector"] {
            guard let selector = peer.present(field) else { continue }
            count += 1
            LabelSelectorValidation.check(selector, at: path / field, into: &errors)
        }
        if let block = peer.present("ipBlock") {
            count += 1
            self.block(block, known, at: path / "ipBlock", into: &errors)
            if count > 1 { errors.forbidden(path, "may not specify both ipBlock and another peer") }
        }
        if count == 0 { errors.required(path, "must specify a peer") }
    }

    /// The ranges that a policy names.
    private static func ranges(_ spec: Value) -> Set<String> {
        let peers = [("ingress", "from"), ("egress", "to")].flatMap { direction, peers in spec.list(direction).flatMap { $0.list(peers) } }
        return Set(peers.compactMap { $0.present("ipBlock") }.flatMap { [$0.text("cidr")] + $0.texts("except") })
    }

    /// A range that the policy had before may stay as it is, wherever it is named.
    private static func block(_ block: Value, _ known: Set<String>, at path: FieldPath, into errors: inout FieldErrors) {
        let text = block.text("cidr")
        if text.isEmpty {
            errors.required(path / "cidr")
            return
        }
        if !known.contains(text) { errors.checkRange(text, path / "cidr") }
        guard let outer = IPBlock(loose: text) else { return }
        for (index, except) in block.texts("except").enumerated() {
            let at = (path / "except")[index]
            if !known.contains(except) { errors.checkRange(except, at) }
            guard let inner = IPBlock(loose: except) else { continue }
            if !outer.contains(inner) || outer.prefixLength == inner.prefixLength {
                errors.invalid(at, except, "must be a strict subset of `cidr`")
            }
        }
    }
}
