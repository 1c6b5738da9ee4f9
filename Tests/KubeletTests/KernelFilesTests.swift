import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// What containers read at `/proc` and `/sys`, and what a node must have or allow for a pod.
@Suite struct KernelFilesTests {
    static let pod = """
        metadata: {name: p}
        spec:
          securityContext: {runAsUser: 1000, runAsGroup: 3000, supplementalGroups: [4000], sysctls: [{name: net.ipv4.tcp_keepalive_time, value: '600'}]}
          containers:
          - {name: c, image: 'busybox:1.28', command: [sleep, '3600'], env: [{name: A, value: b}], resources: {limits: {cpu: 500m, memory: 64Mi}}, securityContext: {allowPrivilegeEscalation: false}}
        """

    @Test(arguments: [
        ("tr '\\0' ' ' < /proc/1/cmdline", "sleep 3600 "), ("cat /proc/1/comm", "sleep"), ("cat /proc/1/cgroup", "0::/"),
        ("grep -E '^(Uid|Gid|Groups|CapPrm|CapBnd|NoNewPrivs|Seccomp):' /proc/1/status", "Uid:\t1000\t1000\t1000\t1000\nGid:\t3000\t3000\t3000\t3000\nGroups:\t4000 \nCapPrm:\t0000000000000000\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t0"),
        ("cd /proc/1; grep Pid: status | head -1", "Pid:\t1"), ("tr '\\0' '\\n' < /proc/1/environ | grep '^A='", "A=b"),
        ("cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/memory.max", "50000 100000\n67108864"), ("ls -d /proc/[0-9]* | head -1", "/proc/1"),
        ("cat /proc/sys/net/ipv4/tcp_keepalive_time; sysctl -n net.ipv4.tcp_keepalive_time; sysctl kernel.nope", "600\n600\nsysctl: error: 'kernel.nope' is an unknown key[1]"),
        ("echo 1 > /proc/sys/vm/swappiness", "sh: can't create /proc/sys/vm/swappiness: Read-only file system[1]"),
        ("ls /proc/1/root/etc/hosts; readlink /proc/self | grep -c .; nproc; grep -c ^processor /proc/cpuinfo", "/proc/1/root/etc/hosts\n1\n2\n2"),
        ("head -1 /proc/meminfo", "MemTotal:        4194304 kB"), ("test -d /proc/99 || echo none", "none"),
    ])
    func `a container reads what its kernel says`(command: String, answer: String) throws {
        var world = KubeletWorld()
        try world.pod(Self.pod)
        world.run(for: .seconds(10))
        #expect(world.exec("p", command) == answer)
    }

    @Test(arguments: [("", "user:[4026531837]\n         0          0 4294967295"), ("hostUsers: true, ", "user:[4026531837]\n         0          0 4294967295")])
    func `a pod has its node's users`(spec: String, answer: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {\(spec)containers: [{name: c, image: debian, command: [sleep, infinity]}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "readlink /proc/self/ns/user; cat /proc/self/uid_map") == answer)
    }

