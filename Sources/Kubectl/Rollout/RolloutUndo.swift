import APIMachinery
import KubernetesObjects
import SimulationKernel
import KubernetesSchema

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
                try reporter.report(info.object, text + dryRun.suffix)
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
            return (info.entry.kind == "Deployment" ? "" : "will roll back to ") + text.raw
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
