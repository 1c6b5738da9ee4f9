import APIMachinery
import KubernetesObjects

/// `kubectl run`.
enum RunCommand {
    static let command = Command(
        name: "run", summary: "Run a particular image on the cluster",
        usage: "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]",
        flags: SharedFlags.output + DeleteOptions.flags + SharedFlags.filename("nothing") + [
            SharedFlags.dryRun, SharedFlags.fieldManager("kubectl-run"), SharedFlags.record, FlagSpec("image", "Image to run."),
            FlagSpec("annotations", kind: .stringArray, "KEY=VALUE; can be repeated."),
            FlagSpec("labels", short: "l", "KEY=VALUE, divided by commas."), FlagSpec("env", kind: .stringArray, "NAME=VALUE; can be repeated."),
            FlagSpec("port", "Port that the container exposes."), FlagSpec("restart", fallback: "Always", "Always, OnFailure or Never."),
            FlagSpec("image-pull-policy", "Always, IfNotPresent or Never."), .flag("command", nil, "The words after -- are the command."),
            .flag("expose", nil, "Make a service for the pod's port."), FlagSpec("overrides", "Fields to change, as JSON."),
            FlagSpec("override-type", fallback: "merge", "How overrides are merged: json, merge or strategic."),
            .flag("privileged", nil, "Run privileged."), .flag("quiet", "q", "Say less."), .flag("rm", nil, "Delete the pod afterwards."),
            .flag("stdin", "i", "Keep standard input open and wait for the end."), .flag("tty", "t", "Give the container a terminal."),
            .flag("attach", nil, "Wait for the pod and show what it prints."), .flag("leave-stdin-open", nil, "Leave standard input open."),
            FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod to run."),
            .flag("save-config", nil, "Keep the configuration in the last-applied annotation."),
        ],
        requiredFlags: ["image"], run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let pod = try self.pod(invocation)
        let dryRun = try invocation.dryRun
        let attaches = flags.isSet("attach") ? flags.bool("attach") : flags.bool("stdin")
        if flags.bool("rm"), !attaches { throw invocation.usage("--rm should only be used for attached containers") }
        if attaches, dryRun != .none { throw invocation.usage("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)") }
        if flags.bool("expose") {
            let name = pod.name
            let port = Int(flags.string("port")) ?? 0
            let service: Value = [
                "kind": "Service", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name, labels: flags.string("labels").isEmpty ? nil : pod.labels),
                "spec": ["ports": [["protocol": "TCP", "port": Value(port), "targetPort": Value(port)]], "selector": .object(pod.labels)],
                "status": ["loadBalancer": [:]],
            ]
            let isHuman = try OutputFormat(invocation).isHuman
            let isPrinted = dryRun == .client && !isHuman
            if isPrinted { try printFirst(service, invocation) } else if attaches {
                try Creation.create(service, .services, failing: nil, annotating: .whenSent, invocation)
            } else {
                // The pod is made first and told of last.
                let made = try Creation.send(pod, .pods, failing: nil, annotating: .whenSent, invocation)
                var failures: [Failure] = []
                do throws(Failure) { try Creation.create(service, .services, failing: nil, annotating: .whenSent, invocation) } catch { failures.append(error) }
                var reporter = try ObjectReporter(invocation)
                try reporter.report(made, "created" + dryRun.suffix, typed: dryRun == .client)
                if let failure = Failure.aggregate(failures) { throw failure }
                return
            }
        }
        if attaches { return try runAttached(pod, invocation) }
        try Creation.create(pod, .pods, failing: nil, annotating: .whenSent, invocation)
    }

    private static func printFirst(_ service: Value, _ invocation: Invocation) throws(Failure) {
        let format = try OutputFormat(invocation)
        invocation.out(try format.text(of: service, sorted: false) ?? "")
        // One line ends this document, the other begins the pod's.
        if case .yaml = format { invocation.out("---\n---\n") }
    }

    private static func pod(_ invocation: Invocation) throws(Failure) -> Value {
        let flags = invocation.flags
        let count = invocation.argumentsBeforeDash ?? invocation.arguments.count
        if count == 0 || invocation.arguments.isEmpty { throw invocation.usage("NAME is required for run") }
        let image = flags.string("image")
        if image.isEmpty { throw Failure("--image is required") }
        if !ImageReference.isValid(image) { throw Failure("Invalid image name \(goQuoted(image)): invalid reference format") }
        if flags.bool("tty"), !flags.bool("stdin") { throw invocation.usage("-i/--stdin is required for containers with -t/--tty=true") }
        if flags.bool("expose"), flags.string("port").isEmpty { throw invocation.usage("--port must be set when exposing a service") }
        let restart = flags.string("restart")
        if !["Always", "OnFailure", "Never", ""].contains(restart) { throw invocation.usage("invalid restart policy: \(restart)") }
        let pull = flags.string("image-pull-policy")
        if !["Always", "IfNotPresent", "Never", ""].contains(pull) { throw invocation.usage("invalid image pull policy: \(pull)") }
        let name = invocation.arguments[0]
        let words = Array(invocation.arguments.dropFirst())
        var container: Value = ["name": .string(name), "image": .string(image)]
        if !words.isEmpty { container[flags.bool("command") ? "command" : "args"] = Value(words) }
        let port = flags.string("port")
        if !port.isEmpty {
            guard let number = Int(port) else { throw Failure("strconv.Atoi: parsing \(goQuoted(port)): invalid syntax") }
            container["ports"] = [["containerPort": Value(number)]]
        }
        var environment: [Value] = []
        for pair in flags.list("env") {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { throw Failure("invalid env: \(pair)") }
            environment.append(["name": .string(String(pair[..<equals])), "value": .string(String(pair[pair.index(after: equals)...]))])
        }
        if !environment.isEmpty { container["env"] = .array(environment) }
        container["resources"] = [:]
        if !pull.isEmpty { container["imagePullPolicy"] = .string(pull) }
        if flags.bool("privileged") { container["securityContext"] = ["privileged": true] }
        if flags.bool("stdin") {
            container["stdin"] = true
            if !flags.bool("leave-stdin-open") { container["stdinOnce"] = true }
        }
        if flags.bool("tty") { container["tty"] = true }
        let labels = flags.string("labels").isEmpty ? Fields([("run", .string(name))]) : try ExposeCommand.labels(flags.string("labels"))
        var metadata = try Creation.metadata(invocation, name: name, labels: labels)
        var annotations = Fields()
        for pair in flags.list("annotations") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count != 2 { throw Failure("invalid annotations format: \(pair)") }
            annotations[parts[0]] = .string(parts[1])
        }
        if !annotations.isEmpty { metadata["annotations"] = .object(annotations) }
        let object: Value = [
            "kind": "Pod", "apiVersion": "v1", "metadata": metadata,
            "spec": ["containers": [container], "restartPolicy": .string(restart.isEmpty ? "Always" : restart), "dnsPolicy": "ClusterFirst"],
            "status": [:],
        ]
        return try Overrides.apply(to: object, invocation)
    }

    /// Makes the pod, waits for its end, shows what it printed, and deletes it with `--rm`.
    private static func runAttached(_ pod: Value, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        guard let entry = try invocation.lookup({ $0.entry(.pods) }) else { throw Failure("the server doesn't have a resource type \"pods\"") }
        var info = ResourceInfo(entry: entry, namespace: try invocation.namespace().name, name: pod.name, object: pod)
        info = info.refreshed(with: try invocation.create(info))
        defer { if flags.bool("rm") { remove(info, invocation) } }
        func phase() throws(Failure) -> String { try invocation.get(info)["status", "phase"]?.stringValue ?? "" }
        let hasStarted = try invocation.wait(atMost: flags.seconds("pod-running-timeout")) { () throws(Failure) in
            ["Running", "Succeeded", "Failed"].contains(try phase())
        }
        if !hasStarted { throw Failure("timed out waiting for the condition") }
        // A container that has ended already left its log; while it runs it is joined.
        var isJoined = false
        if let live = LiveConnection(invocation), try phase() == "Running" {
            isJoined = (try? live.join(info, "attach", container: pod["spec", "containers"]?[0]?["name"]?.stringValue ?? pod.name)) != nil
        } else if flags.bool("stdin"), !flags.bool("quiet"), invocation.environment.isTerminal {
            invocation.errLine("If you don't see a command prompt, try pressing enter.")
        }
        let restart = pod["spec", "restartPolicy"]?.stringValue ?? "Always"
        // What is started again for ever has no end to wait for.
        if isJoined, restart == "Always" { return }
        var live = info.object
        _ = try invocation.wait(atMost: .seconds(3600)) { () throws(Failure) in
            live = try invocation.get(info)
            if ["Succeeded", "Failed"].contains(live["status", "phase"]?.stringValue ?? "") { return true }
            return restart == "Always" && (live["status", "containerStatuses"]?[0]?["restartCount"]?.intValue ?? 0) > 0
        }
        var request = info.request(.get)
        request.subresource = "log"
        if !isJoined, let answer = try? invocation.send(request) { invocation.out(PodAccess.outcome(answer).out) }
        let code = live["status", "containerStatuses"]?[0]?["state", "terminated", "exitCode"]?.intValue ?? 0
        if code != 0 {
            throw Failure(kind: .text("pod \(info.namespace)/\(info.name) terminated (Error)"), exitStatus: Int32(clamping: code))
        }
    }

    private static func remove(_ info: ResourceInfo, _ invocation: Invocation) {
        var request = info.request(.delete)
        request.options.propagationPolicy = .background
        guard (try? invocation.send(request)) != nil else { return }
        if !invocation.flags.bool("quiet") { invocation.outLine("pod \"\(info.name)\" deleted from \(info.namespace) namespace") }
    }
}

