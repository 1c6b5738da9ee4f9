// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let coreTypes: StaticString = #"""
v1.AWSElasticBlockStoreVolumeSource
 fsType string
 partition int32
 readOnly bool
 volumeID string required
v1.Affinity
 nodeAffinity core.v1.NodeAffinity
 podAffinity core.v1.PodAffinity
 podAntiAffinity core.v1.PodAntiAffinity
v1.AppArmorProfile union=type
 localhostProfile string
 type string required
v1.AttachedVolume
 devicePath string required
 name string required
v1.AzureDiskVolumeSource
 cachingMode string
 diskName string required
 diskURI string required
 fsType string
 kind string
 readOnly bool
v1.AzureFilePersistentVolumeSource
 readOnly bool
 secretName string required
 secretNamespace string
 shareName string required
v1.AzureFileVolumeSource
 readOnly bool
 secretName string required
 shareName string required
v1.Binding kind=v1/Binding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 target core.v1.ObjectReference required
v1.CSIPersistentVolumeSource
 controllerExpandSecretRef core.v1.SecretReference
 controllerPublishSecretRef core.v1.SecretReference
 driver string required
 fsType string
 nodeExpandSecretRef core.v1.SecretReference
 nodePublishSecretRef core.v1.SecretReference
 nodeStageSecretRef core.v1.SecretReference
 readOnly bool
 volumeAttributes map:string
 volumeHandle string required
v1.CSIVolumeSource
 driver string required
 fsType string
 nodePublishSecretRef core.v1.LocalObjectReference
 readOnly bool
 volumeAttributes map:string
v1.Capabilities
 add []string list=atomic
 drop []string list=atomic
v1.CephFSPersistentVolumeSource
 monitors []string required list=atomic
 path string
 readOnly bool
 secretFile string
 secretRef core.v1.SecretReference
 user string
v1.CephFSVolumeSource
 monitors []string required list=atomic
 path string
 readOnly bool
 secretFile string
 secretRef core.v1.LocalObjectReference
 user string
v1.CinderPersistentVolumeSource
 fsType string
 readOnly bool
 secretRef core.v1.SecretReference
 volumeID string required
v1.CinderVolumeSource
 fsType string
 readOnly bool
 secretRef core.v1.LocalObjectReference
 volumeID string required
v1.ClientIPConfig
 timeoutSeconds int32
v1.ClusterTrustBundleProjection
 labelSelector meta.v1.LabelSelector
 name string
 optional bool
 path string required
 signerName string
v1.ComponentCondition
 error string
 message string
 status string required
 type string required
v1.ComponentStatus kind=v1/ComponentStatus
 apiVersion string
 conditions []core.v1.ComponentCondition list=map(type) patch=merge(type)
 kind string
 metadata meta.v1.ObjectMeta
v1.ComponentStatusList kind=v1/ComponentStatusList
 apiVersion string
 items []core.v1.ComponentStatus required
 kind string
 metadata meta.v1.ListMeta
v1.ConfigMap kind=v1/ConfigMap
 apiVersion string
 binaryData map:bytes
 data map:string
 immutable bool
 kind string
 metadata meta.v1.ObjectMeta
v1.ConfigMapEnvSource
 name string
 optional bool
v1.ConfigMapKeySelector atomic
 key string required
 name string
 optional bool
v1.ConfigMapList kind=v1/ConfigMapList
 apiVersion string
 items []core.v1.ConfigMap required
 kind string
 metadata meta.v1.ListMeta
v1.ConfigMapNodeConfigSource
 kubeletConfigKey string required
 name string required
 namespace string required
 resourceVersion string
 uid string
v1.ConfigMapProjection
 items []core.v1.KeyToPath list=atomic
 name string
 optional bool
v1.ConfigMapVolumeSource
 defaultMode int32
 items []core.v1.KeyToPath list=atomic
 name string
 optional bool
v1.Container
 args []string list=atomic
 command []string list=atomic
 env []core.v1.EnvVar list=map(name) patch=merge(name)
 envFrom []core.v1.EnvFromSource list=atomic
 image string
 imagePullPolicy string
 lifecycle core.v1.Lifecycle
 livenessProbe core.v1.Probe
 name string required
 ports []core.v1.ContainerPort list=map(containerPort,protocol) patch=merge(containerPort)
 readinessProbe core.v1.Probe
 resizePolicy []core.v1.ContainerResizePolicy list=atomic
 resources core.v1.ResourceRequirements
 restartPolicy string
 restartPolicyRules []core.v1.ContainerRestartRule list=atomic
 securityContext core.v1.SecurityContext
 startupProbe core.v1.Probe
 stdin bool
 stdinOnce bool
 terminationMessagePath string
 terminationMessagePolicy string
 tty bool
 volumeDevices []core.v1.VolumeDevice list=map(devicePath) patch=merge(devicePath)
 volumeMounts []core.v1.VolumeMount list=map(mountPath) patch=merge(mountPath)
 workingDir string
