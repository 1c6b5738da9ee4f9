import KubernetesObjects
import SimulationKernel

/// Fills `${…}` in the texts of images.
///
/// - Shape: `hostname`, `ip`, `client`, `port`, `method`, `path`, `host`, `body`, `tag`, `age`, `headers`, `headers:json`,
///   `headers:tab`, `header:NAME`, `env:NAME`, `query:NAME`, `flag:NAME`, `time:FORM`. After a `|` stands what is put where there is nothing;
///   both may hold further ones.
enum Template {
    static func fill(
        _ text: String, request: ContainerRequest?, hostName: String, address: String, flags: [String: String], image: String = "", age: Duration = .zero, now: Instant,
        environment: () -> [(name: String, value: String)]
    ) -> String {
        guard text.range(of: "${") != nil else { return text }
        var filler = TemplateFiller(request: request, hostName: hostName, address: address, flags: flags, image: image, age: age, now: now)
        return filler.fill(text[...], depth: 0, environment: environment)
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

    /// A part of a query as it was meant: `+` is a blank, and `%41` is `A`.
    static func decoded(_ text: String) -> String {
        guard text.contains("%") || text.contains("+") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
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
        case "long": return "\(civil.year)-\(two(civil.month))-\(two(civil.day)) \(clock).000000000 +0000 UTC"
        case "apache": return "\(month) \(two(civil.day)) \(clock) \(civil.year)"
        case "redis": return "\(two(civil.day)) \(month) \(civil.year) \(clock).000"
        case "mysql": return "\(civil.year)-\(two(civil.month))-\(two(civil.day))T\(clock).000000Z"
        case "postgres": return "\(civil.year)-\(two(civil.month))-\(two(civil.day)) \(clock).000"
        default: return now.rfc3339
        }
    }
}

/// One pass over a text with placeholders.
private struct TemplateFiller {
    let request: ContainerRequest?
    let hostName: String
    let address: String
    let flags: [String: String]
    let image: String
    let age: Duration
    let now: Instant
    private var known: [String: String]?

    init(request: ContainerRequest?, hostName: String, address: String, flags: [String: String], image: String, age: Duration, now: Instant) {
        self.request = request
        self.hostName = hostName
        self.address = address
        self.flags = flags
        self.image = image
        self.age = age
        self.now = now
    }

    /// - Bounds: placeholders in placeholders are followed four deep.
    mutating func fill(_ text: Substring, depth: Int, environment: () -> [(name: String, value: String)]) -> String {
        guard depth < 4 else { return String(text) }
        var result = ""
        var rest = text
        while let start = rest.range(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = Self.end(of: rest) else { return result + "${" + rest }
            result += value(rest[..<end], depth: depth, environment: environment) ?? "${\(rest[..<end])}"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Where a placeholder that has begun ends.
    private static func end(of text: Substring) -> String.Index? {
        var open = 0
        for index in text.utf8.indices {
            if text.utf8[index] == UInt8(ascii: "{") { open += 1 }
            if text.utf8[index] == UInt8(ascii: "}") {
                if open == 0 { return index }
                open -= 1
            }
        }
        return nil
    }

    private mutating func value(_ placeholder: Substring, depth: Int, environment: () -> [(name: String, value: String)]) -> String? {
        let bar = placeholder.firstIndex(of: "|")
        var name = String(placeholder[..<(bar ?? placeholder.endIndex)])
        if name.range(of: "${") != nil { name = fill(name[...], depth: depth + 1, environment: environment) }
        guard let found = lookUp(name, environment: environment) else { return nil }
        guard found.isEmpty, let bar else { return found }
        return fill(placeholder[placeholder.index(after: bar)...], depth: depth + 1, environment: environment)
    }

    private mutating func lookUp(_ name: String, environment: () -> [(name: String, value: String)]) -> String? {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        let detail = parts.count == 2 ? parts[1] : ""
        switch parts.first ?? "" {
        case "hostname": return hostName
        case "ip": return address
        case "tag": return (try? ImageReference(image))?.tag ?? ""
        case "age": return "\(age.inSeconds)"
        case "client": return request?.client ?? ""
        case "port": return request.map { String($0.port) } ?? ""
        case "method": return request?.method ?? ""
        case "path": return request?.path ?? ""
        case "host": return request?.host ?? ""
        case "body": return request?.body.text ?? ""
        case "headers": return headers(detail)
        case "header": return request?.headers.first { $0.name.lowercased() == detail.lowercased() }?.value ?? ""
        case "env":
            if known == nil { known = Dictionary(environment().map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }
            return known?[detail] ?? ""
        case "flag": return flags[detail] ?? ""
        case "query": return query(detail)
        case "time": return Template.time(detail, now)
        default: return nil
        }
    }

    private func headers(_ form: String) -> String {
        // Where the host is told apart it is not told again; elsewhere it comes first.
        var list = (request?.headers ?? []).filter { $0.name.lowercased() != "host" }
        if !form.isEmpty, let request { list.insert(("Host", request.host), at: 0) }
        switch form {
        case "json": return list.map { "\"\($0.name.lowercased())\":\"\($0.value)\"" }.joined(separator: ",")
        case "tab": return list.map { "\t\($0.name.lowercased())=\($0.value)\n" }.joined()
        default: return list.map { "\($0.name): \($0.value)\n" }.joined()
        }
    }

    private func query(_ name: String) -> String {
        guard let path = request?.path, let mark = path.firstIndex(of: "?") else { return "" }
        for pair in path[path.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.first == name { return parts.count == 2 ? Template.decoded(parts[1]) : "" }
        }
        return ""
    }
}

extension StringProtocol {
    /// The first place of a mark, which is of ASCII characters.
    func range(of mark: StaticString) -> Range<Index>? {
        mark.withUTF8Buffer { mark in
            var start = utf8.startIndex
            while let found = utf8[start...].firstIndex(of: mark[0]) {
                let rest = utf8[found...]
                if rest.starts(with: mark) { return found..<utf8.index(found, offsetBy: mark.count) }
                start = utf8.index(after: found)
            }
            return nil
        }
    }
}
