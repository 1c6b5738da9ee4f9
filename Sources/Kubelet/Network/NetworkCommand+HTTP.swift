import KubernetesObjects
import Shell

/// The command lines of wget and curl.
extension NetworkCommand {
    mutating func readWget() {
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

    mutating func readCurl() {
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
        if let target = URLParts(url), target.scheme == "telnet" {
            action = .connect(host: target.host, port: target.port)
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
}
