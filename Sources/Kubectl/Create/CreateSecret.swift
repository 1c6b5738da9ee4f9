import KubernetesObjects

/// `kubectl create secret`.
enum CreateSecret {
    static let command = Command(
        name: "secret", summary: "Create a secret using a specified subcommand", details: "Create a secret with specified type.",
        usage: "(docker-registry | generic | tls)", subcommands: [dockerRegistry, generic, tls])

    private static let generic = Command(
        name: "generic", summary: "Create a secret from a local file, directory, or literal value",
        usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
        flags: Creation.flags + KeyedSources.flags + [FlagSpec("type", "Type of the secret.")],
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let sources = try KeyedSources("Secret", invocation, name: name)
            try create(name, sources.secretData, type: invocation.flags.string("type"), invocation)
        })

    private static func create(_ name: String, _ data: Fields, type: String, _ invocation: Invocation) throws(Failure) {
        var object: Value = ["kind": "Secret", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name)]
        if !data.isEmpty { object["data"] = .object(data) }
        if !type.isEmpty { object["type"] = .string(type) }
        if invocation.flags.bool("append-hash") { object["metadata", "name"] = .string("\(name)-\(ContentHash.of(object, name: name))") }
        try Creation.create(object, .secrets, failing: "failed to create secret ", invocation)
    }

    private static let tls = Command(
        name: "tls", summary: "Create a TLS secret", usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
        flags: Creation.flags + [
            FlagSpec("cert", "File of the certificate."), FlagSpec("key", "File of the private key."),
            .flag("append-hash", nil, "Put a hash of the content after the name."),
        ],
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let (cert, key) = (invocation.flags.string("cert"), invocation.flags.string("key"))
            if cert.isEmpty || key.isEmpty { throw Failure("key and cert must be specified") }
            var data = Fields()
            for (field, path) in [("tls.crt", cert), ("tls.key", key)] {
                do throws(FileProblem) {
                    let bytes = try invocation.environment.files.read(path)
                    data[field] = .string(Base64.encode(bytes))
                } catch {
                    throw Failure("Cannot read file \(path), open \(path): \(error.reason)")
                }
            }
            for (field, part) in [("tls.crt", "certificate"), ("tls.key", "key")] {
                let text = String(decoding: Base64.decode(data[field]?.stringValue ?? "") ?? [], as: UTF8.self)
                if !text.contains(text: "-----BEGIN ") { throw Failure("tls: failed to find any PEM data in \(part) input") }
            }
            try create(name, data, type: "kubernetes.io/tls", invocation)
        })

    private static let dockerRegistry = Command(
        name: "docker-registry", summary: "Create a secret for use with a Docker registry",
        usage: "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
        flags: Creation.flags + [
            FlagSpec("docker-server", fallback: "https://index.docker.io/v1/", "Address of the registry."), FlagSpec("docker-username", "User."),
            FlagSpec("docker-password", "Password."), FlagSpec("docker-email", "Mail address."),
            FlagSpec("from-file", kind: .stringSlice, "File with the configuration; can be repeated."),
            .flag("append-hash", nil, "Put a hash of the content after the name."),
            FlagSpec("from-literal", kind: .stringArray, hidden: true, ""), FlagSpec("from-env-file", kind: .stringSlice, hidden: true, ""),
        ],
        run: { (invocation) throws(Failure) in
            let flags = invocation.flags
            let name = try Creation.name(invocation)
            let (server, user, password) = (flags.string("docker-server"), flags.string("docker-username"), flags.string("docker-password"))
            var data = Fields()
            if flags.list("from-file").isEmpty {
                if server.isEmpty || user.isEmpty || password.isEmpty {
                    throw Failure(
                        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required")
                }
                var entry: Value = ["username": .string(user), "password": .string(password)]
                if !flags.string("docker-email").isEmpty { entry["email"] = .string(flags.string("docker-email")) }
                entry["auth"] = .string(Base64.encode(Array("\(user):\(password)".utf8)))
                let config: Value = ["auths": .object(Fields([(server, entry)]))]
                data[".dockerconfigjson"] = .string(Base64.encode(Array(config.json(.compact).utf8)))
            } else {
                data = try KeyedSources("Secret", invocation, name: name, fileKey: ".dockerconfigjson").secretData
            }
            try create(name, data, type: "kubernetes.io/dockerconfigjson", invocation)
        })
}
