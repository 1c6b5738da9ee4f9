/// The pages that nginx makes itself, and the types of files.
package enum NginxPages {
    static let reasons: [Int: String] = [
        301: "301 Moved Permanently", 302: "302 Found", 303: "303 See Other", 307: "307 Temporary Redirect", 308: "308 Permanent Redirect", 400: "400 Bad Request", 401: "401 Authorization Required",
        402: "402 Payment Required", 403: "403 Forbidden", 404: "404 Not Found", 405: "405 Not Allowed", 406: "406 Not Acceptable", 408: "408 Request Time-out", 409: "409 Conflict", 410: "410 Gone",
        411: "411 Length Required", 412: "412 Precondition Failed", 413: "413 Request Entity Too Large", 414: "414 Request-URI Too Large", 415: "415 Unsupported Media Type",
        416: "416 Requested Range Not Satisfiable", 421: "421 Misdirected Request", 429: "429 Too Many Requests", 500: "500 Internal Server Error", 501: "501 Not Implemented", 502: "502 Bad Gateway",
        503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out", 505: "505 HTTP Version Not Supported", 507: "507 Insufficient Storage",
    ]

    /// The page of a status; empty for one that has none.
    package static func page(_ status: Int, server: String) -> String {
        guard let reason = reasons[status] else { return "" }
        return "<html>\r\n<head><title>\(reason)</title></head>\r\n<body>\r\n<center><h1>\(reason)</h1></center>\r\n<hr><center>\(server)</center>\r\n</body>\r\n</html>\r\n"
    }

    /// What `stub_status` shows to somebody who asks alone.
    static func status(accepted: Int) -> String {
        "Active connections: 1 \nserver accepts handled requests\n \(accepted) \(accepted) \(accepted) \nReading: 0 Writing: 1 Waiting: 0 \n"
    }

    /// The list of a directory.
    static func listing(of uri: String, at path: String, _ files: VirtualFileSystem) -> String {
        let names = ((try? files.names(in: path)) ?? []).filter { !$0.hasPrefix(".") }
        let entries = names.compactMap { name in (try? files.node(path + "/" + name)).map { (name: name, node: $0) } }
        let ordered = entries.filter { $0.node.isDirectory } + entries.filter { !$0.node.isDirectory }
        var text = "<html>\r\n<head><title>Index of \(uri)</title></head>\r\n<body>\r\n<h1>Index of \(uri)</h1><hr><pre><a href=\"../\">../</a>\r\n"
        for (name, node) in ordered {
            let shown = node.isDirectory ? name + "/" : name
            let label = shown.count > 50 ? String(shown.prefix(47)) + "..&gt;" : shown
            let stamp = DateFormatter.format("%d-%b-%Y %H:%M", node.attributes.modified)
            var size = "-"
            if case .file(let content) = node { size = String(content.bytes.count) }
            text += "<a href=\"\(shown)\">\(label)</a>" + String(repeating: " ", count: max(0, 51 - min(shown.count, 50))) + stamp + String(repeating: " ", count: max(1, 20 - size.count)) + size + "\r\n"
        }
        return text + "</pre><hr></body>\r\n</html>\r\n"
    }
}
