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

    /// Whether an object is new or came to a new generation; the scale of a workload is one as well.
    private static func isRenewed(_ new: Value, _ old: Value?) -> Bool { old.map { $0.generation != new.generation } ?? true }

    static func template(_ new: Value, _ old: Value?) -> [String] {
        isRenewed(new, old) ? PodSpecWarnings.of(new["template"] ?? [:], at: FieldPath("template")) : []
    }

    static func workload(_ new: Value, _ old: Value?) -> [String] {
        if !isRenewed(new, old) { return [] }
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
        name(new, old) + (isRenewed(new, old) ? jobSpec(new["spec"] ?? [:], at: .spec) : [])
    }

    private static func jobSpec(_ spec: Value, at path: FieldPath) -> [String] {
        indexes(spec, at: path) + PodSpecWarnings.of(spec["template"] ?? [:], at: path / "template")
    }

    /// Indexes of so many pods are more than the status can tell.
    private static func indexes(_ spec: Value, at path: FieldPath) -> [String] {
        guard spec.text("completionMode") == "Indexed", spec.int("completions") ?? 0 > 100_000, spec.int("parallelism") ?? 0 > 10_000 else { return [] }
        return [
            "\(path): In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ]
    }

    static func cronJob(_ new: Value, _ old: Value?) -> [String] {
        var warnings = name(new, old)
        if isRenewed(new, old) { warnings += jobSpec(new["spec", "jobTemplate", "spec"] ?? [:], at: .spec / "jobTemplate" / "spec") }
        if old != nil, new["spec"]?.text("schedule").contains("TZ") == true {
            warnings.append(
                "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details")
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
