import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl set` and what its subcommands share.
enum SetCommand {
    static let command = Command(
        name: "set", summary: "Set specific features on objects",
        details: "Configure application resources.\n\n These commands help you make changes to existing application resources.", usage: "SUBCOMMAND",
        subcommands: [SetEnv.command, SetImage.command, SetResources.command, SetSelector.command, SetServiceAccount.command, SetSubject.command])

    static let flags: [FlagSpec] =
        SharedFlags.filename("the objects") + SharedFlags.output + [
            SharedFlags.dryRun, SharedFlags.local, SharedFlags.all, SharedFlags.fieldManager("kubectl-set"),
        ]

    /// Splits arguments into resources and the pairs that follow them.
    static func split(_ arguments: [String], isPair: (String) -> Bool, kind: String) throws(Failure) -> (resources: [String], pairs: [String]) {
        var (resources, pairs): ([String], [String]) = ([], [])
        for word in arguments {
            if isPair(word) {
                pairs.append(word)
            } else if pairs.isEmpty {
                resources.append(word)
            } else {
                throw Failure("all resources must be specified before \(kind) changes: \(word)")
            }
        }
        return (resources, pairs)
    }

    /// Finds the objects to change.
    static func find(_ invocation: Invocation, _ resources: [String]) throws(Failure) -> [ResourceInfo] {
        var query = try ResourceQuery(invocation, arguments: resources)
        query.fetchesLatest = !invocation.flags.bool("local")
        if resources.isEmpty, query.files.isEmpty, query.kustomization.isEmpty {
            throw Failure("one or more resources must be specified as <resource> <name> or <resource>/<name>")
        }
        return try query.find(invocation).checked()
    }

    /// Changes every object, sends the difference and reports.
    static func update(
        _ invocation: Invocation, _ infos: [ResourceInfo], message: String, failing: String, _ change: (inout Value, ResourceInfo) throws(Failure) -> Void
    ) throws(Failure) {
        let dryRun = try invocation.dryRun
        let isLocal = invocation.flags.bool("local")
        var reporter = try ObjectReporter(invocation)
        var failures: [Failure] = []
        for info in infos {
            do throws(Failure) {
                var object = info.object
                try change(&object, info)
                if object == info.object, !isLocal, dryRun != .client { continue }
                if isLocal || dryRun == .client {
                    try reporter.report(object, message + (isLocal ? "" : dryRun.suffix))
                    continue
                }
                let result: Value
                do throws(Failure) { result = try send(info, object, invocation) } catch {
                    throw error.status?.isInvalid == true || error.status == nil ? error : Failure("failed to patch \(failing): \(error.plainText)")
                }
                try reporter.report(result, message + dryRun.suffix)
            } catch {
                failures.append(error)
            }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    /// Sends the difference between two states of an object.
    static func send(_ info: ResourceInfo, _ object: Value, _ invocation: Invocation) throws(Failure) -> Value {
        let kind = GroupVersionKind(group: info.entry.group, version: info.entry.version, kind: info.entry.kind)
        guard let schema = TypeLibrary.shared.type(of: kind) else {
            return try invocation.patch(info, .merge, MergeDiff.twoWay(info.object, object))
        }
        let patch: Value
        do { patch = try StrategicDiff.twoWay(original: info.object, modified: object, schema: schema) } catch { throw Failure(error.message) }
        return try invocation.patch(info, .strategicMerge, patch)
    }

    /// Where the pod's specification of an object is; nil when it has none.
    static func podPath(_ entry: ResourceEntry) -> [String]? {
        switch entry.kind {
        case "Pod": ["spec"]
        case "CronJob": ["spec", "jobTemplate", "spec", "template", "spec"]
        case "Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "Job", "ReplicationController": ["spec", "template", "spec"]
        default: nil
        }
    }

    /// Changes the containers that a pattern with `*` names; false when there are none.
    static func changeContainers(
        _ object: inout Value, _ path: [String], matching pattern: String, initToo: Bool = true, _ change: (inout Value) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var hasAny = false
        for list in initToo ? ["containers", "initContainers"] : ["containers"] {
            guard var containers = object[path: path + [list]]?.arrayValue else { continue }
            for index in containers.indices where Glob.matches(pattern, containers[index]["name"]?.stringValue ?? "") {
                hasAny = true
                try change(&containers[index])
            }
            object[path: path + [list]] = .array(containers)
        }
        return hasAny
    }
}

/// `kubectl set image`.
enum SetImage {
    static let command = Command(
        name: "image", summary: "Update the image of a pod template",
        usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
        flags: SetCommand.flags + [SharedFlags.selector], run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let (resources, pairs) = try SetCommand.split(
            invocation.arguments, isPair: { $0.contains("=") && !$0.hasPrefix("=") }, kind: "image")
        if pairs.isEmpty { throw Failure("at least one image update is required") }
        if pairs.count > 1, pairs.contains(where: { $0.hasPrefix("*=") }) {
            throw Failure("all containers are already specified by *, but saw more than one container_name=container_image pairs")
        }
        let infos = try SetCommand.find(invocation, resources)
        try SetCommand.update(invocation, infos, message: "image updated", failing: "image update to pod template") {
            (object, info) throws(Failure) in
            guard let path = SetCommand.podPath(info.entry) else { return }
            for pair in pairs {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                let image = parts.count > 1 ? parts[1] : ""
                let found = try SetCommand.changeContainers(&object, path, matching: parts[0] == "*" ? "*" : parts[0], initToo: parts[0] != "*") {
                    (container) throws(Failure) in container["image"] = .string(image)
                }
                if !found { throw Failure("unable to find container named \(goQuoted(parts[0]))") }
            }
        }
    }
}

/// `kubectl set resources`.
enum SetResources {
    static let command = Command(
        name: "resources", summary: "Update resource requests/limits on objects with pod templates",
        usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
        flags: SetCommand.flags + [
            SharedFlags.selector, FlagSpec("containers", short: "c", fallback: "*", "Containers to change; * for all."),
            FlagSpec("limits", "RESOURCE=QUANTITY, divided by commas."), FlagSpec("requests", "RESOURCE=QUANTITY, divided by commas."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if flags.string("limits").isEmpty, flags.string("requests").isEmpty {
            throw Failure("you must specify an update to requests or limits (in the form of --requests/--limits)")
        }
        let limits = try read(flags.string("limits"))
        let requests = try read(flags.string("requests"))
        let infos = try SetCommand.find(invocation, invocation.arguments)
        let pattern = flags.string("containers")
        try SetCommand.update(invocation, infos, message: "resource requirements updated", failing: "resources update to pod template") {
            (object, info) throws(Failure) in
            guard let path = SetCommand.podPath(info.entry) else { return }
            let found = try SetCommand.changeContainers(&object, path, matching: pattern, initToo: false) { (container) throws(Failure) in
                for (key, amounts) in [("limits", limits), ("requests", requests)] where !amounts.isEmpty {
                    for (name, amount) in amounts { container["resources", key, name] = amount }
                }
            }
            if !found { throw Failure("unable to find container named \(pattern)") }
        }
    }

    private static func read(_ text: String) throws(Failure) -> Fields {
        var result = Fields()
        for part in text.split(separator: ",").map(String.init) {
            let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            if halves.count != 2 { throw Failure("invalid argument syntax \(part), expected <resource>=<value>") }
            guard ResourceAmount(halves[1]) != nil else {
                throw Failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
            }
            result[halves[0]] = .string(halves[1])
        }
        return result
    }
}

/// `kubectl set serviceaccount`.
enum SetServiceAccount {
    static let command = Command(
        name: "serviceaccount", aliases: ["sa"], summary: "Update the service account of a resource",
        usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT", flags: SetCommand.flags,
        run: { (invocation) throws(Failure) in
            guard let account = invocation.arguments.last else { throw Failure("serviceaccount is required") }
            let infos = try SetCommand.find(invocation, Array(invocation.arguments.dropLast()))
            try SetCommand.update(invocation, infos, message: "serviceaccount updated", failing: "ServiceAccountName") {
                (object, info) throws(Failure) in
                guard let path = SetCommand.podPath(info.entry) else { return }
                object[path: path + ["serviceAccountName"]] = .string(account)
                object[path: path + ["serviceAccount"]] = .string(account)
            }
        })
}

/// `kubectl set selector`.
enum SetSelector {
    static let command = Command(
        name: "selector", summary: "Set the selector on a resource", usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
        flags: SetCommand.flags + [FlagSpec("resource-version", "Only change the object in this version.")],
        run: { (invocation) throws(Failure) in
            let (resources, pairs) = try SetCommand.split(
                invocation.arguments, isPair: { $0.contains("=") || $0.contains(" in ") || $0.hasPrefix("!") }, kind: "selector")
            if pairs.isEmpty { throw Failure("one or more selectors must be specified") }
            let selector = try LabelSelectorText.parse(pairs.joined(separator: ","))
            let infos = try SetCommand.find(invocation, resources)
            try SetCommand.update(invocation, infos, message: "selector updated", failing: "selector") { (object, info) throws(Failure) in
                guard info.entry.kind == "Service" else {
                    throw Failure("setting a selector is only supported for Services")
                }
                if selector["matchExpressions"] != nil {
                    throw Failure("match expression \(goText(selector["matchExpressions"] ?? [])) not supported on this object")
                }
                object["spec", "selector"] = selector["matchLabels"] ?? [:]
            }
        })
}

/// `kubectl set subject`.
enum SetSubject {
    static let command = Command(
        name: "subject", summary: "Update the user, group, or service account in a role binding or cluster role binding",
        usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
        flags: SetCommand.flags + [
            SharedFlags.selector, FlagSpec("user", kind: .stringSlice, "Users."), FlagSpec("group", kind: .stringSlice, "Groups."),
            FlagSpec("serviceaccount", kind: .stringSlice, "Service accounts, NAMESPACE:NAME."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        var added: [Value] = []
        let group: Value = "rbac.authorization.k8s.io"
        for name in flags.list("user") { added.append(["kind": "User", "apiGroup": group, "name": .string(name)]) }
        for name in flags.list("group") { added.append(["kind": "Group", "apiGroup": group, "name": .string(name)]) }
        let place = try invocation.namespace().name
        for text in flags.list("serviceaccount") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            if parts.count != 2 { throw Failure("serviceaccount must be <namespace>:<name>") }
            added.append(["kind": "ServiceAccount", "namespace": .string(parts[0].isEmpty ? place : parts[0]), "name": .string(parts[1])])
        }
        if added.isEmpty { throw Failure("you must specify at least one value of user, group or serviceaccount") }
        let infos = try SetCommand.find(invocation, invocation.arguments)
        try SetCommand.update(invocation, infos, message: "subjects updated", failing: "subjects to rolebinding") {
            (object, info) throws(Failure) in
            guard info.entry.kind.hasSuffix("RoleBinding") else { throw Failure("setting subjects is only supported for RoleBinding/ClusterRoleBinding") }
            var subjects = object["subjects"]?.elements ?? []
            for subject in added where !subjects.contains(subject) { subjects.append(subject) }
            object["subjects"] = .array(subjects)
        }
    }
}
