import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// Databases of several members: each member of them starts, says that it is ready, and shows what the tutorials look at.
@Suite struct EnsembleImageTests {
    @Test func `a member of Cassandra becomes ready and lists itself`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: cassandra-0}
            spec:
              containers:
              - name: c
                image: 'gcr.io/google-samples/cassandra:v13'
                ports: [{containerPort: 9042}]
                env: [{name: CASSANDRA_DC, value: DC1-K8Demo}, {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                readinessProbe: {exec: {command: [/bin/bash, -c, /ready-probe.sh]}, initialDelaySeconds: 15, timeoutSeconds: 5}
            """)
        world.run(for: .seconds(17))
        #expect(world.get("cassandra-0")?.isConditionTrue("Ready") == false)
        world.run(for: .seconds(60))
        #expect(world.get("cassandra-0")?.isConditionTrue("Ready") == true)
        let shown = world.exec("cassandra-0", "nodetool status")
        #expect(shown.contains("Datacenter: DC1-K8Demo\n======================\n"), "\(shown)")
        #expect(shown.contains("UN  10.244.0.2 "), "\(shown)")
    }

    @Test func `a member of ZooKeeper writes its configuration and its number`() throws {
        var world = KubeletWorld()
        try world.pod(
            """
            metadata: {name: zk-1}
            spec:
              hostname: zk-1
              subdomain: zk-hs
              securityContext: {runAsUser: 1000, fsGroup: 1000}
              volumes: [{name: datadir, emptyDir: {}}]
              containers:
              - name: c
                image: 'registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10'
                command: [sh, -c, "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --data_log_dir=/var/lib/zookeeper/data/log --conf_dir=/opt/zookeeper/conf --client_port=2181 --election_port=3888 --server_port=2888"]
                readinessProbe: {exec: {command: [sh, -c, "zookeeper-ready 2181"]}, initialDelaySeconds: 10, timeoutSeconds: 5}
                volumeMounts: [{name: datadir, mountPath: /var/lib/zookeeper}]
            """)
        world.run(for: .seconds(60))
        #expect(world.get("zk-1")?.isConditionTrue("Ready") == true, "\(world.logs("zk-1"))")
        #expect(world.exec("zk-1", "cat /var/lib/zookeeper/data/myid; grep server /opt/zookeeper/conf/zoo.cfg | tail -1") == "2\nserver.3=zk-2.zk-hs.default.svc.cluster.local:2888:3888")
        #expect(world.exec("zk-1", "zkCli.sh create /hello world | tail -1; zkCli.sh get /hello | tail -1; zkCli.sh ls / | tail -1") == "Created /hello\nworld\n[hello, zookeeper]")
    }

    @Test(arguments: [
        ("ncat --listen --keep-open --send-only --max-conns=1 3307 -c cat", 3307), ("ncat -lk 3307", 3307), ("ncat --listen --source-port 80", 80), ("nc -lk -p 2181", 2181), ("netcat -lp 9000", 9000), ("nc -l 8080", 8080),
    ] as [(String, Int)])
    func `netcat listens in all its spellings`(_ line: String, _ port: Int) {
        let command = NetworkCommand(line.split(separator: " ").map(String.init), environment: [])
        guard case .listen(let listening) = command.action else {
            Issue.record("\(command.action)")
            return
        }
        #expect(listening == port)
    }

    @Test func `netcat asks a host for what it sends`() {
        let command = NetworkCommand(["ncat", "--recv-only", "mysql-0.mysql", "3307"], environment: [])
        guard case .connect(let host, let port) = command.action else {
            Issue.record("\(command.action)")
            return
        }
        #expect(host == "mysql-0.mysql" && port == 3307)
    }

    @Test func `a program that a volume brings is found by its name`() throws {
        var world = KubeletWorld()
        world.put(.configMaps, ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": ["hello": "#!/bin/sh\necho hello $1\n"]])
        try world.pod(
            """
            metadata: {name: p}
            spec:
              volumes: [{name: m, configMap: {name: m, defaultMode: 0755}}]
              containers: [{name: c, image: nginx, volumeMounts: [{name: m, mountPath: /usr/bin/hello, subPath: hello}]}]
            """)
        world.run(for: .seconds(10))
        func run(_ line: [String]) throws -> String {
            var running = try world.kubelets.begin(line, pod: NamespacedName(namespace: "default", name: "p"), container: "c", in: world.view)
            world.kubelets.proceed(&running, in: world.view)
            return running.result.text + (running.result.status == 0 ? "" : "[\(running.result.status)]")
        }
        #expect(try run(["hello", "you"]) == "hello you")
        #expect(try run(["goodbye"]).contains("executable file not found in $PATH"))
    }
}
