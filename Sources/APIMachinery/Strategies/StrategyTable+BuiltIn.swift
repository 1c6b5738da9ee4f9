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
            create: PodValidation.check, update: PodValidation.checkUpdate,
            subresources: [
                "status": PodValidation.checkStatusUpdate, "ephemeralcontainers": PodValidation.checkEphemeralUpdate,
                "resize": PodValidation.checkResize,
            ],
            prepare: PodPreparation.create, prepareUpdate: PodPreparation.update, warnings: PodWarnings.pod, divides: true),
        .deployments: KindStrategy(
            create: ReplicaWorkloadValidation.deployment, update: ReplicaWorkloadValidation.deploymentUpdate,
            subresources: ["status": ReplicaWorkloadValidation.status], initialStatus: [:], warnings: PodWarnings.namedWorkload, divides: true),
        .replicaSets: KindStrategy(
            create: ReplicaWorkloadValidation.replicaSet, update: ReplicaWorkloadValidation.replicaSetUpdate,
            subresources: ["status": ReplicaWorkloadValidation.status], initialStatus: ["replicas": 0], warnings: PodWarnings.namedWorkload, divides: true),
        .replicationControllers: KindStrategy(
            create: ReplicaWorkloadValidation.replicationController, update: ReplicaWorkloadValidation.replicationControllerUpdate,
            subresources: ["status": ReplicaWorkloadValidation.status], initialStatus: ["replicas": 0], warnings: PodWarnings.namedWorkload, divides: true),
        .statefulSets: KindStrategy(
            create: SetValidation.statefulSet, update: SetValidation.statefulSetUpdate,
            subresources: ["status": ReplicaWorkloadValidation.status], initialStatus: ["replicas": 0, "availableReplicas": 0],
            warnings: PodWarnings.statefulSet, divides: true),
        .daemonSets: KindStrategy(
            create: SetValidation.daemonSet, update: SetValidation.daemonSetUpdate,
            subresources: ["status": ReplicaWorkloadValidation.status],
            initialStatus: ["currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0],
            prepare: DaemonSetPreparation.create, prepareUpdate: DaemonSetPreparation.update,
            warnings: PodWarnings.workload, divides: true),
        .jobs: KindStrategy(
            create: JobValidation.job, update: JobValidation.jobUpdate, initialStatus: [:], prepare: JobPreparation.create,
            warnings: PodWarnings.namedWorkload, divides: true),
        .cronJobs: KindStrategy(
            create: JobValidation.cronJob, update: JobValidation.cronJobUpdate, initialStatus: [:], warnings: PodWarnings.cronJob, divides: true),
        .horizontalPodAutoscalers: KindStrategy(
            create: AutoscalerValidation.check, update: AutoscalerValidation.checkUpdate,
            initialStatus: ["desiredReplicas": 0, "currentMetrics": .null]),
        GroupResource("podtemplates"): KindStrategy(create: PodTemplateStrategy.check, update: PodTemplateStrategy.checkUpdate),
    ]
}

/// PodTemplate objects.
enum PodTemplateStrategy {
    static func check(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        PodTemplateValidation.template(object["template"], at: FieldPath("template"), into: &errors)
        return errors
    }

    static func checkUpdate(_ object: Value, _ old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        PodTemplateValidation.template(object["template"], at: FieldPath("template"), into: &errors)
        return errors
    }
}

/// Strategies of the core group's other kinds.
enum CoreStrategies {
    static let table: [GroupResource: any ResourceStrategy] = [
        .configMaps: KindStrategy(create: ConfigValidation.configMap, update: ConfigValidation.configMapUpdate),
        .secrets: KindStrategy(
            create: ConfigValidation.secret, update: ConfigValidation.secretUpdate, prepareUpdate: SecretPreparation.update),
        .serviceAccounts: KindStrategy(create: ConfigValidation.serviceAccount, update: ConfigValidation.metadataUpdate),
        .services: KindStrategy(
            create: ServiceValidation.check, update: ServiceValidation.checkUpdate,
            subresources: ["status": ServiceValidation.checkStatusUpdate], initialStatus: ["loadBalancer": [:]],
            prepare: ServicePreparation.create, prepareUpdate: ServicePreparation.update,
            warnings: ServiceWarnings.service),
        .namespaces: KindStrategy(
            create: NamespaceValidation.namespace, update: ConfigValidation.metadataUpdate,
            subresources: ["status": NamespaceValidation.statusUpdate, "finalize": NamespaceValidation.finalizeUpdate], initialStatus: ["phase": "Active"],
            prepare: NamespacePreparation.create, prepareUpdate: NamespacePreparation.update),
        .nodes: KindStrategy(create: NamespaceValidation.node, update: NamespaceValidation.nodeUpdate),
        .persistentVolumeClaims: KindStrategy(
            create: ClaimValidation.check, update: ClaimValidation.checkUpdate, subresources: ["status": ClaimValidation.checkStatusUpdate],
            initialStatus: ["phase": "Pending"], prepare: ClaimPreparation.create, warnings: StorageWarnings.claim),
    ]
}
