import APIMachinery
import KubernetesObjects

/// A registry that wants to know who pulls.
struct PrivateRegistry: Hashable, Sendable {
    /// What it accepts; anybody with an entry for the registry when both are empty.
    var userName: String
    var password: String
}

/// Whether a pod's secrets open a private registry.
///
/// - Source: kubelet `credentialprovider` (`.dockerconfigjson` and `.dockercfg`) and containerd's resolver for the texts.
enum PullCredentials {
    /// Why the registry does not let a pod pull an image; nil when it does.
    static func problem(_ image: String, _ registry: PrivateRegistry, _ pod: Value, in view: ClusterView) -> String? {
        guard let reference = try? ImageReference(image) else { return nil }
        let logins = (pod["spec"]?["imagePullSecrets"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
            .compactMap { view.get(.secrets, namespace: pod.namespace, name: $0) }.flatMap { self.logins($0, for: reference) }
        if logins.contains(where: { registry.userName.isEmpty && registry.password.isEmpty || $0 == (registry.userName, registry.password) }) { return nil }
        let start = "failed to pull and unpack image \"\(reference.full)\": failed to resolve reference \"\(reference.full)\": "
        if reference.registry == "docker.io", logins.isEmpty {
            return start + "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
        }
        let kind = logins.isEmpty ? "anonymous" : "oauth"
        let address = reference.registry == "docker.io" ? "auth.docker.io" : reference.registry
        return start + "failed to authorize: failed to fetch \(kind) token: unexpected status from GET request to https://\(address)/token?scope=repository%3A\(reference.repository.split(separator: "/").joined(separator: "%2F"))%3Apull&service=\(address): 401 Unauthorized"
    }

    /// The names and passwords that a secret has for an image's registry.
    private static func logins(_ secret: Value, for reference: ImageReference) -> [(String, String)] {
        var entries: Fields?
        if let text = secret["data"]?[".dockerconfigjson"]?.stringValue, let bytes = Base64.decode(text), let config = try? Value(parsingJSON: bytes) {
            entries = config["auths"]?.fields
        } else if let text = secret["data"]?[".dockercfg"]?.stringValue, let bytes = Base64.decode(text), let config = try? Value(parsingJSON: bytes) {
            entries = config.fields
        }
        return (entries ?? Fields()).filter { names($0.key, reference) }.map { _, entry in
            if let joined = entry["auth"]?.stringValue, let bytes = Base64.decode(joined) {
                let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                if parts.count == 2 { return (parts[0], parts[1]) }
            }
            return (entry["username"]?.stringValue ?? "", entry["password"]?.stringValue ?? "")
        }
    }

    /// Whether an entry such as `https://index.docker.io/v1/` or `registry.example/team` is for an image.
    private static func names(_ entry: String, _ reference: ImageReference) -> Bool {
        var rest = entry[...]
        if let mark = rest.range(of: "://") { rest = rest[mark.upperBound...] }
        let parts = rest.split(separator: "/").map(String.init)
        guard let host = parts.first else { return false }
        if reference.registry == "docker.io" { return host == "docker.io" || host == "index.docker.io" || host == "registry-1.docker.io" }
        guard host == reference.registry else { return false }
        let path = parts.dropFirst().filter { $0 != "v1" && $0 != "v2" }.joined(separator: "/")
        return path.isEmpty || reference.repository == path || reference.repository.hasPrefix(path + "/")
    }
}
