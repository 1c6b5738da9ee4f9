import CloudModel
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// What AWS knows of a cluster that nobody made with eksctl.
@Suite struct ProfileAccountTests {
    private func session(_ profile: String) throws -> ClusterSession {
        var cluster = Cluster(profile: try #require(ClusterProfile.named(profile)), seed: 2)
        cluster.settle()
        return ClusterSession(cluster)
    }

    @Test func `a profile of EKS is a cluster with a node group of its machines`() throws {
        let session = try session("eks-3x-m5.large")
        let eks = try #require(session.eksClusters["labrunner"])
        #expect(eks.config.region == "ap-southeast-1" && eks.config.zones.count == 3)
        #expect(eks.groups == [NodeGroupState(name: "workers", minimum: 1, maximum: 10, desired: 3, isManaged: true)])
        #expect(eks.instances.map(\.nodeName).sorted() == session.cluster.store.list(.nodes).map(\.name).sorted())
    }

    @Test func `it can be scaled, and is gone when it was deleted`() throws {
        let session = try session("eks-2x-t3.large")
        var eks = try #require(session.eksClusters["labrunner"])
        eks.groups[0].desired = 4
        session.eksClusters["labrunner"] = eks
        session.advance(by: .seconds(300))
        #expect(session.cluster.store.count(.nodes) == 4)
        #expect(session.eksClusters["labrunner"]?.instances.count == 4)
        let again = ClusterSession(session.cluster)
        session.eksClusters["labrunner"] = nil
        again.recall(account: session.account)
        #expect(again.eksClusters.isEmpty)
    }

    @Test(arguments: ["empty", "recording"]) func `a cluster that is not of EKS is in no account`(_ profile: String) throws {
        #expect(try session(profile).eksClusters.isEmpty)
    }
}
