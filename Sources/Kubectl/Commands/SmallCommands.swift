import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl version`, `completion` and `plugin`.
enum SmallCommands {
    static let version = Command(
        name: "version", summary: "Print the client and server version information",
        flags: [.flag("client", nil, "Only the client's."), FlagSpec("output", short: "o", "yaml or json.")],
        run: { (invocation) throws(Failure) in
            let output = invocation.flags.string("output")
            if !["", "yaml", "json"].contains(output) { throw Failure("--output must be 'yaml' or 'json'") }
            if !invocation.arguments.isEmpty { throw Failure("unknown command \(goQuoted(invocation.arguments[0])) for \"kubectl version\"") }
            let version = invocation.environment.clientVersion
            let parts = version.drop { $0 == "v" }.split(separator: ".").map(String.init)
            let client: Value = [
                "buildDate": "1970-01-01T00:00:00Z", "compiler": "gc", "gitTreeState": "clean", "gitVersion": .string(version),
                "major": .string(parts.first ?? ""), "minor": .string(parts.count > 1 ? parts[1] : ""), "platform": "linux/amd64",
            ]
            var answer: Value = ["clientVersion": client, "kustomizeVersion": "v5.8.1"]
            if !invocation.flags.bool("client") { answer["serverVersion"] = try invocation.get(path: "/version") }
            switch output {
            case "json": invocation.outLine(answer.json(.indented(by: 2)))
            case "yaml": invocation.out(answer.yaml())
            default:
                invocation.outLine("Client Version: \(version)")
                invocation.outLine("Kustomize Version: v5.8.1")
                if let server = answer["serverVersion"] { invocation.outLine("Server Version: \(server["gitVersion"]?.stringValue ?? "")") }
            }
        })

    static let completion = Command(
        name: "completion", summary: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)", usage: "SHELL",
        run: { (invocation) throws(Failure) in
            guard let shell = invocation.arguments.first else { throw invocation.usage("Shell not specified.") }
            if invocation.arguments.count > 1 { throw invocation.usage("Too many arguments. Expected only the shell type.") }
            let words = CommandTree.root.subcommands.map(\.name).sorted().joined(separator: " ")
            switch shell {
            case "bash":
                invocation.outLine("# bash completion for kubectl\ncomplete -W \"\(words)\" kubectl")
            case "zsh":
                invocation.outLine("#compdef kubectl\ncompdef _kubectl kubectl\n_kubectl() { compadd \(words) }")
            case "fish":
                invocation.outLine("# fish completion for kubectl\ncomplete -c kubectl -n __fish_use_subcommand -xa \"\(words)\"")
            case "powershell":
                invocation.outLine(
                    "Register-ArgumentCompleter -CommandName kubectl -ScriptBlock { \"\(words)\".Split(' ') }")
            default: throw invocation.usage("Unsupported shell type \(goQuoted(shell)).")
            }
        })

    static let plugin = Command(
        name: "plugin", summary: "Provides utilities for interacting with plugins", usage: "[flags]",
        subcommands: [
            Command(
                name: "list", summary: "List all visible plugin executables on a user's PATH",
                flags: [.flag("name-only", nil, "Only names.")],
                run: { (_) throws(Failure) in throw Failure("unable to find any kubectl plugins in your PATH") })
        ])
}

/// `kubectl api-resources` and `api-versions`.
enum APIResourcesCommand {
    static let versions = Command(
        name: "api-versions", summary: "Print the supported API versions on the server, in the form of \"group/version\"",
        run: { (invocation) throws(Failure) in
            for version in try invocation.catalogue(refresh: true).groupVersions.map(\.apiVersion).sorted() { invocation.outLine(version) }
        })

    static let resources = Command(
        name: "api-resources", summary: "Print the supported API resources on the server",
        flags: [
            FlagSpec("api-group", "Only this group."), .flag("cached", nil, "Use what is known already."),
            FlagSpec("categories", kind: .stringSlice, "Only resources of these categories."), .flag("namespaced", nil, "Only resources in namespaces, or only others.", on: true),
            .flag("no-headers", nil, "Leave out the header line."), FlagSpec("output", short: "o", "wide or name."),
            FlagSpec("sort-by", "name or kind."), FlagSpec("verbs", kind: .stringSlice, "Only resources that allow these verbs."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let (output, order) = (flags.string("output"), flags.string("sort-by"))
        if !["", "wide", "name"].contains(output) { throw Failure("--output \(output) is not available") }
        if !["", "name", "kind"].contains(order) { throw Failure("--sort-by accepts only name or kind") }
        if !invocation.arguments.isEmpty { throw invocation.usage("unexpected arguments: [\(invocation.arguments.joined(separator: " "))]") }
        var entries = try invocation.catalogue(refresh: !flags.bool("cached")).preferred.filter { entry in
            (!flags.isSet("api-group") || entry.group == flags.string("api-group"))
                && (!flags.isSet("namespaced") || entry.isNamespaced == flags.bool("namespaced"))
                && flags.list("verbs").allSatisfy { entry.verbs.contains($0) } && flags.list("categories").allSatisfy { entry.categories.contains($0) }
                && !entry.verbs.isEmpty
        }
        entries.sort { left, right in
            switch order {
            case "name": (left.plural, left.group) < (right.plural, right.group)
            case "kind": (left.kind, left.group) < (right.kind, right.group)
            default: (left.group, left.plural) < (right.group, right.plural)
            }
        }
        if output == "name" {
            for entry in entries { invocation.outLine(entry.groupResource.description) }
            return
        }
        var writer = TabWriter.table
        let isWide = output == "wide"
        if !flags.bool("no-headers") { writer.write("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND" + (isWide ? "\tVERBS\tCATEGORIES" : "") + "\n") }
        for entry in entries {
            var cells = [
                entry.plural, entry.shortNames.joined(separator: ","), entry.apiVersion, entry.isNamespaced ? "true" : "false", entry.kind,
            ]
            if isWide { cells += [entry.verbs.joined(separator: ","), entry.categories.joined(separator: ",")] }
            writer.write(cells.joined(separator: "\t") + "\n")
        }
        invocation.out(writer.flushed())
    }
}

/// `kubectl cluster-info`.
enum ClusterInfoCommand {
    static let command = Command(
        name: "cluster-info", summary: "Display cluster information", usage: "[flags]",
        subcommands: [
            Command(
                name: "dump", summary: "Dump relevant information for debugging and diagnosis",
                flags: [
                    SharedFlags.allNamespaces, FlagSpec("namespaces", kind: .stringSlice, "Namespaces to dump."), FlagSpec("output", short: "o", fallback: "json", "json or yaml."),
                    FlagSpec("output-directory", "Where to write; - for standard output."),
                ],
                run: { (invocation) throws(Failure) in try dump(invocation) })
        ],
        run: { (invocation) throws(Failure) in
            let config = try invocation.config()
            var server = try config.server(invocation.flags)
            if server == "http://localhost:8080" { server = invocation.environment.serverAddress }
            _ = try invocation.get(path: "/version")
            invocation.outLine("Kubernetes control plane is running at \(server)")
            var request = APIRequest(.list, GroupVersionResource(group: "", version: "v1", resource: "services"), namespace: "kube-system")
            request.options.labelSelector = "kubernetes.io/cluster-service=true"
            for service in (try? invocation.send(request).body["items"]?.elements) ?? [] {
                let name = service.label("kubernetes.io/name") ?? service.name
                let ports = service["spec", "ports"]?.elements ?? []
                let port = ports.first?["name"]?.stringValue ?? ports.first?["port"].map(goText) ?? ""
                invocation.outLine(
                    "\(name) is running at \(server)/api/v1/namespaces/\(service.namespace)/services/\(service.name)\(port.isEmpty ? "" : ":\(port)")/proxy")
            }
            invocation.outLine("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
        })

    private static func dump(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        if !["", "-"].contains(flags.string("output-directory")) {
            throw Failure("--output-directory is not supported by this kubectl: the dump goes to standard output")
        }
        var namespaces = flags.list("namespaces")
        if namespaces.isEmpty { namespaces = ["kube-system", try invocation.namespace().name] }
        let resources = ["events", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "pods"]
        for (namespace, names) in [("", ["nodes"])] + namespaces.map({ ($0, resources) }) {
            for name in names {
                let entry = try invocation.resource(named: name)
                let list = try invocation.send(APIRequest(.list, entry.resource, namespace: namespace)).body
                invocation.out(flags.string("output") == "yaml" ? list.yaml() + "---\n" : list.json(.pretty, sortedKeys: true) + "\n")
            }
        }
    }
}

/// `kubectl certificate`.
enum CertificateCommand {
    static let command = Command(
        name: "certificate", summary: "Modify certificate resources", details: "Modify certificate resources.", usage: "SUBCOMMAND",
        subcommands: [
            subcommand("approve", "Approve a certificate signing request", type: "Approved", reason: "KubectlApprove", "This CSR was approved by kubectl certificate approve."),
            subcommand("deny", "Deny a certificate signing request", type: "Denied", reason: "KubectlDeny", "This CSR was denied by kubectl certificate deny."),
        ])

    private static func subcommand(_ name: String, _ summary: String, type: String, reason: String, _ message: String) -> Command {
        Command(
            name: name, summary: summary, usage: "(-f FILENAME | NAME)",
            flags: SharedFlags.filename("the requests") + SharedFlags.output + [.flag("force", nil, "Also when it is \(type.lowercased()) already.")],
            run: { (invocation) throws(Failure) in
                if invocation.arguments.isEmpty, invocation.flags.list("filename").isEmpty {
                    throw Failure("one or more CSRs must be specified as <name> or -f <filename>")
                }
                var query = try ResourceQuery(
                    invocation, arguments: invocation.arguments.map { $0.contains("/") ? $0 : "certificatesigningrequests.certificates.k8s.io/\($0)" })
                query.fetchesLatest = true
                var reporter = try ObjectReporter(invocation)
                for info in try query.find(invocation).checked() {
                    var object = info.object
                    var conditions = object["status", "conditions"]?.elements ?? []
                    if conditions.contains(where: { $0["type"]?.stringValue == type }), !invocation.flags.bool("force") {
                        try reporter.report(object, type.lowercased())
                        continue
                    }
                    conditions.append([
                        "type": .string(type), "status": "True", "reason": .string(reason), "message": .string(message),
                        "lastUpdateTime": .string(invocation.client.now.rfc3339),
                    ])
                    object["status", "conditions"] = .array(conditions)
                    try reporter.report(try invocation.update(info.refreshed(with: object), subresource: "approval"), type.lowercased())
                }
            })
    }
}