v1.ContainerExtendedResourceRequest
 containerName string required
 requestName string required
 resourceName string required
v1.ContainerImage
 names []string list=atomic
 sizeBytes int64
v1.ContainerPort
 containerPort int32 required
 hostIP string
 hostPort int32
 name string
 protocol string
v1.ContainerResizePolicy
 resourceName string required
 restartPolicy string required
v1.ContainerRestartRule
 action string required
 exitCodes core.v1.ContainerRestartRuleOnExitCodes
v1.ContainerRestartRuleOnExitCodes
 operator string required
 values []int32 list=set
v1.ContainerState
 running core.v1.ContainerStateRunning
 terminated core.v1.ContainerStateTerminated
 waiting core.v1.ContainerStateWaiting
v1.ContainerStateRunning
 startedAt Time
v1.ContainerStateTerminated
 containerID string
 exitCode int32 required
 finishedAt Time
 message string
 reason string
 signal int32
 startedAt Time
v1.ContainerStateWaiting
 message string
 reason string
v1.ContainerStatus
 allocatedResources map:Quantity
 allocatedResourcesStatus []core.v1.ResourceStatus list=map(name) patch=merge(name)
 containerID string
 image string required
 imageID string required
 lastState core.v1.ContainerState
 name string required
 ready bool required
 resources core.v1.ResourceRequirements
 restartCount int32 required
 started bool
 state core.v1.ContainerState
 stopSignal string
 user core.v1.ContainerUser
 volumeMounts []core.v1.VolumeMountStatus list=map(mountPath) patch=merge(mountPath)
v1.ContainerUser
 linux core.v1.LinuxContainerUser
v1.DaemonEndpoint
 Port int32 required
v1.DownwardAPIProjection
 items []core.v1.DownwardAPIVolumeFile list=atomic
v1.DownwardAPIVolumeFile
 fieldRef core.v1.ObjectFieldSelector
 mode int32
 path string required
 resourceFieldRef core.v1.ResourceFieldSelector
v1.DownwardAPIVolumeSource
 defaultMode int32
 items []core.v1.DownwardAPIVolumeFile list=atomic
v1.EmptyDirVolumeSource
 medium string
 sizeLimit Quantity
v1.EndpointAddress atomic
 hostname string
 ip string required
 nodeName string
 targetRef core.v1.ObjectReference
v1.EndpointPort atomic
 appProtocol string
 name string
 port int32 required
 protocol string
v1.EndpointSubset
 addresses []core.v1.EndpointAddress list=atomic
 notReadyAddresses []core.v1.EndpointAddress list=atomic
 ports []core.v1.EndpointPort list=atomic
v1.Endpoints kind=v1/Endpoints
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 subsets []core.v1.EndpointSubset list=atomic
v1.EndpointsList kind=v1/EndpointsList
 apiVersion string
 items []core.v1.Endpoints required
 kind string
 metadata meta.v1.ListMeta
v1.EnvFromSource
 configMapRef core.v1.ConfigMapEnvSource
 prefix string
 secretRef core.v1.SecretEnvSource
v1.EnvVar
 name string required
 value string
 valueFrom core.v1.EnvVarSource
v1.EnvVarSource
 configMapKeyRef core.v1.ConfigMapKeySelector
 fieldRef core.v1.ObjectFieldSelector
 fileKeyRef core.v1.FileKeySelector
 resourceFieldRef core.v1.ResourceFieldSelector
 secretKeyRef core.v1.SecretKeySelector
v1.EphemeralContainer
 args []string list=atomic
 command []string list=atomic
 env []core.v1.EnvVar list=map(name) patch=merge(name)
 envFrom []core.v1.EnvFromSource list=atomic
 image string
 imagePullPolicy string
 lifecycle core.v1.Lifecycle
 livenessProbe core.v1.Probe
 name string required
 ports []core.v1.ContainerPort list=map(containerPort,protocol) patch=merge(containerPort)
 readinessProbe core.v1.Probe
 resizePolicy []core.v1.ContainerResizePolicy list=atomic
 resources core.v1.ResourceRequirements
 restartPolicy string
 restartPolicyRules []core.v1.ContainerRestartRule list=atomic
 securityContext core.v1.SecurityContext
 startupProbe core.v1.Probe
 stdin bool
 stdinOnce bool
 targetContainerName string
 terminationMessagePath string
 terminationMessagePolicy string
 tty bool
 volumeDevices []core.v1.VolumeDevice list=map(devicePath) patch=merge(devicePath)
 volumeMounts []core.v1.VolumeMount list=map(mountPath) patch=merge(mountPath)
 workingDir string
v1.EphemeralVolumeSource
 volumeClaimTemplate core.v1.PersistentVolumeClaimTemplate
