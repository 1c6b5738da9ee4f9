import KubernetesObjects

/// The merged kubeconfig of an invocation.
///
/// - Shape: the first file that has an entry wins; files are in the order of `KUBECONFIG`.
/// - Source: k8s.io/client-go `tools/clientcmd`.
struct Kubeconfig {
    /// The merged content.
    var merged: Value
    /// The files that were looked at, in order.
    var files: [String]
    /// The file that entries with no place of their own are written to.
    var defaultFile: String
    /// `--context`, empty for the current one.
    var contextOverride = ""
    private var overrides: [String: String] = [:]

    static let empty: Value = ["apiVersion": "v1", "kind": "Config"]

    init(merged: Value, files: [String], defaultFile: String) {
        self.merged = merged
        self.files = files
        self.defaultFile = defaultFile
    }

    static func load(_ invocation: Invocation) throws(Failure) -> Kubeconfig {
        let environment = invocation.environment
        let explicit = invocation.flags.string("kubeconfig")
        var paths: [String]
        if !explicit.isEmpty {
            paths = [explicit]
            if environment.files.isDirectory(explicit) == nil, !invocation.commandPath.hasPrefix("kubectl config ") {
                throw Failure("stat \(explicit): no such file or directory")
            }
        } else if let list = environment.variables["KUBECONFIG"], !list.isEmpty {
            paths = list.split(separator: ":").map(String.init)
        } else {
            paths = [(environment.variables["HOME"] ?? "") + "/.kube/config"]
        }
        var merged: Value?
        for path in paths where environment.files.isDirectory(path) == false {
            let bytes: [UInt8]
            do { bytes = try environment.files.read(path) } catch { throw Failure("open \(path): \(error.reason)") }
            guard let content = try Manifests.parseOne(bytes, name: path) else { continue }
            let (version, kind) = (content["apiVersion"]?.stringValue ?? "v1", content["kind"]?.stringValue ?? "Config")
            if version != "v1" || kind != "Config" {
                throw Failure(
                    "error loading config file \(goQuoted(path)): no kind \(goQuoted(kind)) is registered for version \(goQuoted(version)) in scheme \"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\"")
            }
            let located = invocation.commandPath.hasPrefix("kubectl config ") ? content : Self.locating(content, of: path, in: environment.files)
            merged = merged.map { merge($0, under: located) } ?? located
        }
        let existing = paths.first { environment.files.isDirectory($0) == false }
        var config = Kubeconfig(
            merged: merged ?? environment.implicitConfig ?? empty, files: paths,
            defaultFile: paths.count == 1 ? paths[0] : existing ?? paths.last ?? "")
        config.contextOverride = invocation.flags.string("context")
        // Some commands have options of these names that mean something else, such as the user of a role binding.
        for name in ["cluster", "user"] where !invocation.command.flags.contains(where: { $0.name == name }) {
            config.overrides[name] = invocation.flags.string(name)
        }
        return config
    }

    private static func merge(_ first: Value, under second: Value) -> Value {
        var result = first
        for key in ["clusters", "contexts", "users"] {
            var names = Set((first[key]?.elements ?? []).map { $0["name"]?.stringValue ?? "" })
            var list = first[key]?.elements ?? []
            for entry in second[key]?.elements ?? [] where names.insert(entry["name"]?.stringValue ?? "").inserted { list.append(entry) }
            if !list.isEmpty { result[key] = .array(list) }
        }
        if (result["current-context"]?.stringValue ?? "").isEmpty { result["current-context"] = second["current-context"] }
        return result
    }

    // MARK: Reading

    /// An entry of `clusters`, `contexts` or `users` without its name.
    func entry(_ list: String, _ name: String) -> Value? {
        let field = ["clusters": "cluster", "contexts": "context", "users": "user"][list] ?? ""
        for entry in merged[list]?.elements ?? [] where entry["name"]?.stringValue == name { return entry[field] ?? [:] }
        return nil
    }

    func names(_ list: String) -> [String] { (merged[list]?.elements ?? []).compactMap { $0["name"]?.stringValue }.sorted() }

    var currentContextName: String { contextOverride.isEmpty ? merged["current-context"]?.stringValue ?? "" : contextOverride }
    var context: Value? { entry("contexts", currentContextName) }

    var namespace: String {
        let name = context?["namespace"]?.stringValue ?? ""
        return name.isEmpty ? "default" : name
    }

    private func name(of part: String) -> String {
        let override = overrides[part] ?? ""
        return override.isEmpty ? context?[part]?.stringValue ?? "" : override
    }

    /// The user entry that requests are made with.
    var user: Value? { entry("users", userName) }
    var userName: String { name(of: "user") }
    /// The entry of the cluster that requests go to.
    var cluster: Value? { entry("clusters", clusterName) }
    var clusterName: String { name(of: "cluster") }

    /// The address of the server.
    ///
    /// - Throws: when `--context` names none that exists.
    func server(_ flags: FlagValues) throws(Failure) -> String {
        if !contextOverride.isEmpty, context == nil {
            throw .text("Error in configuration: context was not found for specified context: \(contextOverride)")
        }
        let named = flags.string("server")
        if !named.isEmpty { return named }
        return cluster?["server"]?.stringValue ?? "http://localhost:8080"
    }

    /// Refuses a context, user or cluster that does not exist.
    func check() throws(Failure) {
        try checkContext()
        if let name = overrides["user"], !name.isEmpty, entry("users", name) == nil { throw Failure("auth info \(goQuoted(name)) does not exist") }
        if let name = overrides["cluster"], !name.isEmpty, entry("clusters", name) == nil {
            throw Failure("no server found for cluster \(goQuoted(name))")
        }
    }

    func checkContext() throws(Failure) {
        if !contextOverride.isEmpty, context == nil {
            throw .text("Error in configuration: context was not found for specified context: \(contextOverride)")
        }
    }
}
