import APIMachinery
import KubernetesObjects
import SimulationKernel
import KubernetesSchema

/// `kubectl rollout status`.
enum RolloutStatus {
    static let command = Command(
        name: "status", summary: "Show the status of the rollout", usage: "(TYPE NAME | TYPE/NAME) [flags]",
        flags: RolloutCommand.flags + [
            FlagSpec("revision", kind: .int, bits: 64, "Wait for this revision; 0 for the latest."),
            FlagSpec("timeout", kind: .duration, "How long to wait; 0 for as long as it takes."), .flag("watch", "w", "Wait until it is done.", on: true),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if flags.int("revision") < 0 { throw Failure("revision must be a positive integer: \(flags.int("revision"))") }
        let found = try RolloutCommand.find(invocation)
        if found.infos.isEmpty, found.failures.isEmpty {
            invocation.errLine("No resources found in \(try invocation.namespace().name) namespace.")
            return
        }
        if let failure = Failure.aggregate(found.visiting { (info) throws(Failure) in try watch(info, invocation) }) { throw failure }
    }

    private static func watch(_ info: ResourceInfo, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let timeout = flags.seconds("timeout")
        var version: String?
        let isDone = try invocation.wait(atMost: timeout > .zero ? timeout : nil) { () throws(Failure) in
            let live: Value
            do throws(Failure) { live = try invocation.get(info) } catch {
                if error.isNotFound, version != nil { throw Failure("object has been deleted") }
                throw error
            }
            if live.resourceVersion == version { return false }
            version = live.resourceVersion
            let (text, done) = try status(live, info.entry, revision: flags.int("revision"))
            invocation.out(text)
            return done || !flags.bool("watch")
        }
        if !isDone { throw Failure("timed out waiting for the condition") }
    }

    private static func status(_ object: Value, _ entry: ResourceEntry, revision: Int) throws(Failure) -> (text: String, isDone: Bool) {
        switch entry.kind {
        case "Deployment": try deployment(object, revision: revision)
        case "DaemonSet": try daemonSet(object)
        case "StatefulSet": try statefulSet(object)
        default: throw Failure("no status viewer has been implemented for \(entry.kind)")
        }
    }

    private static func count(_ object: Value, _ field: String) -> Int { object["status"]?[field]?.intValue ?? 0 }

    private static func deployment(_ object: Value, revision: Int) throws(Failure) -> (String, Bool) {
        let name = goQuoted(object.name)
        if revision > 0 {
            let current = ReplicaSetHistory.revision(of: object)
            if current != revision { throw Failure("desired revision (\(revision)) is different from the running revision (\(current))") }
        }
        guard object.generation <= count(object, "observedGeneration") else { return ("Waiting for deployment spec update to be observed...\n", false) }
        if object.condition("Progressing")?["reason"]?.stringValue == "ProgressDeadlineExceeded" {
            throw Failure("deployment \(name) exceeded its progress deadline")
        }
        let (wanted, updated) = (object["spec", "replicas"]?.intValue ?? 1, count(object, "updatedReplicas"))
        let begin = "Waiting for deployment \(name) rollout to finish: "
        if updated < wanted { return ("\(begin)\(updated) out of \(wanted) new replicas have been updated...\n", false) }
        if count(object, "replicas") > updated {
            return ("\(begin)\(count(object, "replicas") - updated) old replicas are pending termination...\n", false)
        }
        if count(object, "availableReplicas") < updated {
            return ("\(begin)\(count(object, "availableReplicas")) of \(updated) updated replicas are available...\n", false)
        }
        return ("deployment \(name) successfully rolled out\n", true)
    }

    private static func daemonSet(_ object: Value) throws(Failure) -> (String, Bool) {
        if object["spec", "updateStrategy", "type"]?.stringValue != "RollingUpdate" {
            throw Failure("rollout status is only available for RollingUpdate strategy type")
        }
        guard object.generation <= count(object, "observedGeneration") else { return ("Waiting for daemon set spec update to be observed...\n", false) }
        let (wanted, updated) = (count(object, "desiredNumberScheduled"), count(object, "updatedNumberScheduled"))
        let begin = "Waiting for daemon set \(goQuoted(object.name)) rollout to finish: "
        if updated < wanted { return ("\(begin)\(updated) out of \(wanted) new pods have been updated...\n", false) }
        if count(object, "numberAvailable") < wanted {
            return ("\(begin)\(count(object, "numberAvailable")) of \(wanted) updated pods are available...\n", false)
        }
        return ("daemon set \(goQuoted(object.name)) successfully rolled out\n", true)
    }

    private static func statefulSet(_ object: Value) throws(Failure) -> (String, Bool) {
        let strategy = object["spec", "updateStrategy"] ?? [:]
        if strategy["type"]?.stringValue != "RollingUpdate" {
            throw Failure("rollout status is only available for RollingUpdate strategy type")
        }
        let observed = count(object, "observedGeneration")
        if observed == 0 || object.generation > observed { return ("Waiting for statefulset spec update to be observed...\n", false) }
        let wanted = object["spec", "replicas"]?.intValue
        if let wanted, count(object, "readyReplicas") < wanted {
            return ("Waiting for \(wanted - count(object, "readyReplicas")) pods to be ready...\n", false)
        }
        let updated = count(object, "updatedReplicas")
        if let rolling = strategy["rollingUpdate"] {
            if let wanted, let partition = rolling["partition"]?.intValue, updated < wanted - partition {
                return ("Waiting for partitioned roll out to finish: \(updated) out of \(wanted - partition) new pods have been updated...\n", false)
            }
            return ("partitioned roll out complete: \(updated) new pods have been updated...\n", true)
        }
        let (target, current) = (object["status", "updateRevision"]?.stringValue ?? "", object["status", "currentRevision"]?.stringValue ?? "")
        if target != current { return ("waiting for statefulset rolling update to complete \(updated) pods at revision \(target)...\n", false) }
        return ("statefulset rolling update complete \(count(object, "currentReplicas")) pods at revision \(current)...\n", true)
    }
}
