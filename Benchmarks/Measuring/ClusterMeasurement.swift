import APIMachinery
import Cluster
import Kubelet
import KubernetesObjects
import SimulationKernel

/// A Deployment of many pods on nodes of 30 pods each, from its creation to all Running and the cluster at rest.
package enum ClusterMeasurement {
    package static func run(pods: Int) -> Measurement {
        let nodes = max(pods / 30, 1)
        var cluster = Cluster(profile: profile(nodes: nodes), seed: 1)
        cluster.limitObjects(to: .max)
        cluster.settle()
        let watch = Stopwatch()
        var request = APIRequest(.create, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), namespace: "default")
        request.body = deployment(pods)
        var notes = "on \(nodes) nodes"
        do { _ = try cluster.send(request) } catch { notes = "refused: \(error.message)" }
        let outcome = cluster.settle(limit: .seconds(3600))
        let ready = cluster.store.get(.deployments, namespace: "default", name: "load")?["status"]?["readyReplicas"]?.intValue ?? 0
        return Measurement(
            "cluster.deployment(\(pods))", items: "pods", count: ready, watch, notes: "\(notes)  \(outcome)", digest: cluster.trace.digest)
    }

    private static func profile(nodes: Int) -> ClusterProfile {
        let descriptions = (0..<nodes).map { index in
            NodeDescription(
                name: "node-\(index)", internalIP: "10.\(index >> 16 & 255).\(index >> 8 & 255).\(index & 255)", milliCPU: 4000, memoryKiB: 32 << 20,
                labels: ["topology.kubernetes.io/zone": .string("zone-\(index % 3)")], kubeletVersion: "v1.36.2")
        }
        var profile = ClusterProfile(name: "benchmark", nodes: descriptions)
        profile.podBlock = "10.128.0.0/9"
        profile.hasMetricsServer = false
        return profile
    }

    private static func deployment(_ pods: Int) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "load", "namespace": "default"],
            "spec": [
                "replicas": Value(pods), "selector": ["matchLabels": ["app": "load"]],
                "template": [
                    "metadata": ["labels": ["app": "load"]],
                    "spec": ["containers": [["name": "c", "image": "registry.k8s.io/pause:3.10", "resources": ["requests": ["cpu": "100m", "memory": "128Mi"]]]]],
                ],
            ],
        ]
    }
}
