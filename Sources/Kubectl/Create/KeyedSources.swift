import KubernetesObjects

/// Data for config maps and secrets from `--from-literal`, `--from-file` and `--from-env-file`.
///
/// - Order: files, then literals, then environment files, each in the order given.
struct KeyedSources {
    /// `ConfigMap` or `Secret`, for messages.
    let kind: String
    let objectName: String
    private(set) var entries: [(key: String, bytes: [UInt8])] = []

    static let flags: [FlagSpec] = [
        FlagSpec("from-file", kind: .stringSlice, "File, KEY=FILE or directory to take data from; can be repeated."),
        FlagSpec("from-literal", kind: .stringArray, "KEY=VALUE; can be repeated."),
        FlagSpec("from-env-file", kind: .stringSlice, "File with lines KEY=VALUE; can be repeated."),
        .flag("append-hash", nil, "Put a hash of the content after the name."),
    ]

    init(_ kind: String, _ invocation: Invocation, name: String) throws(Failure) {
        self.kind = kind
        objectName = name
        let flags = invocation.flags
        if !flags.list("from-env-file").isEmpty, !flags.list("from-file").isEmpty || !flags.list("from-literal").isEmpty {
            throw Failure("from-env-file cannot be combined with from-file or from-literal")
        }
        for source in flags.list("from-file") { try addFile(source, invocation) }
        for source in flags.list("from-literal") {
            guard let equals = source.firstIndex(of: "="), equals != source.startIndex else {
                throw Failure("invalid literal source \(source), expected key=value")
            }
            try add(String(source[..<equals]), Array(source[source.index(after: equals)...].utf8))
        }
        for source in flags.list("from-env-file") { try addEnvironment(source, invocation) }
    }

    private mutating func add(_ key: String, _ bytes: [UInt8]) throws(Failure) {
        let isValid = !key.isEmpty && key.count <= 253 && key != "." && key != ".." && !key.hasPrefix("..")
            && key.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || (($0 | 32) >= 97 && ($0 | 32) <= 122) || $0 == 45 || $0 == 46 || $0 == 95 }
        if !isValid {
            throw Failure(
                "\(goQuoted(key)) is not a valid key name for a \(kind): a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
            )
        }
        if entries.contains(where: { $0.key == key }) {
            let place = kind == "Secret" ? "another key by that name already exists" : "another key by that name already exists in Data for ConfigMap \(goQuoted(objectName))"
            throw Failure("cannot add key \(kind == "Secret" ? key : goQuoted(key)), \(place)")
        }
        entries.append((key, bytes))
    }

    private mutating func addFile(_ source: String, _ invocation: Invocation) throws(Failure) {
        let equals = source.filter { $0 == "=" }.count
        if equals > 1 { throw Failure("key names or file paths cannot contain '='") }
        if source.hasPrefix("=") { throw Failure("key name for file path \(source.dropFirst()) missing") }
        if source.hasSuffix("=") { throw Failure("file path for key name \(source.dropLast()) missing") }
        let parts = source.split(separator: "=").map(String.init)
        let path = parts.last ?? source
        let files = invocation.environment.files
        do {
            if files.isDirectory(path) == true {
                if parts.count == 2 { throw FileProblem("\u{0}") }
                for name in try files.list(path) where files.isDirectory(FilePath.join(path, name)) == false {
                    let bytes = try files.read(FilePath.join(path, name))
                    if let failure = adding(name, bytes) { throw failure }
                }
                return
            }
            let bytes = try files.read(path)
            if let failure = adding(parts.count == 2 ? parts[0] : FilePath.base(path), bytes) { throw failure }
        } catch let failure as Failure {
            throw failure
        } catch let problem as FileProblem {
            if problem.reason == "\u{0}" { throw Failure("cannot give a key name for a directory path") }
            throw Failure("error reading \(path): \(problem.reason)")
        } catch {
            throw Failure("error reading \(path)")
        }
    }

    private mutating func adding(_ key: String, _ bytes: [UInt8]) -> Failure? {
        do throws(Failure) { try add(key, bytes) } catch { return error }
        return nil
    }

    private mutating func addEnvironment(_ path: String, _ invocation: Invocation) throws(Failure) {
        let bytes: [UInt8]
        do { bytes = try invocation.environment.files.read(path) } catch { throw Failure("error reading \(path): \(error.reason)") }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines {
            let text = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }.filter { $0 != "\r" }
            if text.isEmpty || text.hasPrefix("#") { continue }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            try EnvironmentNames.check(parts[0])
            let value = parts.count == 2 ? parts[1] : invocation.environment.variables[parts[0]] ?? ""
            if parts.count == 1, invocation.environment.variables[parts[0]] == nil { continue }
            try add(parts[0], Array(value.utf8))
        }
    }

    /// `data` and, of bytes that are no text, `binaryData`.
    var configMapFields: (data: Fields, binary: Fields) {
        var (data, binary) = (Fields(), Fields())
        for entry in entries {
            if let text = String(validating: entry.bytes, as: UTF8.self) {
                data[entry.key] = .string(text)
            } else {
                binary[entry.key] = .string(Base64Text.encode(entry.bytes))
            }
        }
        return (data.sorted(), binary.sorted())
    }

    var secretData: Fields {
        var data = Fields()
        for entry in entries { data[entry.key] = .string(Base64Text.encode(entry.bytes)) }
        return data.sorted()
    }
}

/// Names of environment variables.
enum EnvironmentNames {
    static func check(_ name: String) throws(Failure) {
        let isValid = name.utf8.first.map { !($0 >= 48 && $0 <= 57) } ?? false
            && name.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || (($0 | 32) >= 97 && ($0 | 32) <= 122) || $0 == 45 || $0 == 46 || $0 == 95 }
        if isValid { return }
        throw Failure(
            "\(goQuoted(name)) is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
        )
    }
}

/// `kubectl create configmap`.
enum CreateConfigMap {
    static let command = Command(
        name: "configmap", aliases: ["cm"], summary: "Create a config map from a local file, directory or literal value",
        usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
        flags: Creation.flags + KeyedSources.flags,
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let sources = try KeyedSources("ConfigMap", invocation, name: name)
            var object: Value = ["kind": "ConfigMap", "apiVersion": "v1", "metadata": try Creation.metadata(invocation, name: name)]
            let (data, binary) = sources.configMapFields
            if !data.isEmpty { object["data"] = .object(data) }
            if !binary.isEmpty { object["binaryData"] = .object(binary) }
            if invocation.flags.bool("append-hash") { object["metadata", "name"] = .string("\(name)-\(ContentHash.of(object, name: name))") }
            try Creation.create(object, .configMaps, failing: "failed to create configmap: ", invocation)
        })
}

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
                    data[field] = .string(Base64Text.encode(bytes))
                } catch {
                    throw Failure("Cannot read file \(path), open \(path): \(error.reason)")
                }
            }
            for (field, part) in [("tls.crt", "certificate"), ("tls.key", "key")] {
                let text = String(decoding: Base64Text.decode(data[field]?.stringValue ?? "") ?? [], as: UTF8.self)
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
                entry["auth"] = .string(Base64Text.encode(Array("\(user):\(password)".utf8)))
                let config: Value = ["auths": .object(Fields([(server, entry)]))]
                data[".dockerconfigjson"] = .string(Base64Text.encode(Array(config.json(.compact).utf8)))
            } else {
                data = try KeyedSources("Secret", invocation, name: name).secretData
            }
            try create(name, data, type: "kubernetes.io/dockerconfigjson", invocation)
        })
}
