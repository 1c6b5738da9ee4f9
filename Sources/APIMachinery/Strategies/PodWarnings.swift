import KubernetesObjects

/// What the server warns of in pods and pod templates.
///
/// - Source: kubernetes `pkg/api/pod/warnings.go`, v1.36.
enum PodWarnings {
    /// Changes of pods are not looked at: few of them come from people.
    static func pod(_ new: Value, _ old: Value?) -> [String] {
        if old != nil { return [] }
        let messages = NameFormats.dns1123Label(new.name)
        let name =
            messages.isEmpty
            ? []
            : ["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [\(messages.joined(separator: " "))]"]
        return name + PodSpecWarnings.of(new, at: .root)
    }

    static func namedWorkload(_ new: Value, _ old: Value?) -> [String] { name(new, old) + workload(new, old) }

    static func workload(_ new: Value, _ old: Value?) -> [String] {
        if let old, old["spec", "template"] == new["spec", "template"] { return [] }
        return PodSpecWarnings.of(new["spec", "template"] ?? [:], at: .spec / "template")
    }

    static func statefulSet(_ new: Value, _ old: Value?) -> [String] {
        var warnings = workload(new, old)
        for (index, claim) in (new["spec"]?.list("volumeClaimTemplates") ?? []).enumerated() {
            warnings += StorageWarnings.claimSpec(claim["spec"] ?? [:], at: (.spec / "volumeClaimTemplates")[index] / "Spec")
        }
        if let limit = new["spec"]?.int("revisionHistoryLimit"), limit < 0 {
            warnings.append(
                "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended")
        }
        return warnings
    }

    static func job(_ new: Value, _ old: Value?) -> [String] {
        namedWorkload(new, old) + indexes(new["spec"] ?? [:], at: .spec)
    }

    /// Indexes of so many pods are more than the status can tell.
    private static func indexes(_ spec: Value, at path: FieldPath) -> [String] {
        guard spec.text("completionMode") == "Indexed", spec.int("completions") ?? 0 > 100_000, spec.int("parallelism") ?? 0 > 10_000 else { return [] }
        return [
            "\(path): In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ]
    }

    static func cronJob(_ new: Value, _ old: Value?) -> [String] {
        var warnings = name(new, old) + indexes(new["spec", "jobTemplate", "spec"] ?? [:], at: .spec / "jobTemplate" / "spec")
        let template = new["spec", "jobTemplate", "spec", "template"]
        if old == nil || old?["spec", "jobTemplate"] != new["spec", "jobTemplate"] {
            warnings += PodSpecWarnings.of(template ?? [:], at: .spec / "jobTemplate" / "spec" / "template")
        }
        return warnings
    }

    private static func name(_ new: Value, _ old: Value?) -> [String] {
        guard old == nil else { return [] }
        let messages = NameFormats.dns1123Label(new.name)
        if messages.isEmpty { return [] }
        return [
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [\(messages.joined(separator: " "))]"
        ]
    }
}