/// References to images: `registry/path/name:tag@digest`.
enum ImageReference {
    static func isValid(_ text: String) -> Bool {
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            let digest = rest[rest.index(after: at)...].split(separator: ":")
            guard digest.count == 2, digest[1].count >= 32, digest[1].allSatisfy(\.isHexDigit) else { return false }
            rest = rest[..<at]
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard var last = parts.last else { return false }
        if let colon = last.firstIndex(of: ":") {
            let tag = last[last.index(after: colon)...]
            guard let first = tag.utf8.first, first != 45, first != 46, tag.count <= 128,
                tag.utf8.allSatisfy({ isWord($0) || $0 == 45 || $0 == 46 || $0 == 95 || ($0 >= 65 && $0 <= 90) })
            else { return false }
            last = last[..<colon]
        }
        for (index, part) in parts.enumerated() {
            let isHost = index == 0 && parts.count > 1 && (part.contains(".") || part.contains(":") || part == "localhost")
            let name = index == parts.count - 1 ? last : part
            if isHost {
                guard !part.isEmpty, part.utf8.allSatisfy({ isWord($0) || ($0 >= 65 && $0 <= 90) || [45, 46, 58, 91, 93].contains($0) }) else { return false }
                continue
            }
            guard let first = name.utf8.first, let end = name.utf8.last, isWord(first), isWord(end),
                name.utf8.allSatisfy({ isWord($0) || $0 == 45 || $0 == 46 || $0 == 95 })
            else { return false }
        }
        return true
    }

    private static func isWord(_ byte: UInt8) -> Bool { (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) }
}
