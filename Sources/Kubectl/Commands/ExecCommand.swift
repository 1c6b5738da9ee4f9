import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl exec`.
enum ExecCommand {
    static let command = Command(
        name: "exec", summary: "Execute a command in a container", usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
        flags: SharedFlags.filename("the pod").filter { $0.name == "filename" } + [
            FlagSpec("container", short: "c", "In this container."), FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
            .flag("quiet", "q", "Say less."), .flag("stdin", "i", "Pass standard input on."), .flag("tty", "t", "Give the command a terminal."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let words = invocation.arguments
        let files = flags.list("filename")
        guard let dash = invocation.argumentsBeforeDash else {
            if words.isEmpty, files.isEmpty { throw Failure("pod, type/name or --filename must be specified") }
            if words.count > 1 || !words.isEmpty && !files.isEmpty {
                throw Failure("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples")
            }
            throw Failure("you must specify at least one command for the container")
        }
        let command = Array(words.dropFirst(dash))
        if dash == 0, files.isEmpty { throw Failure("pod, type/name or --filename must be specified") }
        if command.isEmpty { throw Failure("you must specify at least one command for the container") }
        let access = PodAccess(invocation: invocation)
        var names = Array(words.prefix(dash))
        if names.isEmpty {
            let infos = try ResourceQuery(invocation, arguments: []).find(invocation).checked()
            if infos.count > 1 { throw Failure("cannot exec into multiple objects at a time") }
            names = infos.map { "\($0.entry.plural).\($0.entry.version).\($0.entry.group)/\($0.name)" }
        }
        let pod = try access.pods(names)[0]
        let phase = pod.object["status", "phase"]?.stringValue ?? ""
        if phase == "Succeeded" || phase == "Failed" {
            throw Failure("cannot exec into a container in a completed pod; current phase is \(phase)")
        }
        var container = flags.string("container")
        if container.isEmpty {
            let (name, isGuessed) = access.defaultContainer(pod.object)
            container = name
            if isGuessed, !flags.bool("quiet") {
                invocation.errLine("Defaulted container \(goQuoted(name)) out of: \(PodAccess.allContainers(pod.object))")
            }
        }
        let code: Int
        do throws(Failure) {
            if let live = LiveConnection(invocation) {
                code = try live.join(pod, "exec", container: container, command: command)
            } else {
                let input = flags.bool("stdin") ? invocation.input() : nil
                let answer = try access.exec(pod, container: container, command: command, input: input, tty: flags.bool("tty"))
                invocation.out(answer.out)
                invocation.err(answer.err)
                code = answer.code
            }
        } catch {
            // What goes wrong once the streams are open is told over them, without the server's reason.
            guard let status = error.status, status.reason == "InternalError" else { throw error }
            throw Failure(status.message)
        }
        try LiveConnection.check(code)
    }
}