v1.Event kind=v1/Event
 action string
 apiVersion string
 count int32
 eventTime MicroTime
 firstTimestamp Time
 involvedObject core.v1.ObjectReference required
 kind string
 lastTimestamp Time
 message string
 metadata meta.v1.ObjectMeta required
 reason string
 related core.v1.ObjectReference
 reportingComponent string
 reportingInstance string
 series core.v1.EventSeries
 source core.v1.EventSource
 type string
v1.EventList kind=v1/EventList
 apiVersion string
 items []core.v1.Event required
 kind string
 metadata meta.v1.ListMeta
v1.EventSeries
 count int32
 lastObservedTime MicroTime
v1.EventSource
 component string
 host string
v1.ExecAction
 command []string list=atomic
v1.FCVolumeSource
 fsType string
 lun int32
 readOnly bool
 targetWWNs []string list=atomic
 wwids []string list=atomic
v1.FileKeySelector atomic
 key string required
 optional bool
 path string required
 volumeName string required
v1.FlexPersistentVolumeSource
 driver string required
 fsType string
 options map:string
 readOnly bool
 secretRef core.v1.SecretReference
v1.FlexVolumeSource
 driver string required
 fsType string
 options map:string
 readOnly bool
 secretRef core.v1.LocalObjectReference
v1.FlockerVolumeSource
 datasetName string
 datasetUUID string
v1.GCEPersistentDiskVolumeSource
 fsType string
 partition int32
 pdName string required
 readOnly bool
v1.GRPCAction
 port int32 required
 service string
v1.GitRepoVolumeSource
 directory string
 repository string required
 revision string
v1.GlusterfsPersistentVolumeSource
 endpoints string required
 endpointsNamespace string
 path string required
 readOnly bool
v1.GlusterfsVolumeSource
 endpoints string required
 path string required
 readOnly bool
v1.HTTPGetAction
 host string
 httpHeaders []core.v1.HTTPHeader list=atomic
 path string
 port IntOrString required
 scheme string
v1.HTTPHeader
 name string required
 value string required
v1.HostAlias
 hostnames []string list=atomic
 ip string required
v1.HostIP
 ip string required
v1.HostPathVolumeSource
 path string required
 type string
v1.ISCSIPersistentVolumeSource
 chapAuthDiscovery bool
 chapAuthSession bool
 fsType string
 initiatorName string
 iqn string required
 iscsiInterface string
 lun int32 required
 portals []string list=atomic
 readOnly bool
 secretRef core.v1.SecretReference
 targetPortal string required
v1.ISCSIVolumeSource
 chapAuthDiscovery bool
 chapAuthSession bool
 fsType string
 initiatorName string
 iqn string required
 iscsiInterface string
 lun int32 required
 portals []string list=atomic
 readOnly bool
 secretRef core.v1.LocalObjectReference
 targetPortal string required
v1.ImageVolumeSource
 pullPolicy string
 reference string
v1.ImageVolumeStatus
 imageRef string required
v1.KeyToPath
 key string required
 mode int32
 path string required
v1.Lifecycle
 postStart core.v1.LifecycleHandler
 preStop core.v1.LifecycleHandler
 stopSignal string
v1.LifecycleHandler
 exec core.v1.ExecAction
 httpGet core.v1.HTTPGetAction
 sleep core.v1.SleepAction
 tcpSocket core.v1.TCPSocketAction
v1.LimitRange kind=v1/LimitRange
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.LimitRangeSpec
v1.LimitRangeItem
 default map:Quantity
 defaultRequest map:Quantity
 max map:Quantity
 maxLimitRequestRatio map:Quantity
 min map:Quantity
 type string required
v1.LimitRangeList kind=v1/LimitRangeList
 apiVersion string
 items []core.v1.LimitRange required
 kind string
 metadata meta.v1.ListMeta
v1.LimitRangeSpec
 limits []core.v1.LimitRangeItem required list=atomic
v1.LinuxContainerUser
 gid int64 required
 supplementalGroups []int64 list=atomic
 uid int64 required
v1.LoadBalancerIngress
 hostname string
 ip string
 ipMode string
 ports []core.v1.PortStatus list=atomic
v1.LoadBalancerStatus
 ingress []core.v1.LoadBalancerIngress list=atomic
v1.LocalObjectReference atomic
 name string
v1.LocalVolumeSource
 fsType string
 path string required
v1.ModifyVolumeStatus
 status string required
 targetVolumeAttributesClassName string
v1.NFSVolumeSource
 path string required
 readOnly bool
 server string required
v1.Namespace kind=v1/Namespace
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.NamespaceSpec
 status core.v1.NamespaceStatus
v1.NamespaceCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.NamespaceList kind=v1/NamespaceList
 apiVersion string
 items []core.v1.Namespace required
 kind string
 metadata meta.v1.ListMeta
v1.NamespaceSpec
 finalizers []string list=atomic
v1.NamespaceStatus
 conditions []core.v1.NamespaceCondition list=map(type) patch=merge(type)
 phase string
