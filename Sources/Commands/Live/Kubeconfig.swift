import APIServer
import KubernetesObjects

/// Kubeconfig files that lead to clusters of this program.
enum Kubeconfig {
    static let extensionName = "labrunner.dev/cluster"

    /// The name of a cluster's entries.
    static func contextName(_ cluster: String) -> String { "labrunner-\(cluster)" }

    /// A file with one cluster, its administrator's certificate, and the context that joins them.
    ///
    /// - Parameter root: where the cluster is kept; nil for one that is not kept on disk.
    static func value(cluster name: String, root: String?, server: String, authority: String, certificate: String, key: String) -> Value {
        let context = contextName(name)
        var cluster: Value = ["server": .string(server), "certificate-authority-data": .string(Base64.encode(authority))]
        if let root {
            cluster["extensions"] = [["name": .string(extensionName), "extension": ["cluster": .string(name), "root": .string(root)]]]
        }
        return [
            "apiVersion": "v1", "kind": "Config", "preferences": [:], "current-context": .string(context),
            "clusters": [["name": .string(context), "cluster": cluster]],
            "contexts": [["name": .string(context), "context": ["cluster": .string(context), "user": .string("\(context)-admin")]]],
            "users": [
                [
                    "name": .string("\(context)-admin"),
                    "user": ["client-certificate-data": .string(Base64.encode(certificate)), "client-key-data": .string(Base64.encode(key))],
                ]
            ],
        ]
    }

    /// Puts one file's entries into another, in the place of those of the same names; the rest stays as it is.
    static func merge(_ added: Value, into file: Value) -> Value {
        var result: Value = file.fields == nil ? ["apiVersion": "v1", "kind": "Config", "preferences": [:]] : file
        for list in ["clusters", "contexts", "users"] {
            var entries = result[list]?.elements ?? []
            for entry in added[list]?.elements ?? [] {
                if let place = entries.firstIndex(where: { $0["name"] == entry["name"] }) { entries[place] = entry } else { entries.append(entry) }
            }
            result[list] = .array(entries)
        }
        result["current-context"] = added["current-context"]
        return result
    }

    /// The file that `--merge` writes to: the first of `$KUBECONFIG`, or `~/.kube/config`.
    static var ownPath: String {
        let first = (Host.variable("KUBECONFIG") ?? "").split(separator: ":").first.map(String.init)
        return first ?? (Host.variable("HOME") ?? "/root") + "/.kube/config"
    }

    /// Merges a kubeconfig into the student's own.
    static func mergeIntoOwn(_ added: Value) throws {
        let path = ownPath
        var own = Value.null
        if let bytes = Host.readFile(path) {
            guard let value = try? YAMLReader().documents(bytes).first?.value else {
                throw CommandError(.usage, "\(path) cannot be read as a kubeconfig, so nothing was merged into it.")
            }
            own = value
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try Host.makeFolder(String(path[..<slash])) }
        try Host.writeSecret(path, Array(merge(added, into: own).yaml().utf8))
    }
}
