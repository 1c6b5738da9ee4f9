import Shell
import SimulationKernel

/// What the tools print.
extension NetworkCommand {
    /// How long a command takes with an outcome: its own limit when nothing comes back.
    package func time(of outcome: NetworkOutcome) -> Duration {
        switch outcome {
        case .http(_, _, _, let latency):
            if let timeout, latency > timeout { return timeout }
            return latency
        case .resolved: return tool == "ping" ? .seconds(max(pingCount - 1, 0)) : .milliseconds(5)
        case .failed(.timedOut, _) where tool == "ping": return .seconds(pingCount + 9)
        case .connected(let time), .answered(_, let time): return time
        // Its time has passed when it is told.
        case .loaded: return .zero
        case .failed(let failure, let time):
            if failure == .timedOut, let timeout { return min(timeout, .seconds(3600)) }
            return time
        }
    }

    private var pingCount: Int {
        var text: String?
        if let index = arguments.firstIndex(of: "-c"), index + 1 < arguments.count { text = arguments[index + 1] }
        // The number may stand in the same word.
        if let joined = arguments.first(where: { $0.hasPrefix("-c") && $0.count > 2 }) { text = String(joined.dropFirst(2)) }
        return min(max(text.flatMap { Int($0) } ?? 4, 1), 1000)
    }

    /// The file that the body goes to, with it; nil when it goes to standard output or there is none.
    package func file(for answer: HostAnswer) -> (path: String, bytes: [UInt8])? {
        guard let outputFile, outputFile != "-", outputFile != "/dev/null", case .http = action, answer.status == 0 || tool == "curl", let body = answer.savedBody else { return nil }
        return (outputFile, body)
    }

    package func render(_ outcome: NetworkOutcome) -> HostAnswer {
        if case .answered(let answer, _) = outcome { return answer }
        switch tool {
        case "wget": return wget(outcome)
        case "curl": return curl(outcome)
        case "nslookup", "dig", "host", "getent": return lookup(outcome)
        case "ping": return ping(outcome)
        case "hey", "ab", "wrk", "wrk2", "fortio", "vegeta", "k6", "locust":
            if case .loaded(let plan, let result) = outcome { return LoadReport.render(tool, plan, result) }
            if case .failed(let failure, _) = outcome { return HostAnswer(output: "", errors: "\(tool): \(Self.words(failure))\n", status: 1) }
            return HostAnswer(status: 1)
        default: return connection(outcome)
        }
    }

    static func words(_ failure: NetworkOutcome.Failure) -> String {
        switch failure {
        case .refused: "Connection refused"
        case .timedOut: "Connection timed out"
        case .noSuchHost: "bad address"
        case .unreachable: "Host is unreachable"
        case .reset: "Connection reset by peer"
        }
    }

    static func reason(_ status: Int) -> String {
        [
            200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 307: "Temporary Redirect",
            308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
            429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        ][status] ?? ""
    }

    /// The address of a host, as far as it is known.
    private func address(of host: String) -> String { !address.isEmpty ? address : host == "localhost" ? "127.0.0.1" : host }

    private var parts: URLParts? {
        if case .http(let url, _, _, _) = action { return URLParts(url) }
        return nil
    }

    // MARK: HTTP

    private func wget(_ outcome: NetworkOutcome) -> HostAnswer {
        let host = parts?.host ?? ""
        // The port is told with the host where the URL has it.
        let place = parts.map { $0.port == ($0.scheme == "https" ? 443 : 80) ? host : "\(host):\($0.port)" } ?? host
        let begun = isQuiet ? "" : "Connecting to \(place) (\(address(of: host)):\(parts?.port ?? 80))\n"
        switch outcome {
        case .http(let status, _, let body, let latency):
            if let timeout, latency > timeout { return HostAnswer(output: "", errors: begun + "wget: download timed out\n", status: 1) }
            if status >= 400 { return HostAnswer(output: "", errors: begun + "wget: server returned error: HTTP/1.1 \(status) \(Self.reason(status))\n", status: 1) }
            var answer = HostAnswer(output: outputFile == "-" && !headersOnly ? body : "", errors: begun)
            if headersOnly {
                if !isQuiet { answer.errors += Array("remote file exists\n".utf8) }
                return answer
            }
            if outputFile != "-" { answer.savedBody = Array(body.utf8) }
            if !isQuiet {
                answer.errors += Array(
                    (outputFile == "-" ? "writing to stdout\n-                    100% |********************************|  \(body.utf8.count)  0:00:00 ETA\nwritten to stdout\n" : "saving to '\(outputFile ?? "")'\n'\(outputFile ?? "")' saved\n").utf8)
            }
            return answer
        case .failed(.noSuchHost, _): return HostAnswer(output: "", errors: "wget: bad address '\(place)'\n", status: 1)
        case .failed(.timedOut, _): return HostAnswer(output: "", errors: begun + "wget: download timed out\n", status: 1)
        case .failed(let failure, _): return HostAnswer(output: "", errors: begun + "wget: can't connect to remote host (\(address(of: host))): \(Self.words(failure))\n", status: 1)
        default: return HostAnswer(status: 1)
        }
    }

