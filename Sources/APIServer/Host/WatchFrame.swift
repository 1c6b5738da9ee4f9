import APIMachinery
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore
import SimulationKernel

/// An entry of watches in one form: encoded once, by the first that sends it, however many watches it goes to.
package final class WatchFrame: Sendable {
    private let entry: WatchCursor.Entry
    private let cursor: WatchCursor
    private let now: Instant
    private let encoded = NIOLockedValueBox<[Encoding: ByteBuffer]>([:])

    package enum Encoding: Hashable, Sendable { case json, yaml }

    init(_ entry: WatchCursor.Entry, cursor: WatchCursor, now: Instant) {
        self.entry = entry
        self.cursor = cursor
        self.now = now
    }

    package var kind: WatchEvent.Kind { entry.kind }
    package var revision: UInt64 { entry.revision }

    /// The entry as a value, in the form that its watch wants.
    package var event: WatchEvent { cursor.render(entry, now: now) ?? WatchEvent(entry.kind, entry.object) }

    /// The entry as a line of a watch's stream.
    package func bytes(_ encoding: Encoding) -> ByteBuffer {
        encoded.withLockedValue { known in
            if let bytes = known[encoding] { return bytes }
            let event = event
            let value: Value = ["type": .string(event.kind.rawValue), "object": event.object]
            let bytes: ByteBuffer
            switch encoding {
            case .json: bytes = ByteBuffer(bytes: value.jsonBytes() + [10])
            case .yaml: bytes = ByteBuffer(string: "---\n" + value.yaml())
            }
            known[encoding] = bytes
            return bytes
        }
    }
}
