import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl drain`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/drain` and `pkg/drain`.
enum DrainCommand {
    static let command = Command(
        name: "drain", summary: "Drain node in preparation for maintenance", usage: "NODE",
        flags: [
            SharedFlags.selector, SharedFlags.dryRun, SharedFlags.chunkSize,
            .flag("delete-emptydir-data", nil, "Go on although pods use emptyDir: their data is lost."),
            FlagSpec("delete-local-data", kind: .bool, deprecated: "This option is deprecated and will be deleted. Use --delete-emptydir-data.", "The old name."),
            .flag("disable-eviction", nil, "Delete pods, past disruption budgets."), .flag("force", nil, "Go on although pods have no controller."),
            FlagSpec("grace-period", kind: .int, fallback: "-1", "Seconds for pods to end; negative for their own."),
            .flag("ignore-daemonsets", nil, "Leave pods of DaemonSets alone."), FlagSpec("pod-selector", "Only these pods."),
            FlagSpec("skip-wait-for-delete-timeout", kind: .int, "Do not wait for pods that are being deleted for so many seconds."),
            FlagSpec("timeout", kind: .duration, "How long to wait; 0 for as long as it takes."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let selector = invocation.flags.string("pod-selector")
        if !selector.isEmpty {
            do throws(Failure) { _ = try LabelSelectorText.parse(selector) } catch {
                throw Failure("--pod-selector=<pod_selector> must be a valid label selector")
            }
        }
        let found = try NodeCommands.nodes(invocation)
        if let failure = Failure.aggregate(found.failures) { throw failure }
        for info in found.infos { try NodeCommands.setUnschedulable(true, info, invocation) }
        var failures: [Failure] = []
        var pending: [String] = []
        for info in found.infos {
            do throws(Failure) {
                try drain(info, invocation)
                invocation.outLine("\(info.printedName) drained\(try invocation.dryRun.suffix)")
            } catch {
                invocation.errLine(
                    "error: unable to drain node \(goQuoted(info.name)) due to error: \(error.plainText), continuing command...")
                failures.append(error)
                pending.append(info.name)
            }
        }
        if failures.isEmpty { return }
        invocation.errLine("There are pending nodes to be drained:")
        for name in pending { invocation.errLine(" \(name)") }
        throw .text(failures.flatMap(\.parts).map(\.plainText).joined(separator: "\n"))
    }

    private static func drain(_ node: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        guard let entry = try invocation.lookup({ $0.entry(.pods) }) else { return }
        var request = APIRequest(.list, entry.resource)
        request.options.fieldSelector = "spec.nodeName=\(node.name)"
        request.options.labelSelector = invocation.flags.string("pod-selector")
        let all = try invocation.list(request)["items"]?.elements ?? []
        var errors: [(reason: String, pods: [String])] = []
        var warnings: [(reason: String, pods: [String])] = []
        var victims: [Value] = []
        func note(_ reason: String, _ pod: Value, in list: inout [(reason: String, pods: [String])]) {
            let name = "\(pod.namespace)/\(pod.name)"
            if let index = list.firstIndex(where: { $0.reason == reason }) { list[index].pods.append(name) } else { list.append((reason, [name])) }
        }
        for pod in all {
            switch try judge(pod, invocation) {
            case .skip(let warning): if let warning { note(warning, pod, in: &warnings) }
            case .refuse(let reason): note(reason, pod, in: &errors)
            case .delete(let found):
                for warning in found { note(warning, pod, in: &warnings) }
                victims.append(pod)
            }
        }
        func text(_ list: [(reason: String, pods: [String])]) -> String {
            list.map { "\($0.reason): \($0.pods.joined(separator: ", "))" }.joined(separator: "; ")
        }
        if let failure = Failure.aggregate(errors.map { Failure(text([$0])) }) { throw failure }
        if !warnings.isEmpty { invocation.warn(text(warnings)) }
        let dryRun = try invocation.dryRun
        if dryRun == .client {
            for pod in victims { invocation.outLine("evicting pod \(pod.namespace)/\(pod.name)\(dryRun.suffix)") }
            return
        }
        try evict(victims, entry, invocation)
    }

    private enum Judgement {
        case skip(warning: String?)
        case refuse(String)
        case delete(warnings: [String])
    }

    private static func judge(_ pod: Value, _ invocation: Invocation) throws(Failure) -> Judgement {
        let flags = invocation.flags
        let skipAfter = flags.int("skip-wait-for-delete-timeout")
        if skipAfter > 0, let deleted = instant(pod["metadata", "deletionTimestamp"]),
            (invocation.client.now - deleted) > .seconds(skipAfter)
        {
            return .skip(warning: nil)
        }
        let phase = pod["status", "phase"]?.stringValue ?? ""
        let isFinished = phase == "Succeeded" || phase == "Failed"
        if let owner = pod.controllerReference, owner["kind"]?.stringValue == "DaemonSet", !isFinished {
            if let entry = try invocation.lookup({ $0.entry(GroupResource("daemonsets", group: "apps")) }) {
                do throws(Failure) {
                    _ = try invocation.get(
                        ResourceInfo(entry: entry, namespace: pod.namespace, name: owner["name"]?.stringValue ?? "", object: .null))
                } catch {
                    if error.isNotFound, flags.bool("force") { return .delete(warnings: []) }
                    return .refuse(error.plainText)
                }
            }
            return flags.bool("ignore-daemonsets")
                ? .skip(warning: "ignoring DaemonSet-managed Pods")
                : .refuse("cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)")
        }
        if pod.annotation("kubernetes.io/config.mirror") != nil { return .skip(warning: nil) }
        var warnings: [String] = []
        if !isFinished, (pod["spec", "volumes"]?.elements ?? []).contains(where: { $0["emptyDir"] != nil }) {
            if !flags.bool("delete-emptydir-data"), !flags.bool("delete-local-data") {
                return .refuse("cannot delete Pods with local storage (use --delete-emptydir-data to override)")
            }
        }
        if !isFinished, pod.controllerReference == nil {
            if !flags.bool("force") { return .refuse("cannot delete Pods that declare no controller (use --force to override)") }
            warnings.append("deleting Pods that declare no controller")
        }
        return .delete(warnings: warnings)
    }

    /// Evicts the pods, again after five seconds where a budget forbids it, and waits for their end.
    private static func evict(_ pods: [Value], _ entry: ResourceEntry, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let limit = flags.seconds("timeout") > .zero ? flags.seconds("timeout") : Duration.seconds(7 * 86_400)
        let start = invocation.client.now
        let verb = flags.bool("disable-eviction") ? "deleting" : "evicting"
        let done = flags.bool("disable-eviction") ? "deleted" : "evicted"
        var waiting: [Value] = []
        var refused = pods
        var rounds = 0
        while !refused.isEmpty || !waiting.isEmpty {
            var again: [Value] = []
            for pod in refused {
                invocation.outLine("\(verb) pod \(pod.namespace)/\(pod.name)\(try invocation.dryRun.suffix)")
                do throws(Failure) {
                    try send(pod, entry, invocation)
                    waiting.append(pod)
                } catch {
                    if error.isNotFound { continue }
                    guard error.status?.reason == "TooManyRequests" else {
                        throw Failure("error when evicting pods/\(goQuoted(pod.name)) -n \(goQuoted(pod.namespace)): \(error.plainText)")
                    }
                    invocation.errLine(
                        "error when evicting pods/\(goQuoted(pod.name)) -n \(goQuoted(pod.namespace)) (will retry after 5s): \(error.plainText)")
                    again.append(pod)
                }
            }
            if try invocation.dryRun != .none { return }
            refused = []
            let next = invocation.client.now + .seconds(5)
            repeat {
                var still: [Value] = []
                for pod in waiting {
                    let info = ResourceInfo(entry: entry, namespace: pod.namespace, name: pod.name, object: pod)
                    let live = try? invocation.get(info)
                    if let live, live.uid == pod.uid { still.append(pod) } else { invocation.outLine("\(info.printedName) \(done)") }
                }
                waiting = still
                if waiting.isEmpty, again.isEmpty { return }
                if invocation.client.now - start >= limit {
                    if let pod = waiting.first {
                        throw Failure(
                            "error when waiting for pod \(goQuoted(pod.name)) in namespace \(goQuoted(pod.namespace)) to terminate: global timeout reached: \(goDuration(limit))"
                        )
                    }
                    throw Failure("drain did not complete within \(goDuration(limit))")
                }
                if !invocation.pass(.seconds(1)) { throw Failure("drain did not complete within \(goDuration(invocation.client.now - start))") }
            } while invocation.client.now < next && (!waiting.isEmpty || !again.isEmpty)
            refused = again
            rounds += 1
            if rounds > 200_000 { throw Failure("drain did not complete within \(goDuration(limit))") }
        }
    }

    private static func send(_ pod: Value, _ entry: ResourceEntry, _ invocation: Invocation) throws(Failure) {
        let info = ResourceInfo(entry: entry, namespace: pod.namespace, name: pod.name, object: pod)
        let grace = invocation.flags.int("grace-period")
        if invocation.flags.bool("disable-eviction") {
            var request = info.request(.delete)
            if grace >= 0 { request.options.gracePeriodSeconds = grace }
            request.options.dryRun = try invocation.dryRun == .server
            _ = try invocation.send(request)
            return
        }
        var request = info.request(.create)
        request.subresource = "eviction"
        request.options.dryRun = try invocation.dryRun == .server
        var body: Value = [
            "apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace)],
        ]
        body["deleteOptions"] = grace >= 0 ? ["gracePeriodSeconds": Value(grace)] : [:]
        request.body = body
        _ = try invocation.send(request)
    }
}

/// A duration as Go prints it: `1m30s`.
func goDuration(_ duration: Duration) -> String {
    let total = Int(duration.nanoseconds / 1_000_000_000)
    let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60)
    if hours > 0 { return "\(hours)h\(minutes)m\(seconds)s" }
    return minutes > 0 ? "\(minutes)m\(seconds)s" : "\(seconds)s"
}
