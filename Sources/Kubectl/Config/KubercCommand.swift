import KubernetesObjects

/// `kubectl kuberc`: shows and changes the user's preferences.
///
/// - Source: k8s.io/kubectl `pkg/cmd/kuberc`.
enum KubercCommand {
    static let command = Command(
        name: "kuberc", summary: "Manage kuberc configuration files",
        details: "Manage kuberc, the file of your preferences.\n\n It gives commands other names and options other defaults.", usage: "SUBCOMMAND",
        subcommands: [set, view])

    private static let view = Command(
        name: "view", summary: "Display the current kuberc configuration", usage: "", flags: outputFlags,
        run: { (invocation) throws(Failure) in try show(invocation) })

    private static let outputFlags = SharedFlags.output.map { flag in
        var flag = flag
        if flag.name == "output" { flag.fallback = "yaml" }
        return flag
    }

    private static let set = Command(
        name: "set", summary: "Set values in the kuberc configuration", usage: "--section (defaults|aliases) --command COMMAND",
        flags: [
            FlagSpec("section", "What to change: defaults, aliases or credentialplugin."),
            FlagSpec("command", "The command: get, create, 'set env'."), FlagSpec("name", "The name of an alias."),
            FlagSpec("option", kind: .stringArray, "An option and its value, OPTION=VALUE; can be repeated."),
            FlagSpec("prependarg", kind: .stringArray, "What an alias puts before the other arguments; can be repeated."),
            FlagSpec("appendarg", kind: .stringArray, "What an alias puts behind the other arguments; can be repeated."),
            FlagSpec("policy", "Which programs may make credentials: AllowAll, DenyAll or Allowlist."),
            FlagSpec("allowlist-entry", kind: .stringArray, "A program of the list, command=PROGRAM; can be repeated."),
            .flag("overwrite", nil, "Replace what is there already."),
        ],
        requiredFlags: ["section"],
        run: { (invocation) throws(Failure) in
            let path = try place(invocation).path
            let section = try Section(invocation.flags)
            var preferences = try load(path, invocation) ?? ["aliases": .null, "apiVersion": apiVersion, "defaults": .null, "kind": "Preference"]
            try section.apply(to: &preferences)
            try save(preferences, path, invocation)
        })

    private static let apiVersion: Value = "kubectl.config.k8s.io/v1beta1"

    private static func place(_ invocation: Invocation) throws(Failure) -> (path: String, isExplicit: Bool) {
        let named = invocation.flags.string("kuberc")
        guard let place = try Preferences.place(named: named.isEmpty ? nil : named, invocation.environment) else {
            throw Failure("KUBERC is disabled via KUBERC=off environment variable")
        }
        return place
    }

    private static func load(_ path: String, _ invocation: Invocation) throws(Failure) -> Value? {
        let bytes: [UInt8]
        do { bytes = try invocation.environment.files.read(path) } catch {
            if error == .notFound { return nil }
            throw Failure("error reading kuberc file: open \(path): \(error.reason)")
        }
        let reading = YAMLReader().read(bytes)
        if let error = reading.error { throw Failure("error parsing kuberc file: \(error.decodingMessage)") }
        return reading.documents.first { !$0.value.isNull }?.value
    }

    private static func save(_ preferences: Value, _ path: String, _ invocation: Invocation) throws(Failure) {
        do { try invocation.environment.files.write(path, Array(Manifests.sorted(preferences).yaml().utf8)) } catch {
            throw Failure("failed to write kuberc file: open \(path): \(error.reason)")
        }
        invocation.outLine("Updated \(path)")
    }

    private static func show(_ invocation: Invocation) throws(Failure) {
        let (path, isExplicit) = try place(invocation)
        if let preferences = try load(path, invocation) {
            return invocation.out(try OutputFormat(invocation).text(of: Manifests.sorted(preferences)) ?? "")
        }
        if isExplicit { throw Failure("kuberc file not found at \(path)") }
        invocation.outLine("kuberc file not found at \(path)")
        invocation.out("Would you like to generate a default kuberc file with recommended options? (y/N): ")
        let answer = String(decoding: invocation.input().prefix { $0 != 10 }, as: UTF8.self)
        guard answer.lowercased() == "y" else { return }
        func always(_ command: String, _ option: String) -> Value {
            ["command": .string(command), "options": [["default": "true", "name": .string(option)]]]
        }
        let recommended: Value = [
            "aliases": .null, "apiVersion": apiVersion, "defaults": [always("apply", "server-side"), always("delete", "interactive")], "kind": "Preference",
        ]
        try save(recommended, path, invocation)
    }
}

/// What `kuberc set` changes.
private enum Section {
    case defaults(Entry)
    case aliases(Entry)
    case credentials(policy: String, programs: [String])

