import KubernetesObjects

extension StrategyTable {
    /// The strategies of all built-in kinds.
    package static let builtIn = StrategyTable(
        CoreStrategies.table.merging(WorkloadStrategies.table) { $1 }.merging(ClusterStrategies.table) { $1 })
}

/// Strategies of kinds that run containers.
enum WorkloadStrategies {
    static let table: [GroupResource: any ResourceStrategy] = [
        .pods: KindStrategy(
            metadata: PodAnnotationValidation.check, check: PodValidation.check,
            subresources: [
                "status": PodStatusValidation.check, "ephemeralcontainers": PodValidation.checkEphemeralUpdate,
                "resize": PodResizeValidation.check,
            ],
            prepare: PodPreparation.create, prepareUpdate: PodPreparation.update, warnings: PodWarnings.pod,
            earlyWarnings: AppArmorSync.warnings, divides: true),
        .deployments: KindStrategy(
            check: ReplicaWorkloadValidation.deployment, subresources: ["status": ReplicaStatusValidation.deployment.check], initialStatus: [:],
            warnings: PodWarnings.namedWorkload, divides: true),
        .replicaSets: KindStrategy(
            check: ReplicaWorkloadValidation.replicaSet, subresources: ["status": ReplicaStatusValidation.replicaSet.check],
            initialStatus: ["replicas": 0], warnings: PodWarnings.namedWorkload, divides: true),
        .replicationControllers: KindStrategy(
            plainCheck: ReplicaWorkloadValidation.replicationController, subresources: ["status": ReplicaStatusValidation.replicaSet.check],
            initialStatus: ["replicas": 0], warnings: PodWarnings.namedWorkload, divides: true),
        .statefulSets: KindStrategy(
            named: NameFormats.labelRule, check: SetValidation.statefulSet, subresources: ["status": ReplicaStatusValidation.statefulSet.check],
            initialStatus: ["replicas": 0, "availableReplicas": 0], warnings: PodWarnings.statefulSet, divides: true),
        .daemonSets: KindStrategy(
            check: SetValidation.daemonSet, subresources: ["status": ReplicaStatusValidation.daemonSet.check],
            initialStatus: ["currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0],
            prepare: DaemonSetPreparation.create, prepareUpdate: DaemonSetPreparation.update,
            warnings: PodWarnings.workload, divides: true),
        .jobs: KindStrategy(
            check: JobValidation.job, subresources: ["status": JobStatusValidation.check], initialStatus: [:],
            prepare: JobPreparation.create, warnings: PodWarnings.job, divides: true),
        .cronJobs: KindStrategy(check: CronJobValidation.cronJob, initialStatus: [:], warnings: PodWarnings.cronJob, divides: true),
        .horizontalPodAutoscalers: KindStrategy(
            check: AutoscalerValidation.check, subresources: ["status": AutoscalerValidation.status],
            initialStatus: ["desiredReplicas": 0, "currentMetrics": .null]),
        GroupResource("podtemplates"): KindStrategy(plainCheck: PodTemplateValidation.object, warnings: PodWarnings.template),
    ]
}

/// Strategies of the core group's other kinds.
enum CoreStrategies {
    static let table: [GroupResource: any ResourceStrategy] = [
        .configMaps: KindStrategy(check: ConfigValidation.configMap),
        .secrets: KindStrategy(check: ConfigValidation.secret, prepareUpdate: SecretPreparation.update),
        .serviceAccounts: KindStrategy(plainCheck: { _, _ in }, warnings: ServiceAccountWarnings.account),
        .services: KindStrategy(
            named: NameFormats.labelRule, check: ServiceValidation.check, subresources: ["status": ServiceValidation.checkStatusUpdate],
            initialStatus: ["loadBalancer": [:]], prepare: ServicePreparation.create, prepareUpdate: ServicePreparation.update,
            warnings: ServiceWarnings.service),
        .namespaces: KindStrategy(
            .cluster, named: NameFormats.labelRule, check: NamespaceValidation.namespace,
            subresources: ["status": NamespaceValidation.statusUpdate, "finalize": NamespaceValidation.finalizeUpdate],
            initialStatus: ["phase": "Active"], prepare: NamespacePreparation.create, prepareUpdate: NamespacePreparation.update),
        .nodes: KindStrategy(.cluster, check: NodeValidation.check, subresources: ["status": NodeValidation.check]),
        .events: EventStrategy(),
        .persistentVolumeClaims: KindStrategy(
            check: ClaimValidation.check, subresources: ["status": ClaimValidation.checkStatusUpdate], initialStatus: ["phase": "Pending"],
            prepare: ClaimPreparation.create, warnings: StorageWarnings.claim),
    ]
}
