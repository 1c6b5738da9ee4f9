import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl attach`.
enum AttachCommand {
    static let command = Command(
        name: "attach", summary: "Attach to a running container", usage: "(POD | TYPE/NAME) -c CONTAINER",
        flags: [
            FlagSpec("container", short: "c", "To this container."), .flag("stdin", "i", "Pass standard input on."), .flag("tty", "t", "Give it a terminal."),
            .flag("quiet", "q", "Say less."), FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
            .flag("detach-keys", nil, "Keys that detach."),
        ],
        run: { (invocation) throws(Failure) in
            let flags = invocation.flags
            let access = PodAccess(invocation: invocation)
            if invocation.arguments.isEmpty { throw Failure("at least 1 argument is required for attach") }
            let pod = try access.pods(invocation.arguments)[0]
            let phase = pod.object["status", "phase"]?.stringValue ?? ""
            if phase == "Succeeded" || phase == "Failed" {
                throw Failure("cannot attach a container in a completed pod; current phase is \(phase)")
            }
            let connection = try LiveConnection.required(by: invocation)
            var container = flags.string("container")
            if container.isEmpty {
                let (name, isGuessed) = access.defaultContainer(pod.object)
                container = name
                if isGuessed, !flags.bool("quiet") { invocation.errLine("Defaulted container \(goQuoted(name)) out of: \(PodAccess.allContainers(pod.object))") }
            }
            let known = PodAccess.containerNames(pod.object)
            if !known.contains(container) { throw Failure("cannot attach to the container: container \(container) not found in pod \(pod.name)") }
            try LiveConnection.check(connection.join(pod, "attach", container: container))
        })
}
