import KubernetesObjects

/// `kubectl config`: reads and writes kubeconfig files.
///
/// - Source: k8s.io/kubectl `pkg/cmd/config`.
enum ConfigCommand {
    static let command = Command(
        name: "config", summary: "Modify kubeconfig files",
        details:
            "Modify kubeconfig files using subcommands like \"kubectl config set current-context my-context\".",
        usage: "SUBCOMMAND",
        subcommands: [
            Command(
                name: "current-context", summary: "Display the current-context", usage: "[flags]",
                run: { (invocation) throws(Failure) in
                    let name = try invocation.config().merged["current-context"]?.stringValue ?? ""
                    if name.isEmpty { throw Failure("current-context is not set") }
                    invocation.outLine(name)
                }),
            Command(
                name: "delete-cluster", summary: "Delete the specified cluster from the kubeconfig", usage: "NAME",
                run: { (invocation) throws(Failure) in try ConfigEntries.delete(.clusters, invocation) }),
            Command(
                name: "delete-context", summary: "Delete the specified context from the kubeconfig", usage: "NAME",
                run: { (invocation) throws(Failure) in try ConfigEntries.delete(.contexts, invocation) }),
            Command(
                name: "delete-user", summary: "Delete the specified user from the kubeconfig", usage: "NAME",
                run: { (invocation) throws(Failure) in try ConfigEntries.delete(.users, invocation) }),
            Command(
                name: "get-clusters", summary: "Display clusters defined in the kubeconfig", usage: "[flags]",
                run: { (invocation) throws(Failure) in
                    invocation.outLine("NAME")
                    for name in try invocation.config().names("clusters") { invocation.outLine(name) }
                }),
            Command(
                name: "get-contexts", summary: "Describe one or many contexts", usage: "[(-o|--output=)name)]",
                flags: [FlagSpec("output", short: "o", "name for only the names."), .flag("no-headers", nil, "Leave out the header line.")],
                run: { (invocation) throws(Failure) in try getContexts(invocation) }),
            Command(
                name: "get-users", summary: "Display users defined in the kubeconfig", usage: "[flags]",
                run: { (invocation) throws(Failure) in
                    invocation.outLine("NAME")
                    for name in try invocation.config().names("users") { invocation.outLine(name) }
                }),
            Command(
                name: "rename-context", summary: "Rename a context from the kubeconfig file", usage: "CONTEXT_NAME NEW_NAME",
                run: { (invocation) throws(Failure) in try ConfigEntries.rename(invocation) }),
            Command(
                name: "set", summary: "Set an individual value in a kubeconfig file", usage: "PROPERTY_NAME PROPERTY_VALUE",
                flags: [.flag("set-raw-bytes", nil, "The value of a binary field is not in base 64.")],
                run: { (invocation) throws(Failure) in try ConfigProperty.set(invocation) }),
            ConfigEntries.setCluster, ConfigEntries.setContext, ConfigCredentials.command,
            Command(
                name: "unset", summary: "Unset an individual value in a kubeconfig file", usage: "PROPERTY_NAME",
                run: { (invocation) throws(Failure) in try ConfigProperty.unset(invocation) }),
            Command(
                name: "use-context", aliases: ["use"], summary: "Set the current-context in a kubeconfig file", usage: "CONTEXT_NAME",
                run: { (invocation) throws(Failure) in try ConfigEntries.use(invocation) }),
            Command(
                name: "view", summary: "Display merged kubeconfig settings or a specified kubeconfig file", usage: "[flags]",
                flags: SharedFlags.output(fallback: "yaml") + [
                    .flag("flatten", nil, "Keep certificates in the output."), .flag("minify", nil, "Only what the current context uses."),
                    .flag("raw", nil, "Show secrets."), .flag("merge", nil, "Merge all files.", on: true),
                ],
                run: { (invocation) throws(Failure) in try view(invocation) }),
        ])

    // MARK: Reading

