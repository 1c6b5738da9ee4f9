import KubernetesObjects
import Testing

@testable import APIMachinery

/// Certificate signing requests: what is let in, who decides, and what may change afterwards.
@Suite struct SigningRequestTests {
    static let path = "/apis/certificates.k8s.io/v1/certificatesigningrequests"

    /// A request of RFC 2986 with these names; nobody looks at its key and signature.
    static func requestText(_ names: [(identifier: UInt8, text: String)], block: String = "CERTIFICATE REQUEST") -> String {
        func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            content.count < 128 ? [tag, UInt8(content.count)] + content : [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
        let subject = element(
            0x30, names.flatMap { element(0x31, element(0x30, element(0x06, [0x55, 0x04, $0.identifier]) + element(0x0C, Array($0.text.utf8)))) })
        let information = element(0x30, element(0x02, [0]) + subject + element(0x30, []) + element(0xA0, []))
        let request = element(0x30, information + element(0x30, []) + element(0x03, [0]))
        let encoded = Base64.encode(request)
        var lines: [String] = []
        var rest = encoded[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return Base64.encode("-----BEGIN \(block)-----\n\(lines.joined(separator: "\n"))\n-----END \(block)-----\n")
    }

    static let jane = requestText([(3, "jane"), (10, "dev"), (10, "ops")])

    static func request(_ change: (inout Value) -> Void = { _ in }) -> Value {
        var request: Value = [
            "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": ["name": "jane"],
            "spec": ["request": .string(jane), "signerName": "example.com/lab", "usages": ["client auth"]],
        ]
        change(&request)
        return request
    }

    @Test func `reads the subject`() {
        let subject = CertificateSubject(request: Self.jane)
        #expect(subject.commonName == "jane" && subject.organizations == ["dev", "ops"])
        #expect(CertificateSubject(request: "bm9uZQ==").commonName.isEmpty)
        let bytes = Array(Base64.decode(Self.jane) ?? [])
        for length in stride(from: 0, to: bytes.count, by: 3) { _ = CertificateSubject(requestDER: Array(bytes.prefix(length))) }
    }

    // MARK: Creating

    struct Creation: CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout Value) -> Void
        /// The causes; empty for a request that is taken.
        var errors: [String]
    }

    @Test(arguments: [
        Creation(testDescription: "as it should be", change: { _ in }, errors: []),
        Creation(
            testDescription: "another PEM block", change: { $0["spec", "request"] = .string(requestText([], block: "CERTIFICATE")) },
            errors: ["spec.request: PEM block type must be CERTIFICATE REQUEST"]),
        Creation(
            testDescription: "no PEM", change: { $0["spec", "request"] = .string(Base64.encode("hello")) },
            errors: ["spec.request: PEM block type must be CERTIFICATE REQUEST"]),
        Creation(
            testDescription: "no request", change: { $0["spec", "request"] = nil },
            errors: ["spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST"]),
        Creation(testDescription: "no usages", change: { $0["spec", "usages"] = [] }, errors: ["spec.usages: Required value"]),
        Creation(
            testDescription: "unknown usages", change: { $0["spec", "usages"] = ["client", "client"] },
            errors: ["spec.usages[0]: Unsupported value: \"client\"", "spec.usages[1]: Unsupported value: \"client\"", "spec.usages[1]: Duplicate value: \"client\""]),
        Creation(testDescription: "no signer", change: { $0["spec", "signerName"] = "" }, errors: ["spec.signerName: Required value"]),
        Creation(
            testDescription: "legacy signer", change: { $0["spec", "signerName"] = "kubernetes.io/legacy-unknown" },
            errors: [
                "spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is not allowed via this API version"
            ]),
        Creation(
            testDescription: "signer without a path", change: { $0["spec", "signerName"] = "example.com" },
            errors: [
                "spec.signerName: Invalid value: \"example.com\": must be a fully qualified domain and path of the form 'example.com/signer-name'"
            ]),
        Creation(
            testDescription: "signer of a short domain", change: { $0["spec", "signerName"] = "example/lab" },
            errors: ["spec.signerName: Invalid value: \"example\": should be a domain with at least two segments separated by dots"]),
        Creation(
            testDescription: "signer with capitals", change: { $0["spec", "signerName"] = "Example.com/lab" },
            errors: ["spec.signerName: Invalid value: \"Example.com\": validating label \"Example\": a lowercase RFC 1123 label must consist of"]),
        Creation(
            testDescription: "too short a life", change: { $0["spec", "expirationSeconds"] = 599 },
            errors: ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)"]),
        Creation(testDescription: "the shortest life", change: { $0["spec", "expirationSeconds"] = 600 }, errors: []),
    ]) func `creating`(_ c: Creation) throws {
        var server = TestServer()
        let status = server.refusal("POST", Self.path, Self.request(c.change))
        #expect((status == nil) == c.errors.isEmpty, "\(status?.message ?? "accepted")")
        for error in c.errors {
            let (field, text) = (String(error.split(separator: ":")[0]), String(error.drop { $0 != ":" }.dropFirst(2)))
            let found = status?.details?["causes"]?.elements.contains {
                $0["field"]?.stringValue == field && $0["message"]?.stringValue?.contains(text) == true
            }
            #expect(found == true, "\(error) is not in \(status?.message ?? "")")
        }
    }

