import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// Eviction, refusals, static pods and changes of resources in place: what a kubelet decides for its node.
@Suite struct NodePressureTests {
    private func crowd() throws -> KubeletWorld {
        var world = KubeletWorld()
        let stress = "image: polinux/stress, command: [stress], args: ['--vm', '1', '--vm-bytes'"
        try world.pod("metadata: {name: best}\nspec: {containers: [{name: c, \(stress), 60M]}]}")
        try world.pod("metadata: {name: over}\nspec: {containers: [{name: c, \(stress), 500M], resources: {requests: {memory: 100Mi}}}]}")
        try world.pod("metadata: {name: within}\nspec: {containers: [{name: c, \(stress), 900M], resources: {requests: {memory: 1Gi}, limits: {memory: 1Gi}}}]}")
        try world.pod("metadata: {name: vip}\nspec: {priority: 2000001000, containers: [{name: c, \(stress), 950M]}]}")
        try world.pod("metadata: {name: dear}\nspec: {priority: 1000, containers: [{name: c, \(stress), 700M]}]}")
        world.run(for: .seconds(20))
        return world
    }

    @Test func `memory pressure evicts one pod after another: those over their requests, by priority, by how far`() throws {
        var world = try crowd()
        world.kubelets.setPressure(.memory, true, node: "node-1", now: world.now)
        world.run(for: .seconds(2))
        #expect(world.get("over")?["status"]?["reason"] == "Evicted")
        #expect(world.get("over")?["status"]?["phase"] == "Failed")
        let message = world.get("over")?["status"]?["message"]?.stringValue ?? ""
        #expect(message == "The node was low on resource: memory. Threshold quantity: 100Mi, available: 51200Ki. Container c was using 488281Ki, request is 100Mi, has larger consumption of memory. ")
        #expect(world.events.contains("Evicted: \(message)"))
        #expect(world.get("over")?.condition("DisruptionTarget")?["reason"] == "TerminationByKubelet")
        #expect(world.nodeEvents.contains("EvictionThresholdMet: Attempting to reclaim memory"))
        #expect(world.nodeEvents.contains("NodeHasInsufficientMemory: Node node-1 status is now: NodeHasInsufficientMemory"))
        #expect(world.store.get(.nodes, name: "node-1")?.isConditionTrue("MemoryPressure") == true)
        world.run(for: .seconds(60))
        #expect(["best", "within", "vip", "dear"].allSatisfy { world.get($0)?["status"]?["phase"] == "Running" }, "what was freed is enough")
    }

