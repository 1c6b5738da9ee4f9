/// The fields of Kubernetes' internal Go types in the order of their declaration.
///
/// - Shape: one type a line; a field is `GoName=type`, where `*` marks a pointer, `[]` a list, `^Type` an embedded
///   struct, and `GoName@name` a field whose API name does not follow from the Go name.
/// - Source: kubernetes `pkg/apis/*/types.go`, v1.36.
enum InternalTypes {
    struct Field: Sendable {
        var goName: String
        var name: String
        var type: String
        var isPointer = false
        var isList = false
        var isEmbedded = false
    }

    static let table: [String: [Field]] = {
        var table: [String: [Field]] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            table[String(line[..<colon])] = line[line.index(after: colon)...].split(separator: " ").map(field)
        }
        return table
    }()

    private static func field(_ text: Substring) -> Field {
        if text.hasPrefix("^") { return Field(goName: "", name: "", type: String(text.dropFirst()), isEmbedded: true) }
        let parts = text.split(separator: "=", maxSplits: 1)
        let names = parts[0].split(separator: "@")
        var type = parts.count > 1 ? parts[1] : "s"
        let isPointer = type.hasPrefix("*")
        if isPointer { type = type.dropFirst() }
        let isList = type.hasPrefix("[]")
        if isList { type = type.dropFirst(2) }
        let goName = String(names[0])
        return Field(
            goName: goName, name: names.count > 1 ? String(names[1]) : apiName(goName), type: String(type), isPointer: isPointer, isList: isList)
    }

    /// `HTTPGet` is `httpGet`, `FSGroup` is `fsGroup`, `TTY` is `tty`.
    private static func apiName(_ goName: String) -> String {
        let characters = Array(goName)
        var capitals = 0
        while capitals < characters.count, characters[capitals].isUppercase { capitals += 1 }
        let lowered = capitals == characters.count ? capitals : max(1, capitals - 1)
        return String(characters[..<lowered]).lowercased() + String(characters[lowered...])
    }

    private static let text = """
        PodSpec:Volumes=[]Volume InitContainers=[]Container Containers=[]Container EphemeralContainers=[]EphemeralContainer RestartPolicy TerminationGracePeriodSeconds=*i ActiveDeadlineSeconds=*i DNSPolicy NodeSelector=map ServiceAccountName AutomountServiceAccountToken=*b NodeName SecurityContext=*PodSecurityContext ImagePullSecrets=[]LocalObjectReference Hostname Subdomain SetHostnameAsFQDN=*b Affinity=*Affinity SchedulerName Tolerations=[]Toleration HostAliases=[]HostAlias PriorityClassName Priority=*i PreemptionPolicy=*s DNSConfig=*PodDNSConfig ReadinessGates=[]PodReadinessGate RuntimeClassName=*s Overhead=resources EnableServiceLinks=*b TopologySpreadConstraints=[]TopologySpreadConstraint OS=*PodOS SchedulingGates=[]PodSchedulingGate ResourceClaims=[]PodResourceClaim Resources=*ResourceRequirements HostnameOverride=*s SchedulingGroup=*PodSchedulingGroup
        Container:Name Image Command=[]s Args=[]s WorkingDir Ports=[]ContainerPort EnvFrom=[]EnvFromSource Env=[]EnvVar Resources=ResourceRequirements ResizePolicy=[]ContainerResizePolicy RestartPolicy=*s RestartPolicyRules=[]ContainerRestartRule VolumeMounts=[]VolumeMount VolumeDevices=[]VolumeDevice LivenessProbe=*Probe ReadinessProbe=*Probe StartupProbe=*Probe Lifecycle=*Lifecycle TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext=*SecurityContext Stdin=b StdinOnce=b TTY=b
        EphemeralContainer:^Container TargetContainerName
        ContainerPort:Name HostPort=i ContainerPort=i Protocol HostIP
        EnvFromSource:Prefix ConfigMapRef=*ConfigMapEnvSource SecretRef=*SecretEnvSource
        ConfigMapEnvSource:Name Optional=*b
        SecretEnvSource:Name Optional=*b
        EnvVar:Name Value ValueFrom=*EnvVarSource
        EnvVarSource:FieldRef=*ObjectFieldSelector ResourceFieldRef=*ResourceFieldSelector ConfigMapKeyRef=*KeySelector SecretKeyRef=*KeySelector FileKeyRef=*FileKeySelector
        ObjectFieldSelector:APIVersion FieldPath
        ResourceFieldSelector:ContainerName Resource Divisor=quantity
        KeySelector:Name Key Optional=*b
        FileKeySelector:VolumeName Path Key Optional=*b
        ResourceRequirements:Limits=resources Requests=resources Claims=[]ResourceClaim
        VolumeResourceRequirements:Limits=resources Requests=resources
        ResourceClaim:Name Request
        ContainerResizePolicy:ResourceName RestartPolicy
        ContainerRestartRule:Action ExitCodes=*ContainerRestartRuleOnExitCodes
        ContainerRestartRuleOnExitCodes:Operator Values=[]i
        VolumeMount:Name ReadOnly=b RecursiveReadOnly=*s MountPath SubPath MountPropagation=*s SubPathExpr
        VolumeDevice:Name DevicePath
        Probe:Exec=*ExecAction HTTPGet=*HTTPGetAction TCPSocket=*TCPSocketAction GRPC=*GRPCAction InitialDelaySeconds=i TimeoutSeconds=i PeriodSeconds=i SuccessThreshold=i FailureThreshold=i TerminationGracePeriodSeconds=*i
        ExecAction:Command=[]s
        HTTPGetAction:Path Port=intOrString Host Scheme HTTPHeaders=[]HTTPHeader
        HTTPHeader:Name Value
        TCPSocketAction:Port=intOrString Host
        GRPCAction:Port=i Service=*s
        SleepAction:Seconds=i
        Lifecycle:PostStart=*LifecycleHandler PreStop=*LifecycleHandler StopSignal=*s
        LifecycleHandler:Exec=*ExecAction HTTPGet=*HTTPGetAction TCPSocket=*TCPSocketAction Sleep=*SleepAction
        SecurityContext:Capabilities=*Capabilities Privileged=*b SELinuxOptions=*SELinuxOptions WindowsOptions=*WindowsSecurityContextOptions RunAsUser=*i RunAsGroup=*i RunAsNonRoot=*b ReadOnlyRootFilesystem=*b AllowPrivilegeEscalation=*b ProcMount=*s SeccompProfile=*Profile AppArmorProfile=*Profile
        Capabilities:Add=[]s Drop=[]s
        SELinuxOptions:User Role Type Level
        WindowsSecurityContextOptions:GMSACredentialSpecName=*s GMSACredentialSpec=*s RunAsUserName=*s HostProcess=*b
        Profile:Type LocalhostProfile=*s
        PodSecurityContext:HostNetwork=b HostPID=b HostIPC=b ShareProcessNamespace=*b HostUsers=*b SELinuxOptions=*SELinuxOptions WindowsOptions=*WindowsSecurityContextOptions RunAsUser=*i RunAsGroup=*i RunAsNonRoot=*b SupplementalGroups=[]i SupplementalGroupsPolicy=*s FSGroup=*i FSGroupChangePolicy=*s Sysctls=[]Sysctl SeccompProfile=*Profile AppArmorProfile=*Profile SELinuxChangePolicy=*s
        Sysctl:Name Value
        LocalObjectReference:Name
        Affinity:NodeAffinity=*NodeAffinity PodAffinity=*PodAffinity PodAntiAffinity=*PodAffinity
        NodeAffinity:RequiredDuringSchedulingIgnoredDuringExecution=*NodeSelector PreferredDuringSchedulingIgnoredDuringExecution=[]PreferredSchedulingTerm
        NodeSelector:NodeSelectorTerms=[]NodeSelectorTerm
        NodeSelectorTerm:MatchExpressions=[]NodeSelectorRequirement MatchFields=[]NodeSelectorRequirement
        NodeSelectorRequirement:Key Operator Values=[]s
        PreferredSchedulingTerm:Weight=i Preference=NodeSelectorTerm
        PodAffinity:RequiredDuringSchedulingIgnoredDuringExecution=[]PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution=[]WeightedPodAffinityTerm
        PodAffinityTerm:LabelSelector=*LabelSelector Namespaces=[]s TopologyKey NamespaceSelector=*LabelSelector MatchLabelKeys=[]s MismatchLabelKeys=[]s
        WeightedPodAffinityTerm:Weight=i PodAffinityTerm=PodAffinityTerm
        Toleration:Key Operator Value Effect TolerationSeconds=*i
        HostAlias:IP Hostnames=[]s
        PodDNSConfig:Nameservers=[]s Searches=[]s Options=[]PodDNSConfigOption
        PodDNSConfigOption:Name Value=*s
        PodReadinessGate:ConditionType
        TopologySpreadConstraint:MaxSkew=i TopologyKey WhenUnsatisfiable LabelSelector=*LabelSelector MinDomains=*i NodeAffinityPolicy=*s NodeTaintsPolicy=*s MatchLabelKeys=[]s
        PodOS:Name
        PodSchedulingGate:Name
        PodResourceClaim:Name ResourceClaimName=*s ResourceClaimTemplateName=*s
        PodSchedulingGroup:PodGroupName=*s
        Volume:Name ^VolumeSource
        VolumeSource:HostPath=*HostPathVolumeSource EmptyDir=*EmptyDirVolumeSource GCEPersistentDisk=*raw AWSElasticBlockStore=*raw GitRepo=*GitRepoVolumeSource Secret=*SecretVolumeSource NFS=*NFSVolumeSource ISCSI=*raw Glusterfs=*raw PersistentVolumeClaim=*PersistentVolumeClaimVolumeSource RBD=*raw Quobyte=*raw FlexVolume=*raw Cinder=*raw CephFS@cephfs=*raw Flocker=*raw DownwardAPI=*DownwardAPIVolumeSource FC=*raw AzureFile=*raw ConfigMap=*ConfigMapVolumeSource VsphereVolume=*raw AzureDisk=*raw PhotonPersistentDisk=*raw Projected=*ProjectedVolumeSource PortworxVolume=*raw ScaleIO=*raw StorageOS@storageos=*raw CSI=*CSIVolumeSource Ephemeral=*EphemeralVolumeSource Image=*ImageVolumeSource
        HostPathVolumeSource:Path Type=*s
        EmptyDirVolumeSource:Medium SizeLimit=*quantity
        GitRepoVolumeSource:Repository Revision Directory
        SecretVolumeSource:SecretName Items=[]KeyToPath DefaultMode=*i Optional=*b
        KeyToPath:Key Path Mode=*i
        NFSVolumeSource:Server Path ReadOnly=b
        PersistentVolumeClaimVolumeSource:ClaimName ReadOnly=b
        DownwardAPIVolumeSource:Items=[]DownwardAPIVolumeFile DefaultMode=*i
        DownwardAPIVolumeFile:Path FieldRef=*ObjectFieldSelector ResourceFieldRef=*ResourceFieldSelector Mode=*i
        ConfigMapVolumeSource:Name Items=[]KeyToPath DefaultMode=*i Optional=*b
        ProjectedVolumeSource:Sources=[]VolumeProjection DefaultMode=*i
        VolumeProjection:Secret=*SecretProjection DownwardAPI=*DownwardAPIProjection ConfigMap=*SecretProjection ServiceAccountToken=*ServiceAccountTokenProjection ClusterTrustBundle=*ClusterTrustBundleProjection PodCertificate=*PodCertificateProjection
        SecretProjection:Name Items=[]KeyToPath Optional=*b
        DownwardAPIProjection:Items=[]DownwardAPIVolumeFile
        ServiceAccountTokenProjection:Audience ExpirationSeconds=i Path
        ClusterTrustBundleProjection:Name=*s SignerName=*s LabelSelector=*LabelSelector Optional=*b Path
        PodCertificateProjection:SignerName KeyType MaxExpirationSeconds=*i CredentialBundlePath KeyPath CertificateChainPath UserAnnotations=map
        CSIVolumeSource:Driver ReadOnly=*b FSType=*s VolumeAttributes=map NodePublishSecretRef=*LocalObjectReference
        EphemeralVolumeSource:VolumeClaimTemplate=*PersistentVolumeClaimTemplate
        PersistentVolumeClaimTemplate:Spec=PersistentVolumeClaimSpec
        ImageVolumeSource:Reference PullPolicy
        PersistentVolumeClaimSpec:AccessModes=[]s Selector=*LabelSelector Resources=VolumeResourceRequirements VolumeName StorageClassName=*s VolumeMode=*s DataSource=*TypedLocalObjectReference DataSourceRef=*TypedObjectReference VolumeAttributesClassName=*s
        TypedLocalObjectReference:APIGroup=*s Kind Name
        TypedObjectReference:APIGroup=*s Kind Name Namespace=*s
        ServicePort:Name Protocol AppProtocol=*s Port=i TargetPort=intOrString NodePort=i
        RoleRef:APIGroup Kind Name
        PodDisruptionBudgetSpec:MinAvailable=*intOrString Selector=*LabelSelector MaxUnavailable=*intOrString UnhealthyPodEvictionPolicy=*s
        PersistentVolumeSource:GCEPersistentDisk=*raw AWSElasticBlockStore=*raw HostPath=*HostPathVolumeSource Glusterfs=*raw NFS=*NFSVolumeSource RBD=*raw Quobyte=*raw ISCSI=*raw FlexVolume=*raw Cinder=*raw CephFS@cephfs=*raw FC=*raw Flocker=*raw AzureFile=*raw VsphereVolume=*raw AzureDisk=*raw PhotonPersistentDisk=*raw PortworxVolume=*raw ScaleIO=*raw Local=*LocalVolumeSource StorageOS@storageos=*raw CSI=*CSIPersistentVolumeSource
        LocalVolumeSource:Path FSType=*s
        CSIPersistentVolumeSource:Driver VolumeHandle ReadOnly=b FSType VolumeAttributes=map ControllerPublishSecretRef=*SecretReference NodeStageSecretRef=*SecretReference NodePublishSecretRef=*SecretReference ControllerExpandSecretRef=*SecretReference NodeExpandSecretRef=*SecretReference
        SecretReference:Name Namespace
        VolumeNodeAffinity:Required=*NodeSelector
        Taint:Key Value Effect TimeAdded=time
        PodFailurePolicy:Rules=[]PodFailurePolicyRule
        PodFailurePolicyRule:Action OnExitCodes=*PodFailurePolicyOnExitCodesRequirement OnPodConditions=[]PodFailurePolicyOnPodConditionsPattern
        PodFailurePolicyOnExitCodesRequirement:ContainerName=*s Operator Values=[]i
        PodFailurePolicyOnPodConditionsPattern:Type Status
        SuccessPolicy:Rules=[]SuccessPolicyRule
        SuccessPolicyRule:SucceededIndexes=*s SucceededCount=*i
        ObjectReference:Kind Namespace Name UID APIVersion ResourceVersion FieldPath
        EventSource:Component Host
        DeviceAttribute:IntValue@int=*i BoolValue@bool=*b StringValue@string=*s VersionValue@version=*s IntValues@ints=[]i BoolValues@bools=[]b StringValues@strings=[]s VersionValues@versions=[]s
        NonResourceAttributes:Path Verb
        CSINodeDriver:Name NodeID TopologyKeys=[]s Allocatable=*raw
        VolumeAttachmentSpec:Attacher Source=VolumeAttachmentSource NodeName
        VolumeAttachmentSource:PersistentVolumeName=*s InlineVolumeSpec=*raw
        """
}