    private func curl(_ outcome: NetworkOutcome) -> HostAnswer {
        var (host, port) = (parts?.host ?? "", parts?.port ?? 80)
        if case .connect(let name, let number) = action { (host, port) = (name, number) }
        func failed(_ code: Int, _ text: String) -> HostAnswer {
            var answer = HostAnswer(output: written(status: 0, size: 0, latency: .zero), errors: isQuiet && !showsErrors ? "" : "curl: (\(code)) \(text)\n", status: code)
            if isVerbose { answer.errors = Array("* \(text)\n".utf8) + answer.errors }
            return answer
        }
        switch outcome {
        case .http(let status, let headers, let body, let latency):
            if let timeout, latency > timeout { return failed(28, "Operation timed out after \(Int(timeout.inSeconds * 1000)) milliseconds with 0 bytes received") }
            if failsOnStatus, status >= 400 { return failed(22, "The requested URL returned error: \(status)") }
            let head = "HTTP/1.1 \(status) \(Self.reason(status))\r\n" + (headers + [(name: "Content-Length", value: String(body.utf8.count))]).map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
            var text = (showsHeaders || headersOnly ? head : "") + (headersOnly ? "" : body)
            var answer = HostAnswer(status: 0)
            if let outputFile, outputFile != "-" {
                answer.savedBody = Array(text.utf8)
                text = ""
            }
            answer.output = Array((text + written(status: status, size: body.utf8.count, latency: latency)).utf8)
            if isVerbose {
                answer.errors = Array(verbose(host, port, head).utf8)
            }
            return answer
        // Of a bare connection there is nothing more to tell: its input is at its end.
        case .connected: return HostAnswer(output: "", errors: isVerbose ? connection(host, port) + "* shutting down connection #0\n" : "")
        case .failed(.noSuchHost, _): return failed(6, "Could not resolve host: \(host)")
        case .failed(.timedOut, let time):
            let waited = Int(self.time(of: .failed(.timedOut, time)).inSeconds * 1000)
            return failed(28, "Failed to connect to \(host) port \(port) after \(waited) ms: Could not connect to server")
        case .failed(.reset, _): return failed(56, "Recv failure: Connection reset by peer")
        case .failed(_, let time): return failed(7, "Failed to connect to \(host) port \(port) after \(Int(time.inSeconds * 1000)) ms: Could not connect to server")
        default: return HostAnswer(status: 1)
        }
    }

    /// What `curl -v` tells of a connection that it made.
    private func connection(_ host: String, _ port: Int) -> String {
        let found = address(of: host)
        let lookup = found == host ? "" : "* Host \(host):\(port) was resolved.\n* IPv6: (none)\n* IPv4: \(found)\n"
        return lookup + "*   Trying \(found):\(port)...\n* Connected to \(host) (\(found)) port \(port)\n"
    }

    /// What `curl -v` tells of a request and its answer.
    private func verbose(_ host: String, _ port: Int, _ head: String) -> String {
        guard case .http(_, let method, let headers, let body) = action else { return "" }
        let known = headers.last { $0.name.lowercased() == "host" }?.value ?? host + (port == 80 || port == 443 ? "" : ":\(port)")
        var text = connection(host, port) + "> \(method) \(parts?.path ?? "/") HTTP/1.1\n> Host: \(known)\n"
        for header in headers where header.name.lowercased() != "host" { text += "> \(header.name): \(header.value)\n" }
        if !body.isEmpty { text += "> Content-Length: \(body.utf8.count)\n" }
        text += "> \n* Request completely sent off\n"
        for line in head.split(separator: "\r\n", omittingEmptySubsequences: true) { text += "< \(line)\n" }
        return text + "< \n* Connection #0 to host \(host) left intact\n"
    }

