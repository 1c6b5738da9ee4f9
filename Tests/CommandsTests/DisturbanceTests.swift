import APIServer
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Commands

/// Breaking what is not there says what there is, in clusters that are served and in others.
@Suite struct DisturbanceTests {
    private static let cluster: Cluster = {
        var cluster = Cluster(profile: ClusterProfile.named("eks-2x-m5.large") ?? .recording, seed: 1, startingAt: .simulationStart)
        cluster.advance(by: .seconds(30))
        return cluster
    }()

    @Test func `nodes and zones that are there`() throws {
        let node = try #require(Self.cluster.store.list(.nodes).first?.name)
        let zone = try #require(Self.cluster.zones.first)
        let known: [Disturbance] = [.stopNode(node), .fill(.disk, node: node), .slowPulls(factor: 2, node: ""), .failPulls(image: "*", node: node), .cutZone(zone), .healPulls]
        for disturbance in known { #expect(disturbance.missing(in: Self.cluster) == nil) }
    }

    @Test(arguments: [
        (Disturbance.stopNode("nosuch"), "There is no node nosuch. There are ip-"), (.free(.memory, node: "nosuch"), "There is no node nosuch."),
        (.slowPulls(factor: 2, node: "nosuch"), "There is no node nosuch."), (.cutZone("nosuch"), "There is no zone nosuch. There are "),
        (.killPod(namespace: "default", name: "nosuch"), "There is no pod in namespace default with the name nosuch. There are none at all."),
        (.killContainer(namespace: "default", pod: "nosuch", container: "c"), "There is no pod in namespace default"),
    ])
    func `what is not there`(_ disturbance: Disturbance, _ text: String) { #expect(disturbance.missing(in: Self.cluster)?.hasPrefix(text) == true) }
}
