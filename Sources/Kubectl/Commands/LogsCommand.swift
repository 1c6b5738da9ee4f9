import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl logs`.
enum LogsCommand {
    static let command = Command(
        name: "logs", summary: "Print the logs for a container in a pod", usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
        flags: [
            SharedFlags.selector, .flag("all-containers", nil, "Of all containers."), .flag("all-pods", nil, "Of all pods of the workload."),
            FlagSpec("container", short: "c", "Of this container."), .flag("follow", "f", "Go on as more is printed."),
            .flag("ignore-errors", nil, "Go on when following fails."), .flag("insecure-skip-tls-verify-backend", nil, "Do not verify the kubelet."),
            FlagSpec("limit-bytes", kind: .int, bits: 64, "At most so many bytes."), FlagSpec("max-log-requests", kind: .int, fallback: "5", "How many logs to follow at once."),
            FlagSpec("pod-running-timeout", kind: .duration, fallback: "20s", "How long to wait for a pod."), .flag("prefix", nil, "Put pod and container before each line."),
            .flag("previous", "p", "Of the container before the restart."), FlagSpec("since", kind: .duration, "Only newer than this."),
            FlagSpec("since-time", "Only after this time."), FlagSpec("tail", kind: .int, fallback: "-1", bits: 64, "Only so many last lines."),
            .flag("timestamps", nil, "Put the time before each line."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let selector = flags.string("selector")
        if invocation.arguments.isEmpty, selector.isEmpty {
            throw invocation.usage("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command")
        }
        if !invocation.arguments.isEmpty, !selector.isEmpty { throw invocation.usage("only a selector (-l) or a POD name is allowed") }
        if invocation.arguments.count > 2 {
            throw invocation.usage("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command")
        }
        let sinceTime = flags.string("since-time")
        if !sinceTime.isEmpty, Instant(rfc3339: sinceTime) == nil {
            throw Failure(GoTime.problem(sinceTime) ?? "parsing time \(goQuoted(sinceTime)): year outside of range [0,9999]")
        }
        let access = PodAccess(invocation: invocation)
        var container = flags.string("container")
        let arguments = invocation.arguments
        if arguments.count == 2, !arguments[0].contains("/"), container.isEmpty { container = arguments[1] }
        var pods: [ResourceInfo]
        do throws(Failure) {
            pods = try access.pods(Array(arguments.prefix(1)), selector: selector)
        } catch {
            guard let status = error.status, status.isNotFound else { throw error }
            throw Failure("error from server (NotFound): \(status.message) in namespace \(goQuoted(try invocation.namespace().name))")
        }
        if flags.isSet("since"), flags.isSet("since-time") { throw Failure("at most one of `sinceTime` or `sinceSeconds` may be specified") }
        if flags.bool("all-containers"), flags.isSet("container") { throw Failure("--all-containers=true should not be specified with container name \(flags.string("container"))") }
        if flags.int("tail") < -1 { throw Failure("--tail must be greater than or equal to -1") }
        if selector.isEmpty, pods.count > 1, !flags.bool("all-pods") {
            invocation.errLine("Found \(pods.count) pods, using pod/\(pods[0].name)")
            pods = [pods[0]]
        }
        if !selector.isEmpty, pods.isEmpty { invocation.errLine("No resources found in \(try invocation.namespace().name) namespace.") }
        var logs: [Log] = []
        for pod in pods {
            let all = ["initContainers", "containers", "ephemeralContainers"].flatMap { pod.object["spec"]?[$0]?.elements ?? [] }.compactMap { $0["name"]?.stringValue }
            var names = [container]
            if flags.bool("all-containers") {
                names = all
            } else if container.isEmpty {
                let (name, isGuessed) = access.defaultContainer(pod.object)
                if isGuessed { invocation.errLine("Defaulted container \(goQuoted(name)) out of: \(PodAccess.allContainers(pod.object))") }
                names = [name]
            } else if !all.contains(container) {
                throw Failure("container \(container) is not valid for pod \(pod.name)")
            }
            logs += names.map { Log(pod: pod, container: $0, prefix: flags.bool("prefix") || flags.bool("all-pods") ? "[pod/\(pod.name)/\($0)] " : "") }
        }
        guard flags.bool("follow") else {
            for index in logs.indices { try tolerating(invocation) { () throws(Failure) in try logs[index].printNew(invocation) } }
            return
        }
        let most = flags.int("max-log-requests")
        if logs.count > most {
            throw Failure(
                "you are attempting to follow \(logs.count) log streams, but maximum allowed concurrency is \(most), use --max-log-requests to increase the limit")
        }
        // A connection that stays open knows no end of its own.
        guard invocation.requestEnd == nil, let live = LiveConnection(invocation) else { return try poll(&logs, invocation) }
        try live.follow(
            logs.map { log in
                var request = request(log.pod, log.container, flags)
                request.options.parameters.append(("follow", "true"))
                return (request, log.prefix)
            }, toleratesFailures: flags.bool("ignore-errors"))
    }

    /// A container's log, and how much of it was printed.
    private struct Log {
        let pod: ResourceInfo
        let container: String
        let prefix: String
        private var shown = ""
        private(set) var hasEnded = false

        init(pod: ResourceInfo, container: String, prefix: String) {
            self.pod = pod
            self.container = container
            self.prefix = prefix
        }

        /// Prints what is new; true when there was something.
        @discardableResult mutating func printNew(_ invocation: Invocation) throws(Failure) -> Bool {
            let text = PodAccess.outcome(try invocation.send(LogsCommand.request(pod, container, invocation.flags))).out
            let fresh = text.hasPrefix(shown) ? String(text.dropFirst(shown.count)) : ""
            if prefix.isEmpty {
                invocation.out(fresh)
            } else {
                for line in fresh.split(separator: "\n", omittingEmptySubsequences: false).dropLast(fresh.hasSuffix("\n") ? 1 : 0) where !fresh.isEmpty {
                    invocation.outLine(prefix + line)
                }
            }
            shown = text
            return !fresh.isEmpty
        }

        /// Notes whether the pod is over.
        mutating func look(_ invocation: Invocation) {
            let live = try? invocation.get(pod)
            let phase = live?["status", "phase"]?.stringValue ?? ""
            if live == nil || phase == "Succeeded" || phase == "Failed" { hasEnded = true }
        }
    }

    /// Follows by asking again and again, until the containers have ended, `--request-timeout` is over, or nothing was printed for ten minutes.
    private static func poll(_ logs: inout [Log], _ invocation: Invocation) throws(Failure) {
        let end = invocation.requestEnd
        for index in logs.indices { try logs[index].printNew(invocation) }
        var quietSince = invocation.client.now
        while invocation.client.now - quietSince < .seconds(600), logs.contains(where: { !$0.hasEnded }) {
            // Whether a pod is over is asked before its log is read, so that its last words are printed.
            for index in logs.indices where !logs[index].hasEnded { logs[index].look(invocation) }
            if let end, invocation.client.now >= end { throw Failure(Invocation.timeoutText) }
            if !invocation.pass(.milliseconds(500)) { return }
            for index in logs.indices {
                if (try? logs[index].printNew(invocation)) == true { quietSince = invocation.client.now }
            }
        }
    }

    /// With `--ignore-errors`, says what went wrong in place of the log.
    private static func tolerating(_ invocation: Invocation, _ body: () throws(Failure) -> Void) throws(Failure) {
        do throws(Failure) { try body() } catch {
            guard invocation.flags.bool("ignore-errors") else { throw error }
            invocation.outLine("error: \(error.plainText)")
        }
    }

    fileprivate static func request(_ pod: ResourceInfo, _ container: String, _ flags: FlagValues) -> APIRequest {
        var request = pod.request(.get)
        request.subresource = "log"
        var parameters: [(name: String, value: String)] = [("container", container)]
        if flags.bool("previous") { parameters.append(("previous", "true")) }
        if flags.bool("timestamps") { parameters.append(("timestamps", "true")) }
        // Of many pods, the last lines only.
        let tail = !flags.isSet("tail") && !flags.string("selector").isEmpty ? 10 : flags.int("tail")
        if tail >= 0 { parameters.append(("tailLines", "\(tail)")) }
        if flags.int("limit-bytes") > 0 { parameters.append(("limitBytes", "\(flags.int("limit-bytes"))")) }
        if flags.seconds("since") > .zero { parameters.append(("sinceSeconds", "\((flags.seconds("since").nanoseconds + 999_999_999) / 1_000_000_000)")) }
        if !flags.string("since-time").isEmpty { parameters.append(("sinceTime", flags.string("since-time"))) }
        request.options.parameters = parameters
        return request
    }
}
