import KubernetesObjects
import APIMachinery
import SimulationKernel

/// The options of kube-controller-manager that change what a user sees.
///
/// - Source: defaults of kube-controller-manager 1.36.
package struct ControllerSettings: Sendable {
    /// `--node-monitor-grace-period`: how long a node may be silent before it counts as unreachable.
    package var nodeMonitorGracePeriod = Duration.seconds(50)
    /// `--node-monitor-period`: how often nodes are looked at.
    package var nodeMonitorPeriod = Duration.seconds(5)
    /// `--terminated-pod-gc-threshold`: how many finished pods are kept.
    package var terminatedPodThreshold = 12_500
    /// How often finished and orphaned pods are looked for.
    package var podCollectionPeriod = Duration.seconds(20)
    /// `--cluster-cidr` when `--allocate-node-cidrs` is set; empty to give nodes no pod range.
    package var clusterCIDR = "10.244.0.0/16"
    /// `--node-cidr-mask-size`.
    package var nodeCIDRMaskSize = 24
    /// The certificate authority that is published to namespaces, in PEM.
    package var certificateAuthority = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
    /// ConfigMaps that a distribution publishes to every namespace besides it.
    package var publishedConfigMaps: [Value] = []
    /// Makes the tokens of `kubernetes.io/service-account-token` Secrets: namespace, account, account UID, Secret name.
    package var legacyToken: @Sendable (_ namespace: String, _ account: String, _ uid: String, _ secret: String) -> String = {
        "\($0).\($1).\($3)"
    }
    /// Signs an approved certificate request of the PEM text `request` for a signer; nil for requests it cannot sign.
    package var signCertificate: CertificateController.Signing = { _, _, _ in nil }
    /// Reads what a certificate request asks for; without it nothing is checked before it is signed.
    package var readCertificateRequest: CertificateController.Reading = { _ in nil }
    /// Drivers of volumes that do their work once their CSIDriver object is there.
    package var storageDrivers = StorageDriver.known
    /// What a cloud gives Services of type LoadBalancer; nil where there is no cloud, and they stay pending.
    package var loadBalancers: LoadBalancerSettings?
    /// Names of controllers that are left out, as in `--controllers=*,-NAME`.
    package var disabled: Set<String> = []

    package init() {}
}

/// All controllers of kube-controller-manager, in the order in which they start.
///
/// - Order: by name would also do; the order decides which of two controllers that hear of one change acts first.
package func defaultControllers(_ settings: ControllerSettings = ControllerSettings()) -> [any Component] {
    var controllers: [any Controller] = [
        NamespaceController(),
        ServiceAccountController(),
        RootCAPublisherController(certificate: settings.certificateAuthority, others: settings.publishedConfigMaps),
        DeploymentController(),
        ReplicaSetController(.replicaSet),
        ReplicaSetController(.replicationController),
        EndpointSliceController(),
        EndpointsController(),
        StatefulSetController(),
        DaemonSetController(),
        JobController(),
        CronJobController(),
        FinishedJobController(),
        EndpointsMirrorController(),
        DisruptionController(),
        DisruptedPodController(),
        QuotaController(),
        RoleAggregationController(),
        AvailabilityController(),
        VolumeBinderController(),
        StorageProtectionController(.claims),
        StorageProtectionController(.volumes),
        StorageProtectionController(.attributesClasses),
        EphemeralVolumeController(),
        VolumeExpansionController(),
        AttachmentController(drivers: settings.storageDrivers),
        AccountTokenController(certificate: settings.certificateAuthority, token: settings.legacyToken),
        CertificateController(sign: settings.signCertificate, read: settings.readCertificateRequest),
        NodeLifecycleController(gracePeriod: settings.nodeMonitorGracePeriod),
        NodeTaintController(),
        NodeTTLController(),
        TaintEvictionController(),
        PodCollector(threshold: settings.terminatedPodThreshold, period: settings.podCollectionPeriod),
        ServiceAddressController(),
        IngressStatusController(),
        GatewayController(),
        HTTPRouteController(),
    ]
    if !settings.storageDrivers.isEmpty {
        controllers += [
            DriverRegistrationController(drivers: settings.storageDrivers), ProvisioningController(drivers: settings.storageDrivers),
            AttachingController(drivers: settings.storageDrivers), ResizingController(drivers: settings.storageDrivers), ModifyingController(drivers: settings.storageDrivers),
            SnapshotController(drivers: settings.storageDrivers),
        ]
    }
    if let balancers = settings.loadBalancers { controllers.append(LoadBalancerController(balancers)) }
    if let ranges = NodeRangeController(clusterCIDR: settings.clusterCIDR, nodeMask: settings.nodeCIDRMaskSize) { controllers.append(ranges) }
    var components: [any Component] = controllers.map { ControllerComponent($0) }
    components.append(GarbageCollector())
    return components.filter { !settings.disabled.contains($0.name) }
}
