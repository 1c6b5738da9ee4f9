/// One member of a tar archive.
struct TarEntry: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case file, directory
        case symlink(String)
        /// Another name of a member that came before.
        case hardLink(String)
        /// A device, a pipe or what else we do not make.
        case other(UInt8)
    }

    var path: String
    var kind: Kind
    var mode = 0o644
    var user = 0
    var group = 0
    /// Seconds since 1970.
    var modified: Int64 = 0
    var contents: [UInt8] = []
}

/// The tar format: 512-byte headers, each before its member's bytes.
///
/// - Shape: writes `ustar` headers, with GNU's records for long names; reads those and pax headers too.
/// - Source: POSIX.1 `pax` utility, ustar interchange format, and GNU tar's manual.
enum TarFormat {
    static let block = 512

    /// A header with its member's bytes, padded to blocks.
    static func bytes(of entry: TarEntry) -> [UInt8] {
        var result: [UInt8] = []
        var name = Array(entry.path.utf8)
        if case .directory = entry.kind, name.last != 47 { name.append(47) }
        var target: [UInt8] = []
        var type = UInt8(ascii: "0")
        switch entry.kind {
        case .file: break
        case .directory: type = UInt8(ascii: "5")
        case .symlink(let text):
            type = UInt8(ascii: "2")
            target = Array(text.utf8)
        case .hardLink(let text):
            type = UInt8(ascii: "1")
            target = Array(text.utf8)
        case .other(let letter): type = letter
        }
        if target.count > 100 { result += long(target, type: UInt8(ascii: "K")) }
        if name.count > 100 { result += long(name, type: UInt8(ascii: "L")) }
        result += header(name: name, target: target, type: type, size: entry.contents.count, entry)
        result += entry.contents
        pad(&result)
        return result
    }

    /// What ends an archive.
    static let end = [UInt8](repeating: 0, count: 2 * block)

    private static func long(_ text: [UInt8], type: UInt8) -> [UInt8] {
        let entry = TarEntry(path: "", kind: .file, mode: 0)
        var result = header(name: Array("././@LongLink".utf8), target: [], type: type, size: text.count + 1, entry)
        result += text + [0]
        pad(&result)
        return result
    }

    private static func pad(_ bytes: inout [UInt8]) {
        let rest = bytes.count % block
        if rest > 0 { bytes += [UInt8](repeating: 0, count: block - rest) }
    }

    private static func header(name: [UInt8], target: [UInt8], type: UInt8, size: Int, _ entry: TarEntry) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ bytes: some Collection<UInt8>, at offset: Int, most: Int) {
            for (index, byte) in bytes.prefix(most).enumerated() { header[offset + index] = byte }
        }
        func put(octal number: Int, at offset: Int, width: Int) {
            let digits = Array(String(max(number, 0), radix: 8).utf8)
            put([UInt8](repeating: 48, count: max(0, width - 1 - digits.count)) + digits.suffix(width - 1), at: offset, most: width - 1)
        }
        put(name, at: 0, most: 100)
        put(octal: entry.mode, at: 100, width: 8)
        put(octal: entry.user, at: 108, width: 8)
        put(octal: entry.group, at: 116, width: 8)
        put(octal: size, at: 124, width: 12)
        put(octal: Int(entry.modified), at: 136, width: 12)
        put([UInt8](repeating: 32, count: 8), at: 148, most: 8)
        header[156] = type
        put(target, at: 157, most: 100)
        put(Array("ustar\u{0}00".utf8), at: 257, most: 8)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal: sum, at: 148, width: 7)
        header[154] = 0
        return header
    }
}

/// Reads a tar archive that arrives in pieces.
///
/// - Bounds: a member of more than `memberMax` bytes is refused.
struct TarReader: Sendable {
    static let memberMax = 256 << 20

    enum Next: Equatable {
        case entry(TarEntry)
        case needsMore
        case end
        case corrupt(String)
    }

    private var buffer: [UInt8] = []
    private var position = 0
    private var longName: String?
    private var longTarget: String?
    private var attributes: [String: String] = [:]
    /// Bytes taken in; 0 for an archive of which nothing came.
    private(set) var received = 0

