import KubernetesObjects

/// New nodes take no pods until they are ready.
///
/// - Source: kubernetes `plugin/pkg/admission/nodetaint`, v1.36.
package struct TaintNodesByCondition: AdmissionPlugin {
    package let name = "TaintNodesByCondition"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .create && resource == .nodes && subresource.isEmpty
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        var taints = attributes.object["spec"]?.list("taints") ?? []
        let taint: Value = ["key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"]
        if taints.contains(where: { $0.text("key") == taint.text("key") && $0.text("effect") == "NoSchedule" }) { return }
        taints.append(taint)
        attributes.object["spec", "taints"] = .array(taints)
    }
}

/// Keeps a kubelet to its own node and its own pods.
///
/// - Source: kubernetes `plugin/pkg/admission/noderestriction`, v1.36.
package struct NodeRestriction: AdmissionPlugin {
    package let name = "NodeRestriction"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        [.pods, .nodes, .leases, .csiNodes, .serviceAccounts].contains(resource)
    }

    /// Components do not speak as one node: all kubelets share a user.
    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool { false }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let node = NodeAuthorizer.node(of: attributes.user) else { return }
        switch attributes.groupResource {
        case .pods: try pod(node, attributes)
        case .nodes: try self.node(node, attributes)
        case .leases:
            let name = attributes.operation == .create ? attributes.object.name : attributes.name
            if attributes.namespace != "kube-node-lease" {
                throw attributes.forbidden(
                    "can only access leases in the \"kube-node-lease\" system namespace, not \(goQuoted(attributes.namespace))")
            }
            if name != node { throw attributes.forbidden("can only access node lease with the same name as the requesting node") }
        case .csiNodes:
            let name = attributes.operation == .create ? attributes.object.name : attributes.name
            if name != node { throw attributes.forbidden("can only access CSINode with the same name as the requesting node") }
        default: break
        }
    }

    private func pod(_ node: String, _ attributes: AdmissionAttributes) throws(APIStatus) {
        switch (attributes.operation, attributes.subresource) {
        case (.create, ""):
            if attributes.object.annotation("kubernetes.io/config.mirror") == nil {
                throw attributes.forbidden("pod does not have \"kubernetes.io/config.mirror\" annotation, node \(goQuoted(node)) can only create mirror pods")
            }
            if attributes.object["spec"]?.text("nodeName") != node {
                throw attributes.forbidden("node \(goQuoted(node)) can only create pods with spec.nodeName set to itself")
            }
        case (.update, "status"):
            if attributes.oldObject?["spec"]?.text("nodeName") != node {
                throw attributes.forbidden("node \(goQuoted(node)) can only update pod status for pods with spec.nodeName set to itself")
            }
        case (.delete, _):
            if let old = attributes.oldObject, old["spec"]?.text("nodeName") != node {
                throw attributes.forbidden("node \(goQuoted(node)) can only delete pods with spec.nodeName set to itself")
            }
        default: break
        }
    }

    private func node(_ node: String, _ attributes: AdmissionAttributes) throws(APIStatus) {
        let name = attributes.operation == .create ? attributes.object.name : attributes.name
        if name != node { throw attributes.forbidden("node \(goQuoted(node)) is not allowed to modify node \(goQuoted(name))") }
        guard attributes.operation == .update, attributes.subresource.isEmpty, let old = attributes.oldObject else { return }
        if !sameValue(old["spec"]?["taints"], attributes.object["spec"]?["taints"]) {
            throw attributes.forbidden("node \(goQuoted(node)) is not allowed to modify taints")
        }
        let prefix = "node-restriction.kubernetes.io/"
        let changed = Set(attributes.object.labels.keys + old.labels.keys).filter {
            $0.hasPrefix(prefix) && attributes.object.labels[$0] != old.labels[$0]
        }.sorted()
        if !changed.isEmpty {
            throw attributes.forbidden("is not allowed to modify labels: \(changed.joined(separator: ", "))")
        }
    }
}

/// Certificates: who may approve and sign for which signer.
///
/// - Source: kubernetes `plugin/pkg/admission/certificates`, v1.36.
package struct CertificateAdmission: AdmissionPlugin {
    package let name = "CertificateApproval"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource == .certificateSigningRequests
            && (operation == .create || (operation == .update && (subresource == "approval" || subresource == "status")))
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let signer = (attributes.oldObject ?? attributes.object)["spec"]?.text("signerName") ?? ""
        if attributes.operation == .create { return try Self.checkSubject(attributes, signer) }
        if context.authorizers.isEmpty { return }
        let verb: String
        if attributes.subresource == "approval" {
            verb = "approve"
        } else {
            if attributes.oldObject?["status"]?["certificate"] == attributes.object["status"]?["certificate"] { return }
            verb = "sign"
        }
        let resource = GroupVersionResource(group: "certificates.k8s.io", version: "*", resource: "signers")
        let domain = signer.split(separator: "/").first.map { "\($0)/*" } ?? signer
        for name in [signer, domain] {
            if context.isAllowed(attributes.user, AuthorizationAttributes(verb: verb, resource: resource, name: name)) { return }
        }
        throw attributes.forbidden("user not permitted to \(verb) requests with signerName \(goQuoted(signer))")
    }

    /// Nobody gets a certificate that makes him an administrator past all authorization.
    ///
    /// - Source: `plugin/pkg/admission/certificates/subjectrestriction`.
    private static func checkSubject(_ attributes: AdmissionAttributes, _ signer: String) throws(APIStatus) {
        guard signer == "kubernetes.io/kube-apiserver-client",
            CertificateSubject(request: attributes.object["spec"]?.text("request") ?? "").organizations.contains("system:masters")
        else { return }
        throw attributes.forbidden("use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed")
    }
}
