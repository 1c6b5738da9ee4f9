extension Descriptions {
    static let coreTable: StaticString = #"""
meta.v1.ObjectMeta Data that every object carries, whatever its kind.
 annotations Free key and value texts for tools; not used to select objects.
 creationTimestamp When the server first stored the object.
 deletionGracePeriodSeconds How long the object may take to end after it was deleted.
 deletionTimestamp When the object is to be gone; set by the server once it is deleted.
 finalizers Names of work that must be done before the object may go.
 generateName A prefix; the server adds five characters to make a name when none is given.
 generation Counts changes of what is wanted.
 labels Key and value pairs by which objects are found and grouped.
 managedFields Who set which fields, kept for server-side apply.
 name The name, unique among objects of the same kind in the namespace.
 namespace The namespace that the object is in.
 ownerReferences The objects that this one belongs to; when all are gone, it goes as well.
 resourceVersion Changes with every write; used to detect conflicting writes and to watch.
 uid A value that tells this object from any other, past ones included.
meta.v1.LabelSelector Chooses objects by their labels; all conditions must hold.
 matchExpressions Conditions with an operator.
 matchLabels Labels that must be there with just these values.
meta.v1.LabelSelectorRequirement One condition on a label.
 key The label's key.
 operator How key and values relate: In, NotIn, Exists or DoesNotExist.
 values The values that the operator compares with.
meta.v1.OwnerReference Names an object that another belongs to.
core.v1.Pod A group of containers that run together on one node.
core.v1.PodSpec What a pod runs and how.
 activeDeadlineSeconds How long the pod may be active before it is stopped and counts as failed.
 affinity Rules that draw the pod to nodes or other pods, or keep it away.
 automountServiceAccountToken Whether the service account's token is mounted into the containers.
 containers The containers of the pod; at least one.
 dnsConfig DNS settings that are added to those of the policy.
 dnsPolicy Where names are looked up.
 enableServiceLinks Whether addresses of services are put into environment variables.
 ephemeralContainers Containers added for debugging while the pod runs.
 hostAliases Lines to add to the hosts file of the containers.
 hostIPC Whether to use the node's IPC namespace.
 hostNetwork Whether to use the node's network.
 hostPID Whether to see the node's processes.
 hostname The host name that the pod sees; its own name by default.
 imagePullSecrets Secrets with credentials for pulling images.
 initContainers Containers that run to their end, one after another, before the others start.
 nodeName The node that the pod is bound to; set by the scheduler.
 nodeSelector Labels that a node must have for the pod to run on it.
 overhead Resources that the runtime itself takes for the pod.
 preemptionPolicy Whether the pod may push out pods of lower priority.
 priority The importance of the pod as a number, from its priority class.
 priorityClassName The priority class of the pod.
 readinessGates Further conditions that must hold for the pod to be ready.
 resources Resources for the pod as a whole.
 restartPolicy When containers that ended are started again.
 runtimeClassName The runtime class that runs the pod.
 schedulerName The scheduler that is to place the pod.
 schedulingGates The pod is not scheduled while this list holds anything.
 securityContext Security settings for all containers.
 serviceAccountName The service account that the pod acts as.
 shareProcessNamespace Whether the containers see each other's processes.
 subdomain With it the pod gets a full DNS name under a headless service of this name.
 terminationGracePeriodSeconds How long the pod has to end by itself after being asked to.
 tolerations Taints of nodes that the pod puts up with.
 topologySpreadConstraints How pods of a group are to be spread over zones, nodes and the like.
 volumes Volumes that the containers may mount.
core.v1.PodTemplateSpec The pod that a controller makes copies of.
core.v1.PodStatus What was last observed of a pod.
 conditions The state of the steps of the pod's life.
 containerStatuses The state of each container.
 hostIP The address of the node.
 message Why the pod is in this state, for people.
 nominatedNodeName The node where pods are being pushed out to make room for this one.
 phase A summary of where the pod is in its life.
 podIP The address of the pod.
 qosClass The quality of service that its requests and limits give it.
 reason Why the pod is in this state, in one word.
 startTime When the kubelet took up the pod.
core.v1.Container One container of a pod.
 args Arguments of the entry point; those of the image by default.
 command The entry point; that of the image by default.
 env Environment variables.
 envFrom Sources whose keys all become environment variables.
 image The image to run.
 imagePullPolicy When the image is pulled.
 lifecycle What to do after the start and before the stop.
 livenessProbe Restarts the container when it fails.
 name The name of the container, unique in its pod.
 ports Ports that the container listens on; for information mainly.
 readinessProbe Takes the pod out of services while it fails.
 resizePolicy Whether a change of resources needs a restart.
 resources Requests and limits of CPU, memory and more.
 restartPolicy For an init container: Always makes it a sidecar.
 securityContext Security settings of this container.
 startupProbe Holds the other probes back until it succeeds once.
 stdin Whether to keep an input open.
 terminationMessagePath The file whose text becomes the termination message.
 terminationMessagePolicy Where the termination message is taken from.
 tty Whether to give the container a terminal.
 volumeDevices Block devices to use.
 volumeMounts Volumes to mount, and where.
 workingDir The directory to start in.
core.v1.ContainerPort A port of a container.
 containerPort The number of the port, from 1 to 65535.
 hostIP The node's address to bind to.
 hostPort The port of the node to open for this one.
 name A name by which services and probes may call the port.
 protocol TCP, UDP or SCTP.
core.v1.EnvVar One environment variable.
 name The name of the variable.
 value Its value; may refer to earlier variables as $(NAME).
 valueFrom Where to take the value from.
core.v1.Probe A check of a container's health.
 exec A command that must end with status 0.
 failureThreshold How many failures in a row count as one.
 grpc A gRPC health check.
 httpGet A request that must be answered with a status from 200 to 399.
 initialDelaySeconds How long to wait after the start.
 periodSeconds How often to check.
 successThreshold How many successes in a row count as one after a failure.
 tcpSocket A port that must accept a connection.
 timeoutSeconds How long a check may take.
core.v1.ResourceRequirements How much of each resource is set aside, and how much may be used.
 claims Devices that are claimed.
 limits The most that may be used.
 requests What is set aside; the limits by default.
core.v1.Toleration Lets a pod run on nodes with a taint.
 effect The effect of the taint; any when empty.
 key The key of the taint; any when empty.
 operator Equal compares the value, Exists does not.
 tolerationSeconds How long a pod stays after a NoExecute taint appears.
 value The value of the taint.
core.v1.Volume A volume of a pod.
 configMap The keys of a config map as files.
 emptyDir An empty directory that lives as long as the pod.
 hostPath A file or directory of the node.
 name The name that mounts refer to.
 persistentVolumeClaim The volume that a claim is bound to.
 projected Several sources in one directory.
 secret The keys of a secret as files.
core.v1.VolumeMount Where a volume appears in a container.
 mountPath The path in the container.
 name The name of the volume.
 readOnly Whether writing is refused.
 subPath A path in the volume to mount in place of its root.
core.v1.ConfigMap Settings as keys and values that pods can read.
 binaryData Keys whose values are bytes, in base64.
 data Keys and their texts.
 immutable When true, the data can never be changed again.
core.v1.Secret Confidential data that pods can read.
 data Keys and their values, in base64.
 immutable When true, the data can never be changed again.
 stringData Keys and plain texts; moved into data on writing, never read back.
 type What the secret is used for.
core.v1.Namespace A scope for names.
core.v1.Node A machine of the cluster.
core.v1.NodeSpec Settings of a node.
 podCIDR The range of addresses of the node's pods.
 providerID The name that the cloud gives the machine.
 taints Marks that keep pods away which do not tolerate them.
 unschedulable Whether new pods are kept away.
core.v1.ServiceAccount The identity that processes in pods act as.
 automountServiceAccountToken Whether pods get a token mounted.
 imagePullSecrets Credentials that its pods use for pulling images.
 secrets Secrets that its pods may use.
core.v1.Event A report of something that happened to an object.
 involvedObject The object that it is about.
 message What happened, for people.
 reason What happened, in one word.
 type Normal or Warning.
core.v1.LimitRange Limits and defaults for the resources of single objects in a namespace.
core.v1.ResourceQuota Limits for the resources of a namespace as a whole.
core.v1.ResourceQuotaSpec What a quota limits.
 hard The limit of each resource.
 scopeSelector Which pods count, by expressions.
 scopes Which pods count.
core.v1.ReplicationController Keeps a number of pods running; ReplicaSets took its place.

"""#
}
