import KubernetesObjects
import Shell

/// The command lines of what looks names up, connects, or asks a database.
extension NetworkCommand {
    mutating func readLookup() {
        var type = "A"
        var words: [String] = []
        var rest = arguments[...]
        usesSearchPath = tool != "dig"
        while let word = rest.popFirst() {
            if word.hasPrefix("+") || word.hasPrefix("@") {
                if word == "+short" { isQuiet = true }
                if word == "+search" { usesSearchPath = true }
            } else if word == "-x", tool == "dig" {
                type = "PTR"
            } else if word.hasPrefix("-type=") || word.hasPrefix("-query=") || word.hasPrefix("-q=") {
                type = String(word.drop { $0 != "=" }.dropFirst()).uppercased()
            } else if word == "-t" {
                type = (rest.popFirst() ?? "A").uppercased()
            } else if word.hasPrefix("-") {
                continue
            } else if tool == "dig", ["A", "AAAA", "SRV", "ANY", "CNAME", "TXT", "PTR", "NS", "MX"].contains(word.uppercased()) {
                type = word.uppercased()
            } else if tool == "getent", words.isEmpty, word == "hosts" || word == "ahosts" {
                continue
            } else {
                words.append(word)
            }
        }
        guard let name = words.first else {
            action = .immediate(HostAnswer(output: "", errors: "Usage: \(tool) NAME\n", status: 1))
            return
        }
        // An address stands for its name in the reverse zone.
        let bytes = name.split(separator: ".", omittingEmptySubsequences: false)
        if bytes.count == 4, bytes.allSatisfy({ UInt8($0) != nil }), tool != "getent" {
            usesSearchPath = false
            action = .resolve(name: bytes.reversed().joined(separator: ".") + ".in-addr.arpa", type: "PTR")
        } else {
            action = .resolve(name: name, type: type)
        }
    }

    private var isNetcat: Bool { ["nc", "netcat", "ncat"].contains(tool) }

    /// A long option of `ncat`, as the short one that means the same.
    ///
    /// - Source: the manual page of ncat(1).
    private func readNetcat(long option: Substring, _ flags: inout [String: String], _ rest: inout ArraySlice<String>) {
        let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
        let letters = ["listen": "-l", "keep-open": "-k", "udp": "-u", "verbose": "-v", "zero": "-z", "wait": "-w", "source-port": "-p", "exec": "-e", "sh-exec": "-c", "max-conns": "-m", "delay": "-d", "idle-timeout": "-i"]
        guard let name = parts.first else { return }
        let takes = ["wait", "source-port", "exec", "sh-exec", "max-conns", "delay", "idle-timeout", "source", "proxy", "output", "allow", "deny"].contains(name)
        let value = parts.count > 1 ? parts[1] : takes ? rest.popFirst() ?? "" : ""
        flags[letters[name] ?? "--" + name] = value
    }

    mutating func readConnection(_ environment: [(name: String, value: String)], input: [UInt8]) {
        var words: [String] = []
        var flags: [String: String] = [:]
        var rest = arguments[...]
        let taking: Set<String> = ["-h", "-p", "-P", "-u", "-U", "-w", "-W", "-c", "-i", "-q", "-s", "-d", "-e", "-a", "-n", "--host", "--port", "-t", "-D", "--user"]
        while let word = rest.popFirst() {
            if word.hasPrefix("-h"), word.count > 2, tool.hasPrefix("mysql") { flags["-h"] = String(word.dropFirst(2)) } else if isNetcat, word.hasPrefix("--") {
                readNetcat(long: word.dropFirst(2), &flags, &rest)
            } else if isNetcat, word.hasPrefix("-"), word.count > 1 {
                for letter in word.dropFirst() {
                    let name = "-\(letter)"
                    flags[name] = ["-w", "-p", "-q", "-i", "-s"].contains(name) || tool == "ncat" && ["-c", "-e", "-m", "-d", "-g"].contains(name) ? rest.popFirst() ?? "" : ""
                }
            } else if taking.contains(word), !(tool.hasPrefix("mysql") && word == "-p") { flags[word] = rest.popFirst() ?? "" } else if word.hasPrefix("-") { flags[word] = "" } else { words.append(word) }
        }
        let defaults = ["redis-cli": 6379, "mysqladmin": 3306, "pg_isready": 5432, "telnet": 23]
        timeout = flags["-w"].flatMap { Self.duration($0) } ?? .seconds(10)
        if tool == "ping" {
            guard let host = words.last else {
                action = .immediate(HostAnswer(output: "", errors: "BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n", status: 1))
                return
            }
            action = .ping(host: host)
            return
        }
        if tool == "mysql" || tool == "psql" { return readSQL(environment, input: input) }
        if let known = defaults[tool], tool != "telnet" {
            let host = flags["-h"] ?? flags["--host"] ?? "localhost"
            let port = Int(flags["-P"] ?? flags["--port"] ?? (tool.hasPrefix("mysql") ? "" : flags["-p"] ?? "")) ?? known
            action = .connect(host: host, port: port)
            readDatabaseCommand(words, flags, host: host, port: port, environment: environment, input: input)
            return
        }
        if flags["-l"] != nil, let port = Int(flags["-p"] ?? words.last ?? "") {
            action = .listen(port: port)
            return
        }
        guard words.count >= 1, let port = words.count > 1 ? Int(words[1]) : defaults[tool] else {
            action = .immediate(HostAnswer(output: "", errors: "\(tool): missing host or port\n", status: 1))
            return
        }
        isVerbose = flags["-v"] != nil
        isDatagram = flags["-u"] != nil
        action = .connect(host: words[0], port: port)
    }

    /// A command for a database is a request to its server.
    private mutating func readDatabaseCommand(
        _ words: [String], _ flags: [String: String], host: String, port: Int, environment: [(name: String, value: String)], input: [UInt8]
    ) {
        let url = "http://\(host):\(port)/"
        func known(_ name: String) -> String { environment.last { $0.name == name }?.value ?? "" }
        /// What follows an option in the same word.
        func value(_ option: String) -> String? {
            guard let word = arguments.first(where: { $0.hasPrefix(option) && $0.count > option.count }) else { return nil }
            return String(word.dropFirst(option.count))
        }
        switch tool {
        case "redis-cli":
            // Without a command it reads commands, one a line.
            let commands = words.isEmpty ? String(decoding: input, as: UTF8.self).split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }.filter { !$0.isEmpty } : [words]
            guard !commands.isEmpty else { return }
            let password = flags["-a"] ?? value("--pass=") ?? known("REDISCLI_AUTH")
            action = .http(
                url: url, method: "REDIS", headers: password.isEmpty ? [] : [("X-Password", password)],
                body: commands.map { $0.map { Base64.encode($0) }.joined(separator: " ") }.joined(separator: "\n"))
        default: break
        }
    }
}
