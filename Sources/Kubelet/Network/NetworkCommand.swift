import KubernetesObjects
import Shell
import SimulationKernel

/// A record that a name server gave.
package struct NameRecord: Sendable, Hashable {
    package var name: String
    /// `A`, `CNAME`, `SRV`, `PTR`.
    package var type: String
    package var value: String

    package init(name: String, type: String, value: String) {
        self.name = name
        self.type = type
        self.value = value
    }
}

/// What came of a request that left a container.
package enum NetworkOutcome: Sendable {
    package enum Failure: Sendable, Hashable { case refused, timedOut, noSuchHost, unreachable, reset }

    case http(status: Int, headers: [(name: String, value: String)], body: String, latency: Duration)
    /// The records of a name; `name` is the one that was found with the search path. None when it has none of the type.
    case resolved(name: String, records: [NameRecord], server: String)
    case connected(Duration)
    case failed(Failure, Duration)
    /// What a load generator has seen, when it has ended.
    case loaded(LoadPlan, LoadResult)
    /// What another command printed, such as `kubectl`.
    case answered(HostAnswer, Duration)
}

/// A command line of a tool that reaches out of a container: what it asks for, and how it tells what came back.
package struct NetworkCommand: Sendable {
    package enum Action: Sendable {
        case http(url: String, method: String, headers: [(name: String, value: String)], body: String)
        /// Looks a name up; the type is `A`, `SRV`, `PTR`, ...
        case resolve(name: String, type: String)
        /// Asks a host whether it is there.
        case ping(host: String)
        case connect(host: String, port: Int)
        /// Requests of a load generator; what it is asked to do may stand in a script, see `loadPlan`.
        case load
        /// What stands in the input is made a report of.
        case report
        /// A command of the cluster's own clients: `kubectl`, `aws`.
        case client
        case listen(port: Int)
        /// Nothing is asked: the command line is wrong, or the tool has nothing to do.
        case immediate(HostAnswer)
    }

    package var tool: String
    package var arguments: [String]
    package var action: Action
    var isQuiet = false
    var showsErrors = false
    var showsHeaders = false
    var headersOnly = false
    var failsOnStatus = false
    var isVerbose = false
    /// `curl -L`: an answer that points elsewhere is followed.
    package private(set) var followsRedirects = false
    /// Addresses that names stand for by the command line's own word: `--resolve`.
    private var resolutions: [(host: String, port: Int, address: String)] = []
    /// Where the body goes; empty for standard output, `-` too.
    var outputFile: String?
    var format = ""
    var timeout: Duration?
    /// Whether a connection is UDP.
    package private(set) var isDatagram = false
    /// Whether a name is looked up with the search path.
    package private(set) var usesSearchPath = true

    /// The tools that are known here.
    package static let names: Set<String> = [
        "wget", "curl", "nslookup", "dig", "host", "ping", "nc", "netcat", "telnet", "hey", "ab", "wrk", "wrk2", "fortio", "vegeta", "k6", "locust", "kubectl", "aws", "getent", "redis-cli",
        "mysql", "mysqladmin", "psql", "pg_isready", "pip", "pip3", "npm",
    ]

    package init(_ line: [String], environment: [(name: String, value: String)]) {
        tool = line.first ?? ""
        arguments = Array(line.dropFirst())
        action = .immediate(HostAnswer(status: 0))
        switch tool {
        case "wget": readWget()
        case "curl": readCurl()
        case "nslookup", "dig", "host", "getent": readLookup()
        case "ping", "nc", "netcat", "telnet", "redis-cli", "mysql", "mysqladmin", "psql", "pg_isready": readConnection(environment)
        case "hey", "ab", "wrk", "wrk2", "fortio", "vegeta", "k6", "locust": readLoad()
        case "kubectl", "aws": action = .client
        default: action = .immediate(HostAnswer())
        }
    }

    static func duration(_ text: String) -> Duration? {
        guard let nanoseconds = SleepDuration.nanoseconds(text) else { return nil }
        return .nanoseconds(nanoseconds)
    }

    // MARK: wget and curl

    private mutating func readWget() {
        var rest = arguments[...]
        var (url, method, body, headers) = ("", "GET", "", [(name: String, value: String)]())
        timeout = .seconds(900)
        while let word = rest.popFirst() {
            let name = String(word.prefix { $0 != "=" })
            func value() -> String { word.contains("=") && word.hasPrefix("--") ? String(word.dropFirst(name.count + 1)) : rest.popFirst() ?? "" }
            switch name {
            case "--quiet": isQuiet = true
            case "--output-document": outputFile = value()
            case "--timeout", "--connect-timeout", "--read-timeout": timeout = Self.duration(value()) ?? timeout
            case "--tries", "--user-agent", "--user", "--password": _ = value()
            case "--header": headers.append(Self.header(value()))
            case "--post-data": (method, body) = ("POST", value())
            case "--spider": headersOnly = true
            case "--server-response": showsHeaders = true
            case "--no-check-certificate", "--no-verbose", "--no-cache", "--no-proxy", "--content-on-error": break
            case _ where word.hasPrefix("--"):
                action = .immediate(HostAnswer(output: "", errors: "wget: unrecognized option: \(word.dropFirst(2))\n", status: 1))
                return
            case _ where word.hasPrefix("-") && word.count > 1:
                var letters = word.dropFirst()
                while let letter = letters.popFirst() {
                    func operand() -> String {
                        defer { letters = "" }
                        return letters.isEmpty ? rest.popFirst() ?? "" : String(letters)
                    }
                    switch letter {
                    case "q": isQuiet = true
                    case "O": outputFile = operand()
                    case "T": timeout = Self.duration(operand()) ?? timeout
                    case "t", "U", "P", "Y", "o": _ = operand()
                    case "S": showsHeaders = true
                    default: break
                    }
                }
            default: url = word
            }
        }
        if url.isEmpty {
            action = .immediate(HostAnswer(output: "", errors: "wget: missing URL\nUsage: wget [-cqS] [--spider] [-O FILE] [-T SEC] URL...\n", status: 1))
            return
        }
        if outputFile == nil, let parts = URLParts(url) {
            let last = parts.path.split(separator: "?")[0].split(separator: "/").last.map(String.init)
            outputFile = last ?? "index.html"
        }
        action = .http(url: url, method: method, headers: [("User-Agent", "Wget")] + headers, body: body)
    }

    static func header(_ text: String) -> (name: String, value: String) {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let value = colon < text.endIndex ? text[text.index(after: colon)...].drop { $0 == " " } : ""
        return (String(text[..<colon]), String(value))
    }

    private mutating func readCurl() {
        var rest = arguments[...]
        var (url, method, body, headers) = ("", "", "", [(name: String, value: String)]())
        var isQuery = false
        timeout = .seconds(130)
        let taking: Set<String> = [
            "-o", "-w", "-X", "-d", "-H", "-m", "-A", "-u", "-b", "-c", "-e", "-F", "-r", "-T", "-x", "-K", "--output", "--write-out", "--request", "--data",
            "--data-raw", "--data-binary", "--json", "--header", "--max-time", "--connect-timeout", "--retry", "--retry-delay", "--user-agent", "--user",
            "--resolve", "--connect-to", "--cacert", "--cert", "--key", "--url", "--interface", "--max-redirs", "--proxy", "--data-urlencode", "--cookie", "--retry-max-time", "--referer",
            "--form", "-C", "--limit-rate", "--oauth2-bearer", "-D", "--dump-header", "-z", "-Y", "-y",
        ]
        while let word = rest.popFirst() {
            var words = [word]
            if word.hasPrefix("-"), !word.hasPrefix("--"), word.count > 2 {
                // Joined letters: the first that takes a value takes the rest.
                words = []
                var letters = word.dropFirst()
                while let letter = letters.popFirst() {
                    words.append("-\(letter)")
                    if taking.contains("-\(letter)") {
                        if !letters.isEmpty { rest = [String(letters)] + rest }
                        break
                    }
                }
            }
            for option in words {
                let value = taking.contains(option) ? rest.popFirst() ?? "" : ""
                switch option {
                case "-s", "--silent": isQuiet = true
                case "-S", "--show-error": showsErrors = true
                case "-f", "--fail", "--fail-with-body": failsOnStatus = true
                case "-i", "--include": showsHeaders = true
                case "-I", "--head": (headersOnly, method) = (true, "HEAD")
                case "-v", "--verbose": isVerbose = true
                case "-o", "--output": outputFile = value
                case "-O", "--remote-name": outputFile = ""
                case "-w", "--write-out": format = value
                case "-X", "--request": method = value
                case "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json":
                    if option == "--json" {
                        headers += [("Content-Type", "application/json"), ("Accept", "application/json")]
                    } else if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
                    }
                    body += (body.isEmpty ? "" : "&") + value
                    if method.isEmpty { method = "POST" }
                case "-H", "--header": headers.append(Self.header(value))
                case "-m", "--max-time", "--connect-timeout": timeout = min(Self.duration(value) ?? .seconds(130), timeout ?? .seconds(130))
                case "--url": url = value
                case "-L", "--location": followsRedirects = true
                case "-A", "--user-agent": headers.append(("User-Agent", value))
                case "-b", "--cookie": headers.append(("Cookie", value))
                case "-e", "--referer": headers.append(("Referer", value))
                case "-u", "--user": headers.append(("Authorization", "Basic " + Base64.encode(value.contains(":") ? value : value + ":")))
                case "--oauth2-bearer": headers.append(("Authorization", "Bearer " + value))
                case "-G", "--get": isQuery = true
                case "--resolve", "--connect-to":
                    let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                    if parts.count >= 3, let port = Int(parts[1]) { resolutions.append((parts[0], port, parts[2])) }
                case "-V", "--version":
                    action = .immediate(HostAnswer(output: "curl 8.17.0 (x86_64-pc-linux-musl) libcurl/8.17.0\n"))
                    return
                case _ where option.hasPrefix("-"): break
                default: if url.isEmpty { url = option }
                }
            }
        }
        if url.isEmpty {
            action = .immediate(HostAnswer(output: "", errors: "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n", status: 2))
            return
        }
        if URLParts(url) == nil {
            action = .immediate(HostAnswer(output: "", errors: "curl: (3) URL rejected: Malformed input to a URL function\n", status: 3))
            return
        }
        if isQuery, !body.isEmpty {
            url += (url.contains("?") ? "&" : "?") + body
            (body, method) = ("", method == "POST" ? "GET" : method)
            headers.removeAll { $0.value == "application/x-www-form-urlencoded" }
        }
        // A header that is given takes the place of curl's own; one without a value takes it away.
        let given = Set(headers.map { $0.name.lowercased() })
        let own = [(name: "User-Agent", value: "curl/8.17.0"), (name: "Accept", value: "*/*")].filter { !given.contains($0.name.lowercased()) }
        headers = Dictionary(headers.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }.map(\.value).filter { !$0.value.isEmpty }
        if let parts = URLParts(url), let found = resolutions.first(where: { $0.host.lowercased() == parts.host.lowercased() && $0.port == parts.port }) {
            // The name goes into the Host header, and the request to the address.
            if !given.contains("host") { headers.append(("Host", parts.host + (parts.port == 80 || parts.port == 443 ? "" : ":\(parts.port)"))) }
            let scheme = url.contains("://") ? String(url.prefix { $0 != ":" }) : "http"
            url = "\(scheme)://\(found.address):\(parts.port)\(parts.path)"
        }
        if outputFile?.isEmpty == true { outputFile = URLParts(url)?.path.split(separator: "/").last.map(String.init) ?? "curl_response" }
        action = .http(url: url, method: method.isEmpty ? "GET" : method, headers: own + headers, body: body)
    }

    // MARK: Others

    private mutating func readLookup() {
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

    private mutating func readConnection(_ environment: [(name: String, value: String)]) {
        var words: [String] = []
        var flags: [String: String] = [:]
        var rest = arguments[...]
        let taking: Set<String> = ["-h", "-p", "-P", "-u", "-U", "-w", "-W", "-c", "-i", "-q", "-s", "-d", "-e", "-a", "-n", "--host", "--port", "-t", "-D", "--user"]
        while let word = rest.popFirst() {
            if word.hasPrefix("-h"), word.count > 2, tool.hasPrefix("mysql") { flags["-h"] = String(word.dropFirst(2)) } else if tool == "nc", word.hasPrefix("-"), word.count > 1 {
                for letter in word.dropFirst() {
                    let name = "-\(letter)"
                    flags[name] = ["-w", "-p", "-q", "-i", "-s"].contains(name) ? rest.popFirst() ?? "" : ""
                }
            } else if taking.contains(word), !(tool.hasPrefix("mysql") && word == "-p") { flags[word] = rest.popFirst() ?? "" } else if word.hasPrefix("-") { flags[word] = "" } else { words.append(word) }
        }
        let defaults = ["redis-cli": 6379, "mysql": 3306, "mysqladmin": 3306, "psql": 5432, "pg_isready": 5432, "telnet": 23]
        timeout = flags["-w"].flatMap { Self.duration($0) } ?? .seconds(10)
        if tool == "ping" {
            guard let host = words.last else {
                action = .immediate(HostAnswer(output: "", errors: "BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n", status: 1))
                return
            }
            action = .ping(host: host)
            return
        }
        if let known = defaults[tool], tool != "telnet" {
            let host = flags["-h"] ?? flags["--host"] ?? "localhost"
            let port = Int(flags["-P"] ?? flags["--port"] ?? (tool.hasPrefix("mysql") ? "" : flags["-p"] ?? "")) ?? known
            action = .connect(host: host, port: port)
            readDatabaseCommand(words, flags, host: host, port: port, environment: environment)
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
        _ words: [String], _ flags: [String: String], host: String, port: Int, environment: [(name: String, value: String)]
    ) {
        let url = "http://\(host):\(port)/"
        func known(_ name: String) -> String { environment.last { $0.name == name }?.value ?? "" }
        /// What follows an option in the same word.
        func value(_ option: String) -> String? {
            guard let word = arguments.first(where: { $0.hasPrefix(option) && $0.count > option.count }) else { return nil }
            return String(word.dropFirst(option.count))
        }
        switch tool {
        case "redis-cli" where !words.isEmpty:
            action = .http(url: url, method: "REDIS", headers: [], body: words.map { Base64.encode($0) }.joined(separator: " "))
        case "mysql":
            let user = flags["-u"] ?? value("-u") ?? value("--user=") ?? "root"
            let password = value("-p") ?? value("--password=") ?? known("MYSQL_PWD")
            let text = flags["-e"] ?? value("--execute=") ?? ""
            action = .http(url: url, method: "SQL", headers: [("X-User", user), ("X-Password", password)], body: text)
        case "psql":
            let user = flags["-U"] ?? value("--username=") ?? (known("PGUSER").isEmpty ? "root" : known("PGUSER"))
            var text = flags["-c"] ?? value("--command=") ?? ""
            if flags["-l"] != nil || text == "\\l" { text = "SHOW DATABASES" }
            if text == "\\dt" { text = "SHOW TABLES" }
            action = .http(url: url, method: "SQL", headers: [("X-User", user), ("X-Password", known("PGPASSWORD"))], body: text)
        default: break
        }
    }

    private mutating func readLoad() {
        switch (tool, arguments.first) {
        case ("vegeta", "report"?): action = .report
        case ("vegeta", "version"?), ("k6", "version"?), ("locust", "--version"?), ("fortio", "version"?):
            let text = tool == "k6" ? "k6 v1.4.0 (go1.25.4, linux/amd64)\n" : tool == "locust" ? "locust 2.42.5\n" : tool == "fortio" ? "1.69.5\n" : "Version: 12.12.0\n"
            action = .immediate(HostAnswer(output: text))
        default: action = .load
        }
    }

    /// What a load generator is to do.
    ///
    /// - Throws: the answer to a call that it does not take.
    package func loadPlan(input: [UInt8], file: (String) -> String?) throws(LoadRefusal) -> LoadPlan {
        do throws(LoadUsage) { return try LoadPlan.read(tool, arguments, input: input, file: file) } catch {
            throw LoadRefusal(answer: HostAnswer(output: "", errors: error.text + "\n", status: error.status))
        }
    }
}

/// What a load generator answers to a call that it does not take.
package struct LoadRefusal: Error {
    package var answer: HostAnswer
}

/// Durations as command-line tools take them.
enum SleepDuration {
    /// Nanoseconds of `5`, `1.5`, `30s`, `2m`, `1h`.
    static func nanoseconds(_ text: String) -> Int64? {
        var digits = text
        var unit = 1.0
        if text.hasSuffix("ms") {
            unit = 0.001
            digits.removeLast(2)
        } else if let last = text.last, let factor = ["s": 1.0, "m": 60, "h": 3600][last] {
            unit = factor
            digits.removeLast()
        }
        guard let number = Double(digits), number >= 0, number.isFinite else { return nil }
        return Int64(min(number * unit, 1e8) * 1e9)
    }
}
