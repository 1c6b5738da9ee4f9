import APIMachinery
import KubernetesObjects
import SimulationKernel
import KubernetesSchema

/// The revisions of a workload, from ReplicaSets or ControllerRevisions.
struct RevisionList {
    struct Revision {
        var number: Int
        var changeCause: String
        /// The pod template of the revision.
        var template: Value
        /// The object that keeps it.
        var source: Value
    }

    var revisions: [Revision] = []

    init(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        switch info.entry.kind {
        case "Deployment":
            for set in try ReplicaSetHistory(invocation, deployment: info.object).all {
                let number = ReplicaSetHistory.revision(of: set)
                if number == 0 { continue }
                revisions.append(
                    Revision(
                        number: number, changeCause: set.annotation(ReplicaSetHistory.changeCause) ?? "", template: set["spec", "template"] ?? [:],
                        source: set))
            }
        case "DaemonSet", "StatefulSet":
            guard let entry = try invocation.lookup({ $0.entry(GroupResource("controllerrevisions", group: "apps")) }) else { return }
            var request = APIRequest(.list, entry.resource, namespace: info.namespace)
            request.options.labelSelector = selectorText(info.object["spec", "selector"])
            for item in try invocation.send(request).body["items"]?.elements ?? []
            where item.controllerReference?["uid"]?.stringValue == info.object.uid {
                revisions.append(
                    Revision(
                        number: item["revision"]?.intValue ?? 0, changeCause: item.annotation(ReplicaSetHistory.changeCause) ?? "",
                        template: item["data", "spec", "template"] ?? [:], source: item))
            }
        default: throw Failure("no history viewer has been implemented for \(goQuoted(info.entry.kind))")
        }
        revisions.sort { ($0.number, $0.source.name) < ($1.number, $1.source.name) }
    }
}

