import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// What keeps a container from running, and what its status and events say of it.
@Suite struct ContainerStartTests {
    @Test func `a command that is not there is a RunContainerError, then a crash loop`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, command: [no-such-program]}]}")
        world.run(for: .seconds(4))
        #expect(world.history["p"]?.contains("Pending/RunContainerError") == true || world.history["p"]?.contains("Running/RunContainerError") == true)
        world.run(for: .seconds(6))
        let last = world.container("p")?["lastState"]?["terminated"]
        #expect(last?["exitCode"] == 128)
        #expect(last?["reason"] == "StartError")
        #expect(last?["startedAt"] == "1970-01-01T00:00:00Z")
        #expect(last?["message"]?.stringValue?.contains("exec: \"no-such-program\": executable file not found in $PATH") == true)
        #expect(world.container("p")?["state"]?["waiting"]?["reason"] == "CrashLoopBackOff")
        #expect(world.events.contains { $0.hasPrefix("Failed: Error: failed to create containerd task") })
    }

    @Test func `a command that is not there ends a pod that is never restarted`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: nginx, command: [no-such-program]}]}")
        world.run(for: .seconds(10))
        #expect(world.get("p")?["status"]?["phase"] == "Failed")
        #expect(world.container("p")?["state"]?["terminated"]?["reason"] == "StartError")
    }

    @Test func `a path that is not there is looked for as a path`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [/no/such]}]}")
        world.run(for: .seconds(10))
        let message = world.container("p")?["state"]?["terminated"]?["message"]?.stringValue
        #expect(message?.hasSuffix("exec: \"/no/such\": stat /no/such: no such file or directory: unknown") == true, "\(message ?? "")")
    }

    @Test(arguments: [
        ("$(NAME)/x", nil), ("$(NOPE)/$(ALSO)", "missing value for ALSO, NOPE"), ("$(ROOT)", "error SubPath `/abs` must not be an absolute path"),
        ("$(UP)/x", "unable to provision SubPath `../x`: must not contain '..'"), ("a/$$(NOPE)", nil),
    ] as [(String, String?)])
    func `a path inside of a volume is made of variables that have values`(_ expression: String, _ problem: String?) throws {
        var world = KubeletWorld()
        try world.pod(
            "metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, env: [{name: NAME, value: one}, {name: ROOT, value: /abs}, {name: UP, value: ..}], volumeMounts: [{name: v, mountPath: /v, subPathExpr: \"\(expression)\"}]}], volumes: [{name: v, emptyDir: {}}]}"
        )
        world.run(for: .seconds(10))
        let waiting = world.container("p")?["state"]?["waiting"]
        #expect(waiting?["message"]?.stringValue == problem)
        #expect(waiting?["reason"]?.stringValue == problem.map { _ in "CreateContainerConfigError" })
    }

    static let users: [(context: String, pod: String, image: String, problem: String?)] = [
        ("{runAsNonRoot: true}", "{}", "nginx", "container has runAsNonRoot and image will run as root (pod: \"p_default(uid-p)\", container: c)"),
        ("{runAsNonRoot: true, runAsUser: 0}", "{}", "nginx", "container's runAsUser breaks non-root policy (pod: \"p_default(uid-p)\", container: c)"),
        ("{runAsNonRoot: true, runAsUser: 1000}", "{}", "redis", nil),
        ("{}", "{runAsNonRoot: true}", "own/named", "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: \"p_default(uid-p)\", container: c)"),
        ("{}", "{runAsNonRoot: true, runAsUser: 1}", "redis", nil),
        ("{runAsNonRoot: false}", "{runAsNonRoot: true}", "nginx", nil),
    ]

    @Test(arguments: users)
    func `a container that must not be root is refused when it would be`(context: String, pod: String, image: String, problem: String?) throws {
        var world = KubeletWorld(images: [["kind": "Image", "metadata": ["name": "own/named"], "spec": ["names": ["own/named"], "user": "app", "ports": [80]]]])
        try world.pod("metadata: {name: p}\nspec: {securityContext: \(pod), containers: [{name: c, image: \(image), securityContext: \(context)}]}")
        world.run(for: .seconds(8))
        let waiting = world.container("p")?["state"]?["waiting"]
        if let problem {
            #expect(waiting?["reason"] == "CreateContainerConfigError")
            #expect(waiting?["message"]?.stringValue == problem)
            #expect(world.events.contains("Failed: Error: \(problem)"))
        } else {
            #expect(world.container("p")?["state"]?["running"] != nil)
        }
    }

    @Test func `the user of a container shows in its status and in id`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000}, containers: [{name: c, image: busybox, command: [sleep, '999']}]}")
        world.run(for: .seconds(8))
        #expect(world.container("p")?["user"] == ["linux": ["uid": 1000, "gid": 3000, "supplementalGroups": [3000, 2000]]])
        #expect(world.container("p")?["image"] == "docker.io/library/busybox:latest")
        #expect(world.exec("p", "id").hasPrefix("uid=1000"))
    }

    @Test func `a read-only root file system refuses writes, a volume in it does not`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: c, image: busybox, command: [sleep, '999'], securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(8))
        #expect(world.exec("p", "echo x > /v/f && cat /v/f") == "x")
        #expect(world.exec("p", "echo x > /f").contains("Read-only file system"))
    }

    static let registry: Value = [
        "kind": "Image", "metadata": ["name": "shop"],
        "spec": ["names": ["registry.corp.example/team/shop"], "pull": "private", "credentials": ["username": "ann", "password": "s3cret"], "ports": [80]],
    ]

    @Test(arguments: [("ann", "s3cret", true), ("ann", "wrong", false)])
    func `a private registry wants the right secret`(user: String, password: String, isLetIn: Bool) throws {
        var world = KubeletWorld(images: [Self.registry])
        let config = "{\"auths\":{\"registry.corp.example\":{\"username\":\"\(user)\",\"password\":\"\(password)\"}}}"
        world.put(.secrets, ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "regcred", "namespace": "default"], "type": "kubernetes.io/dockerconfigjson", "data": [".dockerconfigjson": .string(Base64.encode(config))]])
        try world.pod("metadata: {name: p}\nspec: {imagePullSecrets: [{name: regcred}], containers: [{name: c, image: 'registry.corp.example/team/shop:1'}]}")
        world.run(for: .seconds(8))
        #expect((world.container("p")?["state"]?["running"] != nil) == isLetIn)
        if !isLetIn { #expect(world.events.contains { $0.contains("failed to fetch oauth token") && $0.hasSuffix("401 Unauthorized") }) }
    }

    @Test func `a missing pull secret is told of, and the pull is tried without it`() throws {
        var world = KubeletWorld(images: [Self.registry])
        try world.pod("metadata: {name: p}\nspec: {imagePullSecrets: [{name: regcred}], containers: [{name: c, image: 'registry.corp.example/team/shop:1'}]}")
        world.run(for: .seconds(8))
        #expect(world.events.contains("FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."))
        #expect(world.container("p")?["state"]?["waiting"]?["reason"] == "ImagePullBackOff")
        #expect(world.container("p")?["state"]?["waiting"]?["message"]?.stringValue?.contains("failed to fetch anonymous token") == true)
    }

    @Test func `an image that is never to be pulled and is not there stays so`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, imagePullPolicy: Never}]}")
        world.run(for: .seconds(8))
        #expect(world.container("p")?["state"]?["waiting"]?["reason"] == "ErrImageNeverPull")
        #expect(world.container("p")?["state"]?["waiting"]?["message"] == "Container image \"nginx\" is not present with pull policy of Never")
    }

    struct Rule: CustomTestStringConvertible {
        let testDescription: String, policy: String, container: String, code: Int, restarts: Bool
    }

    @Test(arguments: [
        Rule(testDescription: "Always", policy: "Always", container: "", code: 0, restarts: true),
        Rule(testDescription: "OnFailure, failed", policy: "OnFailure", container: "", code: 1, restarts: true),
        Rule(testDescription: "OnFailure, done", policy: "OnFailure", container: "", code: 0, restarts: false),
        Rule(testDescription: "its own policy", policy: "Never", container: "restartPolicy: OnFailure, ", code: 1, restarts: true),
        Rule(testDescription: "its own Never", policy: "Always", container: "restartPolicy: Never, ", code: 1, restarts: false),
        Rule(testDescription: "a rule for the code", policy: "Never", container: "restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}], ", code: 42, restarts: true),
        Rule(testDescription: "a rule for another code", policy: "Never", container: "restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}], ", code: 1, restarts: false),
        Rule(testDescription: "a rule for all other codes", policy: "Never", container: "restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: NotIn, values: [42]}}], ", code: 7, restarts: true),
    ])
    func `a container is restarted as its rules, its policy and its pod's policy say`(_ rule: Rule) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: \(rule.policy), containers: [{name: c, \(rule.container)image: busybox, command: [sh, -c, 'exit \(rule.code)']}]}")
        world.run(for: .seconds(20))
        #expect((world.container("p")?["restartCount"]?.intValue ?? 0 > 0) == rule.restarts)
        #expect((world.history["p"]?.contains { $0.hasPrefix("Failed") || $0.hasPrefix("Succeeded") } ?? false) != rule.restarts)
    }

    // MARK: Last words

    struct LastWords: CustomTestStringConvertible {
        let testDescription: String, container: String, script: String, message: String?
    }

    @Test(arguments: [
        LastWords(testDescription: "the file", container: "", script: "echo -n bye > /dev/termination-log; echo log", message: "bye"),
        LastWords(testDescription: "a file of its own", container: "terminationMessagePath: /tmp/last, ", script: "echo bye > /tmp/last; exit 3", message: "bye\n"),
        LastWords(testDescription: "the log does not count", container: "", script: "echo log; exit 1", message: nil),
        LastWords(testDescription: "the log, on an error", container: "terminationMessagePolicy: FallbackToLogsOnError, ", script: "echo one; echo two; exit 1", message: "one\ntwo\n"),
        LastWords(testDescription: "a log without a line end", container: "terminationMessagePolicy: FallbackToLogsOnError, ", script: "echo -n DONE; exit 1", message: "DONE"),
        LastWords(testDescription: "the log, but no error", container: "terminationMessagePolicy: FallbackToLogsOnError, ", script: "echo one", message: nil),
        LastWords(testDescription: "the file before the log", container: "terminationMessagePolicy: FallbackToLogsOnError, ", script: "echo -n bye > /dev/termination-log; echo log; exit 1", message: "bye"),
        LastWords(testDescription: "the last eighty lines", container: "terminationMessagePolicy: FallbackToLogsOnError, ", script: "i=0; while [ $i -lt 100 ]; do echo $i; i=$((i+1)); done; exit 1", message: (20..<100).map { "\($0)\n" }.joined()),
        LastWords(testDescription: "the last two kibibytes", container: "terminationMessagePolicy: FallbackToLogsOnError, ", script: "i=0; while [ $i -lt 60 ]; do printf '%099d\\n' $i; i=$((i+1)); done; exit 1", message: nil),
    ])
    func `a container leaves a message`(_ row: LastWords) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, \(row.container)image: busybox, command: [sh, -c, \"\(row.script)\"]}]}")
        world.run(for: .seconds(12))
        let ended = world.container("p")?["state"]?["terminated"]
        #expect(ended != nil)
        if row.testDescription == "the last two kibibytes" {
            let message = ended?["message"]?.stringValue ?? ""
            #expect(message.utf8.count == 2048 && message.hasSuffix("59\n"))
        } else {
            #expect(ended?["message"]?.stringValue == row.message)
        }
    }

    // MARK: Paths on the node

    @Test(arguments: [
        ("/var/log, type: Directory", nil), ("/nowhere, type: Directory", "/nowhere is not a directory"), ("/etc/os-release, type: DirectoryOrCreate", "/etc/os-release is not a directory"),
        ("/made/here, type: DirectoryOrCreate", nil), ("/etc/os-release, type: File", nil), ("/etc, type: File", "/etc is not a file"), ("/srv/none, type: File", "/srv/none is not a file"),
        ("/run/containerd/containerd.sock, type: File", "/run/containerd/containerd.sock is not a file"), ("/srv/new, type: FileOrCreate", nil), ("/etc, type: FileOrCreate", "/etc is not a file"),
        ("/run/containerd/containerd.sock, type: Socket", nil), ("/etc/os-release, type: Socket", "/etc/os-release is not a socket file"), ("/dev/null, type: CharDevice", nil),
        ("/dev/nvme0n1, type: CharDevice", "/dev/nvme0n1 is not a character device"), ("/dev/nvme0n1, type: BlockDevice", nil), ("/dev/null, type: BlockDevice", "/dev/null is not a block device"),
        ("/anything/at/all", nil), ("/anything, type: ''", nil),
    ] as [(String, String?)])
    func `a path on the node is what its type says`(source: String, problem: String?) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {volumes: [{name: v, hostPath: {path: \(source)}}], containers: [{name: c, image: busybox, command: [sleep, '900'], volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(12))
        #expect((world.get("p")?["status"]?["phase"] == "Running") == (problem == nil))
        if let problem { #expect(world.events.contains("FailedMount: MountVolume.SetUp failed for volume \"v\" : hostPath type check failed: \(problem)")) }
    }
}
