import KubernetesObjects
import SimulationKernel

/// How the parts of a control plane show themselves: component statuses and the leases by which they say that they live.
enum ControlPlane {
    // MARK: Component statuses

    /// The statuses of all components, which are asked and not stored.
    ///
    /// - Source: kubernetes `pkg/registry/core/componentstatus`, v1.36.
    static let statuses: [Value] = ["controller-manager", "scheduler", "etcd-0"].map { name in
        [
            "apiVersion": "v1", "kind": "ComponentStatus", "metadata": ["name": .string(name)],
            "conditions": [["type": "Healthy", "status": "True", "message": "ok"]],
        ]
    }

    static func status(_ name: String) throws(APIStatus) -> Value {
        if let status = statuses.first(where: { $0.name == name }) { return status }
        throw APIStatus(code: 500, reason: "", message: "Component not found: \(name)")
    }

    // MARK: Leases

    static let namespace = "kube-system"
    static let identityLabel = "apiserver.kubernetes.io/identity"

    /// A lease of the control plane as it is now. Its holder renews it all the time and nobody waits for that, so the time of
    /// the last renewal is worked out when somebody looks.
    ///
    /// - Source: client-go `tools/leaderelection` (every two seconds), apiserver identity leases (every ten).
    static func renewed(_ lease: Value, now: Instant) -> Value {
        guard lease.namespace == namespace, let period = period(of: lease), let spec = lease["spec"],
            let begin = Instant(rfc3339: spec.text(spec.has("acquireTime") ? "acquireTime" : "renewTime")), begin <= now
        else { return lease }
        let passed = now - begin
        let whole = Duration.seconds(passed.components.seconds / period * period)
        var result = lease
        result["spec", "renewTime"] = .string((begin + whole).rfc3339Micro)
        return result
    }

    private static func period(of lease: Value) -> Int64? {
        if lease.name == "kube-controller-manager" || lease.name == "kube-scheduler" { return 2 }
        return lease.label(identityLabel) == nil ? nil : 10
    }
}

extension GenericAPIServer {
    /// Puts the leases and ConfigMaps that a control plane keeps for itself.
    ///
    /// - Parameter authority: the certificate that client certificates are signed by, as PEM.
    /// - Source: kube-apiserver `pkg/controlplane` (identity lease, authentication ConfigMap, token tracking), the leader election of
    ///   kube-controller-manager and kube-scheduler.
    package mutating func installControlPlane(host: String, authority: String) {
        let time = Value.string(now.rfc3339Micro)
        func lease(_ name: String, holder: String, seconds: Int) -> Value {
            [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": .string(name), "namespace": .string(ControlPlane.namespace)],
                "spec": ["holderIdentity": .string(holder), "leaseDurationSeconds": Value(seconds), "acquireTime": time, "renewTime": time],
            ]
        }
        for name in ["kube-controller-manager", "kube-scheduler"] {
            var election = lease(name, holder: "\(host)_\(uids.uuid())", seconds: 15)
            election["spec", "leaseTransitions"] = 0
            install(election, at: ObjectKey(.leases, namespace: ControlPlane.namespace, name: name))
        }
        let identity = "apiserver-" + Self.identity(of: host)
        var own = lease(identity, holder: "\(identity)_\(uids.uuid())", seconds: 3600)
        own["metadata", "labels"] = [ControlPlane.identityLabel: "kube-apiserver", "kubernetes.io/hostname": .string(host)]
        own["spec", "acquireTime"] = nil
        install(own, at: ObjectKey(.leases, namespace: ControlPlane.namespace, name: identity))
        func configMap(_ name: String, _ data: Value) {
            install(
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(ControlPlane.namespace)],
                    "data": data,
                ], at: ObjectKey(.configMaps, namespace: ControlPlane.namespace, name: name))
        }
        configMap("extension-apiserver-authentication", ["client-ca-file": .string(authority)])
        configMap("kube-apiserver-legacy-service-account-token-tracking", ["since": .string(String(now.rfc3339.prefix(10)))])
    }

    /// The name of a server among others: its host's digest in the letters of base 32.
    private static func identity(of host: String) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
        var text = ""
        var (bits, count) = (0, 0)
        for byte in SHA256.digest(host.utf8).prefix(16) {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                text.append(letters[bits >> (count - 5) & 31])
                count -= 5
            }
        }
        if count > 0 { text.append(letters[bits << (5 - count) & 31]) }
        return text
    }
}