    @Test(arguments: [
        ([], "asn1: syntax error: sequence truncated"), ([0x30], "asn1: syntax error: truncated tag or length"),
        ([0x30, 5, 1], "asn1: syntax error: data truncated"), ([0x30, 0x80], "asn1: syntax error: indefinite length found (not DER)"),
        ([0x30, 0x81, 1, 0], "asn1: structure error: non-minimal length"),
        ([0x30, 0x82, 0, 200], "asn1: structure error: superfluous leading zeros in length"),
        ([0x04, 1, 7], "asn1: structure error: tags don't match (16 vs {class:0 tag:4 length:1 isCompound:false}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} certificateRequest @2"),
        ([0x30, 0], "asn1: syntax error: sequence truncated"),
        ([0x30, 7, 0x30, 0, 0x30, 0, 3, 1, 0, 9], "asn1: syntax error: trailing data"), ([0x30, 7, 0x30, 0, 0x30, 0, 3, 1, 0], nil),
    ] as [([UInt8], String?)])
    func `says what keeps bytes from being a request`(_ bytes: [UInt8], _ problem: String?) {
        #expect(CertificateRequestForm.problem(bytes) == problem)
    }

    @Test func `says who asked`() throws {
        var server = TestServer()
        var body = Self.request()
        body["spec", "username"] = "somebody-else"
        let stored = try server.send("POST", Self.path, body).body
        #expect(stored["spec"]?["username"]?.stringValue == UserInfo.admin.name)
        #expect(stored["spec"]?["groups"]?.elements.contains("system:masters") == true)
    }

