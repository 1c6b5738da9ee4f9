import KubernetesObjects

/// Something that is installed in a cluster besides what every cluster has.
package enum AddOn: String, CaseIterable, Sendable {
    case clusterAutoscaler = "cluster-autoscaler"
    case verticalPodAutoscaler = "vertical-pod-autoscaler"

    /// The objects of its manifest, in the order in which they are applied.
    var objects: [Value] {
        switch self {
        case .clusterAutoscaler: Self.clusterAutoscalerObjects
        case .verticalPodAutoscaler: VerticalPodAutoscalerManifest.objects
        }
    }

    private static var clusterAutoscalerObjects: [Value] {
        let name = "cluster-autoscaler"
        return [
            serviceAccount(name),
            deployment(
                name, image: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.1", cpu: "100m", memory: "600Mi",
                command: [
                    "./cluster-autoscaler", "--v=4", "--stderrthreshold=info", "--cloud-provider=aws", "--skip-nodes-with-local-storage=false",
                    "--expander=least-waste",
                ]),
        ]
    }

    static func serviceAccount(_ name: String) -> Value {
        ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": .string(name), "namespace": "kube-system", "labels": ["k8s-app": .string(name)]]]
    }

    /// A Deployment of one replica in kube-system.
    static func deployment(_ name: String, image: String, cpu: String, memory: String, command: [String] = [], arguments: [String] = []) -> Value {
        var container: Value = [
            "name": .string(name), "image": .string(image), "resources": ["requests": ["cpu": .string(cpu), "memory": .string(memory)]],
        ]
        if !command.isEmpty { container["command"] = Value(command) }
        if !arguments.isEmpty { container["args"] = Value(arguments) }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": "kube-system", "labels": ["app": .string(name)]],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": ["priorityClassName": "system-cluster-critical", "serviceAccountName": .string(name), "containers": [container]],
                ],
            ],
        ]
    }
}
