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
        if flags.bool("all-containers"), flags.isSet("container") { throw Failure("--all-containers=true should not be specified with container name \(flags.string("container"))") }
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
        if flags.int("tail") < -1 { throw Failure("--tail must be greater than or equal to -1") }
        if selector.isEmpty, pods.count > 1, !flags.bool("all-pods") {
            invocation.errLine("Found \(pods.count) pods, using pod/\(pods[0].name)")
            pods = [pods[0]]
        }
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
            for name in names {
                if flags.bool("follow"), pods.count * names.count == 1, let live = LiveConnection(invocation) {
                    var request = request(pod, name, flags)
                    request.options.parameters.append(("follow", "true"))
                    try live.follow(request, prefix: prefix(pod, name, flags))
                } else {
                    try show(pod, name, invocation)
                }
            }
        }
    }

    private static func request(_ pod: ResourceInfo, _ container: String, _ flags: FlagValues) -> APIRequest {
        var request = pod.request(.get)
        request.subresource = "log"
        var parameters: [(name: String, value: String)] = [("container", container)]
        if flags.bool("previous") { parameters.append(("previous", "true")) }
        if flags.bool("timestamps") { parameters.append(("timestamps", "true")) }
        if flags.int("tail") >= 0 { parameters.append(("tailLines", "\(flags.int("tail"))")) }
        if flags.int("limit-bytes") > 0 { parameters.append(("limitBytes", "\(flags.int("limit-bytes"))")) }
        if flags.seconds("since") > .zero { parameters.append(("sinceSeconds", "\((flags.seconds("since").nanoseconds + 999_999_999) / 1_000_000_000)")) }
        if !flags.string("since-time").isEmpty { parameters.append(("sinceTime", flags.string("since-time"))) }
        request.options.parameters = parameters
        return request
    }

    private static func prefix(_ pod: ResourceInfo, _ container: String, _ flags: FlagValues) -> String {
        flags.bool("prefix") ? "[pod/\(pod.name)/\(container)] " : ""
    }

    private static func show(_ pod: ResourceInfo, _ container: String, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let prefix = prefix(pod, container, flags)
        func emit(_ text: String) {
            if prefix.isEmpty { return invocation.out(text) }
            for line in text.split(separator: "\n") { invocation.outLine(prefix + line) }
        }
        var shown = PodAccess.outcome(try invocation.send(request(pod, container, flags))).out
        emit(shown)
        guard flags.bool("follow") else { return }
        // Follows until the container has ended, or nothing was printed for ten minutes.
        var quietSince = invocation.client.now
        while invocation.client.now - quietSince < .seconds(600) {
            let live = try? invocation.get(pod)
            let phase = live?["status", "phase"]?.stringValue ?? ""
            if live == nil || phase == "Succeeded" || phase == "Failed" { break }
            if !invocation.pass(.milliseconds(500)) { break }
            guard let answer = try? invocation.send(request(pod, container, flags)) else { break }
            let text = PodAccess.outcome(answer).out
            if text.hasPrefix(shown), text.utf8.count > shown.utf8.count {
                emit(String(text.dropFirst(shown.count)))
                quietSince = invocation.client.now
            }
            shown = text
        }
    }
}