    @Test func `nobody asks for administrators' rights`() {
        var server = TestServer()
        let masters = Self.requestText([(3, "eve"), (10, "system:masters")])
        let asked = Self.request {
            $0["spec", "request"] = .string(masters)
            $0["spec", "signerName"] = "kubernetes.io/kube-apiserver-client"
        }
        #expect(
            server.refusal("POST", Self.path, asked)?.message
                == "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"
        )
        #expect(server.refusal("POST", Self.path, Self.request { $0["spec", "request"] = .string(masters) }) == nil)
    }

    // MARK: Changing

    static func condition(_ type: String, _ reason: String = "Lab", status: String = "True") -> Value {
        ["type": .string(type), "status": .string(status), "reason": .string(reason), "message": "because"]
    }

    struct Change: CustomTestStringConvertible {
        var testDescription: String
        var before: [Value] = []
        var subresource = ""
        var conditions: [Value]
        var certificate: String?
        var error: String?
    }

    static let certificate = Base64.encode("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n")

    @Test(arguments: [
        Change(testDescription: "approve", subresource: "/approval", conditions: [condition("Approved")]),
        Change(
            testDescription: "approve after deny", before: [condition("Denied")], subresource: "/approval",
            conditions: [condition("Denied"), condition("Approved")],
            error: "status.conditions: Invalid value: \"Approved\": Approved and Denied conditions are mutually exclusive"),
        Change(
            testDescription: "deny after approve", before: [condition("Approved")], subresource: "/approval",
            conditions: [condition("Approved"), condition("Denied")],
            error: "status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive"),
        Change(
            testDescription: "take an approval back", before: [condition("Approved")], subresource: "/approval", conditions: [],
            error: "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\""),
        Change(
            testDescription: "approve twice", subresource: "/approval", conditions: [condition("Approved"), condition("Approved")],
            error: "status.conditions[1].type: Duplicate value: \"Approved\""),
        Change(
            testDescription: "approve with False", subresource: "/approval", conditions: [condition("Approved", status: "False")],
            error: "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\""),
        Change(
            testDescription: "a condition without a type", subresource: "/approval", conditions: [condition("")],
            error: "status.conditions[0].type: Required value"),
        Change(
            testDescription: "approve through the status", subresource: "/status", conditions: [condition("Approved")],
            error: "status.conditions: Forbidden: updates may not add a condition of type \"Approved\""),
        Change(testDescription: "fail through the status", subresource: "/status", conditions: [condition("Failed")]),
        Change(testDescription: "approve through the object changes nothing", conditions: [condition("Approved")]),
        Change(
            testDescription: "issue", before: [condition("Approved")], subresource: "/status", conditions: [condition("Approved")],
            certificate: certificate),
        Change(
            testDescription: "issue what is no certificate", before: [condition("Approved")], subresource: "/status",
            conditions: [condition("Approved")], certificate: Base64.encode("hello"),
            error: "status.certificate: Invalid value: \"<certificate data>\": must contain at least one CERTIFICATE PEM block"),
    ]) func `changing`(_ c: Change) throws {
        var server = TestServer()
        var object = try server.send("POST", Self.path, Self.request()).body
        if !c.before.isEmpty {
            object["status"] = ["conditions": .array(c.before)]
            object = try server.send("PUT", Self.path + "/jane/approval", object).body
        }
        object["status"] = ["conditions": .array(c.conditions)]
        if let certificate = c.certificate { object["status", "certificate"] = .string(certificate) }
        object["spec", "signerName"] = "example.com/other"
        let status = server.refusal("PUT", Self.path + "/jane" + c.subresource, object)
        let stored = try server.send("GET", Self.path + "/jane").body
        #expect(stored["spec"]?["signerName"] == "example.com/lab", "the spec never changes")
        if let error = c.error {
            #expect(status?.message.contains(error) == true, "\(status?.message ?? "accepted")")
            #expect(stored["status"]?["certificate"] == nil)
        } else {
            #expect(status == nil, "\(status?.message ?? "")")
            let types = (stored["status"]?["conditions"]?.elements ?? []).compactMap { $0["type"]?.stringValue }
            #expect(types == (c.subresource.isEmpty ? [] : c.conditions.compactMap { $0["type"]?.stringValue }))
            #expect(stored["status"]?["certificate"]?.stringValue == c.certificate)
            for condition in stored["status"]?["conditions"]?.elements ?? [] {
                #expect(condition["lastUpdateTime"] != nil && condition["lastTransitionTime"] != nil)
            }
        }
    }

    @Test func `an issued certificate stays`() throws {
        var server = TestServer()
        var object = try server.send("POST", Self.path, Self.request()).body
        object["status"] = ["conditions": [Self.condition("Approved")]]
        object = try server.send("PUT", Self.path + "/jane/approval", object).body
        object["status", "certificate"] = .string(Self.certificate)
        object = try server.send("PUT", Self.path + "/jane/status", object).body
        object["status", "certificate"] = .string(Base64.encode("-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n"))
        #expect(
            server.refusal("PUT", Self.path + "/jane/status", object)?.message.contains(
                "status.certificate: Forbidden: updates may not modify existing certificate content") == true)
    }

    @Test func `deciding and signing need the signer's verbs`() throws {
        var server = TestServer()
        var object = try server.send("POST", Self.path, Self.request()).body
        _ = try server.send(
            "POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            [
                "metadata": ["name": "decider"],
                "rules": [
                    [
                        "apiGroups": ["certificates.k8s.io"],
                        "resources": ["certificatesigningrequests/approval", "certificatesigningrequests/status"], "verbs": ["update"],
                    ]
                ],
            ])
        _ = try server.send(
            "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            [
                "metadata": ["name": "decider"], "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "decider"],
                "subjects": [["kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"]],
            ])
        let ann = UserInfo(name: "ann", groups: ["system:authenticated"])
        object["status"] = ["conditions": [Self.condition("Approved")]]
        #expect(
            server.refusal("PUT", Self.path + "/jane/approval", object, user: ann)?.message
                == "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: user not permitted to approve requests with signerName \"example.com/lab\""
        )
        object["status"] = ["certificate": .string(Self.certificate)]
        #expect(
            server.refusal("PUT", Self.path + "/jane/status", object, user: ann)?.message
                == "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: user not permitted to sign requests with signerName \"example.com/lab\""
        )
    }
}
