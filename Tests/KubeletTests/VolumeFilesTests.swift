import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// To whom the files of volumes belong, and what projected volumes are made of.
@Suite struct VolumeFilesTests {
    /// The example of the documentation's task on security contexts.
    @Test func `files in a volume belong to the pod's fsGroup, and its processes to all groups`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: p}
            spec:
              securityContext: {runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000]}
              volumes: [{name: sec-ctx-vol, emptyDir: {}}]
              containers: [{name: c, image: 'busybox:1.28', command: [sh, -c, sleep 1h], volumeMounts: [{name: sec-ctx-vol, mountPath: /data/demo}], securityContext: {allowPrivilegeEscalation: false}}]
            """)
        world.run(for: .seconds(8))
        #expect(world.exec("p", "id") == "uid=1000 gid=3000 groups=2000,3000,4000")
        #expect(world.exec("p", "ls -ld /data/demo | cut -d' ' -f1,3-4").contains("drwxrwsrwx"))
        #expect(world.exec("p", "stat -c '%g %a' /data/demo") == "2000 2777")
        #expect(world.exec("p", "echo hello > /data/demo/testfile; stat -c '%u %g %a' /data/demo/testfile") == "1000 2000 644")
        #expect(world.exec("p", "mkdir /data/demo/d; touch /data/demo/d/f; stat -c '%g %a' /data/demo/d; stat -c %g /data/demo/d/f") == "2000 2755\n2000")
        #expect(world.exec("p", "touch /tmp/f; stat -c '%u %g' /tmp/f; mv /tmp/f /data/demo/moved; stat -c %g /data/demo/moved") == "1000 3000\n3000")
    }

    @Test func `without a group of its own a process is in root's, and in those of the pod`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {securityContext: {runAsUser: 1000, fsGroup: 2000}, containers: [{name: c, image: busybox, command: [sleep, '900']}]}")
        try world.pod("metadata: {name: r}\nspec: {containers: [{name: c, image: busybox, command: [sleep, '900']}]}")
        world.run(for: .seconds(8))
        #expect(world.exec("p", "id") == "uid=1000 gid=0(root) groups=0(root),2000")
        #expect(world.exec("p", "id -G; id -g; groups") == "0 2000\n0\nroot 2000")
        #expect(world.exec("r", "id").hasPrefix("uid=0(root) gid=0(root) groups=0(root)"))
    }

    @Test(arguments: [
        ("securityContext: {runAsUser: 1000}", "Permission denied"), ("securityContext: {runAsUser: 1000, fsGroup: 2000}", "s3cret"),
        ("securityContext: {runAsUser: 1000, fsGroup: 2000, fsGroupChangePolicy: OnRootMismatch}", "s3cret"), ("securityContext: {}", "s3cret"),
    ])
    func `a secret that is only its owner's is read through the fsGroup`(context: String, answer: String) throws {
        var world = KubeletWorld()
        world.put(.secrets, ["metadata": ["name": "s", "namespace": "default"], "data": ["key": "czNjcmV0"]])
        try world.pod("metadata: {name: p}\nspec: {\(context), volumes: [{name: v, secret: {secretName: s, defaultMode: 256}}], containers: [{name: c, image: busybox, command: [sleep, '900'], volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(8))
        #expect(world.exec("p", "cat /v/key").contains(answer), "\(world.exec("p", "cat /v/key; ls -l /v"))")
    }

    @Test func `a node's own directory keeps its owner`() throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {securityContext: {runAsUser: 1000, fsGroup: 2000}, volumes: [{name: v, hostPath: {path: /srv/own, type: DirectoryOrCreate}}], containers: [{name: c, image: busybox, command: [sleep, '900'], volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(8))
        #expect(world.exec("p", "stat -c '%g %a' /v") == "0 755")
        #expect(world.exec("p", "touch /v/f").contains("Permission denied"))
    }

    /// What the documentation of Secrets shows with `ls -l`.
    @Test func `files that a kubelet fills are links into a directory of their time`() throws {
        var world = KubeletWorld()
        world.put(.secrets, ["metadata": ["name": "mysecret", "namespace": "default"], "data": ["username": "bXktYXBw", "password": "Mzk1MjgkdmRnN0pi"]])
        try world.pod("metadata: {name: p}\nspec: {volumes: [{name: foo, secret: {secretName: mysecret, defaultMode: 256}}], containers: [{name: c, image: busybox, command: [sleep, '900'], volumeMounts: [{name: foo, mountPath: /etc/foo}, {name: foo, mountPath: /etc/one, subPath: username}]}]}")
        world.run(for: .seconds(8))
        #expect(world.exec("p", "ls /etc/foo") == "password\nusername")
        #expect(world.exec("p", "readlink /etc/foo/password; readlink /etc/foo/..data").contains("..data/password\n..2026_01_05_09_00_"))
        #expect(world.exec("p", "ls -l /etc/foo").contains("password -> ..data/password"))
        #expect(world.exec("p", "cd /etc/foo/..data; ls -l /etc/foo/..data/username /etc/foo/..data/password | grep -c '^-r--------'; cat username /etc/one") == "2\nmy-appmy-app")
        let before = world.exec("p", "readlink /etc/foo/..data")
        world.put(.secrets, ["metadata": ["name": "mysecret", "namespace": "default"], "data": ["username": "bmV3"]])
        world.run(for: .seconds(100))
        #expect(world.exec("p", "ls /etc/foo; cat /etc/foo/username /etc/one") == "username\nnewmy-app")
        #expect(world.exec("p", "readlink /etc/foo/..data") != before)
    }

    // MARK: Trust bundles

    private static let (a, b) = ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n")

    @Test(arguments: [
        ("{name: 'example.com:two:b', path: ca.pem}", b), ("{signerName: example.com/two, labelSelector: {matchLabels: {tier: live}}, path: ca.pem}", a + b),
        ("{signerName: example.com/two, labelSelector: {}, path: ca.pem}", a + b), ("{signerName: example.com/two, path: ca.pem, optional: true}", nil),
        ("{name: none, path: ca.pem, optional: true}", nil), ("{signerName: other.com/x, labelSelector: {}, optional: true, path: ca.pem}", nil),
    ])
    func `a trust bundle becomes a file, each certificate once`(source: String, content: String?) throws {
        var world = KubeletWorld()
        for (name, labels, bundle) in [("example.com:two:a", "live", Self.a), ("example.com:two:b", "test", "a comment\n" + Self.b), ("example.com:two:c", "live", Self.b + Self.a)] {
            world.put(
                GroupResource.clusterTrustBundles,
                ["metadata": ["name": .string(name), "labels": ["tier": .string(labels)]], "spec": ["signerName": "example.com/two", "trustBundle": .string(bundle)]])
        }
        try world.pod("metadata: {name: p}\nspec: {volumes: [{name: v, projected: {sources: [{clusterTrustBundle: \(source)}]}}], containers: [{name: c, image: busybox, command: [sleep, '900'], volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(8))
        let shown = world.exec("p", "cat /v/ca.pem")
        if let content { #expect(shown + "\n" == content) } else { #expect(shown.contains("No such file")) }
    }

    @Test(arguments: [
        ("{name: none, path: ca.pem}", "unable to fetch ClusterTrustBundle \"none\": clustertrustbundle.certificates.k8s.io \"none\" not found"),
        ("{signerName: other.com/x, labelSelector: {}, path: ca.pem}", "combination of signerName and labelSelector matched zero ClusterTrustBundles"),
    ])
    func `a pod waits for the trust bundle that it cannot do without`(source: String, reason: String) throws {
        var world = KubeletWorld()
        try world.pod("metadata: {name: p}\nspec: {volumes: [{name: v, projected: {sources: [{clusterTrustBundle: \(source)}]}}], containers: [{name: c, image: busybox, command: [sleep, '900'], volumeMounts: [{name: v, mountPath: /v}]}]}")
        world.run(for: .seconds(8))
        #expect(world.events.contains("FailedMount: MountVolume.SetUp failed for volume \"v\" : \(reason)"))
        #expect(world.get("p")?["status"]?["phase"] == "Pending")
    }
}
