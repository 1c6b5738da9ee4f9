import APIMachinery
import Foundation
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

@Suite struct KubeletChaosTests {
    static let bodies = [
        "containers: [{name: c, image: nginx, readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 3}}]",
        "containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2; exit 1']}]",
        "restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 4']}]",
        "containers: [{name: c, image: 'ngnix'}]",
        "containers: [{name: c, image: busybox, command: [sh, -c, 'while true; do echo x; sleep 1; done']}], terminationGracePeriodSeconds: 3",
        "initContainers: [{name: i, image: busybox, command: [sh, -c, 'sleep 1']}], containers: [{name: c, image: redis}]",
        "containers: [{name: c, image: 'who/knows:1', ports: [{containerPort: 9000}], livenessProbe: {tcpSocket: {port: 9000}}}]",
        "containers: [{name: c, image: nginx, lifecycle: {postStart: {exec: {command: [sleep, '2']}}, preStop: {sleep: {seconds: 2}}}, resources: {requests: {cpu: 50m, memory: 32Mi}}, resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]}]",
        "initContainers: [{name: s, image: busybox, restartPolicy: Always, command: [sh, -c, 'trap \"exit 0\" TERM; while true; do sleep 1; done']}], containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 6']}]",
        "restartPolicy: Never, containers: [{name: c, image: busybox, restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [7]}}], command: [sh, -c, 'sleep 1; exit 7']}]",
        "restartPolicy: Never, initContainers: [{name: i, image: busybox, command: [sh, -c, 'sleep 1']}], containers: [{name: c, image: busybox, restartPolicy: Never, restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In, values: [7]}}], command: [sh, -c, 'sleep 2; exit 7']}, {name: d, image: nginx}]",
        "containers: [{name: c, image: polinux/stress, command: [stress], args: ['--vm', '1', '--vm-bytes', 300M]}], volumes: [{name: v, emptyDir: {medium: Memory}}]",
        "containers: [{name: c, image: nginx, command: [no-such-program]}]",
    ]

    /// 20 seeds unless `LABRUNNER_SEEDS` says how many; `LABRUNNER_SEED` for one alone.
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["LABRUNNER_SEED"].flatMap({ UInt64($0) }) { return [one] }
        return (0..<max(environment["LABRUNNER_SEEDS"].flatMap { Int($0) } ?? 20, 1)).map { UInt64($0) }
    }()

    @Test(arguments: seeds)
    func `faults on: nothing unsafe; faults off: all pods end and nothing is left of them`(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "chaos")
        var world = KubeletWorld(nodes: 3)
        var names: [String] = []
        for round in 0..<25 {
            let name = "p\(round)"
            try world.pod("metadata: {name: \(name)}\nspec: {\(Self.bodies[random.below(Self.bodies.count)])}", node: "node-\(random.below(3) + 1)")
            names.append(name)
            let victim = NamespacedName(namespace: "default", name: names[random.below(names.count)])
            switch random.below(9) {
            case 0: world.delete(victim.name, grace: random.below(10))
            case 1: world.kubelets.kill(pod: victim, container: nil, now: world.now)
            case 2: world.kubelets.setRunning(false, node: "node-1", now: world.now)
            case 3: world.kubelets.setRunning(true, node: "node-1", now: world.now)
            case 4: world.kubelets.setFault(random.chance(1, in: 2) ? 500 : nil, pod: victim, container: nil, now: world.now)
            case 5:
                let signal = [NodePressure.Signal.memory, .memory, .disk, .processes][random.below(4)]
                world.kubelets.setPressure(signal, random.chance(1, in: 2), node: "node-\(random.below(3) + 1)", now: world.now)
            case 6: world.setResources(victim.name, ["requests": ["cpu": .string("\(random.below(3000))m"), "memory": .string("\(random.below(200) + 1)Mi")]])
            case 7: world.kubelets.setStaticPod(random.chance(2, in: 3) ? Self.manifest : nil, named: "static", node: "node-2", now: world.now)
            default: break
            }
            world.run(for: .seconds(random.below(7)))
            // A pod that has ended still shows the address that it gave back.
            let addresses = world.kubelets.pods.values.filter { !$0.isAddressFree }.map(\.address).filter { !$0.isEmpty }
            #expect(Set(addresses).count == addresses.count, "two pods have one address, seed \(seed)")
            for pod in world.store.list(.pods) {
                let isReady = pod.isConditionTrue("Ready")
                let runs = pod["status"]?["containerStatuses"]?[0]?["state"]?["running"] != nil
                #expect(!isReady || runs, "\(pod.name) is ready but does not run, seed \(seed)")
            }
        }
        world.kubelets.setRunning(true, node: "node-1", now: world.now)
        world.kubelets.setStaticPod(nil, named: "static", node: "node-2", now: world.now)
        for name in names { world.delete(name, grace: 5) }
        world.run(for: .seconds(90))
        #expect(world.store.list(.pods).isEmpty, "seed \(seed)")
        #expect(world.kubelets.pods.isEmpty && world.kubelets.processes.isEmpty && world.kubelets.plans.isEmpty && world.kubelets.logs.isEmpty)
        #expect(world.kubelets.parked.isEmpty && world.kubelets.podVolumes.isEmpty && world.kubelets.memoryVolumes.isEmpty, "seed \(seed)")
    }

    static let manifest: Value = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "static"], "spec": ["containers": [["name": "c", "image": "nginx"]]]]

    @Test func `memory over the limit ends a container with OOMKilled`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: polinux/stress, command: [stress], args: ['--vm', '1', '--vm-bytes', 250M, '--vm-hang', '1'], resources: {limits: {memory: 100Mi}}}]}")
        world.run(for: .seconds(12))
        #expect(world.history["p"]?.contains("Running/OOMKilled") == true)
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["lastState"]?["terminated"]?["exitCode"] == 137)
    }

    @Test func `an eviction for lack of memory fails the pod with its reason`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}")
        world.run(for: .seconds(10))
        world.kubelets.setPressure(.memory, true, node: "node-1", now: world.now)
        world.run(for: .seconds(10))
        #expect(world.get("p")?["status"]?["phase"] == "Failed")
        #expect(world.get("p")?["status"]?["reason"] == "Evicted")
        #expect(world.store.get(.nodes, name: "node-1")?.isConditionTrue("MemoryPressure") == true)
    }

    @Test(arguments: [("nginx", "docker.io/library/nginx:latest"), ("a/b:1", "docker.io/a/b:1"), ("r.io:5000/x/y", "r.io:5000/x/y:latest")])
    func `names of images are completed as a runtime does`(name: String, full: String) throws { #expect(try ImageReference(name).full == full) }

    @Test func `every built-in image can be read`() {
        var catalogue = ImageCatalogue()
        for name in BuiltInImages.index.keys.sorted() {
            guard case .found(let profile) = catalogue.look(up: name) else {
                Issue.record("\(name) cannot be had")
                continue
            }
            #expect(profile.isKnown && profile.sizeBytes > 0, "\(name)")
        }
    }
}
