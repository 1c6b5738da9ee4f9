extension FieldTables {
    /// Pods, nodes, services and volumes.
    static let core: StaticString = #"""
v1.AppArmorProfile
 pointer localhostProfile
 named type AppArmorProfileType Localhost|RuntimeDefault|Unconfined
v1.AttachedVolume
 named name UniqueVolumeName
v1.AWSElasticBlockStoreVolumeSource
 plain partition readOnly
v1.AzureDiskVolumeSource
 pointer cachingMode fsType kind
 named cachingMode AzureDataDiskCachingMode None|ReadOnly|ReadWrite
 named kind AzureDataDiskKind Dedicated|Managed|Shared
v1.AzureFilePersistentVolumeSource
 plain readOnly
 pointer secretNamespace
v1.AzureFileVolumeSource
 plain readOnly
v1.CSIPersistentVolumeSource
 plain readOnly
v1.CSIVolumeSource
 pointer fsType
v1.Capabilities
 named add []Capability
 named drop []Capability
v1.CephFSPersistentVolumeSource
 plain readOnly
v1.CephFSVolumeSource
 plain readOnly
v1.CinderPersistentVolumeSource
 plain readOnly
v1.CinderVolumeSource
 plain readOnly
v1.ClientIPConfig
v1.ClusterTrustBundleProjection
 pointer name signerName
v1.ComponentCondition
 named status ConditionStatus
 named type ComponentConditionType
v1.Container
 plain stdin stdinOnce tty
 pointer restartPolicy
 written resources
 named imagePullPolicy PullPolicy Always|IfNotPresent|Never
 named restartPolicy ContainerRestartPolicy Always|Never|OnFailure
 named terminationMessagePolicy TerminationMessagePolicy FallbackToLogsOnError|File
v1.ContainerPort
 plain hostPort
 named protocol Protocol SCTP|TCP|UDP
v1.ContainerRestartRule
 named action ContainerRestartRuleAction Restart|RestartAllContainers
v1.ContainerRestartRuleOnExitCodes
 named operator ContainerRestartRuleOnExitCodesOperator In|NotIn
v1.ContainerStateRunning
 written startedAt
v1.ContainerStateTerminated
 plain signal
 written startedAt finishedAt
v1.ContainerStatus
 written lastState state
 named allocatedResources ResourceList
v1.EmptyDirVolumeSource
 named medium StorageMedium
v1.EndpointPort
 pointer appProtocol
 named protocol Protocol SCTP|TCP|UDP
v1.EndpointAddress
 pointer nodeName
v1.EphemeralContainer
 plain stdin stdinOnce tty
 pointer restartPolicy
 written resources
 named imagePullPolicy PullPolicy Always|IfNotPresent|Never
 named restartPolicy ContainerRestartPolicy
 named terminationMessagePolicy TerminationMessagePolicy FallbackToLogsOnError|File
v1.Event
 plain count
 written eventTime firstTimestamp lastTimestamp reportingComponent reportingInstance source
v1.EventSeries
 plain count
 written lastObservedTime
v1.FCVolumeSource
 plain readOnly
v1.FlexPersistentVolumeSource
 plain readOnly
v1.FlexVolumeSource
 plain readOnly
v1.GCEPersistentDiskVolumeSource
 plain partition readOnly
v1.GlusterfsPersistentVolumeSource
 plain readOnly
 pointer endpointsNamespace
v1.GlusterfsVolumeSource
 plain readOnly
v1.GRPCAction
 pointer service
v1.HTTPGetAction
 named scheme URIScheme HTTP|HTTPS
v1.HostPathVolumeSource
 pointer type
 named type HostPathType |BlockDevice|CharDevice|Directory|DirectoryOrCreate|File|FileOrCreate|Socket
v1.ISCSIPersistentVolumeSource
 plain chapAuthDiscovery chapAuthSession readOnly
 pointer initiatorName
v1.ISCSIVolumeSource
 plain chapAuthDiscovery chapAuthSession readOnly
 pointer initiatorName
v1.ImageVolumeSource
 named pullPolicy PullPolicy Always|IfNotPresent|Never
v1.Lifecycle
 pointer stopSignal
 named stopSignal Signal
v1.LimitRangeItem
 named default ResourceList
 named defaultRequest ResourceList
 named max ResourceList
 named maxLimitRequestRatio ResourceList
 named min ResourceList
 named type LimitType
v1.LoadBalancerIngress
 pointer ipMode
 named ipMode LoadBalancerIPMode
v1.NamespaceCondition
 written lastTransitionTime
 named status ConditionStatus
 named type NamespaceConditionType
v1.NamespaceSpec
 named finalizers []FinalizerName
v1.NamespaceStatus
 named phase NamespacePhase Active|Terminating
v1.NFSVolumeSource
 plain readOnly
v1.NodeAddress
 named type NodeAddressType
v1.NodeCondition
 written lastHeartbeatTime lastTransitionTime
 named status ConditionStatus
 named type NodeConditionType
v1.NodeDaemonEndpoints
 written kubeletEndpoint
v1.NodeSelectorRequirement
 named operator NodeSelectorOperator DoesNotExist|Exists|Gt|In|Lt|NotIn
v1.NodeSpec
 plain unschedulable
v1.NodeStatus
 written daemonEndpoints nodeInfo
 named allocatable ResourceList
 named capacity ResourceList
 named phase NodePhase Pending|Running|Terminated
v1.ContainerImage
 plain sizeBytes
v1.ObjectReference
 named uid types.UID
v1.PersistentVolumeClaimCondition
 written lastProbeTime lastTransitionTime
 named status ConditionStatus
 named type PersistentVolumeClaimConditionType
v1.PersistentVolumeClaimSpec
 pointer storageClassName volumeAttributesClassName volumeMode
 written resources
 named accessModes []PersistentVolumeAccessMode ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod
 named volumeMode PersistentVolumeMode Block|Filesystem
v1.PersistentVolumeClaimStatus
 pointer currentVolumeAttributesClassName
 named accessModes []PersistentVolumeAccessMode
 named allocatedResources ResourceList
 named capacity ResourceList
 named phase PersistentVolumeClaimPhase Bound|Lost|Pending
v1.PersistentVolumeClaimTemplate
 written metadata
v1.PersistentVolumeClaimVolumeSource
 plain readOnly
v1.PersistentVolumeSpec
 pointer volumeAttributesClassName volumeMode
 named accessModes []PersistentVolumeAccessMode ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod
 named capacity ResourceList
 named persistentVolumeReclaimPolicy PersistentVolumeReclaimPolicy Delete|Recycle|Retain
 named volumeMode PersistentVolumeMode Block|Filesystem
v1.PersistentVolumeStatus
 named phase PersistentVolumePhase Available|Bound|Failed|Pending|Released
v1.PodCondition
 plain observedGeneration
 written lastProbeTime lastTransitionTime
 named status ConditionStatus
 named type PodConditionType
v1.PodDNSConfigOption
 pointer value
v1.PodOS
 named name OSName
v1.PodReadinessGate
 named conditionType PodConditionType
v1.PodSecurityContext
 pointer fsGroupChangePolicy seLinuxChangePolicy supplementalGroupsPolicy
 named fsGroupChangePolicy PodFSGroupChangePolicy Always|OnRootMismatch
 named seLinuxChangePolicy PodSELinuxChangePolicy
 named supplementalGroupsPolicy SupplementalGroupsPolicy Merge|Strict
v1.PodResourceClaim
 pointer resourceClaimName resourceClaimTemplateName
v1.PodSpec
 plain hostIPC hostNetwork hostPID
 pointer hostnameOverride preemptionPolicy runtimeClassName
 named dnsPolicy DNSPolicy ClusterFirst|ClusterFirstWithHostNet|Default|None
 named overhead ResourceList
 named preemptionPolicy PreemptionPolicy Never|PreemptLowerPriority
 named restartPolicy RestartPolicy Always|Never|OnFailure
v1.PodStatus
 plain observedGeneration
 named allocatedResources ResourceList
 named phase PodPhase Failed|Pending|Running|Succeeded|Unknown
 named qosClass PodQOSClass BestEffort|Burstable|Guaranteed
 named resize PodResizeStatus
v1.PodTemplate
 written template
v1.PodTemplateSpec
 written metadata spec
v1.PortStatus
 pointer error
 named protocol Protocol SCTP|TCP|UDP
v1.PortworxVolumeSource
 plain readOnly
v1.Probe
 plain failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds
v1.QuobyteVolumeSource
 plain readOnly
v1.RBDPersistentVolumeSource
 plain readOnly
v1.RBDVolumeSource
 plain readOnly
v1.ReplicationControllerCondition
 written lastTransitionTime
 named status ConditionStatus
 named type ReplicationControllerConditionType
v1.ReplicationControllerSpec
 plain minReadySeconds
v1.ReplicationControllerStatus
 plain availableReplicas fullyLabeledReplicas observedGeneration readyReplicas
v1.ResourceFieldSelector
 written divisor
v1.ResourceQuotaSpec
 named hard ResourceList
 named scopes []ResourceQuotaScope BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass
v1.ResourceQuotaStatus
 named hard ResourceList
 named used ResourceList
v1.ResourceRequirements
 named limits ResourceList
 named requests ResourceList
v1.VolumeResourceRequirements
 named limits ResourceList
 named requests ResourceList
v1.ScaleIOPersistentVolumeSource
 null secretRef
 plain readOnly sslEnabled
v1.ScaleIOVolumeSource
 null secretRef
 plain readOnly sslEnabled
v1.ScopedResourceSelectorRequirement
 named operator ScopeSelectorOperator DoesNotExist|Exists|In|NotIn
 named scopeName ResourceQuotaScope BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass
v1.SeccompProfile
 pointer localhostProfile
 named type SeccompProfileType Localhost|RuntimeDefault|Unconfined
v1.Secret
 named type SecretType
v1.SecurityContext
 pointer procMount
 named procMount ProcMountType Default|Unmasked
v1.ServicePort
 plain nodePort
 pointer appProtocol
 named protocol Protocol SCTP|TCP|UDP
v1.ServiceSpec
 plain healthCheckNodePort publishNotReadyAddresses
 pointer internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution
 named externalTrafficPolicy ServiceExternalTrafficPolicy Cluster|Local
 named internalTrafficPolicy ServiceInternalTrafficPolicy Cluster|Local
 named ipFamilies []IPFamily |IPv4|IPv6
 named ipFamilyPolicy IPFamilyPolicy PreferDualStack|RequireDualStack|SingleStack
 named sessionAffinity ServiceAffinity ClientIP|None
 named type ServiceType ClusterIP|ExternalName|LoadBalancer|NodePort
v1.ServiceStatus
 written loadBalancer
v1.StorageOSPersistentVolumeSource
 plain readOnly
v1.StorageOSVolumeSource
 plain readOnly
v1.Taint
 named effect TaintEffect NoExecute|NoSchedule|PreferNoSchedule
v1.Toleration
 named effect TaintEffect NoExecute|NoSchedule|PreferNoSchedule
 named operator TolerationOperator Equal|Exists|Gt|Lt
v1.TopologySpreadConstraint
 pointer nodeAffinityPolicy nodeTaintsPolicy
 named nodeAffinityPolicy NodeInclusionPolicy Honor|Ignore
 named nodeTaintsPolicy NodeInclusionPolicy Honor|Ignore
 named whenUnsatisfiable UnsatisfiableConstraintAction DoNotSchedule|ScheduleAnyway
v1.TypedLocalObjectReference
 pointer apiGroup
v1.TypedObjectReference
 pointer apiGroup namespace
v1.VolumeMount
 plain readOnly
 pointer mountPropagation recursiveReadOnly
 named mountPropagation MountPropagationMode Bidirectional|HostToContainer|None
 named recursiveReadOnly RecursiveReadOnlyMode
v1.VolumeMountStatus
 plain readOnly
 pointer recursiveReadOnly
v1.WindowsSecurityContextOptions
 pointer gmsaCredentialSpec gmsaCredentialSpecName runAsUserName

"""#
}
