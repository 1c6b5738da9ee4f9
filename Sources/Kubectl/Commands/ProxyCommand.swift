import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl proxy`.
///
/// - Source: k8s.io/kubectl `pkg/proxy`. Differs: serves no static files and no Unix socket.
enum ProxyCommand {
    static let command = Command(
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
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        for name in ["www", "unix-socket"] where !flags.string(name).isEmpty { throw Failure("--\(name) is not supported by this kubectl") }
        if flags.string("api-prefix") != "/" { throw Failure("--api-prefix is not supported by this kubectl") }
        let filter = try ProxyFilter(flags)
        let connection = try LiveConnection.required(by: invocation)
        // Whether the server may be reached at all is found out before anything is listened on.
        _ = try invocation.prepared(APIRequest(.nonResource, GroupVersionResource(group: "", version: "", resource: "")))
        let address = flags.string("address")
        let port: Int
        do throws(APIStatus) {
            port = try connection.client.serve(on: address, at: flags.int("port")) { filter.refusal(method: $0, path: $1, host: $2) }
        } catch {
            throw Failure(error.message)
        }
        invocation.outLine("Starting to serve on \(address.contains(":") ? "[\(address)]" : address):\(port)")
        while invocation.pass(.milliseconds(500)) {}
    }
}

/// Which requests `kubectl proxy` passes on.
private struct ProxyFilter: Sendable {
    private var hosts: [LinearPattern] = []
    private var paths: [LinearPattern] = []
    private var refusedPaths: [LinearPattern] = []
    private var refusedMethods: [LinearPattern] = []
    private var acceptsAll: Bool

    init(_ flags: FlagValues) throws(Failure) {
        acceptsAll = flags.bool("disable-filter")
        func patterns(_ name: String) throws(Failure) -> [LinearPattern] {
            var result: [LinearPattern] = []
            for text in flags.string(name).split(separator: ",") {
                do { result.append(try LinearPattern(String(text))) } catch { throw Failure("--\(name): \(error.message)") }
            }
            return result
        }
        hosts = try patterns("accept-hosts")
        paths = try patterns("accept-paths")
        refusedPaths = try patterns("reject-paths")
        refusedMethods = try patterns("reject-methods")
    }

    func refusal(method: String, path: String, host: String) -> String? {
        if acceptsAll { return nil }
        var name = host
        if !name.hasSuffix("]"), let colon = name.lastIndex(of: ":") { name = String(name[..<colon]) }
        func any(_ patterns: [LinearPattern], _ text: String) -> Bool { patterns.contains { $0.matches(text) } }
        let isWelcome = !any(refusedPaths, path) && any(paths, path) && any(hosts, name) && !any(refusedMethods, method)
        return isWelcome ? nil : "Unauthorized"
    }
}
