import APIMachinery
import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// `kubectl debug`: a container beside those of a pod, a copy of a pod, or a pod on a node.
///
/// - Source: k8s.io/kubectl `pkg/cmd/debug`. Differs: in process nothing is attached to; one is told how to look.
enum DebugCommand {
    static let command = Command(
        name: "debug", summary: "Create debugging sessions for troubleshooting workloads and nodes",
        usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
        flags: [
            FlagSpec("filename", short: "f", kind: .stringSlice, "Files with the pods or nodes to debug."),
            FlagSpec("image", "Image of the debugging container."), FlagSpec("container", short: "c", "Name of the debugging container."),
            FlagSpec("target", "Container whose processes to share."), .flag("stdin", "i", "Pass standard input on."),
            .flag("tty", "t", "Give it a terminal."), .flag("quiet", "q", "Say less."), FlagSpec("copy-to", "Name of a copy of the pod."),
            FlagSpec("env", kind: .stringArray, "NAME=VALUE; can be repeated."), .flag("attach", nil, "Attach to the container."),
            FlagSpec("image-pull-policy", "Always, IfNotPresent or Never."),
            FlagSpec("profile", fallback: "general", "general, baseline, restricted, netadmin or sysadmin."),
            .flag("arguments-only", nil, "The words after -- are arguments, not the command."),
            FlagSpec("custom", "File with a partial container, in JSON or YAML, that is merged over the debugging container."),
            .flag("keep-annotations", nil, "The copy keeps the pod's annotations."), .flag("keep-labels", nil, "The copy keeps the pod's labels."),
            .flag("keep-init-containers", nil, "The copy keeps the pod's init containers.", on: true),
            .flag("keep-liveness", nil, "The copy keeps liveness probes."), .flag("keep-readiness", nil, "The copy keeps readiness probes."),
            .flag("keep-startup", nil, "The copy keeps startup probes."), .flag("replace", nil, "Delete the pod that is copied."),
            .flag("same-node", nil, "The copy runs on the same node."),
            FlagSpec("set-image", kind: .stringSlice, "NAME=IMAGE: images of the copy's containers; * for all."),
            .flag("share-processes", nil, "Containers of the copy see each other's processes.", on: true),
        ],
        run: { (invocation) throws(Failure) in try DebugRun(invocation).run() })
}

