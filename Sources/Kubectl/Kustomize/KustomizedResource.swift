import KubernetesObjects

/// An object on its way through a kustomization, and the names it had.
struct KustomizedResource {
    var object: Value
    /// The name and namespace before the transformations of the present directory.
    var previousName: String
    var previousNamespace: String
    /// The name in the file that it came from.
    let originalName: String
    /// Gets a hash of its content after its name.
    var needsHash = false
    /// Where it came from, and what has changed it: for `buildMetadata`.
    var origin: Value = [:]
    var transformations: [Value] = []

    init(_ object: Value, needsHash: Bool = false) {
        self.object = object
        previousName = object.name
        previousNamespace = object.namespace
        originalName = object.name
        self.needsHash = needsHash
    }

    /// Kinds that live outside of namespaces.
    private static let clusterWide: Set = [
        "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "ComponentStatus",
        "CustomResourceDefinition", "FlowSchema", "IngressClass", "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume",
        "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "StorageClass",
        "SubjectAccessReview", "TokenReview", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
        "VolumeAttachment", "VolumeAttributesClass", "ServiceCIDR", "IPAddress", "DeviceClass", "ResourceSlice",
    ]

    /// Whether it has or had a name.
    func isNamed(_ name: String) -> Bool { [originalName, previousName, object.name].contains(name) }

    var isClusterWide: Bool { Self.clusterWide.contains(object.kind) }

    /// `Deployment.v1.apps/web.[noNs]`: how messages name it.
    static func id(_ object: Value) -> String {
        let (group, version) = splitAPIVersion(object.apiVersion)
        return
            "\(object.kind).\(version.isEmpty ? "[noVer]" : version).\(group.isEmpty ? "[noGrp]" : group)/\(object.name).\(object.namespace.isEmpty ? "[noNs]" : object.namespace)"
    }

    // MARK: Order

    private static let first = [
        "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole",
        "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume",
        "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
    ]
    private static let last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]

    /// The order in which kustomize writes: what others need comes first.
    ///
    /// - Parameters:
    ///   - first: kinds that come before all others; nil for those that others need.
    ///   - last: kinds that come after all others; nil for webhooks, which stand in the way of others.
    static func sorted(_ resources: [KustomizedResource], first: [String]? = nil, last: [String]? = nil) -> [KustomizedResource] {
        let (first, last) = (first ?? Self.first, last ?? Self.last)
        func rank(_ kind: String) -> Int {
            if let index = first.firstIndex(of: kind) { return index - first.count }
            return last.firstIndex(of: kind).map { $0 + 1 } ?? 0
        }
        func text(_ object: Value) -> String {
            let (group, version) = splitAPIVersion(object.apiVersion)
            let kind = "\(group.isEmpty ? "~G" : group)_\(version)_\(object.kind)"
            // A kind that begins with another one's name comes after it.
            return "\(kind)\u{1}|\(object.namespace.isEmpty ? "~X" : object.namespace)|\(object.name)"
        }
        return resources.enumerated().sorted {
            let (a, b) = ($0.element.object, $1.element.object)
            let (left, right) = ((rank(a.kind), text(a)), (rank(b.kind), text(b)))
            return left == right ? $0.offset < $1.offset : left < right
        }.map(\.element)
    }
}

