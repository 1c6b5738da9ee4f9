import APIMachinery
import Cluster
import Foundation
import KubernetesObjects
import Testing

@testable import APIServer

/// Streams with the real kubectl, over WebSocket (1.32) and over SPDY (1.20).
@Suite(.serialized, .enabled(if: !RealClient.all.isEmpty, "no kubectl is installed")) struct LiveStreamTests {
    static let objects = """
        {apiVersion: v1, kind: Pod, metadata: {name: box, labels: {app: box}}, spec: {containers: [{name: c, image: busybox, command: [sh, -c, 'while true; do echo tick; sleep 1; done']}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 8080, targetPort: 80}]}}
        """

    @Test(arguments: RealClient.all)
    func `exec, logs, cp, attach and proxies`(_ kubectl: String) async throws {
        let world = try await LiveWorld(objects: Self.objects)
        func run(_ line: String, input: String? = nil) async throws -> LiveWorld.Outcome {
            try await world.run(kubectl, line.split(separator: " ").map { String($0).replacingOccurrences(of: "~", with: " ") }, input: input)
        }
        let plain = try await run("exec box -- echo hello")
        #expect(plain.output == "hello\n" && plain.status == 0, "\(plain)")
        let both = try await run("exec box -- sh -c echo~a;echo~b~>&2;exit~3")
        #expect(both.output == "a\n" && both.errors.contains("b\n") && both.errors.contains("command terminated with exit code 3"), "\(both)")
        #expect(both.status == 3)
        let piped = try await run("exec -i box -- sh", input: "cd /etc\npwd\nread x\nline\necho got $x\n")
        #expect(piped.output == "/etc\ngot line\n", "\(piped)")
        let cat = try await run("exec -i box -- wc -c", input: String(repeating: "0123456789", count: 30_000))
        #expect(cat.output.contains("300000"), "\(cat)")
        let large = try await run("exec box -- seq 1 60000")
        #expect(large.output.hasSuffix("59999\n60000\n") && large.output.utf8.count == 348_894, "\(large.output.utf8.count) \(large.errors)")
        let missing = try await run("exec box -- nosuch")
        #expect(missing.status == 1 && missing.errors.contains("executable file not found in $PATH"), "\(missing)")
        let unknown = try await run("exec nosuch -- ls")
        #expect(unknown.errors.contains("Error from server (NotFound): pods \"nosuch\" not found"), "\(unknown)")

        try Data([0, 1, 2, 255, 254, 10, 13]).write(to: URL(fileURLWithPath: world.folder + "/file.bin"))
        let there = try await run("cp file.bin box:/tmp/there.bin")
        #expect(there.status == 0, "\(there)")
        let back = try await run("cp box:/tmp/there.bin back.bin")
        #expect(back.status == 0, "\(back)")
        #expect((try? Data(contentsOf: URL(fileURLWithPath: world.folder + "/back.bin"))) == Data([0, 1, 2, 255, 254, 10, 13]))

        let logs = try await world.run("/usr/bin/timeout", ["4", kubectl, "logs", "-f", "--tail=1", "box"])
        #expect(logs.output.split(separator: "\n").count >= 3, "\(logs)")
        let attached = try await world.run("/usr/bin/timeout", ["4", kubectl, "attach", "box"])
        #expect(attached.output.split(separator: "\n").filter { $0 == "tick" }.count >= 2, "\(attached)")

        for path in ["pods/web/proxy/", "pods/web:80/proxy/", "services/web:8080/proxy/", "services/http:web:8080/proxy/"] {
            let answer = try await run("get --raw /api/v1/namespaces/default/\(path)")
            #expect(answer.output.contains("Welcome to nginx"), "\(path) \(answer)")
        }
        let refused = try await run("get --raw /api/v1/namespaces/default/pods/web:81/proxy/")
        #expect(refused.errors.contains("connect: connection refused"), "\(refused)")
        await world.stop()
    }

    @Test(arguments: RealClient.all)
    func `who may only create runs commands, and who may only get does not`(_ kubectl: String) async throws {
        let world = try await LiveWorld(objects: Self.objects)
        func run(_ line: String) async throws -> LiveWorld.Outcome { try await world.run(kubectl, line.split(separator: " ").map(String.init)) }
        _ = try await run("create role pods --verb=get --resource=pods")
        for (name, verb) in [("maker", "create"), ("reader", "get")] {
            _ = try await run("create role \(name) --verb=\(verb) --resource=pods/exec")
            for role in ["pods", name] { _ = try await run("create rolebinding \(name)-\(role) --role=\(role) --user=\(name)") }
        }
        let made = try await run("exec box --as=maker -- echo hello")
        #expect(made.output == "hello\n" && made.status == 0, "\(made)")
        let refused = try await run("exec box --as=reader -- echo hello")
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("User \"reader\" cannot create resource \"pods/exec\" in API group \"\" in the namespace \"default\""), "\(refused)")
        await world.stop()
    }

    @Test(arguments: RealClient.all)
    func `port-forward carries HTTP`(_ kubectl: String) async throws {
        let world = try await LiveWorld(objects: Self.objects)
        let script = """
            "$1" port-forward service/web :8080 > forward.txt 2> errors.txt & pid=$!
            for i in $(seq 50); do grep -q Forwarding forward.txt && break; sleep 0.1; done
            port=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' forward.txt | head -1)
            curl -s -w '%{http_code} ' -o page.txt "http://127.0.0.1:$port/" -o /dev/null "http://127.0.0.1:$port/nosuch"
            grep -c '<title>Welcome to nginx' page.txt
            kill $pid; wait $pid
            "$1" port-forward pod/web :81 > forward.txt 2> errors.txt & pid=$!
            for i in $(seq 50); do grep -q Forwarding forward.txt && break; sleep 0.1; done
            port=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' forward.txt | head -1)
            curl -s "http://127.0.0.1:$port/"; echo "curl $?"
            kill $pid; wait $pid; cat errors.txt
            """
        let outcome = try await world.run("/bin/bash", ["-c", script, "test", kubectl])
        #expect(outcome.output.hasPrefix("200 404 1\n"), "\(outcome)")
        #expect(outcome.output.contains("connection refused"), "\(outcome)")
        await world.stop()
    }

    @Test(arguments: RealClient.all)
    func `port-forward carries bytes that are no text, both ways`(_ kubectl: String) async throws {
        let echo = "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: echo}, spec: {containers: [{name: c, image: fortio/fortio}]}}"
        let world = try await LiveWorld(objects: Self.objects + echo)
        try Data((0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 3) }).write(to: URL(fileURLWithPath: world.folder + "/bytes"))
        let script = """
            through() { for i in $(seq 100); do grep -q Forwarding $1 && break; sleep 0.1; done; sed -n 's/.*127.0.0.1:\\([0-9]*\\) .*/\\1/p' $1 | head -1; }
            "$1" cp bytes web:/usr/share/nginx/html/bytes.png
            "$1" port-forward pod/web :80 > web.txt 2>&1 & a=$!
            "$1" port-forward pod/echo :8080 > echo.txt 2>&1 & b=$!
            curl -s -o down -w '%{content_type} ' "http://127.0.0.1:$(through web.txt)/bytes.png"
            curl -s -o back --data-binary @bytes "http://127.0.0.1:$(through echo.txt)/"
            kill $a $b; cmp bytes down && cmp bytes back && echo same
            """
        let outcome = try await world.run("/bin/bash", ["-c", script, "test", kubectl])
        #expect(outcome.output == "image/png same\n", "\(outcome)")
        await world.stop()
    }

    @Test(arguments: RealClient.all)
    func `a terminal`(_ kubectl: String) async throws {
        let world = try await LiveWorld(objects: Self.objects)
        // `script` gives kubectl a terminal.
        let typed = "stty size\\necho a; sleep 1; echo b\\nexit 5\\n"
        let line = "(sleep 1.5; printf '\(typed)'; sleep 3) | script -qec 'stty rows 40 cols 100; \(kubectl) exec -it box -- sh' /dev/null"
        let outcome = try await world.run("/bin/bash", ["-c", line])
        #expect(outcome.output.contains("/ # stty size\r\n40 100\r\n"), "\(outcome)")
        #expect(outcome.output.contains("\r\na\r\n") && outcome.output.contains("b\r\n/ # exit 5\r\n"), "\(outcome)")
        #expect(outcome.output.contains("command terminated with exit code 5"), "\(outcome)")
        await world.stop()
    }
}
