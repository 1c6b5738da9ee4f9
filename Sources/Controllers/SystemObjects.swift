import KubernetesObjects

/// The objects besides namespaces that a control plane has from the start.
///
/// - Source: kube-apiserver 1.36, `scheduling/rest/storage_scheduling.go` and the EndpointSlice of the Service `kubernetes`.
package enum SystemObjects {
    /// The priority classes of system components.
    package static let priorityClasses: [Value] = [
        (
            "system-node-critical", 2_000_001_000,
            "Used for system critical pods that must not be moved from their current node."
        ),
        (
            "system-cluster-critical", 2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
        ),
    ].map { name, value, description in
        [
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": .string(name)], "value": Value(value),
            "description": .string(description), "preemptionPolicy": "PreemptLowerPriority",
        ]
    }

    /// Where the API server itself is reached: the endpoints of the Service `kubernetes`.
    package static func apiServerEndpoints(address: String, port: Int = 6443) -> [Value] {
        [
            [
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": ["name": "kubernetes", "namespace": "default", "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"]],
                "subsets": [["addresses": [["ip": .string(address)]], "ports": [["name": "https", "port": Value(port), "protocol": "TCP"]]]],
            ],
            [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": ["name": "kubernetes", "namespace": "default", "labels": ["kubernetes.io/service-name": "kubernetes"]],
                "addressType": "IPv4", "endpoints": [["addresses": [.string(address)], "conditions": ["ready": true]]],
                "ports": [["name": "https", "port": Value(port), "protocol": "TCP"]],
            ],
        ]
    }
}
