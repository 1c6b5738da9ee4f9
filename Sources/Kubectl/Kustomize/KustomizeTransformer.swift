import KubernetesObjects

/// Namespace, names, labels, annotations, replicas and images of a kustomization.
struct KustomizeTransformer {
    let content: Value
    /// More fields, from `configurations`.
    var configuration = KustomizeConfiguration()
    /// Leaves objects that have a namespace where they are.
    var onlyUnset = false

    /// Kinds whose names mean something to the cluster.
    static let keepsName: Set = ["CustomResourceDefinition", "APIService", "Namespace"]

    private func text(_ key: String) -> String { content[key]?.stringValue ?? "" }

    func setNamespace(_ resources: inout [KustomizedResource]) {
        let namespace = text("namespace")
        if namespace.isEmpty { return }
        let subjects = content["setRoleBindingSubjects"]?.stringValue ?? "defaultOnly"
        for index in resources.indices {
            if resources[index].object.kind == "Namespace" {
                resources[index].object["metadata", "name"] = .string(namespace)
                continue
            }
            if resources[index].object.kind.hasSuffix("RoleBinding"), subjects != "none" {
                resources[index].object["subjects"]?.modifyElements { list in
                    for position in list.indices where list[position]["kind"]?.stringValue == "ServiceAccount" {
                        if subjects == "allServiceAccounts" || list[position]["name"]?.stringValue == "default" {
                            list[position]["namespace"] = .string(namespace)
                        }
                    }
                }
            }
            if resources[index].object.kind == "APIService", resources[index].object["spec", "service"]?.fields != nil {
                resources[index].object["spec", "service", "namespace"] = .string(namespace)
            }
            let isKept = resources[index].isClusterWide || onlyUnset && !resources[index].object.namespace.isEmpty
            if !isKept { resources[index].object["metadata", "namespace"] = .string(namespace) }
            for spec in configuration.namespace { spec.change(&resources[index].object) { $0 = .string(namespace) } }
        }
    }

    func setPrefix(_ resources: inout [KustomizedResource]) {
        let prefix = text("namePrefix")
        if !prefix.isEmpty { rename(&resources, configuration.namePrefix) { prefix + $0 } }
    }

    func setSuffix(_ resources: inout [KustomizedResource]) {
        let suffix = text("nameSuffix")
        if !suffix.isEmpty { rename(&resources, configuration.nameSuffix) { $0 + suffix } }
    }

    private func rename(_ resources: inout [KustomizedResource], _ specs: [FieldSpec], _ change: (String) -> String) {
        for index in resources.indices where !Self.keepsName.contains(resources[index].object.kind) {
            for spec in [FieldSpec(path: "metadata/name")] + specs {
                spec.change(&resources[index].object) { field in if case .string(let old) = field { field = .string(change(old)) } }
            }
        }
    }

    // MARK: Labels

    /// Where labels of selectors and templates are; a trailing `?` marks paths that are not made.
    private static let affinityPaths: [String] = ["podAffinity", "podAntiAffinity"].flatMap { kind in
        [
            "spec/template/spec/affinity/\(kind)/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels?",
            "spec/template/spec/affinity/\(kind)/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels?",
        ]
    } + ["spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels?"]

    private static let selectorPaths: [String: [String]] = [
        "Service": ["spec/selector"], "ReplicationController": ["spec/selector"], "Deployment": ["spec/selector/matchLabels"] + affinityPaths,
        "ReplicaSet": ["spec/selector/matchLabels"], "DaemonSet": ["spec/selector/matchLabels"], "StatefulSet": ["spec/selector/matchLabels"] + affinityPaths,
        "Job": ["spec/selector/matchLabels?"], "CronJob": ["spec/jobTemplate/spec/selector/matchLabels?"],
        "PodDisruptionBudget": ["spec/selector/matchLabels?"], "NetworkPolicy": [
            "spec/podSelector/matchLabels?", "spec/ingress/from/podSelector/matchLabels?", "spec/egress/to/podSelector/matchLabels?",
        ],
    ]
    private static let templatePaths: [String: [String]] = [
        "ReplicationController": ["spec/template/metadata"], "Deployment": ["spec/template/metadata"], "ReplicaSet": ["spec/template/metadata"],
        "DaemonSet": ["spec/template/metadata"], "StatefulSet": ["spec/template/metadata"], "Job": ["spec/template/metadata"],
        "CronJob": ["spec/jobTemplate/metadata", "spec/jobTemplate/spec/template/metadata"],
    ]

    /// An entry of `labels`.
    func setLabels(_ entry: Value, _ resources: inout [KustomizedResource]) {
        let selectors = entry["includeSelectors"]?.boolValue ?? false
        add(
            entry["pairs"]?.fields ?? [:], selectors: selectors, templates: selectors || (entry["includeTemplates"]?.boolValue ?? false),
            FieldSpec.list(entry["fields"]), &resources)
    }

