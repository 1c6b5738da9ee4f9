import KubernetesObjects

/// A URL with a scheme and a host, or a path from the root.
package struct CELURL: Hashable, Sendable, CustomStringConvertible {
    package var text: String
    var scheme = ""
    /// With the port.
    var host = ""
    var path = ""
    var query = ""

    package var description: String { text }

    /// Reads a URL; nil when it is not one.
    package init?(_ text: String) {
        self.text = text
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        var rest = text[...]
        if rest.first != "/" {
            guard let colon = rest.firstIndex(of: ":"), let first = rest.utf8.first, (first | 0x20) &- 0x61 < 26 else { return nil }
            let name = rest[..<colon]
            guard name.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "+-.".utf8.contains($0) }) else { return nil }
            scheme = name.lowercased()
            rest = rest[rest.index(after: colon)...]
            guard rest.first == "/" else { return nil }
        }
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if !scheme.isEmpty, rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            var authority = rest[..<end]
            rest = rest[end...]
            if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
            if authority.hasPrefix("[") {
                guard let close = authority.firstIndex(of: "]"), IPAddress(String(authority[authority.index(after: authority.startIndex)..<close])) != nil
                else { return nil }
                let after = authority[authority.index(after: close)...]
                guard after.isEmpty || Self.isPort(after) else { return nil }
            } else if let colon = authority.lastIndex(of: ":") {
                guard Self.isPort(authority[colon...]), !authority[..<colon].contains(":") else { return nil }
            }
            guard authority.utf8.allSatisfy({ !"<>\"{}|\\^`".utf8.contains($0) }) else { return nil }
            host = String(authority)
        }
        guard Self.hasValidEscapes(rest.utf8) else { return nil }
        path = String(rest)
    }

    private static func isPort(_ text: Substring) -> Bool { text.first == ":" && text.dropFirst().utf8.allSatisfy { $0 &- 0x30 < 10 } }

    private static func hasValidEscapes(_ bytes: Substring.UTF8View) -> Bool {
        var rest = bytes[...]
        func isHex(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, rest.prefix(2).allSatisfy(isHex) else { return false }
                rest = rest.dropFirst(2)
            }
        }
        return true
    }

    var hostname: String {
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") { return String(host[host.index(after: host.startIndex)..<close]) }
        return host.lastIndex(of: ":").map { String(host[..<$0]) } ?? host
    }

    var port: String {
        let tail = host.hasPrefix("[") ? host[(host.firstIndex(of: "]") ?? host.startIndex)...] : host[...]
        return tail.lastIndex(of: ":").map { String(tail[tail.index(after: $0)...]) } ?? ""
    }

    /// The path with what is not allowed in it escaped.
    var escapedPath: String {
        var result = ""
        for byte in path.utf8 {
            let isSafe = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-_.~/%$&+,:;=@!*'()[]".utf8.contains(byte)
            if isSafe {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.utf8.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }

    /// The parameters of the query in their order.
    var parameters: [(name: String, values: [String])] {
        var result: [(name: String, values: [String])] = []
        for pair in query.split(separator: "&") where !pair.contains(";") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(halves[0])
            let value = halves.count > 1 ? Self.decoded(halves[1]) : ""
            if let index = result.firstIndex(where: { $0.name == name }) {
                result[index].values.append(value)
            } else {
                result.append((name, [value]))
            }
        }
        return result
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