/// One run of `kubectl debug`.
struct DebugRun {
    private let invocation: Invocation
    private let flags: FlagValues
    private let targets: [String]
    private let words: [String]
    private let container: DebugContainer
    private let copyName: String

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        flags = invocation.flags
        let count = invocation.argumentsBeforeDash ?? invocation.arguments.count
        targets = Array(invocation.arguments.prefix(count))
        words = Array(invocation.arguments.dropFirst(count))
        copyName = flags.string("copy-to")
        container = try DebugContainer(invocation, words: words)
    }

    func run() throws(Failure) {
        try check()
        var query = try ResourceQuery(
            invocation, arguments: targets.map { $0.contains("/") ? $0 : "pods/\($0)" })
        query.fetchesLatest = true
        for info in try query.find(invocation).checked() {
            switch info.entry.kind {
            case "Pod": if copyName.isEmpty { try addContainer(to: info) } else { try copy(info) }
            case "Node": try debugNode(info)
            default: throw Failure("\(goQuoted(info.entry.printedGroupVersionKind)) not supported by debug")
            }
        }
    }

    private func check() throws(Failure) {
        let image = flags.string("image")
        let hasImages = !flags.list("set-image").isEmpty
        for pair in flags.list("set-image") where !pair.contains("=") {
            throw Failure("invalid argument \(goQuoted(pair)) for \"--set-image\" flag: \(pair) must be formatted as key=value\nSee 'kubectl debug --help' for usage.")
        }
        if flags.isSet("attach"), flags.bool("attach"), image.isEmpty, flags.string("container").isEmpty {
            throw Failure("you must specify --container or create a new container using --image in order to attach.")
        }
        if copyName.isEmpty {
            if flags.bool("replace") { throw Failure("--replace may only be used with --copy-to.") }
            if flags.bool("same-node") { throw Failure("--same-node may only be used with --copy-to.") }
            if hasImages { throw Failure("--set-image may only be used with --copy-to.") }
            if image.isEmpty { throw Failure("you must specify --image when not using --copy-to.") }
        } else {
            if image.isEmpty, !hasImages, words.isEmpty { throw Failure("you must specify --image, --set-image or command arguments.") }
            if !words.isEmpty, flags.string("container").isEmpty, image.isEmpty {
                throw Failure("you must specify an existing container or a new image when specifying args.")
            }
            if !flags.string("target").isEmpty { throw Failure("--target is incompatible with --copy-to. Use --share-processes instead.") }
        }
        if !image.isEmpty, !ImageReference.isValid(image) { throw Failure("invalid image name \(goQuoted(image)): invalid reference format") }
        if targets.isEmpty, flags.list("filename").isEmpty { throw Failure("NAME or filename is required for debug") }
        let pull = flags.string("image-pull-policy")
        if !["", "Always", "IfNotPresent", "Never"].contains(pull) { throw Failure("invalid image pull policy: \(pull)") }
        if flags.bool("tty"), !flags.bool("stdin") { throw Failure("-i/--stdin is required for containers with -t/--tty=true") }
    }

    // MARK: Beside the containers of a pod

    private func addContainer(to pod: ResourceInfo) throws(Failure) {
        let name = containerName(in: pod.object)
        var debugger = try container.value(name: name, isForNode: false)
        debugger["terminationMessagePolicy"] = "File"
        if !flags.string("target").isEmpty {
            let target = flags.string("target")
            debugger["targetContainerName"] = .string(target)
            if !flags.bool("quiet") {
                invocation.outLine(
                    "Targeting container \(goQuoted(target)). If you don't see processes from this container it may be because the container runtime doesn't support this feature."
                )
            }
        }
        container.warnOfUser(in: pod.object, debugger, invocation)
        var changed = pod.object
        changed["spec", "ephemeralContainers"] = .array((changed["spec", "ephemeralContainers"]?.elements ?? []) + [debugger])
        _ = try invocation.patch(
            pod, .strategicMerge, try Self.difference(pod.object, changed), subresource: "ephemeralcontainers", manager: "kubectl-debug")
        try attach(pod, name)
    }

    /// The patch between two states of a pod, which also says in what order the containers stand.
    private static func difference(_ pod: Value, _ changed: Value) throws(Failure) -> Value {
        guard let schema = TypeLibrary.shared.type(of: GroupVersionKind(group: "", version: "v1", kind: "Pod")) else {
            return MergeDiff.twoWay(pod, changed)
        }
        do { return try StrategicDiff.twoWay(original: pod, modified: changed, schema: schema) } catch { throw Failure(error.message) }
    }

    /// The name given, or `debugger-` and five letters that no container has.
    private func containerName(in pod: Value) -> String {
        let given = flags.string("container")
        if !given.isEmpty { return given }
        let taken = ["containers", "initContainers", "ephemeralContainers"].flatMap { pod["spec", $0]?.elements ?? [] }
            .compactMap { $0["name"]?.stringValue }
        var number = taken.count
        var name = ""
        repeat {
            name = "debugger-" + CreateWorkloads.suffix(for: "\(pod.uid)/\(number)")
            number += 1
        } while taken.contains(name)
        if !flags.bool("quiet") { invocation.outLine("Defaulting debug container name to \(name).") }
        return name
    }

    /// Joins the debugging container if that was asked for: once it runs, or with its log when it has ended.
    ///
    /// Where no connection can be held, what soon ends by itself is waited for, and its log is shown.
    private func attach(_ pod: ResourceInfo, _ name: String) throws(Failure) {
        let attaches = flags.isSet("attach") ? flags.bool("attach") : flags.bool("stdin")
        guard attaches, !name.isEmpty else { return }
        var found = pod
        func look() throws(Failure) -> Value {
            found = found.refreshed(with: try invocation.get(found))
            let statuses = ["containerStatuses", "ephemeralContainerStatuses"].flatMap { found.object["status"]?[$0]?.elements ?? [] }
            return statuses.first { $0["name"]?.stringValue == name }?["state"] ?? .null
        }
        var state = Value.null
        _ = try invocation.wait(atMost: .seconds(300)) { () throws(Failure) in
            state = try look()
            return state["running"] != nil || state["terminated"] != nil
        }
        if state["running"] != nil {
            if let live = LiveConnection(invocation) { return try LiveConnection.check(live.join(found, "attach", container: name)) }
            let hasEnded = try invocation.wait(atMost: .seconds(5)) { () throws(Failure) in try look()["terminated"] != nil }
            guard hasEnded else {
                return invocation.errLine("Attaching needs a live cluster: use kubectl exec or kubectl logs with pod/\(pod.name) -c \(name)")
            }
        }
        var request = found.request(.get)
        request.subresource = "log"
        request.options.parameters = [("container", name)]
        invocation.out(PodAccess.outcome(try invocation.send(request)).out)
    }

    // MARK: A copy of a pod

    private func copy(_ pod: ResourceInfo) throws(Failure) {
        var copy: Value = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(copyName), "namespace": .string(pod.namespace)]]
        if flags.bool("keep-labels"), !pod.object.labels.isEmpty { copy["metadata", "labels"] = .object(pod.object.labels) }
        if flags.bool("keep-annotations"), !pod.object.annotations.isEmpty { copy["metadata", "annotations"] = .object(pod.object.annotations) }
        var spec = pod.object["spec"] ?? [:]
        spec["ephemeralContainers"] = nil
        if !flags.bool("same-node") { spec["nodeName"] = nil }
        if !flags.bool("keep-init-containers") { spec["initContainers"] = nil }
        if flags.isSet("share-processes") {
            spec["shareProcessNamespace"] = .bool(flags.bool("share-processes"))
        } else if container.profile != "restricted" || spec["shareProcessNamespace"] == nil {
            spec["shareProcessNamespace"] = true
        }
        var containers = spec["containers"]?.elements ?? []
        for index in containers.indices {
            for probe in ["liveness", "readiness", "startup"] where !flags.bool("keep-\(probe)") { containers[index]["\(probe)Probe"] = nil }
        }
        setImages(&containers)
        var name = ""
        if let index = containers.firstIndex(where: { $0["name"]?.stringValue == flags.string("container") }) {
            name = flags.string("container")
            try container.change(&containers[index])
            container.warnOfUser(in: pod.object, containers[index], invocation)
        } else if !flags.string("image").isEmpty {
            name = containerName(in: pod.object)
            let debugger = try container.value(name: name, isForNode: false)
            container.warnOfUser(in: pod.object, debugger, invocation)
            containers.append(debugger)
        } else if flags.list("set-image").isEmpty {
            throw Failure("you must specify image when creating new container")
        }
        spec["containers"] = .array(containers)
        copy["spec"] = spec
        if flags.bool("replace") {
            var deletion = pod.request(.delete)
            deletion.options.gracePeriodSeconds = 0
            do throws(Failure) { _ = try invocation.send(deletion) } catch { if !error.isNotFound { throw error } }
        }
        var info = pod
        info.name = copyName
        info.object = copy
        info.source = ""
        info = info.refreshed(with: try invocation.create(info, manager: "kubectl-debug"))
        try attach(info, name)
    }

    private func setImages(_ containers: inout [Value]) {
        for pair in flags.list("set-image") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            for index in containers.indices where parts[0] == "*" || containers[index]["name"]?.stringValue == parts[0] {
                containers[index]["image"] = .string(parts[1])
            }
        }
    }

    // MARK: A pod on a node

    private func debugNode(_ node: ResourceInfo) throws(Failure) {
        let name = flags.string("container").isEmpty ? "debugger" : flags.string("container")
        let podName = "node-debugger-\(node.name)-" + CreateWorkloads.suffix(for: "\(node.name)/\(invocation.client.now.nanoseconds)")
        var spec: Value = [
            "nodeName": .string(node.name), "restartPolicy": "Never", "tolerations": [["operator": "Exists"]],
        ]
        var debugger = try container.value(name: name, isForNode: true)
        if !["baseline", "restricted"].contains(container.profile) {
            for field in ["hostNetwork", "hostPID", "hostIPC"] { spec[field] = true }
        }
        if ["general", "sysadmin", "legacy"].contains(container.profile) {
            spec["volumes"] = [["name": "host-root", "hostPath": ["path": "/"]]]
            debugger["volumeMounts"] = [["name": "host-root", "mountPath": "/host"]]
        }
        spec["containers"] = [debugger]
        if !flags.bool("quiet") {
            invocation.outLine("Creating debugging pod \(podName) with container \(name) on node \(node.name).")
        }
        guard let entry = try invocation.lookup({ $0.entry(.pods) }) else { throw Failure("the server doesn't have a resource type \"pods\"") }
        let namespace = try invocation.namespace().name
        let pod: Value = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(podName), "labels": ["app.kubernetes.io/managed-by": "kubectl-debug"]], "spec": spec,
        ]
        var info = ResourceInfo(entry: entry, namespace: namespace, name: podName, object: pod)
        info = info.refreshed(with: try invocation.create(info, manager: "kubectl-debug"))
        try attach(info, name)
    }
}

