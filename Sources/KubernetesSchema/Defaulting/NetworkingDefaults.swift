import KubernetesObjects

/// Defaults of network policies, ingress classes and endpoint slices.
enum NetworkingDefaults {
    static let rules: [String: DefaultRule] = [
        "networking.v1.NetworkPolicySpec": .computed { spec in
            guard spec["policyTypes"]?.elements.isEmpty ?? true else { return }
            spec["policyTypes"] = spec["egress"]?.elements.isEmpty ?? true ? ["Ingress"] : ["Ingress", "Egress"]
        },
        "networking.v1.NetworkPolicyPort": .plain(["protocol": "TCP"]),
        "networking.v1.IngressClassParametersReference": .plain(["scope": "Cluster"]),
        "discovery.v1.EndpointPort": .plain(["name": "", "protocol": "TCP"]),
    ]
}
