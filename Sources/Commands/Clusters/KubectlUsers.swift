import APIMachinery
import Kubectl
import KubernetesObjects

/// Who a kubeconfig's user entry is to a named cluster.
struct KubectlUsers {
    let folder: ClusterFolder
    let client: any APIClient

    /// The user of a certificate, or else of a token; nil when the cluster would not know them.
    ///
    /// - Source: k8s.io/apiserver `pkg/authentication`: certificates are asked first.
    func user(of entry: Value) -> UserInfo? {
        let certificate = text(entry, "client-certificate-data", file: "client-certificate")
        if let user = certificate.flatMap(user(ofCertificate:)) { return user }
        if let token = text(entry, "token", file: "tokenFile") { return user(ofToken: token) }
        if certificate != nil { return nil }
        if entry["username"] != nil || entry["exec"] != nil || entry["auth-provider"] != nil { return nil }
        return UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
    }

    private func text(_ entry: Value, _ field: String, file: String) -> String? {
        if let text = entry[field]?.stringValue, !text.isEmpty {
            guard field.hasSuffix("-data") else { return text }
            return Base64.decode(text).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let path = entry[file]?.stringValue, !path.isEmpty, let bytes = Host.readFile(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func user(ofCertificate text: String) -> UserInfo? {
        guard ClusterKeys.exist(folder.path), let keys = try? ClusterKeys(folder.path) else { return client.user }
        return text == keys.certificate ? client.user : keys.identity.user(ofCertificateText: text)
    }

    private func user(ofToken token: String) -> UserInfo? {
        var request = APIRequest(.create, GroupVersionResource(group: "authentication.k8s.io", version: "v1", resource: "tokenreviews"))
        request.body = ["kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "metadata": [:], "spec": ["token": .string(token)]]
        request.user = client.user
        guard let status = try? client.send(request).body["status"], status["authenticated"]?.boolValue == true else { return nil }
        let user = status["user"] ?? [:]
        var info = UserInfo(
            name: user["username"]?.stringValue ?? "", uid: user["uid"]?.stringValue ?? "",
            groups: (user["groups"]?.elements ?? []).compactMap(\.stringValue))
        for (key, values) in user["extra"]?.fields ?? [:] { info.extra[key] = values.elements.compactMap(\.stringValue) }
        return info
    }
}
