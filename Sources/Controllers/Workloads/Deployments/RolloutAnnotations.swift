import KubernetesObjects

/// The notes that the Deployment controller keeps on ReplicaSets.
enum RolloutAnnotations {
    static let revisionKey = "deployment.kubernetes.io/revision"
    static let historyKey = "deployment.kubernetes.io/revision-history"
    static let desiredKey = "deployment.kubernetes.io/desired-replicas"
    static let maxKey = "deployment.kubernetes.io/max-replicas"
    /// The history of a set's revisions is cut to this many characters.
    static let historyLength = 2000

    private static let notCopied: Set = [
        "kubectl.kubernetes.io/last-applied-configuration", revisionKey, historyKey, desiredKey, maxKey,
        "deprecated.deployment.rollback.revision", "deprecated.deployment.rollback.image-changed", "deprecated.deployment.rollback.unchanged",
        "deprecated.deployment.rollback.to",
    ]

    static func revision(of set: Value) -> Int { set.annotation(revisionKey).flatMap { Int($0) } ?? 0 }
    static func desired(of set: Value) -> Int? { set.annotation(desiredKey).flatMap { Int($0) } }
    static func max(of set: Value) -> Int? { set.annotation(maxKey).flatMap { Int($0) } }

    /// Notes the Deployment's size on a set; says whether something changed.
    static func setSizes(_ set: inout Value, desired: Int, max: Int) -> Bool {
        var changed = false
        for (key, count) in [(desiredKey, desired), (maxKey, max)] where set.annotation(key) != String(count) {
            set["metadata", default: [:]]["annotations", default: [:]][key] = .string(String(count))
            changed = true
        }
        return changed
    }

    /// Copies the Deployment's annotations to the set of its present template and numbers the set's revision.
    static func update(_ set: inout Value, from deployment: Value, revision: Int, exists: Bool) -> Bool {
        var changed = false
        for (key, value) in deployment.annotations where !notCopied.contains(key) && set.annotations[key] != value {
            set["metadata", default: [:]]["annotations", default: [:]][key] = value
            changed = true
        }
        let before = set.annotation(revisionKey)
        let number = before.flatMap { Int($0) } ?? 0
        if number < revision {
            set["metadata", default: [:]]["annotations", default: [:]][revisionKey] = .string(String(revision))
            changed = true
            if let before { set["metadata", "annotations", historyKey] = .string(history(set.annotation(historyKey) ?? "", adding: before)) }
        }
        if !exists, setSizes(&set, desired: deployment.specReplicas, max: deployment.specReplicas + RolloutLimits(deployment).surge) {
            changed = true
        }
        return changed
    }

    private static func history(_ text: String, adding revision: String) -> String {
        if text.isEmpty { return revision }
        var entries = text.split(separator: ",", omittingEmptySubsequences: false)[...]
        var length = text.utf8.count + revision.utf8.count + 1
        while length > historyLength, let first = entries.popFirst() { length -= first.utf8.count + 1 }
        return (entries.map(String.init) + [revision]).joined(separator: ",")
    }
}

/// Comparing pod templates without the hash that the controller adds.
enum RolloutTemplates {
    static let hashLabel = "pod-template-hash"

    static func areEqual(_ left: Value?, _ right: Value?) -> Bool { plain(left) == plain(right) }

    private static func plain(_ template: Value?) -> Value? {
        guard var template else { return nil }
        template["metadata", "labels", hashLabel] = nil
        if template["metadata", "labels"]?.fields?.isEmpty == true { template["metadata", "labels"] = nil }
        if template["metadata", "creationTimestamp"]?.isNull == true { template["metadata", "creationTimestamp"] = nil }
        if template["metadata"]?.fields?.isEmpty == true { template["metadata"] = nil }
        return template
    }
}
