import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIServer

/// Turns, time and watches of a live cluster's owner.
@Suite struct ClusterHostTests {
    private static func makeHost(_ pace: ClusterPace = .wall) -> ClusterHost {
        var cluster = Cluster(profile: .recording, seed: 3, startingAt: .simulationStart)
        cluster.advance(by: .seconds(10))
        return ClusterHost(cluster: cluster, pace: pace)
    }

    private static func configMap(_ name: String, _ text: String, labels: Value = [:]) -> APIRequest {
        var request = APIRequest(.create, .init(group: "", version: "v1", resource: "configmaps"), namespace: "default")
        request.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "labels": labels], "data": ["text": .string(text)]]
        return request
    }

    private static func deployment(_ replicas: Int) -> APIRequest {
        var request = APIRequest(.create, .init(group: "apps", version: "v1", resource: "deployments"), namespace: "default")
        request.body = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": [
                "replicas": Value(replicas), "selector": ["matchLabels": ["app": "web"]],
                "template": ["metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "c", "image": "nginx"]]]],
            ],
        ]
        return request
    }

    @Test func `time stands still while paused, and goes as far as it is stepped`() async throws {
        let host = Self.makeHost(ClusterPace(speed: .factor(1), isPaused: true))
        await host.start()
        let before = await host.now
        _ = try await host.send(Self.deployment(3))
        try await Task.sleep(for: .milliseconds(30))
        #expect(await host.now == before)
        #expect(await host.read { $0.store.count(.pods) } == 0)
        try await host.step(by: .seconds(60))
        #expect(await host.now == before + .seconds(60))
        #expect(await host.read { $0.store.list(.pods).filter { $0.isConditionTrue("Ready") }.count } == 3)
        try await host.close()
    }

    /// A command's main thread starts the host at a priority above that of the tasks which bring requests, and threads are few. A turn
    /// makes some thousand pods at most, and a request waits for two.
    @Test func `requests are heard while the cluster has more to do than it can`() async throws {
        let host = Self.makeHost()
        await Task(priority: .high) { await host.start() }.value
        _ = try await host.send(Self.deployment(50_000))
        _ = try await Task.detached(priority: .medium) { try await host.send(Self.configMap("c", "x")) }.value
        #expect(await host.read { $0.store.count(.pods) } < 50_000)
        try await host.close()
    }

    @Test func `at full speed work is done at once, and waiting is not waited for`() async throws {
        let host = Self.makeHost(ClusterPace(speed: .max))
        await host.start()
        _ = try await host.send(Self.deployment(3))
        var ready = 0
        for _ in 0..<500 where ready < 3 {
            try await Task.sleep(for: .milliseconds(10))
            ready = await host.read { $0.store.list(.pods).filter { $0.isConditionTrue("Ready") }.count }
        }
        #expect(ready == 3)
        try await host.close()
    }

    @Test func `many watches of one form share their frames, and each hears only what it is about`() async throws {
        let host = Self.makeHost(ClusterPace(speed: .factor(1), isPaused: true))
        var watches: [WatchSubscription] = []
        for number in 0..<1000 {
            var request = APIRequest(.watch, .init(group: "", version: "v1", resource: "configmaps"), namespace: "default")
            request.options.resourceVersion = await String(host.read { $0.store.revision })
            if number % 2 == 1 { request.options.labelSelector = "parity=odd" }
            watches.append(try await host.watch(request))
        }
        for number in 0..<20 { _ = try await host.send(Self.configMap("m-\(number)", "x", labels: ["parity": number % 2 == 0 ? "even" : "odd"])) }
        _ = try await host.send(Self.deployment(1))
        var bytes: Set<ObjectIdentifier> = []
        for (number, watch) in watches.enumerated() {
            let frames = watch.take(100).frames
            let names = frames.map { $0.event.object.name }
            #expect(names == (0..<20).filter { number % 2 == 0 || $0 % 2 == 1 }.map { "m-\($0)" })
            for frame in frames { bytes.insert(ObjectIdentifier(frame)) }
        }
        #expect(bytes.count == 20)
        for watch in watches { watch.cancel() }
        try await host.close()
    }

    @Test func `watches of a cluster that is put back end with 410, and revisions go on`() async throws {
        let host = Self.makeHost()
        let before = await host.read { $0 }
        for number in 0..<5 { _ = try await host.send(Self.configMap("m-\(number)", "x")) }
        let revision = await host.read { $0.store.revision }
        let watch = try await host.watch(.init(.watch, .init(group: "", version: "v1", resource: "configmaps")))
        try await host.replace(with: before)
        var frames: [WatchFrame] = []
        while true {
            let taken = watch.take()
            frames += taken.frames
            if taken.isEnded { break }
        }
        #expect(frames.last?.event.object["code"] == 410)
        #expect(await host.read { $0.store.revision } > revision)
        #expect(await host.read { $0.store.get(.configMaps, namespace: "default", name: "m-1") } == nil)
        try await host.close()
    }

    @Test func `what cannot be kept is not answered as done`() async throws {
        let storage = FullDisk()
        let cluster = Cluster(profile: .empty, seed: 3)
        storage.last.withLock { $0 = cluster }
        let host = ClusterHost(cluster: cluster, pace: ClusterPace(speed: .factor(1), isPaused: true), storage: storage)
        await #expect(throws: APIStatus(code: 507, reason: "", message: "disk is full")) { try await host.send(Self.configMap("lost", "x")) }
        #expect(await host.read { $0.store.get(.configMaps, namespace: "default", name: "lost") } == nil)
        storage.isFull.withLock { $0 = false }
        _ = try await host.send(Self.configMap("kept", "x"))
        #expect(storage.last.withLock { $0?.store.get(.configMaps, namespace: "default", name: "kept") } != nil)
    }

    @Test(arguments: [("1", "1x"), ("10x", "10x"), ("0.5x", "0.5x"), ("max", "max"), ("0", nil), ("-1x", nil), ("fast", nil), ("1e9", nil)] as [(String, String?)])
    func `paces are read as they are written`(_ text: String, _ shown: String?) { #expect(ClusterPace(text)?.speedText == shown) }
}
