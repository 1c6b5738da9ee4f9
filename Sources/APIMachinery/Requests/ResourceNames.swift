import KubernetesObjects

/// A resource of a group in any version: `deployments.apps`.
package struct GroupResource: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var group: String
    /// The plural, in lower case: `deployments`.
    package var resource: String

    package init(_ resource: String, group: String = "") {
        self.group = group
        self.resource = resource
    }

    /// `pods`, or `deployments.apps`: how messages name it.
    package var description: String { group.isEmpty ? resource : "\(resource).\(group)" }

    package static func < (left: GroupResource, right: GroupResource) -> Bool {
        (left.group, left.resource) < (right.group, right.resource)
    }
}

/// A resource of a group in one version.
package struct GroupVersionResource: Hashable, Sendable {
    package var group: String
    package var version: String
    package var resource: String

    package init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    package var groupResource: GroupResource { GroupResource(resource, group: group) }
    /// `v1`, or `apps/v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

/// The resources that the simulator's own components use, by their field names.
extension GroupResource {
    package static let pods = GroupResource("pods")
    package static let nodes = GroupResource("nodes")
    package static let services = GroupResource("services")
    package static let endpoints = GroupResource("endpoints")
    package static let events = GroupResource("events")
    package static let namespaces = GroupResource("namespaces")
    package static let configMaps = GroupResource("configmaps")
    package static let secrets = GroupResource("secrets")
    package static let serviceAccounts = GroupResource("serviceaccounts")
    package static let persistentVolumes = GroupResource("persistentvolumes")
    package static let persistentVolumeClaims = GroupResource("persistentvolumeclaims")
    package static let resourceQuotas = GroupResource("resourcequotas")
    package static let limitRanges = GroupResource("limitranges")
    package static let replicationControllers = GroupResource("replicationcontrollers")
    package static let deployments = GroupResource("deployments", group: "apps")
    package static let replicaSets = GroupResource("replicasets", group: "apps")
    package static let statefulSets = GroupResource("statefulsets", group: "apps")
    package static let daemonSets = GroupResource("daemonsets", group: "apps")
    package static let controllerRevisions = GroupResource("controllerrevisions", group: "apps")
    package static let jobs = GroupResource("jobs", group: "batch")
    package static let cronJobs = GroupResource("cronjobs", group: "batch")
    package static let endpointSlices = GroupResource("endpointslices", group: "discovery.k8s.io")
    package static let apiServices = GroupResource("apiservices", group: "apiregistration.k8s.io")
    package static let horizontalPodAutoscalers = GroupResource("horizontalpodautoscalers", group: "autoscaling")
    package static let podDisruptionBudgets = GroupResource("poddisruptionbudgets", group: "policy")
    package static let storageClasses = GroupResource("storageclasses", group: "storage.k8s.io")
    package static let csiNodes = GroupResource("csinodes", group: "storage.k8s.io")
    package static let csiDrivers = GroupResource("csidrivers", group: "storage.k8s.io")
    package static let volumeAttachments = GroupResource("volumeattachments", group: "storage.k8s.io")
    package static let ingresses = GroupResource("ingresses", group: "networking.k8s.io")
    package static let ingressClasses = GroupResource("ingressclasses", group: "networking.k8s.io")
    package static let serviceCIDRs = GroupResource("servicecidrs", group: "networking.k8s.io")
    package static let ipAddresses = GroupResource("ipaddresses", group: "networking.k8s.io")
    package static let networkPolicies = GroupResource("networkpolicies", group: "networking.k8s.io")
    package static let leases = GroupResource("leases", group: "coordination.k8s.io")
    package static let priorityClasses = GroupResource("priorityclasses", group: "scheduling.k8s.io")
    package static let runtimeClasses = GroupResource("runtimeclasses", group: "node.k8s.io")
    package static let roles = GroupResource("roles", group: "rbac.authorization.k8s.io")
    package static let roleBindings = GroupResource("rolebindings", group: "rbac.authorization.k8s.io")
    package static let clusterRoles = GroupResource("clusterroles", group: "rbac.authorization.k8s.io")
    package static let clusterRoleBindings = GroupResource("clusterrolebindings", group: "rbac.authorization.k8s.io")
    package static let customResourceDefinitions = GroupResource("customresourcedefinitions", group: "apiextensions.k8s.io")
    package static let validatingAdmissionPolicies = GroupResource("validatingadmissionpolicies", group: "admissionregistration.k8s.io")
    package static let componentStatuses = GroupResource("componentstatuses")
    package static let flowSchemas = GroupResource("flowschemas", group: "flowcontrol.apiserver.k8s.io")
    package static let priorityLevelConfigurations = GroupResource("prioritylevelconfigurations", group: "flowcontrol.apiserver.k8s.io")
    package static let certificateSigningRequests = GroupResource("certificatesigningrequests", group: "certificates.k8s.io")
    /// `PodMetrics` objects: what the metrics server wrote last.
    package static let podMetrics = GroupResource("pods", group: "metrics.k8s.io")
    /// `NodeMetrics` objects.
    package static let nodeMetrics = GroupResource("nodes", group: "metrics.k8s.io")
}

/// Where an object lives in the store.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var resource: GroupResource
    /// Empty for an object of the whole cluster.
    package var namespace: String
    package var name: String

    package init(_ resource: GroupResource, namespace: String = "", name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(resource) \(namespace.isEmpty ? name : "\(namespace)/\(name)")" }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.resource, left.namespace, left.name) < (right.resource, right.namespace, right.name)
    }
}
