import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a check is judged by: the cluster at one moment, the submission, and what happened.
package struct Scene: Sendable {
    package var world: any World
    package var submission: SubmissionRecord
    package var history: History
    package var language: String

    package init(world: any World, submission: SubmissionRecord, history: History, language: String = "en") {
        self.world = world
        self.submission = submission
        self.history = history
        self.language = language
    }

    var store: Store { world.store }

    /// How findings are told.
    var say: Speech { Speech(language) }

    /// The first lines of an output.
    func excerpt(_ text: String) -> String {
        if text.isEmpty { return say("nothing", "빈 출력") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.prefix(6).joined(separator: "\n")
        return lines.count > 7 ? shown + say("\n… (\(lines.count) lines)", "\n… (\(lines.count)줄)") : shown
    }

    func list(apiVersion: String, kind: String, namespace: String = "default") -> [Value] {
        guard let resource = world.resource(apiVersion: apiVersion, kind: kind) else { return [] }
        return store.list(resource).filter { namespace == "*" || $0.namespace.isEmpty || $0.namespace == namespace }
    }

    func matcher(apiVersion: String, kind: String) -> PatternMatcher {
        let world = world
        return PatternMatcher(say) { world.mergeKeys(apiVersion: apiVersion, kind: kind, path: $0) }
    }

    /// The same scene with another state of the store.
    func with(store: Store, now: Instant) -> Scene {
        var copy = self
        copy.world = PastWorld(base: world, store: store, now: now)
        return copy
    }
}

/// A world whose store is that of an earlier time. Requests and commands go to the present one.
struct PastWorld: World {
    var base: any World
    var store: Store
    var now: Instant

    var trace: CausalTrace { base.trace }
    func resource(apiVersion: String, kind: String) -> GroupResource? { base.resource(apiVersion: apiVersion, kind: kind) }
    func mergeKeys(apiVersion: String, kind: String, path: [String]) -> [String]? {
        base.mergeKeys(apiVersion: apiVersion, kind: kind, path: path)
    }
    mutating func request(_ probe: Probe) -> ProbeAnswer { base.request(probe) }
    mutating func run(_ command: String) -> CommandOutcome { base.run(command) }
}

extension Value {
    /// `Deployment default/web`; the namespace only where there is one.
    var title: String { "\(kind) \(namespace.isEmpty ? name : "\(namespace)/\(name)")" }

    /// Whether every cluster has it, so that it is never what a submission means: the Service `kubernetes`.
    var isOfTheCluster: Bool { kind == "Service" && name == "kubernetes" && namespace == "default" }

    /// Whether its labels hold all of these.
    func carries(_ labels: Fields) -> Bool {
        let own = self.labels
        return labels.allSatisfy { own[$0.key] == $0.value }
    }
}

extension Fields {
    /// `app=web,tier=front`.
    var selectorText: String { map { "\($0.key)=\(Brief.plain($0.value))" }.joined(separator: ",") }
}
