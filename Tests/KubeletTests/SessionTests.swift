import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel
import Testing

@testable import Kubelet

/// Somebody with a session in a pod.
struct Visitor {
    var world: KubeletWorld
    var id = SessionID(number: 0)
    var end: SessionEnd?

    init(_ pod: String, _ command: [String] = [], hasInput: Bool = true, isTerminal: Bool = false) throws {
        world = KubeletWorld()
        try world.pod(pod)
        world.run(for: .seconds(10))
        let request = SessionRequest(
            pod: NamespacedName(namespace: "default", name: "p"), container: "c", command: command, hasInput: hasInput, isTerminal: isTerminal)
        id = try world.kubelets.open(request, in: world.view)
        world.run(for: .zero)
    }

    mutating func take() -> String {
        guard let output = world.kubelets.takeOutput(of: id, now: world.now) else { return "<gone>" }
        world.run(for: .zero)
        end = output.end
        return output.chunks.map { ($0.stream == 2 ? "!" : "") + String(decoding: $0.bytes, as: UTF8.self) }.joined()
    }

    mutating func type(_ text: String) -> String {
        world.kubelets.feed(Array(text.utf8), to: id, now: world.now)
        world.run(for: .zero)
        return take()
    }

    mutating func wait(_ duration: Duration) -> String {
        world.run(for: duration)
        return take()
    }
}

@Suite struct SessionTests {
    static let sleeper = "metadata: {name: p}\nspec: {containers: [{name: c, image: busybox, command: [sleep, '3600']}]}"
    static let server = "metadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}"

    @Test func `a command prints and ends with its status`() throws {
        var visitor = try Visitor(Self.sleeper, ["sh", "-c", "echo out; echo err >&2; exit 3"], hasInput: false)
        #expect(visitor.take() == "out\n!err\n")
        #expect(visitor.end == .exited(3))
    }

    @Test func `a shell lives across virtual time and shares the container's files`() throws {
        var visitor = try Visitor(Self.sleeper, ["sh"], isTerminal: true)
        #expect(visitor.take() == "/ # ")
        #expect(visitor.type("sleep 5; echo x > /tmp/f\r") == "sleep 5; echo x > /tmp/f\r\n")
        #expect(visitor.wait(.seconds(4)) == "")
        #expect(visitor.wait(.seconds(2)) == "/ # ")
        var other = visitor
        let request = SessionRequest(pod: NamespacedName(namespace: "default", name: "p"), container: "c", command: ["cat", "/tmp/f"])
        other.id = try other.world.kubelets.open(request, in: other.world.view)
        #expect(other.wait(.zero) == "x\n")
        #expect(other.end == .exited(0))
        _ = visitor.type("exit 4\r")
        #expect(visitor.end == .exited(4))
    }

    @Test func `files of a container without a process are kept too`() throws {
        var visitor = try Visitor(Self.server, ["sh"], isTerminal: true)
        #expect(visitor.take() == "# ")
        #expect(visitor.type("echo hello > /usr/share/nginx/html/index.html\r").hasSuffix("# "))
        #expect(visitor.type("curl -s localhost\r") == "curl -s localhost\r\n")
        #expect(visitor.wait(.seconds(1)) == "hello\r\n# ")
    }

    @Test func `input arrives in pieces and ends`() throws {
        var visitor = try Visitor(Self.sleeper, ["cat"])
        #expect(visitor.type("ab") == "ab")
        #expect(visitor.type("c\n") == "c\n")
        visitor.world.kubelets.endInput(of: visitor.id, now: visitor.world.now)
        #expect(visitor.wait(.zero) == "")
        #expect(visitor.end == .exited(0))
    }

    @Test func `a command that prints without end is held until it is read`() throws {
        var visitor = try Visitor(Self.sleeper, ["yes"], hasInput: false)
        visitor.world.run(for: .seconds(600))
        let first = visitor.take().utf8.count
        #expect(first >= ContainerSession.outputMax && first < ContainerSession.outputMax * 3)
        visitor.world.run(for: .seconds(2))
        #expect(visitor.take().utf8.count > 0)
        visitor.world.kubelets.close(visitor.id, now: visitor.world.now)
        #expect(visitor.take() == "<gone>")
    }

    @Test(arguments: [
        ("nosuchprogram", "exec: \"nosuchprogram\": executable file not found in $PATH"), ("/opt/none", "exec: \"/opt/none\": stat /opt/none: no such file or directory"),
    ])
    func `what is not there cannot be run`(_ program: String, _ expected: String) throws {
        var visitor = try Visitor(Self.server, [program])
        _ = visitor.take()
        guard case .failed(let message)? = visitor.end else {
            Issue.record("\(String(describing: visitor.end))")
            return
        }
        #expect(message.hasSuffix(expected))
        let request = SessionRequest(pod: NamespacedName(namespace: "default", name: "other"), container: "c", command: ["sh"])
        #expect(throws: APIStatus(code: 404, reason: "", message: "container not found (\"c\")")) { try visitor.world.kubelets.open(request, in: visitor.world.view) }
    }

    @Test func `attach shows what is printed from now on and types into the container`() throws {
        let pod = "metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: busybox, stdin: true, tty: true, stdinOnce: true}]}"
        var visitor = try Visitor(pod)
        #expect(visitor.take() == "")
        #expect(visitor.type("echo hi\r") == "echo hi\r\nhi\r\n/ # ")
        _ = visitor.type("exit 3\r")
        #expect(visitor.wait(.seconds(1)) == "" || visitor.end == .detached)
        #expect(visitor.end == .detached)
        #expect(visitor.world.get("p")?["status"]?["phase"] == "Failed")
    }

    @Test func `sessions end with their container`() throws {
        var visitor = try Visitor(Self.sleeper, ["sleep", "900"])
        visitor.world.delete("p", grace: 1)
        _ = visitor.wait(.seconds(5))
        #expect(visitor.end == .exited(137))
    }

    @Test func `a followed log gives each line once`() throws {
        let pod = "metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, 'for i in 1 2 3 4; do echo $i; sleep 2; done']}]}"
        var world = KubeletWorld()
        try world.pod(pod)
        world.run(for: .seconds(4))
        var (text, follower) = try world.kubelets.follow(pod: NamespacedName(namespace: "default", name: "p"), container: "c", options: LogOptions())
        var place = try #require(follower)
        var hasEnded = false
        for _ in 0..<20 where !hasEnded {
            world.run(for: .seconds(1))
            let next = world.kubelets.next(&place)
            text += next.text
            hasEnded = next.hasEnded
        }
        follower = nil
        #expect(text == "1\n2\n3\n4\n")
        #expect(hasEnded)
    }
}