/// `kubectl rollout history`.
enum RolloutHistory {
    static let command = Command(
        name: "history", summary: "View rollout history", usage: "(TYPE NAME | TYPE/NAME) [flags]",
        flags: RolloutCommand.flags + SharedFlags.output + [FlagSpec("revision", kind: .int, bits: 64, "Show this revision in detail.")],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let wanted = invocation.flags.int("revision")
        if wanted < 0 { throw Failure("revision must be a positive integer: \(wanted)") }
        let format = try OutputFormat(invocation)
        let found = try RolloutCommand.find(invocation)
        var failures = found.failures
        for info in found.infos {
            do throws(Failure) {
                let list = try RevisionList(info, invocation)
                if !format.isHuman { try printObjects(list, wanted, info, format, invocation) } else { try print(list, wanted, info, invocation) }
            } catch {
                failures.append(error)
            }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func print(_ list: RevisionList, _ wanted: Int, _ info: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        if wanted > 0 {
            guard let revision = list.revisions.first(where: { $0.number == wanted }) else { throw Failure("unable to find the specified revision") }
            var template = revision.template
            if info.entry.kind == "Deployment", !revision.changeCause.isEmpty {
                template["metadata", "annotations", ReplicaSetHistory.changeCause] = .string(revision.changeCause)
            }
            var text = DescribeText(now: invocation.client.now)
            text.podTemplate(template)
            return invocation.outLine("\(info.printedName) with revision #\(wanted)\n\(text.raw)")
        }
        if list.revisions.isEmpty { return invocation.outLine("\(info.printedName) \nNo rollout history found.") }
        var writer = TabWriter()
        writer.write("REVISION\tCHANGE-CAUSE\n")
        for revision in list.revisions { writer.write("\(revision.number)\t\(revision.changeCause.isEmpty ? "<none>" : revision.changeCause)\n") }
        invocation.outLine("\(info.printedName) \n\(writer.flushed())")
    }

    private static func printObjects(_ list: RevisionList, _ wanted: Int, _ info: ResourceInfo, _ format: OutputFormat, _ invocation: Invocation)
        throws(Failure)
    {
        let shown = wanted > 0 ? list.revisions.filter { $0.number == wanted } : list.revisions
        if wanted > 0, shown.isEmpty { throw Failure("unable to find the specified revision") }
        for (index, revision) in shown.enumerated() {
            var object = revision.source
            if info.entry.kind != "Deployment" {
                object = info.object
                object["spec", "template"] = revision.template
            }
            if index > 0, case .yaml = format { invocation.out("---\n") }
            invocation.out(try format.text(of: object) ?? "")
        }
    }
}

/// `kubectl rollout undo`.
enum RolloutUndo {
    static let command = Command(
        name: "undo", summary: "Undo a previous rollout", usage: "(TYPE NAME | TYPE/NAME) [flags]",
        flags: RolloutCommand.flags + SharedFlags.output + [
            SharedFlags.dryRun, FlagSpec("to-revision", kind: .int, bits: 64, "Go back to this revision; 0 for the one before."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static let keptAnnotations: Set = [
        lastAppliedAnnotation, "deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.to",
    ]

    private static func run(_ invocation: Invocation) throws(Failure) {
        let found = try RolloutCommand.find(invocation)
        var failures = found.failures
        let dryRun = try invocation.dryRun
        var reporter = try ObjectReporter(invocation)
        for info in found.infos {
            do throws(Failure) {
                if info.object.annotation(lastAppliedAnnotation) != nil {
                    invocation.warn(
                        "resource \(info.entry.plural)/\(info.name) was previously managed with 'kubectl apply'. Rolling back will not update the \(lastAppliedAnnotation) annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead."
                    )
                }
                let text = try undo(info, dryRun, invocation)
                try reporter.report(info.object, text + (dryRun == .client ? "" : dryRun.suffix))
            } catch {
                failures.append(error)
            }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func undo(_ info: ResourceInfo, _ dryRun: DryRun, _ invocation: Invocation) throws(Failure) -> String {
        let wanted = invocation.flags.int("to-revision")
        if wanted < 0 { throw Failure("unable to find specified revision \(wanted) in history") }
        guard ["Deployment", "DaemonSet", "StatefulSet"].contains(info.entry.kind) else {
            throw Failure("no rollbacker has been implemented for \(goQuoted(info.entry.kind))")
        }
        let list = try RevisionList(info, invocation).revisions
        let target: RevisionList.Revision
        if wanted == 0 {
            if list.count < 2 { throw Failure("no rollout history found\(info.entry.kind == "Deployment" ? " for deployment \(goQuoted(info.name))" : "")") }
            target = list[list.count - 2]
        } else {
            guard let found = list.first(where: { $0.number == wanted }) else { throw Failure("unable to find specified revision \(wanted) in history") }
            target = found
        }
        let template = ReplicaSetHistory.withoutHash(target.template)
        if dryRun == .client {
            var text = DescribeText(now: invocation.client.now)
            text.podTemplate(target.template)
            return String(text.raw.dropLast())
        }
        if info.entry.kind == "Deployment" {
            if info.object["spec", "paused"]?.boolValue == true {
                throw Failure("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again")
            }
            if template == ReplicaSetHistory.withoutHash(info.object["spec", "template"]) { return skipped(wanted) }
            var annotations = Fields()
            for (key, value) in info.object.annotations where keptAnnotations.contains(key) { annotations[key] = value }
            for (key, value) in target.source.annotations where !keptAnnotations.contains(key) { annotations[key] = value }
            let patch: Value = [
                ["op": "replace", "path": "/spec/template", "value": template],
                ["op": "replace", "path": "/metadata/annotations", "value": .object(annotations)],
            ]
            do throws(Failure) { _ = try invocation.patch(info, .json, patch) } catch {
                throw Failure("failed restoring revision \(wanted): \(error.plainText)")
            }
            return "rolled back"
        }
        if template == ReplicaSetHistory.withoutHash(info.object["spec", "template"]) { return skipped(wanted) }
        do throws(Failure) {
            _ = try invocation.patch(info, .strategicMerge, target.source["data"] ?? [:])
        } catch {
            throw Failure("failed restoring revision \(wanted): \(error.plainText)")
        }
        return "rolled back"
    }

    private static func skipped(_ revision: Int) -> String { "skipped rollback (current template already matches revision \(revision))" }
}
