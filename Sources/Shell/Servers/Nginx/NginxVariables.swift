/// The variables that nginx has by itself.
///
/// - Source: nginx's index of variables.
enum NginxVariables {
    private static let known: Set<String> = [
        "ancient_browser", "args", "binary_remote_addr", "body_bytes_sent", "bytes_sent", "connection", "connection_requests", "connection_time", "connections_active", "connections_reading",
        "connections_waiting", "connections_writing", "content_length", "content_type", "document_root", "document_uri", "fastcgi_path_info", "fastcgi_script_name", "gzip_ratio", "host",
        "hostname", "http2", "https", "invalid_referer", "is_args", "is_request_port", "limit_conn_status", "limit_rate", "limit_req_status", "modern_browser", "msec", "msie", "nginx_version", "pid",
        "pipe", "proxy_add_x_forwarded_for", "proxy_host", "proxy_port", "proxy_protocol_addr", "proxy_protocol_port", "proxy_protocol_server_addr", "proxy_protocol_server_port", "query_string",
        "realip_remote_addr", "realip_remote_port", "realpath_root", "remote_addr", "remote_port", "remote_user", "request", "request_body", "request_body_file", "request_completion",
        "request_filename", "request_id", "request_length", "request_method", "request_port", "request_time", "request_uri", "scheme", "secure_link", "secure_link_expires", "server_addr",
        "server_name", "server_port", "server_protocol", "slice_range", "status", "tcpinfo_rtt", "time_iso8601", "time_local", "uid_got", "uid_set", "upstream_addr", "upstream_bytes_received",
        "upstream_bytes_sent", "upstream_cache_status", "upstream_connect_time", "upstream_header_time", "upstream_http", "upstream_response_length", "upstream_response_time", "upstream_status", "uri",
    ]
    private static let families = ["http_", "arg_", "cookie_", "sent_http_", "sent_trailer_", "upstream_http_", "upstream_cookie_", "upstream_trailer_", "ssl_", "proxy_protocol_tlv_", "date_", "geoip_", "jwt_"]

    static func isKnown(_ name: String) -> Bool {
        known.contains(name) || families.contains { name.hasPrefix($0) } || name.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// The names of the variables in a text.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        _ = fill(text) { name in
            names.append(name)
            return ""
        }
        return names
    }

    /// A text with its `$name` and `${name}` replaced.
    static func fill(_ text: String, _ value: (String) -> String) -> String { fill(text, keepingUnknown: false) { value($0) } }

    /// The same, where what has no value may stay as it is.
    static func fill(_ text: String, keepingUnknown: Bool, _ value: (String) -> String?) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        let bytes = Array(text.utf8)
        var (result, index): ([UInt8], Int) = ([], 0)
        func isName(_ byte: UInt8) -> Bool { byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) }
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let isBraced = bytes[index + 1] == UInt8(ascii: "{")
            let start = index + (isBraced ? 2 : 1)
            var end = start
            // A number is one digit long.
            if start < bytes.count, (48...57).contains(bytes[start]), !isBraced { end = start + 1 } else { while end < bytes.count, isName(bytes[end]) { end += 1 } }
            guard end > start, !isBraced || (end < bytes.count && bytes[end] == UInt8(ascii: "}")) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let next = end + (isBraced ? 1 : 0)
            if let found = value(String(decoding: bytes[start..<end], as: UTF8.self)) { result += Array(found.utf8) } else if keepingUnknown { result += bytes[index..<next] }
            index = next
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// What an `if` asks.
struct NginxCondition: Sendable {
    enum Test: Sendable {
        case isSet
        case equals(String, isWanted: Bool)
        case matches(NginxPattern, isWanted: Bool)
        /// `-f`, `-d`, `-e` or `-x`.
        case file(Character, isWanted: Bool)
    }

    var subject: String
    var test: Test

    /// Nil for what is no condition.
    init?(_ words: [String]) {
        guard var first = words.first, var last = words.last, first.hasPrefix("("), last.hasSuffix(")") else { return nil }
        var parts = words
        first = String(first.dropFirst())
        parts[0] = first
        last = String(parts[parts.count - 1].dropLast())
        parts[parts.count - 1] = last
        parts.removeAll(where: \.isEmpty)
        if parts.count == 1, parts[0].hasPrefix("$") {
            (subject, test) = (parts[0], .isSet)
            return
        }
        if parts.count == 2, let letter = parts[0].last, "fdex".contains(letter), ["-\(letter)", "!-\(letter)"].contains(parts[0]) {
            (subject, test) = (parts[1], .file(letter, isWanted: !parts[0].hasPrefix("!")))
            return
        }
        guard parts.count >= 2, parts[0].hasPrefix("$") else { return nil }
        subject = parts[0]
        let value = parts.count > 2 ? parts[2] : ""
        guard parts.count <= 3 else { return nil }
        switch parts[1] {
        case "=": test = .equals(value, isWanted: true)
        case "!=": test = .equals(value, isWanted: false)
        case "~", "~*", "!~", "!~*":
            guard let pattern = try? NginxPattern(value, ignoresCase: parts[1].hasSuffix("*")) else { return nil }
            test = .matches(pattern, isWanted: !parts[1].hasPrefix("!"))
        default: return nil
        }
    }
}
