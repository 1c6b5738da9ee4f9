import APIMachinery
import Cluster
import Kubelet
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore

/// Writes a container's log as it grows: `kubectl logs -f`.
package struct LogStreamer: BodyStreaming {
    package init() {}

    package func streams(_ request: APIRequest) -> Bool {
        request.subresource == "log" && request.options.parameter("follow").map { $0.lowercased() != "false" && $0 != "0" } ?? false
    }

    package func stream(_ request: APIRequest, object: Value, host: ClusterHost, to writer: any BodyWriter) async throws(APIStatus) {
        let (text, first) = try await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in try cluster.followLog(request) }
        guard await writer.write(ByteBuffer(string: text)), let first else { return }
        let place = NIOLockedValueBox(first)
        let (turns, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let observer = await host.observe { cluster in
            // Looked at in the turn, so that a quiet log wakes nobody.
            var probe = place.withLockedValue { $0 }
            let (text, hasEnded) = cluster.next(&probe)
            if !text.isEmpty || hasEnded { bell.yield() }
        }
        bell.yield()
        for await _ in turns {
            let (text, hasEnded) = await host.read { cluster in place.withLockedValue { cluster.next(&$0) } }
            if !text.isEmpty { guard await writer.write(ByteBuffer(string: text)) else { break } }
            if hasEnded || Task.isCancelled { break }
        }
        await host.removeObserver(observer)
    }
}