    func setCommonLabels(_ resources: inout [KustomizedResource]) {
        add(content["commonLabels"]?.fields ?? [:], selectors: true, templates: true, [], &resources)
    }

    private func add(_ labels: Fields, selectors: Bool, templates: Bool, _ more: [FieldSpec], _ resources: inout [KustomizedResource]) {
        if labels.isEmpty { return }
        for index in resources.indices {
            let kind = resources[index].object.kind
            var specs = more + [FieldSpec(path: "metadata/labels", creates: true)]
            if templates {
                specs += (Self.templatePaths[kind] ?? []).map { FieldSpec(path: $0 + "/labels", creates: true) } + configuration.templateLabels
                if kind == "StatefulSet" { specs.append(FieldSpec(path: "spec/volumeClaimTemplates/metadata/labels", creates: true)) }
            }
            if selectors {
                specs += (Self.selectorPaths[kind] ?? []).map { FieldSpec(path: $0.hasSuffix("?") ? String($0.dropLast()) : $0, creates: !$0.hasSuffix("?")) }
                specs += configuration.commonLabels
            }
            for spec in specs {
                spec.change(&resources[index].object) { field in for (key, value) in labels { field[key] = .string(goText(value)) } }
            }
        }
    }

    func setAnnotations(_ resources: inout [KustomizedResource]) {
        let annotations = content["commonAnnotations"]?.fields ?? [:]
        for index in resources.indices {
            let templates = (Self.templatePaths[resources[index].object.kind] ?? []).map { FieldSpec(path: $0 + "/annotations", creates: true) }
            for spec in [FieldSpec(path: "metadata/annotations", creates: true)] + templates + configuration.commonAnnotations {
                spec.change(&resources[index].object) { field in for (key, value) in annotations { field[key] = .string(goText(value)) } }
            }
        }
    }

    // MARK: Replicas and images

    /// An entry of `replicas`.
    func setReplicas(_ entry: Value, _ resources: inout [KustomizedResource]) throws(Failure) {
        let kinds = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"]
        let specs = kinds.map { FieldSpec(path: "spec/replicas", kind: $0, creates: true) } + configuration.replicas
        let name = entry["name"]?.stringValue ?? ""
        var hasMatch = false
        for index in resources.indices where resources[index].isNamed(name) {
            for spec in specs where spec.applies(to: resources[index].object) {
                hasMatch = true
                spec.change(&resources[index].object) { $0 = entry["count"] ?? 0 }
            }
        }
        if !hasMatch {
            let list = specs.map { "\($0.kind).\($0.version.isEmpty ? "[noVer]" : $0.version).\($0.group.isEmpty ? "[noGrp]" : $0.group)" }
            throw Failure("resource with name \(name) does not match a config with the following GVK [\(list.joined(separator: " "))]")
        }
    }

    /// An entry of `images`.
    func setImages(_ entry: Value, _ resources: inout [KustomizedResource]) {
        for index in resources.indices {
            resources[index].object = changed(resources[index].object, entry)
            for spec in configuration.images {
                spec.change(&resources[index].object) { field in if case .string(let image) = field { field = .string(Self.image(image, entry)) } }
            }
        }
    }

    private func changed(_ value: Value, _ entry: Value) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (key, item) in fields {
                if key == "containers" || key == "initContainers", case .array(let list) = item {
                    result[key] = .array(
                        list.map { container in
                            guard case .string(let image)? = container["image"] else { return container }
                            var container = container
                            container["image"] = .string(Self.image(image, entry))
                            return container
                        })
                } else {
                    result[key] = changed(item, entry)
                }
            }
            return .object(result)
        case .array(let list): return .array(list.map { changed($0, entry) })
        default: return value
        }
    }

    /// The image with another name, tag or digest when it is the one that is meant.
    private static func image(_ image: String, _ entry: Value) -> String {
        var name = image[...]
        var tag = ""
        var digest = ""
        if let at = name.firstIndex(of: "@") {
            digest = String(name[at...])
            name = name[..<at]
        }
        let slash = name.lastIndex(of: "/") ?? name.startIndex
        if let colon = name[slash...].firstIndex(of: ":") {
            tag = String(name[colon...])
            name = name[..<colon]
        }
        guard String(name) == entry["name"]?.stringValue else { return image }
        var result = entry["newName"]?.stringValue ?? String(name)
        if let new = entry["newTag"], !new.isNull {
            tag = ":" + goText(new)
            digest = ""
        }
        if let suffix = entry["tagSuffix"]?.stringValue, !suffix.isEmpty, !tag.isEmpty { tag += suffix }
        if let new = entry["digest"]?.stringValue, !new.isEmpty {
            digest = "@" + new
            if entry["newTag"] == nil { tag = "" }
        }
        result += tag + digest
        return result
    }
}
