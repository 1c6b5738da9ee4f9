import KubernetesObjects

/// What `configurations` and `crds` add to the fields that transformers know by themselves.
///
/// - Source: kustomize `api/internal/plugins/builtinconfig`.
struct KustomizeConfiguration {
    /// Fields that refer to objects of a kind by their name.
    struct NameReference {
        var group: String
        var kind: String
        var specs: [FieldSpec]
    }

    private(set) var namePrefix: [FieldSpec] = []
    private(set) var nameSuffix: [FieldSpec] = []
    private(set) var namespace: [FieldSpec] = []
    private(set) var commonLabels: [FieldSpec] = []
    private(set) var templateLabels: [FieldSpec] = []
    private(set) var commonAnnotations: [FieldSpec] = []
    private(set) var images: [FieldSpec] = []
    private(set) var replicas: [FieldSpec] = []
    private(set) var nameReferences: [NameReference] = []

    init() {}

    /// Reads the files of one directory.
    init(_ content: Value, directory: String, _ invocation: Invocation) throws(Failure) {
        for path in (content["configurations"]?.elements ?? []).compactMap(\.stringValue) {
            let bytes = try KustomizeFiles.read(path, in: directory, invocation, doing: "loading config")
            for object in try Self.documents(bytes, path) { read(object) }
        }
        for path in (content["crds"]?.elements ?? []).compactMap(\.stringValue) {
            let bytes = try KustomizeFiles.read(path, in: directory, invocation, doing: "loading CRDs")
            for object in try Self.documents(bytes, path) { readDefinitions(object) }
        }
    }

    private static func documents(_ bytes: [UInt8], _ path: String) throws(Failure) -> [Value] {
        do { return try YAMLReader().documents(bytes).map(\.value).filter { !$0.isNull } } catch {
            throw Failure("error reading \(path): \(error.message)")
        }
    }

    mutating func add(_ other: KustomizeConfiguration) {
        namePrefix += other.namePrefix
        nameSuffix += other.nameSuffix
        namespace += other.namespace
        commonLabels += other.commonLabels
        templateLabels += other.templateLabels
        commonAnnotations += other.commonAnnotations
        images += other.images
        replicas += other.replicas
        nameReferences += other.nameReferences
    }

    /// Also looks for images in these fields.
    mutating func addImages(_ specs: [FieldSpec]) { images += specs }

    private mutating func read(_ value: Value) {
        namePrefix += FieldSpec.list(value["namePrefix"])
        nameSuffix += FieldSpec.list(value["nameSuffix"])
        namespace += FieldSpec.list(value["namespace"])
        commonLabels += FieldSpec.list(value["commonLabels"]) + FieldSpec.list(value["labels"])
        templateLabels += FieldSpec.list(value["templateLabels"])
        commonAnnotations += FieldSpec.list(value["commonAnnotations"])
        images += FieldSpec.list(value["images"])
        replicas += FieldSpec.list(value["replicas"])
        for entry in value["nameReference"]?.elements ?? [] {
            nameReferences.append(
                NameReference(
                    group: entry["group"]?.stringValue ?? "", kind: entry["kind"]?.stringValue ?? "", specs: FieldSpec.list(entry["fieldSpecs"])))
        }
    }

    // MARK: Definitions of custom resources

    /// Reads which fields of custom resources are names: properties with `x-kubernetes-object-ref-kind`.
    private mutating func readDefinitions(_ definitions: Value) {
        for (name, definition) in definitions.fields?.sorted() ?? [:] {
            let properties = definition["Schema", "properties"] ?? definition["properties"] ?? [:]
            guard ["apiVersion", "kind", "metadata"].allSatisfy({ properties[$0] != nil }) else { continue }
            let kind = name.split(separator: ".").last.map(String.init) ?? name
            readProperties(properties, path: "", kind: kind, definitions, depth: 0)
        }
    }

    private mutating func readProperties(_ properties: Value, path: String, kind: String, _ definitions: Value, depth: Int) {
        if depth > 20 { return }
        for (name, property) in properties.fields?.sorted() ?? [:] {
            let place = path.isEmpty ? name : "\(path)/\(name)"
            if let target = property["x-kubernetes-object-ref-kind"]?.stringValue {
                let key = property["x-kubernetes-object-ref-name-key"]?.stringValue ?? "name"
                let group = splitAPIVersion(property["x-kubernetes-object-ref-api-version"]?.stringValue ?? "v1").group
                nameReferences.append(NameReference(group: group, kind: target, specs: [FieldSpec(path: "\(place)/\(key)", kind: kind)]))
            }
            if property["x-kubernetes-identity"] != nil { namePrefix.append(FieldSpec(path: place, kind: kind)) }
            if property["x-kubernetes-annotation"] != nil { commonAnnotations.append(FieldSpec(path: place, kind: kind)) }
            if property["x-kubernetes-label-selector"] != nil { commonLabels.append(FieldSpec(path: place, kind: kind)) }
            let reference = property["$ref"]?.stringValue ?? property["items", "$ref"]?.stringValue ?? ""
            guard let inner = definitions[reference] else { continue }
            readProperties(inner["Schema", "properties"] ?? inner["properties"] ?? [:], path: place, kind: kind, definitions, depth: depth + 1)
        }
    }
}
