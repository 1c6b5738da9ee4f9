import APIMachinery
import Cluster
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// A steady load from one pod to a Service of four, as the scenarios of labs make it.
///
/// What is counted: the load's virtual seconds, with its sampled requests through name, Service, policies and container,
/// and all that goes on in the cluster meanwhile (metrics, probes, heartbeats).
package enum TrafficMeasurement {
    package static func run(seconds: Int) -> Measurement {
        guard let profile = ClusterProfile.named("eks-3x-m5.large") else { preconditionFailure("the profile eks-3x-m5.large is gone") }
        var cluster = Cluster(profile: profile, seed: 1)
        cluster.settle()
        var notes = ""
        for (resource, object) in objects {
            var request = APIRequest(.create, resource, namespace: "default")
            request.body = object
            do { _ = try cluster.send(request) } catch { notes += "refused: \(error.message) " }
        }
        cluster.settle()
        let visitor = cluster.store.list(.pods).first { $0.label("app") == "visitor" }?.name ?? ""
        let watch = Stopwatch()
        cluster.startLoad(
            LoadSource(
                name: "visitors", origin: .pod(namespace: "default", name: visitor), url: RequestURL(host: "php-apache"),
                profile: .init(constant: 60), startedAt: cluster.now))
        cluster.advance(by: .seconds(seconds))
        let tally = cluster.loadTallies["visitors"]
        notes += "answered \(Int(tally?.answered.rounded() ?? 0)) of \(Int(tally?.sent.rounded() ?? 0)) requests"
        var digest = Digest()
        for (pod, count) in (tally?.byPod ?? [:]).sorted(by: { $0.key < $1.key }) { digest.add("\(pod) \(Int(count * 1000))") }
        return Measurement("traffic.load(\(seconds))", items: "seconds", count: seconds, watch, notes: notes, digest: digest.value)
    }

    private static let deployments = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")

    private static var objects: [(GroupVersionResource, Value)] {
        [
            (deployments, deployment("php-apache", image: "registry.k8s.io/hpa-example", replicas: 4)),
            (deployments, deployment("visitor", image: "busybox:1.36", replicas: 1, command: ["sleep", "infinity"])),
            (
                GroupVersionResource(group: "", version: "v1", resource: "services"),
                [
                    "apiVersion": "v1", "kind": "Service", "metadata": ["name": "php-apache"],
                    "spec": ["selector": ["app": "php-apache"], "ports": [["port": 80]]],
                ]
            ),
        ]
    }

    private static func deployment(_ name: String, image: String, replicas: Int, command: [String]? = nil) -> Value {
        var container: Value = ["name": "main", "image": .string(image), "resources": ["requests": ["cpu": "200m"]]]
        if let command { container["command"] = Value(command) } else { container["ports"] = [["containerPort": 80]] }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
            "spec": [
                "replicas": Value(replicas), "selector": ["matchLabels": ["app": .string(name)]],
                "template": ["metadata": ["labels": ["app": .string(name)]], "spec": ["containers": [container]]],
            ],
        ]
    }
}
