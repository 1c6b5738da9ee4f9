import KubernetesObjects

/// Keeps a kubelet to its own node and its own pods.
///
/// - Source: kubernetes `plugin/pkg/admission/noderestriction`, v1.36. Differs: of a claim's status that may not change the difference is
///   not printed.
package struct NodeRestriction: AdmissionPlugin {
    package let name = "NodeRestriction"
    package init() {}

    private static let restricted: Set<GroupResource> = [.pods, .nodes, .persistentVolumeClaims, .serviceAccounts, .leases, .csiNodes]

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation != .connect && Self.restricted.contains(resource)
    }

    /// Components do not speak as one node: all kubelets share a user.
    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool { false }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let node = NodeAuthorizer.node(of: attributes.user) else { return }
        if node.isEmpty { throw attributes.forbidden("could not determine node from user \(goQuoted(attributes.user.name))") }
        switch attributes.groupResource {
        case .pods: try pod(node, attributes, context.store)
        case .nodes: try self.node(node, attributes)
        case .persistentVolumeClaims: try claim(node, attributes)
        case .serviceAccounts: try token(node, attributes, context.store)
        case .leases:
            if attributes.namespace != "kube-node-lease" {
                throw attributes.forbidden("can only access leases in the \"kube-node-lease\" system namespace")
            }
            try checkName(node, attributes, "node lease")
        default: try checkName(node, attributes, "CSINode")
        }
    }

    private func checkName(_ node: String, _ attributes: AdmissionAttributes, _ what: String) throws(APIStatus) {
        let name = attributes.operation == .create ? attributes.object.name : attributes.name
        if name != node { throw attributes.forbidden("can only access \(what) with the same name as the requesting node") }
    }

    // MARK: Pods

    private func pod(_ node: String, _ attributes: AdmissionAttributes, _ store: Store) throws(APIStatus) {
        let quoted = goQuoted(node)
        switch (attributes.subresource, attributes.operation) {
        case ("", .create): try newPod(node, attributes, store)
        case ("", .delete):
            guard try bound(attributes, store) != node else { return }
            throw attributes.forbidden("node \(quoted) can only delete pods with spec.nodeName set to itself")
        case ("", let operation):
            throw attributes.forbidden("unexpected operation \(goQuoted(operation.rawValue)), node \(quoted) can only create and delete mirror pods")
        case ("status", .update): try podStatus(node, attributes)
        case ("eviction", .create):
            guard try bound(attributes, store) != node else { return }
            throw attributes.forbidden("node \(node) can only evict pods with spec.nodeName set to itself")
        case ("status", let operation), ("eviction", let operation):
            throw attributes.forbidden("unexpected operation \(goQuoted(operation.rawValue))")
        case (let subresource, _):
            throw attributes.forbidden("unexpected pod subresource \(goQuoted(subresource)), only 'status' and 'eviction' are allowed")
        }
    }

    /// The node of the stored pod that a request is about.
    private func bound(_ attributes: AdmissionAttributes, _ store: Store) throws(APIStatus) -> String {
        let name = attributes.name.isEmpty ? attributes.object.name : attributes.name
        guard let pod = store.get(.pods, namespace: attributes.namespace, name: name) else { throw .notFound(.pods, name: name) }
        return pod["spec"]?.text("nodeName") ?? ""
    }

    private func podStatus(_ node: String, _ attributes: AdmissionAttributes) throws(APIStatus) {
        guard let old = attributes.oldObject else { return }
        let quoted = goQuoted(node)
        if old["spec"]?.text("nodeName") != node {
            throw attributes.forbidden("node \(quoted) can only update pod status for pods with spec.nodeName set to itself")
        }
        if old.labels != attributes.object.labels { throw attributes.forbidden("node \(quoted) cannot update labels through pod status") }
        if old["status"]?.list("resourceClaimStatuses") != attributes.object["status"]?.list("resourceClaimStatuses") {
            // The real text has this slip.
            throw attributes.forbidden("node \(quoted) cannot update resource claim statues")
        }
    }

    /// A pod that a node makes mirrors one that it has from elsewhere: it belongs to the node and needs nothing of the API.
    private func newPod(_ node: String, _ attributes: AdmissionAttributes, _ store: Store) throws(APIStatus) {
        let (pod, quoted) = (attributes.object, goQuoted(node))
        if pod.annotation("kubernetes.io/config.mirror") == nil {
            throw attributes.forbidden("pod does not have \"kubernetes.io/config.mirror\" annotation, node \(quoted) can only create mirror pods")
        }
        let spec = pod["spec"] ?? [:]
        if spec.text("nodeName") != node {
            throw attributes.forbidden("node \(quoted) can only create pods with spec.nodeName set to itself")
        }
        try checkOwner(node, attributes, store)
        let reference: String?
        if !spec.text("serviceAccountName").isEmpty {
            reference = "a service account"
        } else if Self.references(spec, "secret") {
            reference = "secrets"
        } else if Self.references(spec, "configMap") {
            reference = "configmaps"
        } else if spec.list("volumes").contains(where: { ($0["projected"]?.list("sources") ?? []).contains { $0.has("clusterTrustBundle") } }) {
            reference = "clustertrustbundles"
        } else {
            reference = spec.list("volumes").contains { $0.has("persistentVolumeClaim") } ? "persistentvolumeclaims" : nil
        }
        if let reference { throw attributes.forbidden("node \(quoted) can not create pods that reference \(reference)") }
    }

    private func checkOwner(_ node: String, _ attributes: AdmissionAttributes, _ store: Store) throws(APIStatus) {
        let quoted = goQuoted(node)
        let owners = attributes.object["metadata"]?.list("ownerReferences") ?? []
        if owners.count > 1 { throw attributes.forbidden("node \(quoted) can only create pods with a single owner reference set to itself") }
        guard let owner = owners.first, owner.text("apiVersion") == "v1", owner.text("kind") == "Node", owner.text("name") == node else {
            throw attributes.forbidden("node \(quoted) can only create pods with an owner reference set to itself")
        }
        if !owner.flag("controller") {
            throw attributes.forbidden("node \(quoted) can only create pods with a controller owner reference set to itself")
        }
        if owner.flag("blockOwnerDeletion") {
            throw attributes.forbidden("node \(quoted) must not set blockOwnerDeletion on an owner reference")
        }
        guard let stored = store.get(.nodes, name: node) else { throw .notFound(.nodes, name: node) }
        if owner.text("uid") != stored.uid {
            throw attributes.forbidden("node \(node) UID mismatch: expected \(owner.text("uid")) got \(stored.uid)")
        }
    }

    /// Whether a pod names a Secret or ConfigMap anywhere.
    private static func references(_ spec: Value, _ kind: String) -> Bool {
        if kind == "secret", !spec.list("imagePullSecrets").isEmpty { return true }
        for container in PodSecurityChecks.allContainers(spec) {
            if container.list("env").contains(where: { $0["valueFrom"]?.has(kind + "KeyRef") == true }) { return true }
            if container.list("envFrom").contains(where: { $0.has(kind + "Ref") }) { return true }
        }
        return spec.list("volumes").contains { volume in
            volume.has(kind) || (volume["projected"]?.list("sources") ?? []).contains { $0.has(kind) }
        }
    }

    // MARK: Nodes

    private func node(_ node: String, _ attributes: AdmissionAttributes) throws(APIStatus) {
        let quoted = goQuoted(node)
        let name = attributes.operation == .create ? attributes.object.name : attributes.name
        if name != node { throw attributes.forbidden("node \(quoted) is not allowed to modify node \(goQuoted(name))") }
        let new = attributes.object
        switch attributes.operation {
        case .create:
            if new["spec"]?.has("configSource") == true {
                throw attributes.forbidden("node \(quoted) is not allowed to create pods with a non-nil configSource")
            }
            let labels = Self.forbiddenLabels(new.labels, Fields())
            if !labels.isEmpty {
                throw attributes.forbidden("node \(quoted) is not allowed to set the following labels: \(labels.joined(separator: ", "))")
            }
        case .update:
            guard let old = attributes.oldObject else { return }
            if let source = new["spec"]?.present("configSource"), source != old["spec"]?["configSource"] {
                throw attributes.forbidden("node \(quoted) is not allowed to update configSource to a new non-nil configSource")
            }
            if !sameValue(old["spec"]?["taints"], new["spec"]?["taints"]) {
                throw attributes.forbidden("node \(quoted) is not allowed to modify taints")
            }
            let labels = Self.forbiddenLabels(new.labels, old.labels)
            if !labels.isEmpty { throw attributes.forbidden("is not allowed to modify labels: \(labels.joined(separator: ", "))") }
        default: break
        }
    }

    /// Labels of Kubernetes' own that kubelets may set.
    ///
    /// - Source: k8s.io/kubelet `pkg/apis/well_known_labels.go`.
    private static let kubeletLabels: Set<String> = [
        "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region", "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type",
        "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
    ]

    /// Labels that differ and are not a kubelet's to change, sorted.
    private static func forbiddenLabels(_ new: Fields, _ old: Fields) -> [String] {
        Set(new.keys + old.keys).filter { new[$0] != old[$0] && isForbidden($0) }.sorted()
    }

    private static func isForbidden(_ label: String) -> Bool {
        let parts = label.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let domain = parts.count == 2 ? String(parts[0]) : ""
        func isIn(_ name: String) -> Bool { domain == name || domain.hasSuffix("." + name) }
        if isIn("node-restriction.kubernetes.io") { return true }
        guard isIn("kubernetes.io") || isIn("k8s.io") else { return false }
        return !kubeletLabels.contains(label) && !isIn("kubelet.kubernetes.io") && !isIn("node.kubernetes.io")
    }

    // MARK: Claims and tokens

    private func claim(_ node: String, _ attributes: AdmissionAttributes) throws(APIStatus) {
        guard attributes.subresource == "status" else { throw attributes.forbidden("may only update PVC status") }
        guard attributes.operation == .update, let old = attributes.oldObject else {
            throw attributes.forbidden("unexpected operation \(goQuoted(attributes.operation.rawValue))")
        }
        func rest(_ claim: Value) -> Value {
            var claim = claim
            for field in ["resourceVersion", "managedFields"] { claim["metadata", field] = nil }
            for field in ["capacity", "conditions", "allocatedResources", "allocatedResourceStatuses"] { claim["status", field] = nil }
            return claim
        }
        if rest(old) != rest(attributes.object) {
            throw attributes.forbidden("node \(goQuoted(node)) is not allowed to update fields other than status.capacity and status.conditions")
        }
    }

    private func token(_ node: String, _ attributes: AdmissionAttributes, _ store: Store) throws(APIStatus) {
        guard attributes.operation == .create, attributes.subresource == "token" else { return }
        let reference = attributes.object["spec"]?["boundObjectRef"] ?? [:]
        let name = reference.text("name")
        guard reference.text("apiVersion") == "v1", reference.text("kind") == "Pod", !name.isEmpty else {
            throw attributes.forbidden("node requested token not bound to a pod")
        }
        let uid = reference.text("uid")
        if uid.isEmpty { throw attributes.forbidden("node requested token with a pod binding without a uid") }
        guard let pod = store.get(.pods, namespace: attributes.namespace, name: name) else { throw .notFound(.pods, name: name) }
        if uid != pod.uid {
            throw attributes.forbidden(
                "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have been deleted and then recreated")
        }
        if pod["spec"]?.text("nodeName") != node {
            throw attributes.forbidden("node requested token bound to a pod scheduled on a different node")
        }
    }
}
