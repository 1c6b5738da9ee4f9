import APIMachinery
import Cluster
import Crypto
import Foundation
import KubernetesObjects
import NIOHTTP1
import SwiftASN1
import Testing
import X509

@testable import APIServer

/// Who gets in, and as whom.
@Suite struct AuthenticationTests {
    private func whoami(_ live: LiveServerFixture, _ caller: LiveServerFixture.Caller, _ headers: [(String, String)] = []) async throws -> ClientAnswer {
        try await live.send(
            .POST, "/apis/authentication.k8s.io/v1/selfsubjectreviews", [("Content-Type", "application/json")] + headers,
            body: #"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#, as: caller)
    }

    private func token(_ live: LiveServerFixture, _ account: String, spec: String = "{}") async throws -> String {
        let answer = try await live.send(
            .POST, "/api/v1/namespaces/default/serviceaccounts/\(account)/token", [("Content-Type", "application/json")],
            body: "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":\(spec)}")
        return try #require(answer.value["status"]?["token"]?.stringValue, "\(answer.text)")
    }

    @Test func `a certificate names a user and groups`() async throws {
        let live = try await LiveServerFixture.shared.value
        let user = try await whoami(live, .user("jane", groups: ["dev", "ops"])).value["status"]?["userInfo"]
        #expect(user?["username"] == "jane")
        #expect(user?["groups"] == ["dev", "ops", "system:authenticated"])
    }

    @Test func `strangers are refused, nobody is anonymous`() async throws {
        let live = try await LiveServerFixture.shared.value
        let other = try ClusterIdentity().clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        #expect(try await live.send(path: "/api/v1/nodes", as: .certificate(other.certificate, key: other.key)).code == 401)
        let bad = try await live.send(path: "/api/v1/nodes", as: .token("no.such.token"))
        #expect(bad.code == 401)
        #expect(bad.value["reason"] == "Unauthorized" && bad.value["message"] == "Unauthorized")
        let anonymous = try await live.send(path: "/api/v1/nodes", as: .anonymous)
        #expect(anonymous.code == 403)
        #expect(anonymous.text.contains(#"User \"system:anonymous\" cannot list resource \"nodes\""#))
        #expect(try await live.send(path: "/healthz", as: .anonymous).code == 200)
        #expect(try await live.send(path: "/api", as: .anonymous).code == 403)
    }

    @Test func `who may not do it is told so whatever is wrong with the request; who may is told what is`() async throws {
        let live = try await LiveServerFixture.shared.value
        let json = ("Content-Type", "application/json")
        let cases: [(HTTPMethod, String, (String, String), String, code: Int)] = [
            (.POST, "/api/v1/namespaces/default/configmaps", json, "{", 400),
            (.POST, "/api/v1/namespaces/default/configmaps", ("Content-Type", "text/plain"), "{}", 415),
            (.PATCH, "/api/v1/namespaces/default/configmaps/x", ("Content-Type", "application/x"), "{}", 415),
            (.PATCH, "/api/v1/namespaces/default/configmaps/x", ("Content-Type", "application/merge-patch+json"), "[", 400),
            (.PUT, "/apis/apps/v1/namespaces/default/deployments/x", ("Content-Type", "application/yaml"), "a: [", 400),
            (.GET, "/api/v1/pods?limit=x", json, "", 400),
            (.POST, "/api/v1/namespaces/default/configmaps?fieldValidation=x", json, "{}", 422),
        ]
        for (method, path, header, body, code) in cases {
            let refused = try await live.send(method, path, [header], body: body, as: .user("nobody", groups: []))
            #expect(refused.code == 403 && refused.value["message"]?.stringValue?.contains("User \"nobody\" cannot") == true, "\(method) \(path) \(refused.text)")
            let unread = try await live.send(method, path, [header], body: body)
            #expect(unread.code == code, "\(method) \(path) \(unread.text)")
        }
        #expect(try await live.send(.POST, "/apis/apps/v1/namespaces/default/nosuch", [json], body: "{").code == 404)
        #expect(try await live.send(.POST, "/api/v1/namespaces/default/pods/x/status", [json], body: "{").code == 405)
    }

    @Test(arguments: [(nil as Duration?, 365 * 86_400), (.seconds(3600), 3600), (.seconds(60), 600), (.seconds(86_400), 86_400), (.seconds(1 << 33), 365 * 86_400)])
    func `a certificate holds for as long as was asked for, within bounds`(_ asked: Duration?, _ seconds: Int) throws {
        let identity = try ClusterIdentity()
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName("jane") }
        let request = try CertificateSigningRequest(
            version: .v1, subject: subject, privateKey: .init(key), attributes: .init(), signatureAlgorithm: .ecdsaWithSHA256)
        let signed = try #require(
            identity.sign(request: request.serializeAsPEM().pemString, signer: "kubernetes.io/kube-apiserver-client", lifetime: asked).flatMap { Base64.decode($0) })
        let certificate = try Certificate(pemEncoded: String(decoding: signed, as: UTF8.self))
        let left = certificate.notValidAfter.timeIntervalSince1970 - Double(WallClock.now.seconds)
        // What is long ends a little early: its time begins a little before now.
        #expect(abs(left - Double(seconds >= 8 * 3600 ? seconds - 300 : seconds)) < 30)
        #expect(certificate.notValidBefore.timeIntervalSince1970 < Double(WallClock.now.seconds) - 200)
    }

    @Test func `a request says whom it asks for`() throws {
        let subject = try DistinguishedName {
            OrganizationName("system:nodes")
            CommonName("system:node:a")
        }
        let names: [GeneralName] = [
            .dnsName("a"), .rfc822Name("a@b"), .uniformResourceIdentifier("x:y"), .ipAddress(ASN1OctetString(contentBytes: [10, 0, 0, 1])),
        ]
        let extensions = try Certificate.Extensions([Certificate.Extension(SubjectAlternativeNames(names), critical: false)])
        var attributes = CertificateSigningRequest.Attributes()
        attributes.insert(try CertificateSigningRequest.Attribute(ExtensionRequest(extensions: extensions)))
        let request = try CertificateSigningRequest(
            version: .v1, subject: subject, privateKey: .init(P256.Signing.PrivateKey()), attributes: attributes, signatureAlgorithm: .ecdsaWithSHA256)
        let contents = try #require(ClusterIdentity.contents(ofRequest: Base64.encode(request.serializeAsPEM().pemString)))
        #expect(contents.commonName == "system:node:a" && contents.organizations == ["system:nodes"] && contents.addressCount == 1)
        #expect(contents.dnsNames == ["a"] && contents.emailAddresses == ["a@b"] && contents.uris == ["x:y"])
        #expect(ClusterIdentity.contents(ofRequest: "no request") == nil)
    }

    @Test func `a server's certificate is no client's`() async throws {
        let live = try await LiveServerFixture.shared.value
        let caller = LiveServerFixture.Caller.certificate(live.identity.serverCertificatePEM, key: live.identity.serverKeyPEM)
        #expect(try await live.send(path: "/api/v1/nodes", as: caller).code == 401)
    }

    @Test func `an account's token gets in, and RBAC decides`() async throws {
        let live = try await LiveServerFixture.shared.value
        let token = try await token(live, "default")
        let user = try await whoami(live, .token(token)).value["status"]?["userInfo"]
        #expect(user?["username"] == "system:serviceaccount:default:default")
        #expect(user?["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"])
        let refused = try await live.send(path: "/api/v1/nodes", as: .token(token))
        #expect(refused.code == 403 && refused.text.contains(#"User \"system:serviceaccount:default:default\" cannot list"#))
    }

    @Test func `tokens for others, changed ones and those of accounts that are gone are refused`() async throws {
        let live = try await LiveServerFixture.shared.value
        let foreign = try await token(live, "default", spec: #"{"audiences":["vault"]}"#)
        #expect(try await live.send(path: "/api", as: .token(foreign)).code == 401)
        let good = try await token(live, "default")
        var parts = good.split(separator: ".").map(String.init)
        parts[1] = String(parts[1].reversed())
        #expect(try await live.send(path: "/api", as: .token(parts.joined(separator: "."))).code == 401)
        let made = try await live.send(
            .POST, "/api/v1/namespaces/default/serviceaccounts", [("Content-Type", "application/json")],
            body: #"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"leaver"}}"#)
        #expect(made.code == 201)
        let leaver = try await token(live, "leaver")
        #expect(try await live.send(path: "/api", as: .token(leaver)).code == 200)
        _ = try await live.send(.DELETE, "/api/v1/namespaces/default/serviceaccounts/leaver")
        #expect(try await live.send(path: "/api", as: .token(leaver)).code == 401)
    }

    @Test func `a review says why a token is refused`() async throws {
        let live = try await LiveServerFixture.shared.value
        func review(_ token: String, audiences: String = "[]") async throws -> Value? {
            try await live.send(
                .POST, "/apis/authentication.k8s.io/v1/tokenreviews", [("Content-Type", "application/json")],
                body: #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"\#(token)","audiences":\#(audiences)}}"#
            ).value["status"]
        }
        let foreign = try await token(live, "default", spec: #"{"audiences":["vault","x"]}"#)
        #expect(try await review(foreign, audiences: #"["vault"]"#)?["audiences"] == ["vault"])
        #expect(
            try await review(foreign, audiences: #"["other"]"#)
                == [
                    "user": [:],
                    "error": #"[invalid bearer token, token audiences ["vault" "x"] is invalid for the target audiences ["other"]]"#,
                ])
        #expect(try await review("bad") == ["user": [:], "error": "invalid bearer token"])
        _ = try await live.send(
            .POST, "/api/v1/namespaces/default/serviceaccounts", [("Content-Type", "application/json")],
            body: #"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"reviewed"}}"#)
        let reviewed = try await token(live, "reviewed")
        #expect(try await review(reviewed)?["authenticated"] == true)
        _ = try await live.send(.DELETE, "/api/v1/namespaces/default/serviceaccounts/reviewed")
        #expect(try await review(reviewed)?["error"] == "[invalid bearer token, service account token has been invalidated]")
    }

    @Test func `what is no resource has no kind in a refusal`() async throws {
        let refused = try await LiveServerFixture.shared.value.send(path: "/metrics", as: .anonymous).value
        #expect(refused["code"] == 403 && refused["details"] == [:])
    }

    @Test func `tokens are signed with the key that is published`() async throws {
        let live = try await LiveServerFixture.shared.value
        let keys = try await live.send(path: "/openid/v1/jwks").value
        let key = try #require(keys["keys"]?[0])
        func bytes(_ text: String?) -> [UInt8] {
            let plain = (text ?? "").map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
            return Base64.decode(String(plain) + String(repeating: "=", count: (4 - plain.count % 4) % 4)) ?? []
        }
        let point = bytes(key["x"]?.stringValue) + bytes(key["y"]?.stringValue)
        let publicKey = try P256.Signing.PublicKey(rawRepresentation: point)
        let parts = try await token(live, "default").split(separator: ".").map(String.init)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: bytes(parts[2]))
        #expect(publicKey.isValidSignature(signature, for: Array("\(parts[0]).\(parts[1])".utf8)))
    }

    @Test func `an approved certificate request gives a certificate that gets in`() async throws {
        let live = try await LiveServerFixture.shared.value
        let key = P256.Signing.PrivateKey()
        let request = try CertificateSigningRequest(
            version: .v1, subject: DistinguishedName { CommonName("newcomer") }, privateKey: .init(key), attributes: .init(),
            signatureAlgorithm: .ecdsaWithSHA256)
        let text = Base64.encode(try request.serializeAsPEM().pemString)
        let resource = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
        let made = try await live.send(
            .POST, resource, [("Content-Type", "application/json")],
            body: """
                {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"newcomer"},
                 "spec":{"request":"\(text)","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}
                """)
        #expect(made.code == 201, "\(made.text)")
        var approved = made.value
        approved["status"] = ["conditions": [["type": "Approved", "status": "True", "reason": "Test", "message": "in a test"]]]
        let approval = try await live.send(.PUT, "\(resource)/newcomer/approval", [("Content-Type", "application/json")], body: approved.json())
        #expect(approval.code == 200, "\(approval.text)")
        try await live.host.step(by: .seconds(5))
        let signed = try await live.send(path: "\(resource)/newcomer").value["status"]?["certificate"]?.stringValue
        let certificate = String(decoding: try #require(signed.flatMap { Base64.decode($0) }), as: UTF8.self)
        let caller = LiveServerFixture.Caller.certificate(certificate, key: key.pemRepresentation)
        #expect(try await whoami(live, caller).value["status"]?["userInfo"]?["username"] == "newcomer")
    }

    @Test func `keys are read back as they were kept`() throws {
        let identity = try ClusterIdentity()
        let files = Dictionary(uniqueKeysWithValues: identity.files.map { ($0.name, $0.text) })
        let again = try ClusterIdentity { files[$0] }
        #expect(again.authorityText == identity.authorityText)
        let token = identity.tokenSigner.token(["sub": "x"])
        #expect(again.tokenSigner.claims(of: token)?["sub"] == "x")
        #expect(try ClusterIdentity().tokenSigner.claims(of: token) == nil)
        #expect(Set(identity.files.filter(\.isSecret).map(\.name)) == ["ca.key", "apiserver.key", "sa.key"])
    }
}
