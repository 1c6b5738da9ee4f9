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
