import KubernetesObjects

/// `generators`, `transformers` and `validators`: kustomize's own plug-ins, configured by objects in files or in place.
///
/// - Shape: objects of `apiVersion: builtin`; anything else would be a program, which is refused.
/// - Source: kustomize `api/builtins`.
struct KustomizePlugins {
    let invocation: Invocation
    let directory: String
    /// Makes the objects of a directory that is named as a plug-in's configuration.
    let build: (String) throws(Failure) -> [Value]

    /// The configurations that a field names.
    func configurations(_ field: String, of content: Value) throws(Failure) -> [Value] {
        var result: [Value] = []
        for entry in content[field]?.elements ?? [] {
            let text = entry.stringValue ?? ""
            let files = invocation.environment.files
            var bytes = Array(text.utf8)
            if !text.contains("\n") {
                let place = FilePath.join(directory, text)
                if files.isDirectory(place) == true {
                    result += try build(place)
                    continue
                }
                guard files.isDirectory(place) != nil else {
                    let absolute = FilePath.join(files.workingDirectory, place)
                    throw Failure("\(loading(field)) accumulating resources: accumulation err='accumulating resources from '\(text)': evalsymlink failure on '\(absolute)' : lstat \(absolute): no such file or directory'")
                }
                bytes = try KustomizeFiles.read(text, in: directory, invocation, doing: loading(field))
            }
            let (objects, problem) = Manifests.read(bytes, source: text)
            if let problem { throw problem }
            result += objects
        }
        for object in result where object.apiVersion != "builtin" {
            throw Failure("external plugins disabled; unable to load external plugin '\(object.kind)'")
        }
        return result
    }

    private func loading(_ field: String) -> String { "loading \(field):" }

    func generate(_ configuration: Value, _ options: Value, into resources: inout [KustomizedResource]) throws(Failure) {
        let kinds = ["ConfigMapGenerator": "ConfigMap", "SecretGenerator": "Secret"]
        guard let kind = kinds[configuration.kind] else { throw Self.unknown(configuration, "generator") }
        var entry = configuration
        entry["name"] = .string(configuration.name)
        if !configuration.namespace.isEmpty { entry["namespace"] = .string(configuration.namespace) }
        try KustomizeGenerator(invocation: invocation, directory: directory, options: options).add(entry, kind: kind, to: &resources)
    }

    private static func unknown(_ configuration: Value, _ what: String) -> Failure {
        Failure("unable to load builtin \(configuration.kind).builtin.[noGrp]: it is no \(what) that this kubectl knows")
    }

    /// Changes resources as one transformer is configured.
    func transform(_ configuration: Value, _ resources: inout [KustomizedResource]) throws(Failure) {
        let specs = FieldSpec.list(configuration["fieldSpecs"])
        let patcher = KustomizePatcher(invocation: invocation, directory: directory)
        func each(_ body: (inout Value) -> Void) { for index in resources.indices { body(&resources[index].object) } }
        func text(_ field: String) -> String { configuration[field]?.stringValue ?? "" }
        switch configuration.kind {
        case "LabelTransformer", "AnnotationsTransformer":
            let pairs = configuration[configuration.kind == "LabelTransformer" ? "labels" : "annotations"]?.fields ?? [:]
            each { object in for spec in specs { spec.change(&object) { field in for (key, value) in pairs { field[key] = .string(goText(value)) } } } }
        case "PrefixTransformer", "SuffixTransformer", "PrefixSuffixTransformer":
            let (prefix, suffix) = (text("prefix"), text("suffix"))
            for index in resources.indices where !KustomizeTransformer.keepsName.contains(resources[index].object.kind) {
                for spec in specs {
                    spec.change(&resources[index].object) { field in if case .string(let old) = field { field = .string(prefix + old + suffix) } }
                }
            }
        case "NamespaceTransformer":
            var content: Value = ["namespace": .string(configuration.namespace)]
            content["setRoleBindingSubjects"] = configuration["setRoleBindingSubjects"]
            KustomizeTransformer(content: content, onlyUnset: configuration["unsetOnly"]?.boolValue ?? false).setNamespace(&resources)
            let others = specs.filter { $0.path != "metadata/namespace" && $0.path != "metadata/name" && $0.path != "subjects" }
            each { object in for spec in others { spec.change(&object) { $0 = .string(configuration.namespace) } } }
        case "ImageTagTransformer":
            var settings = KustomizeConfiguration()
            settings.addImages(specs)
            KustomizeTransformer(content: [:], configuration: settings).setImages(configuration["imageTag"] ?? [:], &resources)
        case "ReplicaCountTransformer":
            let replica = configuration["replica"] ?? [:]
            for index in resources.indices where resources[index].isNamed(replica["name"]?.stringValue ?? "") {
                for spec in specs { spec.change(&resources[index].object) { $0 = replica["count"] ?? 0 } }
            }
        case "PatchTransformer", "PatchJson6902Transformer":
            var patch = configuration
            if let inline = configuration["jsonOp"] { patch["patch"] = inline }
            try patcher.apply(patch, to: &resources)
        case "PatchStrategicMergeTransformer":
            for path in configuration["paths"]?.elements ?? [] { try patcher.applyStrategic(path.stringValue ?? "", to: &resources) }
            if !text("patches").isEmpty { try patcher.apply(["patch": .string(text("patches"))], to: &resources) }
        case "ReplacementTransformer":
            for replacement in configuration["replacements"]?.elements ?? [] {
                try KustomizeReplacement(invocation: invocation, directory: directory).apply(replacement, to: &resources)
            }
        case "HashTransformer":
            for index in resources.indices where ["ConfigMap", "Secret"].contains(resources[index].object.kind) { resources[index].needsHash = true }
        case "LegacyOrderTransformer": resources = KustomizedResource.sorted(resources)
        case "SortOrderTransformer": resources = try KustomizeOrder(configuration).sorted(resources)
        default: throw Self.unknown(configuration, "transformer")
        }
    }
}
