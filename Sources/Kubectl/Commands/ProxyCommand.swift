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
        let port = flags.int("port")
        if socket.isEmpty, flags.bool("disable-filter") {
            invocation.log("W", at: "proxy.go:177", "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious")
        }
        let router = try ProxyRouter(invocation)
        let connection = try LiveConnection.required(by: invocation)
        // Whether the server may be reached at all is found out before anything is listened on.
        _ = try invocation.prepared(APIRequest(.nonResource, GroupVersionResource(group: "", version: "", resource: "")))
        let address = flags.string("address")
        if socket.isEmpty {
            if address.contains(":") { throw Failure("listen tcp: address \(address):\(port): too many colons in address") }
            if !(0...65535).contains(port) { throw Failure("listen tcp: address \(port): invalid port") }
        }
        let bound: Int
        do throws(APIStatus) {
            bound = try connection.client.serve(at: socket.isEmpty ? .port(port, address: address) : .socket(socket)) {
                router.decision(method: $0, uri: $1, host: $2)
            }
        } catch {
            throw Failure(error.message)
        }
        let place = socket.isEmpty ? "\(address):\(bound)" : socket
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
        filter = try ProxyFilter(invocation)
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
        let rest = uri.dropFirst(path.count)
        let clean = Self.cleaned(path)
        if clean != path { return Self.moved(to: clean + rest, method) }
        // The name of a folder leads to the folder.
        if path + "/" == files?.prefix || path + "/" == prefix { return Self.moved(to: path + "/" + rest, method) }
        if let files, path.hasPrefix(files.prefix) { return files.answer(path) }
        guard path.hasPrefix(prefix) else { return StaticFiles.notFound }
        // A prefix below /api is the server's own.
        let inner = prefix == "/" || prefix.hasPrefix("/api") ? uri : "/" + uri.dropFirst(prefix.count)
        if filter.refuses(method: method, path: String(inner.prefix { $0 != "?" }), host: host) {
            return .answer(code: 403, headers: StaticFiles.plainHeaders, body: Array("Forbidden\n".utf8))
        }
        return .pass(path: inner)
    }

    /// Where else something is, as Go's `http.Redirect` says it.
    private static func moved(to address: String, _ method: String) -> ProxyDecision {
        guard ["GET", "HEAD"].contains(method) else { return .answer(code: 301, headers: [("Location", address)], body: []) }
        return .answer(
            code: 301, headers: [("Content-Type", "text/html; charset=utf-8"), ("Location", address)],
            body: Array("<a href=\"\(StaticFiles.html(address))\">Moved Permanently</a>.\n\n".utf8))
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

    init(_ invocation: Invocation) throws(Failure) {
        acceptsAll = invocation.flags.bool("disable-filter")
        if acceptsAll { return }
        func patterns(_ list: String) throws(Failure) -> [LinearPattern] {
            var result: [LinearPattern] = []
            for text in list.split(separator: ",") {
                do { result.append(try LinearPattern(String(text))) } catch {
                    invocation.log("F", at: "proxy_server.go:83", "Error compiling re: \(error.message)")
                    throw .quiet(255)
                }
            }
            return result
        }
        let flags = invocation.flags
        paths = try patterns(flags.string("accept-paths"))
        refusedPaths = try patterns(flags.string("reject-paths"))
        hosts = try patterns(flags.string("accept-hosts"))
        refusedMethods = try patterns(flags.string("reject-methods"))
    }

    func refuses(method: String, path: String, host: String) -> Bool {
        if acceptsAll { return false }
        var name = host
        if !name.hasSuffix("]"), let colon = name.lastIndex(of: ":") { name = String(name[..<colon]) }
        func any(_ patterns: [LinearPattern], _ text: String) -> Bool { patterns.contains { $0.matches(text) } }
        return any(refusedPaths, path) || !any(paths, path) || !any(hosts, name) || any(refusedMethods, method)
    }
}
