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
        // Files say what is changed locally; words are not looked at then.
        let isLocal = invocation.flags.bool("local")
        var query = try ResourceQuery(invocation, arguments: isLocal ? [] : resources)
        query.fetchesLatest = !isLocal
        if !query.fetchesLatest, query.files.isEmpty, query.kustomization.isEmpty {
            throw Failure(
                "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'")
        }
        return try query.find(invocation).checked()
    }

    /// Changes every object, sends the difference and reports.
    ///
    /// - Parameters:
    ///   - failing: what a refusal is said to be of; nil for the server's own words.
    ///   - always: objects that are as they should be are sent and reported as well.
    static func update(
        _ invocation: Invocation, _ infos: [ResourceInfo], message: String, failing: String?, always: Bool = false, _ change: (inout Value, ResourceInfo) throws(Failure) -> Void
    ) throws(Failure) {
        let dryRun = try invocation.dryRun
        let isLocal = invocation.flags.bool("local")
        var reporter = try ObjectReporter(invocation)
        var failures: [Failure] = []
        for info in infos {
            do throws(Failure) {
                var object = info.object
                try change(&object, info)
                object = invocation.recorded(object)
                if object == info.object, !always { continue }
                if isLocal || dryRun == .client {
                    try reporter.report(TypedForm.of(object), message + (isLocal ? "" : dryRun.suffix))
                    continue
                }
                let result: Value
                do throws(Failure) { result = try send(info, object, invocation) } catch {
                    guard let failing, error.status != nil else { throw error }
                    throw Failure("failed to patch \(failing) \(error.plainText)")
                }
                try reporter.report(TypedForm.of(result), message + dryRun.suffix)
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

    /// What an object is called in a complaint.
    ///
    /// - Source: k8s.io/cli-runtime `Info.ObjectName`: what no server was asked about has no resource, and a line end after its group.
    static func name(of info: ResourceInfo, _ invocation: Invocation) -> String {
        if !invocation.flags.bool("local") { return "\(info.entry.plural)/\(info.name)" }
        return info.entry.group.isEmpty ? info.printedName : info.printedName + "\n"
    }

    /// Where the pod's specification of an object is.
    ///
    /// - Throws: when it has none.
    static func podPath(of info: ResourceInfo, _ invocation: Invocation) throws(Failure) -> [String] {
        if let path = podPath(info.entry) { return path }
        throw Failure("error: \(name(of: info, invocation)) the object is not a pod or does not have a pod template: *\(info.entry.version).\(info.entry.kind)\n")
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