v1.Node kind=v1/Node
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.NodeSpec
 status core.v1.NodeStatus
v1.NodeAddress
 address string required
 type string required
v1.NodeAffinity
 preferredDuringSchedulingIgnoredDuringExecution []core.v1.PreferredSchedulingTerm list=atomic
 requiredDuringSchedulingIgnoredDuringExecution core.v1.NodeSelector
v1.NodeAllocatableResourceClaimStatus
 containers []string list=set
 resourceClaimName string required
 resources map:Quantity required
v1.NodeCondition
 lastHeartbeatTime Time
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.NodeConfigSource
 configMap core.v1.ConfigMapNodeConfigSource
v1.NodeConfigStatus
 active core.v1.NodeConfigSource
 assigned core.v1.NodeConfigSource
 error string
 lastKnownGood core.v1.NodeConfigSource
v1.NodeDaemonEndpoints
 kubeletEndpoint core.v1.DaemonEndpoint
v1.NodeFeatures
 supplementalGroupsPolicy bool
v1.NodeList kind=v1/NodeList
 apiVersion string
 items []core.v1.Node required
 kind string
 metadata meta.v1.ListMeta
v1.NodeRuntimeHandler
 features core.v1.NodeRuntimeHandlerFeatures
 name string
v1.NodeRuntimeHandlerFeatures
 recursiveReadOnlyMounts bool
 userNamespaces bool
v1.NodeSelector atomic
 nodeSelectorTerms []core.v1.NodeSelectorTerm required list=atomic
v1.NodeSelectorRequirement
 key string required
 operator string required
 values []string list=atomic
v1.NodeSelectorTerm atomic
 matchExpressions []core.v1.NodeSelectorRequirement list=atomic
 matchFields []core.v1.NodeSelectorRequirement list=atomic
v1.NodeSpec
 configSource core.v1.NodeConfigSource
 externalID string
 podCIDR string
 podCIDRs []string list=set patch=merge
 providerID string
 taints []core.v1.Taint list=atomic
 unschedulable bool
v1.NodeStatus
 addresses []core.v1.NodeAddress list=map(type) patch=merge(type)
 allocatable map:Quantity
 capacity map:Quantity
 conditions []core.v1.NodeCondition list=map(type) patch=merge(type)
 config core.v1.NodeConfigStatus
 daemonEndpoints core.v1.NodeDaemonEndpoints
 declaredFeatures []string list=atomic
 features core.v1.NodeFeatures
 images []core.v1.ContainerImage list=atomic
 nodeInfo core.v1.NodeSystemInfo
 phase string
 runtimeHandlers []core.v1.NodeRuntimeHandler list=atomic
 volumesAttached []core.v1.AttachedVolume list=atomic
 volumesInUse []string list=atomic
v1.NodeSwapStatus
 capacity int64
v1.NodeSystemInfo
 architecture string required
 bootID string required
 containerRuntimeVersion string required
 kernelVersion string required
 kubeProxyVersion string required
 kubeletVersion string required
 machineID string required
 operatingSystem string required
 osImage string required
 swap core.v1.NodeSwapStatus
 systemUUID string required
v1.ObjectFieldSelector atomic
 apiVersion string
 fieldPath string required
v1.ObjectReference atomic
 apiVersion string
 fieldPath string
 kind string
 name string
 namespace string
 resourceVersion string
 uid string
v1.PersistentVolume kind=v1/PersistentVolume
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeSpec
 status core.v1.PersistentVolumeStatus
v1.PersistentVolumeClaim kind=v1/PersistentVolumeClaim
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeClaimSpec
 status core.v1.PersistentVolumeClaimStatus
v1.PersistentVolumeClaimCondition
 lastProbeTime Time
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.PersistentVolumeClaimList kind=v1/PersistentVolumeClaimList
 apiVersion string
 items []core.v1.PersistentVolumeClaim required
 kind string
 metadata meta.v1.ListMeta
v1.PersistentVolumeClaimSpec
 accessModes []string list=atomic
 dataSource core.v1.TypedLocalObjectReference
 dataSourceRef core.v1.TypedObjectReference
 resources core.v1.VolumeResourceRequirements
 selector meta.v1.LabelSelector
 storageClassName string
 volumeAttributesClassName string
 volumeMode string
 volumeName string
v1.PersistentVolumeClaimStatus
 accessModes []string list=atomic
 allocatedResourceStatuses map:string map=granular
 allocatedResources map:Quantity
 capacity map:Quantity
 conditions []core.v1.PersistentVolumeClaimCondition list=map(type) patch=merge(type)
 currentVolumeAttributesClassName string
 modifyVolumeStatus core.v1.ModifyVolumeStatus
 phase string
v1.PersistentVolumeClaimTemplate
 metadata meta.v1.ObjectMeta
 spec core.v1.PersistentVolumeClaimSpec required
v1.PersistentVolumeClaimVolumeSource
 claimName string required
 readOnly bool
