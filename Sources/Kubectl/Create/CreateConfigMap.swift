import KubernetesObjects

/// `kubectl create configmap`.
enum CreateConfigMap {
    static let command = Command(
        name: "configmap", aliases: ["cm"], summary: "Create a config map from a local file, directory or literal value",
        usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
        flags: Creation.flags + KeyedSources.flags,
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let sources = try KeyedSources("ConfigMap", invocation, name: name)
            var object: Value = ["kind": "ConfigMap", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name)]
            let (data, binary) = sources.configMapFields
            if !data.isEmpty { object["data"] = .object(data) }
            if !binary.isEmpty { object["binaryData"] = .object(binary) }
            if invocation.flags.bool("append-hash") { object["metadata", "name"] = .string("\(name)-\(ContentHash.of(object, name: name))") }
            try Creation.create(object, .configMaps, failing: "failed to create configmap: ", invocation)
        })
}
