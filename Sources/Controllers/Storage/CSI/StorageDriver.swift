import APIMachinery
import KubernetesObjects
import SimulationKernel

/// A driver that makes, attaches, grows and copies volumes: data, from which the driver's controllers act.
///
/// - Shape: a driver acts while its CSIDriver object exists and, where it names a Deployment, that one has a pod that is
///   available. What it may do in a cloud hangs on the role of its ServiceAccount.
/// - Units: bytes; virtual time.
package struct StorageDriver: Hashable, Sendable {
    /// `ebs.csi.aws.com`: what a StorageClass names as its provisioner.
    package var name: String
    /// Names under which older classes ask for the same driver.
    package var aliases: [String] = []
    /// The access modes of volumes that it makes.
    package var accessModes: Set<String>
    /// Whether a volume lives in one zone.
    package var isZonal = false
    /// Whether volumes are attached to a node before they are mounted.
    package var attaches = true
    /// How many volumes a node takes; nil for no limit.
    package var volumesPerNode: Int?
    /// Volumes are made in multiples of this.
    package var granularity: Int64 = 1 << 30
    package var expands = true
    package var copies = true
    /// Parameters that a class must have, in the order in which they are asked for.
    package var requiredParameters: [String] = []
    /// What handles of volumes begin with.
    package var handlePrefix = "vol-"
    /// How handles are written when the parameter of this name comes first: `fs-1::fsap-2`.
    package var handleParameter = ""
    /// The Deployment in `kube-system` that does the work; empty for one outside of the cluster.
    package var deployment = ""
    /// The DaemonSet in `kube-system` that mounts on nodes; empty for nodes that can always mount.
    package var daemonSet = ""
    /// The ServiceAccount in `kube-system` whose role lets it act; empty when it needs none.
    package var account = ""
    /// What a cloud says to a call that it does not permit; `${action}` is what was asked for.
    package var denial = ""
    package var makeTime: Duration = .seconds(3)
    package var attachTime: Duration = .seconds(2)

    package init(name: String, accessModes: Set<String>) {
        self.name = name
        self.accessModes = accessModes
    }

    package static let ebs: StorageDriver = {
        var driver = StorageDriver(name: "ebs.csi.aws.com", accessModes: ["ReadWriteOnce", "ReadWriteOncePod"])
        driver.aliases = ["kubernetes.io/aws-ebs"]
        driver.isZonal = true
        driver.volumesPerNode = 25
        driver.deployment = "ebs-csi-controller"
        driver.daemonSet = "ebs-csi-node"
        driver.account = "ebs-csi-controller-sa"
        driver.denial =
            "Internal desc = Could not create volume \"${volume}\": could not create volume in EC2: operation error EC2: CreateVolume, https response error StatusCode: 403, RequestID: ${request}, api error UnauthorizedOperation: You are not authorized to perform this operation."
        return driver
    }()

    package static let efs: StorageDriver = {
        var driver = StorageDriver(name: "efs.csi.aws.com", accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"])
        driver.attaches = false
        driver.expands = false
        driver.copies = false
        driver.granularity = 1
        driver.requiredParameters = ["provisioningMode", "fileSystemId"]
        driver.handlePrefix = "fsap-"
        driver.handleParameter = "fileSystemId"
        driver.deployment = "efs-csi-controller"
        driver.daemonSet = "efs-csi-node"
        driver.account = "efs-csi-controller-sa"
        driver.denial = "Unauthenticated desc = Access Denied. Please ensure you have the right AWS permissions: Access denied"
        return driver
    }()

    /// The block storage of EKS Auto Mode, whose controller runs outside of the cluster.
    package static let autoModeBlock: StorageDriver = {
        var driver = ebs
        driver.name = "ebs.csi.eks.amazonaws.com"
        (driver.aliases, driver.deployment, driver.daemonSet, driver.account, driver.denial) = ([], "", "", "", "")
        return driver
    }()

    /// The sample driver of the Kubernetes CSI project, for clusters without a cloud.
    package static let hostPath: StorageDriver = {
        var driver = StorageDriver(name: "hostpath.csi.k8s.io", accessModes: ["ReadWriteOnce", "ReadWriteOncePod"])
        driver.handlePrefix = ""
        driver.granularity = 1
        return driver
    }()

    package static let known = [ebs, efs, autoModeBlock, hostPath]

    /// Whether a class that names a provisioner means this driver.
    func provides(_ provisioner: String) -> Bool { name == provisioner || aliases.contains(provisioner) }

    /// The CSIDriver object that installing the driver makes.
    package var registration: Value {
        [
            "apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": ["name": .string(name)],
            "spec": [
                "attachRequired": .bool(attaches), "podInfoOnMount": false, "fsGroupPolicy": "ReadWriteOnceWithFSType", "volumeLifecycleModes": ["Persistent"],
            ],
        ]
    }
}

/// Whether a driver is there and may act.
enum DriverState {
    /// Whether somebody works on its claims: its object and its controller's pods are there.
    static func isRunning(_ driver: StorageDriver, in view: ClusterView) -> Bool {
        guard view.get(.csiDrivers, name: driver.name) != nil else { return false }
        guard !driver.deployment.isEmpty, let deployment = view.get(.deployments, namespace: "kube-system", name: driver.deployment) else { return true }
        return deployment.statusInt("availableReplicas") > 0
    }

    /// Whether its ServiceAccount has a role in the cloud: by annotation, or by an association that is noted on it.
    static func isPermitted(_ driver: StorageDriver, in view: ClusterView) -> Bool {
        guard !driver.account.isEmpty, let account = view.get(.serviceAccounts, namespace: "kube-system", name: driver.account) else { return true }
        return ["eks.amazonaws.com/role-arn", "eks.amazonaws.com/pod-identity-role-arn"].contains { !(account.annotation($0) ?? "").isEmpty }
    }

    /// Whether a node can mount its volumes.
    static func isOnNode(_ driver: StorageDriver, node: String, in view: ClusterView) -> Bool {
        guard view.get(.csiDrivers, name: driver.name) != nil else { return false }
        guard !driver.daemonSet.isEmpty, let set = view.get(.daemonSets, namespace: "kube-system", name: driver.daemonSet) else { return true }
        return view.pods(onNode: node).contains { $0.controllerUID == set.uid && $0.isPodReady }
    }
}
