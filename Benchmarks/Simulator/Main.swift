import APIMachinery
import Cluster
import Kubelet
import KubernetesObjects
import SimulationKernel

/// Measures the simulator: how cost grows with size. Prints one line a measurement; nothing here asserts a time.
@main
struct Main {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        let sizes = words.dropFirst().compactMap { Int($0) }
        switch words.first {
        case "cluster": for size in sizes.isEmpty ? [1000, 5000, 10_000] : sizes { ClusterBenchmark.run(pods: size) }
        default:
            print("usage: Benchmarks cluster [PODS…]")
        }
    }
}

/// A Deployment of many pods on nodes of 30 pods each, from nothing to all Running.
///
/// - Shape: `cluster.deployment(pods: N, nodes: M)  SECONDS s  MICROSECONDS us/pod  STEPS  MIB MiB  digest`.
enum ClusterBenchmark {
    static func run(pods: Int) {
        let nodes = max(pods / 30, 1)
        let clock = ContinuousClock()
        var cluster = Cluster(profile: profile(nodes: nodes), seed: 1)
        cluster.settle()
        let start = clock.now
        var request = APIRequest(.create, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), namespace: "default")
        request.body = deployment(pods)
        do { _ = try cluster.send(request) } catch { return print("refused: \(error.message)") }
        let outcome = cluster.settle(limit: .seconds(3600))
        let seconds = Double((clock.now - start).nanoseconds) / 1e9
        let running = cluster.store.get(.deployments, namespace: "default", name: "load")?["status"]?["readyReplicas"]?.intValue ?? 0
        let digits = (seconds * 1000).rounded() / 1000
        print(
            "cluster.deployment(pods: \(pods), nodes: \(nodes))  \(digits) s  \(Int(seconds * 1e6) / max(pods, 1)) us/pod  ready \(running)  \(outcome)  \(Memory.peakMiB) MiB  digest \(cluster.trace.digest)"
        )
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
