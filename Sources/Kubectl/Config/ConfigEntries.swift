import KubernetesObjects

/// `kubectl config set-cluster`, `set-context`, `rename-context`, `use-context` and the `delete` commands: whole entries.
///
/// - Source: k8s.io/kubectl `pkg/cmd/config`.
enum ConfigEntries {
    /// A wrong use of a command: its help goes to standard output, and what is wrong to standard error.
    static func misuse(_ invocation: Invocation, _ message: String) -> Failure {
        var failure = Failure(message)
        failure.output = HelpPrinter.help(invocation.command, path: invocation.commandPath.split(separator: " ").map(String.init))
        return failure
    }

    static func unexpected(_ invocation: Invocation, _ word: String = "Unexpected") -> Failure {
        misuse(invocation, "\(word) args: [\(invocation.arguments.joined(separator: " "))]")
    }

    // MARK: Clusters

    static let setCluster = Command(
        name: "set-cluster", summary: "Set a cluster entry in kubeconfig",
        details: "Set a cluster entry in kubeconfig. What an entry has already and is not named stays.",
        usage: "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
        flags: [
            FlagSpec("server", "Address of the API server."), FlagSpec("certificate-authority", "File of the certificate authority."),
            .flag("insecure-skip-tls-verify", nil, "Do not verify the server's certificate."),
            FlagSpec("tls-server-name", "Name to expect in the server's certificate."),
            .flag("embed-certs", nil, "Keep the certificate in the file."), FlagSpec("proxy-url", "Proxy to go through."),
        ],
        run: { (invocation) throws(Failure) in try runSetCluster(invocation) })

    // The optimiser of Swift 6.3.1 ends with a failed assertion on this function.
    @_optimize(none)
    private static func runSetCluster(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        guard invocation.arguments.count == 1 else { throw unexpected(invocation) }
        let name = invocation.arguments[0]
        if name.isEmpty { throw Failure("you must specify a non-empty cluster name") }
        let authority = flags.string("certificate-authority")
        if flags.bool("insecure-skip-tls-verify"), !authority.isEmpty {
            throw Failure("you cannot specify a certificate authority and insecure mode at the same time")
        }
        if flags.bool("embed-certs") {
            if authority.isEmpty { throw Failure("you must specify a --certificate-authority to embed") }
            try checkFile("certificate-authority", authority, invocation)
        }
        var files = try ConfigFiles(invocation)
        var changed = files.merged
        var cluster = changed.clusters[name] ?? [:]
        if flags.isSet("server") {
            cluster["server"] = .string(flags.string("server"))
            cluster["tls-server-name"] = nil
        }
        if flags.isSet("tls-server-name") { cluster["tls-server-name"] = .string(flags.string("tls-server-name")) }
        if flags.isSet("insecure-skip-tls-verify") {
            cluster["insecure-skip-tls-verify"] = .bool(flags.bool("insecure-skip-tls-verify"))
            if flags.bool("insecure-skip-tls-verify") { forget(["certificate-authority", "certificate-authority-data"], in: &cluster) }
        }
        if flags.isSet("certificate-authority") {
            try setFile("certificate-authority", of: &cluster, .clusters, name, files, invocation)
            if !authority.isEmpty { cluster["insecure-skip-tls-verify"] = nil }
        }
        if flags.isSet("proxy-url") { cluster["proxy-url"] = .string(flags.string("proxy-url")) }
        changed.clusters[name] = cluster
        try files.write(changed)
        invocation.outLine("Cluster \"\(name)\" set.")
    }

    static func forget(_ keys: [String], in entry: inout Value) {
        for key in keys { entry[key] = nil }
    }

    static func checkFile(_ flag: String, _ path: String, _ invocation: Invocation) throws(Failure) {
        if invocation.environment.files.isDirectory(path) == nil {
            throw Failure("could not stat \(flag) file \(path): stat \(path): no such file or directory")
        }
    }