v1.PersistentVolumeList kind=v1/PersistentVolumeList
 apiVersion string
 items []core.v1.PersistentVolume required
 kind string
 metadata meta.v1.ListMeta
v1.PersistentVolumeSpec
 accessModes []string list=atomic
 awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource
 azureDisk core.v1.AzureDiskVolumeSource
 azureFile core.v1.AzureFilePersistentVolumeSource
 capacity map:Quantity
 cephfs core.v1.CephFSPersistentVolumeSource
 cinder core.v1.CinderPersistentVolumeSource
 claimRef core.v1.ObjectReference map=granular
 csi core.v1.CSIPersistentVolumeSource
 fc core.v1.FCVolumeSource
 flexVolume core.v1.FlexPersistentVolumeSource
 flocker core.v1.FlockerVolumeSource
 gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource
 glusterfs core.v1.GlusterfsPersistentVolumeSource
 hostPath core.v1.HostPathVolumeSource
 iscsi core.v1.ISCSIPersistentVolumeSource
 local core.v1.LocalVolumeSource
 mountOptions []string list=atomic
 nfs core.v1.NFSVolumeSource
 nodeAffinity core.v1.VolumeNodeAffinity
 persistentVolumeReclaimPolicy string
 photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource
 portworxVolume core.v1.PortworxVolumeSource
 quobyte core.v1.QuobyteVolumeSource
 rbd core.v1.RBDPersistentVolumeSource
 scaleIO core.v1.ScaleIOPersistentVolumeSource
 storageClassName string
 storageos core.v1.StorageOSPersistentVolumeSource
 volumeAttributesClassName string
 volumeMode string
 vsphereVolume core.v1.VsphereVirtualDiskVolumeSource
v1.PersistentVolumeStatus
 lastPhaseTransitionTime Time
 message string
 phase string
 reason string
v1.PhotonPersistentDiskVolumeSource
 fsType string
 pdID string required
v1.Pod kind=v1/Pod
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.PodSpec
 status core.v1.PodStatus
v1.PodAffinity
 preferredDuringSchedulingIgnoredDuringExecution []core.v1.WeightedPodAffinityTerm list=atomic
 requiredDuringSchedulingIgnoredDuringExecution []core.v1.PodAffinityTerm list=atomic
v1.PodAffinityTerm
 labelSelector meta.v1.LabelSelector
 matchLabelKeys []string list=atomic
 mismatchLabelKeys []string list=atomic
 namespaceSelector meta.v1.LabelSelector
 namespaces []string list=atomic
 topologyKey string required
v1.PodAntiAffinity
 preferredDuringSchedulingIgnoredDuringExecution []core.v1.WeightedPodAffinityTerm list=atomic
 requiredDuringSchedulingIgnoredDuringExecution []core.v1.PodAffinityTerm list=atomic
v1.PodCertificateProjection
 certificateChainPath string
 credentialBundlePath string
 keyPath string
 keyType string required
 maxExpirationSeconds int32
 signerName string required
 userAnnotations map:string
v1.PodCondition
 lastProbeTime Time
 lastTransitionTime Time
 message string
 observedGeneration int64
 reason string
 status string required
 type string required
v1.PodDNSConfig
 nameservers []string list=atomic
 options []core.v1.PodDNSConfigOption list=atomic
 searches []string list=atomic
v1.PodDNSConfigOption
 name string
 value string
v1.PodExtendedResourceClaimStatus
 requestMappings []core.v1.ContainerExtendedResourceRequest required list=atomic
 resourceClaimName string required
v1.PodIP
 ip string required
v1.PodList kind=v1/PodList
 apiVersion string
 items []core.v1.Pod required
 kind string
 metadata meta.v1.ListMeta
v1.PodOS
 name string required
v1.PodReadinessGate
 conditionType string required
v1.PodResourceClaim
 name string required
 resourceClaimName string
 resourceClaimTemplateName string
v1.PodResourceClaimStatus
 name string required
 resourceClaimName string
v1.PodSchedulingGate
 name string required
v1.PodSchedulingGroup
 podGroupName string
v1.PodSecurityContext
 appArmorProfile core.v1.AppArmorProfile
 fsGroup int64
 fsGroupChangePolicy string
 runAsGroup int64
 runAsNonRoot bool
 runAsUser int64
 seLinuxChangePolicy string
 seLinuxOptions core.v1.SELinuxOptions
 seccompProfile core.v1.SeccompProfile
 supplementalGroups []int64 list=atomic
 supplementalGroupsPolicy string
 sysctls []core.v1.Sysctl list=atomic
 windowsOptions core.v1.WindowsSecurityContextOptions
