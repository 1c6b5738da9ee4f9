import APIMachinery
import Cluster
import Grading
import KubernetesObjects
import SimulationKernel

/// Keeps what timelines need while a scenario runs, and judges checks when their moment has come.
struct Recorder {
    /// How often checks that send requests are sampled, and the longest step between two readings of the change log.
    static let sampleEvery: Duration = .seconds(1)
    static let sliceMax: Duration = .seconds(30)

    let run: LabRun
    let language: String
    private var history: History
    private var verdicts: [Verdict?]
    private var revision: UInt64
    private let interests: [Interests]
    /// Checks that must be asked while time passes.
    private let sampled: [Check]

    private var lab: Lab { run.lab }

    init(run: LabRun, language: String) {
        self.run = run
        self.language = language
        let cluster = run.session.cluster
        history = History(first: cluster.store, start: cluster.now)
        verdicts = Array(repeating: nil, count: run.lab.checks.count)
        revision = cluster.store.revision
        let world = ClusterWorld(cluster: cluster, language: language)
        var interests: [Interests] = []
        var sampled: [Check] = []
        for check in run.lab.checks {
            guard case .timeline(let timeline) = check.assertion else { continue }
            if timeline.assertion.needsLiveCluster { sampled.append(check) } else { interests.append(Interests(check.assertion, world: world)) }
        }
        self.interests = interests
        self.sampled = sampled
    }

    /// Whether a check was judged that did not pass.
    var hasFailure: Bool { verdicts.contains { $0.map { !$0.isPassed } ?? false } }

    private func scene() -> Scene {
        Scene(
            world: ClusterWorld(cluster: run.session.cluster, language: language), submission: run.record, history: history, language: language)
    }

    /// A moment has come: names it, and judges the checks that belong to it.
    mutating func reached(_ name: String) {
        drain()
        if name != Moment.submission { history.mark(name, at: run.session.now) }
        sample()
        let scene = scene()
        for (index, check) in lab.checks.enumerated() where verdicts[index] == nil {
            if case .timeline = check.assertion {
                // Judged at the end, when all of it is known.
                if name == Moment.end { verdicts[index] = Judge(scene).verdict(of: check) }
            } else if check.moment == name {
                verdicts[index] = Judge(scene).verdict(of: check)
            }
        }
    }

    /// Lets time pass.
    mutating func pass(_ duration: Duration) {
        let end = run.session.now + duration
        while run.session.now < end {
            let left = end - run.session.now
            run.session.cluster.advance(by: min(left, sampled.isEmpty ? Self.sliceMax : Self.sampleEvery))
            drain()
            sample()
            if run.isTooLarge { return }
        }
    }

    /// Lets time pass until the cluster is at rest.
    mutating func settle(_ limit: Duration) {
        let end = run.session.now + limit
        while run.session.now < end {
            let outcome = run.session.cluster.settle(limit: min(.seconds(1), end - run.session.now))
            drain()
            sample()
            if case .outOfTime = outcome, !run.isTooLarge { continue }
            return
        }
    }

    /// Takes over what changed since the last time.
    mutating func drain() {
        let store = run.session.cluster.store
        guard store.revision > revision, !interests.isEmpty else {
            revision = store.revision
            return
        }
        let trace = run.session.cluster.trace
        for event in store.changes(after: revision) ?? [] where interests.contains(where: { $0.contains(event.key.resource) }) {
            let time = trace[event.cause]?.time ?? run.session.now
            history.changes.append(History.Change(time: time, key: event.key, object: event.change == .deleted ? nil : event.object))
        }
        revision = store.revision
    }

    private mutating func sample() {
        guard !sampled.isEmpty else { return }
        let scene = scene()
        for check in sampled {
            guard case .timeline(let timeline) = check.assertion else { continue }
            history.samples[check.name, default: []].append((run.session.now, Judge(scene).judge(timeline.assertion)))
        }
    }

    /// The verdicts in the order of the checks.
    func finish() -> [Verdict] {
        zip(lab.checks, verdicts).map { check, verdict in
            verdict
                ?? .couldNotJudge(
                    GraderFault(Speech(language)("the moment '\(check.moment)' was not reached", "시점 '\(check.moment)'에 도달하지 못함")))
        }
    }
}
