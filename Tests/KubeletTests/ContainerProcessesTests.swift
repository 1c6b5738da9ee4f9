import KubernetesObjects
import Testing

@testable import APIMachinery
@testable import Kubelet

/// What commands in a container see of it: its processes, its mounts, and the environment it was started with.
@Suite struct ContainerProcessesTests {
    private func world(_ spec: String) throws -> KubeletWorld {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: \(spec)")
        world.run(for: .seconds(5))
        return world
    }

    private static let shell = "{containers: [{name: c, image: busybox, command: [sh, -c, 'trap \"echo bye; exit 3\" TERM; while true; do sleep 1; done']}]}"
    private static let nginx = "{containers: [{name: c, image: nginx}]}"

    @Test(arguments: [
        // A server that is asked to end ends; the first process is deaf to what it cannot handle.
        (nginx, "kill 1", 0 as Int?), (nginx, "kill -9 1", nil), (nginx, "nginx -s quit", 0), (nginx, "nginx -s reload", nil), (nginx, "kill -HUP 1", nil),
        (shell, "kill 1", 3), (shell, "kill -9 1", nil), (shell, "killall sh", 3),
        ("{containers: [{name: c, image: busybox, command: [sh, -c, 'while true; do sleep 1; done']}]}", "kill 1", nil),
    ])
    func `a command signals the container's first process`(spec: String, command: String, code: Int?) throws {
        var world = try world(spec)
        _ = world.exec("p", command)
        world.run(for: .seconds(3))
        #expect(world.container("p")?["restartCount"]?.intValue == (code == nil ? 0 : 1))
        #expect(world.container("p")?["lastState"]?["terminated"]?["exitCode"]?.intValue == code)
    }

    @Test func `a container that was killed from inside starts again`() throws {
        var world = try world(Self.shell)
        _ = world.exec("p", "kill 1")
        world.run(for: .seconds(3))
        #expect(world.logs("p", previous: true) == "bye\n")
        #expect(world.container("p")?["state"]?["running"] != nil)
    }

    @Test func `ps shows the container's own process and the command`() throws {
        var world = try world("{containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 1h']}]}")
        #expect(world.exec("p", "ps; true") == "PID   USER     TIME  COMMAND\n    1 root     0:00 sleep 1h\n    7 root     0:00 sh -c ps; true\n    8 root     0:00 ps")
        #expect(world.exec("p", "echo $$") == "7")
        #expect(world.exec("p", "kill 5") == "sh: can't kill pid 5: No such process[1]")
    }

    @Test func `containers that share their processes signal each other`() throws {
        var world = try world(
            "{shareProcessNamespace: true, containers: [{name: web, image: nginx}, {name: c, image: busybox, command: [sleep, 1d]}]}")
        let list = world.exec("p", "ps")
        #expect(list.contains("    1 root     0:00 /pause\n    7 root     0:00 nginx: master process nginx -g daemon off;\n   14 root     0:00 sleep 1d\n"))
        _ = world.exec("p", "pkill -9 nginx")
        world.run(for: .seconds(3))
        #expect(world.container("p", 0)?["lastState"]?["terminated"]?["exitCode"] == 137)
        #expect(world.container("p", 1)?["restartCount"] == 0)
    }

    @Test func `a debugging container sees the processes and files of its target`() throws {
        var world = try world(
            """
            {containers: [{name: web, image: nginx}, {name: other, image: busybox, command: [sleep, 1d]}],
            ephemeralContainers: [{name: bug, image: busybox, command: [sleep, 2d], targetContainerName: web}, {name: alone, image: busybox, command: [sleep, 3d]}]}
            """)
        let list = world.exec("p", "ps", container: "bug")
        #expect(list.contains("    1 root     0:00 nginx: master process nginx -g daemon off;\n") && list.contains(" sleep 2d\n"))
        #expect(!list.contains("sleep 1d") && !list.contains("sleep 3d"))
        #expect(world.exec("p", "ls /proc/1/root/usr/share/nginx/html", container: "bug").contains("index.html"))
        let ownList = world.exec("p", "ps", container: "alone")
        #expect(ownList.contains(" sleep 3d\n") && !ownList.contains("nginx") && !ownList.contains("sleep 2d"))
        _ = world.exec("p", "kill 1", container: "bug")
        world.run(for: .seconds(3))
        #expect(world.container("p", 0)?["restartCount"] == 1)
    }

    @Test func `directories show what is mounted in them`() throws {
        var world = try world(
            """
            {volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}], containers: [{name: c, image: busybox, command: [sleep, 1d],
            volumeMounts: [{name: b, mountPath: /data/a/inner}, {name: a, mountPath: /data/a}]}]}
            """)
        #expect(world.exec("p", "ls /data /data/a") == "/data:\na\n\n/data/a:\ninner")
    }

    @Test func `a container keeps the environment it was started with`() throws {
        var world = KubeletWorld()
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default", "resourceVersion": "1"], "data": ["k": "old"]])
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: m}}]}]}")
        world.run(for: .seconds(5))
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default", "resourceVersion": "2"], "data": ["k": "new"]])
        world.put(.services, [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "default", "resourceVersion": "3"],
            "spec": ["clusterIP": "10.0.0.9", "ports": [["port": 80]]],
        ])
        #expect(world.exec("p", "echo $k $WEB_SERVICE_HOST") == "old")
        _ = world.exec("p", "kill 1")
        world.run(for: .seconds(3))
        #expect(world.exec("p", "echo $k $WEB_SERVICE_HOST") == "new 10.0.0.9")
    }
}