/// Follows renamed objects: every reference to an old name gets the new one.
///
/// - Source: kustomize's default name references.
struct NameReferences {
    /// What a field with a `name` (or the given key) inside refers to.
    private static let nested: [String: (key: String, kind: String)] = [
        "configMapRef": ("name", "ConfigMap"), "configMapKeyRef": ("name", "ConfigMap"), "configMap": ("name", "ConfigMap"),
        "secretRef": ("name", "Secret"), "secretKeyRef": ("name", "Secret"), "secret": ("secretName", "Secret"),
        "persistentVolumeClaim": ("claimName", "PersistentVolumeClaim"), "service": ("name", "Service"),
    ]
    /// Fields that are a name themselves.
    private static let plain: [String: String] = [
        "serviceAccountName": "ServiceAccount", "secretName": "Secret", "serviceName": "Service", "storageClassName": "StorageClass",
        "priorityClassName": "PriorityClass", "ingressClassName": "IngressClass", "volumeName": "PersistentVolume",
    ]
    /// Lists whose entries have a `name`.
    private static let lists: [String: String] = ["imagePullSecrets": "Secret"]
    /// Maps with `kind` and `name`.
    private static let typed: Set = ["scaleTargetRef", "roleRef", "targetRef", "dataSource"]

    private var renamed: [String: (name: String, namespace: String, from: String)] = [:]
    /// Fields that configurations declare to be names.
    private let configured: [KustomizeConfiguration.NameReference]

    init(_ resources: [KustomizedResource], configured: [KustomizeConfiguration.NameReference] = []) {
        self.configured = configured
        for resource in resources {
            renamed["\(resource.object.kind)/\(resource.previousName)"] = (resource.object.name, resource.object.namespace, resource.previousNamespace)
        }
    }

    /// The object with its references brought up to date.
    func updated(_ object: Value) -> Value {
        var object = object
        for (key, value) in object.fields ?? [:] where key != "metadata" { object[key] = walk(value, key: key, kind: object.kind) }
        if object.kind == "Role" || object.kind == "ClusterRole" { renameResources(in: &object) }
        for reference in configured {
            for spec in reference.specs { spec.change(&object) { field in field = name(field, reference.kind) ?? field } }
        }
        return object
    }

    /// Rules about single config maps and secrets name them.
    private func renameResources(in role: inout Value) {
        role["rules"]?.modifyElements { rules in
            for index in rules.indices {
                guard case .array(let names)? = rules[index]["resourceNames"] else { continue }
                rules[index]["resourceNames"] = .array(
                    names.map { old in
                        for kind in ["ConfigMap", "Secret"] { if let new = name(old, kind), new != old { return new } }
                        return old
                    })
            }
        }
    }

    private func name(_ old: Value?, _ kind: String) -> Value? {
        guard case .string(let text)? = old, let found = renamed["\(kind)/\(text)"] else { return old }
        return .string(found.name)
    }

    /// No namespace is the default one.
    private static func place(_ namespace: String) -> String { namespace.isEmpty ? "default" : namespace }

    private func walk(_ value: Value, key: String, kind: String) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (name, item) in fields {
                if let target = Self.plain[name], case .string = item {
                    result[name] = self.name(item, target) ?? item
                } else {
                    result[name] = walk(item, key: name, kind: kind)
                }
            }
            var object = Value.object(result)
            if let (field, target) = Self.nested[key] {
                object[field] = name(object[field], target) ?? object[field]
                // A projected volume names its secret with `name`.
                if key == "secret", object["name"] != nil { object["name"] = name(object["name"], target) }
            }
            if Self.typed.contains(key), let target = object["kind"]?.stringValue { object["name"] = name(object["name"], target) }
            return object
        case .array(let list):
            return .array(
                list.map { item in
                    var item = walk(item, key: "", kind: kind)
                    if let target = Self.lists[key] { item["name"] = name(item["name"], target) }
                    if key == "secrets", kind == "ServiceAccount" { item["name"] = name(item["name"], "Secret") }
                    if key == "subjects", item["kind"]?.stringValue == "ServiceAccount", let old = item["name"]?.stringValue,
                        let found = renamed["ServiceAccount/\(old)"], [found.from, found.namespace].map(Self.place).contains(Self.place(item["namespace"]?.stringValue ?? found.from))
                    {
                        item["name"] = .string(found.name)
                        if !found.namespace.isEmpty { item["namespace"] = .string(found.namespace) }
                    }
                    return item
                })
        default: return value
        }
    }
}
