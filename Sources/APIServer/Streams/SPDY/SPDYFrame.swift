/// One frame of SPDY/3.1.
///
/// - Source: the SPDY protocol, draft 3.1.
enum SPDYFrame: Equatable, Sendable {
    case openStream(id: UInt32, headers: [SPDYHeader], isLast: Bool, isUnidirectional: Bool, priority: UInt8)
    case reply(id: UInt32, headers: [SPDYHeader], isLast: Bool)
    case reset(id: UInt32, status: UInt32)
    case settings([UInt32: UInt32])
    case ping(id: UInt32)
    case goAway(lastID: UInt32, status: UInt32)
    case headers(id: UInt32, headers: [SPDYHeader], isLast: Bool)
    case windowUpdate(id: UInt32, delta: UInt32)
    case data(id: UInt32, bytes: [UInt8], isLast: Bool)
    /// A control frame of a type that we do not know; it is to be ignored.
    case unknown(type: UInt16)
}

/// A header of a stream; the name is in lower case.
struct SPDYHeader: Equatable, Sendable {
    var name: String
    var value: String
}

/// Settings by number.
enum SPDYSetting {
    static let initialWindow: UInt32 = 7
}

/// What is wrong with bytes that should be frames.
struct SPDYError: Error, Equatable {
    var message: String
}

/// Reads frames from bytes as they arrive.
///
/// - Bounds: a frame of more than `frameMax` bytes is an error.
/// - Throws: the first error; what follows it has no meaning.
struct SPDYReader {
    static let frameMax = 1 << 22

    private var buffer: [UInt8] = []
    private var position = 0
    private let inflater = HeaderInflater()

    mutating func append(_ bytes: some Sequence<UInt8>) {
        if position > 0 {
            buffer.removeFirst(position)
            position = 0
        }
        buffer += bytes
    }

