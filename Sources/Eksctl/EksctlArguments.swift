import CloudModel

/// A command of eksctl and the flags that it takes.
struct EksctlCommand: Sendable {
    var verb: String
    /// The resource with its other spellings.
    var names: [String]
    /// Flags with a value.
    var valueFlags: [String]
    /// Flags without one.
    var switches: [String]

    var identifier: String { "\(verb) \(names[0])" }

    private static let common = ["region", "config-file", "profile", "timeout", "verbose", "color", "cfn-role-arn", "aws-api-timeout"]
    private static let commonSwitches = ["dumpLogs", "cfn-disable-rollback"]

    static let createClusterFlags = [
        "name", "version", "tags", "zones", "support-type", "vpc-private-subnets", "vpc-public-subnets", "vpc-cidr", "vpc-nat-mode",
        "vpc-from-kops-cluster", "instance-types", "nodes", "nodes-min", "nodes-max", "node-type", "node-volume-size", "node-volume-type",
        "max-pods-per-node", "node-ami", "node-ami-family", "ssh-public-key", "node-security-groups", "node-labels", "node-zones",
        "instance-name", "instance-prefix", "nodegroup-name", "kubeconfig", "authenticator-role-arn", "nodegroup-parallelism",
    ]
    static let createClusterSwitches = [
        "fargate", "enable-auto-mode", "managed", "spot", "enable-node-repair", "ssh-access", "enable-ssm", "node-private-networking",
        "asg-access", "external-dns-access", "full-ecr-access", "dry-run", "without-nodegroup", "auto-kubeconfig", "set-kubeconfig-context",
        "write-kubeconfig", "with-oidc", "install-neuron-plugin", "install-nvidia-plugin",
    ]

    static let all: [EksctlCommand] = [
        EksctlCommand(verb: "create", names: ["cluster"], valueFlags: common + createClusterFlags, switches: commonSwitches + createClusterSwitches),
        EksctlCommand(
            verb: "create", names: ["nodegroup", "ng"], valueFlags: common + createClusterFlags + ["cluster", "include", "exclude"],
            switches: commonSwitches + createClusterSwitches),
        EksctlCommand(verb: "get", names: ["cluster", "clusters"], valueFlags: common + ["name", "output", "chunk-size"], switches: ["all-regions"]),
        EksctlCommand(verb: "get", names: ["nodegroup", "nodegroups", "ng"], valueFlags: common + ["cluster", "name", "output"], switches: []),
        EksctlCommand(verb: "get", names: ["addon", "addons"], valueFlags: common + ["cluster", "name", "output"], switches: []),
        EksctlCommand(
            verb: "scale", names: ["nodegroup", "ng"], valueFlags: common + ["cluster", "name", "nodes", "nodes-min", "nodes-max"], switches: ["wait"]),
        EksctlCommand(
            verb: "delete", names: ["nodegroup", "ng"], valueFlags: common + ["cluster", "name"],
            switches: ["wait", "drain", "disable-eviction", "approve", "only-missing"]),
        EksctlCommand(verb: "delete", names: ["cluster"], valueFlags: common + ["name"], switches: ["wait", "force", "disable-nodegroup-eviction"]),
        EksctlCommand(
            verb: "utils", names: ["write-kubeconfig"], valueFlags: common + ["cluster", "kubeconfig", "authenticator-role-arn"],
            switches: ["auto-kubeconfig", "set-kubeconfig-context"]),
        EksctlCommand(verb: "utils", names: ["associate-iam-oidc-provider"], valueFlags: common + ["cluster"], switches: ["approve"]),
    ]
}

/// The flags of one call.
struct EksctlArguments {
    private(set) var values: [(name: String, value: String)] = []
    private(set) var positional: [String] = []

    private static let short: [Character: String] = [
        "n": "name", "r": "region", "f": "config-file", "t": "node-type", "N": "nodes", "m": "nodes-min", "M": "nodes-max",
        "P": "node-private-networking", "p": "profile", "v": "verbose", "C": "color", "o": "output", "c": "cluster", "w": "wait",
    ]

    init(_ words: [String], command: EksctlCommand) throws(ConfigError) {
        var index = 0
        func next(for name: String) throws(ConfigError) -> String {
            index += 1
            guard index < words.count else { throw ConfigError("flag needs an argument: --\(name)") }
            return words[index]
        }
        while index < words.count {
            let word = words[index]
            if word.hasPrefix("--") {
                let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let name = parts.first ?? ""
                if command.switches.contains(name) {
                    values.append((name, parts.count == 2 ? parts[1] : "true"))
                } else if command.valueFlags.contains(name) {
                    values.append((name, parts.count == 2 ? parts[1] : try next(for: name)))
                } else {
                    throw ConfigError("unknown flag: --\(name)")
                }
            } else if word.hasPrefix("-"), word.count > 1 {
                let letter = word[word.index(after: word.startIndex)]
                guard let name = Self.short[letter], command.valueFlags.contains(name) || command.switches.contains(name) else {
                    throw ConfigError("unknown shorthand flag: '\(letter)' in \(word)")
                }
                let rest = word.dropFirst(2)
                if command.switches.contains(name) {
                    values.append((name, "true"))
                } else if rest.isEmpty {
                    values.append((name, try next(for: name)))
                } else {
                    values.append((name, String(rest.first == "=" ? rest.dropFirst() : rest)))
                }
            } else {
                positional.append(word)
            }
            index += 1
        }
    }

    func has(_ name: String) -> Bool { values.contains { $0.name == name } }
    subscript(name: String) -> String? { values.last { $0.name == name }?.value }
    func isOn(_ name: String) -> Bool { self[name] == "true" }

    /// The number of a flag.
    func number(_ name: String) throws(ConfigError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text) else {
            throw ConfigError("invalid argument \"\(text)\" for \"--\(name)\" flag: strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    /// Refuses flags that a configuration file replaces.
    func checkAgainstConfigFile() throws(ConfigError) {
        let allowed: Set = [
            "config-file", "dry-run", "without-nodegroup", "timeout", "kubeconfig", "auto-kubeconfig", "set-kubeconfig-context", "write-kubeconfig",
            "authenticator-role-arn", "profile", "cfn-role-arn", "cfn-disable-rollback", "install-neuron-plugin", "install-nvidia-plugin",
            "nodegroup-parallelism", "verbose", "color", "with-oidc", "nodegroup-name", "dumpLogs", "aws-api-timeout", "include", "exclude", "wait",
            "approve", "drain", "disable-eviction", "only-missing",
        ]
        for (name, _) in values where !allowed.contains(name) {
            throw ConfigError("cannot use --\(name) when --config-file/-f is set")
        }
        if !positional.isEmpty { throw ConfigError("cannot use name argument when --config-file/-f is set") }
    }
}

/// The help texts.
enum EksctlHelp {
    static func text(for words: [String]) -> String {
        if words.count >= 2, let command = EksctlCommand.all.first(where: { $0.verb == words[0] && $0.names.contains(words[1]) }) {
            let flags = (command.valueFlags.map { "--\($0) <value>" } + command.switches.map { "--\($0)" }).sorted()
            return "Usage: eksctl \(command.identifier) [flags]\n\nFlags:\n" + flags.map { "  \($0)\n" }.joined()
        }
        let lines = EksctlCommand.all.filter { words.isEmpty || $0.verb == words[0] }.map { "  eksctl \($0.identifier)\n" }
        return "The official CLI for Amazon EKS, simulated\n\nUsage: eksctl [command] [flags]\n\nCommands:\n\(lines.joined())  eksctl version\n\nUse 'eksctl [command] --help' for more information about a command.\n"
    }
}
