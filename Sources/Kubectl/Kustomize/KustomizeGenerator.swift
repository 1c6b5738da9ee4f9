import KubernetesObjects

/// Config maps and secrets made from literals and files.
struct KustomizeGenerator {
    let invocation: Invocation
    let directory: String
    /// `generatorOptions`.
    let options: Value

    func add(_ entry: Value, kind: String, to resources: inout [KustomizedResource]) throws(Failure) {
        let name = entry["name"]?.stringValue ?? ""
        if name.isEmpty { throw Failure("invalid Kustomization: a \(kind == "Secret" ? "secretGenerator" : "configMapGenerator") needs a name") }
        let object = try self.object(entry, kind: kind, name: name)
        let usesHash = !(flag(entry, "disableNameSuffixHash"))
        let behavior = entry["behavior"]?.stringValue ?? "create"
        let index = resources.firstIndex {
            $0.object.kind == kind && ($0.object.name == name || $0.originalName == name)
                && (entry["namespace"]?.stringValue ?? $0.object.namespace) == $0.object.namespace
        }
        switch behavior {
        case "merge", "replace":
            guard let index else {
                throw Failure("merging from generator: id \(Self.id(kind, name, entry)) does not exist; cannot merge or replace")
            }
            var merged = resources[index].object
            for field in ["data", "binaryData"] {
                if behavior == "replace" { merged[field] = nil }
                for (key, value) in object[field]?.fields ?? [:] { merged[field, default: [:]][key] = value }
            }
            for field in ["labels", "annotations"] {
                for (key, value) in object["metadata"]?[field]?.fields ?? [:] { merged["metadata", field, key] = value }
            }
            resources[index].object = merged
        case "create", "":
            if index != nil { throw Failure("merging from generator: id \(Self.id(kind, name, entry)) exists; behavior must be merge or replace") }
            resources.append(KustomizedResource(object, needsHash: usesHash))
        default: throw Failure("unknown behavior \(goQuoted(behavior))")
        }
    }

    private static func id(_ kind: String, _ name: String, _ entry: Value) -> String {
        "resid.ResId{Gvk:resid.Gvk{Group:\"\", Version:\"v1\", Kind:\(goQuoted(kind)), isClusterScoped:false}, Name:\(goQuoted(name)), Namespace:\(goQuoted(entry["namespace"]?.stringValue ?? ""))}"
    }

    private func flag(_ entry: Value, _ name: String) -> Bool {
        (entry["options"]?[name] ?? options[name])?.boolValue ?? false
    }

    private func object(_ entry: Value, kind: String, name: String) throws(Failure) -> Value {
        var object: Value = ["apiVersion": "v1", "kind": .string(kind), "metadata": ["name": .string(name)]]
        if let namespace = entry["namespace"] { object["metadata"]?["namespace"] = namespace }
        for field in ["labels", "annotations"] {
            for source in [options, entry["options"] ?? [:]] {
                for (key, value) in source[field]?.fields ?? [:] { object["metadata", field, key] = .string(goText(value)) }
            }
        }
        var (data, binary) = (Fields(), Fields())
        for (key, bytes) in try pairs(entry) {
            if data[key] != nil || binary[key] != nil { throw Failure("\(kind.lowercased()) \(name) illegally repeats the key `\(key)`") }
            if kind == "Secret" {
                data[key] = .string(Base64.encode(bytes))
            } else if let text = String(validating: bytes, as: UTF8.self) {
                data[key] = .string(text)
            } else {
                binary[key] = .string(Base64.encode(bytes))
            }
        }
        if !data.isEmpty { object["data"] = .object(data) }
        if !binary.isEmpty { object["binaryData"] = .object(binary) }
        if kind == "Secret" { object["type"] = entry["type"] ?? "Opaque" }
        if flag(entry, "immutable") { object["immutable"] = true }
        return object
    }

    private func pairs(_ entry: Value) throws(Failure) -> [(key: String, bytes: [UInt8])] {
        func words(_ key: String) -> [String] { (entry[key]?.elements ?? []).compactMap(\.stringValue) }
        var result: [(key: String, bytes: [UInt8])] = []
        let environments = words("envs") + (entry["env"]?.stringValue.map { [$0] } ?? [])
        for path in environments {
            let text = String(decoding: try KustomizeFiles.read(path, in: directory, invocation, doing: "loading KV pairs: env source files: [\(path)]"), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let trimmedLine = trimmed(String(line))
                if trimmedLine.isEmpty || trimmedLine.hasPrefix("#") { continue }
                let parts = trimmedLine.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let value = parts.count == 2 ? parts[1] : invocation.environment.variables[parts[0]] ?? ""
                result.append((parts[0], Array(value.utf8)))
            }
        }
        for literal in words("literals") {
            guard let equals = literal.firstIndex(of: "="), equals != literal.startIndex else {
                throw Failure("loading KV pairs: literal sources: [\(literal)]: invalid literal source \(literal), expected key=value")
            }
            let value = String(literal[literal.index(after: equals)...]).trimmingQuotes
            result.append((String(literal[..<equals]), Array(value.utf8)))
        }
        for source in words("files") {
            let parts = source.split(separator: "=", maxSplits: 1).map(String.init)
            let path = parts.last ?? source
            let bytes = try KustomizeFiles.read(path, in: directory, invocation, doing: "loading KV pairs: file sources: [\(source)]")
            result.append((parts.count == 2 ? parts[0] : FilePath.base(path), bytes))
        }
        return result
    }
}
