import KubernetesObjects

/// What the server sets in pods before they are validated.
///
/// - Source: kubernetes `pkg/registry/core/pod/strategy.go`, v1.36.
enum PodPreparation {
    static func create(_ pod: inout Value, _ context: StrategyContext) {
        let spec = pod["spec"] ?? [:]
        var status: Value = ["phase": "Pending", "qosClass": .string(QualityOfService.of(spec))]
        if !spec.list("schedulingGates").isEmpty {
            status["conditions"] = [
                [
                    "type": "PodScheduled", "status": "False", "lastProbeTime": .null, "lastTransitionTime": .null,
                    "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates",
                ]
            ]
        }
        pod["status"] = status
        AppArmorSync.apply(&pod)
        mergeMatchLabelKeys(&pod)
    }

    static func update(_ pod: inout Value, _ old: Value, _ context: StrategyContext) {
        switch context.subresource {
        case "status": PodStatusPreparation.update(&pod, old)
        case "": pod["status"] = old["status"]
        default: break
        }
    }

    /// `matchLabelKeys` become expressions of the selectors, with the pod's own values.
    private static func mergeMatchLabelKeys(_ pod: inout Value) {
        let labels = pod.labels
        func merged(_ term: Value) -> Value {
            guard term.has("labelSelector") else { return term }
            var term = term
            var added: [Value] = []
            for key in term.texts("matchLabelKeys") {
                if let value = labels[key] { added.append(["key": .string(key), "operator": "In", "values": [value]]) }
            }
            for key in term.texts("mismatchLabelKeys") {
                if let value = labels[key] { added.append(["key": .string(key), "operator": "NotIn", "values": [value]]) }
            }
            if !added.isEmpty {
                term["labelSelector", "matchExpressions"] = .array((term["labelSelector"]?.list("matchExpressions") ?? []) + added)
            }
            return term
        }
        for kind in ["podAffinity", "podAntiAffinity"] where pod["spec", "affinity", kind] != nil {
            let required = "requiredDuringSchedulingIgnoredDuringExecution"
            let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
            if let terms = pod["spec", "affinity", kind, required]?.arrayValue, terms.contains(where: hasKeys) {
                pod["spec", "affinity", kind, required] = .array(terms.map(merged))
            }
            if let terms = pod["spec", "affinity", kind, preferred]?.arrayValue,
                terms.contains(where: { hasKeys($0["podAffinityTerm"] ?? [:]) })
            {
                pod["spec", "affinity", kind, preferred] = .array(
                    terms.map { weighted in
                        var weighted = weighted
                        weighted["podAffinityTerm"] = merged(weighted["podAffinityTerm"] ?? [:])
                        return weighted
                    })
            }
        }
        if let constraints = pod["spec", "topologySpreadConstraints"]?.arrayValue, constraints.contains(where: hasKeys) {
            pod["spec", "topologySpreadConstraints"] = .array(constraints.map(merged))
        }
    }

    private static func hasKeys(_ term: Value) -> Bool { term.has("matchLabelKeys") || term.has("mismatchLabelKeys") }
}

/// The selector and labels that the server gives a job.
///
/// - Source: kubernetes `pkg/registry/batch/job/strategy.go`, v1.36.
enum JobPreparation {
    static func create(_ job: inout Value, _ context: StrategyContext) {
        if job["spec"]?.flag("manualSelector") == true { return }
        let uid = Value.string(job.uid)
        let name = Value.string(job.name)
        var labels = job["spec", "template", "metadata", "labels"] ?? [:]
        for (key, value) in [
            ("controller-uid", uid), ("job-name", name), ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name),
        ] where labels[key] == nil { labels[key] = value }
        job["spec", "template", "metadata", "labels"] = labels
        if job.labels.isEmpty { job["metadata", "labels"] = labels }
        if job["spec"]?.has("selector") != true { job["spec", "selector"] = [:] }
        if job["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"] == nil {
            job["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"] = uid
        }
    }
}

/// How often the template of a DaemonSet has changed, in an annotation for old clients.
///
/// - Source: the `templateGeneration` of kubernetes `pkg/registry/apps/daemonset/strategy.go`, v1.36.
enum DaemonSetPreparation {
    static let annotation = "deprecated.daemonset.template.generation"

    static func create(_ set: inout Value, _ context: StrategyContext) {
        if (Int(set.annotation(annotation) ?? "") ?? 0) < 1 { set["metadata", "annotations", annotation] = "1" }
    }

    static func update(_ set: inout Value, _ old: Value, _ context: StrategyContext) {
        let before = Int(old.annotation(annotation) ?? "") ?? 1
        let isChanged = context.subresource.isEmpty && set["spec", "template"] != old["spec", "template"]
        set["metadata", "annotations", annotation] = .string(String(isChanged ? before &+ 1 : before))
    }
}

/// What the server sets in namespaces.
enum NamespacePreparation {
    static let nameLabel = "kubernetes.io/metadata.name"

    static func create(_ namespace: inout Value, _ context: StrategyContext) {
        namespace["metadata", "labels", nameLabel] = .string(namespace.name)
        var finalizers = namespace["spec"]?.texts("finalizers") ?? []
        if !finalizers.contains("kubernetes") { finalizers.append("kubernetes") }
        namespace["spec", "finalizers"] = .array(finalizers.map { .string($0) })
    }

    static func update(_ namespace: inout Value, _ old: Value, _ context: StrategyContext) {
        switch context.subresource {
        case "":
            namespace["spec", "finalizers"] = old["spec", "finalizers"]
            namespace["metadata", "labels", nameLabel] = .string(namespace.name)
        default: break
        }
    }
}

/// What the server sets in Secrets.
enum SecretPreparation {
    static func update(_ secret: inout Value, _ old: Value, _ context: StrategyContext) {
        if secret.text("type").isEmpty { secret["type"] = old["type"] }
    }
}

/// What the server sets in claims: the two forms of a data source follow each other.
enum ClaimPreparation {
    static func create(_ claim: inout Value, _ context: StrategyContext) {
        let spec = claim["spec"] ?? [:]
        if let source = spec.present("dataSource"), !spec.has("dataSourceRef") {
            claim["spec", "dataSourceRef"] = source
        } else if let reference = spec.present("dataSourceRef"), !spec.has("dataSource"), reference.text("namespace").isEmpty {
            var source: Value = ["kind": .string(reference.text("kind")), "name": .string(reference.text("name"))]
            source["apiGroup"] = reference["apiGroup"]
            claim["spec", "dataSource"] = source
        }
    }
}
