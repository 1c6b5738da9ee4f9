import APIMachinery
import Foundation
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// The format of images, by the example in its documentation, and what the catalogue's images do.
@Suite struct ImageCatalogueTests {
    /// The document in `docs/IMAGES.md`.
    private static func example() throws -> Value {
        let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/IMAGES.md")
        let text = try String(contentsOf: place, encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first)
        let read = YAMLReader().read(block)
        return try #require(read.documents.first?.value)
    }

    @Test func `the documented example behaves as it says`() throws {
        var world = KubeletWorld(images: [try Self.example()])
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'example/shop:1.4', env: [{name: SHOP_TOKEN, value: x}, {name: WHO, value: Ann}], readinessProbe: {grpc: {port: 8080}, periodSeconds: 1}}]}")
        world.run(for: .seconds(12))
        #expect(world.get("p")?.isConditionTrue("Ready") == true)
        #expect(world.ask("p", "/hello", port: 8080) == "200 Hello Ann from p, version 1.4\n")
        #expect(world.ask("p", "/nothing", port: 8080) == "404 no such page\n")
        #expect(world.exec("p", "/app/hello.sh; id -u; cat config.ini; echo $APP_HOME") == "hello from a script\n1000\nmode=demo\n/app")
        #expect(world.logs("p").contains("shop 1.4 listens on port 8080"))
        world.run(for: .seconds(600))
        #expect(world.ask("p", "/healthz", port: 8080) == "500 out of memory")
    }

    @Test func `variants and what is required hang on tag and environment`() throws {
        var world = KubeletWorld(images: [try Self.example()])
        try world.pod("metadata: {name: two}\nspec: {containers: [{name: c, image: 'registry.corp.example/team/anything:2.0', env: [{name: SHOP_TOKEN, value: x}, {name: PORT, value: '9000'}]}]}")
        try world.pod("metadata: {name: bare}\nspec: {containers: [{name: c, image: 'example/shop:latest'}]}")
        try world.pod("metadata: {name: none}\nspec: {containers: [{name: c, image: 'example/shop:3'}]}")
        world.run(for: .seconds(12))
        #expect(world.ask("two", "/hello", port: 9000) == "200 shop 2\n")
        #expect(world.logs("bare", previous: true).contains("fatal: SHOP_TOKEN is not set") || world.logs("bare").contains("fatal: SHOP_TOKEN is not set"))
        #expect(world.container("bare")?["lastState"]?["terminated"]?["exitCode"] == 2)
        // A pull that fails shows one reason while it is tried and the other while it waits.
        #expect(["ErrImagePull", "ImagePullBackOff"].contains(world.container("none")?["state"]?["waiting"]?["reason"]?.stringValue))
    }

    static let answers: [(image: String, spec: String, port: Int, path: String, answer: String)] = [
        ("hashicorp/http-echo", "args: ['-text=hi', '-listen=:8081']", 8081, "/", "200 hi\n"), ("hashicorp/http-echo", "args: ['-text', 'hi there']", 5678, "/", "200 hi there\n"),
        ("gcr.io/google-samples/hello-app:2.0", "ports: [{containerPort: 8080}]", 8080, "/", "200 Hello, world!\nVersion: 2.0.0\nHostname: p\n"),
        ("paulbouwer/hello-kubernetes:1.10", "env: [{name: MESSAGE, value: Moin}]", 8080, "/", "<div id=\"message\">Moin</div>"), ("kicbase/echo-server:1.0", "name: c", 8080, "/a", "Request served by p"),
        ("nginxdemos/hello:plain-text", "name: c", 80, "/x", "Server name: p"), ("traefik/whoami", "args: ['--port', '8000']", 8000, "/", "Hostname: p"),
        ("ealen/echo-server", "env: [{name: PORT, value: '3000'}]", 3000, "/q", "\"originalUrl\":\"/q\""), ("mendhak/http-https-echo:34", "name: c", 8080, "/q", "\"os\":{\"hostname\":\"p\"}"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.57", "args: [netexec, '--http-port=8090']", 8090, "/hostname", "200 p"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.57", "args: [serve-hostname]", 9376, "/", "200 p"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.57", "args: [porter], env: [{name: SERVE_PORT_81, value: foo}]", 81, "/", "200 foo"),
        ("python:3.14", "command: [python3, -m, http.server, '8123']", 8123, "/", "200"), ("node:24", "command: [node, server.js], ports: [{containerPort: 3000}]", 3000, "/", "200"),
        ("stefanprodan/podinfo:6.9.2", "env: [{name: PODINFO_UI_MESSAGE, value: hey}]", 9898, "/", "\"message\": \"hey\""),
        ("registry.k8s.io/nginx-slim:0.24", "name: c", 80, "/", "Welcome to nginx!"), ("public.ecr.aws/docker/library/nginx:1.29", "name: c", 80, "/", "Welcome to nginx!"),
        ("public.ecr.aws/aws-containers/retail-store-sample-catalog:1.3.0", "name: c", 8080, "/health", "200 OK"),
    ]

    @Test(arguments: answers)
    func `an image of the catalogue answers`(_ row: (image: String, spec: String, port: Int, path: String, answer: String)) throws {
        var world = KubeletWorld()
        let spec = row.spec == "name: c" ? "" : ", \(row.spec)"
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: '\(row.image)'\(spec)}]}")
        world.run(for: .seconds(30))
        #expect(world.ask("p", row.path, port: row.port).contains(row.answer), "\(world.ask("p", row.path, port: row.port))")
    }

    @Test(arguments: [("python", 3), ("docker.io/library/python:3.12-slim", 3), ("python:3-alpine", 3)])
    func `a program in Python ends with its own status`(image: String, status: Int) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: '\(image)', command: [python3, -c, \"import os, sys\\nprint('index', os.environ['INDEX'])\\nsys.exit(int(os.environ.get('INDEX')))\"], env: [{name: INDEX, value: '\(status)'}]}]}")
        world.run(for: .seconds(30))
        #expect(world.container("p")?["state"]?["terminated"]?["exitCode"] == Value(status))
        #expect(world.logs("p") == "index \(status)\n")
    }

    @Test func `agnhost's liveness turns bad after ten seconds`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.40', args: [liveness], livenessProbe: {httpGet: {path: /healthz, port: 8080}, initialDelaySeconds: 3, periodSeconds: 3}}]}")
        world.run(for: .seconds(11))
        #expect(world.container("p")?["restartCount"] == 0)
        world.run(for: .seconds(20))
        #expect(world.events.contains("Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500"))
        #expect(world.container("p")?["restartCount"]?.intValue ?? 0 > 0)
    }

    @Test func `agnhost's netexec echoes, redirects, runs commands and ends as it is asked to`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.57', args: [netexec], env: [{name: WHO, value: you}]}]}")
        world.run(for: .seconds(8))
        #expect(world.ask("p", "/echo?msg=hello+there%21", port: 8080) == "200 hello there!")
        #expect(world.ask("p", "/echo?msg=no&code=418", port: 8080) == "418 no")
        #expect(world.ask("p", "/serverport", port: 8080) == "200 8080")
        #expect(world.ask("p", "/redirect?location=/hostname&code=307", port: 8080) == "307 ")
        #expect(world.ask("p", "/shell?cmd=echo%20$WHO", port: 8080) == #"200 {"output":"you\n"}"#)
        #expect(world.ask("p", "/shell?shellCommand=echo+x+%3E+/tmp/f;+exit+3", port: 8080) == #"200 {"error":"exit status 3"}"#)
        #expect(world.exec("p", "cat /tmp/f") == "x")
        _ = world.ask("p", "/exit?code=42&wait=5s", port: 8080)
        world.run(for: .seconds(3))
        #expect(world.container("p")?["restartCount"] == 0)
        world.run(for: .seconds(8))
        #expect(world.container("p")?["restartCount"] == 1)
        #expect(world.container("p")?["lastState"]?["terminated"]?["exitCode"] == 42)
        _ = world.ask("p", "/shutdown", port: 8080)
        world.run(for: .seconds(2))
        let ended = world.container("p")?["state"]?["terminated"] ?? world.container("p")?["lastState"]?["terminated"]
        #expect(ended?["exitCode"] == 0)
    }

    @Test func `agnhost makes logs and looks at mounts`() throws {
        var world = KubeletWorld()
        let image = "image: 'registry.k8s.io/e2e-test-images/agnhost:2.57'"
        try world.pod("metadata: {name: l}\nspec: {restartPolicy: Never, containers: [{name: c, \(image), args: [logs-generator, -t, '10', -d, 5s]}]}")
        try world.pod("metadata: {name: m}\nspec: {restartPolicy: Never, containers: [{name: c, \(image), args: [mounttest, '--new_file_0660=/tmp/f', '--file_perm=/tmp/f', '--file_content=/tmp/f', --file_owner, /tmp/f]}]}")
        try world.pod("metadata: {name: none}\nspec: {restartPolicy: Never, containers: [{name: c, \(image), args: [logs-generator, -d, 5s]}]}")
        world.run(for: .seconds(25))
        let lines = world.logs("l").split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines.dropFirst(4).first?.contains(" logs_generator.go:76] 4 POST /api/v1/namespaces/default/pods/") == true, "\(lines)")
        #expect(world.get("l")?["status"]?["phase"] == "Succeeded")
        #expect(world.logs("m") == "perms of file \"/tmp/f\": -rw-rw----\ncontent of file \"/tmp/f\": mount-tester new file\nowner UID of \"/tmp/f\": 0\nowner GID of \"/tmp/f\": 0\n")
        #expect(world.container("none")?["state"]?["terminated"]?["exitCode"] == 255)
    }

    @Test func `agnhost's small commands run in the shell`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.57'}]}")
        world.run(for: .seconds(8))
        #expect(world.exec("p", "/agnhost dns-suffix") == "default.svc.cluster.local,svc.cluster.local,cluster.local")
        #expect(world.exec("p", "/agnhost connect 127.0.0.1:99 --timeout=2s") == "REFUSED[1]")
        try world.pod("metadata: {name: q}\nspec: {restartPolicy: Never, containers: [{name: c, image: 'registry.k8s.io/e2e-test-images/agnhost:2.57', args: [entrypoint-tester, a, b]}]}")
        world.run(for: .seconds(8))
        #expect(world.logs("q") == "[/agnhost entrypoint-tester a b]\n")
    }

    @Test func `redis commands do what they say`() {
        var data = RedisData([])
        let rows: [([String], String)] = [
            (["PING"], "PONG"), (["SET", "a", "1"], "OK"), (["INCR", "a"], "2"), (["GET", "a"], "2"), (["GET", "none"], ""), (["RPUSH", "l", "x", "y"], "2"),
            (["LPUSH", "l", "w"], "3"), (["LRANGE", "l", "0", "-1"], "w\nx\ny"), (["INCR", "l"], "ERR value is not an integer or out of range\n"), (["HSET", "h", "f", "v"], "1"),
            (["HGET", "h", "f"], "v"), (["KEYS", "*"], "a\nh\nl"), (["DEL", "a", "zz"], "1"), (["DBSIZE"], "2"),
        ]
        for (words, answer) in rows { #expect(data.run(words) == answer, "\(words)") }
        var again = RedisData(data.bytes)
        #expect(again.run(["LRANGE", "l", "0", "-1"]) == "w\nx\ny")
    }
}
