import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Commands that need a live connection to a server: refused with advice.
enum LiveCommands {
    private static func refuse(_ invocation: Invocation) -> Failure {
        Failure("\(invocation.commandPath) needs a live cluster: serve this one and use a kubectl that connects to it")
    }

    static let attach = Command(
        name: "attach", summary: "Attach to a running container", usage: "(POD | TYPE/NAME) -c CONTAINER",
        flags: [
            FlagSpec("container", short: "c", "To this container."), .flag("stdin", "i", "Pass standard input on."), .flag("tty", "t", "Give it a terminal."),
            .flag("quiet", "q", "Say less."), FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
            .flag("detach-keys", nil, "Keys that detach."),
        ],
        run: { (invocation) throws(Failure) in
            let access = PodAccess(invocation: invocation)
            if invocation.arguments.isEmpty { throw Failure("at least 1 argument is required for attach") }
            let pod = try access.pods(invocation.arguments)[0]
            let phase = pod.object["status", "phase"]?.stringValue ?? ""
            if phase == "Succeeded" || phase == "Failed" {
                throw Failure("cannot attach a container in a completed pod; current phase is \(phase)")
            }
            throw refuse(invocation)
        })

    static let portForward = Command(
        name: "port-forward", summary: "Forward one or more local ports to a pod",
        usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
        flags: [
            FlagSpec("address", kind: .stringSlice, fallback: "localhost", "Addresses to listen on."),
            FlagSpec("pod-running-timeout", kind: .duration, fallback: "1m0s", "How long to wait for the pod."),
        ],
        run: { (invocation) throws(Failure) in
            if invocation.arguments.count < 2 { throw invocation.usage("TYPE/NAME and list of ports are required for port-forward") }
            throw refuse(invocation)
        })

    static let proxy = Command(
        name: "proxy", summary: "Run a proxy to the Kubernetes API server",
        usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
        flags: [
            FlagSpec("port", short: "p", kind: .int, fallback: "8001", "Port to listen on."), FlagSpec("address", fallback: "127.0.0.1", "Address to listen on."),
            FlagSpec("api-prefix", fallback: "/", "Prefix of the API."), FlagSpec("www", short: "w", "Directory to serve."),
            FlagSpec("www-prefix", short: "P", fallback: "/static/", "Prefix of the directory."), FlagSpec("unix-socket", short: "u", "Socket to listen on."),
            FlagSpec("accept-hosts", fallback: #"^localhost$,^127\.0\.0\.1$,^\[::1\]$"#, "Hosts to accept."),
            FlagSpec("accept-paths", fallback: "^.*", "Paths to accept."),
            FlagSpec("reject-paths", fallback: "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", "Paths to refuse."),
            FlagSpec("reject-methods", fallback: "^$", "Methods to refuse."), .flag("disable-filter", nil, "Accept everything."),
            .flag("append-server-path", nil, "Keep the path of the server's address."), FlagSpec("keepalive", kind: .duration, "How often to keep connections alive."),
        ],
        run: { (invocation) throws(Failure) in throw refuse(invocation) })
}