    /// Sets a field that names a file, or its `-data` twin to the file's content.
    static func setFile(
        _ key: String, of entry: inout Value, _ list: ConfigContent.List, _ name: String, _ files: ConfigFiles, _ invocation: Invocation
    ) throws(Failure) {
        let path = invocation.flags.string(key)
        if invocation.flags.bool("embed-certs") {
            let bytes: [UInt8]
            do throws(FileProblem) { bytes = try invocation.environment.files.read(path) } catch {
                throw Failure("could not read \(key) data from \(path): open \(path): \(error.reason)")
            }
            entry[key + "-data"] = .string(Base64.encode(bytes))
            entry[key] = nil
        } else {
            entry[key] = path.isEmpty ? nil : .string(files.storedPath(path, list, name))
            if !path.isEmpty { entry[key + "-data"] = nil }
        }
    }

    // MARK: Contexts

    static let setContext = Command(
        name: "set-context", summary: "Set a context entry in kubeconfig",
        details: "Set a context entry in kubeconfig. What an entry has already and is not named stays.",
        usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
        flags: [
            .flag("current", nil, "Change the current context."), FlagSpec("cluster", "The context's cluster."),
            FlagSpec("user", "The context's user."), FlagSpec("namespace", "The context's namespace."),
        ],
        run: { (invocation) throws(Failure) in try runSetContext(invocation) })

    private static func runSetContext(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if invocation.arguments.count > 1 { throw unexpected(invocation) }
        var name = invocation.arguments.first ?? ""
        var files = try ConfigFiles(invocation)
        if name.isEmpty, !flags.bool("current") { throw Failure("you must specify a non-empty context name or --current") }
        if !name.isEmpty, flags.bool("current") { throw Failure("you cannot specify both a context name and --current") }
        if flags.bool("current") {
            name = files.merged.currentContext
            if name.isEmpty { throw Failure("no current context is set") }
        }
        var changed = files.merged
        let existed = changed.contexts[name] != nil
        var context = changed.contexts[name] ?? [:]
        for key in ["cluster", "user", "namespace"] where flags.isSet(key) { context[key] = .string(flags.string(key)) }
        changed.contexts[name] = context
        try files.write(changed)
        invocation.outLine("Context \"\(name)\" \(existed ? "modified" : "created").")
    }

    static func use(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 1 else { throw unexpected(invocation) }
        let name = invocation.arguments[0]
        var files = try ConfigFiles(invocation)
        if files.merged.contexts[name] == nil { throw Failure("no context exists with the name: \(goQuoted(name))") }
        var changed = files.merged
        changed.currentContext = name
        try files.write(changed)
        invocation.outLine("Switched to context \"\(name)\".")
    }

    static func rename(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 2 else { throw unexpected(invocation) }
        let (old, new) = (invocation.arguments[0], invocation.arguments[1])
        var files = try ConfigFiles(invocation)
        guard let context = files.merged.contexts[old] else {
            throw Failure("cannot rename the context \(goQuoted(old)), it's not in \(files.printedFile)")
        }
        if files.merged.contexts[new] != nil {
            throw Failure("cannot rename the context \(goQuoted(old)), the context \(goQuoted(new)) already exists in \(files.printedFile)")
        }
        var changed = files.merged
        changed.contexts[old] = nil
        changed.contexts[new] = context
        if changed.currentContext == old { changed.currentContext = new }
        try files.write(changed)
        invocation.outLine("Context \"\(old)\" renamed to \"\(new)\".")
    }

    // MARK: Deleting

    static func delete(_ list: ConfigContent.List, _ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 1 else {
            if list == .users { throw invocation.usage("user to delete is required") }
            return invocation.out(HelpPrinter.help(invocation.command, path: invocation.commandPath.split(separator: " ").map(String.init)))
        }
        let name = invocation.arguments[0]
        var files = try ConfigFiles(invocation)
        if files.merged[list][name] == nil { throw Failure("cannot delete \(list.field) \(name), not in \(files.printedFile)") }
        if list == .contexts, files.merged.currentContext == name {
            invocation.errLine("warning: this removed your active context, use \"kubectl config use-context\" to select a different one")
        }
        var changed = files.merged
        changed[list][name] = nil
        try files.write(changed)
        invocation.outLine("deleted \(list.field) \(name) from \(files.printedFile)")
    }
}
