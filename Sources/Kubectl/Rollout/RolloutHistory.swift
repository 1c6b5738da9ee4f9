import APIMachinery
import KubernetesObjects
import SimulationKernel
import KubernetesSchema

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
                if invocation.flags.string("output").isEmpty, !format.isHuman {
                    // A template alone is for the object, not for its revisions.
                    invocation.out(try format.text(of: info.object) ?? "")
                } else if !format.isHuman { try printObjects(list, wanted, info, format, invocation) } else { try print(list, wanted, info, invocation) }
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
            var object: Value = ["apiVersion": "apps/v1", "kind": "ReplicaSet"]
            for (key, value) in revision.source.fields ?? [:] { object[key] = value }
            if info.entry.kind != "Deployment" {
                object = info.object
                object["spec", "template"] = revision.template
            }
            if index > 0, case .yaml = format { invocation.out("---\n") }
            invocation.out(try format.text(of: object) ?? "")
        }
    }
}