    @Test func `requests that wait hold memory of their node, and who they wait at is evicted`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: busy}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {memory: 64Mi}}}]}")
        try world.pod("metadata: {name: calm}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {memory: 64Mi}}}]}")
        world.run(for: .seconds(20))
        let busy = NamespacedName(namespace: "default", name: "busy")
        world.kubelets.setLoadMemory(200 << 20, ofPod: busy, container: 0, now: world.now)
        world.run(for: .seconds(30))
        #expect(world.get("busy")?["status"]?["phase"] == "Running", "there is room for it")
        world.kubelets.setLoadMemory(1 << 44, ofPod: busy, container: 0, now: world.now)
        world.run(for: .seconds(30))
        #expect(world.get("busy")?["status"]?["reason"] == "Evicted")
        #expect(world.get("calm")?["status"]?["phase"] == "Running")
        #expect(world.store.get(.nodes, name: "node-1")?.isConditionTrue("MemoryPressure") == true)
    }

    @Test func `the condition goes five minutes after the pressure`() throws {
        var world = try crowd()
        world.kubelets.setPressure(.memory, true, node: "node-1", now: world.now)
        world.run(for: .seconds(200))
        #expect(world.store.get(.nodes, name: "node-1")?.isConditionTrue("MemoryPressure") == true)
        world.kubelets.setPressure(.memory, false, node: "node-1", now: world.now)
        world.run(for: .seconds(330))
        #expect(world.store.get(.nodes, name: "node-1")?.isConditionTrue("MemoryPressure") == false)
    }

    @Test func `under memory pressure only pods without requests are refused`() throws {
        var world = try crowd()
        world.kubelets.setPressure(.memory, true, node: "node-1", now: world.now)
        world.run(for: .seconds(5))
        try world.pod("metadata: {name: new}\nspec: {containers: [{name: c, image: nginx}]}")
        try world.pod("metadata: {name: asks}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {memory: 10Mi}}}]}")
        world.run(for: .seconds(8))
        #expect(world.get("new")?["status"]?["reason"] == "Evicted")
        #expect(world.get("new")?["status"]?["message"] == "Pod was rejected: The node had condition: [MemoryPressure]. ")
        #expect(world.get("new")?["status"]?["containerStatuses"] == nil)
        #expect(world.get("asks")?["status"]?["phase"] == "Running")
    }

    @Test(arguments: [
        ("volumes: [{name: v, emptyDir: {sizeLimit: 1Mi}}], containers: [{name: c, image: busybox, volumeMounts: [{name: v, mountPath: /v}], command: [sh, -c, 'dd if=/dev/zero of=/v/f bs=1M count=2; sleep 900']}]", "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". "),
        ("containers: [{name: c, image: busybox, resources: {limits: {ephemeral-storage: 1Mi}}, command: [sh, -c, 'dd if=/dev/zero of=/f bs=1M count=2; sleep 900']}]", "Container c exceeded its local ephemeral storage limit \"1Mi\". "),
    ])
    func `a pod that writes more than it may is evicted`(spec: String, message: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {\(spec)}")
        world.run(for: .seconds(30))
        #expect(world.get("p")?["status"]?["reason"] == "Evicted")
        #expect(world.get("p")?["status"]?["message"]?.stringValue == message)
    }

    @Test func `a volume in memory holds no more than its limit, and nobody is evicted for it`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 1Mi}}], containers: [{name: c, image: busybox, volumeMounts: [{name: v, mountPath: /v}], command: [sleep, '900']}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "dd if=/dev/zero of=/v/f bs=1M count=2").contains("No space left on device"))
        world.run(for: .seconds(30))
        #expect(world.get("p")?["status"]?["phase"] == "Running")
    }

    @Test(arguments: [
        ("containers: [{name: c, image: nginx, resources: {requests: {cpu: '4'}}}]", "OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu, requested: 4000, used: 100, capacity: 2000"),
        ("nodeSelector: {disk: ssd}, containers: [{name: c, image: nginx}]", "NodeAffinity", "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"),
        ("containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 8080}]}]", "NodePorts", "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"),
    ])
    func `a pod put on a node past the scheduler is looked at by the kubelet`(spec: String, reason: String, message: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: first}\nspec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 8080}], resources: {requests: {cpu: 100m}}}]}")
        world.run(for: .seconds(8))
        try world.pod("metadata: {name: p}\nspec: {\(spec)}")
        world.run(for: .seconds(8))
        #expect(world.get("p")?["status"]?["phase"] == "Failed")
        #expect(world.get("p")?["status"]?["reason"]?.stringValue == reason)
        #expect(world.get("p")?["status"]?["message"]?.stringValue == message)
        #expect(world.get("first")?["status"]?["phase"] == "Running")
    }

    @Test(arguments: [
        ("hostIP: 127.0.0.1", "hostIP: 127.0.0.2", true), ("hostIP: 127.0.0.1", "hostIP: 127.0.0.1", false), ("hostIP: 127.0.0.1", "protocol: TCP", false),
        ("protocol: UDP", "protocol: TCP", true),
    ])
    func `a port of the node is taken by address and protocol`(_ first: String, _ second: String, _ isFree: Bool) throws {
        var world = KubeletWorld()
        for (name, more) in [("first", first), ("p", second)] {
            try world.pod("metadata: {name: \(name)}\nspec: {containers: [{name: c, image: redis, ports: [{containerPort: 80, hostPort: 8080, \(more)}]}]}")
            world.run(for: .seconds(8))
        }
        #expect(world.get("p")?["status"]?["phase"] == (isFree ? "Running" : "Failed"))
    }

    // MARK: Static pods

    @Test func `a static pod has a mirror, which comes back when it is deleted while the container runs on`() throws {
        var world = KubeletWorld()
        let manifest: Value = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web", "labels": ["role": "static"]], "spec": ["containers": [["name": "c", "image": "nginx"]]]]
        world.kubelets.setStaticPod(manifest, named: "web", node: "node-1", now: world.now)
        world.run(for: .seconds(10))
        let mirror = try #require(world.get("web-node-1"))
        #expect(mirror.annotation("kubernetes.io/config.source") == "file")
        #expect(mirror.annotation("kubernetes.io/config.mirror") == mirror.annotation("kubernetes.io/config.hash"))
        #expect(mirror["metadata"]?["ownerReferences"]?[0]?["kind"] == "Node")
        #expect(mirror["status"]?["phase"] == "Running")
        let id = world.container("web-node-1")?["containerID"]
        world.delete("web-node-1")
        world.run(for: .seconds(5))
        let next = try #require(world.get("web-node-1"))
        #expect(next.uid != mirror.uid)
        #expect(world.container("web-node-1")?["containerID"] == id)
        #expect(world.container("web-node-1")?["restartCount"] == 0)
        #expect(world.ask("web-node-1").contains("Welcome"))
        world.kubelets.setStaticPod(nil, named: "web", node: "node-1", now: world.now)
        world.run(for: .seconds(40))
        #expect(world.get("web-node-1") == nil)
        #expect(world.kubelets.pods.isEmpty && world.kubelets.parked.isEmpty && world.kubelets.plans.isEmpty)
    }

    // MARK: Resize

    @Test func `resources are changed in place, with conditions and events`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m, memory: 64Mi}}, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: memory, restartPolicy: RestartContainer}]}]}")
        world.run(for: .seconds(10))
        world.setResources("p", ["requests": ["cpu": "200m", "memory": "64Mi"]])
        world.run(for: .milliseconds(100))
        #expect(world.get("p")?.isConditionTrue("PodResizeInProgress") == true)
        world.run(for: .seconds(3))
        #expect(world.get("p")?.condition("PodResizeInProgress") == nil)
        #expect(world.container("p")?["allocatedResources"]?["cpu"] == "200m")
        #expect(world.container("p")?["restartCount"] == 0)
        #expect(world.events.contains("ResizeStarted: Pod resize started: {\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"200m\",\"memory\":\"64Mi\"}}}],\"generation\":2}"))
        #expect(world.events.contains { $0.hasPrefix("ResizeCompleted: Pod resize completed: ") })
    }

    @Test func `a change of memory restarts a container whose policy says so`() throws {
        var world = KubeletWorld()
        let policy = "resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]"
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {memory: 64Mi}}, \(policy)}]}")
        world.run(for: .seconds(10))
        world.setResources("p", ["requests": ["memory": "128Mi"]])
        world.run(for: .seconds(8))
        #expect(world.events.contains("Killing: Container c resize requires restart"))
        #expect(world.container("p")?["restartCount"] == 1)
        #expect(world.container("p")?["state"]?["running"] != nil)
        #expect(world.container("p")?["resources"]?["requests"]?["memory"] == "128Mi")
    }

    @Test(arguments: [("5", "Infeasible", "Node didn't have enough capacity: cpu, requested: 5000, capacity: 2000"), ("1500m", "Deferred", "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000")])
    func `a change that does not fit waits and says why`(cpu: String, reason: String, message: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: other}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: '1'}}}]}")
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m}}}]}")
        world.run(for: .seconds(10))
        world.setResources("p", ["requests": ["cpu": .string(cpu)]])
        world.run(for: .seconds(3))
        let condition = world.get("p")?.condition("PodResizePending")
        #expect(condition?["reason"]?.stringValue == reason)
        #expect(condition?["message"]?.stringValue == message)
        #expect(world.events.contains { $0.hasPrefix("Resize\(reason): Pod resize \(reason): ") })
        #expect(world.container("p")?["allocatedResources"]?["cpu"] == "100m")
        world.delete("other", grace: 1)
        world.run(for: .seconds(40))
        #expect((world.container("p")?["allocatedResources"]?["cpu"]?.stringValue == cpu) == (reason == "Deferred"))
    }
}