v1.PodSpec
 activeDeadlineSeconds int64
 affinity core.v1.Affinity
 automountServiceAccountToken bool
 containers []core.v1.Container required list=map(name) patch=merge(name)
 dnsConfig core.v1.PodDNSConfig
 dnsPolicy string
 enableServiceLinks bool
 ephemeralContainers []core.v1.EphemeralContainer list=map(name) patch=merge(name)
 hostAliases []core.v1.HostAlias list=map(ip) patch=merge(ip)
 hostIPC bool
 hostNetwork bool
 hostPID bool
 hostUsers bool
 hostname string
 hostnameOverride string
 imagePullSecrets []core.v1.LocalObjectReference list=map(name) patch=merge(name)
 initContainers []core.v1.Container list=map(name) patch=merge(name)
 nodeName string
 nodeSelector map:string map=atomic
 os core.v1.PodOS
 overhead map:Quantity
 preemptionPolicy string
 priority int32
 priorityClassName string
 readinessGates []core.v1.PodReadinessGate list=atomic
 resourceClaims []core.v1.PodResourceClaim list=map(name) patch=merge,retainKeys(name)
 resources core.v1.ResourceRequirements
 restartPolicy string
 runtimeClassName string
 schedulerName string
 schedulingGates []core.v1.PodSchedulingGate list=map(name) patch=merge(name)
 schedulingGroup core.v1.PodSchedulingGroup
 securityContext core.v1.PodSecurityContext
 serviceAccount string
 serviceAccountName string
 setHostnameAsFQDN bool
 shareProcessNamespace bool
 subdomain string
 terminationGracePeriodSeconds int64
 tolerations []core.v1.Toleration list=atomic
 topologySpreadConstraints []core.v1.TopologySpreadConstraint list=map(topologyKey,whenUnsatisfiable) patch=merge(topologyKey)
 volumes []core.v1.Volume list=map(name) patch=merge,retainKeys(name)
v1.PodStatus
 allocatedResources map:Quantity
 conditions []core.v1.PodCondition list=map(type) patch=merge(type)
 containerStatuses []core.v1.ContainerStatus list=atomic
 ephemeralContainerStatuses []core.v1.ContainerStatus list=atomic
 extendedResourceClaimStatus core.v1.PodExtendedResourceClaimStatus
 hostIP string
 hostIPs []core.v1.HostIP list=atomic patch=merge(ip)
 initContainerStatuses []core.v1.ContainerStatus list=atomic
 message string
 nodeAllocatableResourceClaimStatuses []core.v1.NodeAllocatableResourceClaimStatus list=atomic
 nominatedNodeName string
 observedGeneration int64
 phase string
 podIP string
 podIPs []core.v1.PodIP list=map(ip) patch=merge(ip)
 qosClass string
 reason string
 resize string
 resourceClaimStatuses []core.v1.PodResourceClaimStatus list=map(name) patch=merge,retainKeys(name)
 resources core.v1.ResourceRequirements
 startTime Time
v1.PodTemplate kind=v1/PodTemplate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 template core.v1.PodTemplateSpec
v1.PodTemplateList kind=v1/PodTemplateList
 apiVersion string
 items []core.v1.PodTemplate required
 kind string
 metadata meta.v1.ListMeta
v1.PodTemplateSpec
 metadata meta.v1.ObjectMeta
 spec core.v1.PodSpec
v1.PortStatus
 error string
 port int32 required
 protocol string required
v1.PortworxVolumeSource
 fsType string
 readOnly bool
 volumeID string required
v1.PreferredSchedulingTerm
 preference core.v1.NodeSelectorTerm required
 weight int32 required
v1.Probe
 exec core.v1.ExecAction
 failureThreshold int32
 grpc core.v1.GRPCAction
 httpGet core.v1.HTTPGetAction
 initialDelaySeconds int32
 periodSeconds int32
 successThreshold int32
 tcpSocket core.v1.TCPSocketAction
 terminationGracePeriodSeconds int64
 timeoutSeconds int32
v1.ProjectedVolumeSource
 defaultMode int32
 sources []core.v1.VolumeProjection list=atomic
v1.QuobyteVolumeSource
 group string
 readOnly bool
 registry string required
 tenant string
 user string
 volume string required
v1.RBDPersistentVolumeSource
 fsType string
 image string required
 keyring string
 monitors []string required list=atomic
 pool string
 readOnly bool
 secretRef core.v1.SecretReference
 user string
v1.RBDVolumeSource
 fsType string
 image string required
 keyring string
 monitors []string required list=atomic
 pool string
 readOnly bool
 secretRef core.v1.LocalObjectReference
 user string
v1.ReplicationController kind=v1/ReplicationController
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.ReplicationControllerSpec
 status core.v1.ReplicationControllerStatus
v1.ReplicationControllerCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.ReplicationControllerList kind=v1/ReplicationControllerList
 apiVersion string
 items []core.v1.ReplicationController required
 kind string
 metadata meta.v1.ListMeta
v1.ReplicationControllerSpec
 minReadySeconds int32
 replicas int32
 selector map:string map=atomic
 template core.v1.PodTemplateSpec
