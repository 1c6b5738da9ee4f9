import KubernetesObjects

/// A directory with a `kustomization.yaml`, built to objects.
///
/// - Source: sigs.k8s.io/kustomize v5. Differs: no plug-ins that are programs, no charts, no remote bases; each is refused by name.
/// - Bounds: directories nest at most 30 deep; at most 5,000 are read, however often each is named.
struct Kustomization {
    private let invocation: Invocation
    private let directory: String
    private let content: Value
    /// The directories that led here, the first one first.
    private let ancestors: [String]
    /// The directory as seen from the first one.
    private let place: String
    private let fileName: String
    private let configuration: KustomizeConfiguration
    private let schema: KustomizeSchema
    private let readings: Readings

    /// How many directories were read for one build.
    private final class Readings {
        var count = 0
    }

    static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    private static let known: Set = [
        "apiVersion", "kind", "metadata", "resources", "bases", "components", "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels",
        "commonAnnotations", "images", "replicas", "patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator",
        "secretGenerator", "generatorOptions", "replacements", "sortOptions", "buildMetadata", "vars", "generators", "transformers",
        "validators", "configurations", "crds", "openapi", "helmCharts", "helmGlobals", "helmChartInflationGenerator",
    ]
    /// Fields that are lists of texts.
    private static let textLists: Set = [
        "resources", "bases", "components", "patchesStrategicMerge", "generators", "transformers", "validators", "configurations", "crds", "buildMetadata",
    ]
    private static let deprecated = [
        ("bases", "resources"), ("commonLabels", "labels"), ("patchesJson6902", "patches"), ("patchesStrategicMerge", "patches"),
        ("vars", "replacements"),
    ]

    /// The objects of a directory, in the order in which they are written.
    static func build(_ directory: String, _ invocation: Invocation) throws(Failure) -> [Value] {
        let top = try Kustomization(directory, invocation, ancestors: [], readings: Readings())
        let order = try KustomizeOrder(top.content)
        var resources = try top.accumulate([])
        for index in resources.indices {
            resources[index].previousName = resources[index].object.name
            resources[index].previousNamespace = resources[index].object.namespace
            if resources[index].needsHash {
                let object = resources[index].object
                resources[index].object["metadata", "name"] = .string("\(object.name)-\(ContentHash.of(object, name: ""))")
            }
        }
        let references = NameReferences(resources, configured: try top.configurations().nameReferences)
        for index in resources.indices { resources[index].object = references.updated(resources[index].object) }
        try KustomizeVariables(top.variables()).resolve(in: &resources, invocation)
        resources = order.sorted(resources)
        // What is marked as meant for this machine alone goes to no cluster.
        return resources.filter { $0.object.annotation("config.kubernetes.io/local-config") != "true" }.map(top.withMetadata)
    }

    /// The object with what `buildMetadata` wants to be said of it.
    private func withMetadata(_ resource: KustomizedResource) -> Value {
        var object = resource.object
        let wanted = Set(strings("buildMetadata"))
        if wanted.contains("managedByLabel") { object["metadata", "labels", "app.kubernetes.io/managed-by"] = "kustomize-(devel)" }
        if wanted.contains("originAnnotations") { object["metadata", "annotations", "config.kubernetes.io/origin"] = .string(resource.origin.yaml(.kept)) }
        if wanted.contains("transformerAnnotations"), !resource.transformations.isEmpty {
            object["metadata", "annotations", "alpha.config.kubernetes.io/transformations"] = .string(Value.array(resource.transformations).yaml(.kept))
        }
        return object
    }

