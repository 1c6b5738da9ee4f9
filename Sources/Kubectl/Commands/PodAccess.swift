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
        case "CronJob": throw Failure("cannot get the logs from *v1.CronJob: selector for *v1.CronJob not implemented")
        default: labels = selectorText(owner["spec", "selector"])
        }
        if labels.isEmpty { throw Failure("cannot get the logs from *v1.\(type.kind): selector for *v1.\(type.kind) not implemented") }
        let found = try list(labels, namespace, entry)
        if found.isEmpty { throw Failure("timed out waiting for the condition") }
        return found
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
        return (names.first ?? "", names.count > 1)
    }

    /// `a, b, c (init)`: all containers for messages.
    static func allContainers(_ pod: Value) -> String {
        func names(_ key: String) -> [String] { (pod["spec"]?[key]?.elements ?? []).compactMap { $0["name"]?.stringValue } }
        return (names("containers") + names("initContainers").map { "\($0) (init)" } + names("ephemeralContainers").map { "\($0) (ephem)" })
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

    /// The texts and the exit status of an answer.
    static func outcome(_ response: APIResponse) -> (out: String, err: String, code: Int) {
        if case .string(let text) = response.body { return (text, "", 0) }
        let body = response.body
        return (
            body["standardOutput"]?.stringValue ?? body["stdout"]?.stringValue ?? "",
            body["standardError"]?.stringValue ?? body["stderr"]?.stringValue ?? "",
            body["code"]?.intValue ?? body["exitCode"]?.intValue ?? 0
        )
    }
}

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
        if flags.isSet("since"), flags.isSet("since-time") { throw Failure("at most one of `sinceTime` or `sinceSeconds` may be specified") }
        let access = PodAccess(invocation: invocation)
        var container = flags.string("container")
        let arguments = invocation.arguments
        if arguments.count == 2, !arguments[0].contains("/"), container.isEmpty { container = arguments[1] }
        var pods: [ResourceInfo]
        do throws(Failure) {
            pods = try access.pods(Array(arguments.prefix(1)), selector: selector)
        } catch {
            guard let status = error.status, status.isNotFound, !arguments[0].contains("/") else { throw error }
            throw Failure("error from server (NotFound): \(status.message) in namespace \(goQuoted(try invocation.namespace().name))")
        }
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
            for name in names { try show(pod, name, invocation) }
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

    private static func show(_ pod: ResourceInfo, _ container: String, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let prefix = flags.bool("prefix") ? "[pod/\(pod.name)/\(container)] " : ""
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

/// `kubectl exec`.
enum ExecCommand {
    static let command = Command(
        name: "exec", summary: "Execute a command in a container", usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
        flags: SharedFlags.filename("the pod").filter { $0.name != "recursive" } + [
            FlagSpec("container", short: "c", "In this container."), FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
            .flag("quiet", "q", "Say less."), .flag("stdin", "i", "Pass standard input on."), .flag("tty", "t", "Give the command a terminal."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let words = invocation.arguments
        guard let dash = invocation.argumentsBeforeDash else {
            if words.isEmpty { throw invocation.usage("pod, type/name or --filename must be specified") }
            if words.count > 1 {
                throw Failure("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples")
            }
            throw Failure("you must specify at least one command for the container")
        }
        let command = Array(words.dropFirst(dash))
        if dash == 0, flags.list("filename").isEmpty { throw invocation.usage("pod, type/name or --filename must be specified") }
        if command.isEmpty { throw Failure("you must specify at least one command for the container") }
        let access = PodAccess(invocation: invocation)
        let pod = try access.pods(Array(words.prefix(dash)))[0]
        let phase = pod.object["status", "phase"]?.stringValue ?? ""
        if phase == "Succeeded" || phase == "Failed" {
            throw Failure("cannot exec into a container in a completed pod; current phase is \(phase)")
        }
        var container = flags.string("container")
        if container.isEmpty {
            let (name, isGuessed) = access.defaultContainer(pod.object)
            container = name
            if isGuessed, !flags.bool("quiet") {
                invocation.errLine("Defaulted container \(goQuoted(name)) out of: \(PodAccess.allContainers(pod.object))")
            }
        }
        let input = flags.bool("stdin") ? invocation.input() : nil
        let answer = try access.exec(pod, container: container, command: command, input: input, tty: flags.bool("tty"))
        invocation.out(answer.out)
        invocation.err(answer.err)
        if answer.code != 0 {
            throw Failure(kind: .text("command terminated with exit code \(answer.code)"), exitStatus: Int32(clamping: answer.code))
        }
    }
}

/// `kubectl cp`.
///
/// - Differs: copies single files through the container's `cat`; directories are copied file by file.
enum CopyCommand {
    static let command = Command(
        name: "cp", summary: "Copy files and directories to and from containers", usage: "<file-spec-src> <file-spec-dest>",
        flags: [
            FlagSpec("container", short: "c", "Of this container."), .flag("no-preserve", nil, "Do not keep owner and permissions."),
            FlagSpec("retries", kind: .int, "How often to try again."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private struct Place {
        var namespace = ""
        var pod = ""
        var path: String

        init(_ text: String) throws(Failure) {
            guard let colon = text.firstIndex(of: ":") else {
                path = text
                return
            }
            path = String(text[text.index(after: colon)...])
            let parts = text[..<colon].split(separator: "/").map(String.init)
            if parts.count > 2 || parts.isEmpty { throw Failure("filespec must match the canonical format: [[namespace/]pod:]file/path") }
            pod = parts[parts.count - 1]
            if parts.count == 2 { namespace = parts[0] }
        }
    }

    private static func run(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 2 else { throw Failure("source and destination are required") }
        let (source, target) = (try Place(invocation.arguments[0]), try Place(invocation.arguments[1]))
        if !source.pod.isEmpty, !target.pod.isEmpty { throw Failure("one of src or dest must be a local file specification") }
        if source.pod.isEmpty, target.pod.isEmpty { throw Failure("one of src or dest must be a remote file specification") }
        if source.path.isEmpty || target.path.isEmpty { throw Failure("filepath can not be empty") }
        guard let entry = try invocation.lookup({ $0.entry(.pods) }) else { return }
        let remote = source.pod.isEmpty ? target : source
        let place = remote.namespace.isEmpty ? try invocation.namespace().name : remote.namespace
        var pod = ResourceInfo(entry: entry, namespace: place, name: remote.pod, object: .null)
        pod = pod.refreshed(with: try invocation.get(pod))
        let access = PodAccess(invocation: invocation)
        var container = invocation.flags.string("container")
        if container.isEmpty { container = access.defaultContainer(pod.object).name }
        if source.pod.isEmpty {
            try upload(source.path, target.path, pod, container, access)
        } else {
            let answer = try access.exec(pod, container: container, command: ["cat", source.path], input: nil)
            if answer.code != 0 { throw Failure("\(source.path) no such file or directory") }
            var path = target.path
            if invocation.environment.files.isDirectory(path) == true { path = FilePath.join(path, FilePath.base(source.path)) }
            do { try invocation.environment.files.write(path, Array(answer.out.utf8)) } catch { throw Failure("open \(path): \(error.reason)") }
        }
    }

    private static func upload(_ local: String, _ remote: String, _ pod: ResourceInfo, _ container: String, _ access: PodAccess) throws(Failure) {
        let files = access.invocation.environment.files
        guard let isDirectory = files.isDirectory(local) else { throw Failure("\(local) doesn't exist in local filesystem") }
        if isDirectory {
            let names: [String]
            do { names = try files.list(local) } catch { throw Failure("open \(local): \(error.reason)") }
            _ = try access.exec(pod, container: container, command: ["mkdir", "-p", remote], input: nil)
            for name in names { try upload(FilePath.join(local, name), FilePath.join(remote, name), pod, container, access) }
            return
        }
        let bytes: [UInt8]
        do { bytes = try files.read(local) } catch { throw Failure("open \(local): \(error.reason)") }
        let target = remote.hasSuffix("/") ? remote + FilePath.base(local) : remote
        let answer = try access.exec(
            pod, container: container,
            command: ["sh", "-c", "if [ -d '\(target)' ]; then cat > '\(target)/\(FilePath.base(local))'; else cat > '\(target)'; fi"], input: bytes)
        if answer.code != 0 { throw Failure("command terminated with exit code \(answer.code)") }
    }
}

/// Commands that need a live connection to a server: refused with advice.
enum LiveCommands {
    private static func refuse(_ invocation: Invocation) -> Failure {
        Failure("\(invocation.commandPath) needs a live cluster: serve this one and use a kubectl that connects to it")
    }

    static let attach = Command(
        name: "attach", summary: "Attach to a running container", usage: "(POD | TYPE/NAME) -c CONTAINER",
        flags: [
            FlagSpec("container", short: "c", "To this container."), .flag("stdin", "i", "Pass standard input on."), .flag("tty", "t", "Give it a terminal."),
            .flag("quiet", "q", "Say less."), FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
            .flag("detach-keys", nil, "Keys that detach."),
        ],
        run: { (invocation) throws(Failure) in
            let access = PodAccess(invocation: invocation)
            if invocation.arguments.isEmpty { throw Failure("at least 1 argument is required for attach") }
            let pod = try access.pods(invocation.arguments)[0]
            let phase = pod.object["status", "phase"]?.stringValue ?? ""
            if phase == "Succeeded" || phase == "Failed" {
                throw Failure("cannot attach a container in a completed pod; current phase is \(phase)")
            }
            throw refuse(invocation)
        })

    static let portForward = Command(
        name: "port-forward", summary: "Forward one or more local ports to a pod",
        usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
        flags: [
            FlagSpec("address", kind: .stringSlice, fallback: "localhost", "Addresses to listen on."),
            FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
        ],
        run: { (invocation) throws(Failure) in
            if invocation.arguments.count < 2 { throw invocation.usage("TYPE/NAME and list of ports are required for port-forward") }
            throw refuse(invocation)
        })

    static let proxy = Command(
        name: "proxy", summary: "Run a proxy to the Kubernetes API server",
        usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
        flags: [
            FlagSpec("port", short: "p", kind: .int, fallback: "8001", "Port to listen on."), FlagSpec("address", fallback: "127.0.0.1", "Address to listen on."),
            FlagSpec("api-prefix", fallback: "/", "Prefix of the API."), FlagSpec("www", short: "w", "Directory to serve."),
            FlagSpec("www-prefix", short: "P", fallback: "/static/", "Prefix of the directory."), FlagSpec("unix-socket", short: "u", "Socket to listen on."),
            FlagSpec("accept-hosts", "Hosts to accept."), FlagSpec("accept-paths", "Paths to accept."), FlagSpec("reject-paths", "Paths to refuse."),
            FlagSpec("reject-methods", "Methods to refuse."), .flag("disable-filter", nil, "Accept everything."),
        ],
        run: { (invocation) throws(Failure) in throw refuse(invocation) })

    static let debug = Command(
        name: "debug", summary: "Create debugging sessions for troubleshooting workloads and nodes",
        usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
        flags: [
            FlagSpec("image", "Image of the debugging container."), FlagSpec("container", short: "c", "Name of the debugging container."),
            FlagSpec("target", "Container whose processes to share."), .flag("stdin", "i", "Pass standard input on."),
            .flag("tty", "t", "Give it a terminal."), .flag("quiet", "q", "Say less."), FlagSpec("copy-to", "Name of a copy of the pod."),
            FlagSpec("env", kind: .stringArray, "NAME=VALUE; can be repeated."), .flag("attach", nil, "Attach to the container."),
            FlagSpec("image-pull-policy", "Always, IfNotPresent or Never."), FlagSpec("profile", fallback: "general", "Debugging profile."),
        ],
        run: { (invocation) throws(Failure) in try runDebug(invocation) })

    /// Adds an ephemeral container; everything else needs a live cluster.
    private static func runDebug(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let count = invocation.argumentsBeforeDash ?? invocation.arguments.count
        if count == 0 || invocation.arguments.isEmpty { throw Failure("NAME is required for debug") }
        if !flags.string("copy-to").isEmpty { throw Failure("--copy-to is not supported by this kubectl: make the copy with kubectl run or kubectl apply") }
        if flags.string("image").isEmpty { throw Failure("you must specify --image when not using --target") }
        let pod = try PodAccess(invocation: invocation).pods(Array(invocation.arguments.prefix(1)))[0]
        let existing = pod.object["spec", "ephemeralContainers"]?.elements ?? []
        let name = flags.string("container").isEmpty ? "debugger-\(existing.count + 1)" : flags.string("container")
        if flags.string("container").isEmpty, !flags.bool("quiet") { invocation.errLine("Defaulting debug container name to \(name).") }
        var container: Value = ["name": .string(name), "image": .string(flags.string("image")), "resources": [:]]
        if !flags.string("target").isEmpty { container["targetContainerName"] = .string(flags.string("target")) }
        let command = Array(invocation.arguments.dropFirst(invocation.argumentsBeforeDash ?? 1))
        if !command.isEmpty { container["command"] = Value(command) }
        if flags.bool("stdin") { container["stdin"] = true }
        if flags.bool("tty") { container["tty"] = true }
        if flags.bool("stdin") || flags.bool("attach") {
            invocation.errLine("The container \(name) is added; attaching to it needs a live cluster: use kubectl exec or kubectl logs -c \(name)")
        }
        _ = try invocation.patch(
            pod, .strategicMerge, ["spec": ["ephemeralContainers": [container]]], subresource: "ephemeralcontainers", manager: "kubectl-debug")
    }
}

/// `kubectl top`.
enum TopCommand {
    static let command = Command(
        name: "top", summary: "Display resource (CPU/memory) usage", details: "Display resource (CPU/memory) usage.", usage: "",
        subcommands: [node, pod])

    private static let flags: [FlagSpec] = [
        SharedFlags.selector, .flag("no-headers", nil, "Leave out the header line."), FlagSpec("sort-by", "cpu or memory."),
        .flag("use-protocol-buffers", nil, "How to talk to the metrics API.", on: true), .flag("show-swap", nil, "Show swap."),
    ]

    private static let node = Command(
        name: "node", aliases: ["nodes", "no"], summary: "Display resource (CPU/memory) usage of nodes", usage: "[NAME | -l label]",
        flags: flags + [.flag("show-capacity", nil, "In percent of the capacity.")], run: { (invocation) throws(Failure) in try runNodes(invocation) })

    private static let pod = Command(
        name: "pod", aliases: ["pods", "po"], summary: "Display resource (CPU/memory) usage of pods", usage: "[NAME | -l label]",
        flags: flags + [
            SharedFlags.allNamespaces, SharedFlags.fieldSelector, .flag("containers", nil, "Show each container."), .flag("sum", nil, "Show the sum."),
        ], run: { (invocation) throws(Failure) in try runPods(invocation) })

    private static func metrics(_ resource: String, _ namespace: String, _ invocation: Invocation) throws(Failure) -> [Value] {
        let order = invocation.flags.string("sort-by")
        if !["", "cpu", "memory"].contains(order) { throw Failure("--sort-by accepts only cpu or memory") }
        guard try invocation.lookup({ $0.isKnown(group: "metrics.k8s.io") ? true : nil }) != nil else { throw Failure("Metrics API not available") }
        let type = GroupVersionResource(group: "metrics.k8s.io", version: "v1beta1", resource: resource)
        if let name = invocation.arguments.first { return [try invocation.send(APIRequest(.get, type, namespace: namespace, name: name)).body] }
        var request = APIRequest(.list, type, namespace: namespace)
        request.options.labelSelector = invocation.flags.string("selector")
        return try invocation.send(request).body["items"]?.elements ?? []
    }

    private static func amount(_ usage: Value?, _ name: String) -> ResourceAmount { usage?[name].flatMap { ResourceAmount(goText($0)) } ?? .zero }
    private static func cpu(_ amount: ResourceAmount) -> String { "\(amount.milli)m" }
    private static func memory(_ amount: ResourceAmount) -> String { "\(amount.units / 1_048_576)Mi" }

    private static func sorted<Row>(_ rows: [Row], by order: String, _ cpu: (Row) -> Int, _ memory: (Row) -> Int, _ name: (Row) -> String) -> [Row] {
        rows.sorted {
            switch order {
            case "cpu": cpu($0) == cpu($1) ? name($0) < name($1) : cpu($0) > cpu($1)
            case "memory": memory($0) == memory($1) ? name($0) < name($1) : memory($0) > memory($1)
            default: name($0) < name($1)
            }
        }
    }

    private static func runNodes(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let all = try metrics("nodes", "", invocation)
        if all.isEmpty { throw Failure("metrics not available yet") }
        let entry = try invocation.resource(named: "nodes")
        var writer = TabWriter.table
        if !flags.bool("no-headers") { writer.write("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\n") }
        let rows = sorted(all, by: flags.string("sort-by"), { amount($0["usage"], "cpu").milli }, { amount($0["usage"], "memory").milli }, \.name)
        for item in rows {
            let live = try? invocation.get(ResourceInfo(entry: entry, namespace: "", name: item.name, object: .null))
            let room = live?["status"]?[flags.bool("show-capacity") ? "capacity" : "allocatable"]
            func share(_ name: String) -> String {
                let whole = amount(room, name).milli
                return whole == 0 ? "<unknown>" : "\(Int(Double(amount(item["usage"], name).milli) / Double(whole) * 100))%"
            }
            let (used, bytes) = (amount(item["usage"], "cpu"), amount(item["usage"], "memory"))
            writer.write("\(item.name)\t\(cpu(used))\t\(share("cpu"))\t\(memory(bytes))\t\(share("memory"))\n")
        }
        invocation.out(writer.flushed())
    }

    private static func runPods(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let everywhere = flags.bool("all-namespaces")
        let namespace = everywhere ? "" : try invocation.namespace().name
        let all = try metrics("pods", namespace, invocation)
        if all.isEmpty {
            invocation.errLine(everywhere ? "No resources found" : "No resources found in \(namespace) namespace.")
            return
        }
        struct Row {
            var cells: [String]
            var cpu: ResourceAmount
            var memory: ResourceAmount
        }
        var rows: [Row] = []
        for item in all {
            var (used, bytes) = (ResourceAmount.zero, ResourceAmount.zero)
            for container in item["containers"]?.elements ?? [] {
                let (one, two) = (amount(container["usage"], "cpu"), amount(container["usage"], "memory"))
                used = used + one
                bytes = bytes + two
                if flags.bool("containers") {
                    rows.append(Row(cells: (everywhere ? [item.namespace] : []) + [item.name, container["name"]?.stringValue ?? ""], cpu: one, memory: two))
                }
            }
            if !flags.bool("containers") { rows.append(Row(cells: (everywhere ? [item.namespace] : []) + [item.name], cpu: used, memory: bytes)) }
        }
        rows = sorted(rows, by: flags.string("sort-by"), { $0.cpu.milli }, { $0.memory.milli }, { $0.cells.joined(separator: "/") })
        var writer = TabWriter.table
        if !flags.bool("no-headers") {
            writer.write((everywhere ? "NAMESPACE\t" : "") + (flags.bool("containers") ? "POD\tNAME" : "NAME") + "\tCPU(cores)\tMEMORY(bytes)\n")
        }
        for row in rows { writer.write(row.cells.joined(separator: "\t") + "\t\(cpu(row.cpu))\t\(memory(row.memory))\n") }
        if flags.bool("sum") {
            let total = rows.reduce((ResourceAmount.zero, ResourceAmount.zero)) { ($0.0 + $1.cpu, $0.1 + $1.memory) }
            let blanks = String(repeating: "\t", count: (rows.first?.cells.count ?? 1))
            writer.write("\(blanks)________\t________\n\(blanks)\(cpu(total.0))\t\(memory(total.1))\n")
        }
        invocation.out(writer.flushed())
    }
}
