import KubernetesObjects
import SimulationKernel

/// Gives pods their ServiceAccount, its pull secrets and its token.
///
/// - Source: kubernetes `plugin/pkg/admission/serviceaccount`, v1.36.
package struct ServiceAccountAdmission: AdmissionPlugin {
    package let name = "ServiceAccount"
    static let mountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
    private static let mountPathValue = Value.string(mountPath)
    /// One hour and seven seconds: how the kubelet tells these tokens from others.
    static let tokenSeconds = 3607

    /// Sources that a distribution projects beside the token, the authority and the namespace; none in plain Kubernetes.
    package let extraSources: [Value]
    /// The projected volume of every pod: one tree that they all share.
    private let projected: Value

    package init(extraSources: [Value] = []) {
        self.extraSources = extraSources
        let token: Value = ["serviceAccountToken": ["expirationSeconds": Value(Self.tokenSeconds), "path": "token"]]
        let authority: Value = ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]]
        let namespace: Value = [
            "downwardAPI": ["items": [["path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]]]]
        ]
        projected = ["sources": .array([token, authority, namespace] + extraSources), "defaultMode": 420]
    }

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource == .pods && (operation == .create && subresource.isEmpty || operation == .update && subresource == "ephemeralcontainers")
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard attributes.operation == .update, let spec = attributes.object["spec"] else { return }
        let account = try account(spec.text("serviceAccountName"), attributes, context)
        guard MountableSecrets.isEnforced(by: account) else { return }
        if let problem = MountableSecrets.problem(ofEphemeralContainersIn: spec, account: account) { throw attributes.forbidden(problem) }
    }

    private func account(_ name: String, _ attributes: AdmissionAttributes, _ context: AdmissionContext) throws(APIStatus) -> Value {
        if let object = context.store.get(.serviceAccounts, namespace: attributes.namespace, name: name) { return object }
        throw attributes.forbidden(
            "error looking up service account \(attributes.namespace)/\(name): serviceaccount \(goQuoted(name)) not found")
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard attributes.operation == .create else { return }
        var spec = attributes.object["spec"] ?? [:]
        if attributes.object.annotation("kubernetes.io/config.mirror") != nil {
            if !spec.text("serviceAccountName").isEmpty {
                throw attributes.forbidden("a mirror pod may not reference service accounts")
            }
            return
        }
        attributes.object["spec"] = .null
        defer { attributes.object["spec"] = spec }
        var account = spec.text("serviceAccountName")
        if account.isEmpty { account = spec.text("serviceAccount") }
        if account.isEmpty { account = "default" }
        spec["serviceAccountName"] = .string(account)
        spec["serviceAccount"] = .string(account)
        let object = try self.account(account, attributes, context)
        let mounts = spec["automountServiceAccountToken"]?.boolValue ?? object["automountServiceAccountToken"]?.boolValue ?? true
        if mounts { mountToken(&spec, uid: attributes.object.uid) }
        if spec.list("imagePullSecrets").isEmpty, !object.list("imagePullSecrets").isEmpty {
            spec["imagePullSecrets"] = object["imagePullSecrets"]
        }
        if MountableSecrets.isEnforced(by: object), let problem = MountableSecrets.problem(of: spec, account: object) {
            throw attributes.forbidden(problem)
        }
    }

    private func mountToken(_ spec: inout Value, uid: String) {
        let existing = spec.list("volumes").first { $0.text("name").hasPrefix("kube-api-access-") }?.text("name")
        var suffixes = RandomStream(seed: 0, name: "kube-api-access." + uid)
        let volume = existing ?? "kube-api-access-" + suffixes.nameSuffix()
        var isMounted = false
        for field in ["initContainers", "containers"] {
            guard var containers = spec[field]?.arrayValue else { continue }
            for index in containers.indices {
                let mounts = containers[index].list("volumeMounts")
                if mounts.contains(where: { $0.text("mountPath") == Self.mountPath }) { continue }
                containers[index]["volumeMounts"] = .array(
                    mounts + [["name": .string(volume), "readOnly": true, "mountPath": Self.mountPathValue]])
                isMounted = true
            }
            spec[field] = .array(containers)
        }
        guard isMounted, existing == nil else { return }
        spec["volumes"] = .array(spec.list("volumes") + [["name": .string(volume), "projected": projected]])
    }
}
