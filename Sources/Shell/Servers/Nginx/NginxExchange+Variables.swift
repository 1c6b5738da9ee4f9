/// The variables of a request.
///
/// - Source: `ngx_http_variables.c`.
extension NginxExchange {
    func filled(_ text: String, depth: Int = 0) -> String { NginxVariables.fill(text) { value(of: $0, depth: depth) } }

    func value(of name: String, depth: Int) -> String {
        if let number = Int(name) { return captures.indices.contains(number) ? captures[number] : "" }
        if let set = variables[name] { return set }
        if let map = configuration.maps[name] {
            guard depth < 8 else { return "" }
            let source = filled(map.source, depth: depth + 1)
            let found = map.entries.first { $0.pattern == nil && $0.key.lowercased() == source.lowercased() } ?? map.entries.first { $0.pattern?.match(source) != nil }
            return filled(found?.value ?? map.fallback, depth: depth + 1)
        }
        let host = request.header("host") ?? request.host
        switch name {
        case "uri", "document_uri", "fastcgi_script_name": return uri
        case "request_uri": return request.target
        case "args", "query_string": return arguments
        case "is_args": return arguments.isEmpty ? "" : "?"
        case "host": return host.isEmpty ? server.names.first ?? "" : String(host.prefix { $0 != ":" }).lowercased()
        case "hostname": return request.hostName
        case "remote_addr", "realip_remote_addr": return request.client.isEmpty ? "127.0.0.1" : request.client
        case "remote_port": return "45678"
        case "server_addr": return request.address
        case "server_port": return String(request.port)
        case "server_name": return server.names.first ?? ""
        case "server_protocol": return "HTTP/1.1"
        case "scheme": return server.listens.contains { $0.port == request.port && $0.isTLS } ? "https" : "http"
        case "https": return server.listens.contains { $0.port == request.port && $0.isTLS } ? "on" : ""
        case "request_method": return request.method
        case "request": return "\(request.method) \(request.target) HTTP/1.1"
        case "request_filename": return place(of: uri)
        case "document_root", "realpath_root": return first("root").map { filled($0.first, depth: depth + 1) } ?? NginxConfiguration.directory + "/html"
        case "nginx_version": return request.version
        case "pid": return "29"
        case "connection", "connection_requests", "connections_active", "connections_writing": return "1"
        case "connections_reading", "connections_waiting": return "0"
        case "content_type": return request.header("content-type") ?? ""
        case "content_length": return request.bodySize > 0 ? String(request.bodySize) : request.header("content-length") ?? ""
        case "proxy_add_x_forwarded_for":
            let address = request.client.isEmpty ? "127.0.0.1" : request.client
            return request.header("x-forwarded-for").map { "\($0), \(address)" } ?? address
        case "http_host": return host
        case "remote_user":
            let header = request.header("authorization") ?? ""
            guard header.lowercased().hasPrefix("basic "), let bytes = Base64Text.decode(Array(header.dropFirst(6).utf8)) else { return "" }
            return String(String(decoding: bytes, as: UTF8.self).prefix { $0 != ":" })
        case "msec": return "\(request.now / 1_000_000_000).\(String(1000 + request.now / 1_000_000 % 1000).dropFirst())"
        case "time_iso8601": return DateFormatter.format("%Y-%m-%dT%H:%M:%S+00:00", request.now)
        case "time_local": return DateFormatter.format("%d/%b/%Y:%H:%M:%S +0000", request.now)
        default: break
        }
        if name.hasPrefix("http_") {
            let wanted = name.dropFirst(5)
            return request.headers.first { $0.name.lowercased().map { $0 == "-" ? "_" : $0 } == Array(wanted) }?.value ?? ""
        }
        if name.hasPrefix("arg_") {
            let wanted = name.dropFirst(4).lowercased()
            for pair in arguments.split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts[0].lowercased() == wanted { return parts.count > 1 ? String(parts[1]) : "" }
            }
        }
        if name.hasPrefix("cookie_") {
            for pair in (request.header("cookie") ?? "").split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0] == name.dropFirst(7) { return String(parts[1]) }
            }
        }
        return ""
    }
}
