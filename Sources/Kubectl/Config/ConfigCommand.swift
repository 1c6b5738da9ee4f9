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
                run: { (invocation) throws(Failure) in try delete("clusters", "cluster", invocation) }),
            Command(
                name: "delete-context", summary: "Delete the specified context from the kubeconfig", usage: "NAME",
                run: { (invocation) throws(Failure) in try delete("contexts", "context", invocation) }),
            Command(
                name: "delete-user", summary: "Delete the specified user from the kubeconfig", usage: "NAME",
                run: { (invocation) throws(Failure) in try delete("users", "user", invocation) }),
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
                run: { (invocation) throws(Failure) in try rename(invocation) }),
            Command(
                name: "set", summary: "Set an individual value in a kubeconfig file", usage: "PROPERTY_NAME PROPERTY_VALUE",
                flags: [FlagSpec("set-raw-bytes", kind: .bool, bare: "true", "The value is base 64.")],
                run: { (invocation) throws(Failure) in try set(invocation) }),
            Command(
                name: "set-cluster", summary: "Set a cluster entry in kubeconfig",
                usage: "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
                flags: [.flag("embed-certs", nil, "Keep the certificates in the file."), FlagSpec("proxy-url", "Proxy to go through.")],
                run: { (invocation) throws(Failure) in
                    try setEntry(
                        "clusters", "cluster", "Cluster", invocation,
                        fields: [
                            "server": "server", "certificate-authority": "certificate-authority", "insecure-skip-tls-verify": "insecure-skip-tls-verify",
                            "tls-server-name": "tls-server-name", "proxy-url": "proxy-url",
                        ])
                }),
            Command(
                name: "set-context", summary: "Set a context entry in kubeconfig",
                usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
                flags: [.flag("current", nil, "Change the current context.")],
                run: { (invocation) throws(Failure) in
                    try setEntry(
                        "contexts", "context", "Context", invocation, fields: ["cluster": "cluster", "user": "user", "namespace": "namespace"])
                }),
            Command(
                name: "set-credentials", summary: "Set a user entry in kubeconfig",
                usage: "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]",
                flags: [.flag("embed-certs", nil, "Keep the certificates in the file.")],
                run: { (invocation) throws(Failure) in
                    try setEntry(
                        "users", "user", "User", invocation,
                        fields: [
                            "client-certificate": "client-certificate", "client-key": "client-key", "token": "token", "username": "username",
                            "password": "password",
                        ])
                }),
            Command(
                name: "unset", summary: "Unset an individual value in a kubeconfig file", usage: "PROPERTY_NAME",
                run: { (invocation) throws(Failure) in try unset(invocation) }),
            Command(
                name: "use-context", aliases: ["use"], summary: "Set the current-context in a kubeconfig file", usage: "CONTEXT_NAME",
                run: { (invocation) throws(Failure) in try useContext(invocation) }),
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
        var config = try invocation.config()
        try config.check()
        if flags.bool("minify") {
            let name = config.currentContextName
            if name.isEmpty { throw Failure("current-context must exist in order to minify") }
            guard let context = config.context else { throw Failure("cannot locate context \(name)") }
            for (list, wanted) in [("contexts", name), ("clusters", context["cluster"]?.stringValue ?? ""), ("users", context["user"]?.stringValue ?? "")] {
                config.merged[list] = .array((config.merged[list]?.elements ?? []).filter { $0["name"]?.stringValue == wanted })
            }
            config.merged["current-context"] = .string(name)
        }
        var shown = config.merged
        for list in ["clusters", "contexts", "users"] where (shown[list]?.elements ?? []).isEmpty { shown[list] = .null }
        if shown["current-context"] == nil { shown["current-context"] = "" }
        shown["preferences"] = nil
        if !flags.bool("raw"), !flags.bool("flatten") { redact(&shown) }
        let format = try OutputFormat(invocation)
        invocation.out(try format.text(of: shown) ?? shown.yaml())
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
        if !["", "name"].contains(output) { throw Failure("output must be one of '' or 'name': \(output)") }
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

    // MARK: Writing

    /// Changes the file that has an entry, or the default one.
    private static func change(_ invocation: Invocation, having list: String? = nil, _ name: String = "", _ body: (inout Value) throws(Failure) -> Void) throws(Failure) -> String {
        let config = try invocation.config()
        let files = invocation.environment.files
        var path = config.defaultFile
        var content = config.files.count == 1 && files.isDirectory(path) == nil ? invocation.environment.implicitConfig ?? Kubeconfig.empty : Kubeconfig.empty
        for file in config.files where files.isDirectory(file) == false {
            guard let bytes = try? files.read(file), let value = try Manifests.parseOne(bytes, name: file) else { continue }
            let hasEntry = list.map { list in (value[list]?.elements ?? []).contains { $0["name"]?.stringValue == name } } ?? (value["current-context"] != nil)
            if file == path || hasEntry {
                content = value
                path = file
                if hasEntry { break }
            }
        }
        try body(&content)
        do { try files.write(path, Array(content.yaml().utf8)) } catch { throw Failure("open \(path): \(error.reason)") }
        return path
    }

    private static func useContext(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 1, let name = invocation.arguments.first else {
            throw invocation.usage("unexpected args: [\(invocation.arguments.joined(separator: " "))]")
        }
        if try invocation.config().entry("contexts", name) == nil { throw Failure("no context exists with the name: \(goQuoted(name))") }
        _ = try change(invocation) { (config) throws(Failure) in config["current-context"] = .string(name) }
        invocation.outLine("Switched to context \"\(name)\".")
    }

    private static func setEntry(_ list: String, _ field: String, _ title: String, _ invocation: Invocation, fields: [String: String]) throws(Failure) {
        let flags = invocation.flags
        var name = invocation.arguments.first ?? ""
        if flags.isKnown("current"), flags.bool("current") {
            if !invocation.arguments.isEmpty { throw Failure("you cannot specify both a context name and --current") }
            name = try invocation.config().currentContextName
            if name.isEmpty { throw Failure("no current context is set") }
        } else if invocation.arguments.count != 1 {
            throw list == "contexts"
                ? Failure("you must specify a non-empty context name or --current")
                : invocation.usage("unexpected args: [\(invocation.arguments.joined(separator: " "))]")
        }
        let existed = try invocation.config().entry(list, name) != nil
        _ = try change(invocation, having: list, name) { (config) throws(Failure) in
            var entries = config[list]?.elements ?? []
            let index: Int
            if let found = entries.firstIndex(where: { $0["name"]?.stringValue == name }) {
                index = found
            } else {
                entries.append(["name": .string(name), .init(field): [:]])
                index = entries.count - 1
            }
            for (flag, key) in fields.sorted(by: { $0.key < $1.key }) where flags.isSet(flag) {
                var value = flags.string(flag)
                var target = key
                if flags.isKnown("embed-certs"), flags.bool("embed-certs"), ["certificate-authority", "client-certificate", "client-key"].contains(key) {
                    do throws(FileProblem) { value = Base64Text.encode(try invocation.environment.files.read(value)) } catch {
                        throw Failure("could not read \(key) data from \(value): open \(value): \(error.reason)")
                    }
                    target = key + "-data"
                }
                let isBool = key == "insecure-skip-tls-verify"
                entries[index][field, default: [:]][target] = isBool ? .bool(parseGoBool(value) ?? false) : value.isEmpty ? nil : .string(value)
            }
            config[list] = .array(entries.sorted { ($0["name"]?.stringValue ?? "") < ($1["name"]?.stringValue ?? "") })
        }
        invocation.outLine("\(title) \"\(name)\" \(title == "Context" ? (existed ? "modified" : "created") : "set").")
    }

    private static func delete(_ list: String, _ noun: String, _ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 1, let name = invocation.arguments.first else {
            throw Failure("you must specify a \(noun) to delete")
        }
        let config = try invocation.config()
        if config.entry(list, name) == nil { throw Failure("cannot delete \(noun) \(name), not in \(config.defaultFile)") }
        if list == "contexts", config.merged["current-context"]?.stringValue == name {
            invocation.errLine("warning: this removed your active context, use \"kubectl config use-context\" to select a different one")
        }
        let path = try change(invocation, having: list, name) { (config) throws(Failure) in
            config[list] = .array((config[list]?.elements ?? []).filter { $0["name"]?.stringValue != name })
        }
        invocation.outLine("deleted \(noun) \(name) from \(path)")
    }

    private static func rename(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 2 else { throw invocation.usage("unexpected args: [\(invocation.arguments.joined(separator: " "))]") }
        let (old, new) = (invocation.arguments[0], invocation.arguments[1])
        let config = try invocation.config()
        if config.entry("contexts", old) == nil { throw Failure("cannot rename the context \(goQuoted(old)), it's not in \(config.defaultFile)") }
        if config.entry("contexts", new) != nil {
            throw Failure("cannot rename the context \(goQuoted(old)), the context \(goQuoted(new)) already exists in \(config.defaultFile)")
        }
        _ = try change(invocation, having: "contexts", old) { (config) throws(Failure) in
            config["contexts"]?.modifyElements { entries in
                for index in entries.indices where entries[index]["name"]?.stringValue == old { entries[index]["name"] = .string(new) }
            }
            if config["current-context"]?.stringValue == old { config["current-context"] = .string(new) }
        }
        invocation.outLine("Context \"\(old)\" renamed to \"\(new)\".")
    }

    /// Walks to a property such as `contexts.my-context.namespace`: lists are entered by the names of their entries.
    private static func property(_ path: String, of config: inout Value, set value: Value?) throws(Failure) {
        var parts = path.split(separator: ".").map(String.init)
        guard let first = parts.first else { throw Failure("empty property name") }
        let fields = ["clusters": "cluster", "contexts": "context", "users": "user"]
        guard let field = fields[first] else {
            if parts.count > 1 { throw Failure("unable to parse \(path): the property \(first) has no parts") }
            config[first] = value
            return
        }
        if parts.count == 1 {
            config[first] = value
            return
        }
        let last = parts.count > 2 ? parts.removeLast() : nil
        let name = parts.dropFirst().joined(separator: ".")
        var entries = config[first]?.elements ?? []
        if let last {
            if !entries.contains(where: { $0["name"]?.stringValue == name }) {
                if value == nil { return }
                entries.append(["name": .string(name), .init(field): [:]])
            }
            for index in entries.indices where entries[index]["name"]?.stringValue == name { entries[index][field, default: [:]][last] = value }
        } else if value == nil {
            entries.removeAll { $0["name"]?.stringValue == name }
        }
        config[first] = .array(entries)
    }

    private static func set(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 2 else { throw invocation.usage("unexpected args: [\(invocation.arguments.joined(separator: " "))]") }
        let (path, text) = (invocation.arguments[0], invocation.arguments[1])
        _ = try change(invocation) { (config) throws(Failure) in
            try property(path, of: &config, set: text == "true" ? true : text == "false" ? false : .string(text))
        }
        invocation.outLine("Property \"\(path)\" set.")
    }

    private static func unset(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 1 else { throw invocation.usage("unexpected args: [\(invocation.arguments.joined(separator: " "))]") }
        let path = invocation.arguments[0]
        _ = try change(invocation) { (config) throws(Failure) in try property(path, of: &config, set: nil) }
        invocation.outLine("Property \"\(path)\" unset.")
    }
}
