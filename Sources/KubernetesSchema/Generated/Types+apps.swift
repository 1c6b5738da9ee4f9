// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let appsTypes: StaticString = #"""
v1.ControllerRevision kind=apps/v1/ControllerRevision
 apiVersion string
 data Object
 kind string
 metadata meta.v1.ObjectMeta
 revision int64 required
v1.ControllerRevisionList kind=apps/v1/ControllerRevisionList
 apiVersion string
 items []apps.v1.ControllerRevision required
 kind string
 metadata meta.v1.ListMeta
v1.DaemonSet kind=apps/v1/DaemonSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.DaemonSetSpec
 status apps.v1.DaemonSetStatus
v1.DaemonSetCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.DaemonSetList kind=apps/v1/DaemonSetList
 apiVersion string
 items []apps.v1.DaemonSet required
 kind string
 metadata meta.v1.ListMeta
v1.DaemonSetSpec
 minReadySeconds int32
 revisionHistoryLimit int32
 selector meta.v1.LabelSelector required
 template core.v1.PodTemplateSpec required
 updateStrategy apps.v1.DaemonSetUpdateStrategy
v1.DaemonSetStatus
 collisionCount int32
 conditions []apps.v1.DaemonSetCondition list=map(type) patch=merge(type)
 currentNumberScheduled int32 required
 desiredNumberScheduled int32 required
 numberAvailable int32
 numberMisscheduled int32 required
 numberReady int32 required
 numberUnavailable int32
 observedGeneration int64
 updatedNumberScheduled int32
v1.DaemonSetUpdateStrategy
 rollingUpdate apps.v1.RollingUpdateDaemonSet
 type string
v1.Deployment kind=apps/v1/Deployment
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.DeploymentSpec
 status apps.v1.DeploymentStatus
v1.DeploymentCondition
 lastTransitionTime Time
 lastUpdateTime Time
 message string
 reason string
 status string required
 type string required
v1.DeploymentList kind=apps/v1/DeploymentList
 apiVersion string
 items []apps.v1.Deployment required
 kind string
 metadata meta.v1.ListMeta
v1.DeploymentSpec
 minReadySeconds int32
 paused bool
 progressDeadlineSeconds int32
 replicas int32
 revisionHistoryLimit int32
 selector meta.v1.LabelSelector required
 strategy apps.v1.DeploymentStrategy patch=retainKeys
 template core.v1.PodTemplateSpec required
v1.DeploymentStatus
 availableReplicas int32
 collisionCount int32
 conditions []apps.v1.DeploymentCondition list=map(type) patch=merge(type)
 observedGeneration int64
 readyReplicas int32
 replicas int32
 terminatingReplicas int32
 unavailableReplicas int32
 updatedReplicas int32
v1.DeploymentStrategy
 rollingUpdate apps.v1.RollingUpdateDeployment
 type string
v1.ReplicaSet kind=apps/v1/ReplicaSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.ReplicaSetSpec
 status apps.v1.ReplicaSetStatus
v1.ReplicaSetCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.ReplicaSetList kind=apps/v1/ReplicaSetList
 apiVersion string
 items []apps.v1.ReplicaSet required
 kind string
 metadata meta.v1.ListMeta
v1.ReplicaSetSpec
 minReadySeconds int32
 replicas int32
 selector meta.v1.LabelSelector required
 template core.v1.PodTemplateSpec
v1.ReplicaSetStatus
 availableReplicas int32
 conditions []apps.v1.ReplicaSetCondition list=map(type) patch=merge(type)
 fullyLabeledReplicas int32
 observedGeneration int64
 readyReplicas int32
 replicas int32 required
 terminatingReplicas int32
v1.RollingUpdateDaemonSet
 maxSurge IntOrString
 maxUnavailable IntOrString
v1.RollingUpdateDeployment
 maxSurge IntOrString
 maxUnavailable IntOrString
v1.RollingUpdateStatefulSetStrategy
 maxUnavailable IntOrString
 partition int32
v1.StatefulSet kind=apps/v1/StatefulSet
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apps.v1.StatefulSetSpec
 status apps.v1.StatefulSetStatus
v1.StatefulSetCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.StatefulSetList kind=apps/v1/StatefulSetList
 apiVersion string
 items []apps.v1.StatefulSet required
 kind string
 metadata meta.v1.ListMeta
v1.StatefulSetOrdinals
 start int32
v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 whenDeleted string
 whenScaled string
v1.StatefulSetSpec
 minReadySeconds int32
 ordinals apps.v1.StatefulSetOrdinals
 persistentVolumeClaimRetentionPolicy apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 podManagementPolicy string
 replicas int32
 revisionHistoryLimit int32
 selector meta.v1.LabelSelector required
 serviceName string
 template core.v1.PodTemplateSpec required
 updateStrategy apps.v1.StatefulSetUpdateStrategy
 volumeClaimTemplates []core.v1.PersistentVolumeClaim list=atomic
v1.StatefulSetStatus
 availableReplicas int32
 collisionCount int32
 conditions []apps.v1.StatefulSetCondition list=map(type) patch=merge(type)
 currentReplicas int32
 currentRevision string
 observedGeneration int64
 readyReplicas int32
 replicas int32 required
 updateRevision string
 updatedReplicas int32
v1.StatefulSetUpdateStrategy
 rollingUpdate apps.v1.RollingUpdateStatefulSetStrategy
 type string

"""#
}
