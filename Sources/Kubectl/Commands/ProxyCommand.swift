import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl proxy`.
///
/// - Source: k8s.io/kubectl `pkg/proxy`.
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
        let socket = flags.string("unix-socket")
        if flags.isSet("port"), !socket.isEmpty { throw Failure("cannot set --unix-socket and --port at the same time") }
        let router = try ProxyRouter(invocation)
        let connection = try LiveConnection.required(by: invocation)
        // Whether the server may be reached at all is found out before anything is listened on.
        _ = try invocation.prepared(APIRequest(.nonResource, GroupVersionResource(group: "", version: "", resource: "")))
        let address = flags.string("address")
        let port: Int
        do throws(APIStatus) {
            port = try connection.client.serve(at: socket.isEmpty ? .port(flags.int("port"), address: address) : .socket(socket)) {
                router.decision(method: $0, uri: $1, host: $2)
            }
        } catch {
            throw Failure(error.message)
        }
        let place = socket.isEmpty ? "\(address.contains(":") ? "[\(address)]" : address):\(port)" : socket
        invocation.outLine("Starting to serve on \(place)")
        while invocation.pass(.milliseconds(500)) {}
    }
}

/// Where a request to `kubectl proxy` goes: to the API server, to a folder of files, or nowhere.
struct ProxyRouter: Sendable {
    private let filter: ProxyFilter
    /// Ends with a slash.
    private let prefix: String
    private let files: StaticFiles?

    init(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        filter = try ProxyFilter(flags)
        func closed(_ text: String) -> String { text.hasSuffix("/") ? text : text + "/" }
        prefix = closed(flags.string("api-prefix"))
        let folder = flags.string("www")
        if folder.isEmpty {
            files = nil
        } else {
            if invocation.environment.files.isDirectory(folder) != true {
                invocation.log("W", at: "proxy.go:200", "Failed to stat static file directory \(folder): stat \(folder): no such file or directory")
            }
            files = StaticFiles(files: invocation.environment.files, folder: folder, prefix: closed(flags.string("www-prefix")))
        }
    }

    func decision(method: String, uri: String, host: String) -> ProxyDecision {
        let path = String(uri.prefix { $0 != "?" })
        let clean = Self.cleaned(path)
        if clean != path {
            let address = clean + uri.dropFirst(path.count)
            return .answer(code: 301, headers: [("Location", address)], body: Array("<a href=\"\(address)\">Moved Permanently</a>.\n\n".utf8))
        }
        if let files, path.hasPrefix(files.prefix) { return files.answer(path) }
        guard (path + "/").hasPrefix(prefix) || path.hasPrefix(prefix) else { return StaticFiles.notFound }
        // A prefix below /api is the server's own.
        let inner = prefix == "/" || prefix.hasPrefix("/api") ? uri : "/" + uri.dropFirst(prefix.count)
        if let reason = filter.refusal(method: method, path: String(inner.prefix { $0 != "?" }), host: host) {
            return .answer(code: 403, headers: [("Content-Type", "text/html")], body: Array("<h3>\(reason)</h3>".utf8))
        }
        return .pass(path: inner)
    }
}

extension ProxyRouter {
    /// A path without empty parts and dots, as Go's `ServeMux` wants it.
    static func cleaned(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let joined = "/" + parts.joined(separator: "/")
        return path.hasSuffix("/") && !parts.isEmpty ? joined + "/" : joined
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
        func patterns(_ name: String, _ value: String) throws(Failure) -> [LinearPattern] {
            var result: [LinearPattern] = []
            for text in value.split(separator: ",") {
                do { result.append(try LinearPattern(String(text))) } catch { throw Failure("--\(name): \(error.message)") }
            }
            return result
        }
        hosts = try patterns("accept-hosts", flags.string("accept-hosts"))
        paths = try patterns("accept-paths", flags.string("accept-paths"))
        refusedPaths = try patterns("reject-paths", flags.string("reject-paths"))
        refusedMethods = try patterns("reject-methods", flags.string("reject-methods"))
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
