import KubernetesObjects
import ServiceNetwork

/// The objects that a control plane makes for itself when it starts.
///
/// - Source: kube-apiserver's bootstrap controllers.
enum Bootstrap {
    static let namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"]

    static func objects(serviceBlock: String) -> [Value] {
        var result: [Value] = namespaces.map { ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string($0)]] }
        if let first = IPv4Block(serviceBlock)?.address(at: 1) {
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
        }
        return result
    }
}
