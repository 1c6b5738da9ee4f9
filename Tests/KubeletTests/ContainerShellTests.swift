import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// Everyday commands in containers, and the files that a kubelet puts there.
@Suite struct ContainerShellTests {
    private static func world(_ spec: String = "") throws -> KubeletWorld {
        var world = KubeletWorld()
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": ["a": "one", "b": "two"]])
        world.put(.secrets, ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s", "namespace": "default"], "data": ["key": .string(Base64.encode("hidden"))]])
        try world.pod(
            """
            metadata: {name: p, labels: {app: web, tier: front}}
            spec:
              serviceAccountName: default
              volumes:
              - {name: m, configMap: {name: m, defaultMode: 0400}}
              - {name: i, configMap: {name: m, items: [{key: a, path: deep/a.txt, mode: 0755}]}}
              - {name: o, secret: {secretName: none, optional: true}}
              - {name: s, secret: {secretName: s}}
              - {name: d, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: cpu, resourceFieldRef: {containerName: c, resource: requests.cpu, divisor: 1m}}]}}
              - {name: all, projected: {sources: [{configMap: {name: m}}, {secret: {name: s}}, {downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}]}}
              containers:
              - name: c
                image: busybox
                command: [sleep, '99999']
                resources: {requests: {cpu: 250m}}
                env: [{name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: BOTH, value: '$(NAME)-x'}]
                volumeMounts: [{name: m, mountPath: /m}, {name: m, mountPath: /one, subPath: a}, {name: i, mountPath: /i}, {name: o, mountPath: /o}, {name: s, mountPath: /s}, {name: d, mountPath: /d}, {name: all, mountPath: /all}\(spec)]
            """)
        world.run(for: .seconds(10))
        return world
    }

    static let commands: [(String, String)] = [
        ("echo a b | tr ' ' '\\n' | sort -r | head -1", "b"), ("cat <<X\nhello $NAME\nX", "hello p"), ("f() { echo \"$1!\"; return 3; }; f hi; echo $?", "hi!\n3"),
        ("for i in 1 2 3; do [ $i -eq 2 ] && continue; printf '%s,' $i; done", "1,3,"), ("i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; echo $((i * 7 % 5))", "1"),
        ("case abc in a*) echo yes;; *) echo no;; esac", "yes"), ("x=${UNSET:-fall}; echo ${x%l} ${#x}", "fal 4"), ("trap 'echo bye' EXIT; echo hi", "hi\nbye"),
        ("(sleep 1; echo late) & echo first; wait", "first\nlate"), ("ls /nope 2>/dev/null || echo none", "none"), ("echo x > /tmp/f; echo y >> /tmp/f; wc -l < /tmp/f", "2"),
        ("printf 'a:1\\nb:2\\n' | awk -F: '{s += $2} END {print s}'", "3"), ("echo foo | sed 's/o/0/g'", "f00"), ("printf '3\\n1\\n2\\n' | sort -n | uniq | paste -sd,", "1,2,3"),
        ("seq 1 3 | xargs -n1 echo n", "n 1\nn 2\nn 3"), ("echo hello | base64", "aGVsbG8K"), ("echo aGVsbG8K | base64 -d", "hello"), ("echo a,b,c | cut -d, -f2", "b"),
        ("printf abc | sha256sum", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -"), ("printf abc | md5sum", "900150983cd24fb0d6963f7d28e17f72  -"),
        ("printf abc | sha1sum", "a9993e364706816aba3e25717850c26c9cd0d89d  -"), ("printf '' | sha256sum", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  -"),
        ("echo x > /tmp/g; sha256sum /tmp/g > /tmp/sum; sha256sum -c /tmp/sum", "/tmp/g: OK"), ("mktemp -d | grep -c /tmp/", "1"), ("ln -s /tmp/f /tmp/l; readlink /tmp/l", "/tmp/f"),
        ("touch /tmp/x; chmod 600 /tmp/x; stat -c %a /tmp/x", "600"), ("mkdir -p /tmp/t/u; touch /tmp/t/u/v; find /tmp/t -type f", "/tmp/t/u/v"), ("timeout 1 sleep 5; echo $?", "143\nTerminated"),
        ("hostname; whoami; id -u", "p\nroot\n0"), ("uname -s; nproc | grep -c .", "Linux\n1"), ("test -d /etc && test ! -e /none && echo ok", "ok"), ("echo $BOTH", "p-x"),
        ("df -h / | tail -1 | wc -l", "1"), ("date -d @0 -u +%Y-%m-%d", "1970-01-01"), ("echo a | tee /tmp/tee; cat /tmp/tee", "a\na"),
        ("grep nameserver /etc/resolv.conf | wc -l; grep search /etc/resolv.conf", "1\nsearch default.svc.cluster.local svc.cluster.local cluster.local"), ("grep -w p /etc/hosts", "10.244.0.2\tp"), ("cat /etc/hostname", "p"),
        ("env | grep ^NAME=", "NAME=p"), ("set -e; false; echo no", "[1]"), ("set -- a b; shift; echo $1 $#", "b 1"), ("echo 'a b' | while read x y; do echo $y; done", "b"),
    ]

    @Test(arguments: commands)
    func `a command does what it does everywhere`(command: String, output: String) throws {
        var world = try Self.world()
        #expect(world.exec("p", command) == output)
    }

    @Test func `volumes hold what their objects say, with modes, paths and options`() throws {
        var world = try Self.world()
        #expect(world.exec("p", "cat /m/a /m/b; echo; cat /i/deep/a.txt; ls /o; cat /s/key") == "onetwo\nonehidden")
        #expect(world.exec("p", "cat /d/labels; echo; cat /d/cpu; echo; cat /all/name /all/key /all/a") == "app=\"web\"\ntier=\"front\"\n250\nphiddenone")
        #expect(world.exec("p", "echo x > /m/a").contains("Read-only file system"))
    }

    @Test func `a change of a ConfigMap reaches its files after a while, not those that are mounted one by one`() throws {
        var world = try Self.world()
        #expect(world.exec("p", "cat /one") == "one")
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": ["a": "new", "b": "two"]])
        world.run(for: .seconds(5))
        #expect(world.exec("p", "cat /m/a") == "one")
        world.run(for: .seconds(90))
        #expect(world.exec("p", "cat /m/a /one; printenv NAME") == "newonep")
    }

    @Test func `a key that is not there keeps a pod from starting`() throws {
        var world = KubeletWorld()
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": ["a": "one"]])
        try world.pod("metadata: {name: q}\nspec: {volumes: [{name: v, configMap: {name: m, items: [{key: zz, path: zz}]}}], containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(5))
        #expect(world.events.contains("FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap references non-existent config key: zz"))
        #expect(world.get("q")?["status"]?["phase"] == "Pending")
    }
}