    @Test func `a pod with users of its own has some of its node's range`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {hostUsers: false, containers: [{name: c, image: debian, command: [sleep, infinity]}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "readlink /proc/self/ns/user") != "user:[4026531837]")
        let words = world.exec("p", "cat /proc/self/gid_map").split(separator: " ").compactMap { Int($0) }
        #expect(words.count == 3 && words[0] == 0 && words[1] >= 65_536 && words[1] % 65_536 == 0 && words[1] <= 65_536 * 110 && words[2] == 65_536, "\(words)")
    }

    @Test(arguments: [
        ("{}", "00000000a80425fb"), ("{capabilities: {add: [NET_ADMIN, SYS_TIME]}}", "00000000aa0435fb"), ("{capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}", "0000000000000400"),
        ("{privileged: true}", "000001ffffffffff"),
    ])
    func `capabilities are those of the documentation`(context: String, bits: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: busybox, command: [sleep, '3600'], securityContext: \(context)}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "grep CapEff /proc/1/status | cut -f2") == bits)
    }

    @Test func `aliases of hosts stand under one heading`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {hostAliases: [{ip: 127.0.0.1, hostnames: [foo.local, bar.local]}, {ip: 10.1.2.3, hostnames: [foo.remote]}], containers: [{name: c, image: busybox, command: [sleep, '9']}]}")
        world.run(for: .seconds(5))
        #expect(world.exec("p", "tail -n 3 /etc/hosts") == "# Entries added by HostAliases.\n127.0.0.1\tfoo.local\tbar.local\n10.1.2.3\tfoo.remote")
    }

    @Test func `one container reads the files of another whose processes it sees`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {shareProcessNamespace: true, containers: [{name: nginx, image: nginx}, {name: c, image: busybox, command: [sleep, '3600']}]}")
        world.run(for: .seconds(10))
        #expect(world.exec("p", "head -n 2 /proc/$(pgrep nginx | head -1)/root/etc/nginx/nginx.conf | grep -c .") == "2")
    }

    @Test(arguments: [
        ("{sysctls: [{name: kernel.shm_rmid_forced, value: '1'}]}", ""), ("{sysctls: [{name: net.core.somaxconn, value: '1024'}]}", "forbidden sysctl: \"net.core.somaxconn\" not allowlisted"),
        ("{sysctls: [{name: kernel/msgmax, value: '1'}]}", "forbidden sysctl: \"kernel.msgmax\" not allowlisted"),
    ])
    func `a kubelet refuses settings that are not safe`(context: String, problem: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {securityContext: \(context), containers: [{name: c, image: nginx}]}")
        world.run(for: .seconds(10))
        #expect(world.get("p")?["status"]?["phase"]?.stringValue == (problem.isEmpty ? "Running" : "Failed"))
        #expect(world.get("p")?["status"]?["reason"]?.stringValue == (problem.isEmpty ? nil : "SysctlForbidden"))
        if !problem.isEmpty { #expect(world.get("p")?["status"]?["message"] == .string("Pod was rejected: \(problem)")) }
    }

    @Test func `a profile must be on the node`() throws {
        var world = KubeletWorld()
        let path = "/var/lib/kubelet/seccomp/profiles/audit.json"
        try world.pod("metadata: {name: s}\nspec: {securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/audit.json}}, containers: [{name: c, image: nginx}]}")
        try world.pod("metadata: {name: a}\nspec: {containers: [{name: c, image: nginx, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: deny-write}}}]}")
        world.run(for: .seconds(10))
        #expect(world.container("s")?["state"]?["waiting"]?["reason"] == "CreateContainerError")
        #expect(world.events.contains("Failed: Error: failed to create containerd container: cannot load seccomp profile \"\(path)\": open \(path): no such file or directory"))
        #expect(world.events.contains("Failed: Error: failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found deny-write"))
        try world.pod(
            """
            metadata: {name: loader}
            spec:
              containers: [{name: c, image: busybox, command: [sh, -c, "mkdir -p /k/seccomp/profiles; echo {} > /k/seccomp/profiles/audit.json; echo 'profile deny-write flags=() {}' > /e/x; sleep 99999"], volumeMounts: [{name: k, mountPath: /k}, {name: e, mountPath: /e}]}]
              volumes: [{name: k, hostPath: {path: /var/lib/kubelet}}, {name: e, hostPath: {path: /etc/apparmor.d}}]
            """)
        world.run(for: .seconds(30))
        for name in ["s", "a"] { #expect(world.container(name)?["state"]?["running"] != nil, "\(name)") }
    }

    @Test func `a hook that outlasts the grace fails when it is over`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {containers: [{name: c, image: nginx, lifecycle: {preStop: {exec: {command: [sleep, '180']}}}}]}")
        world.run(for: .seconds(10))
        world.delete("p", grace: 60)
        world.run(for: .seconds(59))
        #expect(!world.events.contains { $0.hasPrefix("FailedPreStopHook") })
        world.run(for: .seconds(3))
        #expect(world.events.contains("FailedPreStopHook: PreStopHook failed"))
        #expect(world.deleted == ["p"])
    }
}
