import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

@Suite struct PodLifecycleTests {
    @Test func `an nginx pod is pulled, started and ready, and answers`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: web}\nspec: {containers: [{name: c, image: 'nginx:1.27', imagePullPolicy: IfNotPresent}]}")
        world.run(for: .seconds(10))
        let status = try #require(world.get("web")?["status"])
        #expect(status["phase"] == "Running")
        #expect(status["podIP"] == "10.244.0.2")
        #expect(world.get("web")?.isConditionTrue("Ready") == true)
        #expect(status["containerStatuses"]?[0]?["restartCount"] == 0)
        #expect(status["qosClass"] == "BestEffort")
        #expect(world.events.map { String($0.prefix { $0 != ":" }) } == ["Pulling", "Pulled", "Created", "Started"])
        #expect(world.events[1].hasSuffix("Image size: 72400000 bytes."))
        #expect(world.ask("web").contains("Welcome to nginx!"))
        #expect(world.ask("web", "/nope").hasPrefix("404"))
        #expect(world.ask("web", port: 81).hasPrefix("refused"))
        #expect(world.logs("web").contains("GET / HTTP/1.1\" 200"))
    }

    @Test func `a server that is up within moments listens as soon as its pod is seen to run, a slow one later`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}")
        try world.pod("metadata: {name: slow}\nspec: {containers: [{name: c, image: 'mysql:8', env: [{name: MYSQL_ROOT_PASSWORD, value: x}]}]}")
        func listens(_ name: String, _ port: Int) -> Bool {
            world.kubelets.isListening(port, pod: NamespacedName(namespace: "default", name: name), in: world.view)
        }
        for (name, port, isUp) in [("web", 80, true), ("slow", 3306, false)] {
            for _ in 0..<60_000 where world.get(name)?["status"]?["phase"] != "Running" { world.run(for: .milliseconds(1)) }
            #expect(world.get(name)?["status"]?["phase"] == "Running")
            #expect(listens(name, port) == isUp, "\(name)")
        }
        world.run(for: .seconds(30))
        #expect(listens("slow", 3306))
    }

    @Test func `a second pod finds the image on the node`() throws {
        var world = KubeletWorld()
        for name in ["a", "b"] {
            try world.pod("metadata: {name: \(name)}\nspec: {containers: [{name: c, image: nginx, imagePullPolicy: IfNotPresent}]}")
            world.run(for: .seconds(10))
        }
        #expect(world.events.contains("Pulled: Container image \"nginx\" already present on machine and can be accessed by the pod"))
    }

    @Test(arguments: [("nginx:1.161", "not found"), ("ngnix", "pull access denied"), ("Nginx", "InvalidImageName")])
    func `an image that cannot be had backs off`(image: String, text: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: '\(image)'}]}")
        world.run(for: .seconds(8))
        let state = world.get("p")?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]
        #expect(state?["reason"]?.stringValue == (image == "Nginx" ? "InvalidImageName" : "ImagePullBackOff"))
        #expect(image == "Nginx" || state?["message"]?.stringValue?.contains(text) == true)
        #expect(world.get("p")?["status"]?["phase"] == "Pending")
    }

    @Test func `a container that fails is restarted at once, then after 10, 20 and 40 seconds`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Always, containers: [{name: c, image: busybox, command: [sh, -c, 'echo hi; exit 3']}]}")
        world.run(for: .seconds(8))
        #expect(world.history["p"]?.contains("Running/CrashLoopBackOff") == true)
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["lastState"]?["terminated"]?["exitCode"] == 3)
        let message = world.get("p")?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["message"]?.stringValue
        #expect(message == "back-off 10s restarting failed container=c pod=p_default(uid-p)")
        world.run(for: .seconds(80))
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["restartCount"]?.intValue == 4)
        #expect(world.logs("p").hasPrefix("hi"))
        #expect(world.logs("p", previous: true) == "hi\n")
        #expect(world.events.contains { $0.hasPrefix("BackOff: Back-off restarting failed container c in pod p_default(uid-p)") })
    }

    @Test func `the wait doubles up to five minutes, and the status says the one in force`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Always, containers: [{name: c, image: busybox, command: [sh, -c, 'exit 3']}]}")
        var shown: [String] = []
        for _ in 0..<250 {
            world.run(for: .seconds(5))
            let words = world.get("p")?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["message"]?.stringValue?.split(separator: " ") ?? []
            if words.first == "back-off", shown.last != String(words[1]) { shown.append(String(words[1])) }
        }
        #expect(shown == ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s"])
    }

    @Test func `a container that starts again has its image's files, and a volume's as they were left`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: p}
            spec:
              volumes: [{name: v, emptyDir: {}}]
              containers:
              - name: c
                image: busybox
                command: [sh, -c, 'ls /tmp /v; touch /tmp/own; echo x > /tmp/more; touch /v/kept; exit 1']
                volumeMounts: [{name: v, mountPath: /v}]
            """)
        world.run(for: .seconds(8))
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["restartCount"]?.intValue == 1)
        #expect(world.logs("p") == "/tmp:\n\n/v:\nkept\n")
    }

    @Test(arguments: [("Never", 0, "Succeeded"), ("Never", 2, "Failed"), ("OnFailure", 0, "Succeeded")])
    func `a pod that ends has the phase of its exit code`(policy: String, code: Int, phase: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: \(policy), containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 3; exit \(code)']}]}")
        world.run(for: .seconds(15))
        #expect(world.get("p")?["status"]?["phase"]?.stringValue == phase)
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["state"]?["terminated"]?["reason"]?.stringValue == (code == 0 ? "Completed" : "Error"))
    }

    @Test func `init containers run in turn and hand files on; sidecars stay`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: p}
            spec:
              volumes: [{name: v, emptyDir: {}}]
              initContainers:
              - {name: i, image: busybox, command: [sh, -c, 'echo made > /v/index.html'], volumeMounts: [{name: v, mountPath: /v}]}
              - {name: s, image: busybox, restartPolicy: Always, command: [sh, -c, 'sleep 100000']}
              containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /usr/share/nginx/html}]}]
            """)
        world.run(for: .seconds(20))
        #expect(world.get("p")?["status"]?["phase"] == "Running")
        #expect(world.get("p")?["status"]?["initContainerStatuses"]?[0]?["state"]?["terminated"]?["exitCode"] == 0)
        #expect(world.get("p")?["status"]?["initContainerStatuses"]?[1]?["state"]?["running"] != nil)
        #expect(world.ask("p") == "200 made\n")
    }

    @Test func `readiness follows the probe, liveness restarts`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: p}
            spec:
              containers:
              - name: c
                image: busybox
                command: [sh, -c, 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600']
                livenessProbe: {exec: {command: [cat, /tmp/healthy]}, initialDelaySeconds: 5, periodSeconds: 5}
                readinessProbe: {exec: {command: [test, -f, /tmp/healthy]}, periodSeconds: 5}
            """)
        world.run(for: .seconds(20))
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        world.run(for: .seconds(100))
        #expect(world.events.contains("Unhealthy: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory"))
        #expect(world.events.contains("Killing: Container c failed liveness probe, will be restarted"))
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["restartCount"]?.intValue == 1)
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["lastState"]?["terminated"]?["exitCode"] == 137)
    }

    @Test func `an http probe on the wrong port never becomes ready`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2}}]}")
        world.run(for: .seconds(20))
        #expect(world.get("p")?.isConditionTrue("Ready") == false)
        #expect(world.events.contains("Unhealthy: Readiness probe failed: Get \"http://10.244.0.2:8080/\": dial tcp 10.244.0.2:8080: connect: connection refused"))
    }

    @Test func `deletion stops a server soon and a shell that ignores the signal at the end of its grace`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: quick}\nspec: {containers: [{name: c, image: nginx}]}")
        try world.pod("metadata: {name: slow}\nspec: {containers: [{name: c, image: busybox, command: [sleep, '3600']}]}")
        try world.pod("metadata: {name: polite}\nspec: {containers: [{name: c, image: busybox, command: [sh, -c, 'trap \"exit 0\" TERM; while true; do sleep 1; done']}]}")
        world.run(for: .seconds(20))
        for name in ["quick", "slow", "polite"] { world.delete(name) }
        world.run(for: .seconds(5))
        #expect(world.deleted.sorted() == ["polite", "quick"])
        world.run(for: .seconds(26))
        #expect(world.deleted.sorted() == ["polite", "quick", "slow"])
        #expect(world.kubelets.pods.isEmpty && world.kubelets.processes.isEmpty && world.kubelets.plans.isEmpty)
    }

    @Test func `configuration that is missing is waited for`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: busybox, command: [sh, -c, 'echo $A; sleep 999'], env: [{name: A, valueFrom: {configMapKeyRef: {name: m, key: a}}}]}]}")
        world.run(for: .seconds(5))
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"] == "CreateContainerConfigError")
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": ["a": "one"]])
        world.run(for: .seconds(15))
        #expect(world.logs("p") == "one\n")
    }

    @Test func `a database without its password ends with what it has to say`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'mysql:8.0'}]}")
        world.run(for: .seconds(20))
        #expect(world.logs("p").contains("MYSQL_ROOT_PASSWORD"))
        #expect(world.get("p")?["status"]?["containerStatuses"]?[0]?["restartCount"]?.intValue ?? 0 > 0)
    }

    @Test func `exec sees files, environment and its own pod`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, env: [{name: X, value: why}]}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "echo $X $HOSTNAME; hostname -i") == "why p\n10.244.0.2")
        #expect(world.exec("p", "curl -s localhost | grep -c Welcome") == "2")
        #expect(world.exec("p", "echo hello > /usr/share/nginx/html/index.html; cat /etc/hostname") == "p")
        #expect(world.ask("p") == "200 hello\n")
        #expect(world.exec("p", "curl -s http://localhost:9999 || echo $?") == "7")
    }

    @Test func `a pod of a subdomain knows its whole name`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: q}\nspec: {containers: [{name: c, image: 'busybox:1.37', command: [sleep, '1000']}]}")
        try world.pod("metadata: {name: r}\nspec: {hostname: a, subdomain: s, containers: [{name: c, image: 'busybox:1.37', command: [sleep, '1000']}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("r", "hostname; hostname -f; hostname -d; dnsdomainname; hostname -s") == "a\na.s.default.svc.cluster.local\ns.default.svc.cluster.local\ns.default.svc.cluster.local\na")
        #expect(world.exec("q", "hostname -f; hostname --fqdn") == "q\nq")
    }

    @Test func `a request that leaves the pod waits for its answer`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, 'wget -qO- http://web/ && echo done']}]}")
        world.run(for: .seconds(10))
        let calls = world.kubelets.takeCalls()
        #expect(calls.count == 1)
        for call in calls { world.kubelets.resolve(call, with: .http(status: 200, headers: [], body: "hi\n", latency: .milliseconds(5)), now: world.now) }
        world.run(for: .seconds(5))
        #expect(world.logs("p") == "hi\ndone\n")
        #expect(world.get("p")?["status"]?["phase"] == "Succeeded")
    }

    @Test func `what a PersistentVolume holds outlives its pod, an emptyDir does not`() throws {
        var world = KubeletWorld()
        world.put(.persistentVolumeClaims, ["metadata": ["name": "d", "namespace": "default"], "spec": ["volumeName": "pv1"], "status": ["phase": "Bound"]])
        let spec = "volumes: [{name: v, persistentVolumeClaim: {claimName: d}}, {name: e, emptyDir: {}}], containers: [{name: c, image: busybox, command: [sleep, '9999'], volumeMounts: [{name: v, mountPath: /v}, {name: e, mountPath: /e}]}]"
        try world.pod("metadata: {name: a}\nspec: {\(spec)}")
        world.run(for: .seconds(5))
        #expect(world.exec("a", "echo kept > /v/f; echo lost > /e/f; ls /v /e").contains("f"))
        world.delete("a", grace: 1)
        world.run(for: .seconds(5))
        try world.pod("metadata: {name: b}\nspec: {\(spec)}")
        world.run(for: .seconds(5))
        #expect(world.exec("b", "cat /v/f; cat /e/f") == "kept\ncat: can't open '/e/f': No such file or directory[1]")
    }

    @Test func `the fake runtime of the recordings sends no events, runs no probes and starts at once`() throws {
        var world = KubeletWorld(profile: .recording)
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'whatever:1', readinessProbe: {httpGet: {path: /, port: 1}}}], initContainers: [{name: i, image: x}]}")
        world.run(for: .seconds(1))
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        #expect(world.events.isEmpty)
        world.delete("p")
        world.run(for: .seconds(2))
        #expect(world.deleted == ["p"])
    }

    @Test func `equal worlds come to equal states`() throws {
        func digest() throws -> String {
            var world = KubeletWorld(nodes: 2)
            for index in 0..<6 {
                try world.pod("metadata: {name: p\(index)}\nspec: {containers: [{name: c, image: busybox, command: [sh, -c, 'sleep \(index); exit \(index % 2)']}]}", node: "node-\(index % 2 + 1)")
            }
            world.run(for: .seconds(60))
            return world.events.joined() + world.store.list(.pods).map { $0.json(.compact) }.joined()
        }
        #expect(try digest() == digest())
    }
}