v1.ReplicationControllerStatus
 availableReplicas int32
 conditions []core.v1.ReplicationControllerCondition list=map(type) patch=merge(type)
 fullyLabeledReplicas int32
 observedGeneration int64
 readyReplicas int32
 replicas int32 required
v1.ResourceClaim
 name string required
 request string
v1.ResourceFieldSelector atomic
 containerName string
 divisor Quantity
 resource string required
v1.ResourceHealth
 health string
 message string
 resourceID string required
v1.ResourceQuota kind=v1/ResourceQuota
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.ResourceQuotaSpec
 status core.v1.ResourceQuotaStatus
v1.ResourceQuotaList kind=v1/ResourceQuotaList
 apiVersion string
 items []core.v1.ResourceQuota required
 kind string
 metadata meta.v1.ListMeta
v1.ResourceQuotaSpec
 hard map:Quantity
 scopeSelector core.v1.ScopeSelector
 scopes []string list=atomic
v1.ResourceQuotaStatus
 hard map:Quantity
 used map:Quantity
v1.ResourceRequirements
 claims []core.v1.ResourceClaim list=map(name)
 limits map:Quantity
 requests map:Quantity
v1.ResourceStatus
 name string required
 resources []core.v1.ResourceHealth list=map(resourceID)
v1.SELinuxOptions
 level string
 role string
 type string
 user string
v1.ScaleIOPersistentVolumeSource
 fsType string
 gateway string required
 protectionDomain string
 readOnly bool
 secretRef core.v1.SecretReference required
 sslEnabled bool
 storageMode string
 storagePool string
 system string required
 volumeName string
v1.ScaleIOVolumeSource
 fsType string
 gateway string required
 protectionDomain string
 readOnly bool
 secretRef core.v1.LocalObjectReference required
 sslEnabled bool
 storageMode string
 storagePool string
 system string required
 volumeName string
v1.ScopeSelector atomic
 matchExpressions []core.v1.ScopedResourceSelectorRequirement list=atomic
v1.ScopedResourceSelectorRequirement
 operator string required
 scopeName string required
 values []string list=atomic
v1.SeccompProfile union=type
 localhostProfile string
 type string required
v1.Secret kind=v1/Secret
 apiVersion string
 data map:bytes
 immutable bool
 kind string
 metadata meta.v1.ObjectMeta
 stringData map:string
 type string
v1.SecretEnvSource
 name string
 optional bool
v1.SecretKeySelector atomic
 key string required
 name string
 optional bool
v1.SecretList kind=v1/SecretList
 apiVersion string
 items []core.v1.Secret required
 kind string
 metadata meta.v1.ListMeta
v1.SecretProjection
 items []core.v1.KeyToPath list=atomic
 name string
 optional bool
v1.SecretReference atomic
 name string
 namespace string
v1.SecretVolumeSource
 defaultMode int32
 items []core.v1.KeyToPath list=atomic
 optional bool
 secretName string
v1.SecurityContext
 allowPrivilegeEscalation bool
 appArmorProfile core.v1.AppArmorProfile
 capabilities core.v1.Capabilities
 privileged bool
 procMount string
 readOnlyRootFilesystem bool
 runAsGroup int64
 runAsNonRoot bool
 runAsUser int64
 seLinuxOptions core.v1.SELinuxOptions
 seccompProfile core.v1.SeccompProfile
 windowsOptions core.v1.WindowsSecurityContextOptions
v1.Service kind=v1/Service
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec core.v1.ServiceSpec
 status core.v1.ServiceStatus
v1.ServiceAccount kind=v1/ServiceAccount
 apiVersion string
 automountServiceAccountToken bool
 imagePullSecrets []core.v1.LocalObjectReference list=atomic
 kind string
 metadata meta.v1.ObjectMeta
 secrets []core.v1.ObjectReference list=map(name) patch=merge(name)
v1.ServiceAccountList kind=v1/ServiceAccountList
 apiVersion string
 items []core.v1.ServiceAccount required
 kind string
 metadata meta.v1.ListMeta
v1.ServiceAccountTokenProjection
 audience string
 expirationSeconds int64
 path string required
v1.ServiceList kind=v1/ServiceList
 apiVersion string
 items []core.v1.Service required
 kind string
 metadata meta.v1.ListMeta
v1.ServicePort
 appProtocol string
 name string
 nodePort int32
 port int32 required
 protocol string
 targetPort IntOrString
v1.ServiceSpec
 allocateLoadBalancerNodePorts bool
 clusterIP string
 clusterIPs []string list=atomic
 externalIPs []string list=atomic
 externalName string
 externalTrafficPolicy string
 healthCheckNodePort int32
 internalTrafficPolicy string
 ipFamilies []string list=atomic
 ipFamilyPolicy string
 loadBalancerClass string
 loadBalancerIP string
 loadBalancerSourceRanges []string list=atomic
 ports []core.v1.ServicePort list=map(port,protocol) patch=merge(port)
 publishNotReadyAddresses bool
 selector map:string map=atomic
 sessionAffinity string
 sessionAffinityConfig core.v1.SessionAffinityConfig
 trafficDistribution string
 type string
