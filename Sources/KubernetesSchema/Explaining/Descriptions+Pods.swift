extension Descriptions {
    static let podTable: StaticString = #"""
core.v1.Affinity Rules that draw a pod to nodes or other pods, or keep it away.
 nodeAffinity Rules on the labels of nodes.
 podAffinity Be near pods that match.
 podAntiAffinity Keep away from pods that match.
core.v1.NodeAffinity Rules on the labels of nodes.
 preferredDuringSchedulingIgnoredDuringExecution Rules that count as weights when a node is chosen.
 requiredDuringSchedulingIgnoredDuringExecution Rules that must hold when the pod is placed.
core.v1.PodAffinity Be near pods that match.
 preferredDuringSchedulingIgnoredDuringExecution Rules that count as weights when a node is chosen.
 requiredDuringSchedulingIgnoredDuringExecution Rules that must hold when the pod is placed.
core.v1.PodAntiAffinity Keep away from pods that match.
 preferredDuringSchedulingIgnoredDuringExecution Rules that count as weights when a node is chosen.
 requiredDuringSchedulingIgnoredDuringExecution Rules that must hold when the pod is placed.
core.v1.PodAffinityTerm Which pods are meant, and what counts as near.
 labelSelector The pods that are meant.
 matchLabelKeys Labels whose value must be that of the pod itself.
 mismatchLabelKeys Labels whose value must differ from that of the pod itself.
 namespaceSelector The namespaces that are searched, by label.
 namespaces The namespaces that are searched; the pod's own by default.
 topologyKey The label of nodes that says what counts as one place, such as a zone.
core.v1.WeightedPodAffinityTerm A wish for a place near or far from pods.
 podAffinityTerm Which pods are meant.
 weight How much the wish counts, from 1 to 100.
core.v1.NodeSelector Terms of which one must match.
 nodeSelectorTerms The terms.
core.v1.NodeSelectorTerm Conditions that must all hold.
 matchExpressions Conditions on labels.
 matchFields Conditions on fields; only metadata.name is known.
core.v1.NodeSelectorRequirement One condition on a node's label or field.
 key The label's key or the field's name.
 operator In, NotIn, Exists, DoesNotExist, Gt or Lt.
 values The values to compare with.
core.v1.PreferredSchedulingTerm A wish for a kind of node.
 preference The nodes that are wished for.
 weight How much the wish counts, from 1 to 100.
core.v1.TopologySpreadConstraint How evenly pods are spread over places.
 labelSelector The pods that are counted.
 matchLabelKeys Labels whose value must be that of the pod itself.
 maxSkew How much the counts of two places may differ.
 minDomains How many places there must be.
 nodeAffinityPolicy Whether the pod's node affinity counts when places are found.
 nodeTaintsPolicy Whether taints count when places are found.
 topologyKey The label of nodes that says what counts as one place.
 whenUnsatisfiable Whether a pod that would break the rule waits or is placed all the same.
core.v1.PodSecurityContext Security settings for all containers of a pod.
 appArmorProfile The AppArmor profile.
 fsGroup The group that owns the files of volumes.
 fsGroupChangePolicy When the owner of volumes' files is changed.
 runAsGroup The group that processes run as.
 runAsNonRoot Whether running as root is refused.
 runAsUser The user that processes run as.
 seLinuxOptions The SELinux label.
 seccompProfile The system calls that are allowed.
 supplementalGroups Further groups of the processes.
 sysctls Kernel settings of the pod.
core.v1.SecurityContext Security settings of one container.
 allowPrivilegeEscalation Whether a process may get more rights than its parent.
 appArmorProfile The AppArmor profile.
 capabilities Rights of root that are added or taken away.
 privileged Whether the container has the rights of root on the node.
 procMount How /proc is mounted.
 readOnlyRootFilesystem Whether the container's own files cannot be written.
 runAsGroup The group that processes run as.
 runAsNonRoot Whether running as root is refused.
 runAsUser The user that processes run as.
 seLinuxOptions The SELinux label.
 seccompProfile The system calls that are allowed.
core.v1.Capabilities Rights of root.
 add Those that are given.
 drop Those that are taken away.
core.v1.SeccompProfile Which system calls are allowed.
 localhostProfile A profile's file on the node.
 type RuntimeDefault, Unconfined or Localhost.
core.v1.Lifecycle What to do around the life of a container.
 postStart Done right after the start.
 preStop Done before the container is asked to stop.
 stopSignal The signal that asks it to stop.
core.v1.LifecycleHandler One thing to do.
 exec Runs a command in the container.
 httpGet Sends a request.
 sleep Waits.
 tcpSocket Opens a connection; kept for old objects.
core.v1.ExecAction A command in the container.
 command The program and its arguments; no shell is involved.
core.v1.HTTPGetAction A request to the container.
 host The host to connect to; the pod by default.
 httpHeaders Headers to send.
 path The path to ask for.
 port The port, by number or name.
 scheme HTTP or HTTPS.
core.v1.TCPSocketAction A connection to a port.
 host The host to connect to; the pod by default.
 port The port, by number or name.
core.v1.GRPCAction A gRPC health check.
 port The port.
 service The service name that is sent.
core.v1.EnvVarSource Where a variable's value comes from.
 configMapKeyRef A key of a config map.
 fieldRef A field of the pod.
 fileKeyRef A key of a file in a volume.
 resourceFieldRef A request or limit of the container.
 secretKeyRef A key of a secret.
core.v1.EnvFromSource A source whose keys all become variables.
 configMapRef A config map.
 prefix Put before each key.
 secretRef A secret.
core.v1.ConfigMapKeySelector A key of a config map.
 key The key.
 name The config map.
 optional Whether it may be missing.
core.v1.SecretKeySelector A key of a secret.
 key The key.
 name The secret.
 optional Whether it may be missing.
core.v1.ObjectFieldSelector A field of the object itself.
 apiVersion The version of the schema; v1 by default.
 fieldPath The path of the field.
core.v1.ResourceFieldSelector A request or limit of a container.
 containerName The container; needed for volumes.
 divisor The unit of the result.
 resource Which request or limit.
core.v1.LocalObjectReference An object of the same namespace.
 name The name of the object.
core.v1.ObjectReference An object.
 apiVersion The group and version of the object.
 fieldPath The part of the object that is meant.
 kind The kind of the object.
 name The name of the object.
 namespace The namespace of the object.
 resourceVersion The version of the object that is meant.
 uid The uid of the object.
core.v1.EmptyDirVolumeSource An empty directory that lives as long as the pod.
 medium Empty for the node's disk, Memory for memory.
 sizeLimit How much it may hold.
core.v1.HostPathVolumeSource A file or directory of the node.
 path The path on the node.
 type What must be there, or is made.
core.v1.ConfigMapVolumeSource The keys of a config map as files.
 defaultMode The permissions of the files.
 items The keys that are used, and their paths; all by default.
 name The config map.
 optional Whether it may be missing.
core.v1.SecretVolumeSource The keys of a secret as files.
 defaultMode The permissions of the files.
 items The keys that are used, and their paths; all by default.
 optional Whether it may be missing.
 secretName The secret.
core.v1.KeyToPath A key and the file it becomes.
 key The key.
 mode The permissions of the file.
 path The path of the file in the volume.
core.v1.ProjectedVolumeSource Several sources in one directory.
 defaultMode The permissions of the files.
 sources The sources.
core.v1.DownwardAPIVolumeSource Fields of the pod as files.
 defaultMode The permissions of the files.
 items The files.
core.v1.PersistentVolumeClaimVolumeSource The volume of a claim.
 claimName The claim, in the same namespace.
 readOnly Whether writing is refused.
core.v1.PodCondition One step in a pod's life.
 lastProbeTime When it was last looked at.
 lastTransitionTime When it last changed.
 message What it is about, for people.
 observedGeneration The change of the pod that it is about.
 reason What it is about, in one word.
 status True, False or Unknown.
 type The step.
core.v1.ContainerStatus What was last observed of a container.
 containerID The name that the runtime gives it.
 image The image that runs.
 imageID The exact image that runs.
 lastState How the run before this one ended.
 name The name of the container.
 ready Whether it passes its readiness probe.
 restartCount How often it was started again.
 started Whether it has passed its startup probe.
 state What it is doing now.
core.v1.ContainerState What a container is doing; one of three.
 running It runs.
 terminated It ended.
 waiting It has not started yet.
core.v1.ContainerStateWaiting A container that has not started yet.
 message Why, for people.
 reason Why, in one word.
core.v1.ContainerStateRunning A container that runs.
 startedAt Since when.
core.v1.ContainerStateTerminated A container that ended.
 containerID The name that the runtime gave it.
 exitCode The status it ended with.
 finishedAt When it ended.
 message What it left to say.
 reason Why it ended, in one word.
 signal The signal that ended it.
 startedAt When it had started.
core.v1.PodDNSConfig DNS settings of a pod.
 nameservers Addresses of name servers.
 options Options of the resolver.
 searches Domains that are tried for short names.
core.v1.HostAlias A line of the hosts file.
 hostnames The names.
 ip The address.

"""#
}
