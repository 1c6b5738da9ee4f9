import Cluster

extension ClusterProfile {
    /// Gives a cluster the keys of its live server: its components publish its authority, sign certificate requests and
    /// tokens with its keys.
    package mutating func adopt(_ identity: ClusterIdentity, keysAddress: String = "") {
        controllers.certificateAuthority = identity.authorityPEM
        controllers.signCertificate = { identity.sign(request: $0, signer: $1, lifetime: $2) }
        controllers.readCertificateRequest = { ClusterIdentity.contents(ofRequest: $0) }
        tokenSigner = identity.tokenSigner
        self.keysAddress = keysAddress
    }
}
