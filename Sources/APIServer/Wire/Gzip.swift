import CZlib
import NIOCore

/// Compression of large answers.
enum Gzip {
    /// Answers from this size on are compressed for clients that take it.
    ///
    /// - Source: apiserver `endpoints/handlers/responsewriters` `defaultGzipThresholdBytes`.
    static let threshold = 128 << 10

    /// The bytes as a gzip stream; nil when the library fails.
    static func compressed(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        // 16 above the window's 15 bits asks for a gzip header; level 1 as the real server's.
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.readableBytes)))
        var result = ByteBufferAllocator().buffer(capacity: bound)
        let isComplete = bytes.withUnsafeReadableBytes { source -> Bool in
            stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(source.count)
            var status: Int32 = Z_OK
            result.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(target.count)
                status = deflate(&stream, Z_FINISH)
                return target.count - Int(stream.avail_out)
            }
            return status == Z_STREAM_END
        }
        return isComplete ? result : nil
    }

    /// Whether an `Accept-Encoding` header allows gzip.
    static func isAccepted(_ header: String) -> Bool {
        header.split(separator: ",").contains { clause in
            let words = clause.split(separator: ";").map { $0.filter { $0 != " " } }
            return words.first == "gzip" && !words.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }
}