    private func number(at offset: Int) -> UInt32 {
        buffer[(position + offset)..<(position + offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The next whole frame; nil when more bytes must come.
    mutating func next() throws(SPDYError) -> SPDYFrame? {
        guard buffer.count - position >= 8 else { return nil }
        let length = Int(number(at: 4) & 0xFF_FFFF)
        guard length <= Self.frameMax else { throw SPDYError(message: "a frame of \(length) bytes is too large") }
        guard buffer.count - position >= 8 + length else { return nil }
        let first = number(at: 0)
        let flags = buffer[position + 4]
        let body = Array(buffer[(position + 8)..<(position + 8 + length)])
        position += 8 + length
        guard first & 0x8000_0000 != 0 else { return .data(id: first & 0x7FFF_FFFF, bytes: body, isLast: flags & 1 != 0) }
        guard first >> 16 & 0x7FFF == 3 else { throw SPDYError(message: "version \(first >> 16 & 0x7FFF) of SPDY is not spoken here") }
        return try control(UInt16(first & 0xFFFF), flags, body)
    }

    private func control(_ type: UInt16, _ flags: UInt8, _ body: [UInt8]) throws(SPDYError) -> SPDYFrame {
        func field(_ index: Int) throws(SPDYError) -> UInt32 {
            guard body.count >= index * 4 + 4 else { throw SPDYError(message: "a frame of type \(type) is too short") }
            return body[(index * 4)..<(index * 4 + 4)].reduce(0) { $0 << 8 | UInt32($1) }
        }
        let isLast = flags & 1 != 0
        switch type {
        case 1:
            let id = try field(0) & 0x7FFF_FFFF
            guard body.count >= 10 else { throw SPDYError(message: "a frame of type 1 is too short") }
            return .openStream(id: id, headers: try block(body[10...]), isLast: isLast, isUnidirectional: flags & 2 != 0, priority: body[8] >> 5)
        case 2: return .reply(id: try field(0) & 0x7FFF_FFFF, headers: try block(body[4...]), isLast: isLast)
        case 3: return .reset(id: try field(0) & 0x7FFF_FFFF, status: try field(1))
        case 4:
            let count = Int(try field(0))
            guard count <= 1000, body.count == 4 + count * 8 else { throw SPDYError(message: "settings do not fill their frame") }
            var settings: [UInt32: UInt32] = [:]
            for index in 0..<count { settings[try field(1 + index * 2) & 0xFF_FFFF] = try field(2 + index * 2) }
            return .settings(settings)
        case 6: return .ping(id: try field(0))
        case 7: return .goAway(lastID: try field(0) & 0x7FFF_FFFF, status: body.count >= 8 ? try field(1) : 0)
        case 8: return .headers(id: try field(0) & 0x7FFF_FFFF, headers: try block(body[4...]), isLast: isLast)
        case 9: return .windowUpdate(id: try field(0) & 0x7FFF_FFFF, delta: try field(1) & 0x7FFF_FFFF)
        default: return .unknown(type: type)
        }
    }

    private func block(_ packed: ArraySlice<UInt8>) throws(SPDYError) -> [SPDYHeader] {
        guard let bytes = inflater.unpack(Array(packed)) else { throw SPDYError(message: "a header block cannot be unpacked") }
        var offset = 0
        func number() throws(SPDYError) -> Int {
            guard offset + 4 <= bytes.count else { throw SPDYError(message: "a header block ends too early") }
            defer { offset += 4 }
            return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        func text() throws(SPDYError) -> [UInt8] {
            let length = try number()
            guard length <= bytes.count - offset else { throw SPDYError(message: "a header block ends too early") }
            defer { offset += length }
            return Array(bytes[offset..<offset + length])
        }
        let count = try number()
        guard count <= 1000 else { throw SPDYError(message: "a header block has \(count) headers") }
        var headers: [SPDYHeader] = []
        for _ in 0..<count {
            let name = String(decoding: try text(), as: UTF8.self).lowercased()
            // Several values of one name are separated by zeros.
            for value in try text().split(separator: 0, omittingEmptySubsequences: false) {
                headers.append(SPDYHeader(name: name, value: String(decoding: value, as: UTF8.self)))
            }
        }
        return headers
    }
}

/// Writes frames.
struct SPDYWriter {
    private let deflater = HeaderDeflater()

    func bytes(of frame: SPDYFrame) -> [UInt8] {
        switch frame {
        case .openStream(let id, let headers, let isLast, let isUnidirectional, let priority):
            control(1, flags: (isLast ? 1 : 0) | (isUnidirectional ? 2 : 0), Self.four(id) + Self.four(0) + [priority << 5, 0] + block(headers))
        case .reply(let id, let headers, let isLast): control(2, flags: isLast ? 1 : 0, Self.four(id) + block(headers))
        case .reset(let id, let status): control(3, Self.four(id) + Self.four(status))
        case .settings(let settings):
            control(4, Self.four(UInt32(settings.count)) + settings.sorted { $0.key < $1.key }.flatMap { Self.four($0.key) + Self.four($0.value) })
        case .ping(let id): control(6, Self.four(id))
        case .goAway(let lastID, let status): control(7, Self.four(lastID) + Self.four(status))
        case .headers(let id, let headers, let isLast): control(8, flags: isLast ? 1 : 0, Self.four(id) + block(headers))
        case .windowUpdate(let id, let delta): control(9, Self.four(id) + Self.four(delta))
        case .data(let id, let bytes, let isLast): Self.four(id & 0x7FFF_FFFF) + [isLast ? 1 : 0] + Self.four(UInt32(bytes.count)).dropFirst() + bytes
        case .unknown(let type): control(type, [])
        }
    }

    private func control(_ type: UInt16, flags: UInt8 = 0, _ body: [UInt8]) -> [UInt8] {
        [0x80, 3, UInt8(type >> 8), UInt8(type & 0xFF), flags] + Self.four(UInt32(body.count)).dropFirst() + body
    }

    private func block(_ headers: [SPDYHeader]) -> [UInt8] {
        var names: [String] = []
        var values: [String: [String]] = [:]
        for header in headers {
            if values[header.name] == nil { names.append(header.name) }
            values[header.name, default: []].append(header.value)
        }
        var bytes = Self.four(UInt32(names.count))
        for name in names {
            let value = Array(values[name]!.joined(separator: "\0").utf8)
            bytes += Self.four(UInt32(name.utf8.count)) + Array(name.lowercased().utf8) + Self.four(UInt32(value.count)) + value
        }
        return deflater.pack(bytes)
    }

    private static func four(_ number: UInt32) -> [UInt8] {
        [UInt8(number >> 24), UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
    }
}
