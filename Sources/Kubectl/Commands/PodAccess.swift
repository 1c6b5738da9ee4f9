import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Finds the pod behind a name, and asks its containers.
struct PodAccess {
    let invocation: Invocation

    /// The pods that a word such as `web-0`, `deploy/web` or `svc/web` leads to.
    func pods(_ words: [String], selector: String = "") throws(Failure) -> [ResourceInfo] {
        guard let entry = try invocation.lookup({ $0.entry(.pods) }) else { throw Failure("the server doesn't have a resource type \"pods\"") }
        let namespace = try invocation.namespace().name
        if !selector.isEmpty { return try list(selector, namespace, entry) }
        guard let word = words.first else { throw Failure("pod or type/name must be specified") }
        let target = words.count > 1 && !word.contains("/") ? "\(word)/\(words[1])" : word
        guard target.contains("/") else { return [try get(target, namespace, entry)] }
        let parts = target.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Failure("arguments in resource/name form must have a single resource and name") }
        let type = try invocation.resource(named: parts[0])
        if type.groupResource == .pods { return [try get(parts[1], namespace, entry)] }
        let owner = try invocation.get(ResourceInfo(entry: type, namespace: namespace, name: parts[1], object: .null))
        let labels: String
        switch type.kind {
        case "Service", "ReplicationController": labels = selectorText(["matchLabels": owner["spec", "selector"] ?? [:]])
        case "CronJob": throw refusal(type, "selector for *v1.CronJob not implemented")
        default: labels = selectorText(owner["spec", "selector"])
        }
        if labels.isEmpty {
            throw refusal(
                type,
                type.kind == "Service"
                    ? "invalid service '\(owner.name)': Service is defined without a selector" : "selector for *v1.\(type.kind) not implemented")
        }
        let found = try list(labels, namespace, entry)
        if found.isEmpty { throw Failure("timed out waiting for the condition") }
        return found
    }

    /// Why an object leads to no pods.
    private func refusal(_ type: ResourceEntry, _ why: String) -> Failure {
        Failure("cannot \(invocation.command.name == "logs" ? "get the logs from" : "attach to") *v1.\(type.kind): \(why)")
    }

    private func get(_ name: String, _ namespace: String, _ entry: ResourceEntry) throws(Failure) -> ResourceInfo {
        let info = ResourceInfo(entry: entry, namespace: namespace, name: name, object: .null)
        return info.refreshed(with: try invocation.get(info))
    }

    private func list(_ selector: String, _ namespace: String, _ entry: ResourceEntry) throws(Failure) -> [ResourceInfo] {
        var request = APIRequest(.list, entry.resource, namespace: namespace)
        request.options.labelSelector = selector
        return (try invocation.send(request).body["items"]?.elements ?? []).map {
            ResourceInfo(entry: entry, namespace: $0.namespace, name: $0.name, object: $0)
        }
    }

    /// The container that is meant when none is named: the annotated one, or the first.
    func defaultContainer(_ pod: Value) -> (name: String, isGuessed: Bool) {
        let names = (pod["spec", "containers"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
        if let marked = pod.annotation("kubectl.kubernetes.io/default-container"), names.contains(marked) { return (marked, false) }
        let others = ["initContainers", "ephemeralContainers"].contains { !(pod["spec"]?[$0]?.elements ?? []).isEmpty }
        return (names.first ?? "", names.count > 1 || others)
    }

    static func containerNames(_ pod: Value) -> [String] {
        ["containers", "initContainers", "ephemeralContainers"].flatMap { pod["spec"]?[$0]?.elements ?? [] }.compactMap { $0["name"]?.stringValue }
    }

    /// `a, b, c (init)`: all containers for messages.
    static func allContainers(_ pod: Value) -> String {
        func names(_ key: String) -> [String] { (pod["spec"]?[key]?.elements ?? []).compactMap { $0["name"]?.stringValue } }
        return (names("containers") + names("ephemeralContainers").map { "\($0) (ephem)" } + names("initContainers").map { "\($0) (init)" })
            .joined(separator: ", ")
    }

    /// Runs a command in a container.
    func exec(_ pod: ResourceInfo, container: String, command: [String], input: [UInt8]?, tty: Bool = false) throws(Failure) -> (out: String, err: String, code: Int) {
        var request = pod.request(.create)
        request.subresource = "exec"
        request.options.parameters = [("container", container)] + command.map { ("command", $0) } + [("stdout", "true"), ("stderr", "true")]
        if let input {
            request.options.parameters.append(("stdin", "true"))
            request.body = .string(String(decoding: input, as: UTF8.self))
        }
        if tty { request.options.parameters.append(("tty", "true")) }
        return Self.outcome(try invocation.send(request))
    }

    /// Runs a command whose input and output may be no text.
    ///
    /// - Differs: for a cluster in process they have to be text.
    func execBytes(_ pod: ResourceInfo, container: String, command: [String], input: [UInt8]?) throws(Failure) -> (out: [UInt8], code: Int) {
        if let live = LiveConnection(invocation) {
            let answer = try live.exec(pod, container: container, command: command, input: input)
            return (answer.out, answer.code)
        }
        let answer = try exec(pod, container: container, command: command, input: input)
        return (Array(answer.out.utf8), answer.code)
    }

    /// The texts and the exit status of an answer.
    static func outcome(_ response: APIResponse) -> (out: String, err: String, code: Int) {
        if case .string(let text) = response.body { return (text, "", 0) }
        let body = response.body
        return (
            body["stdout"]?.stringValue ?? "", body["stderr"]?.stringValue ?? "", body["code"]?.intValue ?? 0
        )
    }
}
