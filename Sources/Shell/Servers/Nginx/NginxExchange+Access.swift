/// Who may ask: addresses, and names with their passwords.
///
/// - Source: `ngx_http_access_module.c`, `ngx_http_auth_basic_module.c`.
extension NginxExchange {
    func refusal(_ files: VirtualFileSystem) -> Int? {
        var rules = all(["allow", "deny"])
        var realm = first("auth_basic")?.first ?? "off"
        if let limit = location?.own.first(where: { $0.name == "limit_except" }), !limit.arguments.map({ $0.uppercased() }).contains(method), !(method == "HEAD" && limit.arguments.contains("GET")) {
            rules = (limit.block ?? []).filter { ["allow", "deny"].contains($0.name) }
            realm = limit.block?.first { $0.name == "auth_basic" }?.first ?? realm
        }
        let isForbidden = rules.first { $0.first == "all" || Self.contains($0.first, request.client) }?.name == "deny"
        let isUnknown = realm != "off" && !isAuthenticated(files)
        if first("satisfy")?.first == "any" {
            let isAdmitted = rules.first { $0.first == "all" || Self.contains($0.first, request.client) }?.name == "allow"
            if isAdmitted || (realm != "off" && !isUnknown) { return nil }
        }
        return isForbidden ? 403 : isUnknown ? 401 : nil
    }

    /// Whether an address is in a block such as `10.0.0.0/8`.
    static func contains(_ block: String, _ address: String) -> Bool {
        func number(_ text: Substring) -> UInt32? {
            let parts = text.split(separator: ".").compactMap { UInt8($0) }
            return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
        }
        let parts = block.split(separator: "/")
        guard let network = parts.first.flatMap(number), let asked = number(address[...]) else { return block == address }
        let length = parts.count > 1 ? Int(parts[1]) ?? 32 : 32
        let mask: UInt32 = length <= 0 ? 0 : UInt32.max << UInt32(32 - min(length, 32))
        return network & mask == asked & mask
    }

    /// Whether name and password stand in the file of users.
    func isAuthenticated(_ files: VirtualFileSystem) -> Bool {
        guard let header = request.header("authorization"), header.lowercased().hasPrefix("basic "), let path = first("auth_basic_user_file")?.first,
            let given = Base64Text.decode(Array(header.dropFirst(6).utf8)), let users = try? files.read(VirtualFileSystem.absolute(path, from: NginxConfiguration.directory))
        else { return false }
        let parts = String(decoding: given, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        for line in String(decoding: users, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 2, fields[0] == parts[0] else { continue }
            return PasswordHash.matches(String(parts[1]), String(fields[1]))
        }
        return false
    }
}
