import KubernetesObjects

/// What the entries that requests are made with must say.
///
/// - Source: k8s.io/client-go `tools/clientcmd`, `validation.go` and `loader.go`.
extension Kubeconfig {
    /// The content of a kubeconfig with the files that it names found from where it is itself.
    static func locating(_ content: Value, of path: String, in files: any KubectlFiles) -> Value {
        let folder = FilePath.directory(FilePath.join(files.workingDirectory, path))
        var result = content
        for (list, field, keys) in [("clusters", "cluster", ["certificate-authority"]), ("users", "user", ["client-certificate", "client-key", "tokenFile"])] {
            guard var entries = content[list]?.arrayValue else { continue }
            for index in entries.indices {
                for key in keys {
                    guard let named = entries[index][field]?[key]?.stringValue, !named.isEmpty else { continue }
                    entries[index][field, default: [:]][key] = .string(FilePath.join(folder, named))
                }
            }
            result[list] = .array(entries)
        }
        return result
    }

    /// Refuses a user and a cluster that say a thing twice, say half of it, or name files that cannot be read.
    func confirmUsable(_ flags: FlagValues, _ files: any KubectlFiles) throws(Failure) {
        let user = userAsAsked(flags)
        let problems = Self.problems(ofUser: user, userName, files) + Self.problems(ofCluster: clusterAsAsked(flags), clusterName, files)
        if problems.count == 1 { throw Failure(problems[0]) }
        if !problems.isEmpty { throw .text("Error in configuration: \n" + problems.map { "* " + $0 }.joined(separator: "\n")) }
        if Self.text(user, "token").isEmpty, let problem = Self.problem(with: "tokenFile", of: user, files) { throw Failure(problem) }
    }

    /// The user's entry with what the options say in place of its own; what they do not say stays, a certificate beside a token, too.
    func userAsAsked(_ flags: FlagValues) -> Value {
        var entry = user ?? [:]
        func take(_ name: String, dropping others: [String]) {
            let asked = flags.string(name)
            if asked.isEmpty { return }
            for other in others { entry[other] = nil }
            entry[name] = .string(asked)
        }
        take("client-certificate", dropping: ["client-certificate-data"])
        take("client-key", dropping: ["client-key-data"])
        take("token", dropping: ["tokenFile"])
        take("username", dropping: [])
        take("password", dropping: [])
        return entry
    }

    private func clusterAsAsked(_ flags: FlagValues) -> Value {
        var entry = cluster ?? [:]
        let authority = flags.string("certificate-authority")
        if !authority.isEmpty || flags.bool("insecure-skip-tls-verify") {
            entry["certificate-authority-data"] = nil
            entry["certificate-authority"] = authority.isEmpty ? nil : .string(authority)
        }
        return entry
    }

    private static func problems(ofUser entry: Value, _ name: String, _ files: any KubectlFiles) -> [String] {
        var problems: [String] = []
        var methods: [String] = []
        if has(entry, "token") { methods.append("token") }
        if has(entry, "username") || has(entry, "password") { methods.append("basicAuth") }
        if has(entry, "client-certificate") || has(entry, "client-certificate-data") {
            if has(entry, "client-certificate"), has(entry, "client-certificate-data") {
                problems.append("client-cert-data and client-cert are both specified for \(name). client-cert-data will override.")
            }
            if has(entry, "client-key"), has(entry, "client-key-data") {
                problems.append("client-key-data and client-key are both specified for \(name); client-key-data will override")
            }
            if !has(entry, "client-key"), !has(entry, "client-key-data") {
                problems.append("client-key-data or client-key must be specified for \(name) to use the clientCert authentication method.")
            }
            for (key, noun) in [("client-certificate", "client-cert"), ("client-key", "client-key")] {
                guard let problem = problem(with: key, of: entry, files) else { continue }
                problems.append("unable to read \(noun) \(text(entry, key)) for \(name) due to \(problem)")
            }
        }
        if methods.count > 1 {
            problems.append("more than one authentication method found for \(name); found [\(methods.joined(separator: " "))], only one is allowed")
        }
        return problems
    }

    private static func problems(ofCluster entry: Value, _ name: String, _ files: any KubectlFiles) -> [String] {
        var problems: [String] = []
        if has(entry, "certificate-authority"), has(entry, "certificate-authority-data") {
            problems.append("certificate-authority-data and certificate-authority are both specified for \(name). certificate-authority-data will override.")
        }
        if let problem = problem(with: "certificate-authority", of: entry, files) {
            problems.append("unable to read certificate-authority \(text(entry, "certificate-authority")) for \(name) due to \(problem)")
        }
        return problems
    }

    /// Why the file of a field cannot be read; nil when it can, or when there is none.
    private static func problem(with key: String, of entry: Value, _ files: any KubectlFiles) -> String? {
        let path = text(entry, key)
        if path.isEmpty { return nil }
        do throws(FileProblem) { _ = try files.read(path) } catch { return "open \(path): \(error.reason)" }
        return nil
    }

    private static func has(_ entry: Value, _ key: String) -> Bool { !text(entry, key).isEmpty }
    private static func text(_ entry: Value, _ key: String) -> String { entry[key]?.stringValue ?? "" }
}
