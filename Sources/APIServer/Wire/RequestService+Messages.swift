import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1

/// Watches and logs over a WebSocket, as browsers have to ask for them.
extension RequestService {
    /// Sends each event of a watch as a message.
    ///
    /// - Source: apiserver `endpoints/handlers/watch.go` `HandleWS`.
    func sendWatch(_ wire: WireRequest, _ request: APIRequest, _ writer: ResponseWriter, _ record: inout RequestRecord) async throws(APIStatus) {
        let subscription = try await host.watch(request)
        // Whatever the client calls what it wants to speak, it gets JSON.
        guard let headers = WebSocketHandshake.answer(wire.head, subprotocol: WebSocketHandshake.protocols(wire.head).first ?? "") else {
            subscription.cancel()
            throw .badRequest("this version of WebSocket is not spoken")
        }
        record.code = 101
        let seconds = Self.watchSeconds(request)
        let sending = SentMessages(
            body: { link in
                let timer = Task {
                    try? await Task.sleep(for: .seconds(seconds))
                    if !Task.isCancelled { subscription.finish() }
                }
                await withTaskCancellationHandler {
                    sending: while !Task.isCancelled {
                        let (frames, isEnded) = subscription.take()
                        for frame in frames {
                            guard await link.send(Array(frame.bytes(.json).readableBytesView), isText: true) else { break sending }
                        }
                        if frames.isEmpty {
                            if isEnded { break }
                            await subscription.wait()
                        }
                    }
                } onCancel: {
                    subscription.cancel()
                }
                timer.cancel()
                subscription.cancel()
            }, abandoned: { subscription.cancel() })
        writer.upgrade(with: sending, headers)
    }

    /// Sends a container's log in messages, after an empty one that says that it begins.
    ///
    /// - Source: apiserver `util/wsstream` `Reader`.
    func sendLog(_ wire: WireRequest, _ request: APIRequest, _ writer: ResponseWriter, _ record: inout RequestRecord) async throws(APIStatus) {
        let offered = WebSocketHandshake.protocols(wire.head)
        guard let form = offered.isEmpty ? "" : offered.first(where: { Self.logForms.contains($0) }),
            let headers = WebSocketHandshake.answer(wire.head, subprotocol: form)
        else { throw .badRequest("unable to upgrade: none of the protocols asked for is spoken") }
        let isText = form.hasPrefix("base64")
        let object = try await admit(request)
        let host = host
        let body: @Sendable (WebSocketLink) async -> Void
        if let streamer, streamer.streams(request) {
            // A log that cannot be read is refused while there is still a way to say so.
            var probe = request
            probe.options.parameters.removeAll { $0.name == "follow" || $0.name == "tailLines" }
            probe.options.parameters.append(("tailLines", "0"))
            _ = try await host.send(probe)
            body = { link in
                let messages = MessageWriter(link: link, isText: isText)
                guard await link.send([], isText: isText) else { return }
                try? await streamer.stream(request, object: object, host: host, to: messages)
            }
        } else {
            let text = try await host.send(request).body["stdout"]?.stringValue ?? ""
            body = { link in
                guard await link.send([], isText: isText), !text.isEmpty else { return }
                _ = await MessageWriter(link: link, isText: isText).write(ByteBuffer(string: text))
            }
        }
        record.code = 101
        writer.upgrade(with: SentMessages(body: body, abandoned: {}), headers)
    }

    private static let logForms = ["binary.k8s.io", "base64.binary.k8s.io"]
}

/// A body in messages of a WebSocket.
private struct MessageWriter: BodyWriter {
    /// What a message has at most.
    private static let sizeMax = 32 << 10

    let link: WebSocketLink
    /// Whether messages are base64 in text.
    let isText: Bool

    func write(_ bytes: ByteBuffer) async -> Bool {
        var rest = bytes
        while rest.readableBytes > 0 {
            let part = Array(rest.readBytes(length: min(rest.readableBytes, Self.sizeMax)) ?? [])
            guard await link.send(isText ? Array(Base64.encode(part).utf8) : part, isText: isText) else { return false }
        }
        return true
    }
}
