/// The options that every command takes.
enum GlobalFlags {
    static let specs: [FlagSpec] = [
        FlagSpec("as", "Act as this user, or as system:serviceaccount:NAMESPACE:NAME."),
        FlagSpec("as-group", kind: .stringArray, "Act as a member of this group; can be repeated."),
        FlagSpec("as-uid", "Act with this UID."),
        FlagSpec("as-user-extra", kind: .stringArray, "Act with this extra attribute, KEY=VALUE; can be repeated."),
        FlagSpec("cache-dir", fallback: "/root/.kube/cache", "Where discovery is cached; nothing is cached here."),
        FlagSpec("certificate-authority", "File of the certificate authority."),
        FlagSpec("client-certificate", "File of the client certificate."),
        FlagSpec("client-key", "File of the client key."),
        FlagSpec("cluster", "Name of the kubeconfig cluster to use."),
        FlagSpec("context", "Name of the kubeconfig context to use."),
        .flag("disable-compression", nil, "Do not compress responses."),
        .flag("insecure-skip-tls-verify", nil, "Do not verify the server's certificate."),
        FlagSpec("kubeconfig", "Path of the kubeconfig file."),
        FlagSpec("kuberc", "Path of the file with preferences; ~/.kube/kuberc without it."),
        FlagSpec("log-flush-frequency", kind: .duration, fallback: "5s", "How often logs are flushed."),
        .flag("match-server-version", nil, "Require that server and client have the same version."),
        FlagSpec("namespace", short: "n", kind: .string, "The namespace of this request."),
        FlagSpec("password", "Password for basic authentication."),
        FlagSpec("profile", fallback: "none", "Profile to capture; only none."),
        FlagSpec("profile-output", fallback: "profile.pprof", "File of the profile."),
        FlagSpec("request-timeout", fallback: "0", "How long to wait for one request; 0 for ever."),
        FlagSpec("server", short: "s", kind: .string, "Address of the API server."),
        FlagSpec("tls-server-name", "Name to expect in the server's certificate."),
        FlagSpec("token", "Bearer token."),
        FlagSpec("user", "Name of the kubeconfig user to use."),
        FlagSpec("username", "User for basic authentication."),
        FlagSpec("v", short: "v", kind: .int, fallback: "0", "Level of the log."),
        FlagSpec("vmodule", kind: .stringMap, "Log levels per file."),
        .flag("warnings-as-errors", nil, "Fail when the server warns."),
    ]

    /// A command's options and those of all commands, which lose names and letters to the command's own.
    static func specs(of command: Command) -> [FlagSpec] {
        let names = Set(command.flags.map(\.name))
        let letters = Set(command.flags.compactMap(\.shorthand))
        return command.flags + specs.filter { !names.contains($0.name) }.map { spec in
            var spec = spec
            if let letter = spec.shorthand, letters.contains(letter) { spec.shorthand = nil }
            return spec
        }
    }

    /// Options that would change what happens, are not supported, and are therefore refused by name when they are set.
    ///
    /// - Shape: the command's path, empty for all commands, and the options with the values that change nothing.
    static let unsupported: [(command: String, flag: String, harmless: String)] = [
        ("kubectl run", "filename", ""), ("kubectl run", "kustomize", ""), ("kubectl run", "recursive", "false"),
        ("", "profile", "none"), ("kubectl top pod", "show-swap", "false"), ("kubectl top node", "show-swap", "false"),
        ("kubectl attach", "detach-keys", "false"),
    ]
}

/// Options that several commands share.
enum SharedFlags {
    static func filename(_ use: String, recursive: Bool = false) -> [FlagSpec] {
        [
            FlagSpec("filename", short: "f", kind: .stringSlice, "Files or directories with \(use); - reads standard input."),
            FlagSpec("kustomize", short: "k", kind: .string, "A kustomization directory; not together with -f or -R."),
            .flag("recursive", "R", "Read directories given with -f recursively.", on: recursive),
        ]
    }

    static let selector = FlagSpec("selector", short: "l", kind: .string, "Label selector, such as key=value,other!=value.")
    static let fieldSelector = FlagSpec("field-selector", "Field selector, such as status.phase=Running.")
    static let allNamespaces = FlagSpec.flag("all-namespaces", "A", "Take the objects of all namespaces.")
    static let all = FlagSpec.flag("all", nil, "Take all objects of the given types in the namespace.")
    static let local = FlagSpec.flag("local", nil, "Work on the input alone, without asking the server.")
    static let record = FlagSpec("record", kind: .bool, deprecated: "--record will be removed in the future", "Keep the command line in the object's change cause.")
    static let overwrite = FlagSpec.flag("overwrite", nil, "Replace values that are there already.")
    static let chunkSize = FlagSpec("chunk-size", kind: .int, fallback: "500", bits: 64, "Fetch lists in parts of this size; 0 for whole.")
    static let dryRun = FlagSpec("dry-run", fallback: "none", bare: "unchanged", "none, client (only print) or server (ask the server, keep nothing).")
    static let validate = FlagSpec("validate", fallback: "strict", bare: "strict", "strict, warn or ignore fields that the schema does not know.")
    static let showManagedFields = FlagSpec.flag("show-managed-fields", nil, "Keep managedFields in JSON and YAML output.")
    static let subresource = FlagSpec("subresource", "Work on this subresource: status, scale, resize.")
    static func fieldManager(_ name: String) -> FlagSpec { FlagSpec("field-manager", fallback: name, "Name that owns the fields written.") }

    /// `-o` of commands that print objects.
    static let output = output(fallback: "")

    static func output(fallback: String) -> [FlagSpec] {
        [
        FlagSpec("output", short: "o", kind: .string, fallback: fallback,
            "json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json or jsonpath-file."),
        FlagSpec("template", "Template of go-template and jsonpath output, or its file."),
        .flag("allow-missing-template-keys", nil, "Missing fields in templates are no errors.", on: true),
        showManagedFields,
        ]
    }
}
