import CZlib

/// The gzip format.
///
/// - Source: RFC 1952, by the system's zlib.
enum Gzip {
    /// What a packed file may unpack to.
    static let unpackedMax = 256 << 20

    static func packed(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        var stream = z_stream()
        // 16 above the window's 15 bits asks for a gzip header.
        guard deflateInit2_(&stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let count = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target -> Int in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                _ = deflate(&stream, Z_FINISH)
                return target.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }

    /// The contents of one or several members; nil when it is not in the format or breaks off.
    static func unpacked(_ bytes: [UInt8]) -> [UInt8]? {
        guard isPacked(bytes) else { return nil }
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        return input.withUnsafeMutableBufferPointer { source -> [UInt8]? in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while true {
                let (status, made) = chunk.withUnsafeMutableBufferPointer { target -> (Int32, Int) in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, target.count - Int(stream.avail_out))
                }
                result += chunk[..<made]
                if result.count > unpackedMax { return nil }
                if status == Z_STREAM_END {
                    if stream.avail_in == 0 { return result }
                    guard inflateReset(&stream) == Z_OK else { return nil }
                } else if status != Z_OK || made == 0 && stream.avail_in == 0 {
                    return nil
                }
            }
        }
    }

    static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }
}

/// `gzip`, `gunzip` and `zcat`.
enum GzipUtility {
    @Sendable static func readsInput(_ arguments: [String]) -> Bool { Utility.hasNoFiles(arguments) }

    @Sendable static func run(_ io: inout UtilityIO) -> Int {
        let options = LetterOptions(
            io.arguments, flags: "cdfkqvnt123456789", long: ["--stdout": "c", "--decompress": "d", "--force": "f", "--keep": "k", "--verbose": "v", "--best": "9", "--fast": "1", "--quiet": "q", "--test": "t"])
        let unpacks = io.name != "gzip" || options.flags.contains("d") || options.flags.contains("t")
        let prints = io.name == "zcat" || options.flags.contains("c")
        let level = (1...9).last { options.flags.contains(Character(String($0))) } ?? 6
        var status = 0
        for name in options.operands.isEmpty ? ["-"] : options.operands {
            guard let bytes = name == "-" ? io.input : io.readFile(name) else {
                status = 1
                continue
            }
            let target = unpacks ? name.hasSuffix(".tgz") ? name.dropLast(3) + "tar" : String(name.hasSuffix(".gz") ? name.dropLast(3) : name[...]) : name + ".gz"
            if !prints, name != "-" {
                if unpacks, target == name {
                    io.complain("\(name): unknown suffix\(io.tools == .gnu ? " -- ignored" : "")")
                    status = 1
                    continue
                }
                if !options.flags.contains("f"), io.files.exists(io.path(target)) {
                    io.complain(io.tools == .gnu ? "\(target) already exists;\tnot overwritten" : "can't open '\(target)': File exists")
                    status = 1
                    continue
                }
            }
            guard let result = unpacks ? Gzip.unpacked(bytes) : Gzip.packed(bytes, level: level) else {
                io.complain(io.tools == .gnu ? "\(name == "-" ? "stdin" : name): not in gzip format" : "invalid magic")
                status = 1
                continue
            }
            if options.flags.contains("t") { continue }
            if prints || name == "-" {
                io.output += result
                continue
            }
            let mode = (try? io.files.node(io.path(name)))?.attributes.mode ?? 0o644
            do throws(FileError) {
                try io.files.write(result, to: io.path(target), mode: mode)
                if !options.flags.contains("k") { try io.files.remove(io.path(name)) }
            } catch {
                io.complain("\(target): \(error.code.rawValue)")
                status = 1
            }
        }
        return status
    }
}
