import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// A node's disk without room: nothing can be written, images nobody needs go, pods are evicted, and room comes back.
@Suite struct FullDiskTests {
    private static let writer = """
        metadata: {name: writer}
        spec: {priority: 2000000000, volumes: [{name: scratch, emptyDir: {}}, {name: memory, emptyDir: {medium: Memory}}],
          containers: [{name: c, image: busybox, command: [sleep, '9000'], volumeMounts: [{name: scratch, mountPath: /scratch}, {name: memory, mountPath: /memory}]}]}
        """

    private func world() throws -> KubeletWorld {
        var world = KubeletWorld()
        try world.pod(Self.writer)
        world.run(for: .seconds(10))
        return world
    }

    @Test(arguments: [
        ("echo hello > /scratch/f", true), ("echo hello > /f 2>/dev/null || echo No space left on device: $?", true), ("dd if=/dev/zero of=/tmp/f bs=1k count=1", true), ("cp /etc/hosts /scratch/copy", true),
        ("echo hello > /memory/f && cat /memory/f", false), ("rm /etc/motd; echo done", false), ("cat /etc/hostname", false),
    ])
    func `nothing can be written on it`(command: String, fails: Bool) throws {
        var world = try world()
        world.kubelets.setPressure(.disk, true, node: "node-1", now: world.now)
        #expect(world.exec("writer", command).contains("No space left on device") == fails, "\(command)")
        world.kubelets.setPressure(.disk, false, node: "node-1", now: world.now)
        #expect(!world.exec("writer", command).contains("No space left on device"))
    }

    @Test func `what is deleted makes room`() throws {
        var world = try world()
        _ = world.exec("writer", "dd if=/dev/zero of=/scratch/big bs=1k count=64")
        world.kubelets.setPressure(.disk, true, node: "node-1", now: world.now)
        #expect(world.exec("writer", "echo hello > /scratch/f").contains("No space left"))
        #expect(world.exec("writer", "rm /scratch/big && echo hello > /scratch/f && cat /scratch/f") == "hello")
        #expect(world.exec("writer", "dd if=/dev/zero of=/scratch/big bs=1k count=64").contains("No space left"), "a little less is left than was freed")
    }

    @Test func `a container that cannot write ends as it sees fit`() throws {
        var world = try world()
        try world.pod("metadata: {name: p}\nspec: {priority: 2000000000, restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 20; echo more > /data || exit 28']}]}")
        world.run(for: .seconds(10))
        world.kubelets.setPressure(.disk, true, node: "node-1", now: world.now)
        world.run(for: .seconds(30))
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["state"]?["terminated"]?["exitCode"] == 28)
    }

    @Test func `images that nobody needs go first, then pods, and all come back`() throws {
        var world = try world()
        try world.pod("metadata: {name: gone}\nspec: {containers: [{name: c, image: httpd}]}")
        try world.pod("metadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}")
        world.run(for: .seconds(20))
        world.delete("gone", grace: 0)
        world.run(for: .seconds(5))
        #expect(world.kubelets.nodes["node-1"]?.images.keys.sorted() == ["busybox", "httpd", "nginx"])
        world.kubelets.setPressure(.disk, true, node: "node-1", now: world.now)
        world.run(for: .seconds(15))
        #expect(world.kubelets.nodes["node-1"]?.images["httpd"] == nil)
        #expect(world.nodeEvents.contains("EvictionThresholdMet: Attempting to reclaim ephemeral-storage"))
        #expect(world.nodeEvents.contains("NodeHasDiskPressure: Node node-1 status is now: NodeHasDiskPressure"))
        #expect(world.get("web")?["status"]?["reason"] == "Evicted")
        #expect(world.get("web")?["status"]?["message"]?.stringValue?.hasPrefix("The node was low on resource: ephemeral-storage. Threshold quantity: ") == true)
        #expect(world.get("writer")?["status"]?["phase"] == "Running", "what the system cannot do without stays")
        try world.pod("metadata: {name: late}\nspec: {containers: [{name: c, image: nginx}]}")
        try world.pod("metadata: {name: vip}\nspec: {priority: 2000000000, containers: [{name: c, image: mysql}]}")
        world.run(for: .seconds(10))
        #expect(world.get("late")?["status"]?["message"] == "Pod was rejected: The node had condition: [DiskPressure]. ")
        #expect(world.events.contains { $0.hasPrefix("Failed: Failed to pull image \"mysql\": failed to pull and unpack image \"docker.io/library/mysql:latest\"") && $0.hasSuffix("no space left on device") })
        world.kubelets.setPressure(.disk, false, node: "node-1", now: world.now)
        world.run(for: .seconds(420))
        #expect(world.store.get(.nodes, name: "node-1")?.isConditionTrue("DiskPressure") == false)
        #expect(world.get("vip")?["status"]?["phase"] == "Running")
    }

    @Test func `images that fill a disk are enough to free it`() throws {
        var world = try world()
        for index in 0..<3 { world.kubelets.nodes["node-1"]!.images["old:\(index)"] = 4 << 30 }
        try world.pod("metadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}")
        world.run(for: .seconds(20))
        world.kubelets.setPressure(.disk, true, node: "node-1", now: world.now)
        world.run(for: .seconds(60))
        #expect(world.kubelets.nodes["node-1"]?.images.keys.sorted() == ["busybox", "nginx"])
        #expect(world.get("web")?["status"]?["phase"] == "Running")
        #expect(!world.exec("writer", "echo hello > /scratch/f").contains("No space left"))
    }

    @Test func `a kubelet that finds nothing to delete says so, and says it of itself the second time`() throws {
        var world = try world()
        world.kubelets.setPressure(.disk, true, node: "node-1", now: world.now)
        world.run(for: .seconds(310))
        #expect(world.nodeEvents.contains { $0.hasPrefix("FreeDiskSpaceFailed: Insufficient free disk space on the node's image filesystem (100% of ") })
        #expect(!world.nodeEvents.contains { $0.hasPrefix("ImageGCFailed") })
        world.run(for: .seconds(300))
        #expect(world.nodeEvents.contains { $0.hasPrefix("ImageGCFailed: Insufficient free disk space") })
    }

    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let available: Int64
        let wanted: Int64
    }

    @Test(arguments: [
        Row(testDescription: "half used", available: 50, wanted: 0), Row(testDescription: "just below", available: 16, wanted: 0),
        Row(testDescription: "at the threshold", available: 15, wanted: 5), Row(testDescription: "full", available: 0, wanted: 20),
        Row(testDescription: "over full", available: -5, wanted: 20),
    ])
    func `images are deleted down to four fifths`(_ row: Row) {
        let collection = ImageCollection(capacity: 100, available: row.available)
        #expect(collection.wanted == row.wanted)
        #expect((collection.complaint(freed: row.wanted) == nil) && (collection.complaint(freed: row.wanted - 1) == nil) == (row.wanted == 0))
    }

    @Test(arguments: [(Int64(100), "100.0 B"), (1536, "1.5 KiB"), (85_899_345_920, "80.0 GiB"), (-1, "0.0 B")])
    func `sizes are written as people read them`(bytes: Int64, text: String) { #expect(ImageCollection.size(bytes) == text) }
}