    private init(_ directory: String, _ invocation: Invocation, ancestors: [String], readings: Readings, place: String = "", isQuiet: Bool = false) throws(Failure) {
        self.invocation = invocation
        self.directory = directory
        self.ancestors = ancestors + [Self.absolute(directory, invocation)]
        self.place = place
        self.readings = readings
        readings.count += 1
        if readings.count > 5_000 { throw Failure("kustomizations name each other too often at \(goQuoted(directory))") }
        if ancestors.count > 30 { throw Failure("kustomizations are nested too deep at \(goQuoted(directory))") }
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
        fileName = name
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
        for (key, value) in fields {
            if !Self.known.contains(key) { throw Failure("invalid Kustomization: json: unknown field \(goQuoted(key))") }
            if Self.textLists.contains(key), value.arrayValue == nil, !value.isNull {
                throw Failure("invalid Kustomization: json: cannot unmarshal \(value.typeName) into Go struct field Kustomization.\(key) of type []string")
            }
            if ["namespace", "namePrefix", "nameSuffix"].contains(key), value.stringValue == nil, !value.isNull {
                throw Failure("invalid Kustomization: json: cannot unmarshal \(value.typeName) into Go struct field Kustomization.\(key) of type string")
            }
        }
        configuration = try KustomizeConfiguration(content, directory: directory, invocation)
        if let path = content["openapi", "path"]?.stringValue {
            schema = try KustomizeSchema(try KustomizeFiles.read(path, in: directory, invocation, doing: "loading OpenAPI schema"), path: path)
        } else {
            schema = .none
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

    /// The kustomization of a directory below this one.
    private func child(_ path: String, isQuiet: Bool = false) throws(Failure) -> Kustomization {
        let target = FilePath.join(directory, path)
        let absolute = Self.absolute(target, invocation)
        if let visited = ancestors.first(where: { $0 == absolute || $0.hasPrefix(absolute == "/" ? "/" : absolute + "/") }) {
            throw Failure(
                "accumulating resources: accumulation err='accumulating resources from '\(path)': '\(absolute)' must resolve to a file': cycle detected: candidate root '\(absolute)' contains visited root '\(visited)'")
        }
        return try Kustomization(target, invocation, ancestors: ancestors, readings: readings, place: FilePath.join(place, path), isQuiet: isQuiet)
    }

    /// The kustomizations below this one.
    private func children() throws(Failure) -> [Kustomization] {
        var result: [Kustomization] = []
        for path in strings("resources") + strings("bases") + strings("components")
        where invocation.environment.files.isDirectory(FilePath.join(directory, path)) == true {
            result.append(try child(path, isQuiet: true))
        }
        return result
    }

    /// The variables of this directory and of those below it.
    private func variables() throws(Failure) -> [Value] {
        var result: [Value] = []
        for child in try children() { result += try child.variables() }
        return result + (content["vars"]?.elements ?? [])
    }

    /// The configurations of this directory and of those below it.
    private func configurations() throws(Failure) -> KustomizeConfiguration {
        var result = configuration
        for child in try children() { result.add(try child.configurations()) }
        return result
    }

    /// Runs one transformer, and notes that it did.
    private func step(_ kind: String, _ resources: inout [KustomizedResource], _ body: (inout [KustomizedResource]) throws(Failure) -> Void) throws(Failure) {
        try body(&resources)
        let note: Value = ["configuredIn": .string(file(fileName)), "configuredBy": ["apiVersion": "builtin", "kind": .string(kind)]]
        for index in resources.indices { resources[index].transformations.append(note) }
    }

    /// A file of this directory as seen from the first one.
    private func file(_ name: String) -> String { place.isEmpty ? name : FilePath.join(place, name) }

    /// The resources of the directory; a component gets those that are there already and changes them too.
    private func accumulate(_ inherited: [KustomizedResource]) throws(Failure) -> [KustomizedResource] {
        var resources = inherited
        for path in strings("resources") + strings("bases") { try load(path, into: &resources) }
        try generate(&resources, inherited: inherited.count)
        for path in strings("components") { resources = try child(path).accumulate(resources) }
        let references = try transform(&resources)
        let plugins = plugins()
        for validator in try plugins.configurations("validators", of: content) {
            let before = resources.map(\.object)
            try plugins.transform(validator, &resources)
            if resources.map(\.object) != before { throw Failure("validator shouldn't modify the resource map") }
        }
        let names = references(resources)
        for index in resources.indices { resources[index].object = names.updated(resources[index].object) }
        return resources
    }

    private func plugins() -> KustomizePlugins {
        let (invocation, ancestors, readings) = (invocation, ancestors, readings)
        return KustomizePlugins(invocation: invocation, directory: directory) { directory throws(Failure) in
            try Kustomization(directory, invocation, ancestors: ancestors, readings: readings).accumulate([]).map(\.object)
        }
    }

    private func generate(_ resources: inout [KustomizedResource], inherited: Int) throws(Failure) {
        if let chart = (content["helmCharts"]?.elements ?? content["helmChartInflationGenerator"]?.elements ?? []).first {
            let isEnabled = invocation.flags.isKnown("enable-helm") && invocation.flags.bool("enable-helm")
            throw Failure(
                isEnabled
                    ? "helm charts are not supported by this kubectl: inflate \(goQuoted(chart["name"]?.stringValue ?? "")) with helm template and add the result to resources"
                    : "trouble configuring builtin HelmChartInflationGenerator with config: `\n\(Manifests.sorted(chart).yaml())`: must specify --enable-helm")
        }
        for index in resources.indices.dropFirst(inherited) {
            resources[index].previousName = resources[index].object.name
            resources[index].previousNamespace = resources[index].object.namespace
        }
        let options = content["generatorOptions"] ?? [:]
        let generator = KustomizeGenerator(invocation: invocation, directory: directory, options: options)
        func noting(_ kind: String, _ body: (inout [KustomizedResource]) throws(Failure) -> Void) throws(Failure) {
            let before = resources.count
            try body(&resources)
            for index in resources.indices.dropFirst(before) {
                resources[index].origin = ["configuredIn": .string(file(fileName)), "configuredBy": ["apiVersion": "builtin", "kind": .string(kind)]]
            }
        }
        for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for entry in content[key]?.elements ?? [] {
                try noting(kind + "Generator") { (resources) throws(Failure) in try generator.add(entry, kind: kind, to: &resources) }
            }
        }
        let plugins = plugins()
        for configuration in try plugins.configurations("generators", of: content) {
            try noting(configuration.kind) { (resources) throws(Failure) in try plugins.generate(configuration, options, into: &resources) }
        }
    }

    /// Runs the transformers in kustomize's order; returns how references are to be brought up to date.
    private func transform(_ resources: inout [KustomizedResource]) throws(Failure) -> ([KustomizedResource]) -> NameReferences {
        for index in resources.indices {
            resources[index].previousName = resources[index].object.name
            resources[index].previousNamespace = resources[index].object.namespace
        }
        let settings = try configurations()
        let patcher = KustomizePatcher(invocation: invocation, directory: directory, schema: schema)
        let transformer = KustomizeTransformer(content: content, configuration: settings)
        func elements(_ key: String) -> [Value] { content[key]?.elements ?? [] }
        func isGiven(_ key: String) -> Bool { !(content[key]?.isEmptyValue ?? true) }
        for patch in elements("patchesStrategicMerge") {
            try step("PatchStrategicMergeTransformer", &resources) { (all) throws(Failure) in try patcher.applyStrategic(patch.stringValue ?? "", to: &all) }
        }
        for patch in elements("patches") { try step("PatchTransformer", &resources) { (all) throws(Failure) in try patcher.apply(patch, to: &all) } }
        if isGiven("namespace") { try step("NamespaceTransformer", &resources) { transformer.setNamespace(&$0) } }
        if isGiven("namePrefix") { try step("PrefixTransformer", &resources) { transformer.setPrefix(&$0) } }
        if isGiven("nameSuffix") { try step("SuffixTransformer", &resources) { transformer.setSuffix(&$0) } }
        for entry in elements("labels") { try step("LabelTransformer", &resources) { transformer.setLabels(entry, &$0) } }
        if isGiven("commonLabels") { try step("LabelTransformer", &resources) { transformer.setCommonLabels(&$0) } }
        if isGiven("commonAnnotations") { try step("AnnotationsTransformer", &resources) { transformer.setAnnotations(&$0) } }
        for patch in elements("patchesJson6902") {
            if (patch["target", "name"]?.stringValue ?? "").isEmpty {
                throw Failure("trouble configuring builtin PatchJson6902Transformer with config: `\n\(patch.yaml())`: must specify the target name")
            }
            try step("PatchJson6902Transformer", &resources) { (all) throws(Failure) in try patcher.apply(patch, to: &all) }
        }
        for entry in elements("replicas") {
            try step("ReplicaCountTransformer", &resources) { (all) throws(Failure) in try transformer.setReplicas(entry, &all) }
        }
        for entry in elements("images") { try step("ImageTagTransformer", &resources) { transformer.setImages(entry, &$0) } }
        if isGiven("replacements") {
            try step("ReplacementTransformer", &resources) { (all) throws(Failure) in
                for entry in elements("replacements") { try KustomizeReplacement(invocation: invocation, directory: directory).apply(entry, to: &all) }
            }
        }
        let plugins = plugins()
        for configuration in try plugins.configurations("transformers", of: content) {
            try step(configuration.kind, &resources) { (all) throws(Failure) in try plugins.transform(configuration, &all) }
        }
        return { NameReferences($0, configured: settings.nameReferences) }
    }

    private func load(_ path: String, into resources: inout [KustomizedResource]) throws(Failure) {
        let files = invocation.environment.files
        let place = FilePath.join(directory, path)
        let isDirectory = files.isDirectory(place) == true
        var loaded: [KustomizedResource] = []
        if path.contains(text: "://") || path.hasPrefix("github.com/") {
            throw Failure("accumulating resources: \(goQuoted(path)) is remote: resources are read from files and directories only")
        }
        if isDirectory {
            loaded = try child(path).accumulate([])
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
                        let what = item["metadata"] == nil ? "Resource metadata" : item.kind.isEmpty ? "Resource kind" : "metadata.name in object {\(item.json(.compact, sortedKeys: true))}"
                        throw Failure(
                            "accumulating resources: accumulation err='accumulating resources from '\(path)': missing \(what)': must build at directory: '\(absolute)': file is not directory")
                    }
                    var resource = KustomizedResource(item)
                    resource.origin = ["path": .string(file(path))]
                    loaded.append(resource)
                }
            }
        }
        for resource in loaded {
            let object = resource.object
            if resources.contains(where: { $0.object.kind == object.kind && $0.object.apiVersion == object.apiVersion && $0.object.name == object.name && $0.object.namespace == object.namespace }) {
                let problem = "may not add resource with an already registered id: \(KustomizedResource.id(object))"
                let absolute = Self.absolute(place, invocation)
                throw Failure(
                    isDirectory
                        ? "accumulating resources: accumulation err='accumulating resources from '\(path)': '\(absolute)' must resolve to a file': recursed merging from path '\(absolute)': \(problem)"
                        : "accumulating resources: accumulation err='merging resources from '\(path)': \(problem)'")
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
