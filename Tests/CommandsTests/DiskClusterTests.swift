import APIMachinery
import APIServer
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Commands

/// Clusters on disk without a process: what one command does, the next one finds.
@Suite(.serialized) struct DiskClusterTests {
    private static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    private func folder(_ name: String) throws -> ClusterFolder { try CommandHome.folder(name) }

    private func put(_ name: String, in cluster: DiskCluster) throws {
        var request = APIRequest(.create, Self.configMaps, namespace: "default")
        request.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]]
        _ = try cluster.send(request)
    }

    private func names(_ cluster: DiskCluster) throws -> [String] {
        try cluster.send(APIRequest(.list, Self.configMaps, namespace: "default")).body["items"]?.elements.map(\.name).filter { !$0.hasSuffix("ca.crt") } ?? []
    }

    @Test func `writes of one command are there for the next, and for one that runs meanwhile`() throws {
        let folder = try folder("between")
        try DiskCluster.make(folder, profile: "recording", seed: 1, speed: 1)
        let first = try DiskCluster(folder)
        try put("a", in: first)
        let second = try DiskCluster(folder)
        #expect(try names(second) == ["a"])
        try put("b", in: second)
        #expect(try names(first) == ["a", "b"])
        #expect(first.session.cluster.store.revision == second.session.cluster.store.revision)
    }

    @Test func `the base follows a cluster at rest, and clusters in between hear of it`() throws {
        let folder = try folder("folding")
        try DiskCluster.make(folder, profile: "recording", seed: 1, speed: 1)
        let first = try DiskCluster(folder)
        for number in 0..<(Folding.entriesMax + 3) { try put("c\(number)", in: first) }
        let second = try DiskCluster(folder)
        try put("later", in: second)
        #expect(try names(first).count == Folding.entriesMax + 4)
        try second.step(by: .seconds(1200))
        let third = try DiskCluster(folder)
        #expect(try names(third).count == Folding.entriesMax + 4)
        #expect(third.session.cluster.store.list(.nodes).allSatisfy { $0.isConditionTrue("Ready") })
    }

    @Test func `what a disturbance changes only in kubelets is there for the next command`() throws {
        let folder = try folder("disturbed")
        try DiskCluster.make(folder, profile: "eks-1x-m5.large", seed: 1, speed: 1)
        let first = try DiskCluster(folder)
        let node = try #require(first.session.cluster.store.list(.nodes).first?.name)
        try first.apply(.failPulls(image: "nginx*", node: ""))
        try first.apply(.fill(.disk, node: node))
        let second = try DiskCluster(folder)
        try second.step(by: .seconds(30))
        #expect(second.session.cluster.store.get(.nodes, name: node)?.isConditionTrue("DiskPressure") == true)
        try second.apply(.free(.disk, node: node))
        try second.step(by: .seconds(700))
        let third = try DiskCluster(folder)
        #expect(third.session.cluster.store.get(.nodes, name: node)?.isConditionTrue("DiskPressure") == false)
        var request = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default")
        request.body = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "nginx"]]]]
        _ = try third.send(request)
        try third.step(by: .seconds(30))
        let fourth = try DiskCluster(folder)
        func state(_ cluster: DiskCluster) -> Value? { cluster.session.cluster.store.get(.pods, namespace: "default", name: "p")?["status"]?["containerStatuses"]?[0] }
        #expect(state(fourth)?["state"]?["waiting"]?["reason"]?.stringValue?.contains("Pull") == true)
        try fourth.apply(.healPulls)
        try fourth.step(by: .seconds(400))
        #expect(state(fourth)?["ready"] == true)
        try fourth.apply(.killContainer(namespace: "default", pod: "p", container: "c"))
        let fifth = try DiskCluster(folder)
        try fifth.step(by: .seconds(30))
        #expect(state(fifth)?["restartCount"] == 1)
    }

    @Test func `a snapshot brings a state back with newer revisions`() throws {
        let folder = try folder("snapshots")
        try DiskCluster.make(folder, profile: "recording", seed: 1, speed: 1)
        let cluster = try DiskCluster(folder)
        try put("a", in: cluster)
        try cluster.saveSnapshot("one")
        try put("b", in: cluster)
        let highest = cluster.session.cluster.store.revision
        try cluster.restoreSnapshot("one")
        #expect(try names(cluster) == ["a"])
        #expect(cluster.session.cluster.store.revision > highest)
        let other = try DiskCluster(folder)
        #expect(try names(other) == ["a"])
        #expect(other.session.cluster.store.revision > highest)
        #expect(try other.snapshots().map(\.name) == ["one"])
    }

    @Test func `a cluster of the format before is taken over`() throws {
        let folder = try folder("older")
        try folder.makeFolder()
        let start = Host.preciseNow - .seconds(60)
        var settings = ClusterSettings(profile: "recording", seed: 1, wallStart: start, clusterStart: start, speed: 1, port: 20_001).value
        settings["format"] = 1
        try Host.writeFile(folder.path + "/cluster.json", Array(settings.json().utf8))
        var request = APIRequest(.create, Self.configMaps, namespace: "default")
        request.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "old"]]
        let line = JournalEntry(at: start + .seconds(40), action: .request(request)).value.json()
        // A crash has cut off the last line.
        try Host.writeFile(folder.path + "/journal.jsonl", Array((line + "\n" + line.prefix(30)).utf8))
        #expect(ClusterFolder.names.contains("older"))
        let cluster = try DiskCluster(folder)
        #expect(try names(cluster) == ["old"])
        #expect(!Host.exists(folder.path + "/journal.jsonl"))
        #expect(try names(DiskCluster(folder)) == ["old"])
    }

    @Test func `an old format that is too old, and a file that is none, are said`() throws {
        let folder = try folder("oldest")
        try folder.makeFolder()
        var settings = ClusterSettings(profile: "recording", seed: 1, wallStart: Host.preciseNow, clusterStart: Host.preciseNow, speed: 1, port: 1).value
        settings["format"] = 0
        try Host.writeFile(folder.path + "/cluster.json", Array(settings.json().utf8))
        #expect { try DiskCluster(folder) } throws: { ($0 as? CommandError)?.message.contains("format 0") == true }
        try Host.writeFile(folder.databasePath, Array("nothing of ours".utf8))
        #expect { try DiskCluster(folder) } throws: { ($0 as? CommandError)?.message.contains("is no cluster of labrunner") == true }
        #expect(Host.readFile(folder.databasePath) == Array("nothing of ours".utf8))
    }

    @Test func `starting over keeps the name and forgets the rest`() throws {
        let folder = try folder("anew")
        try DiskCluster.make(folder, profile: "recording", seed: 1, speed: 1)
        try put("a", in: DiskCluster(folder))
        try DiskCluster.makeAnew(folder)
        #expect(try names(DiskCluster(folder)).isEmpty)
    }

    @Test func `what eksctl makes is there for the next command, and its time has passed`() throws {
        let folder = try folder("eks")
        try DiskCluster.make(folder, profile: "empty", seed: 1, speed: 1)
        let config = """
            {apiVersion: eksctl.io/v1alpha5, kind: ClusterConfig, metadata: {name: eks, region: ap-southeast-1},
             managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2, minSize: 1, maxSize: 4}]}
            """
        func eksctl(_ line: String, _ cluster: DiskCluster) throws -> EksctlAnswer {
            let words = line.split(separator: " ").map(String.init)
            return try cluster.run(#require(EksctlCall(["words": Value(words), "files": ["c.yaml": .string(config)]])))
        }
        let first = try DiskCluster(folder)
        let begin = first.now
        let made = try eksctl("create cluster -f c.yaml", first)
        #expect(made.status == 0, "\(made)")
        #expect(first.now > begin + .seconds(60))
        let second = try DiskCluster(folder)
        #expect(second.now >= first.now)
        #expect(second.session.cluster.store.list(.nodes).count == 2)
        #expect(try eksctl("get nodegroup --cluster eks", second).output.contains("ng"))
        #expect(try eksctl("scale nodegroup --cluster eks --name ng --nodes 3", second).status == 0)
        let third = try DiskCluster(folder)
        try third.step(by: .seconds(600))
        #expect(third.session.cluster.store.list(.nodes).count == 3)
        #expect(try eksctl("get nodegroup --cluster nosuch", third).status == 1)
        // What scales a group meanwhile is not undone by what the account had of it.
        #expect(try DiskCluster(folder).session.cluster.store.list(.nodes).count == 3)
    }
}
