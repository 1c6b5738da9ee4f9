import KubernetesObjects

/// What a write to a pod's `status` keeps of the status before it: a writer that leaves it out does not take it away.
///
/// - Source: `podStatusStrategy.PrepareForUpdate` and `preserveOldObservedGeneration` of kubernetes `pkg/registry/core/pod/strategy.go`, v1.36.
enum PodStatusPreparation {
    static func update(_ pod: inout Value, _ old: Value) {
        pod["spec"] = old["spec"]
        let before = old["status"] ?? [:]
        if pod["status"]?.text("qosClass").isEmpty ?? true, let quality = before.present("qosClass") {
            pod["status", default: [:]]["qosClass"] = quality
        }
        if isUnset(pod["status"] ?? [:]), !isUnset(before) { pod["status", default: [:]]["observedGeneration"] = before["observedGeneration"] }
        conditions(&pod, before.list("conditions"))
    }

    private static func isUnset(_ part: Value) -> Bool { (part.int("observedGeneration") ?? 0) == 0 }

    /// Several conditions of one type are allowed: they follow each other as they did.
    private static func conditions(_ pod: inout Value, _ old: [Value]) {
        guard old.contains(where: { !isUnset($0) }), var conditions = pod["status"]?["conditions"]?.arrayValue, conditions.contains(where: isUnset) else { return }
        var known: [String: [Value]] = [:]
        for condition in old { known[condition.text("type"), default: []].append(condition) }
        for index in conditions.indices {
            let type = conditions[index].text("type")
            guard let before = known[type]?.first else { continue }
            known[type]?.removeFirst()
            if isUnset(conditions[index]), !isUnset(before) { conditions[index]["observedGeneration"] = before["observedGeneration"] }
        }
        pod["status", default: [:]]["conditions"] = .array(conditions)
    }
}
