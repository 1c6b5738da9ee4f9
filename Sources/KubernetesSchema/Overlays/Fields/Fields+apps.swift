extension FieldTables {
    /// Deployments, ReplicaSets, StatefulSets and DaemonSets.
    static let apps: StaticString = #"""
v1.DaemonSetCondition
 written lastTransitionTime
 named status v1.ConditionStatus
 named type DaemonSetConditionType
v1.DaemonSetSpec
 null selector
 plain minReadySeconds
 written updateStrategy
v1.DaemonSetStatus
 plain numberAvailable numberUnavailable observedGeneration updatedNumberScheduled
v1.DaemonSetUpdateStrategy
 named type DaemonSetUpdateStrategyType OnDelete|RollingUpdate
v1.DeploymentCondition
 written lastTransitionTime lastUpdateTime
 named status v1.ConditionStatus
 named type DeploymentConditionType
v1.DeploymentSpec
 null selector
 plain minReadySeconds paused
 written strategy
v1.DeploymentStatus
 plain availableReplicas observedGeneration readyReplicas replicas unavailableReplicas updatedReplicas
v1.DeploymentStrategy
 named type DeploymentStrategyType Recreate|RollingUpdate
v1.ReplicaSetCondition
 written lastTransitionTime
 named status v1.ConditionStatus
 named type ReplicaSetConditionType
v1.ReplicaSetSpec
 null selector
 plain minReadySeconds
 written template
v1.ReplicaSetStatus
 plain availableReplicas fullyLabeledReplicas observedGeneration readyReplicas
v1.StatefulSetCondition
 written lastTransitionTime
 named status v1.ConditionStatus
 named type StatefulSetConditionType
v1.StatefulSetOrdinals
 written start
v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 named whenDeleted PersistentVolumeClaimRetentionPolicyType
 named whenScaled PersistentVolumeClaimRetentionPolicyType
v1.StatefulSetSpec
 null selector
 plain minReadySeconds
 written updateStrategy
 named podManagementPolicy PodManagementPolicyType OrderedReady|Parallel
v1.StatefulSetStatus
 plain currentReplicas observedGeneration readyReplicas updatedReplicas
 written availableReplicas
v1.StatefulSetUpdateStrategy
 named type StatefulSetUpdateStrategyType OnDelete|RollingUpdate

"""#
}
