import KubernetesObjects

/// Strategies of networking, storage, policy and cluster kinds.
enum ClusterStrategies {
    private static func storage(_ name: String) -> GroupResource { GroupResource(name, group: "storage.k8s.io") }
    private static func admission(_ name: String) -> GroupResource { GroupResource(name, group: "admissionregistration.k8s.io") }

    static let table: [GroupResource: any ResourceStrategy] = networking.merging(volumes) { $1 }.merging(policy) { $1 }
        .merging(cluster) { $1 }

    private static let networking: [GroupResource: any ResourceStrategy] = [
        .ingresses: KindStrategy(
            check: IngressValidation.check, subresources: ["status": IngressValidation.status], initialStatus: ["loadBalancer": [:]],
            warnings: IngressWarnings.ingress),
        .ingressClasses: KindStrategy(.cluster, check: IngressValidation.ingressClass),
        .networkPolicies: KindStrategy(check: NetworkPolicyValidation.check, warnings: NetworkPolicyWarnings.policy),
        .serviceCIDRs: KindStrategy(.cluster, check: AddressRangeValidation.serviceCIDR),
        .ipAddresses: KindStrategy(.cluster, named: AddressRangeValidation.addressName, check: AddressRangeValidation.ipAddress),
        .endpoints: KindStrategy(plainCheck: EndpointsValidation.endpoints, warnings: EndpointsWarnings.endpoints),
        .endpointSlices: KindStrategy(check: EndpointsValidation.slice, warnings: EndpointsWarnings.slice),
    ]

    private static let volumes: [GroupResource: any ResourceStrategy] = [
        .persistentVolumes: KindStrategy(
            .cluster, check: PersistentVolumeValidation.check, initialStatus: ["phase": "Pending"],
            prepare: { volume, context in volume["status", "lastPhaseTransitionTime"] = .string(context.now.rfc3339) },
            warnings: StorageWarnings.volume),
        .storageClasses: KindStrategy(.cluster, check: StorageKindsValidation.storageClass, warnings: NodeLabelWarnings.storageClass),
        storage("volumeattributesclasses"): KindStrategy(.cluster, check: StorageKindsValidation.attributesClass),
        .csiDrivers: KindStrategy(.cluster, check: CSIValidation.csiDriver),
        .csiNodes: KindStrategy(.cluster, check: CSIValidation.csiNode),
        storage("csistoragecapacities"): KindStrategy(check: CSIValidation.capacity, warnings: NodeLabelWarnings.capacity),
        .volumeAttachments: KindStrategy(.cluster, check: CSIValidation.attachment, initialStatus: ["attached": false]),
    ]

    private static let policy: [GroupResource: any ResourceStrategy] = [
        .roles: KindStrategy(named: NameFormats.pathSegmentRule, plainCheck: RBACValidation.role, checksMetadataLast: true),
        .clusterRoles: KindStrategy(.cluster, named: NameFormats.pathSegmentRule, plainCheck: RBACValidation.clusterRole, checksMetadataLast: true),
        .roleBindings: KindStrategy(named: NameFormats.pathSegmentRule, check: RBACValidation.roleBinding, checksMetadataLast: true),
        .clusterRoleBindings: KindStrategy(
            .cluster, named: NameFormats.pathSegmentRule, check: RBACValidation.clusterRoleBinding, checksMetadataLast: true),
        .resourceQuotas: KindStrategy(
            check: QuotaValidation.quota, subresources: ["status": QuotaValidation.status], initialStatus: [:]),
        .limitRanges: KindStrategy(plainCheck: QuotaValidation.limitRange),
        .podDisruptionBudgets: KindStrategy(
            named: NameFormats.pathSegmentRule, plainCheck: DisruptionValidation.budget, subresources: ["status": DisruptionValidation.status],
            initialStatus: ["disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0]),
        .priorityClasses: KindStrategy(.cluster, check: DisruptionValidation.priorityClass),
    ]

    private static let cluster: [GroupResource: any ResourceStrategy] = [
        .leases: KindStrategy(plainCheck: ClusterKindsValidation.lease),
        .runtimeClasses: KindStrategy(.cluster, check: ClusterKindsValidation.runtimeClass, warnings: NodeLabelWarnings.runtimeClass),
        .certificateSigningRequests: KindStrategy(
            .cluster, named: { _, _ in [] }, check: SigningRequestValidation.request, checksMetadataLast: true,
            subresources: ["status": SigningRequestValidation.status, "approval": SigningRequestValidation.approval],
            initialStatus: [:], prepare: SigningRequestPreparation.create, prepareUpdate: SigningRequestPreparation.update),
        .customResourceDefinitions: KindStrategy(
            .cluster, check: CustomDefinitionValidation.check, warnings: { new, _ in DefinitionWarnings.formats(of: new) }),
        .controllerRevisions: KindStrategy(check: ClusterKindsValidation.controllerRevision),
        .apiServices: KindStrategy(
            .cluster, named: NameFormats.pathSegmentRule, check: APIServiceValidation.check, initialStatus: [:]),
        .flowSchemas: KindStrategy(
            .cluster, plainCheck: FlowControlValidation.flowSchema, subresources: ["status": FlowControlValidation.status], initialStatus: [:]),
        .priorityLevelConfigurations: KindStrategy(
            .cluster, plainCheck: FlowControlValidation.priorityLevel, subresources: ["status": FlowControlValidation.status],
            initialStatus: [:]),
        GroupResource("deviceclasses", group: "resource.k8s.io"): KindStrategy(.cluster, plainCheck: DeviceValidation.deviceClass),
        GroupResource("resourceclaims", group: "resource.k8s.io"): KindStrategy(
            check: DeviceValidation.claim, subresources: ["status": DeviceStatusValidation.check], initialStatus: [:]),
        GroupResource("resourceclaimtemplates", group: "resource.k8s.io"): KindStrategy(check: DeviceValidation.template),
        GroupResource("resourceslices", group: "resource.k8s.io"): KindStrategy(
            .cluster, check: SliceValidation.slice, warnings: SliceValidation.warnings),
        admission("mutatingwebhookconfigurations"): KindStrategy(.cluster, check: WebhookValidation.configuration),
        admission("validatingwebhookconfigurations"): KindStrategy(.cluster, check: WebhookValidation.configuration),
        admission("validatingadmissionpolicies"): KindStrategy(
            .cluster, plainCheck: PolicyValidation.policy, subresources: ["status": PolicyValidation.status], initialStatus: [:]),
        admission("validatingadmissionpolicybindings"): KindStrategy(.cluster, plainCheck: PolicyValidation.binding),
        admission("mutatingadmissionpolicies"): KindStrategy(.cluster, plainCheck: PolicyValidation.policy),
        admission("mutatingadmissionpolicybindings"): KindStrategy(.cluster, plainCheck: PolicyValidation.binding),
    ]
}
