import APIMachinery
import Autoscaling
import Controllers
import Kubelet
import KubernetesObjects
import KubernetesSchema
import Scheduler
import ServiceNetwork
import SimulationKernel

/// A whole cluster in process: API server, controllers, scheduler, kubelets and network on one virtual clock.
///
/// A value: a copy is a snapshot, and two copies go on independently.
///
/// - Invariants: all writes go through `api`; every change is dispatched to the components before the next step;
///   the clock never goes back; the same profile, seed and calls give the same trace.
package struct Cluster: Sendable {
    package let profile: ClusterProfile
    package let seed: UInt64
    /// When it was made.
    package let startedAt: Instant
    package internal(set) var api: GenericAPIServer
    var components = ComponentSet()
    var dataPlane: DataPlane
    var traffic = Traffic()
    var places = Places()
    /// Changes of what is kept beside the objects, made here rather than in a component.
    var ownLastingChanges = 0
    /// Requests to services through the API server's proxy, whose endpoints are taken in turn.
    var proxyTurns = 0
    /// Programs that containers may run as clients of the API server, by name.
    package var clientPrograms: [String: any ClientProgram] = [:]
    /// Zones in which nothing is reached.
    var cutZones: Set<String> = []
    /// Steps taken since the clock last moved, to notice a cluster that chases its own tail.
    private var stepsAtThisInstant = 0

    /// Where the components that are called by type stand in the set.
    struct Places: Sendable {
        var kubelets = 0
        var nodeGroups = 0
        var drains = 0
    }

    /// How many steps may be taken at one instant before a run is stopped as a defect.
    package static let stepsPerInstantMax = 2_000_000

    package var now: Instant { api.now }
    package var store: Store { api.store }
    package var trace: CausalTrace { api.trace }

    // MARK: Time

    /// What a run ended with.
    package enum SettleOutcome: Sendable, Equatable {
        /// Nothing but periodic work is left.
        case settled
        /// The limit came first; the components that still had work, sorted.
        case outOfTime(busy: [String])
        /// Steps without end at one instant: a defect of ours.
        case livelock(component: String)
    }

    /// Runs until nothing but periodic work is left, for at most `limit` of virtual time.
    @discardableResult
    package mutating func settle(limit: Duration = .seconds(600)) -> SettleOutcome {
        let end = now + limit
        while let work = components.nextWork() {
            guard work <= end else {
                move(to: end)
                return .outOfTime(busy: busyComponents())
            }
            if let culprit = run(until: work) { return .livelock(component: culprit) }
        }
        return .settled
    }

    /// Moves the clock, doing all that becomes due on the way.
    @discardableResult
    package mutating func advance(by duration: Duration) -> SettleOutcome {
        let end = now + max(duration, .zero)
        if let culprit = run(until: end) { return .livelock(component: culprit) }
        return .settled
    }

    /// Moves the clock until a condition holds, looking after each instant at which something happened.
    ///
    /// - Returns: whether it came to hold within the limit.
    package mutating func advance(by limit: Duration, until condition: (Cluster) -> Bool) -> Bool {
        let end = now + limit
        while true {
            if condition(self) { return true }
            guard let next = components.next(by: end) ?? traffic.next(by: end).map({ (-1, Wake(at: $0)) }) else {
                move(to: end)
                return condition(self)
            }
            if run(until: next.1.at) != nil { return false }
        }
    }

    /// Moves the clock, asking after each step whether to pause: much can happen at one instant, and others wait.
    ///
    /// - Returns: whether all was done that is due by then.
    package mutating func advanceInSteps(by duration: Duration, pausing isToPause: (Cluster) -> Bool) -> Bool {
        let end = now + duration
        while !isToPause(self) {
            guard case .done = doNext(by: end) else {
                move(to: end)
                return true
            }
        }
        return false
    }

    /// When something is due next, whether work, merely periodic, or the end of an Event; nil when nothing will ever happen
    /// by itself.
    package var nextDue: Instant? {
        let end = Instant(nanoseconds: .max)
        let wakes = [components.next(by: end)?.wake.at, traffic.next(by: end), api.nextEventEnd].compactMap { $0 }
        return wakes.min()
    }

    /// When the first work is due that a cluster which comes to rest has to do; nil when it is at rest.
    package var nextWork: Instant? { components.nextWork() }

    /// Sets how many objects the API server stores at most.
    package mutating func limitObjects(to count: Int) { api.settings.objectsMax = count }

    /// Sets how many changes are kept for watches that start from the past.
    package mutating func keepChanges(_ count: Int) { api.store.logCapacity = count }

    /// Makes the next change come after a revision that clients have seen; watches from before it are refused.
    package mutating func raiseRevision(above revision: UInt64) {
        api.store.restore(revision: max(revision, store.revision) + 1)
    }

    /// Takes note of changes from before it was loaded, so that watches may begin from them.
    package mutating func recall(_ past: PastChanges) { api.store.recall(past) }

    /// Does all that is due by an instant and leaves the clock there; names the component that did not come to rest.
    private mutating func run(until end: Instant) -> String? {
        while true {
            switch doNext(by: end) {
            case .done: continue
            case .nothingDue:
                move(to: end)
                return nil
            case .livelock(let culprit): return culprit
            }
        }
    }

    private enum StepOutcome {
        case done, nothingDue
        case livelock(component: String)
    }

    /// Does the next of what is due by an instant.
    private mutating func doNext(by end: Instant) -> StepOutcome {
        let next = components.next(by: end)
        if let tick = traffic.next(by: end), next == nil || tick <= next!.wake.at {
            move(to: tick)
            runTraffic(at: tick)
            return .done
        }
        guard let next else { return .nothingDue }
        move(to: max(next.wake.at, now))
        stepsAtThisInstant += 1
        if stepsAtThisInstant > Self.stepsPerInstantMax { return .livelock(component: components.components[next.index].name) }
        step(next.index)
        return .done
    }

    private mutating func move(to instant: Instant) {
        guard instant > api.now else { return }
        api.now = instant
        stepsAtThisInstant = 0
        if let end = api.nextEventEnd, end <= instant {
            api.expireEvents()
            dispatchEvents()
        }
    }

    /// Sets the clock forward without doing what would have become due on the way; it becomes due now.
    mutating func jump(by length: Duration) {
        move(to: now + max(length, .zero))
        traffic.skip(to: now)
    }

    private func busyComponents() -> [String] {
        var probe = self
        var names: Set<String> = []
        for index in 0..<components.count {
            let wake = probe.components.with(index) { $0.nextWake() }
            if let wake, !wake.isPeriodic { names.insert(components.components[index].name) }
        }
        return names.sorted()
    }

    // MARK: Steps and plans

    // A view shares the store's tables. It must be gone before the next write, which would have to copy them:
    // so each call that needs one is a function of its own, which is not inlined.

    private mutating func step(_ index: Int) {
        let (plan, cause) = plan(of: index)
        apply(plan, of: index, cause: cause)
        if index == places.kubelets { answerContainers() }
        if index == places.nodeGroups { carryOutMachineOrders() }
    }

    @inline(never)
    private mutating func plan(of index: Int) -> (plan: Plan, cause: TraceID?) {
        let view = ClusterView(store: api.store, now: api.now)
        return components.with(index) { $0.step(in: view) }
    }

    /// Applies a component's plan: the one place where plans become writes.
    mutating func apply(_ plan: Plan, of index: Int, cause: TraceID?) {
        guard !plan.actions.isEmpty else { return }
        let (name, user) = (components.components[index].name, components.components[index].user)
        var followUps = 0
        for action in plan.actions {
            var more = perform(action, of: index, name, user, cause)
            // Deepest first: what a follow-up asks for comes before the next action of the plan.
            more.reverse()
            while let next = more.popLast() {
                guard let action = next else { return }
                followUps += 1
                if followUps > 1000 { continue }
                more += perform(action, of: index, name, user, cause).reversed()
            }
        }
    }

    /// Carries out one action, and returns those that the component wants because of it; nil in the list ends the plan.
    private mutating func perform(_ action: PlannedAction, of index: Int, _ name: String, _ user: UserInfo, _ cause: TraceID?) -> [PlannedAction?] {
        let result = api.perform(action.write, by: user, actor: name, cause: cause)
        dispatchEvents()
        var more: [PlannedAction?] = completed(action, result, of: index)
        if case .failure = result, action.ifRefused == .stop { more.append(nil) }
        return more
    }

    @inline(never)
    private mutating func completed(_ action: PlannedAction, _ result: Result<Value, APIStatus>, of index: Int) -> [PlannedAction] {
        let view = ClusterView(store: api.store, now: api.now)
        return components.with(index) { $0.completed(action, result: result, in: view) }
    }

    /// Lets everyone who is interested hear of what was written.
    mutating func dispatchEvents() {
        while api.hasEvents { deliver(api.takeEvents()) }
    }

    @inline(never)
    private mutating func deliver(_ events: [StoreEvent]) {
        let view = ClusterView(store: api.store, now: api.now)
        for event in events {
            dataPlane.observe(event, in: view)
            components.dispatch(event, in: view)
        }
    }

    /// Forgets the changes up to a revision, as the API server has etcd do from time to time: older watches end with 410.
    package mutating func compact(through revision: UInt64) { api.store.compact(through: revision) }

    // MARK: Requests to the API server

    /// Sends a request to the API server.
    ///
    /// - Throws: the server's refusal.
    package mutating func send(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        defer { dispatchEvents() }
        return try handle(request)
    }
}
