/// Finding the location of a path.
///
/// - Source: `ngx_http_core_find_location`.
extension NginxExchange {
    /// A path without `..`, doubled slashes and `%41`.
    static func normal(_ path: String) -> String {
        var (bytes, rest): ([UInt8], ArraySlice<UInt8>) = ([], Array(path.utf8)[...])
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), code != 0 {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let clean = VirtualFileSystem.absolute(text, from: "/")
        return text.hasSuffix("/") && clean != "/" ? clean + "/" : clean
    }

    /// Finds the location of the path: the longest prefix, unless an expression matches.
    mutating func choose(_ locations: [NginxConfiguration.Location]) {
        if let exact = locations.first(where: { $0.kind == .exact && $0.text == uri }) { return enter(exact) }
        let prefix = locations.filter { ($0.kind == .prefix || $0.kind == .preferred) && uri.hasPrefix($0.text) }.max { $0.text.utf8.count < $1.text.utf8.count }
        if let prefix {
            enter(prefix)
            choose(prefix.locations)
            if location?.text != prefix.text || location?.kind == .pattern || prefix.kind == .preferred { return }
        }
        for candidate in locations where candidate.kind == .pattern {
            guard let found = candidate.pattern?.match(uri) else { continue }
            captures = found.numbered
            for (name, value) in found.named { variables[name] = value }
            if prefix != nil { levels.removeLast() }
            enter(candidate)
            return choose(candidate.locations)
        }
    }

    mutating func enter(_ found: NginxConfiguration.Location) {
        location = found
        levels.append(found.own)
    }

    mutating func named(_ name: String, _ files: VirtualFileSystem) -> Step {
        guard redirects <= Self.redirectsMax, let found = server.locations.first(where: { $0.kind == .named && $0.text == name }) else {
            errors.append("could not find named location \"\(name)\"")
            return .done(page(500))
        }
        redirects += 1
        levels = [configuration.http, server.own]
        enter(found)
        return work(files)
    }
}
