import Testing
import X509

@testable import APIServer

@Suite struct ServerAddressTests {
    @Test func `listens on loopback unless told otherwise`() { #expect(ServerAddress(port: 6443).host == "127.0.0.1") }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.0.0.2", true), ("localhost", true), ("::1", true), ("0.0.0.0", false), ("::", false), ("192.168.0.10", false),
        ("127.0.0.1.example.com", false), ("127.evil.example.com", false), ("", false),
    ])
    func `knows what only this machine can reach`(_ host: String, _ isLoopback: Bool) { #expect(ServerAddress(host: host, port: 1).isLoopback == isLoopback) }

    @Test func `a server that listens on all addresses is reached under each of them`() {
        #expect(ServerAddress(host: "192.168.0.10", port: 1).names == ["192.168.0.10"])
        #expect(ServerAddress(host: "0.0.0.0", port: 1).names.contains("127.0.0.1"))
    }

    @Test func `the server's certificate is good for the address that it listens on`() throws {
        let identity = try ClusterIdentity()
        func names(_ identity: ClusterIdentity) throws -> [GeneralName] {
            try Certificate(pemEncoded: identity.serverCertificatePEM).extensions.subjectAlternativeNames.map { Array($0) } ?? []
        }
        #expect(try identity.serving(["127.0.0.1", "::1", "localhost"]).serverCertificatePEM == identity.serverCertificatePEM)
        let serving = try identity.serving(["192.168.0.10", "2001:db8::1", "desk.example.com"])
        #expect(serving.authorityText == identity.authorityText)
        #expect(try names(serving).starts(with: names(identity)))
        for host in ["192.168.0.10", "2001:db8::1", "desk.example.com"] {
            #expect(try names(serving).contains(ClusterIdentity.generalName(host)))
            #expect(try !names(identity).contains(ClusterIdentity.generalName(host)))
        }
        let certificate = try Certificate(pemEncoded: serving.serverCertificatePEM)
        #expect(serving.authority.publicKey.isValidSignature(certificate.signature, for: certificate))
    }

    @Test func `stands in a URL as such do`() {
        #expect(ServerAddress(port: 6443).text == "127.0.0.1:6443")
        #expect(ServerAddress(host: "::1", port: 6443).text == "[::1]:6443")
    }
}
