import CZlib

/// A zlib stream that header blocks of one direction of a connection are packed into.
///
/// - Invariants: used by one connection at a time; blocks are packed in the order in which they are sent.
final class HeaderDeflater {
    private var stream = z_stream()
    private let isReady: Bool

    init() {
        isReady = deflateInit_(&stream, Z_DEFAULT_COMPRESSION, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        guard isReady else { return }
        _ = SPDYDictionary.bytes.withUnsafeBufferPointer { deflateSetDictionary(&stream, $0.baseAddress, UInt32($0.count)) }
    }

    deinit { if isReady { deflateEnd(&stream) } }

    /// Packs a block so that the other side can read it at once.
    func pack(_ block: [UInt8]) -> [UInt8] {
        var input = block
        var result: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            repeat {
                let used = room.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    _ = deflate(&stream, Z_SYNC_FLUSH)
                    return target.count - Int(stream.avail_out)
                }
                result += room[..<used]
            } while stream.avail_out == 0
        }
        return result
    }
}

/// The other side of a `HeaderDeflater`.
///
/// - Bounds: a block of more than `blockMax` bytes is refused.
final class HeaderInflater {
    static let blockMax = 1 << 18

    private var stream = z_stream()
    private let isReady: Bool

    init() { isReady = inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK }

    deinit { if isReady { inflateEnd(&stream) } }

    /// Unpacks a block; nil when it is damaged or too large.
    func unpack(_ packed: [UInt8]) -> [UInt8]? {
        guard isReady else { return nil }
        var input = packed
        var result: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 8192)
        let isWhole = input.withUnsafeMutableBufferPointer { source -> Bool in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while true {
                let (status, used) = room.withUnsafeMutableBufferPointer { target -> (Int32, Int) in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    let status = inflate(&stream, Z_SYNC_FLUSH)
                    return (status, target.count - Int(stream.avail_out))
                }
                result += room[..<used]
                if result.count > Self.blockMax { return false }
                switch status {
                case Z_NEED_DICT:
                    let dictionary = SPDYDictionary.bytes
                    let accepted = dictionary.withUnsafeBufferPointer { inflateSetDictionary(&stream, $0.baseAddress, UInt32($0.count)) }
                    if accepted != Z_OK { return false }
                case Z_OK: if stream.avail_in == 0, stream.avail_out > 0 { return true }
                case Z_BUF_ERROR: return stream.avail_in == 0
                default: return false
                }
            }
        }
        return isWhole ? result : nil
    }
}
