import KubernetesObjects

/// Strategies of networking, storage, policy and cluster kinds.
enum ClusterStrategies {
    private static func storage(_ name: String) -> GroupResource { GroupResource(name, group: "storage.k8s.io") }
    private static func admission(_ name: String) -> GroupResource { GroupResource(name, group: "admissionregistration.k8s.io") }

    static let table: [GroupResource: any ResourceStrategy] = networking.merging(volumes) { $1 }.merging(policy) { $1 }
        .merging(cluster) { $1 }

    private static let networking: [GroupResource: any ResourceStrategy] = [
        .ingresses: KindStrategy(
            create: IngressValidation.check, update: IngressValidation.checkUpdate, initialStatus: ["loadBalancer": [:]]),
        .ingressClasses: KindStrategy(create: IngressValidation.ingressClass, update: IngressValidation.ingressClassUpdate),
        .networkPolicies: KindStrategy(create: NetworkPolicyValidation.check, update: NetworkPolicyValidation.checkUpdate),
        .serviceCIDRs: KindStrategy(create: AddressRangeValidation.serviceCIDR, update: AddressRangeValidation.serviceCIDRUpdate),
        .ipAddresses: KindStrategy(create: AddressRangeValidation.ipAddress, update: AddressRangeValidation.ipAddressUpdate),
        .endpoints: KindStrategy(create: EndpointsValidation.endpoints, update: EndpointsValidation.endpointsUpdate),
        .endpointSlices: KindStrategy(create: EndpointsValidation.slice, update: EndpointsValidation.sliceUpdate),
    ]

    private static let volumes: [GroupResource: any ResourceStrategy] = [
        .persistentVolumes: KindStrategy(
            create: PersistentVolumeValidation.check, update: PersistentVolumeValidation.checkUpdate, initialStatus: ["phase": "Pending"],
            prepare: { volume, context in volume["status", "lastPhaseTransitionTime"] = .string(context.now.rfc3339) },
            warnings: StorageWarnings.volume),
        .storageClasses: KindStrategy(create: StorageKindsValidation.storageClass, update: StorageKindsValidation.storageClassUpdate),
        .csiDrivers: KindStrategy(create: StorageKindsValidation.csiDriver, update: StorageKindsValidation.csiDriverUpdate),
        .csiNodes: KindStrategy(create: StorageKindsValidation.csiNode, update: ConfigValidation.metadataUpdate),
        .volumeAttachments: KindStrategy(
            create: StorageKindsValidation.attachment, update: StorageKindsValidation.attachmentUpdate, initialStatus: ["attached": false]),
    ]

    private static let policy: [GroupResource: any ResourceStrategy] = [
        .roles: KindStrategy(create: RBACValidation.role, update: RBACValidation.roleUpdate),
        .clusterRoles: KindStrategy(create: RBACValidation.clusterRole, update: RBACValidation.clusterRoleUpdate),
        .roleBindings: KindStrategy(create: RBACValidation.roleBinding, update: RBACValidation.roleBindingUpdate),
        .clusterRoleBindings: KindStrategy(create: RBACValidation.clusterRoleBinding, update: RBACValidation.clusterRoleBindingUpdate),
        .resourceQuotas: KindStrategy(create: QuotaValidation.quota, update: QuotaValidation.quotaUpdate, initialStatus: [:]),
        .limitRanges: KindStrategy(create: QuotaValidation.limitRange, update: QuotaValidation.limitRangeUpdate),
        .podDisruptionBudgets: KindStrategy(
            create: DisruptionValidation.budget, update: DisruptionValidation.budgetUpdate,
            initialStatus: ["disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0]),
        .priorityClasses: KindStrategy(create: DisruptionValidation.priorityClass, update: DisruptionValidation.priorityClassUpdate),
    ]

    private static let cluster: [GroupResource: any ResourceStrategy] = [
        .leases: KindStrategy(create: ClusterKindsValidation.lease, update: ClusterKindsValidation.leaseUpdate),
        .runtimeClasses: KindStrategy(create: ClusterKindsValidation.runtimeClass, update: ClusterKindsValidation.runtimeClassUpdate),
        .certificateSigningRequests: KindStrategy(
            create: SigningRequestValidation.create, update: SigningRequestValidation.update,
            subresources: ["status": SigningRequestValidation.statusUpdate, "approval": SigningRequestValidation.approvalUpdate],
            initialStatus: [:], prepare: SigningRequestPreparation.create, prepareUpdate: SigningRequestPreparation.update),
        .customResourceDefinitions: KindStrategy(
            create: CustomDefinitionValidation.check, update: CustomDefinitionValidation.checkUpdate,
            subresources: ["status": { ConfigValidation.metadataUpdate($0, old: $1) }]),
        .controllerRevisions: KindStrategy(
            create: ClusterKindsValidation.controllerRevision, update: ClusterKindsValidation.controllerRevisionUpdate),
        GroupResource("apiservices", group: "apiregistration.k8s.io"): KindStrategy(
            create: ClusterKindsValidation.apiService, update: ConfigValidation.metadataUpdate, initialStatus: [:]),
        .flowSchemas: KindStrategy(
            create: FlowControlValidation.flowSchema, update: FlowControlValidation.flowSchemaUpdate, initialStatus: [:]),
        .priorityLevelConfigurations: KindStrategy(
            create: FlowControlValidation.priorityLevel, update: FlowControlValidation.priorityLevelUpdate, initialStatus: [:]),
        GroupResource("deviceclasses", group: "resource.k8s.io"): KindStrategy(
            create: DeviceValidation.deviceClass, update: DeviceValidation.deviceClassUpdate),
        GroupResource("resourceclaims", group: "resource.k8s.io"): KindStrategy(
            create: DeviceValidation.claim, update: DeviceValidation.specUpdate, initialStatus: [:]),
        GroupResource("resourceclaimtemplates", group: "resource.k8s.io"): KindStrategy(
            create: DeviceValidation.template, update: DeviceValidation.specUpdate),
        GroupResource("resourceslices", group: "resource.k8s.io"): KindStrategy(
            create: DeviceValidation.slice, update: DeviceValidation.sliceUpdate),
        admission("mutatingwebhookconfigurations"): KindStrategy(
            create: WebhookValidation.configuration, update: WebhookValidation.configurationUpdate),
        admission("validatingwebhookconfigurations"): KindStrategy(
            create: WebhookValidation.configuration, update: WebhookValidation.configurationUpdate),
        admission("validatingadmissionpolicies"): KindStrategy(
            create: PolicyValidation.policy, update: PolicyValidation.policyUpdate, initialStatus: [:]),
        admission("validatingadmissionpolicybindings"): KindStrategy(
            create: PolicyValidation.binding, update: PolicyValidation.bindingUpdate),
        admission("mutatingadmissionpolicies"): KindStrategy(create: PolicyValidation.policy, update: PolicyValidation.policyUpdate),
        admission("mutatingadmissionpolicybindings"): KindStrategy(
            create: PolicyValidation.binding, update: PolicyValidation.bindingUpdate),
    ]
}
