import KubernetesObjects
import SimulationKernel

/// Fills `${…}` in the texts of images.
///
/// - Shape: `hostname`, `ip`, `client`, `method`, `path`, `host`, `body`, `env:NAME`, `query:NAME`, `flag:NAME`, `time:FORM`.
enum Template {
    static func fill(
        _ text: String, request: ContainerRequest?, hostName: String, address: String, flags: [String: String], now: Instant,
        environment: () -> [(name: String, value: String)]
    ) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { return result + "${" + rest }
            let name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            switch parts.first ?? "" {
            case "hostname": result += hostName
            case "ip": result += address
            case "client": result += request?.client ?? ""
            case "method": result += request?.method ?? ""
            case "path": result += request?.path ?? ""
            case "host": result += request?.host ?? ""
            case "body": result += request?.body ?? ""
            case "env" where parts.count == 2: result += environment().first { $0.name == parts[1] }?.value ?? ""
            case "flag" where parts.count == 2: result += flags[parts[1]] ?? ""
            case "query" where parts.count == 2: result += query(parts[1], in: request?.path ?? "")
            case "time": result += time(parts.count == 2 ? parts[1] : "", now)
            default: result += "${\(name)}"
            }
        }
        return result + rest
    }

    /// `${name}` replaced by given values; other placeholders stay.
    static func replace(_ text: String, _ values: [String: String]) -> String {
        var result = text
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            result = result.split(separator: "${\(name)}", omittingEmptySubsequences: false).joined(separator: value)
        }
        return result
    }

    /// A line of a log with its times filled in.
    static func stamped(_ text: String, _ now: Instant) -> String {
        fill(text, request: nil, hostName: "", address: "", flags: [:], now: now) { [] }
    }

    private static func query(_ name: String, in path: String) -> String {
        guard let mark = path.firstIndex(of: "?") else { return "" }
        for pair in path[path.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.first == name { return parts.count == 2 ? parts[1] : "" }
        }
        return ""
    }

    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A time in the form that a program logs it.
    static func time(_ form: String, _ now: Instant) -> String {
        let civil = now.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
        let month = months[civil.month - 1]
        switch form {
        case "nginx", "go": return "\(civil.year)/\(two(civil.month))/\(two(civil.day)) \(clock)"
        case "access": return "\(two(civil.day))/\(month)/\(civil.year):\(clock) +0000"
        case "apache": return "\(month) \(two(civil.day)) \(clock) \(civil.year)"
        case "redis": return "\(two(civil.day)) \(month) \(civil.year) \(clock).000"
        case "mysql": return "\(civil.year)-\(two(civil.month))-\(two(civil.day))T\(clock).000000Z"
        case "postgres": return "\(civil.year)-\(two(civil.month))-\(two(civil.day)) \(clock).000"
        default: return now.rfc3339
        }
    }
}

extension StringProtocol {
    /// The first place of a text.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        let first = text.first
        while start < endIndex, let found = self[start...].firstIndex(where: { $0 == first }) {
            if self[found...].hasPrefix(text) { return found..<index(found, offsetBy: text.count) }
            start = index(after: found)
        }
        return nil
    }
}
