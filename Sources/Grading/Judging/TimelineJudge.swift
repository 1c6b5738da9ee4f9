import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Judges what held over time by playing the history again.
///
/// - Order: all changes of one instant are made before the assertion is judged.
/// - Bounds: one judgement for each instant at which something changed.
struct TimelineJudge {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func judge(_ timeline: TimelineAssertion, sampledAs name: String) -> Judgement {
        guard let from = scene.history.mark(timeline.from), let to = scene.history.mark(timeline.to) else {
            return .cannot(
                GraderFault(
                    scene.say(
                        "the timeline names the moments '\(timeline.from)' and '\(timeline.to)', which were not both reached",
                        "타임라인의 시점 '\(timeline.from)', '\(timeline.to)' 중 도달하지 못한 것이 있음")))
        }
        let points: [(time: Instant, judgement: Judgement)]
        if timeline.assertion.needsLiveCluster {
            points = (scene.history.samples[name] ?? []).filter { $0.time >= from.time && $0.time <= to.time }
            if points.isEmpty {
                return .cannot(
                    GraderFault(
                        scene.say(
                            "nothing was sampled between '\(timeline.from)' and '\(timeline.to)'", "'\(timeline.from)'와(과) '\(timeline.to)' 사이에 표본 없음")))
            }
        } else {
            points = replay(timeline, from: from, to: to)
        }
        return decide(timeline, points, from: from.time)
    }

    private func decide(_ timeline: TimelineAssertion, _ points: [(time: Instant, judgement: Judgement)], from: Instant) -> Judgement {
        let expected = Expectation(scene.say).text(.timeline(timeline))
        func fails(_ finding: Finding, at time: Instant, _ found: String) -> Judgement {
            var copy = finding
            copy.expected = expected
            copy.found = found
            copy.time = time - scene.history.start
            return .fails(copy)
        }
        func after(_ time: Instant) -> String {
            let passed = LabDuration.text(time - from)
            if timeline.from == Moment.submission { return passed }
            return scene.say("\(passed) after \(timeline.from)", "\(timeline.from) 이후 \(passed)")
        }
        for point in points { if case .cannot(let fault) = point.judgement { return .cannot(fault) } }
        switch timeline.rule {
        case .always:
            for point in points {
                guard case .fails(let finding) = point.judgement else { continue }
                return fails(finding, at: point.time, "\(after(point.time)): \(finding.found)")
            }
            return .holds
        case .never:
            for point in points where point.judgement.isHolding {
                return fails(Finding(expected: expected, found: ""), at: point.time, scene.say("it was so \(after(point.time))", "\(after(point.time))에 그러함"))
            }
            return .holds
        case .eventually(let within):
            let deadline = within.map { from + $0 }
            var last: (time: Instant, finding: Finding)?
            var late: Instant?
            for point in points {
                if point.judgement.isHolding {
                    if let deadline, point.time > deadline { late = late ?? point.time; break }
                    return .holds
                }
                if case .fails(let finding) = point.judgement, deadline.map({ point.time <= $0 }) ?? true { last = (point.time, finding) }
            }
            guard let last else { return .holds }
            if let late { return fails(last.finding, at: late, scene.say("only \(after(late))", "\(after(late))에야")) }
            return fails(last.finding, at: last.time, last.finding.found)
        case .at(let offset):
            let time = from + offset
            guard let point = points.last(where: { $0.time <= time }) else {
                return .cannot(GraderFault(scene.say("the scenario ends before \(LabDuration.text(offset)) are over", "시나리오가 \(LabDuration.text(offset)) 전에 끝남")))
            }
            guard case .fails(let finding) = point.judgement else { return .holds }
            return fails(finding, at: time, "\(after(time)): \(finding.found)")
        }
    }

    /// The judgement at the beginning and after each instant at which something changed.
    private func replay(_ timeline: TimelineAssertion, from: History.Mark, to: History.Mark) -> [(time: Instant, judgement: Judgement)] {
        var store = scene.history.first
        let interests = Interests(timeline.assertion, world: scene.world)
        var points: [(time: Instant, judgement: Judgement)] = []
        func judge(at time: Instant) {
            points.append((time, Judge(scene.with(store: store, now: time)).judge(timeline.assertion)))
        }
        func make(_ change: History.Change) {
            if let object = change.object {
                store.restore(object, at: change.key)
            } else {
                store.remove(change.key, cause: TraceID(0))
            }
        }
        let changes = scene.history.changes
        for change in changes.prefix(from.changeCount) where interests.contains(change.key.resource) { make(change) }
        judge(at: from.time)
        var pending: Instant?
        for change in changes[from.changeCount..<max(from.changeCount, min(to.changeCount, changes.count))] where interests.contains(change.key.resource) {
            if let time = pending, time != change.time { judge(at: time) }
            make(change)
            pending = change.time
        }
        if let pending { judge(at: pending) }
        return points
    }
}

/// The resources that an assertion looks at.
package struct Interests: Sendable {
    private var resources: Set<GroupResource> = []

    package init(_ assertion: Assertion, world: any World) { collect(assertion, world) }

    package func contains(_ resource: GroupResource) -> Bool { resources.contains(resource) }

    private mutating func collect(_ assertion: Assertion, _ world: any World) {
        switch assertion {
        case .object(let assertion): insert(world.resource(apiVersion: assertion.pattern.apiVersion, kind: assertion.pattern.kind))
        case .cel(let assertion):
            for variable in assertion.variables {
                insert(world.resource(apiVersion: variable.reference.apiVersion, kind: variable.reference.kind))
            }
        case .all(let parts), .any(let parts): for part in parts { collect(part, world) }
        case .not(let part): collect(part, world)
        case .timeline(let timeline): collect(timeline.assertion, world)
        case .http, .command, .eksctl, .file: break
        }
    }

    private mutating func insert(_ resource: GroupResource?) { if let resource { resources.insert(resource) } }
}
