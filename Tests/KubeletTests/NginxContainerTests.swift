import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// nginx containers whose configuration comes from a ConfigMap.
@Suite struct NginxContainerTests {
    private static func world(_ configuration: String, key: String = "default.conf", path: String = "/etc/nginx/conf.d", extra: String = "") throws -> KubeletWorld {
        var world = KubeletWorld()
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": [key: .string(configuration)]])
        try world.pod(
            """
            metadata: {name: p}
            spec:
              volumes: [{name: m, configMap: {name: m}}]
              containers:
              - name: c
                image: nginx:1.27
                env: [{name: PORT, value: '8081'}]
                volumeMounts: [{name: m, mountPath: \(path)}]
            \(extra)
            """)
        world.run(for: .seconds(10))
        return world
    }

    @Test func `a mounted configuration decides ports and answers`() throws {
        var world = try Self.world("server { listen 8080; location / { return 200 'hello $hostname\\n'; } location = /x { root /usr/share/nginx/html; } }")
        #expect(world.ask("p", port: 8080) == "200 hello p\n")
        #expect(world.ask("p").hasPrefix("refused"))
        #expect(world.exec("p", "curl -s localhost:8080/a") == "hello p")
        #expect(world.exec("p", "nginx -t").hasSuffix("nginx: configuration file /etc/nginx/nginx.conf test is successful"))
    }

    @Test func `a file is there to be read`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'nginx:1.27'}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "curl -s -o /dev/null -w '%{http_code}' -X POST -d a=b localhost") == "405")
        #expect(world.exec("p", "curl -s localhost/nothing | grep -c '<hr><center>nginx/1.27.0</center>'") == "1")
    }

    @Test func `a template is filled from the environment`() throws {
        var world = try Self.world("server { listen ${PORT}; return 200 $host; }", key: "default.conf.template", path: "/etc/nginx/templates")
        #expect(world.ask("p", port: 8081) == "200 x")
    }

    @Test func `a mistake ends the container with nginx's message`() throws {
        var world = try Self.world("server {\n  listen 80;\n  nonsense on;\n}\n")
        #expect(world.container("p")?["restartCount"]?.intValue ?? 0 >= 1)
        #expect(world.logs("p").contains("nginx: [emerg] unknown directive \"nonsense\" in /etc/nginx/conf.d/default.conf:3"))
        #expect(world.history["p"]?.contains("Running/CrashLoopBackOff") == true || world.history["p"]?.contains("Running/Error") == true)
    }

    @Test func `a reload takes what is there now, if it can be used`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}")
        world.run(for: .seconds(10))
        #expect(world.ask("p").contains("Welcome to nginx!"))
        _ = world.exec("p", "echo 'server { listen 80; return 200 new; }' > /etc/nginx/conf.d/default.conf; nginx -s reload")
        #expect(world.ask("p") == "200 new")
        #expect(world.exec("p", "echo 'server {' > /etc/nginx/conf.d/default.conf; nginx -s reload").hasSuffix("[1]"))
        #expect(world.ask("p") == "200 new")
    }

    @Test func `a root that cannot be written, or another user, keeps nginx from starting`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {readOnlyRootFilesystem: true}}]}")
        try world.pod("metadata: {name: q}\nspec: {containers: [{name: c, image: nginx, securityContext: {runAsUser: 1000}}]}")
        try world.pod(
            "metadata: {name: r}\nspec: {volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}], containers: [{name: c, image: nginx, securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: a, mountPath: /var/cache/nginx}, {name: b, mountPath: /run}]}]}")
        world.run(for: .seconds(10))
        #expect(world.logs("p").contains("nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)"))
        #expect(world.logs("q").contains("nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)"))
        #expect(world.ask("r").contains("Welcome to nginx!"))
    }

    @Test func `the image without privileges keeps what it writes in tmp and listens on 8080`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginxinc/nginx-unprivileged, securityContext: {runAsNonRoot: true}}]}")
        try world.pod(
            "metadata: {name: q}\nspec: {containers: [{name: c, image: nginxinc/nginx-unprivileged, securityContext: {readOnlyRootFilesystem: true}}]}")
        try world.pod(
            "metadata: {name: r}\nspec: {volumes: [{name: tmp, emptyDir: {}}], containers: [{name: c, image: nginxinc/nginx-unprivileged, securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: tmp, mountPath: /tmp}]}]}")
        world.run(for: .seconds(10))
        #expect(world.ask("p", port: 8080).contains("Welcome to nginx!"))
        #expect(world.ask("p").hasPrefix("refused"))
        #expect(world.logs("q").contains("nginx: [emerg] mkdir() \"/tmp/client_temp\" failed (30: Read-only file system)"))
        #expect(world.ask("r", port: 8080).contains("Welcome to nginx!"))
    }

    @Test func `two servers of a pod cannot have one port`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx}, {name: d, image: nginx}]}")
        world.run(for: .seconds(10))
        let logs = world.logs("p") + world.logs("p", container: "d")
        #expect(logs.contains("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"))
    }
}
