import KubernetesObjects

/// What a Job's rules say of a failed pod.
///
/// - Source: kube-controller-manager `matchPodFailurePolicy`.
struct PodFailurePolicy {
    enum Action: String { case failJob = "FailJob", failIndex = "FailIndex", ignore = "Ignore", count = "Count" }

    private let rules: [Value]

    /// Nil when the Job has no policy.
    init?(_ job: Value) {
        guard let rules = job["spec"]?["podFailurePolicy"]?["rules"]?.elements else { return nil }
        self.rules = rules
    }

    /// The first rule that matches, with the message that goes with it.
    func match(_ pod: Value) -> (action: Action, message: String)? {
        guard pod.podPhase == "Failed" else { return nil }
        for (index, rule) in rules.enumerated() {
            guard let action = rule["action"]?.stringValue.flatMap({ Action(rawValue: $0) }) else { continue }
            if let codes = rule["onExitCodes"] {
                if let (container, code) = exited(pod, codes) {
                    return (
                        action,
                        "Container \(container) for pod \(pod.namespace)/\(pod.name) failed with exit code \(code) matching \(action.rawValue) rule at index \(index)"
                    )
                }
                continue
            }
            for pattern in rule["onPodConditions"]?.elements ?? [] {
                let type = pattern["type"]?.stringValue ?? ""
                if let condition = pod.condition(type), condition["status"]?.stringValue == pattern["status"]?.stringValue ?? "True" {
                    return (action, "Pod \(pod.namespace)/\(pod.name) has condition \(type) matching \(action.rawValue) rule at index \(index)")
                }
            }
        }
        return nil
    }

    private func exited(_ pod: Value, _ rule: Value) -> (String, Int)? {
        let only = rule["containerName"]?.stringValue
        let values = (rule["values"]?.elements ?? []).compactMap(\.intValue)
        let wantsIn = rule["operator"]?.stringValue == "In"
        for list in ["containerStatuses", "initContainerStatuses"] {
            for status in pod["status"]?[list]?.elements ?? [] {
                let name = status["name"]?.stringValue ?? ""
                if let only, only != name { continue }
                guard let code = status["state"]?["terminated"]?["exitCode"]?.intValue, code != 0 else { continue }
                if values.contains(code) == wantsIn { return (name, code) }
            }
        }
        return nil
    }
}

/// When an indexed Job counts as succeeded before all its indexes have.
enum SuccessPolicy {
    static func match(_ job: Value, _ succeeded: CompletionIndexes, completions: Int) -> String? {
        for (position, rule) in (job["spec"]?["successPolicy"]?["rules"]?.elements ?? []).enumerated() {
            let wanted = rule["succeededIndexes"]?.stringValue.map { CompletionIndexes($0, below: completions) }
            let reached = wanted.map { $0.indexes.intersection(succeeded.indexes).count } ?? succeeded.count
            if let count = rule["succeededCount"]?.intValue {
                if reached >= count { return "Matched rules at index \(position)" }
            } else if let wanted, reached == wanted.count {
                return "Matched rules at index \(position)"
            }
        }
        return nil
    }
}
