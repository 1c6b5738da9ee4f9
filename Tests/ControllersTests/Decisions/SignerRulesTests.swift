import Testing

@testable import Controllers

@Suite struct SignerRulesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var signer = "kubernetes.io/kubelet-serving"
        var asked = Self.node()
        var usages = ["digital signature", "key encipherment", "server auth"]
        var problem: String?

        static func node(_ change: (inout RequestedCertificate) -> Void = { _ in }) -> RequestedCertificate {
            var asked = RequestedCertificate()
            asked.commonName = "system:node:a"
            asked.organizations = ["system:nodes"]
            asked.dnsNames = ["a"]
            change(&asked)
            return asked
        }

        static func client(_ change: (inout RequestedCertificate) -> Void = { _ in }) -> RequestedCertificate {
            node {
                $0.dnsNames = []
                change(&$0)
            }
        }
    }

    static let kubelet = "kubernetes.io/kube-apiserver-client-kubelet"
    static let clientUsages = ["digital signature", "client auth"]

    @Test(arguments: [
        Case(testDescription: "a kubelet's server"),
        Case(testDescription: "without encipherment", usages: ["server auth", "digital signature"]),
        Case(testDescription: "another organization", asked: Case.node { $0.organizations = ["dev"] }, problem: "subject organization is not system:nodes"),
        Case(testDescription: "no address", asked: Case.node { $0.dnsNames = [] }, problem: "DNS or IP subjectAltName is required"),
        Case(testDescription: "a mail address", asked: Case.node { $0.emailAddresses = ["a@b"] }, problem: "Email subjectAltNames are not allowed"),
        Case(testDescription: "a URI", asked: Case.node { $0.uris = ["a:b"] }, problem: "URI subjectAltNames are not allowed"),
        Case(testDescription: "for clients", usages: ["client auth"], problem: "usages did not match [digital signature key encipherment server auth]"),
        Case(testDescription: "another name", asked: Case.node { $0.commonName = "jane" }, problem: "subject common name does not begin with system:node:"),
        Case(testDescription: "a kubelet", signer: kubelet, asked: Case.client(), usages: clientUsages),
        Case(testDescription: "a kubelet with a name", signer: kubelet, usages: clientUsages, problem: "DNS subjectAltNames are not allowed"),
        Case(
            testDescription: "a kubelet with an address", signer: kubelet, asked: Case.client { $0.addressCount = 1 }, usages: clientUsages,
            problem: "IP subjectAltNames are not allowed"),
        Case(
            testDescription: "a kubelet as server", signer: kubelet, asked: Case.client(), usages: ["server auth"],
            problem: "usages did not match [client auth digital signature key encipherment]"),
        Case(testDescription: "a client", signer: "kubernetes.io/kube-apiserver-client", asked: RequestedCertificate(), usages: ["client auth"]),
        Case(
            testDescription: "a client as server", signer: "kubernetes.io/kube-apiserver-client", usages: ["client auth", "server auth"],
            problem: "invalid usage for client certificate: server auth"),
        Case(
            testDescription: "a client of no use", signer: "kubernetes.io/kube-apiserver-client", usages: ["digital signature"],
            problem: "missing required usage for client certificate: client auth"),
        Case(testDescription: "an unknown signer", signer: "example.com/own", usages: []),
    ])
    func `a request is held against its signer's rules`(_ entry: Case) {
        #expect(SignerRules.problem(entry.signer, entry.asked, usages: entry.usages) == entry.problem)
    }
}