v1.ServiceStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
 loadBalancer core.v1.LoadBalancerStatus
v1.SessionAffinityConfig
 clientIP core.v1.ClientIPConfig
v1.SleepAction
 seconds int64 required
v1.StorageOSPersistentVolumeSource
 fsType string
 readOnly bool
 secretRef core.v1.ObjectReference
 volumeName string
 volumeNamespace string
v1.StorageOSVolumeSource
 fsType string
 readOnly bool
 secretRef core.v1.LocalObjectReference
 volumeName string
 volumeNamespace string
v1.Sysctl
 name string required
 value string required
v1.TCPSocketAction
 host string
 port IntOrString required
v1.Taint
 effect string required
 key string required
 timeAdded Time
 value string
v1.Toleration
 effect string
 key string
 operator string
 tolerationSeconds int64
 value string
v1.TopologySelectorLabelRequirement
 key string required
 values []string required list=atomic
v1.TopologySelectorTerm atomic
 matchLabelExpressions []core.v1.TopologySelectorLabelRequirement list=atomic
v1.TopologySpreadConstraint
 labelSelector meta.v1.LabelSelector
 matchLabelKeys []string list=atomic
 maxSkew int32 required
 minDomains int32
 nodeAffinityPolicy string
 nodeTaintsPolicy string
 topologyKey string required
 whenUnsatisfiable string required
v1.TypedLocalObjectReference atomic
 apiGroup string
 kind string required
 name string required
v1.TypedObjectReference
 apiGroup string
 kind string required
 name string required
 namespace string
v1.Volume
 awsElasticBlockStore core.v1.AWSElasticBlockStoreVolumeSource
 azureDisk core.v1.AzureDiskVolumeSource
 azureFile core.v1.AzureFileVolumeSource
 cephfs core.v1.CephFSVolumeSource
 cinder core.v1.CinderVolumeSource
 configMap core.v1.ConfigMapVolumeSource
 csi core.v1.CSIVolumeSource
 downwardAPI core.v1.DownwardAPIVolumeSource
 emptyDir core.v1.EmptyDirVolumeSource
 ephemeral core.v1.EphemeralVolumeSource
 fc core.v1.FCVolumeSource
 flexVolume core.v1.FlexVolumeSource
 flocker core.v1.FlockerVolumeSource
 gcePersistentDisk core.v1.GCEPersistentDiskVolumeSource
 gitRepo core.v1.GitRepoVolumeSource
 glusterfs core.v1.GlusterfsVolumeSource
 hostPath core.v1.HostPathVolumeSource
 image core.v1.ImageVolumeSource
 iscsi core.v1.ISCSIVolumeSource
 name string required
 nfs core.v1.NFSVolumeSource
 persistentVolumeClaim core.v1.PersistentVolumeClaimVolumeSource
 photonPersistentDisk core.v1.PhotonPersistentDiskVolumeSource
 portworxVolume core.v1.PortworxVolumeSource
 projected core.v1.ProjectedVolumeSource
 quobyte core.v1.QuobyteVolumeSource
 rbd core.v1.RBDVolumeSource
 scaleIO core.v1.ScaleIOVolumeSource
 secret core.v1.SecretVolumeSource
 storageos core.v1.StorageOSVolumeSource
 vsphereVolume core.v1.VsphereVirtualDiskVolumeSource
v1.VolumeDevice
 devicePath string required
 name string required
v1.VolumeMount
 mountPath string required
 mountPropagation string
 name string required
 readOnly bool
 recursiveReadOnly string
 subPath string
 subPathExpr string
v1.VolumeMountStatus
 mountPath string required
 name string required
 readOnly bool
 recursiveReadOnly string
 volumeStatus core.v1.VolumeStatus
v1.VolumeNodeAffinity
 required core.v1.NodeSelector
v1.VolumeProjection
 clusterTrustBundle core.v1.ClusterTrustBundleProjection
 configMap core.v1.ConfigMapProjection
 downwardAPI core.v1.DownwardAPIProjection
 podCertificate core.v1.PodCertificateProjection
 secret core.v1.SecretProjection
 serviceAccountToken core.v1.ServiceAccountTokenProjection
v1.VolumeResourceRequirements
 limits map:Quantity
 requests map:Quantity
v1.VolumeStatus
 image core.v1.ImageVolumeStatus
v1.VsphereVirtualDiskVolumeSource
 fsType string
 storagePolicyID string
 storagePolicyName string
 volumePath string required
v1.WeightedPodAffinityTerm
 podAffinityTerm core.v1.PodAffinityTerm required
 weight int32 required
v1.WindowsSecurityContextOptions
 gmsaCredentialSpec string
 gmsaCredentialSpecName string
 hostProcess bool
 runAsUserName string

"""#
}
