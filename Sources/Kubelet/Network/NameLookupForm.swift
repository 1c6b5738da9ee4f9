/// Whose `nslookup` a container has: the same question is answered in other words.
///
/// | form | begins with | knows no such name |
/// |---|---|---|
/// | `bind` | `Address:\t10.100.0.10#53` | `** server can't find x: NXDOMAIN` |
/// | `busybox` | `Address:\t10.100.0.10:53` | `** server can't find x: NXDOMAIN` |
/// | `oldBusybox` | `Address 1: 10.100.0.10` | `nslookup: can't resolve 'x'` |
///
/// - Source: `nslookup` of BIND; `networking/nslookup.c` of busybox, with `FEATURE_NSLOOKUP_BIG` since 1.29.
enum NameLookupForm: Hashable, Sendable {
    case bind, busybox, oldBusybox

    /// - Parameter commands: those that exist in the image; nil for all.
    init(_ system: ImageSystem?, tag: String, _ commands: Set<String>?) {
        guard system == .busybox || system == .alpine, commands?.contains("dig") == false else {
            self = .bind
            return
        }
        let version = tag.split(whereSeparator: { $0 == "." || $0 == "-" }).prefix(2).map { Int($0) ?? .max }
        self = system == .busybox && version.count == 2 && version[0] == 1 && version[1] < 29 ? .oldBusybox : .busybox
    }

    /// What it says first: whom it asked.
    func head(of server: String) -> String {
        switch self {
        case .bind: "Server:\t\t\(server)\nAddress:\t\(server)#53\n\n"
        case .busybox: "Server:\t\t\(server)\nAddress:\t\(server):53\n\n"
        case .oldBusybox: "Server:    \(server)\nAddress 1: \(server)\n\n"
        }
    }

    /// What it says of the addresses that were found; nil where it has no form of its own.
    func found(_ asked: String, _ records: [NameRecord]) -> String? {
        guard self == .oldBusybox else { return nil }
        let values = records.filter { $0.type != "CNAME" }.map { $0.value.hasSuffix(".") ? String($0.value.dropLast()) : $0.value }
        return "Name:      \(asked)\n" + values.enumerated().map { "Address \($0 + 1): \($1)\n" }.joined()
    }

    /// What it says of a name that does not exist or has no address.
    func missing(_ asked: String, exists: Bool) -> String {
        switch self {
        case .bind, .busybox: exists ? "*** Can't find \(asked): No answer\n\n" : "** server can't find \(asked): NXDOMAIN\n\n"
        case .oldBusybox: "nslookup: can't resolve '\(asked)'\n"
        }
    }
}
