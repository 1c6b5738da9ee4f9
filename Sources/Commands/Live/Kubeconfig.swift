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

    /// The files that `$KUBECONFIG` names.
    static var paths: [String] { (Host.variable("KUBECONFIG") ?? "").split(separator: ":").map(String.init) }

    /// The cluster of ours that a context leads to: the current one of the first file that has one, unless another is named.
    ///
    /// - Source: client-go `tools/clientcmd` `loader.go`: of entries with one name the first counts.
    static func lead(_ configs: [Value], context: String? = nil, cluster: String? = nil) -> (name: String, root: String?, server: String)? {
        func entry(_ list: String, _ name: String) -> Value? {
            for config in configs { if let found = config[list]?.elements.first(where: { $0["name"]?.stringValue == name }) { return found } }
            return nil
        }
        let current = context ?? configs.lazy.compactMap { $0["current-context"]?.stringValue }.first { !$0.isEmpty }
        guard let name = cluster ?? current.flatMap({ entry("contexts", $0)?["context"]?["cluster"]?.stringValue }), let found = entry("clusters", name) else { return nil }
        return DiskCluster.named(in: ["clusters": [found]])
    }

    /// The file that `--merge` writes to: the first of `$KUBECONFIG`, or `~/.kube/config`.
    static var ownPath: String {
        paths.first ?? (Host.variable("HOME") ?? "/root") + "/.kube/config"
    }

    /// Merges a kubeconfig into the student's own.
    static func mergeIntoOwn(_ added: Value) throws {
        let path = Host.target(ofLink: ownPath)
        guard let own = try readOwn(path) else {
            throw CommandError(.usage, "\(path) cannot be read as a kubeconfig, so nothing was merged into it.")
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try Host.makeFolder(String(path[..<slash])) }
        try Host.writeSecret(path, Array(merge(added, into: own).yaml().utf8))
    }

    /// Takes a cluster's entries out of the student's own kubeconfig, where `--merge` has put them.
    ///
    /// - Returns: the file that they were in; nil when there were none.
    static func removeFromOwn(_ cluster: String, root: String) throws(CommandError) -> String? {
        let path = Host.target(ofLink: ownPath)
        guard let own = try readOwn(path), let rest = without(cluster, root: root, in: own) else { return nil }
        try Host.writeSecret(path, Array(rest.yaml().utf8))
        return path
    }

    /// A file without the entries of a cluster; nil when it has none that lead to it.
    static func without(_ cluster: String, root: String, in file: Value) -> Value? {
        let name = contextName(cluster)
        guard let entry = file["clusters"]?.elements.first(where: { $0["name"]?.stringValue == name }),
            let found = DiskCluster.named(in: ["clusters": [entry]]), found.name == cluster, found.root == root
        else { return nil }
        var result = file
        for (list, own) in [("clusters", name), ("contexts", name), ("users", "\(name)-admin")] {
            result[list] = .array((result[list]?.elements ?? []).filter { $0["name"]?.stringValue != own })
        }
        if result["current-context"]?.stringValue == name { result["current-context"] = "" }
        return result
    }

    /// The student's own kubeconfig, `.null` when there is none; nil for a file that is something else.
    private static func readOwn(_ path: String) throws(CommandError) -> Value? {
        if Host.exists(path), !Host.canWrite(path) { throw CommandError(.usage, "\(path) may not be written, so it stays as it is.") }
        guard let bytes = Host.readFile(path) else { return .null }
        guard let value = try? YAMLReader().documents(bytes).first?.value else { return bytes.isEmpty ? .null : nil }
        if value == .null { return value }
        guard value.fields != nil else { return nil }
        // A list that is none would be lost.
        for list in ["clusters", "contexts", "users"] { if let present = value[list], present != .null, present.arrayValue == nil { return nil } }
        return value
    }
}
