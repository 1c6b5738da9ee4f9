import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// Hooks, the order of starts and ends, and probes.
@Suite struct PodLifecycleHookTests {
    @Test func `a container is shown as running when its hook has ended`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, lifecycle: {postStart: {exec: {command: [sh, -c, 'sleep 5; echo done > /usr/share/nginx/html/hook']}}}}]}")
        world.run(for: .seconds(6))
        #expect(world.container("p")?["state"]?["waiting"]?["reason"] == "ContainerCreating")
        #expect(world.get("p")?.isConditionTrue("Ready") == false)
        world.run(for: .seconds(6))
        #expect(world.container("p")?["state"]?["running"] != nil)
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        #expect(world.ask("p", "/hook") == "200 done\n")
    }

    @Test func `a hook that fails kills its container`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, lifecycle: {postStart: {exec: {command: ['false']}}}}]}")
        world.run(for: .seconds(10))
        #expect(world.events.contains("FailedPostStartHook: PostStartHook failed"))
        #expect(world.events.contains("Killing: FailedPostStartHook"))
        #expect(world.container("p")?["restartCount"]?.intValue ?? 0 > 0)
    }

    @Test(arguments: [("{sleep: {seconds: 7}}", 7), ("{exec: {command: [sleep, '4']}}", 4), ("{httpGet: {path: /, port: 80}}", 0), ("{exec: {command: [sleep, '100']}}", 20)])
    func `the hook before the end uses up the grace`(hook: String, seconds: Int) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, lifecycle: {preStop: \(hook)}}]}")
        world.run(for: .seconds(10))
        world.delete("p", grace: 20)
        world.run(for: .seconds(seconds) - .milliseconds(200))
        #expect(world.deleted.isEmpty)
        world.run(for: .seconds(3))
        #expect(world.deleted == ["p"])
    }

    @Test func `sidecars start in turn before the others and end after them, the last first`() throws {
        var world = KubeletWorld()
        let loop = "trap 'exit 0' TERM; while true; do sleep 1; done"
        try world.pod(
            """
            metadata: {name: p}
            spec:
              initContainers:
              - {name: one, image: busybox, restartPolicy: Always, command: [sh, -c, "\(loop)"], startupProbe: {exec: {command: ['true']}, initialDelaySeconds: 3}}
              - {name: setup, image: busybox, command: ['true']}
              - {name: two, image: busybox, restartPolicy: Always, command: [sh, -c, "\(loop)"]}
              containers: [{name: c, image: busybox, command: [sh, -c, "\(loop)"]}]
            """)
        world.run(for: .seconds(3))
        #expect(world.container("p", 1, list: "initContainerStatuses")?["state"]?["waiting"] != nil, "setup waits until one has started")
        world.run(for: .seconds(15))
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        world.delete("p")
        world.run(for: .seconds(20))
        let killed = world.events.filter { $0.hasPrefix("Killing") }.map { $0.split(separator: " ").last.map(String.init) ?? "" }
        #expect(killed == ["c", "two", "one"])
        #expect(world.deleted == ["p"])
    }

    static let health: Value = [
        "kind": "Image", "metadata": ["name": "own/grpc"], "spec": ["names": ["own/grpc"], "ports": [5000], "health": ["": "SERVING", "sick": "NOT_SERVING"]],
    ]

    @Test(arguments: [
        ("own/grpc", "{port: 5000}", ""), ("own/grpc", "{port: 5000, service: sick}", "service unhealthy (responded with \"NOT_SERVING\")"),
        ("own/grpc", "{port: 5000, service: other}", "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service"),
        ("own/grpc", "{port: 5001}", "timeout: failed to connect service \"10.244.0.2:5001\" within 1s: context deadline exceeded"),
        ("nginx", "{port: 80}", "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health"),
    ])
    func `a probe by gRPC says what the health service says`(image: String, probe: String, problem: String) throws {
        var world = KubeletWorld(images: [Self.health])
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: \(image), readinessProbe: {grpc: \(probe), periodSeconds: 2}}]}")
        world.run(for: .seconds(15))
        #expect(world.get("p")?.isConditionTrue("Ready") == problem.isEmpty)
        if !problem.isEmpty { #expect(world.events.contains("Unhealthy: Readiness probe failed: \(problem)")) }
    }

    @Test func `a startup probe holds the others back and restarts when it fails too often`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: p}
            spec:
              containers:
              - {name: c, image: busybox, command: [sh, -c, 'sleep 600'], startupProbe: {exec: {command: [cat, /ready]}, periodSeconds: 2, failureThreshold: 3}, livenessProbe: {exec: {command: ['false']}, periodSeconds: 1}}
            """)
        world.run(for: .seconds(7))
        #expect(world.container("p")?["started"] == false)
        #expect(!world.events.contains { $0.hasPrefix("Unhealthy: Liveness") })
        world.run(for: .seconds(3))
        #expect(world.events.contains("Killing: Container c failed startup probe, will be restarted"))
    }

    @Test func `readiness needs its thresholds in both directions`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: busybox, command: [sh, -c, 'touch /up; sleep 900'], readinessProbe: {exec: {command: [test, -f, /up]}, periodSeconds: 2, successThreshold: 3, failureThreshold: 2}}]}")
        world.run(for: .seconds(5))
        #expect(world.get("p")?.isConditionTrue("Ready") == false)
        world.run(for: .seconds(4))
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        _ = world.exec("p", "rm /up")
        world.run(for: .milliseconds(2100))
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        world.run(for: .seconds(3))
        #expect(world.get("p")?.isConditionTrue("Ready") == false)
    }

    @Test func `a deadline ends the pod`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {activeDeadlineSeconds: 10, containers: [{name: c, image: nginx}]}")
        world.run(for: .seconds(20))
        #expect(world.get("p")?["status"]?["phase"] == "Failed")
        #expect(world.get("p")?["status"]?["reason"] == "DeadlineExceeded")
        #expect(world.events.contains("DeadlineExceeded: Pod was active on the node longer than the specified deadline"))
    }

    @Test func `a container waits for the service that its environment names`() throws {
        let image: Value = [
            "kind": "Image", "metadata": ["name": "own/shop"],
            "spec": [
                "names": ["own/shop"], "ports": [8080],
                "waitsFor": [["variable": "DB", "port": 3306, "when": ["KIND": "mysql"], "message": "cannot reach ${host}:${port}", "exit": ["code": 3, "after": "10s"]]],
            ],
        ]
        for (answers, kind) in [(true, "mysql"), (false, "mysql"), (false, "memory")] {
            var world = KubeletWorld(images: [image])
            try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: own/shop, env: [{name: DB, value: db}, {name: KIND, value: \(kind)}], readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}}]}")
            for _ in 0..<40 {
                world.run(for: .milliseconds(500))
                for call in world.kubelets.takeCalls() {
                    world.kubelets.resolve(call, with: answers ? .connected(.milliseconds(1)) : .failed(.noSuchHost, .milliseconds(5)), now: world.now)
                }
            }
            let isUp = answers || kind == "memory"
            #expect((world.get("p")?.isConditionTrue("Ready") == true) == isUp)
            #expect((world.container("p")?["restartCount"]?.intValue ?? 0 > 0) == !isUp)
            if !isUp { #expect(world.logs("p", previous: true).contains("cannot reach db:3306")) }
        }
    }
}
