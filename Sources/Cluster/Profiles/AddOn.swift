import Controllers
import KubernetesObjects

/// Something that is installed in a cluster besides what every cluster has.
package enum AddOn: String, CaseIterable, Sendable {
    case clusterAutoscaler = "cluster-autoscaler"
    case verticalPodAutoscaler = "vertical-pod-autoscaler"
    case ebsDriver = "aws-ebs-csi-driver"
    case efsDriver = "aws-efs-csi-driver"
    case snapshotController = "snapshot-controller"
    case vpcCNI = "vpc-cni"
    case coreDNS = "coredns"
    case kubeProxy = "kube-proxy"

    /// The objects of its manifest, in the order in which they are applied.
    func objects(serviceBlock: String) -> [Value] {
        switch self {
        case .clusterAutoscaler: Self.clusterAutoscalerObjects
        case .verticalPodAutoscaler: VerticalPodAutoscalerManifest.objects
        case .ebsDriver: Self.objects(of: .ebs, image: "public.ecr.aws/ebs-csi-driver/aws-ebs-csi-driver:v1.53.0") + [Self.defaultClass]
        case .efsDriver: Self.objects(of: .efs, image: "public.ecr.aws/efs-csi-driver/amazon/aws-efs-csi-driver:v2.1.15")
        case .snapshotController: Self.snapshotObjects
        case .vpcCNI: NetworkAddOns.vpcCNI
        case .coreDNS: NetworkAddOns.coreDNS(serviceBlock: serviceBlock)
        case .kubeProxy: NetworkAddOns.kubeProxy
        }
    }

    /// A storage driver with its controller and the account under whose role it acts.
    private static func objects(of driver: StorageDriver, image: String) -> [Value] {
        var account = serviceAccount(driver.account)
        account["metadata", "annotations"] = ["eks.amazonaws.com/role-arn": .string("arn:aws:iam::111122223333:role/\(driver.deployment)")]
        var controller = deployment(driver.deployment, image: image, cpu: "10m", memory: "40Mi")
        controller["spec"]?["template"]?["spec"]?["serviceAccountName"] = .string(driver.account)
        return [driver.registration, account, controller]
    }

    /// The class that the add-on makes when its `defaultStorageClass` is on.
    private static let defaultClass: Value = [
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": ["name": "ebs-csi-default-sc", "annotations": ["storageclass.kubernetes.io/is-default-class": "true"]],
        "provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true,
    ]

    private static var snapshotObjects: [Value] {
        let name = "snapshot-controller"
        return VolumeSnapshots.definitions + [
            serviceAccount(name), deployment(name, image: "registry.k8s.io/sig-storage/snapshot-controller:v8.4.0", cpu: "10m", memory: "40Mi"),
        ]
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
