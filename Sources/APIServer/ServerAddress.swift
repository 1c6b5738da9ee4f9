import Glibc

/// Where a live cluster listens.
package struct ServerAddress: Hashable, Sendable {
    package var host: String
    package var port: Int

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false)
        return bytes.count == 4 && bytes[0] == "127" && bytes.allSatisfy { UInt8($0) != nil }
    }

    /// The names and addresses under which clients may reach it: all of this machine's own where it listens on all.
    package var names: [String] {
        guard ["0.0.0.0", "::", ""].contains(host) else { return [host] }
        var names: [String] = []
        var name = [CChar](repeating: 0, count: 256)
        if gethostname(&name, name.count - 1) == 0 { names.append(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
        var interfaces: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&interfaces) == 0 else { return names }
        defer { freeifaddrs(interfaces) }
        var next = interfaces
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard let address = interface.ifa_addr, [AF_INET, AF_INET6].contains(Int32(address.pointee.sa_family)) else { continue }
            let length = address.pointee.sa_family == sa_family_t(AF_INET) ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
            var text = [CChar](repeating: 0, count: 256)
            guard getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { continue }
            let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // An address of one link alone is of no use elsewhere.
            if !host.contains("%"), !names.contains(host) { names.append(host) }
        }
        return names
    }

    /// As it stands in a URL.
    package var text: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
