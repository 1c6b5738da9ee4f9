import KubernetesObjects

/// The user's preferences, `kuberc`: aliases for commands, and defaults of options.
///
/// - Shape: `kind: Preference` of `kubectl.config.k8s.io/v1beta1`, or of `v1alpha1` with its older field names.
/// - Order: the file of `--kuberc`, else of `KUBERC`, else `~/.kube/kuberc`; `KUBERC=off` and `KUBECTL_KUBERC=false` read none.
/// - Source: k8s.io/kubectl `pkg/kuberc`.
struct Preferences {
    struct Option {
        var name: String
        var value: String
    }

    struct Alias {
        var name: String
        var command: [String]
        var before: [String]
        var after: [String]
        var options: [Option]
    }

    struct Default {
        var command: [String]
        var options: [Option]
    }

    var aliases: [Alias] = []
    var defaults: [Default] = []

    /// Changes the tree and the words as the preferences want it.
    static func apply(to root: inout Command, _ words: [String], _ environment: KubectlEnvironment) throws(Failure) -> [String] {
        guard !words.isEmpty, environment.variables["KUBECTL_KUBERC"].flatMap(parseGoBool) ?? true else { return words }
        guard let preferences = try load(words, environment) else { return words }
        try preferences.check()
        let changed = try preferences.applyAliases(to: &root, words, environment)
        try preferences.applyDefaults(to: &root, changed, environment)
        return changed
    }

    // MARK: Reading

    private static func load(_ words: [String], _ environment: KubectlEnvironment) throws(Failure) -> Preferences? {
        let found: (path: String, isExplicit: Bool)?
        do throws(Failure) { found = try place(named: value(of: "kuberc", in: words), environment) } catch { throw error.prefixed("kuberc error ") }
        guard let (path, isExplicit) = found else { return nil }
        let bytes: [UInt8]
        do { bytes = try environment.files.read(path) } catch {
            if !isExplicit { return nil }
            throw Failure("kuberc error kuberc: open \(path): \(error.reason)")
        }
        let reading = YAMLReader().read(bytes)
        var problems: [String] = reading.error.map { [$0.decodingMessage] } ?? []
        var hasDocument = false
        for document in reading.documents where !document.value.isNull {
            hasDocument = true
            var unknown: [String] = []
            guard let preferences = decoded(document.value, &unknown, &problems) else { continue }
            if !unknown.isEmpty, isExplicit {
                let list = unknown.map { "unknown field \(goQuoted($0))" }.joined(separator: ", ")
                environment.writeError("kuberc: ignoring strict decoding error in \(path): strict decoding error: \(list)\n")
            }
            return preferences
        }
        if !problems.isEmpty, isExplicit { throw Failure("kuberc error kuberc: \(problems.joined(separator: "; "))") }
        if !hasDocument, logLevel(words) >= 5 { environment.writeError("kuberc: no preferences found in \(path)\n") }
        return nil
    }

    /// The file of the preferences, and whether the user named it; nil when there are to be none.
    static func place(named: String?, _ environment: KubectlEnvironment) throws(Failure) -> (path: String, isExplicit: Bool)? {
        let variable = environment.variables["KUBERC"] ?? ""
        if variable == "off" {
            if named != nil { throw Failure("disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive") }
            return nil
        }
        if let named { return (named, true) }
        if !variable.isEmpty { return (variable, true) }
        let home = environment.variables["HOME"] ?? ""
        return home.isEmpty ? nil : (home + "/.kube/kuberc", false)
    }

    private static func decoded(_ value: Value, _ unknown: inout [String], _ problems: inout [String]) -> Preferences? {
        let version = value.apiVersion
        guard value.kind == "Preference", ["kubectl.config.k8s.io/v1beta1", "kubectl.config.k8s.io/v1alpha1"].contains(version) else {
            problems.append("no kind \(goQuoted(value.kind)) is registered for version \(goQuoted(version))")
            return nil
        }
        let isNew = version.hasSuffix("v1beta1")
        let (defaults, options) = isNew ? ("defaults", "options") : ("overrides", "flags")
        let known: [String: Set<String>] = [
            "": ["apiVersion", "kind", "metadata", "aliases", defaults, "credentialPluginPolicy", "credentialPluginAllowlist"],
            "aliases": ["name", "command", "prependArgs", "appendArgs", options], defaults: ["command", options],
        ]
        func note(_ object: Value, _ place: String, at path: String) {
            for (key, _) in object.fields ?? [:] where known[place]?.contains(key) != true { unknown.append(path + key) }
        }
        func list(_ object: Value) -> [Option] {
            (object[options]?.elements ?? []).map { Option(name: $0["name"]?.stringValue ?? "", value: $0["default"].map(goText) ?? "") }
        }
        func words(_ value: Value?) -> [String] { (value?.stringValue ?? "").split(separator: " ").map(String.init) }
        note(value, "", at: "")
        var result = Preferences()
        for (index, entry) in (value["aliases"]?.elements ?? []).enumerated() {
            note(entry, "aliases", at: "aliases[\(index)].")
            result.aliases.append(
                Alias(
                    name: entry["name"]?.stringValue ?? "", command: words(entry["command"]),
                    before: (entry["prependArgs"]?.elements ?? []).map(goText), after: (entry["appendArgs"]?.elements ?? []).map(goText),
                    options: list(entry)))
        }
        for (index, entry) in (value[defaults]?.elements ?? []).enumerated() {
            note(entry, defaults, at: "\(defaults)[\(index)].")
            result.defaults.append(Default(command: words(entry["command"]), options: list(entry)))
        }
        return result
    }

