import Cluster

/// HTTP/1.1 as a pod's server speaks it on a forwarded connection: bytes become requests, answers become bytes.
///
/// - Bounds: a head has at most `headMax` bytes, a body `bodyMax`.
/// - Source: RFC 9112. Differs: no trailers, no upgrades.
struct HTTPConversation: Sendable {
    static let headMax = 64 << 10
    static let bodyMax = 8 << 20

    struct Request: Equatable, Sendable {
        var method: String
        /// The path with its query.
        var target: String
        var headers: [Header]
        var body: [UInt8]
        /// The connection stays open after the answer.
        var keepsAlive: Bool
    }

    struct Header: Equatable, Sendable {
        var name: String
        var value: String
    }

    enum Next: Equatable, Sendable {
        case request(Request)
        case needsMore
        /// What came is no request; the status to answer with before the connection is closed.
        case refused(Int)
    }

    private var buffer: [UInt8] = []
    private var hasPromised = false
    /// Bytes to be sent at once, such as `100 Continue`.
    private(set) var interim: [UInt8] = []

    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    mutating func takeInterim() -> [UInt8] {
        defer { interim = [] }
        return interim
    }

    mutating func next() -> Next {
        // Empty lines before a request are passed over.
        while buffer.first == 13 || buffer.first == 10 { buffer.removeFirst() }
        guard let end = Self.endOfHead(buffer) else { return buffer.count > Self.headMax ? .refused(431) : .needsMore }
        guard end <= Self.headMax else { return .refused(431) }
        // Split as bytes: to a `String` the two of a line end are one character.
        let lines = buffer[..<end].split(separator: 10).map { String(decoding: $0.last == 13 ? $0.dropLast() : $0, as: UTF8.self) }
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[0].allSatisfy({ $0.isASCII && $0.isLetter }) else { return .refused(400) }
        var headers: [Header] = []
        for line in lines.dropFirst() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return .refused(400) }
            headers.append(Header(name: String(line[..<colon]), value: Self.trimmed(line[line.index(after: colon)...])))
        }
        func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        var body: [UInt8] = []
        var used = end
        if value("transfer-encoding")?.lowercased().contains("chunked") == true {
            switch Self.chunks(buffer, from: end) {
            case .whole(let bytes, let stop): (body, used) = (bytes, stop)
            case .partial: return promise(value("expect"))
            case .bad(let code): return .refused(code)
            }
        } else if let text = value("content-length") {
            guard let length = Int(text), length >= 0 else { return .refused(400) }
            guard length <= Self.bodyMax else { return .refused(413) }
            guard buffer.count >= end + length else { return promise(value("expect")) }
            used = end + length
            body = Array(buffer[end..<used])
        }
        buffer.removeFirst(used)
        hasPromised = false
        let connection = value("connection")?.lowercased() ?? ""
        let keepsAlive = words[2] == "HTTP/1.0" ? connection.contains("keep-alive") : !connection.contains("close")
        var target = String(words[1])
        // A client that takes us for a proxy names the whole address.
        if target.hasPrefix("http://") { target = "/" + target.dropFirst(7).drop { $0 != "/" }.dropFirst() }
        return .request(Request(method: String(words[0]), target: target, headers: headers, body: body, keepsAlive: keepsAlive))
    }

    private mutating func promise(_ expectation: String?) -> Next {
        if expectation?.lowercased() == "100-continue", !hasPromised {
            hasPromised = true
            interim += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        }
        return .needsMore
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return String(text)
    }

    /// Where the empty line after a head ends.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        var index = 0
        while let newline = bytes[index...].firstIndex(of: 10) {
            let next = newline + 1
            if next < bytes.count, bytes[next] == 10 { return next + 1 }
            if next + 1 < bytes.count, bytes[next] == 13, bytes[next + 1] == 10 { return next + 2 }
            index = next
        }
        return nil
    }

    private enum Chunks {
        case whole([UInt8], end: Int)
        case partial
        case bad(Int)
    }

    private static func chunks(_ bytes: [UInt8], from start: Int) -> Chunks {
        var body: [UInt8] = []
        var position = start
        while true {
            guard let newline = bytes[position...].firstIndex(of: 10) else { return bytes.count - position > 1024 ? .bad(400) : .partial }
            let text = String(decoding: bytes[position..<newline].prefix { $0 != 13 && $0 != 59 }, as: UTF8.self)
            guard let size = Int(trimmed(text[...]), radix: 16), size >= 0 else { return .bad(400) }
            guard body.count + size <= bodyMax else { return .bad(413) }
            position = newline + 1
            guard bytes.count >= position + size + 2 else { return .partial }
            body += bytes[position..<position + size]
            position += size
            if bytes[position] == 13 { position += 1 }
            guard position < bytes.count else { return .partial }
            guard bytes[position] == 10 else { return .bad(400) }
            position += 1
            if size == 0 { return .whole(body, end: position) }
        }
    }

    // MARK: Answers

    /// The bytes of an answer.
    static func bytes(of answer: ProxyAnswer, to request: Request, date: String) -> [UInt8] {
        var head = "HTTP/1.1 \(answer.status) \(reason(answer.status))\r\n"
        let names = Set(answer.headers.map { $0.name.lowercased() })
        for (name, value) in answer.headers where !value.contains("\n") { head += "\(name): \(value)\r\n" }
        if !names.contains("date") { head += "Date: \(date)\r\n" }
        if !names.contains("content-length"), answer.status != 204, answer.status != 304 { head += "Content-Length: \(answer.body.count)\r\n" }
        if !names.contains("connection") { head += "Connection: \(request.keepsAlive ? "keep-alive" : "close")\r\n" }
        let hasBody = request.method != "HEAD" && answer.status != 204 && answer.status != 304
        return Array("\(head)\r\n".utf8) + (hasBody ? answer.body : [])
    }

    static func refusal(_ status: Int) -> [UInt8] {
        let text = "\(status) \(reason(status))"
        return Array("HTTP/1.1 \(text)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)".utf8)
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large", 418: "I'm a teapot",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout",
    ]

    static func reason(_ status: Int) -> String { reasons[status] ?? "Status" }
}
