/// A URL as Go reads one in a request: with a scheme, or a path from the root.
///
/// - Source: Go 1.26 `net/url`, `ParseRequestURI` for what is wrong, `Parse` for the parts.
package struct GoURL: Hashable, Sendable, CustomStringConvertible {
    /// Why a text is no URL, in Go's words.
    package struct Failure: Error, Hashable, Sendable {
        package var message: String
    }

    package var text: String
    package private(set) var scheme = ""
    /// With the port.
    package private(set) var host = ""
    /// As it was written.
    package private(set) var path = ""
    package private(set) var query = ""

    package var description: String { text }

    /// Reads a URL; nil when it is not one.
    package init?(_ text: String) {
        do throws(Failure) { try self.init(parsing: text) } catch { return nil }
    }

    package init(parsing text: String) throws(Failure) {
        self.text = text
        do throws(Failure) {
            if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { throw Failure(message: "net/url: invalid control character in URL") }
            if text.isEmpty { throw Failure(message: "empty url") }
            // A request has no fragment: there it belongs to the path or the query.
            try read(text[...])
            guard let mark = text.firstIndex(of: "#") else { return }
            (scheme, host, path, query) = ("", "", "", "")
            try read(text[..<mark])
        } catch {
            throw Failure(message: "parse \(GoText.quoted(text)): \(error.message)")
        }
    }

    private mutating func read(_ text: Substring) throws(Failure) {
        if text == "*" {
            path = "*"
            return
        }
        var rest = try readScheme(text)
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        guard rest.hasPrefix("/") else {
            // What follows a scheme without a slash is nobody's business.
            if scheme.isEmpty { throw Failure(message: "invalid URI for request") }
            return
        }
        if !scheme.isEmpty, rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" }
            rest = rest[authority.endIndex...]
            try readAuthority(authority)
        }
        _ = try Self.unescaped(rest, inHost: false)
        path = String(rest)
    }

    private mutating func readScheme(_ text: Substring) throws(Failure) -> Substring {
        for (index, byte) in zip(text.utf8.indices, text.utf8) {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A: continue
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                if index == text.startIndex { return text }
            case UInt8(ascii: ":"):
                if index == text.startIndex { throw Failure(message: "missing protocol scheme") }
                scheme = text[..<index].lowercased()
                return text[text.utf8.index(after: index)...]
            default: return text
            }
        }
        return text
    }

    private mutating func readAuthority(_ authority: Substring) throws(Failure) {
        let at = authority.lastIndex(of: "@")
        let place = at.map { authority[authority.index(after: $0)...] } ?? authority
        var port: Substring?
        if let open = place.lastIndex(of: "[") {
            if open != place.startIndex { throw Failure(message: "invalid IP-literal") }
            guard let close = place.lastIndex(of: "]") else { throw Failure(message: "missing ']' in host") }
            port = place[place.index(after: close)...]
            let literal = place[place.index(after: open)..<close].prefix { $0 != "%" }
            if let port, !Self.isPort(port) { throw Failure(message: "invalid port \(GoText.quoted(String(port))) after host") }
            if let problem = AddressProblem.address(String(literal)) { throw Failure(message: "invalid host: \(problem)") }
        } else if let colon = place.firstIndex(of: ":") {
            port = place[colon...]
        }
        if let port, !Self.isPort(port) { throw Failure(message: "invalid port \(GoText.quoted(String(port))) after host") }
        host = try Self.unescaped(place, inHost: true)
        guard let at else { return }
        let user = authority[..<at]
        guard user.utf8.allSatisfy({ Self.isAlphanumeric($0) || "-._:~!$&'()*+,;=%@".utf8.contains($0) }) else {
            throw Failure(message: "net/url: invalid userinfo")
        }
        _ = try Self.unescaped(user, inHost: false)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && text.dropFirst().utf8.allSatisfy { $0 &- 0x30 < 10 })
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }
    private static func isHex(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }

    /// The text with its escapes resolved.
    private static func unescaped(_ text: Substring, inHost: Bool) throws(Failure) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                let code = String(decoding: rest.prefix(2), as: UTF8.self)
                guard rest.prefix(2).count == 2, rest.prefix(2).allSatisfy(isHex), let value = UInt8(code, radix: 16), !inHost || value >= 0x80 || code == "25"
                else { throw Failure(message: "invalid URL escape \(GoText.quoted("%" + code))") }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else if inHost, byte < 0x80, !isAlphanumeric(byte), !"-_.~!$&'()*+,;=:[]<>\"".utf8.contains(byte) {
                throw Failure(message: "invalid character \(GoText.quoted(String(decoding: [byte], as: UTF8.self))) in host name")
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Parts

    package var hostname: String {
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") { return String(host[host.index(after: host.startIndex)..<close]) }
        return host.lastIndex(of: ":").map { String(host[..<$0]) } ?? host
    }

    package var port: String {
        let tail = host.hasPrefix("[") ? host[(host.firstIndex(of: "]") ?? host.startIndex)...] : host[...]
        return tail.lastIndex(of: ":").map { String(tail[tail.index(after: $0)...]) } ?? ""
    }

    /// The path with what is not allowed in it escaped; as it was written where all of it is allowed.
    package var escapedPath: String {
        if path.utf8.allSatisfy({ Self.isAlphanumeric($0) || "-_.~/%$&+,:;=@!*'()[]".utf8.contains($0) }) { return path }
        let plain = (try? Self.unescaped(path[...], inHost: false)) ?? path
        var result = ""
        for byte in plain.utf8 {
            if Self.isAlphanumeric(byte) || "-_.~/$&+,:;=@".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.utf8.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }

    /// The parameters of the query in their order; what cannot be read is left out.
    package var parameters: [(name: String, values: [String])] {
        var result: [(name: String, values: [String])] = []
        for pair in query.split(separator: "&") where !pair.contains(";") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.parameter(halves[0]), let value = Self.parameter(halves.count > 1 ? halves[1] : "") else { continue }
            if let index = result.firstIndex(where: { $0.name == name }) {
                result[index].values.append(value)
            } else {
                result.append((name, [value]))
            }
        }
        return result
    }

    private static func parameter(_ text: Substring) -> String? {
        try? unescaped(Substring(text.map { $0 == "+" ? " " : $0 }), inHost: false)
    }
}
