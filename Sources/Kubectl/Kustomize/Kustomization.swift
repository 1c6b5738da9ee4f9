import KubernetesObjects

/// A directory with a `kustomization.yaml`, built to objects.
///
/// - Source: sigs.k8s.io/kustomize v5. Differs: no plug-ins, charts or remote bases; each is refused by name.
/// - Bounds: directories nest at most 30 deep.
struct Kustomization {
    private let invocation: Invocation
    private let directory: String
    private let content: Value
    private let depth: Int

    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    private static let known: Set = [
        "apiVersion", "kind", "metadata", "resources", "bases", "components", "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels",
        "commonAnnotations", "images", "replicas", "patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator",
        "secretGenerator", "generatorOptions", "replacements", "sortOptions", "buildMetadata", "vars",
    ]
    private static let refused: Set = [
        "helmCharts", "helmGlobals", "helmChartInflationGenerator", "generators", "transformers", "validators", "crds", "openapi",
        "configurations",
    ]
    private static let deprecated = [
        ("bases", "resources"), ("commonLabels", "labels"), ("patchesJson6902", "patches"), ("patchesStrategicMerge", "patches"),
        ("vars", "replacements"),
    ]

    /// The objects of a directory, in the order in which they are written.
    static func build(_ directory: String, _ invocation: Invocation) throws(Failure) -> [Value] {
        let top = try Kustomization(directory, invocation, depth: 0)
        var resources = try top.accumulate([])
        for index in resources.indices {
            resources[index].previousName = resources[index].object.name
            resources[index].previousNamespace = resources[index].object.namespace
            if resources[index].needsHash {
                let object = resources[index].object
                resources[index].object["metadata", "name"] = .string("\(object.name)-\(ContentHash.of(object, name: ""))")
            }
        }
        let references = NameReferences(resources)
        for index in resources.indices { resources[index].object = references.updated(resources[index].object) }
        try KustomizeVariables(top.variables()).resolve(in: &resources, invocation)
        if top.content["sortOptions", "order"]?.stringValue != "fifo" { resources = KustomizedResource.sorted(resources) }
        return resources.map(\.object)
    }

    private init(_ directory: String, _ invocation: Invocation, depth: Int, isQuiet: Bool = false) throws(Failure) {
        self.invocation = invocation
        self.directory = directory
        self.depth = depth
        if depth > 30 { throw Failure("kustomizations are nested too deep at \(goQuoted(directory))") }
        let files = invocation.environment.files
        guard files.isDirectory(directory) == true else {
            if files.isDirectory(directory) == nil {
                throw Failure("must build at directory: not a valid directory: evalsymlink failure on '\(directory)' : lstat \(Self.absolute(directory, invocation)): no such file or directory")
            }
            throw Failure("must build at directory: '\(directory)': file is not directory")
        }
        let found = Self.fileNames.filter { files.isDirectory(FilePath.join(directory, $0)) == false }
        if found.count > 1 { throw Failure("Found multiple kustomization files: \(Self.absolute(directory, invocation))") }
        guard let name = found.first else {
            throw Failure(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '\(Self.absolute(directory, invocation))'")
        }
        let path = FilePath.join(directory, name)
        let bytes: [UInt8]
        do { bytes = try files.read(path) } catch { throw Failure("open \(path): \(error.reason)") }
        let documents: [MarkedDocument]
        do { documents = try YAMLReader().documents(bytes) } catch {
            throw Failure("invalid Kustomization: \(error.decodingMessage)")
        }
        content = documents.first { !$0.value.isNull }?.value ?? [:]
        if content.isEmptyValue { throw Failure("kustomization.yaml is empty") }
        guard let fields = content.fields else { throw Failure("invalid Kustomization: json: cannot unmarshal \(content.typeName) into Go value of type types.Kustomization") }
        for (key, _) in fields {
            if Self.refused.contains(key) { throw Failure("\(path): the field \(key) is not supported by this kubectl") }
            if !Self.known.contains(key) { throw Failure("invalid Kustomization: json: unknown field \(goQuoted(key))") }
        }
        for option in strings("buildMetadata") where option != "managedByLabel" {
            throw Failure("\(path): buildMetadata \(option) is not supported by this kubectl")
        }
        for (key, instead) in Self.deprecated where fields[key] != nil && !isQuiet {
            invocation.errLine(
                "# Warning: '\(key)' is deprecated. Please use '\(instead)' instead.\(key == "vars" ? " [EXPERIMENTAL]" : "") Run 'kustomize edit fix' to update your Kustomization automatically."
            )
        }
    }

    private static func absolute(_ path: String, _ invocation: Invocation) -> String {
        path.hasPrefix("/") ? FilePath.clean(path) : FilePath.join(invocation.environment.files.workingDirectory, path)
    }

    // MARK: Accumulating

    private func strings(_ key: String) -> [String] { (content[key]?.elements ?? []).compactMap(\.stringValue) }

    /// The variables of this directory and of those below it.
    private func variables() throws(Failure) -> [Value] {
        var result: [Value] = []
        for path in strings("resources") + strings("bases") + strings("components") {
            let place = FilePath.join(directory, path)
            guard invocation.environment.files.isDirectory(place) == true else { continue }
            result += try Kustomization(place, invocation, depth: depth + 1, isQuiet: true).variables()
        }
        return result + (content["vars"]?.elements ?? [])
    }

    /// The resources of the directory; a component gets those that are there already and changes them too.
    private func accumulate(_ inherited: [KustomizedResource]) throws(Failure) -> [KustomizedResource] {
        var resources = inherited
        for path in strings("resources") + strings("bases") { try load(path, into: &resources) }
        for path in strings("components") {
            resources = try Kustomization(FilePath.join(directory, path), invocation, depth: depth + 1).accumulate(resources)
        }
        for index in resources.indices {
            resources[index].previousName = resources[index].object.name
            resources[index].previousNamespace = resources[index].object.namespace
        }
        let generator = KustomizeGenerator(invocation: invocation, directory: directory, options: content["generatorOptions"] ?? [:])
        for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for entry in content[key]?.elements ?? [] { try generator.add(entry, kind: kind, to: &resources) }
        }
        let patcher = KustomizePatcher(invocation: invocation, directory: directory)
        for patch in content["patchesStrategicMerge"]?.elements ?? [] { try patcher.applyStrategic(patch.stringValue ?? "", to: &resources) }
        for patch in content["patches"]?.elements ?? [] { try patcher.apply(patch, to: &resources) }
        let transformer = KustomizeTransformer(content: content)
        transformer.setNamespace(&resources)
        transformer.setNames(&resources)
        transformer.setLabels(&resources)
        transformer.setAnnotations(&resources)
        for patch in content["patchesJson6902"]?.elements ?? [] {
            if (patch["target", "name"]?.stringValue ?? "").isEmpty {
                throw Failure("trouble configuring builtin PatchJson6902Transformer with config: `\n\(patch.yaml())`: must specify the target name")
            }
            try patcher.apply(patch, to: &resources)
        }
        try transformer.setReplicas(&resources)
        transformer.setImages(&resources)
        for replacement in content["replacements"]?.elements ?? [] {
            try KustomizeReplacement(invocation: invocation, directory: directory).apply(replacement, to: &resources)
        }
        let references = NameReferences(resources)
        for index in resources.indices { resources[index].object = references.updated(resources[index].object) }
        if strings("buildMetadata").contains("managedByLabel") {
            for index in resources.indices {
                resources[index].object["metadata", "labels", "app.kubernetes.io/managed-by"] = "kustomize-(devel)"
            }
        }
        return resources
    }