    /// The text of `--write-out`.
    private func written(status: Int, size: Int, latency: Duration) -> String {
        guard !format.isEmpty else { return "" }
        var method = "GET"
        if case .http(_, let own, _, _) = action { method = own }
        let seconds = "\(Double(Int(latency.inSeconds * 1_000_000)) / 1_000_000)"
        var text = format
        let values = [
            "http_code": status == 0 ? "000" : String(status), "response_code": status == 0 ? "000" : String(status), "time_total": seconds,
            "size_download": String(size), "url_effective": parts?.text ?? "", "time_connect": "0.001", "time_namelookup": "0.001", "time_starttransfer": seconds,
            "time_appconnect": "0.000000", "time_pretransfer": "0.001", "num_redirects": "0", "http_version": status == 0 ? "0" : "1.1", "method": method, "remote_port": String(parts?.port ?? 80),
            "exitcode": status == 0 ? "7" : "0", "scheme": parts?.port == 443 ? "HTTPS" : "HTTP",
        ]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { text = text.split(separator: "%{\(name)}", omittingEmptySubsequences: false).joined(separator: value) }
        for (escape, character) in [("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r")] { text = text.split(separator: escape, omittingEmptySubsequences: false).joined(separator: character) }
        return text
    }

    // MARK: Names

    private func lookup(_ outcome: NetworkOutcome) -> HostAnswer {
        guard case .resolve(let asked, let type) = action else { return HostAnswer(status: 1) }
        switch outcome {
        case .resolved(let name, let records, let server):
            switch tool {
            case "dig":
                let values = records.map(\.value)
                if isQuiet { return HostAnswer(output: values.map { $0 + "\n" }.joined()) }
                let lines = records.map { "\(Self.absolute($0.name))\t\t5\tIN\t\($0.type)\t\($0.value)\n" }.joined()
                let head = ";; ->>HEADER<<- opcode: QUERY, status: NOERROR\n;; QUESTION SECTION:\n;\(Self.absolute(name))\t\t\tIN\t\(type)\n"
                return HostAnswer(output: head + (lines.isEmpty ? "" : "\n;; ANSWER SECTION:\n\(lines)") + "\n;; SERVER: \(server)#53(\(server))\n")
            case "host":
                if records.isEmpty { return HostAnswer(output: "\(name) has no \(type) record\n") }
                return HostAnswer(output: records.map { "\($0.name) \(Self.hostPhrase($0.type)) \($0.value)\n" }.joined())
            case "getent":
                return HostAnswer(output: records.filter { $0.type == "A" }.map { $0.value + String(repeating: " ", count: max(16 - $0.value.utf8.count, 1)) + name + "\n" }.joined())
            default:
                let head = lookupForm.head(of: server)
                if records.isEmpty { return missing(asked, head, exists: true) }
                return HostAnswer(output: head + (lookupForm.found(asked, records) ?? records.map(Self.nslookupLine).joined() + "\n"))
            }
        case .failed(.timedOut, _): return HostAnswer(output: ";; connection timed out; no servers could be reached\n\n", errors: "", status: tool == "dig" ? 9 : 1)
        default:
            switch tool {
            case "dig": return HostAnswer(output: isQuiet ? "" : ";; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN\n")
            case "host": return HostAnswer(output: "Host \(asked) not found: 3(NXDOMAIN)\n", errors: "", status: 1)
            case "getent": return HostAnswer(status: 2)
            default: return missing(asked, nameServer.isEmpty ? "" : lookupForm.head(of: nameServer), exists: false)
            }
        }
    }

    /// What `nslookup` answers when it has nothing to tell; the old one of busybox complains on its error stream.
    private func missing(_ asked: String, _ head: String, exists: Bool) -> HostAnswer {
        let text = lookupForm.missing(asked, exists: exists)
        return lookupForm == .oldBusybox ? HostAnswer(output: head, errors: text, status: 1) : HostAnswer(output: head + text, errors: "", status: 1)
    }

    private static func absolute(_ name: String) -> String { name.hasSuffix(".") ? name : name + "." }

    private static func hostPhrase(_ type: String) -> String {
        ["A": "has address", "CNAME": "is an alias for", "SRV": "has SRV record", "PTR": "domain name pointer"][type] ?? "has \(type) record"
    }

    private static func nslookupLine(_ record: NameRecord) -> String {
        let value = record.value.hasSuffix(".") ? String(record.value.dropLast()) : record.value
        switch record.type {
        case "A": return "Name:\t\(record.name)\nAddress: \(value)\n"
        case "CNAME": return "\(record.name)\tcanonical name = \(value)\n"
        case "SRV": return "\(record.name)\tservice = \(value)\n"
        case "PTR": return "\(record.name)\tname = \(value)\n"
        default: return "\(record.name)\t\(record.type) = \(value)\n"
        }
    }