/// The debugging container that the options describe.
struct DebugContainer {
    let profile: String
    private let flags: FlagValues
    private let words: [String]
    private let custom: Value?

    init(_ invocation: Invocation, words: [String]) throws(Failure) {
        flags = invocation.flags
        self.words = words
        profile = flags.string("profile")
        if !["legacy", "general", "baseline", "restricted", "netadmin", "sysadmin"].contains(profile) { throw Failure("unknown profile: \(profile)") }
        let file = flags.string("custom")
        if file.isEmpty {
            custom = nil
        } else {
            let bytes: [UInt8]
            do { bytes = try invocation.environment.files.read(file) } catch { throw Failure("must pass a container spec json file for custom profile: open \(file): \(error.reason)") }
            do { custom = try Manifests.json(orYAML: String(decoding: bytes, as: UTF8.self)) } catch {
                throw Failure("custom profile is not valid: \(error.message)")
            }
        }
    }

    /// A new container.
    func value(name: String, isForNode: Bool) throws(Failure) -> Value {
        var container: Value = ["name": .string(name), "terminationMessagePolicy": "FallbackToLogsOnError", "resources": [:]]
        try change(&container, isForNode: isForNode)
        return container
    }

    /// Tells that capabilities are of no use to a user other than root.
    func warnOfUser(in pod: Value, _ container: Value, _ invocation: Invocation) {
        let (shared, own) = (pod["spec", "securityContext"], container["securityContext"])
        let user = own?["runAsUser"] ?? shared?["runAsUser"]
        let isRoot = user?.intValue == 0
        let isAnother = shared?["runAsNonRoot"]?.boolValue == true || (user?.intValue ?? 0) != 0
        guard isAnother, !isRoot, !(own?["capabilities", "add"]?.elements ?? []).isEmpty else { return }
        invocation.warn(
            "Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using \"--custom\" with a custom profile that specifies \"securityContext.runAsUser: 0\".")
    }