    private func load(_ path: String, into resources: inout [KustomizedResource]) throws(Failure) {
        let files = invocation.environment.files
        let place = FilePath.join(directory, path)
        var loaded: [KustomizedResource] = []
        if path.contains(text: "://") || path.hasPrefix("github.com/") {
            throw Failure("accumulating resources: \(goQuoted(path)) is remote: resources are read from files and directories only")
        }
        if files.isDirectory(place) == true {
            loaded = try Kustomization(place, invocation, depth: depth + 1).accumulate([])
        } else {
            let absolute = Self.absolute(place, invocation)
            if files.isDirectory(place) == nil {
                let why = "evalsymlink failure on '\(absolute)' : lstat \(absolute): no such file or directory"
                throw Failure(
                    "accumulating resources: accumulation err='accumulating resources from '\(path)': \(why)': must build at directory: not a valid directory: \(why)"
                )
            }
            let text: [UInt8]
            do throws(Failure) {
                text = try KustomizeFiles.read(path, in: directory, invocation, doing: "accumulating resources: accumulation err='accumulating resources from '\(path)'")
            } catch {
                throw Failure("\(error.plainText)': must build at directory: '\(absolute)': file is not directory")
            }
            let (objects, problem) = Manifests.read(text, source: path)
            if let problem { throw Failure("accumulating resources: accumulation err='accumulating resources from '\(path)': \(problem.plainText)'") }
            for object in objects {
                for item in Manifests.items(of: object) ?? [object] {
                    if item.kind.isEmpty || item.name.isEmpty && item.generateName.isEmpty {
                        throw Failure(
                            "accumulating resources: accumulation err='accumulating resources from '\(path)': missing \(item.kind.isEmpty ? "Resource kind" : "metadata.name in object {\(item.json(.compact, sortedKeys: true))}")'")
                    }
                    loaded.append(KustomizedResource(item))
                }
            }
        }
        for resource in loaded {
            let object = resource.object
            if resources.contains(where: { $0.object.kind == object.kind && $0.object.apiVersion == object.apiVersion && $0.object.name == object.name && $0.object.namespace == object.namespace }) {
                throw Failure("accumulating resources: accumulation err='merging resources from '\(path)': may not add resource with an already registered id: \(KustomizedResource.id(object))'")
            }
            resources.append(resource)
        }
    }
}

/// Files of a kustomization, which must not be above its directory.
enum KustomizeFiles {
    static func read(_ path: String, in directory: String, _ invocation: Invocation, doing what: String) throws(Failure) -> [UInt8] {
        let place = FilePath.join(directory, path)
        let unrestricted = invocation.flags.isKnown("load-restrictor") && invocation.flags.string("load-restrictor") == "LoadRestrictionsNone"
        let base = FilePath.clean(directory)
        let isInside = base == "." ? !place.hasPrefix("..") && !place.hasPrefix("/") : place.hasPrefix(base == "/" ? "/" : base + "/")
        if !isInside, !unrestricted {
            throw Failure("\(what): security; file '\(FilePath.join(invocation.environment.files.workingDirectory, place))' is not in or below '\(FilePath.join(invocation.environment.files.workingDirectory, base))'")
        }
        do { return try invocation.environment.files.read(place) } catch {
            throw Failure("\(what): open \(FilePath.join(invocation.environment.files.workingDirectory, place)): \(error.reason)'")
        }
    }
}
