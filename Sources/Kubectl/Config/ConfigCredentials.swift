import KubernetesObjects

/// `kubectl config set-credentials`.
///
/// - Source: k8s.io/kubectl `pkg/cmd/config/set_credentials.go`.
enum ConfigCredentials {
    static let command = Command(
        name: "set-credentials", summary: "Set a user entry in kubeconfig",
        details: "Set a user entry in kubeconfig: a client certificate, a token, name and password, an auth provider, or a program that gets credentials.\nA token and a name with password exclude each other. What an entry has already and is not named stays.",
        usage: "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
        flags: [
            FlagSpec("client-certificate", "File of the client certificate."), FlagSpec("client-key", "File of the client key."),
            FlagSpec("token", "Bearer token."), FlagSpec("username", "User for basic authentication."),
            FlagSpec("password", "Password for basic authentication."), .flag("embed-certs", nil, "Keep certificate and key in the file."),
            FlagSpec("auth-provider", "Name of the auth provider."),
            FlagSpec("auth-provider-arg", kind: .stringSlice, "KEY=VALUE for the auth provider, or KEY- to take one away."),
            FlagSpec("exec-command", "Program that gets credentials."), FlagSpec("exec-api-version", "API version of its answers."),
            FlagSpec("exec-arg", kind: .stringSlice, "Argument of the program; can be repeated."),
            FlagSpec("exec-env", kind: .stringArray, "NAME=VALUE for the program, or NAME- to take one away."),
            FlagSpec("exec-interactive-mode", "Whether the program may use the terminal: Never, IfAvailable or Always."),
            .flag("exec-provide-cluster-info", nil, "Tell the program about the cluster."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    // The optimiser of Swift 6.3.1 ends with a failed assertion on this function.
    @_optimize(none)
    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        guard invocation.arguments.count == 1 else { throw ConfigEntries.unexpected(invocation, "unexpected") }
        let settings = try changes(flags.list("auth-provider-arg"), "auth-provider-arg", invocation)
        let variables = try changes(flags.list("exec-env"), "exec-env", invocation)
        let mode = flags.string("exec-interactive-mode")
        if flags.isSet("exec-interactive-mode"), !["IfAvailable", "Never", "Always"].contains(mode) {
            throw Failure("invalid interactive mode type, can be only IfAvailable, Never, Always")
        }
        let name = invocation.arguments[0]
        try check(name, invocation)
        var files = try ConfigFiles(invocation)
        var changed = files.merged
        var user = changed.users[name] ?? [:]
        for key in ["client-certificate", "client-key"] where flags.isSet(key) { try ConfigEntries.setFile(key, of: &user, .users, name, files, invocation) }
        for key in ["token", "username", "password"] where flags.isSet(key) { user[key] = .string(flags.string(key)) }
        setProvider(&user, flags, settings)
        setProgram(&user, flags, variables)
        let hasToken = !flags.string("token").isEmpty
        let hasBasic = !flags.string("username").isEmpty || !flags.string("password").isEmpty
        if hasToken { ConfigEntries.forget(["username", "password"], in: &user) }
        if hasBasic { ConfigEntries.forget(["token"], in: &user) }
        changed.users[name] = user
        try files.write(changed)
        invocation.outLine("User \"\(name)\" set.")
    }

    private static func check(_ name: String, _ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if name.isEmpty { throw Failure("you must specify a non-empty user name") }
        var methods: [String] = []
        if !flags.string("token").isEmpty { methods.append("--token") }
        if !flags.string("username").isEmpty || !flags.string("password").isEmpty { methods.append("--username/--password") }
        if methods.count > 1 {
            throw Failure("you cannot specify more than one authentication method at the same time: \(methods.joined(separator: ", "))")
        }
        guard flags.bool("embed-certs") else { return }
        let paths = ["client-certificate", "client-key"].filter { !flags.string($0).isEmpty }
        if paths.isEmpty { throw Failure("you must specify a --client-certificate or --client-key to embed") }
        for key in paths { try ConfigEntries.checkFile(key, flags.string(key), invocation) }
    }

    /// `KEY=VALUE` and `KEY-` as what to set and what to take away.
    private static func changes(_ words: [String], _ flag: String, _ invocation: Invocation) throws(Failure) -> (set: [(String, String)], removed: [String]) {
        var (pairs, removed): ([(String, String)], [String]) = ([], [])
        for word in words {
            if let equals = word.firstIndex(of: "=") {
                pairs.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
            } else if word.hasSuffix("-") {
                removed.append(String(word.dropLast()))
            } else {
                throw ConfigEntries.misuse(invocation, "invalid \(flag) format: \(word)")
            }
        }
        return (pairs, removed)
    }

    private static func setProvider(_ user: inout Value, _ flags: FlagValues, _ settings: (set: [(String, String)], removed: [String])) {
        let name = flags.string("auth-provider")
        if flags.isSet("auth-provider"), user["auth-provider", "name"]?.stringValue != name { user["auth-provider"] = ["name": .string(name)] }
        guard var provider = user["auth-provider"], !settings.removed.isEmpty || !settings.set.isEmpty else { return }
        var config = provider["config"]
        if !settings.removed.isEmpty, var left = config {
            for key in settings.removed { left[key] = nil }
            config = left
        }
        if !settings.set.isEmpty {
            var full = config ?? [:]
            for (key, value) in settings.set { full[key] = .string(value) }
            config = full
        }
        provider["config"] = config
        user["auth-provider"] = provider
    }

    private static func setProgram(_ user: inout Value, _ flags: FlagValues, _ variables: (set: [(String, String)], removed: [String])) {
        if flags.isSet("exec-command") {
            let command = Value.string(flags.string("exec-command"))
            if var program = user["exec"] {
                program["command"] = command
                program["args"] = nil
                user["exec"] = program
            } else {
                user["exec"] = ["command": command, "interactiveMode": "IfAvailable"]
            }
        }
        // Without a program there is nothing that the rest could be said of.
        guard user["exec"] != nil else { return }
        if flags.isSet("exec-api-version") { user["exec", "apiVersion"] = .string(flags.string("exec-api-version")) }
        if flags.isSet("exec-interactive-mode") { user["exec", "interactiveMode"] = .string(flags.string("exec-interactive-mode")) }
        if flags.isSet("exec-provide-cluster-info") { user["exec", "provideClusterInfo"] = .bool(flags.bool("exec-provide-cluster-info")) }
        if !flags.list("exec-arg").isEmpty { user["exec", "args"] = Value(flags.list("exec-arg")) }
        var environment = (user["exec", "env"]?.elements ?? []).filter { !variables.removed.contains($0["name"]?.stringValue ?? "") }
        for (name, value) in variables.set {
            if let index = environment.firstIndex(where: { $0["name"]?.stringValue == name }) {
                environment[index]["value"] = .string(value)
            } else {
                environment.append(["name": .string(name), "value": .string(value)])
            }
        }
        user["exec", "env"] = .array(environment)
    }
}
