import KubernetesObjects

/// Namespace, names, labels, annotations, replicas and images of a kustomization.
struct KustomizeTransformer {
    let content: Value

    private func text(_ key: String) -> String { content[key]?.stringValue ?? "" }

    func setNamespace(_ resources: inout [KustomizedResource]) {
        let namespace = text("namespace")
        if namespace.isEmpty { return }
        for index in resources.indices {
            if resources[index].object.kind == "Namespace" {
                resources[index].object["metadata", "name"] = .string(namespace)
                continue
            }
            if resources[index].object.kind.hasSuffix("RoleBinding") {
                resources[index].object["subjects"]?.modifyElements { subjects in
                    for position in subjects.indices
                    where subjects[position]["kind"]?.stringValue == "ServiceAccount" && subjects[position]["name"]?.stringValue == "default" {
                        subjects[position]["namespace"] = .string(namespace)
                    }
                }
            }
            if !resources[index].isClusterWide { resources[index].object["metadata", "namespace"] = .string(namespace) }
        }
    }

    func setNames(_ resources: inout [KustomizedResource]) {
        let (prefix, suffix) = (text("namePrefix"), text("nameSuffix"))
        if prefix.isEmpty, suffix.isEmpty { return }
        let kept: Set = ["CustomResourceDefinition", "APIService", "Namespace"]
        for index in resources.indices where !kept.contains(resources[index].object.kind) {
            resources[index].object["metadata", "name"] = .string(prefix + resources[index].object.name + suffix)
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
        "DaemonSet": ["spec/template/metadata"], "StatefulSet": ["spec/template/metadata", "spec/volumeClaimTemplates/metadata"], "Job": ["spec/template/metadata"],
        "CronJob": ["spec/jobTemplate/metadata", "spec/jobTemplate/spec/template/metadata"],
    ]

    func setLabels(_ resources: inout [KustomizedResource]) {
        if let labels = content["commonLabels"]?.fields, !labels.isEmpty { add(labels, selectors: true, templates: true, &resources) }
        for entry in content["labels"]?.elements ?? [] {
            let selectors = entry["includeSelectors"]?.boolValue ?? false
            add(
                entry["pairs"]?.fields ?? [:], selectors: selectors, templates: selectors || (entry["includeTemplates"]?.boolValue ?? false),
                &resources)
        }
    }

    private func add(_ labels: Fields, selectors: Bool, templates: Bool, _ resources: inout [KustomizedResource]) {
        for index in resources.indices {
            let kind = resources[index].object.kind
            var specs = [FieldSpec(path: "metadata/labels", creates: true)]
            if templates { specs += (Self.templatePaths[kind] ?? []).map { FieldSpec(path: $0 + "/labels", creates: true) } }
            if selectors {
                specs += (Self.selectorPaths[kind] ?? []).map { FieldSpec(path: $0.hasSuffix("?") ? String($0.dropLast()) : $0, creates: !$0.hasSuffix("?")) }
            }
            for spec in specs {
                spec.change(&resources[index].object) { field in for (key, value) in labels { field[key] = value } }
            }
        }
    }

    func setAnnotations(_ resources: inout [KustomizedResource]) {
        guard let annotations = content["commonAnnotations"]?.fields, !annotations.isEmpty else { return }
        for index in resources.indices {
            let templates = Self.templatePaths[resources[index].object.kind] ?? []
            let paths = [["metadata", "annotations"]] + templates.map { $0.split(separator: "/").map(String.init) + ["annotations"] }
            for path in paths { for (key, value) in annotations { resources[index].object[path: path + [key]] = value } }
        }
    }

    // MARK: Replicas and images

    func setReplicas(_ resources: inout [KustomizedResource]) throws(Failure) {
        let kinds: Set = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"]
        for entry in content["replicas"]?.elements ?? [] {
            let name = entry["name"]?.stringValue ?? ""
            var hasMatch = false
            for index in resources.indices where kinds.contains(resources[index].object.kind) {
                guard [resources[index].originalName, resources[index].previousName, resources[index].object.name].contains(name) else { continue }
                hasMatch = true
                resources[index].object["spec", "replicas"] = entry["count"] ?? 0
            }
            if !hasMatch {
                throw Failure(
                    "resource with name \(name) does not match a config with the following GVK [Deployment.[noVer].[noGrp] ReplicationController.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]"
                )
            }
        }
    }

    func setImages(_ resources: inout [KustomizedResource]) {
        for entry in content["images"]?.elements ?? [] {
            for index in resources.indices { resources[index].object = changed(resources[index].object, entry) }
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
