import KubernetesObjects

/// `kubectl kustomize`.
enum KustomizeCommand {
    private static let refused = [
        "enable-alpha-plugins", "as-current-user", "env", "helm-api-versions", "helm-command", "helm-debug", "helm-kube-version",
        "mount", "network", "network-name",
    ]

    static let command = Command(
        name: "kustomize", summary: "Build a kustomization target from a directory or URL", usage: "DIR [flags]",
        flags: [
            .flag("enable-helm", nil, "Charts are not supported."), .flag("enable-alpha-plugins", nil, "Plug-ins are not supported."),
            FlagSpec("load-restrictor", fallback: "LoadRestrictionsRootOnly", "LoadRestrictionsNone also reads files above the directory."),
            FlagSpec("output", short: "o", "File to write to."), .flag("as-current-user", nil, "Plug-ins are not supported."),
            FlagSpec("env", short: "e", kind: .stringArray, "Environment of functions; they are not supported."),
            FlagSpec("helm-api-versions", kind: .stringArray, "API versions for charts; they are not supported."),
            FlagSpec("helm-command", fallback: "helm", "Helm's command; charts are not supported."),
            .flag("helm-debug", nil, "Charts are not supported."),
            FlagSpec("helm-kube-version", "Version for charts; they are not supported."),
            FlagSpec("mount", kind: .stringArray, "Storage of functions; they are not supported."),
            .flag("network", nil, "Network for functions; they are not supported."),
            FlagSpec("network-name", fallback: "bridge", "Network for functions; they are not supported."),
        ],
        run: { (invocation) throws(Failure) in
            for name in refused where invocation.flags.isSet(name) && invocation.flags.string(name) != "false" {
                throw Failure("--\(name) is not supported by this kubectl")
            }
            if invocation.arguments.count > 1 { throw Failure("specify one path to kustomization.yaml") }
            let directory = invocation.arguments.first ?? "."
            if directory.hasPrefix("http://") || directory.hasPrefix("https://") || directory.hasPrefix("git@") {
                throw Failure("unable to build \(goQuoted(directory)): kustomizations are read from directories only")
            }
            let text = try Kustomization.build(directory, invocation).map { $0.yaml() }.joined(separator: "---\n")
            let output = invocation.flags.string("output")
            if output.isEmpty { return invocation.out(text) }
            do throws(FileProblem) { try invocation.environment.files.write(output, Array(text.utf8)) } catch { throw Failure("open \(output): \(error.reason)") }
        })
}
