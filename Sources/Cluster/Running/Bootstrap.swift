import KubernetesObjects
import ServiceNetwork

/// The objects that a control plane makes for itself when it starts.
///
/// - Source: kube-apiserver's bootstrap controllers.
enum Bootstrap {
    static let namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"]

    /// Where the API server listens, as the endpoints of its service name it.
    private static let serverAddress: Value = "172.18.0.2"
    /// The name of the machine that the control plane runs on.
    static let serverHost = "control-plane"

    private static let kubernetesEndpoints: [Value] = [
        [
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": ["name": "kubernetes", "namespace": "default", "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"]],
            "subsets": [["addresses": [["ip": serverAddress]], "ports": [["name": "https", "port": 6443, "protocol": "TCP"]]]],
        ],
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": ["name": "kubernetes", "namespace": "default", "labels": ["kubernetes.io/service-name": "kubernetes"]],
            "addressType": "IPv4", "endpoints": [["addresses": [serverAddress], "conditions": ["ready": true]]],
            "ports": [["name": "https", "port": 6443, "protocol": "TCP"]],
        ],
    ]

    static func objects(serviceBlock: String) -> [Value] {
        var result: [Value] = namespaces.map { ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string($0)]] }
        result.append([
            "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": ["name": "kubernetes"], "spec": ["cidrs": [.string(serviceBlock)]],
        ])
        if let first = IPBlock(serviceBlock)?.address(at: 1) {
            result.append([
                "apiVersion": "v1", "kind": "Service",
                "metadata": [
                    "name": "kubernetes", "namespace": "default", "labels": ["component": "apiserver", "provider": "kubernetes"],
                ],
                "spec": [
                    "clusterIP": .string(first.description), "type": "ClusterIP", "sessionAffinity": "None",
                    "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443]],
                ],
            ])
            result += kubernetesEndpoints
        }
        return result
    }
}