    mutating func append(_ bytes: [UInt8]) {
        if position > 1 << 16 {
            buffer.removeFirst(position)
            position = 0
        }
        buffer += bytes
        received += bytes.count
    }

    mutating func next() -> Next {
        while true {
            guard buffer.count - position >= TarFormat.block else { return .needsMore }
            let header = Array(buffer[position..<position + TarFormat.block])
            if header.allSatisfy({ $0 == 0 }) { return .end }
            guard let sum = Self.number(header[148..<156]), sum == Self.sum(header) else { return .corrupt("This does not look like a tar archive") }
            guard let size = Self.number(header[124..<136]), size <= Self.memberMax else { return .corrupt("a member is too large") }
            let padded = (size + TarFormat.block - 1) / TarFormat.block * TarFormat.block
            let type = header[156]
            let hasBody = ![UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "5")].contains(type)
            let length = hasBody ? padded : 0
            guard buffer.count - position >= TarFormat.block + length else { return .needsMore }
            let start = position + TarFormat.block
            let body = hasBody ? Array(buffer[start..<start + size]) : []
            position = start + length
            switch type {
            case UInt8(ascii: "L"): longName = Self.text(body[...])
            case UInt8(ascii: "K"): longTarget = Self.text(body[...])
            case UInt8(ascii: "x"): for (key, value) in Self.records(body) { attributes[key] = value }
            case UInt8(ascii: "g"): break
            default: return .entry(entry(header, type: type, body: body))
            }
        }
    }

    private mutating func entry(_ header: [UInt8], type: UInt8, body: [UInt8]) -> TarEntry {
        defer { (longName, longTarget, attributes) = (nil, nil, [:]) }
        var path = Self.text(header[0..<100])
        let isUstar = header[257..<262].elementsEqual(Array("ustar".utf8))
        // GNU's variant of the magic has other fields where the prefix stands.
        if isUstar, header[262] == 0 {
            let prefix = Self.text(header[345..<500])
            if !prefix.isEmpty { path = prefix + "/" + path }
        }
        path = attributes["path"] ?? longName ?? path
        let target = attributes["linkpath"] ?? longTarget ?? Self.text(header[157..<257])
        let kind: TarEntry.Kind =
            switch type {
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): path.hasSuffix("/") ? .directory : .file
            case UInt8(ascii: "1"): .hardLink(target)
            case UInt8(ascii: "2"): .symlink(target)
            case UInt8(ascii: "5"): .directory
            default: .other(type)
            }
        let seconds = attributes["mtime"].flatMap { Int64($0.prefix { $0 != "." }) }
        return TarEntry(
            path: path, kind: kind, mode: (Self.number(header[100..<108]) ?? 0o644) & 0o7777, user: Self.number(header[108..<116]) ?? 0,
            group: Self.number(header[116..<124]) ?? 0, modified: seconds ?? Int64(Self.number(header[136..<148]) ?? 0), contents: body)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }

    /// An octal number, or GNU's binary form of large ones.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        if let first = bytes.first, first & 0x80 != 0 {
            var value = Int(first & 0x7F)
            for byte in bytes.dropFirst() {
                guard value < 1 << 54 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        let digits = bytes.drop { $0 == 32 }.prefix { (48...55).contains($0) }
        if digits.isEmpty { return bytes.allSatisfy { $0 == 0 || $0 == 32 } ? 0 : nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func sum(_ header: [UInt8]) -> Int {
        var sum = 8 * 32
        for (index, byte) in header.enumerated() where !(148..<156).contains(index) { sum += Int(byte) }
        return sum
    }

    /// The records of a pax header: `LENGTH KEY=VALUE\n`.
    private static func records(_ body: [UInt8]) -> [(String, String)] {
        var result: [(String, String)] = []
        var rest = body[...]
        while let blank = rest.firstIndex(of: 32), let length = Int(String(decoding: rest[..<blank], as: UTF8.self)), length > blank - rest.startIndex + 1,
            length <= rest.count
        {
            let record = rest[(blank + 1)..<(rest.startIndex + length)]
            if let equals = record.firstIndex(of: 61) {
                result.append((String(decoding: record[..<equals], as: UTF8.self), String(decoding: record[(equals + 1)...].dropLast(), as: UTF8.self)))
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return result
    }
}
