import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// The files that ConfigMaps, Secrets, the downward API and tokens make.
enum VolumeContents {
    /// The volume that a kubelet fills, as it lays it out; nil for one that it does not fill.
    static func files(_ spec: Value, pod: Value, record: PodRecord, hostIP: String, node: NodeDescription?, tokens: PodTokens? = nil, in view: ClusterView) -> FileDirectory? {
        contents(spec, pod: pod, record: record, hostIP: hostIP, node: node, tokens: tokens, in: view).map {
            AtomicFiles.laidOut($0, now: view.now, salt: record.uid + (spec["name"]?.stringValue ?? ""))
        }
    }

    private static func contents(_ spec: Value, pod: Value, record: PodRecord, hostIP: String, node: NodeDescription?, tokens: PodTokens?, in view: ClusterView) -> FileDirectory? {
        var directory = FileDirectory(attributes: FileAttributes(mode: 0o777))
        let mode = (spec["configMap"] ?? spec["secret"] ?? spec["downwardAPI"] ?? spec["projected"])?["defaultMode"]?.intValue ?? 0o644
        func add(_ part: Value, kind: String) {
            switch kind {
            case "configMap":
                guard let object = view.get(.configMaps, namespace: pod.namespace, name: part["name"]?.stringValue ?? "") else { return }
                for (key, value) in object["data"]?.fields ?? Fields() { put(key, Array((value.stringValue ?? "").utf8), part) }
                for (key, value) in object["binaryData"]?.fields ?? Fields() { put(key, value.stringValue.flatMap { Base64.decode($0) } ?? [], part) }
            case "secret":
                guard let object = view.get(.secrets, namespace: pod.namespace, name: part["secretName"]?.stringValue ?? part["name"]?.stringValue ?? "") else { return }
                for (key, value) in object["data"]?.fields ?? Fields() { put(key, value.stringValue.flatMap { Base64.decode($0) } ?? [], part) }
            case "downwardAPI":
                for item in part["items"]?.elements ?? [] {
                    var text = ""
                    if let path = item["fieldRef"]?["fieldPath"]?.stringValue { text = DownwardAPI.field(path, pod: pod, hostIP: hostIP, podIP: record.address) ?? "" }
                    if let reference = item["resourceFieldRef"] { text = DownwardAPI.resource(reference, container: [:], pod: pod, node: node) ?? "" }
                    place(item["path"]?.stringValue ?? "", Array(text.utf8), item["mode"]?.intValue ?? mode)
                }
            case "serviceAccountToken":
                let lifetime = max(part["expirationSeconds"]?.intValue ?? 3600, 600)
                let token = tokens.map { $0.sign(tokenClaims(pod, $0.issuer, audience: part["audience"]?.stringValue, lifetime: lifetime, in: view)) } ?? ""
                place(part["path"]?.stringValue ?? "token", Array(token.utf8), mode)
            case "clusterTrustBundle":
                let anchors = TrustBundles.anchors(part, in: view)
                if !anchors.isEmpty { place(part["path"]?.stringValue ?? "", Array(anchors.utf8), mode) }
            default: break
            }
        }
        func put(_ key: String, _ bytes: [UInt8], _ part: Value) {
            if let items = part["items"]?.elements, !items.isEmpty {
                for item in items where item["key"]?.stringValue == key { place(item["path"]?.stringValue ?? key, bytes, item["mode"]?.intValue ?? mode) }
            } else {
                place(key, bytes, mode)
            }
        }
        func place(_ path: String, _ bytes: [UInt8], _ mode: Int) {
            var holder = VirtualFileSystem(root: directory)
            holder.now = view.now.nanoseconds
            holder.install(bytes, at: "/" + path, mode: mode)
            directory = holder.root
        }
        for kind in ["configMap", "secret", "downwardAPI"] where spec[kind] != nil {
            add(spec[kind] ?? [:], kind: kind)
            return directory
        }
        guard let sources = spec["projected"]?["sources"]?.elements else { return nil }
        for source in sources {
            for kind in ["configMap", "secret", "downwardAPI", "serviceAccountToken", "clusterTrustBundle"] { if let part = source[kind] { add(part, kind: kind) } }
        }
        return directory
    }

    /// What a pod's token says.
    private static func tokenClaims(_ pod: Value, _ issuer: String, audience: String?, lifetime: Int, in view: ClusterView) -> Value {
        let name = pod["spec"]?["serviceAccountName"]?.stringValue ?? "default"
        let account = view.get(.serviceAccounts, namespace: pod.namespace, name: name)
        let now = Int(view.now.seconds)
        return [
            "aud": [.string(audience ?? issuer)], "exp": Value(now + lifetime), "iat": Value(now), "nbf": Value(now), "iss": .string(issuer),
            "kubernetes.io": [
                "namespace": .string(pod.namespace), "pod": ["name": .string(pod.name), "uid": .string(pod.uid)],
                "serviceaccount": ["name": .string(name), "uid": .string(account?.uid ?? "")],
            ],
            "sub": .string("system:serviceaccount:\(pod.namespace):\(name)"),
        ]
    }
}

/// What makes the tokens that pods find in their files.
package struct PodTokens: Sendable {
    package var issuer: String
    package var sign: @Sendable (_ claims: Value) -> String

    package init(issuer: String, sign: @escaping @Sendable (_ claims: Value) -> String) {
        self.issuer = issuer
        self.sign = sign
    }
}
