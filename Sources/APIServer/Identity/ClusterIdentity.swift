import APIMachinery
import Controllers
import Crypto
import Foundation
import KubernetesObjects
import SimulationKernel
import SwiftASN1
import X509

/// The keys of a live cluster: its certificate authority, its server's certificate, and the key that signs tokens.
///
/// - Shape: kept as PEM texts, see `files`; the names are those of a kubeadm cluster's `pki` folder.
package struct ClusterIdentity: Sendable {
    let authority: Certificate
    let authorityPEM: String
    let authorityKey: P256.Signing.PrivateKey
    var serverCertificatePEM: String
    let serverKeyPEM: String
    private let accountKey: P256.Signing.PrivateKey

    /// Why keys cannot be used.
    package struct Problem: Error, CustomStringConvertible {
        package var description: String
    }

    static let year: TimeInterval = 365 * 86_400

    /// Makes new keys for a server that is reached under its usual names and `hosts`.
    package init(hosts: [String] = [], serviceAddress: String = "10.100.0.1") throws {
        let authorityKey = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("kubernetes") }
        let authority = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(authorityKey.publicKey), notValidBefore: Self.begin,
            notValidAfter: Self.begin + 10 * Self.year, issuer: name, subject: name,
            extensions: Certificate.Extensions {
                Critical(KeyUsage(digitalSignature: true, keyEncipherment: true, keyCertSign: true))
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                SubjectKeyIdentifier(hash: Certificate.PublicKey(authorityKey.publicKey))
                SubjectAlternativeNames([.dnsName("kubernetes")])
            },
            issuerPrivateKey: .init(authorityKey))
        let serverKey = P256.Signing.PrivateKey()
        let server = try Self.serverCertificate(for: serverKey.publicKey, names: Self.serverNames(hosts + [serviceAddress]), authority, authorityKey)
        try self.init(
            authorityPEM: authority.serializeAsPEM().pemString + "\n", authorityKeyPEM: authorityKey.pemRepresentation + "\n",
            serverCertificatePEM: server.serializeAsPEM().pemString + "\n", serverKeyPEM: serverKey.pemRepresentation + "\n",
            accountKeyPEM: P256.Signing.PrivateKey().pemRepresentation + "\n")
    }

    private init(
        authorityPEM: String, authorityKeyPEM: String, serverCertificatePEM: String, serverKeyPEM: String, accountKeyPEM: String
    ) throws {
        self.authorityPEM = authorityPEM
        authority = try Certificate(pemEncoded: authorityPEM)
        authorityKey = try P256.Signing.PrivateKey(pemRepresentation: authorityKeyPEM)
        self.serverCertificatePEM = serverCertificatePEM
        self.serverKeyPEM = serverKeyPEM
        accountKey = try P256.Signing.PrivateKey(pemRepresentation: accountKeyPEM)
    }

    /// The authority's certificate in PEM: what clients trust.
    package var authorityText: String { authorityPEM }

    // MARK: Files

    /// The files in which the keys are kept, with their texts; those with keys are nobody else's business.
    package var files: [(name: String, text: String, isSecret: Bool)] {
        [
            ("ca.crt", authorityPEM, false), ("ca.key", authorityKey.pemRepresentation + "\n", true),
            ("apiserver.crt", serverCertificatePEM, false), ("apiserver.key", serverKeyPEM, true),
            ("sa.key", accountKey.pemRepresentation + "\n", true), ("sa.pub", accountKey.publicKey.pemRepresentation + "\n", false),
        ]
    }

    package static let fileNames = ["ca.crt", "ca.key", "apiserver.crt", "apiserver.key", "sa.key"]

    /// Reads the keys back; `text` gives a file's content.
    package init(reading text: (String) -> String?) throws {
        func needed(_ name: String) throws -> String {
            guard let text = text(name) else { throw Problem(description: "\(name) is missing") }
            return text
        }
        try self.init(
            authorityPEM: needed("ca.crt"), authorityKeyPEM: needed("ca.key"), serverCertificatePEM: needed("apiserver.crt"),
            serverKeyPEM: needed("apiserver.key"), accountKeyPEM: needed("sa.key"))
    }

    /// A little before now, for clocks that differ.
    static var begin: Date { Date(timeIntervalSince1970: Double(WallClock.now.seconds)) - backdate }
    private static let backdate: TimeInterval = 300
    private static let short: TimeInterval = 8 * 3600
    /// The least that a request may ask for.
    private static let lifetimeMin: TimeInterval = 600

    // MARK: Signing

    /// A certificate and key for a person or a program.
    package func clientCertificate(name: String, groups: [String]) throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let subject = DistinguishedName(
            groups.map { RelativeDistinguishedName([.init(type: .RDNAttributeType.organizationName, utf8String: $0)]) }
                + [RelativeDistinguishedName([.init(type: .RDNAttributeType.commonName, utf8String: name)])])
        let certificate = try issue(.init(key.publicKey), subject: subject, usages: [.clientAuth], names: nil, lifetime: Self.year)
        return (try certificate.serializeAsPEM().pemString + "\n", key.pemRepresentation + "\n")
    }

    private func issue(
        _ key: Certificate.PublicKey, subject: DistinguishedName, usages: [ExtendedKeyUsage.Usage], names: SubjectAlternativeNames?,
        lifetime: TimeInterval
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key, notValidBefore: Self.begin,
            // What is short holds from now on, not from a little before.
            notValidAfter: (lifetime < Self.short ? Self.begin + Self.backdate : Self.begin) + lifetime, issuer: authority.subject, subject: subject,
            extensions: Certificate.Extensions {
                Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
                try ExtendedKeyUsage(usages)
                Critical(BasicConstraints.notCertificateAuthority)
                if let names { names }
            },
            issuerPrivateKey: .init(authorityKey))
    }

    /// Signs what a CertificateSigningRequest asks for, as kube-controller-manager's signers do.
    ///
    /// - Parameters:
    ///   - request: the PEM text, or its base64 as the object holds it.
    ///   - lifetime: how long it asks the certificate to hold, on the wall; a year at most, and without it.
    /// - Returns: the certificate in base64 of PEM, as the object's status holds it; nil for a request that cannot be signed.
    /// - Source: `pkg/controller/certificates/signer`.
    package func sign(request: String, signer: String, lifetime: Duration? = nil) -> String? {
        guard let asked = Self.parsed(request), asked.publicKey.isValidSignature(asked.signature, for: asked) else { return nil }
        let names = (try? asked.attributes.extensionRequest)?.extensions.subjectAlternativeNamesOrNil
        let usages: [ExtendedKeyUsage.Usage] =
            switch signer {
            case "kubernetes.io/kubelet-serving": [.serverAuth]
            case "kubernetes.io/legacy-unknown": [.clientAuth, .serverAuth]
            default: [.clientAuth]
            }
        let isServing = usages.contains(.serverAuth)
        guard
            let certificate = try? issue(
                asked.publicKey, subject: asked.subject, usages: usages, names: isServing ? names : nil,
                lifetime: lifetime.map { min(max(Double($0.components.seconds), Self.lifetimeMin), Self.year) } ?? Self.year),
            let pem = try? certificate.serializeAsPEM().pemString
        else { return nil }
        return Base64.encode(pem + "\n")
    }

    private static func parsed(_ request: String) -> CertificateSigningRequest? {
        let text = request.contains("BEGIN") ? request : Base64.decode(request).map { String(decoding: $0, as: UTF8.self) }
        return text.flatMap { try? CertificateSigningRequest(pemEncoded: $0) }
    }

    /// Whom a request asks a certificate for; nil for a text that is no request.
    package static func contents(ofRequest request: String) -> RequestedCertificate? {
        guard let asked = parsed(request) else { return nil }
        var contents = RequestedCertificate()
        for attribute in asked.subject.flatMap({ $0 }) {
            guard let text = String(attribute.value) else { continue }
            if attribute.type == .RDNAttributeType.commonName { contents.commonName = text }
            if attribute.type == .RDNAttributeType.organizationName { contents.organizations.append(text) }
        }
        for name in (try? asked.attributes.extensionRequest)?.extensions.subjectAlternativeNamesOrNil ?? SubjectAlternativeNames() {
            switch name {
            case .dnsName(let text): contents.dnsNames.append(text)
            case .rfc822Name(let text): contents.emailAddresses.append(text)
            case .uniformResourceIdentifier(let text): contents.uris.append(text)
            case .ipAddress: contents.addressCount += 1
            default: break
            }
        }
        return contents
    }

    // MARK: Recognising

    /// The user of a client certificate in PEM, when it was issued here; nil for any other.
    package func user(ofCertificateText text: String) -> UserInfo? {
        (try? PEMDocument(pemString: text)).flatMap { user(ofCertificate: $0.derBytes) }
    }

    /// Whom a client certificate names, when this authority signed it and it holds now.
    ///
    /// - Source: apiserver `authentication/request/x509` `CommonNameUserConversion`.
    func user(ofCertificate der: [UInt8]) -> UserInfo? {
        guard let certificate = try? Certificate(derEncoded: der), certificate.issuer == authority.subject,
            authority.publicKey.isValidSignature(certificate.signature, for: certificate)
        else { return nil }
        let now = Date(timeIntervalSince1970: Double(WallClock.now.seconds))
        guard certificate.notValidBefore <= now, now <= certificate.notValidAfter,
            let usage = try? certificate.extensions.extendedKeyUsage, usage.contains(.clientAuth) || usage.contains(.any)
        else { return nil }
        var user = UserInfo(name: "")
        for attribute in certificate.subject.flatMap({ $0 }) {
            guard let text = String(attribute.value) else { continue }
            if attribute.type == .RDNAttributeType.commonName { user.name = text }
            if attribute.type == .RDNAttributeType.organizationName { user.groups.append(text) }
        }
        if user.name.isEmpty { return nil }
        user.groups.append("system:authenticated")
        let digest = Crypto.SHA256.hash(data: der).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }
        user.extra["authentication.kubernetes.io/credential-id"] = ["X509SHA256=\(digest.joined())"]
        return user
    }

    /// Signs and verifies ServiceAccount tokens with this cluster's key.
    package var tokenSigner: TokenSigner {
        let (privateKey, publicKey) = (accountKey, accountKey.publicKey)
        let point = Array(publicKey.x963Representation)
        let keyID = Base64.encodeURL(Array(Crypto.SHA256.hash(data: publicKey.derRepresentation)))
        let keys: Value = [
            "keys": [
                [
                    "use": "sig", "kty": "EC", "kid": .string(keyID), "crv": "P-256", "alg": "ES256", "x": .string(Base64.encodeURL(Array(point[1..<33]))),
                    "y": .string(Base64.encodeURL(Array(point[33..<65]))),
                ]
            ]
        ]
        return TokenSigner(
            algorithm: "ES256", keyID: keyID, keys: keys, sign: { text in (try? privateKey.signature(for: text)).map { Array($0.rawRepresentation) } },
            verify: { signature, text in
                guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
                return publicKey.isValidSignature(signature, for: text)
            })
    }
}

extension Certificate.Extensions {
    fileprivate var subjectAlternativeNamesOrNil: SubjectAlternativeNames? { (try? subjectAlternativeNames) ?? nil }
}
