import NIOConcurrencyHelpers
import NIOCore

/// Large documents that stay the same until a definition changes: OpenAPI and aggregated discovery, encoded once.
///
/// - Bounds: holds documents of one version at a time, at most `countMax` of them.
final class DocumentCache: Sendable {
    struct Document: Sendable {
        var bytes: ByteBuffer
        var type: String
        /// A digest of the bytes, for `ETag`.
        var digest: String
    }

    private static let countMax = 256
    private let known = NIOLockedValueBox<(version: String, documents: [String: Document])>(("", [:]))

    func document(_ name: String, version: String) -> Document? {
        known.withLockedValue { $0.version == version ? $0.documents[name] : nil }
    }

    func keep(_ document: Document, as name: String, version: String) {
        known.withLockedValue { known in
            if known.version != version { known = (version, [:]) }
            if known.documents.count < Self.countMax { known.documents[name] = document }
        }
    }
}
