import APIMachinery
import Cluster
import Grading
import KubernetesObjects
import KubernetesSchema
import ServiceNetwork
import SimulationKernel

/// A cluster as checks see it.
struct ClusterWorld: World {
    var cluster: Cluster
    /// The submission's files, for commands of checks.
    var files: [(path: String, bytes: [UInt8])] = []
    /// In which the reason of a request that failed is told.
    var language: String

    var now: Instant { cluster.now }
    var store: Store { cluster.store }
    var trace: CausalTrace { cluster.trace }

    func resource(apiVersion: String, kind: String) -> GroupResource? {
        guard let type = cluster.api.resources.catalogue.resource(apiVersion: apiVersion, kind: kind) else { return nil }
        return GroupResource(type.plural, group: type.group)
    }

    func mergeKeys(apiVersion: String, kind: String, path: [String]) -> [String]? {
        guard var type = cluster.api.resources.catalogue.resource(apiVersion: apiVersion, kind: kind)?.schema else { return nil }
        for name in path {
            // A path has no indexes: a list on the way stands for its elements.
            while type.form == .list, let element = type.element { type = element }
            guard let next = type.form == .map ? type.element : type.field(name)?.type else { return nil }
            type = next
        }
        return type.listMapKeys.isEmpty ? nil : type.listMapKeys
    }

    mutating func request(_ probe: Probe) -> ProbeAnswer {
        guard let url = RequestURL(probe.url) else { return ProbeAnswer(status: 0, reason: "is no URL") }
        let origin: RequestOrigin =
            switch probe.origin {
            case .outside: .outside
            case .node(let name): .node(name)
            case .pod(let namespace, let name): .pod(namespace: namespace, name: name)
            }
        let headers = probe.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let response = cluster.request(SimulatedRequest(from: origin, method: probe.method, url: url, headers: headers))
        return ProbeAnswer(
            status: response.failure == nil ? response.status : 0, body: response.body, pod: response.answeredBy.isEmpty ? nil : response.answeredBy,
            hops: response.hops.map { "\($0.station.rawValue): \($0.detail)" }, reason: response.failure?.note.text(language) ?? "")
    }

    mutating func run(_ command: String) -> CommandOutcome {
        let session = ClusterSession(cluster)
        var runner = ScriptRunner(session: session, files: files)
        let outcome = runner.run(command, name: "check")
        return CommandOutcome(status: outcome.status, output: outcome.output, errors: outcome.errors)
    }
}
