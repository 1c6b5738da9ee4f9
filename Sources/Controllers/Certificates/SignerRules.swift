/// Whom a certificate request asks a certificate for, as read from its text.
package struct RequestedCertificate: Hashable, Sendable {
    package var commonName = ""
    package var organizations: [String] = []
    package var dnsNames: [String] = []
    package var emailAddresses: [String] = []
    /// How many addresses it names.
    package var addressCount = 0
    package var uris: [String] = []

    package init() {}
}

/// What the built-in signers ask of a request before they sign it.
///
/// - Source: `pkg/controller/certificates/signer`, `pkg/apis/certificates` `ValidateKubeletServingCSR`, `ValidateKubeletClientCSR`.
enum SignerRules {
    /// Why a signer refuses a request; nil when it signs it.
    static func problem(_ signer: String, _ asked: RequestedCertificate, usages: [String]) -> String? {
        switch signer {
        case "kubernetes.io/kubelet-serving": kubeletServing(asked, usages)
        case "kubernetes.io/kube-apiserver-client-kubelet": kubeletClient(asked, usages)
        case "kubernetes.io/kube-apiserver-client": client(usages)
        default: nil
        }
    }

    private static func client(_ usages: [String]) -> String? {
        for usage in usages where !["digital signature", "key encipherment", "client auth"].contains(usage) {
            return "invalid usage for client certificate: \(usage)"
        }
        return usages.contains("client auth") ? nil : "missing required usage for client certificate: client auth"
    }

    private static func kubeletServing(_ asked: RequestedCertificate, _ usages: [String]) -> String? {
        if asked.organizations != ["system:nodes"] { return "subject organization is not system:nodes" }
        if asked.dnsNames.isEmpty, asked.addressCount == 0 { return "DNS or IP subjectAltName is required" }
        if !asked.emailAddresses.isEmpty { return "Email subjectAltNames are not allowed" }
        if !asked.uris.isEmpty { return "URI subjectAltNames are not allowed" }
        return usageProblem(usages, purpose: "server auth") ?? nameProblem(asked)
    }

    private static func kubeletClient(_ asked: RequestedCertificate, _ usages: [String]) -> String? {
        if asked.organizations != ["system:nodes"] { return "subject organization is not system:nodes" }
        if !asked.dnsNames.isEmpty { return "DNS subjectAltNames are not allowed" }
        if !asked.emailAddresses.isEmpty { return "Email subjectAltNames are not allowed" }
        if asked.addressCount > 0 { return "IP subjectAltNames are not allowed" }
        if !asked.uris.isEmpty { return "URI subjectAltNames are not allowed" }
        return nameProblem(asked) ?? usageProblem(usages, purpose: "client auth")
    }

    private static func nameProblem(_ asked: RequestedCertificate) -> String? {
        asked.commonName.hasPrefix("system:node:") ? nil : "subject common name does not begin with system:node:"
    }

    /// A key that is not RSA enciphers nothing, and may do without that usage.
    private static func usageProblem(_ usages: [String], purpose: String) -> String? {
        let required: Set = ["digital signature", "key encipherment", purpose]
        let given = Set(usages)
        if given == required || given == required.subtracting(["key encipherment"]) { return nil }
        return "usages did not match [\(required.sorted().joined(separator: " "))]"
    }
}