    /// A command with options, under a name when it is an alias.
    struct Entry {
        var command: String
        var name: String
        var options: [Value]
        var before: [String]
        var after: [String]
        var replaces: Bool
    }

    init(_ flags: FlagValues) throws(Failure) {
        let (section, name, command) = (flags.string("section"), flags.string("name"), flags.string("command"))
        let (before, after) = (flags.list("prependarg"), flags.list("appendarg"))
        switch section {
        case "aliases": if name.isEmpty { throw Failure("--name is required when --section=aliases") }
        case "defaults":
            if !name.isEmpty { throw Failure("--name should not be specified when --section=defaults") }
            if !before.isEmpty || !after.isEmpty { throw Failure("--prependarg and --appendarg are only valid for --section=aliases") }
        case "credentialplugin":
            self = try Self.credentials(flags)
            return
        default: throw Failure("--section must be \"defaults\", \"aliases\", or \"credentialplugin\", got: \(section)")
        }
        if command.isEmpty { throw Failure("--command is required when --section=aliases or --section=defaults") }
        var options: [Value] = []
        for option in flags.list("option") {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw Failure("invalid option format \(goQuoted(option)), expected flag=value") }
            options.append(["default": .string(parts[1]), "name": .string(String(parts[0].drop { $0 == "-" }))])
        }
        let entry = Entry(command: command, name: name, options: options, before: before, after: after, replaces: flags.bool("overwrite"))
        self = section == "aliases" ? .aliases(entry) : .defaults(entry)
    }

    private static func credentials(_ flags: FlagValues) throws(Failure) -> Section {
        let (policy, entries) = (flags.string("policy"), flags.list("allowlist-entry"))
        switch policy {
        case "": throw Failure("--policy is required when --section=credentialplugin")
        case "AllowAll", "DenyAll":
            if !entries.isEmpty { throw Failure("--allowlist-entry may only be used when --section=credentialplugin and --policy=Allowlist") }
        case "Allowlist":
            if entries.isEmpty { throw Failure("--allowlist-entry is required when --section=credentialplugin and --policy=Allowlist") }
        default: throw Failure("invalid value for --policy: \(goQuoted(policy))")
        }
        var programs: [String] = []
        var problems: [String] = []
        for pair in entries.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count < 2 {
                problems.append("improperly formatted allowlist entry: \(goQuoted(pair))")
            } else if parts[0] == "name" {
                problems.append("allowlist entry field \"name\" is deprecated, use \"command\" instead")
            } else if parts[0] != "command" {
                problems.append("unrecognized allowlist entry field: \(goQuoted(parts[0]))")
            } else if parts[1].allSatisfy(\.isWhitespace) {
                problems.append("empty value in allowlist entry for field \"command\"")
            } else {
                programs.append(parts[1])
            }
        }
        if !problems.isEmpty { throw Failure(problems.joined(separator: "\n")) }
        return .credentials(policy: policy, programs: programs)
    }

    func apply(to preferences: inout Value) throws(Failure) {
        switch self {
        case .defaults(let entry):
            var list = preferences["defaults"]?.elements ?? []
            let index = list.firstIndex { $0["command"]?.stringValue == entry.command }
            if index != nil, !entry.replaces {
                throw Failure("defaults for command \(goQuoted(entry.command)) already exist, use --overwrite to replace")
            }
            let kept = index.flatMap { list[$0]["options"] }
            let options = entry.options.isEmpty ? kept ?? .null : .array(entry.options)
            Self.put(["command": .string(entry.command), "options": options], at: index, in: &list)
            preferences["defaults"] = .array(list)
        case .aliases(let entry):
            var list = preferences["aliases"]?.elements ?? []
            let index = list.firstIndex { $0["name"]?.stringValue == entry.name }
            if index != nil, !entry.replaces { throw Failure("alias \(goQuoted(entry.name)) already exists, use --overwrite to replace") }
            var alias: Value = ["command": .string(entry.command), "name": .string(entry.name)]
            // What is not given again is kept.
            for (field, given) in [("options", entry.options), ("prependArgs", entry.before.map(Value.string)), ("appendArgs", entry.after.map(Value.string))] {
                let value = given.isEmpty ? index.flatMap { list[$0][field] } : .array(given)
                if let value, !value.elements.isEmpty { alias[field] = value }
            }
            Self.put(alias, at: index, in: &list)
            preferences["aliases"] = .array(list)
        case .credentials(let policy, let programs):
            preferences["credentialPluginPolicy"] = .string(policy)
            if !programs.isEmpty { preferences["credentialPluginAllowlist"] = .array(programs.map { ["command": .string($0)] }) }
        }
    }

    private static func put(_ entry: Value, at index: Int?, in list: inout [Value]) {
        if let index { list[index] = entry } else { list.append(entry) }
    }
}