    private func ping(_ outcome: NetworkOutcome) -> HostAnswer {
        guard case .ping(let host) = action else { return HostAnswer(status: 1) }
        guard case .resolved(_, let records, _) = outcome, let address = records.last?.value else {
            if case .failed(.noSuchHost, _) = outcome { return HostAnswer(output: "", errors: "ping: bad address '\(host)'\n", status: 1) }
            return HostAnswer(
                output: "PING \(host): 56 data bytes\n\n--- \(host) ping statistics ---\n\(pingCount) packets transmitted, 0 packets received, 100% packet loss\n",
                errors: "", status: 1)
        }
        let lines = (0..<pingCount).map { "64 bytes from \(address): seq=\($0) ttl=62 time=0.400 ms\n" }.joined()
        return HostAnswer(
            output: "PING \(host) (\(address)): 56 data bytes\n\(lines)\n--- \(host) ping statistics ---\n\(pingCount) packets transmitted, \(pingCount) packets received, 0% packet loss\nround-trip min/avg/max = 0.400/0.400/0.400 ms\n")
    }

    // MARK: Connections

    /// What a database's client prints of its server's answer.
    private func database(_ status: Int, _ headers: [(name: String, value: String)], _ body: String) -> HostAnswer {
        guard headers.contains(where: { $0.value == "application/x-database" }) else {
            return HostAnswer(output: "", errors: tool == "redis-cli" ? "Error: Protocol error, got \"H\" as reply type byte\n" : "ERROR: unexpected answer of the server\n", status: 1)
        }
        if status != 200 { return HostAnswer(output: "", errors: body, status: tool == "psql" ? 2 : 1) }
        if tool == "redis-cli" { return HostAnswer(output: body + "\n") }
        let printed = sqlAnswer(body)
        return HostAnswer(output: printed.output, errors: printed.errors, status: printed.status)
    }

    private func connection(_ outcome: NetworkOutcome) -> HostAnswer {
        if case .http(let url, let method, _, _) = action, let parts = URLParts(url), method == "REDIS" || method == "SQL" {
            if case .http(let status, let headers, let body, _) = outcome { return database(status, headers, body) }
            var bare = self
            bare.action = .connect(host: parts.host, port: parts.port)
            return bare.connection(outcome)
        }
        guard case .connect(let host, let port) = action else { return HostAnswer(status: 1) }
        let isOpen: Bool
        switch outcome {
        case .connected, .http: isOpen = true
        default: isOpen = false
        }
        var failure = NetworkOutcome.Failure.refused
        if case .failed(let found, _) = outcome { failure = found }
        switch tool {
        case "redis-cli":
            if !isOpen { return HostAnswer(output: "", errors: "Could not connect to Redis at \(host):\(port): \(Self.words(failure))\n", status: 1) }
            return HostAnswer()
        case "pg_isready":
            return isOpen ? HostAnswer(output: "\(host):\(port) - accepting connections\n") : HostAnswer(output: "\(host):\(port) - no response\n", errors: "", status: 2)
        case "mysqladmin":
            return isOpen ? HostAnswer(output: "mysqld is alive\n") : HostAnswer(output: "", errors: "mysqladmin: connect to server at '\(host)' failed\nerror: 'Can't connect to MySQL server on '\(host):\(port)' (111)'\n", status: 1)
        case "mysql":
            if isOpen { return HostAnswer() }
            let isLocal = host == "localhost"
            return HostAnswer(
                output: "",
                errors: isLocal
                    ? "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n"
                    : "ERROR 2003 (HY000): Can't connect to MySQL server on '\(host):\(port)' (111)\n", status: 1)
        case "psql":
            return isOpen ? HostAnswer(output: "") : HostAnswer(output: "", errors: "psql: error: connection to server at \"\(host)\", port \(port) failed: \(Self.words(failure))\n", status: 2)
        case "telnet":
            return isOpen ? HostAnswer(output: "Connected to \(host)\n") : HostAnswer(output: "", errors: "telnet: can't connect to remote host (\(address(of: host))): \(Self.words(failure))\n", status: 1)
        default:
            if isOpen { return HostAnswer(output: "", errors: isVerbose ? "\(host) (\(address(of: host)):\(port)) open\n" : "") }
            if failure == .noSuchHost { return HostAnswer(output: "", errors: "nc: bad address '\(host)'\n", status: 1) }
            return HostAnswer(output: "", errors: "nc: \(host) (\(address(of: host)):\(port)): \(Self.words(failure))\n", status: 1)
        }
    }
}
