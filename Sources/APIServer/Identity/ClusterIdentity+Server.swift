import Crypto
import Foundation
import Glibc
import SwiftASN1
import X509

/// The server's certificate, and the names that it is good for.
extension ClusterIdentity {
    /// The same keys with a server's certificate that is good for further names and addresses too.
    ///
    /// - Differs: a real server's certificate is made once; ours is signed anew for whatever address it listens on.
    package func serving(_ hosts: [String]) throws -> ClusterIdentity {
        let present = try Certificate(pemEncoded: serverCertificatePEM).extensions.subjectAlternativeNames.map { Array($0) } ?? []
        let missing = hosts.map(Self.generalName).filter { !present.contains($0) }
        if missing.isEmpty { return self }
        var result = self
        let key = try P256.Signing.PrivateKey(pemRepresentation: serverKeyPEM).publicKey
        let certificate = try Self.serverCertificate(for: key, names: present + missing, authority, authorityKey)
        result.serverCertificatePEM = try certificate.serializeAsPEM().pemString + "\n"
        return result
    }

    /// The names under which every cluster's server is reached, and further ones.
    static func serverNames(_ hosts: [String]) -> [GeneralName] {
        let usual = [
            "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "127.0.0.1", "::1",
        ]
        return (usual + hosts).map(generalName)
    }

    /// A host as certificates name it: an address in its bytes, or a DNS name.
    static func generalName(_ host: String) -> GeneralName {
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            if inet_pton(family, host, &bytes) == 1 { return .ipAddress(ASN1OctetString(contentBytes: bytes[...])) }
        }
        return .dnsName(host)
    }

    static func serverCertificate(
        for key: P256.Signing.PublicKey, names: [GeneralName], _ authority: Certificate, _ authorityKey: P256.Signing.PrivateKey
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key), notValidBefore: begin,
            notValidAfter: begin + 10 * year, issuer: authority.subject, subject: DistinguishedName { CommonName("kube-apiserver") },
            extensions: Certificate.Extensions {
                Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
                try ExtendedKeyUsage([.serverAuth])
                Critical(BasicConstraints.notCertificateAuthority)
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: .init(authorityKey))
    }
}
