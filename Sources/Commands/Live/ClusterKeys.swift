import APIServer
import KubernetesObjects

/// The keys of a named cluster, kept in its folder; those that are secret with mode 0600.
struct ClusterKeys {
    let identity: ClusterIdentity
    /// The administrator's certificate and key, as the kubeconfig holds them.
    let certificate: String
    let key: String

    private static let adminFiles = ("admin.crt", "admin.key")

    /// Reads a cluster's keys, or makes them when it has none yet.
    init(_ folder: String) throws(CommandError) {
        func text(_ name: String) -> String? { Host.readFile(folder + "/" + name).map { String(decoding: $0, as: UTF8.self) } }
        do {
            if text("ca.crt") != nil {
                identity = try ClusterIdentity(reading: text)
            } else {
                identity = try ClusterIdentity()
                for file in identity.files { try Self.write(folder + "/" + file.name, file.text, isSecret: file.isSecret) }
            }
            if let certificate = text(Self.adminFiles.0), let key = text(Self.adminFiles.1) {
                (self.certificate, self.key) = (certificate, key)
            } else {
                (certificate, key) = try identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
                try Self.write(folder + "/" + Self.adminFiles.0, certificate, isSecret: false)
                try Self.write(folder + "/" + Self.adminFiles.1, key, isSecret: true)
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.usage, "The keys in \(folder) cannot be used: \(error). Remove ca.crt there to have new ones made.")
        }
    }

    /// Whether a folder has keys.
    static func exist(_ folder: String) -> Bool { Host.exists(folder + "/ca.crt") }

    /// Keys that are kept in memory alone.
    init() throws(CommandError) {
        do {
            identity = try ClusterIdentity()
            (certificate, key) = try identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        } catch {
            throw CommandError(.defect, "Keys cannot be made: \(error).")
        }
    }

    private static func write(_ path: String, _ text: String, isSecret: Bool) throws(CommandError) {
        if isSecret { try Host.writeSecret(path, Array(text.utf8)) } else { try Host.writeFile(path, Array(text.utf8)) }
    }

    /// The kubeconfig that leads to a cluster at an address.
    func kubeconfig(cluster: String, root: String?, server: String) -> Value {
        Kubeconfig.value(
            cluster: cluster, root: root, server: server, authority: identity.authorityText, certificate: certificate, key: key)
    }
}
