extension Descriptions {
    static let detailTable: StaticString = #"""
apps.v1.DeploymentCondition One aspect of a Deployment's state.
 lastTransitionTime When its status last changed.
 lastUpdateTime When it was last written.
 message What it is about, for people.
 reason What it is about, in one word.
 status True, False or Unknown.
 type Available, Progressing or ReplicaFailure.
apps.v1.ReplicaSetStatus What was last observed of a ReplicaSet.
 availableReplicas Pods that have been ready long enough.
 conditions Aspects of its state.
 fullyLabeledReplicas Pods that carry all labels of the template.
 observedGeneration The last change that the controller has seen.
 readyReplicas Pods that are ready.
 replicas All its pods.
 terminatingReplicas Pods that are ending.
apps.v1.StatefulSetStatus What was last observed of a StatefulSet.
 availableReplicas Pods that have been ready long enough.
 currentReplicas Pods of the old revision.
 currentRevision The name of the old revision.
 observedGeneration The last change that the controller has seen.
 readyReplicas Pods that are ready.
 replicas All its pods.
 updateRevision The name of the new revision.
 updatedReplicas Pods of the new revision.
apps.v1.StatefulSetUpdateStrategy How changes reach a StatefulSet's pods.
 rollingUpdate Settings of the RollingUpdate type.
 type RollingUpdate replaces pods from the highest ordinal down; OnDelete waits until they are deleted.
apps.v1.RollingUpdateStatefulSetStrategy The pace of an update.
 maxUnavailable How many pods may be down at once.
 partition Only pods from this ordinal on are changed.
apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy What becomes of claims.
 whenDeleted When the StatefulSet is deleted: Retain or Delete.
 whenScaled When it shrinks: Retain or Delete.
apps.v1.DaemonSetStatus What was last observed of a DaemonSet.
 currentNumberScheduled Nodes that run its pod and should.
 desiredNumberScheduled Nodes that should run its pod.
 numberAvailable Nodes whose pod has been ready long enough.
 numberMisscheduled Nodes that run its pod and should not.
 numberReady Nodes whose pod is ready.
 numberUnavailable Nodes whose pod is not available.
 updatedNumberScheduled Nodes whose pod is made from the present template.
apps.v1.DaemonSetUpdateStrategy How changes reach a DaemonSet's pods.
 rollingUpdate Settings of the RollingUpdate type.
 type RollingUpdate replaces pods; OnDelete waits until they are deleted.
apps.v1.RollingUpdateDaemonSet The pace of an update.
 maxSurge How many nodes may run an old and a new pod at once.
 maxUnavailable How many nodes may be without their pod at once.
batch.v1.JobStatus What was last observed of a Job.
 active Pods that run or wait.
 completedIndexes Indexes that have succeeded.
 completionTime When the Job succeeded.
 conditions Whether it is complete, failed or suspended.
 failed Pods that have failed.
 ready Pods that are ready.
 startTime When the Job was taken up.
 succeeded Pods that have succeeded.
 terminating Pods that are ending.
batch.v1.CronJobStatus What was last observed of a CronJob.
 active Jobs that run.
 lastScheduleTime When a Job was last made.
 lastSuccessfulTime When a Job last succeeded.
batch.v1.JobTemplateSpec The Job that a CronJob makes.
batch.v1.PodFailurePolicy What failures of pods lead to.
 rules The rules; the first that matches counts.
batch.v1.PodFailurePolicyRule One rule.
 action FailJob, FailIndex, Ignore or Count.
 onExitCodes The exit codes it is for.
 onPodConditions The pod conditions it is for.
autoscaling.v2.CrossVersionObjectReference The object that is scaled or measured.
 apiVersion Its group and version.
 kind Its kind.
 name Its name.
autoscaling.v2.MetricSpec A metric and its target.
 containerResource A resource of one container of each pod.
 external A metric from outside the cluster.
 object A metric of one object.
 pods A metric of each pod.
 resource A resource of each pod.
 type Which of the others is set.
autoscaling.v2.ResourceMetricSource A resource of each pod.
 name The resource, such as cpu.
 target The value to aim at.
autoscaling.v2.MetricTarget The value to aim at.
 averageUtilization Percent of the requests, averaged over the pods.
 averageValue An amount, averaged over the pods.
 type Utilization, Value or AverageValue.
 value An amount.
autoscaling.v2.HorizontalPodAutoscalerBehavior How fast the number of pods may change.
 scaleDown Downwards.
 scaleUp Upwards.
autoscaling.v2.HPAScalingRules How fast the number may change in one direction.
 policies How much may change in which time.
 selectPolicy Which policy counts: Max, Min, or Disabled.
 stabilizationWindowSeconds How far to look back for earlier results.
 tolerance How far the metric may be off before anything changes.
autoscaling.v2.HPAScalingPolicy How much may change in which time.
 periodSeconds The time.
 type Pods or Percent.
 value How much.
autoscaling.v2.HorizontalPodAutoscalerStatus What was last observed of an autoscaler.
 conditions Whether it is able to scale, active, or limited.
 currentMetrics The metrics as last read.
 currentReplicas The number of pods as last seen.
 desiredReplicas The number of pods as last decided.
 lastScaleTime When the number last changed.
 observedGeneration The last change that the controller has seen.
core.v1.ServiceStatus What was last observed of a service.
 conditions Aspects of its state.
 loadBalancer Where its load balancer is reached.
networking.v1.IngressRule What happens with requests for a host.
 host The host; any when empty. A first label of * stands for any label.
 http The paths.
networking.v1.HTTPIngressRuleValue Paths of a host.
 paths The paths and where they lead.
networking.v1.HTTPIngressPath A path and where it leads.
 backend Where requests go.
 path The path.
 pathType Exact, Prefix, or what the controller makes of it.
networking.v1.IngressBackend Where requests go.
 resource An object of another kind.
 service A port of a service.
networking.v1.IngressServiceBackend A port of a service.
 name The service.
 port The port.
networking.v1.ServiceBackendPort A port, by name or number.
 name Its name.
 number Its number.
networking.v1.IngressTLS Hosts that are served with TLS.
 hosts The hosts.
 secretName The secret with certificate and key.
networking.v1.NetworkPolicyIngressRule Traffic that pods accept.
 from Where it may come from; anywhere when empty.
 ports The ports it may come to; all when empty.
networking.v1.NetworkPolicyEgressRule Traffic that pods may send.
 ports The ports it may go to; all when empty.
 to Where it may go; anywhere when empty.
networking.v1.NetworkPolicyPeer The other side of the traffic.
 ipBlock Addresses.
 namespaceSelector Namespaces, by label.
 podSelector Pods, by label.
networking.v1.NetworkPolicyPort A port of the traffic.
 endPort The last port of a range.
 port The port, by number or name.
 protocol TCP, UDP or SCTP.
networking.v1.IPBlock A range of addresses.
 cidr The range.
 except Ranges inside it that are left out.
discovery.v1.Endpoint One address, or several of one pod.
 addresses The addresses.
 conditions Whether it is ready, serving, or ending.
 hostname Its host name.
 nodeName The node it is on.
 targetRef The pod behind it.
 zone The zone it is in.
policy.v1.PodDisruptionBudgetStatus What was last observed of a budget.
 currentHealthy Pods that are up.
 desiredHealthy Pods that must be up.
 disruptionsAllowed Pods that may be evicted now.
 expectedPods Pods that are counted.
rbac.v1.RoleRef The role that is given.
 apiGroup The group of the role.
 kind Role or ClusterRole.
 name The name of the role.
rbac.v1.Subject Who gets a role.
 apiGroup The group of the subject; empty for service accounts.
 kind User, Group or ServiceAccount.
 name The name.
 namespace The namespace of a service account.
core.v1.LimitRangeSpec The limits of a namespace's objects.
 limits The limits.
core.v1.LimitRangeItem Limits for one type of object.
 default Limits that containers get when they name none.
 defaultRequest Requests that containers get when they name none.
 max The most that may be asked for.
 maxLimitRequestRatio How many times the request a limit may be.
 min The least that must be asked for.
 type Container, Pod or PersistentVolumeClaim.
core.v1.ResourceQuotaStatus What was last observed of a quota.
 hard The limits in force.
 used What is used of them.
core.v1.NodeStatus What was last observed of a node.
 addresses Its addresses.
 allocatable What pods may use of it.
 capacity What it has.
 conditions Whether it is ready and has room.
 images Images that are on it.
 nodeInfo Its versions and names.
core.v1.Taint A mark that keeps pods away.
 effect NoSchedule, PreferNoSchedule or NoExecute.
 key Its key.
 timeAdded When it was put there.
 value Its value.
core.v1.NamespaceStatus What was last observed of a namespace.
 conditions What holds up its end.
 phase Active or Terminating.
core.v1.PersistentVolumeStatus What was last observed of a volume.
 phase Available, Bound, Released or Failed.
core.v1.PersistentVolumeClaimStatus What was last observed of a claim.
 accessModes How its volume may be used.
 capacity How large its volume is.
 conditions What is being done with it.
 phase Pending, Bound or Lost.
core.v1.CSIPersistentVolumeSource A volume of a storage driver.
 driver The driver.
 fsType The file system.
 readOnly Whether writing is refused.
 volumeAttributes Properties of the volume.
 volumeHandle The driver's name for the volume.
core.v1.NFSVolumeSource A directory of an NFS server.
 path The directory.
 readOnly Whether writing is refused.
 server The server.
core.v1.LocalVolumeSource A disk or directory of one node.
 fsType The file system.
 path The path on the node.
apiextensions.v1.CustomResourceDefinitionVersion One version of a new kind.
 additionalPrinterColumns Columns for kubectl get.
 deprecated Whether users are warned.
 name The version, such as v1.
 schema What objects look like.
 served Whether the version can be used.
 storage Whether objects are kept in this version.
 subresources Whether there are status and scale.
apiextensions.v1.CustomResourceDefinitionNames What a new kind is called.
 categories Groups such as all that it belongs to.
 kind The kind, such as CronTab.
 listKind The kind of lists.
 plural The name in paths.
 shortNames Short names for kubectl.
 singular The name of one object.
meta.v1.Condition One aspect of an object's state.
 lastTransitionTime When its status last changed.
 message What it is about, for people.
 observedGeneration The change of the object that it is about.
 reason What it is about, in one word.
 status True, False or Unknown.
 type The aspect.

"""#
}