    private static func view(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if !invocation.arguments.isEmpty { throw invocation.usage("unexpected arguments: [\(invocation.arguments.joined(separator: " "))]") }
        let format = try OutputFormat(invocation)
        if !flags.bool("merge"), flags.string("kubeconfig").isEmpty { throw Failure("if merge==false a precise file must be specified") }
        var content = try ConfigFiles(invocation).merged
        if !flags.string("context").isEmpty { content.currentContext = flags.string("context") }
        if flags.bool("minify") { content = try minified(content) } else { try invocation.config().checkContext() }
        var shown = content.value
        if flags.bool("flatten") { try flatten(&shown, invocation) }
        if !flags.bool("raw"), !flags.bool("flatten") { redact(&shown) }
        if case .yaml = format { return invocation.out(Manifests.sorted(shown).yaml()) }
        invocation.out(try format.text(of: shown, sorted: false) ?? Manifests.sorted(shown).yaml())
    }

    /// Only what the current context uses.
    private static func minified(_ content: ConfigContent) throws(Failure) -> ConfigContent {
        let name = content.currentContext
        if name.isEmpty { throw Failure("current-context must exist in order to minify") }
        guard let context = content.contexts[name] else { throw Failure("cannot locate context \(name)") }
        var result = ConfigContent()
        result.currentContext = name
        result.contexts[name] = context
        result.preferences = content.preferences
        for (list, field, noun) in [(ConfigContent.List.users, "user", "user"), (.clusters, "cluster", "cluster")] {
            let wanted = context[field]?.stringValue ?? ""
            if wanted.isEmpty { continue }
            guard let entry = content[list][wanted] else { throw Failure("cannot locate \(noun) \(wanted)") }
            result[list][wanted] = entry
        }
        return result
    }

    /// Puts the content of files in the place of their names.
    private static func flatten(_ config: inout Value, _ invocation: Invocation) throws(Failure) {
        for list in [ConfigContent.List.clusters, .users] {
            guard var entries = config[list.rawValue]?.arrayValue else { continue }
            for index in entries.indices {
                for key in ["certificate-authority", "client-certificate", "client-key"] {
                    guard let path = entries[index][list.field]?[key]?.stringValue else { continue }
                    do throws(FileProblem) {
                        entries[index][list.field, default: [:]][key + "-data"] = .string(Base64.encode(try invocation.environment.files.read(path)))
                    } catch {
                        throw Failure("open \(path): \(error.reason)")
                    }
                    entries[index][list.field, default: [:]][key] = nil
                }
            }
            config[list.rawValue] = .array(entries)
        }
    }

    private static func redact(_ config: inout Value) {
        let secrets = ["certificate-authority-data": "DATA+OMITTED", "client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED", "token": "REDACTED", "password": "REDACTED"]
        for (list, field) in [("clusters", "cluster"), ("users", "user")] {
            config[list]?.modifyElements { entries in
                for index in entries.indices {
                    for (key, text) in secrets where entries[index][field]?[key] != nil { entries[index][field]?[key] = .string(text) }
                }
            }
        }
    }

    private static func getContexts(_ invocation: Invocation) throws(Failure) {
        let config = try invocation.config()
        let output = invocation.flags.string("output")
        if !["", "name"].contains(output) {
            throw Failure("--output \(output) is not available in kubectl config get-contexts; resetting to default output format")
        }
        let all = config.names("contexts")
        var failures: [Failure] = []
        var names = all
        if !invocation.arguments.isEmpty {
            names = []
            for name in invocation.arguments {
                if all.contains(name) { names.append(name) } else { failures.append(Failure("context \(name) not found")) }
            }
        }
        if output == "name" {
            for name in names { invocation.outLine(name) }
        } else {
            var writer = TabWriter.table
            if !invocation.flags.bool("no-headers") { writer.write("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n") }
            for name in names.sorted() {
                let context = config.entry("contexts", name) ?? [:]
                let mark = name == config.merged["current-context"]?.stringValue ? "*" : ""
                writer.write(
                    "\(mark)\t\(name)\t\(context["cluster"]?.stringValue ?? "")\t\(context["user"]?.stringValue ?? "")\t\(context["namespace"]?.stringValue ?? "")\n")
            }
            invocation.out(writer.flushed())
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }
}
