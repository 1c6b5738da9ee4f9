import KubernetesObjects
import SimulationKernel

/// What signs a cluster's JSON web tokens, and tells its own signatures from others.
///
/// A simulated cluster signs with a secret of its seed (HS256), so that a run can be repeated to the byte. A live one is
/// given the key in its folder (ES256), whose public half clients can read at `/openid/v1/jwks`.
package struct TokenSigner: Sendable {
    /// `ES256`, `HS256`: the header's `alg`.
    package let algorithm: String
    package let keyID: String
    /// The public keys, as `/openid/v1/jwks` answers them.
    package let keys: Value
    private let signature: @Sendable ([UInt8]) -> [UInt8]?
    private let isSignature: @Sendable (_ signature: [UInt8], _ text: [UInt8]) -> Bool

    package init(
        algorithm: String, keyID: String, keys: Value, sign: @escaping @Sendable ([UInt8]) -> [UInt8]?,
        verify: @escaping @Sendable (_ signature: [UInt8], _ text: [UInt8]) -> Bool
    ) {
        self.algorithm = algorithm
        self.keyID = keyID
        self.keys = keys
        signature = sign
        isSignature = verify
    }

    /// Signs with a secret of a seed: equal in every run, and known only inside this process.
    package init(seed: UInt64) {
        var stream = RandomStream(seed: seed, name: "apiserver.tokens")
        let secret = (0..<4).flatMap { _ in
            let word = stream.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
        let keyID = Base64.encodeURL(SHA256.digest(secret))
        self.init(
            algorithm: "HS256", keyID: keyID, keys: ["keys": []], sign: { Self.hmac(secret, $0) },
            verify: { $0 == Self.hmac(secret, $1) })
    }

    /// A token that says `claims`; empty when the key cannot sign.
    package func token(_ claims: Value) -> String {
        let header: Value = ["alg": .string(algorithm), "kid": .string(keyID)]
        let text = Base64.encodeURL(Array(compactJSON(header).utf8)) + "." + Base64.encodeURL(Array(compactJSON(claims).utf8))
        guard let signature = signature(Array(text.utf8)) else { return "" }
        return text + "." + Base64.encodeURL(signature)
    }

    /// What a token says; nil when it is not one that this signed.
    package func claims(of token: String) -> Value? {
        guard token.utf8.count <= 65_536 else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64.decodeURL(String(parts[2])),
            let header = Base64.decodeURL(String(parts[0])).flatMap({ try? Value(parsingJSON: $0) }),
            header["alg"]?.stringValue == algorithm, isSignature(signature, Array("\(parts[0]).\(parts[1])".utf8)),
            let bytes = Base64.decodeURL(String(parts[1]))
        else { return nil }
        return try? Value(parsingJSON: bytes)
    }

    /// A token of an account that does not end: what Secrets of type `kubernetes.io/service-account-token` hold.
    package func accountToken(namespace: String, account: String, uid: String, secret: String) -> String {
        token([
            "iss": "kubernetes/serviceaccount", "kubernetes.io/serviceaccount/namespace": .string(namespace),
            "kubernetes.io/serviceaccount/secret.name": .string(secret), "kubernetes.io/serviceaccount/service-account.name": .string(account),
            "kubernetes.io/serviceaccount/service-account.uid": .string(uid), "sub": .string("system:serviceaccount:\(namespace):\(account)"),
        ])
    }

    /// - Source: RFC 2104 with SHA-256.
    private static func hmac(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        let padded = key + [UInt8](repeating: 0, count: 64 - key.count)
        return SHA256.digest(padded.map { $0 ^ 0x5c } + SHA256.digest(padded.map { $0 ^ 0x36 } + text))
    }
}
