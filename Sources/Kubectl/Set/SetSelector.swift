import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl set selector`.
enum SetSelector {
    static let command = Command(
        name: "selector", summary: "Set the selector on a resource", usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
        flags: SharedFlags.filename("the objects", recursive: true).filter { $0.name != "kustomize" } + SharedFlags.output + [
            SharedFlags.dryRun, SharedFlags.local, SharedFlags.record, SharedFlags.all, SharedFlags.fieldManager("kubectl-set"),
            FlagSpec("resource-version", "Only change the object in this version."),
        ],
        run: { (invocation) throws(Failure) in
            guard let text = invocation.arguments.last else { throw Failure("one selector is required") }
            let selector = try LabelSelectorText.parse(text)
            let infos = try SetCommand.find(invocation, Array(invocation.arguments.dropLast()))
            try SetCommand.update(invocation, infos, message: "selector updated", failing: nil, always: true) { (object, info) throws(Failure) in
                guard info.entry.kind == "Service" else {
                    throw Failure("setting a selector is only supported for Services")
                }
                if let expressions = selector["matchExpressions"]?.elements {
                    let texts = expressions.map { expression in
                        "{" + ["key", "operator", "values"].map { goText(expression[$0] ?? []) }.joined(separator: " ") + "}"
                    }
                    throw Failure("match expression [\(texts.joined(separator: " "))] not supported on this object")
                }
                object["spec", "selector"] = selector["matchLabels"] ?? [:]
                let version = invocation.flags.string("resource-version")
                if !version.isEmpty { object["metadata", "resourceVersion"] = .string(version) }
            }
        })
}
