import APIMachinery
import Cluster
import Foundation
import KubernetesObjects
import NIOCore
import NIOHTTP1
import SimulationKernel
import Testing

@testable import APIServer

/// What a live cluster bears. Bounded in count; run with `LABRUNNER_LOAD=10000` for so many pods, since it takes a while and
/// prints figures.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LABRUNNER_LOAD"] != nil, "LABRUNNER_LOAD is not set")) struct LoadTests {
    private static let pods = max(ProcessInfo.processInfo.environment["LABRUNNER_LOAD"].flatMap { Int($0) } ?? 1000, 100)
    private static let watches = 1000

    private static func pod(_ number: Int) -> APIRequest {
        var request = APIRequest(.create, .init(group: "", version: "v1", resource: "pods"), namespace: "load")
        request.body = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string("pod-\(number)"), "labels": ["app": "load", "part": .string("p\(number % 100)")]],
            "spec": ["schedulerName": "nobody", "containers": [["name": "c", "image": "nginx", "resources": ["requests": ["cpu": "10m"]]]]],
        ]
        return request
    }

    private static func makeCluster() throws -> Cluster {
        var cluster = Cluster(profile: .empty, seed: 5)
        cluster.settle()
        var namespace = APIRequest(.create, .init(group: "", version: "v1", resource: "namespaces"))
        namespace.body = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "load"]]
        _ = try cluster.send(namespace)
        cluster.settle()
        for number in 0..<pods { _ = try cluster.send(pod(number)) }
        return cluster
    }

    private static func patch(_ number: Int, _ text: String) -> APIRequest {
        var request = APIRequest(.patch, .init(group: "", version: "v1", resource: "pods"), namespace: "load", name: "pod-\(number)")
        request.patchType = .merge
        request.body = ["metadata": ["annotations": ["changed": .string(text)]]]
        return request
    }

    @Test func `a thousand watches hear of every change that is theirs`() async throws {
        let host = ClusterHost(cluster: try Self.makeCluster(), pace: ClusterPace(speed: .factor(1), isPaused: true))
        var subscriptions: [WatchSubscription] = []
        let revision = await host.read { String($0.store.revision) }
        for number in 0..<Self.watches {
            var request = APIRequest(.watch, .init(group: "", version: "v1", resource: "pods"), namespace: "load")
            request.options.resourceVersion = revision
            // Half of them look at a hundredth of the pods, half at all.
            if number % 2 == 1 { request.options.labelSelector = "part=p\(number % 100)" }
            subscriptions.append(try await host.watch(request))
        }
        let clock = ContinuousClock()
        let changes = 500
        let begin = clock.now
        for number in 0..<changes { _ = try await host.send(Self.patch(number * 7 % Self.pods, "\(number)")) }
        let fed = clock.now - begin
        var heard = 0
        var bytes = 0
        for (number, subscription) in subscriptions.enumerated() {
            let frames = subscription.take(changes + 1).frames
            let expected = number % 2 == 0 ? changes : (0..<changes).filter { $0 * 7 % Self.pods % 100 == number % 100 }.count
            #expect(frames.count == expected)
            #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.revision < $1.revision })
            heard += frames.count
            for frame in frames { bytes += frame.bytes(.json).readableBytes }
        }
        print("load: \(changes) patches heard \(heard) times in \(fed), \(bytes >> 20) MiB of frames, encoded and written out after \(clock.now - begin)")
        try await host.close()
    }

    @Test func `requests on loopback`() async throws {
        let identity = try ClusterIdentity()
        let host = ClusterHost(cluster: try Self.makeCluster())
        let server = try await ClusterServer.start(RequestService(host: host), identity: identity, at: ServerAddress(port: 0))
        await host.start()
        let pair = try identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        let kinds: [(name: String, count: Int, request: @Sendable (Int) -> APIRequest)] = [
            ("GET", 2000, { APIRequest(.get, .init(group: "", version: "v1", resource: "pods"), namespace: "load", name: "pod-\($0 % Self.pods)") }),
            (
                "LIST of 100", 400,
                {
                    var request = APIRequest(.list, .init(group: "", version: "v1", resource: "pods"), namespace: "load")
                    request.options.labelSelector = "part=p\($0 % 100)"
                    return request
                }
            ),
            ("LIST of all", 4, { _ in APIRequest(.list, .init(group: "", version: "v1", resource: "pods"), namespace: "load") }),
            ("PATCH", 1000, { Self.patch($0 % Self.pods, "load-\($0)") }),
        ]
        for kind in kinds {
            let clients = 4
            let clock = ContinuousClock()
            let begin = clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<clients {
                    group.addTask {
                        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                            Thread.detachNewThread {
                                continuation.resume(
                                    with: Result {
                                        let connection = try HTTPSClient(
                                            server: "https://127.0.0.1:\(server.address.port)", authority: identity.authorityText,
                                            credentials: .certificate(pair.certificate, key: pair.key))
                                        for number in 0..<kind.count / clients { _ = try connection.send(kind.request(client * Self.pods / 4 + number)) }
                                    })
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let seconds = Double((clock.now - begin).nanoseconds) / 1e9
            print("load: \(kind.name): \(Int(Double(kind.count) / seconds)) a second with \(clients) clients")
        }
        try await host.close()
        await server.stop()
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        print("load: \(status.split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("VmRSS") }.joined(separator: ", "))")
    }
}