    /// A container with what the options say of it.
    func change(_ container: inout Value, isForNode: Bool = false) throws(Failure) {
        if !words.isEmpty {
            container["command"] = flags.bool("arguments-only") ? container["command"] : Value(words)
            container["args"] = flags.bool("arguments-only") ? Value(words) : nil
        }
        let environment = try flags.list("env").map { (pair) throws(Failure) -> Value in
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { throw Failure("invalid argument \(goQuoted(pair)) for \"--env\" flag: \(pair) must be formatted as key=value\nSee 'kubectl debug --help' for usage.") }
            return ["name": .string(String(pair[..<equals])), "value": .string(String(pair[pair.index(after: equals)...]))]
        }
        if !environment.isEmpty { container["env"] = .array(environment) }
        if !flags.string("image").isEmpty { container["image"] = .string(flags.string("image")) }
        if !flags.string("image-pull-policy").isEmpty { container["imagePullPolicy"] = .string(flags.string("image-pull-policy")) }
        if flags.bool("stdin") { container["stdin"] = true }
        if flags.bool("tty") { container["tty"] = true }
        switch profile {
        case "general": if !isForNode { container["securityContext", "capabilities", "add"] = ["SYS_PTRACE"] }
        case "netadmin": container["securityContext", "capabilities", "add"] = ["NET_ADMIN", "NET_RAW"]
        case "sysadmin": container["securityContext", "privileged"] = true
        case "restricted":
            container["securityContext"] = [
                "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "runAsNonRoot": true,
                "seccompProfile": ["type": "RuntimeDefault"],
            ]
        default: break
        }
        guard let custom else { return }
        let entry = ResourceEntry(
            group: "", version: "v1", plural: "", singular: "", kind: "Container", shortNames: [], categories: [], isNamespaced: true, verbs: [])
        let changed = try LocalPatch.apply(
            custom, .merge, to: ResourceInfo(entry: entry, namespace: "", name: "", object: container))
        container = changed
    }
}
