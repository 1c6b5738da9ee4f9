import KubernetesObjects
import SimulationKernel

@testable import APIMachinery

/// A server with one namespace, for tests of what it refuses.
struct ValidationBench {
    var server: GenericAPIServer
    let namespace = "lab"

    init(pipeline: ServerPipeline = .standard) {
        server = GenericAPIServer(pipeline: pipeline)
        for name in ["default", "kube-system", "lab"] {
            _ = try? server.handle(create(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]))
        }
        _ = try? server.handle(create(["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]]))
    }

    private static let resources: [String: (plural: String, namespaced: Bool)] = [
        "Namespace": ("namespaces", false), "ServiceAccount": ("serviceaccounts", true), "Pod": ("pods", true),
        "Deployment": ("deployments", true), "ReplicaSet": ("replicasets", true), "DaemonSet": ("daemonsets", true),
        "StatefulSet": ("statefulsets", true), "Job": ("jobs", true), "CronJob": ("cronjobs", true), "Service": ("services", true),
        "ConfigMap": ("configmaps", true), "Secret": ("secrets", true), "Ingress": ("ingresses", true),
        "PersistentVolumeClaim": ("persistentvolumeclaims", true), "PersistentVolume": ("persistentvolumes", false),
        "HorizontalPodAutoscaler": ("horizontalpodautoscalers", true), "ResourceQuota": ("resourcequotas", true),
        "LimitRange": ("limitranges", true), "Role": ("roles", true), "RoleBinding": ("rolebindings", true),
        "ClusterRole": ("clusterroles", false), "ClusterRoleBinding": ("clusterrolebindings", false),
        "NetworkPolicy": ("networkpolicies", true), "PodDisruptionBudget": ("poddisruptionbudgets", true),
        "PriorityClass": ("priorityclasses", false), "StorageClass": ("storageclasses", false), "Node": ("nodes", false),
        "Event": ("events", true), "Lease": ("leases", true), "CSINode": ("csinodes", false), "CSIStorageCapacity": ("csistoragecapacities", true),
        "PriorityLevelConfiguration": ("prioritylevelconfigurations", false), "SubjectAccessReview": ("subjectaccessreviews", false),
        "LocalSubjectAccessReview": ("localsubjectaccessreviews", true),
        "ValidatingWebhookConfiguration": ("validatingwebhookconfigurations", false),
        "EndpointSlice": ("endpointslices", true), "ServiceCIDR": ("servicecidrs", false), "CSIDriver": ("csidrivers", false),
        "VolumeAttachment": ("volumeattachments", false),
        "VolumeAttributesClass": ("volumeattributesclasses", false), "FlowSchema": ("flowschemas", false),
        "IngressClass": ("ingressclasses", false), "RuntimeClass": ("runtimeclasses", false), "APIService": ("apiservices", false),
        "CustomResourceDefinition": ("customresourcedefinitions", false), "ResourceClaim": ("resourceclaims", true), "ResourceSlice": ("resourceslices", false),
        "DeviceClass": ("deviceclasses", false), "ResourceClaimTemplate": ("resourceclaimtemplates", true),
        "ValidatingAdmissionPolicy": ("validatingadmissionpolicies", false),
        "ValidatingAdmissionPolicyBinding": ("validatingadmissionpolicybindings", false),
        "MutatingAdmissionPolicy": ("mutatingadmissionpolicies", false),
        "MutatingAdmissionPolicyBinding": ("mutatingadmissionpolicybindings", false),
    ]

    private func request(_ verb: APIVerb, _ object: Value, user: UserInfo = .admin) -> APIRequest {
        let parts = object.apiVersion.split(separator: "/")
        let (plural, isNamespaced) = Self.resources[object.kind] ?? ("", true)
        let resource = GroupVersionResource(
            group: parts.count > 1 ? String(parts[0]) : "", version: String(parts.last ?? ""), resource: plural)
        var request = APIRequest(
            verb, resource, namespace: isNamespaced ? namespace : "", name: verb == .create ? "" : object.name, user: user)
        request.body = object
        return request
    }

    private func create(_ object: Value) -> APIRequest { request(.create, object) }

    static func parse(_ yaml: String) -> Value { YAMLReader().read(yaml).documents.first?.value ?? .null }

    /// Creates an object and gives the refusal, or the warnings, or nothing.
    mutating func create(_ yaml: String, user: UserInfo = .admin) -> String {
        outcome(request(.create, Self.parse(yaml), user: user))
    }

    /// Merges a patch into a stored object.
    mutating func patch(_ kind: String, _ apiVersion: String, _ name: String, _ yaml: String, user: UserInfo = .admin) -> String {
        var request = request(
            .patch, ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)]], user: user)
        request.body = Self.parse(yaml)
        request.patchType = .merge
        return outcome(request)
    }

    /// Merges a patch into the status of a stored object.
    mutating func patchStatus(_ kind: String, _ apiVersion: String, _ name: String, _ yaml: String, user: UserInfo = .admin) -> String {
        var request = request(
            .patch, ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)]], user: user)
        request.body = Self.parse(yaml)
        request.patchType = .merge
        request.subresource = "status"
        return outcome(request)
    }

    /// Puts another status in the place of a stored object's.
    mutating func replaceStatus(_ kind: String, _ apiVersion: String, _ name: String, _ yaml: String) -> String {
        let stub: Value = ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)]]
        var request = request(.update, stub)
        guard var object = server.store.get(GroupResource(request.resource.resource, group: request.resource.group), namespace: request.namespace, name: name) else {
            return "not found"
        }
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        object["status"] = Self.parse(yaml)["status"]
        request.body = object
        request.subresource = "status"
        return outcome(request)
    }

    private mutating func outcome(_ request: APIRequest) -> String {
        do throws(APIStatus) {
            return try server.handle(request).warnings.joined(separator: "\n")
        } catch {
            guard error.reason == "Invalid", let causes = error.details?["causes"]?.elements else { return error.message }
            var seen: Set<String> = []
            return causes.map { "\($0["field"]?.stringValue ?? ""): \($0["message"]?.stringValue ?? "")" }
                .filter { seen.insert($0).inserted }.joined(separator: "\n")
        }
    }

    func get(_ resource: GroupResource, _ name: String) -> Value? { server.store.get(resource, namespace: namespace, name: name) }
}
