import APIMachinery
import KubernetesObjects
import SimulationKernel
import KubernetesSchema

/// `kubectl rollout`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/rollout` and `pkg/polymorphichelpers`.
enum RolloutCommand {
    static let command = Command(
        name: "rollout", summary: "Manage the rollout of a resource",
        details: "Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets",
        usage: "SUBCOMMAND", subcommands: [RolloutHistory.command, pause, restart, resume, RolloutStatus.command, RolloutUndo.command],
        helpOnStandardError: false)

    static let flags: [FlagSpec] = SharedFlags.filename("the objects") + [SharedFlags.selector]

    static func find(_ invocation: Invocation) throws(Failure) -> ResourceQuery.Found {
        var query = try ResourceQuery(invocation, arguments: invocation.arguments)
        query.fetchesLatest = true
        query.allowsEmptySelector = true
        if invocation.arguments.isEmpty, query.files.isEmpty, query.kustomization.isEmpty { throw Failure("required resource not specified") }
        return try query.find(invocation)
    }

    private static let changeFlags = flags + SharedFlags.output + [SharedFlags.fieldManager("kubectl-rollout")]

    private static let pause = Command(
        name: "pause", summary: "Mark the provided resource as paused", usage: "RESOURCE", flags: changeFlags,
        run: { (invocation) throws(Failure) in
            try change(invocation, operation: "paused", noun: "pausing") { (object, info) throws(Failure) in
                if object["spec", "paused"]?.boolValue == true { throw refuse(info, "is already paused") }
                object["spec", "paused"] = true
            }
        })

    private static let resume = Command(
        name: "resume", summary: "Resume a paused resource", usage: "RESOURCE", flags: changeFlags,
        run: { (invocation) throws(Failure) in
            try change(invocation, operation: "resumed", noun: "resuming") { (object, info) throws(Failure) in
                if object["spec", "paused"]?.boolValue != true { throw refuse(info, "is not paused") }
                object["spec", "paused"] = false
            }
        })

    private static let restart = Command(
        name: "restart", summary: "Restart a resource", usage: "RESOURCE", flags: changeFlags,
        run: { (invocation) throws(Failure) in
            let stamp = invocation.client.now.rfc3339
            try change(invocation, operation: "restarted", noun: "restarting", kinds: ["Deployment", "DaemonSet", "StatefulSet"]) {
                (object, info) throws(Failure) in
                if object["spec", "paused"]?.boolValue == true { throw refuse(info, "can't restart paused deployment (run rollout resume first)") }
                object["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"] = .string(stamp)
            }
        })

    private static func refuse(_ info: ResourceInfo, _ why: String) -> Failure {
        Failure("\(info.entry.groupResource) \(goQuoted(info.name)) \(why)")
    }

    private static func change(
        _ invocation: Invocation, operation: String, noun: String, kinds: Set<String> = ["Deployment"],
        _ body: (inout Value, ResourceInfo) throws(Failure) -> Void
    ) throws(Failure) {
        var found = try find(invocation)
        found.listFailures()
        var failures = found.failures
        var reporter = try ObjectReporter(invocation)
        for info in found.infos {
            do throws(Failure) {
                if !kinds.contains(info.entry.kind) {
                    throw refuse(info, "\(noun) is not supported")
                }
                var object = info.object
                try body(&object, info)
                if object == info.object {
                    throw Failure(
                        "failed to create patch for \(info.name): if restart has already been triggered within the past second, please wait before attempting to trigger another"
                    )
                }
                let result: Value
                do throws(Failure) { result = try SetCommand.send(info, object, invocation) } catch {
                    throw error.status?.isInvalid == true ? error : Failure("failed to patch: \(error.plainText)")
                }
                try reporter.report(result, operation)
            } catch {
                failures.append(error)
            }
        }
        if let failure = Failure.aggregate(failures) { throw failure }
        if found.infos.isEmpty { invocation.errLine("No resources found in \(try invocation.namespace().name) namespace.") }
    }
}
