/// What a location answers by itself: its files.
///
/// - Source: `ngx_http_try_files_module.c`, `ngx_http_index_module.c`, `ngx_http_static_module.c`.
extension NginxExchange {
    mutating func content(_ files: VirtualFileSystem) -> Step {
        if let tries = (levels.last ?? []).first(where: { $0.name == "try_files" }), location != nil || levels.count == 2 {
            if let step = tryFiles(tries, files) { return step }
        }
        let own = (location == nil ? [] : levels.dropFirst(2)).reversed().flatMap { $0 }
        if let pass = own.first(where: { $0.name == "proxy_pass" }) { return proxy(pass, files) }
        if own.contains(where: { $0.name.hasSuffix("_pass") }) {
            errors.append("connect() failed (111: Connection refused) while connecting to upstream")
            return fail(502, files)
        }
        if own.contains(where: { $0.name == "stub_status" }) || location == nil && server.own.contains(where: { $0.name == "stub_status" }) {
            return .done(made(200, NginxPages.status(accepted: request.served + 1), type: "text/plain"))
        }
        guard ["GET", "HEAD"].contains(method) else { return fail(405, files) }
        return serveFile(files)
    }

    mutating func tryFiles(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Step? {
        for word in directive.arguments.dropLast() {
            let name = filled(word)
            let path = place(of: name)
            let isFound = word.hasSuffix("/") ? files.isDirectory(path) : files.exists(path) && !files.isDirectory(path)
            guard isFound else { continue }
            uri = name.hasPrefix("/") ? name : "/" + name
            return nil
        }
        let last = filled(directive.arguments[directive.arguments.count - 1])
        if last.hasPrefix("="), let status = Int(last.dropFirst()) { return fail(status, files) }
        wasRedirected = true
        if last.hasPrefix("@") { return named(last, files) }
        take(last)
        return .again
    }

    /// Where the file of a path is.
    func place(of path: String) -> String {
        if let location, let alias = location.own.first(where: { $0.name == "alias" }) {
            let base = filled(alias.first)
            if location.kind == .pattern { return base }
            return base + path.dropFirst(location.text.count)
        }
        let root = first("root").map { filled($0.first) } ?? "html"
        return VirtualFileSystem.absolute(root, from: NginxConfiguration.directory) + (path.hasPrefix("/") ? path : "/" + path)
    }

    mutating func serveFile(_ files: VirtualFileSystem) -> Step {
        let path = place(of: uri)
        if uri.hasSuffix("/") {
            let names = first("index")?.arguments ?? ["index.html"]
            for name in names.map({ filled($0) }) {
                if name.hasPrefix("/") {
                    (uri, wasRedirected) = (name, true)
                    return .again
                }
                guard files.exists(path + (path.hasSuffix("/") ? "" : "/") + name) else { continue }
                (uri, wasRedirected) = (uri + name, true)
                return .again
            }
            guard files.isDirectory(path) else {
                errors.append("\"\(path)\(path.hasSuffix("/") ? "" : "/")\(names.last ?? "index.html")\" is not found (2: No such file or directory)")
                return fail(404, files)
            }
            if first("autoindex")?.first == "on" { return .done(made(200, NginxPages.listing(of: uri, at: path, files), type: "text/html")) }
            errors.append("directory index of \"\(path)\" is forbidden")
            return fail(403, files)
        }
        if files.isDirectory(path) { return .done(redirect(301, to: uri + "/" + (arguments.isEmpty ? "" : "?" + arguments))) }
        do throws(FileError) {
            let bytes = try files.read(path)
            return .done(made(200, bytes, type: fileType(path)))
        } catch {
            errors.append("open() \"\(path)\" failed (\(NginxReader.number(error.code)): \(error.code.rawValue))")
            return fail(error.code == .denied ? 403 : 404, files)
        }
    }

    /// The type of a file by the `types` that apply.
    func fileType(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        if let dot = name.lastIndex(of: ".") {
            let ending = name[name.index(after: dot)...].lowercased()
            for level in levels.reversed() {
                let blocks = level.filter { $0.name == "types" }
                for entry in blocks.flatMap({ $0.block ?? [] }) where entry.arguments.contains(ending) { return entry.name }
                if !blocks.isEmpty { break }
            }
            if !levels.contains(where: { $0.contains { $0.name == "types" } }), let known = ["html": "text/html", "gif": "image/gif", "jpg": "image/jpeg"][ending] { return known }
        }
        return first("default_type")?.first ?? "text/plain"
    }
}