    /// The value that an option has on the command line, read before it is known what the command is.
    private static func value(of name: String, in words: [String]) -> String? {
        var found: String?
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            if word.hasPrefix("--\(name)=") { found = String(word.dropFirst(name.count + 3)) }
            if word == "--\(name)", index + 1 < words.count { found = words[index + 1] }
        }
        return found
    }

    private static func logLevel(_ words: [String]) -> Int {
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            if word == "-v" || word == "--v", index + 1 < words.count { return Int(words[index + 1]) ?? 0 }
            for prefix in ["--v=", "-v=", "-v"] where word.hasPrefix(prefix) {
                if let level = Int(word.dropFirst(prefix.count)) { return level }
            }
        }
        return 0
    }

    private func check() throws(Failure) {
        var names: Set<String> = []
        for alias in aliases {
            let isWord = alias.name.utf8.allSatisfy { ($0 | 32) >= 97 && ($0 | 32) <= 122 }
            if alias.name.isEmpty || !isWord { throw Failure("invalid alias name, can only include alphabetical characters") }
            if !names.insert(alias.name).inserted { throw Failure("duplicate alias name \(alias.name)") }
            try check(alias.options)
        }
        var commands: Set<[String]> = []
        for entry in defaults {
            if entry.command.isEmpty { throw Failure("command name for defaults can not be empty") }
            if !commands.insert(entry.command).inserted { throw Failure("duplicate defaults for command \(entry.command.joined(separator: " "))") }
            try check(entry.options)
        }
    }

    private func check(_ options: [Option]) throws(Failure) {
        var names: Set<String> = []
        for option in options {
            if option.name.isEmpty || option.name.hasPrefix("-") { throw Failure("option name should be in long form without dashes") }
            if !names.insert(option.name).inserted { throw Failure("duplicate option name \(option.name)") }
        }
    }

    // MARK: Aliases

    private func applyAliases(to root: inout Command, _ words: [String], _ environment: KubectlEnvironment) throws(Failure) -> [String] {
        guard let index = words.firstIndex(where: { !$0.hasPrefix("-") }) else { return words }
        let name = words[index]
        guard let alias = aliases.first(where: { $0.name == name }), root.subcommand(name) == nil else { return words }
        guard var command = Self.command(alias.command, in: root) else {
            throw Failure("command \(goQuoted(alias.command.joined(separator: " "))) not found to set alias \(goQuoted(alias.name))")
        }
        command.name = alias.name
        command.aliases = []
        command.summary = ""
        for option in alias.options {
            do throws(OptionProblem) { try Self.set(option, of: &command) } catch {
                throw Failure(
                    error.isUnknown
                        ? "invalid alias option \(option.name) in alias \(alias.name)"
                        : "could not apply value \(option.value) to flag \(option.name) in alias \(alias.name) err: \(error.reason)")
            }
        }
        root.subcommands.append(command)
        var changed = words
        changed.insert(contentsOf: alias.before, at: index + 1)
        return changed + alias.after
    }

    // MARK: Defaults

    private func applyDefaults(to root: inout Command, _ words: [String], _ environment: KubectlEnvironment) throws(Failure) {
        guard let match = try? CommandFinder(root: root).find(words) else { return }
        let path = Array(match.path.dropFirst())
        for entry in defaults {
            guard let command = Self.path(entry.command, in: root) else {
                environment.writeError("Warning: command \(goQuoted(entry.command.joined(separator: " "))) not found to set default option\n")
                continue
            }
            if command != path { continue }
            for option in entry.options {
                do throws(OptionProblem) {
                    try Self.change(path[...], in: &root) { (command) throws(OptionProblem) in try Self.set(option, of: &command) }
                } catch {
                    let name = entry.command.joined(separator: " ")
                    throw Failure(
                        error.isUnknown
                            ? "invalid option \(option.name) for command \(name)"
                            : "could not apply default value \(option.value) to flag \(option.name) in command \(name) err: \(error.reason)")
                }
            }
        }
    }

    private static func command(_ words: [String], in root: Command) -> Command? {
        var command = root
        for word in words {
            guard let next = command.subcommand(word) else { return nil }
            command = next
        }
        return words.isEmpty ? nil : command
    }

    /// The names of the commands on the way, whatever aliases the words use.
    private static func path(_ words: [String], in root: Command) -> [String]? {
        var command = root
        var names: [String] = []
        for word in words {
            guard let next = command.subcommand(word) else { return nil }
            names.append(next.name)
            command = next
        }
        return names
    }

    private static func change(_ path: ArraySlice<String>, in command: inout Command, _ body: (inout Command) throws(OptionProblem) -> Void) throws(OptionProblem) {
        guard let first = path.first else { return try body(&command) }
        guard let index = command.subcommands.firstIndex(where: { $0.name == first }) else { return }
        try change(path.dropFirst(), in: &command.subcommands[index], body)
    }

    private struct OptionProblem: Error {
        var isUnknown = false
        var reason = ""
    }

    /// Gives an option of a command another value for when it is not named.
    private static func set(_ option: Option, of command: inout Command) throws(OptionProblem) {
        guard var spec = command.flags.first(where: { $0.name == option.name }) ?? GlobalFlags.specs.first(where: { $0.name == option.name }) else {
            throw OptionProblem(isUnknown: true)
        }
        do throws(Failure) { _ = try FlagParser([spec]).parse(["--\(option.name)=\(option.value)"]) } catch { throw OptionProblem(reason: error.plainText) }
        spec.fallback = option.value
        command.requiredFlags.removeAll { $0 == option.name }
        if let index = command.flags.firstIndex(where: { $0.name == option.name }) { command.flags[index] = spec } else { command.flags.append(spec) }
    }
}
