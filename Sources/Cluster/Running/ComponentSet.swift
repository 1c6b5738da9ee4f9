import APIMachinery
import SimulationKernel

/// The running components of a cluster, who hears of what, and who is due next.
///
/// - Order: of two components due at the same instant the one added first runs first.
/// - Invariants: `wakes[i]` is what component `i` last said; it is asked again after each call into it.
struct ComponentSet: Sendable {
    private(set) var components: [any Component] = []
    private var wakes: [Wake?] = []
    private var listenersByResource: [GroupResource: [Int]] = [:]
    /// Components that stand still: what "stop the scheduler" in a lab means.
    var stopped: Set<String> = []

    var count: Int { components.count }

    mutating func add(_ component: any Component) {
        let index = components.count
        components.append(component)
        wakes.append(nil)
        listenersByResource = [:]
        refresh(index)
    }

    /// The index of the component of a name.
    func index(named name: String) -> Int? { components.firstIndex { $0.name == name } }

    /// Changes one component in place and asks it again when it is due.
    mutating func with<Result>(_ index: Int, _ body: (inout any Component) -> Result) -> Result {
        defer { refresh(index) }
        return body(&components[index])
    }

    /// Changes the component of a type in place; nil when there is none.
    mutating func with<Kind: Component, Result>(_ type: Kind.Type, at index: Int, _ body: (inout Kind) -> Result) -> Result? {
        defer { refresh(index) }
        return Self.open(&components[index], as: type, body)
    }

    /// A cast would copy the component, and all that a change of the copy touches.
    private static func open<Opened: Component, Kind: Component, Result>(
        _ component: inout Opened, as type: Kind.Type, _ body: (inout Kind) -> Result
    ) -> Result? {
        guard Opened.self == Kind.self else { return nil }
        return withUnsafeMutablePointer(to: &component) { opened in
            opened.withMemoryRebound(to: Kind.self, capacity: 1) { body(&$0.pointee) }
        }
    }

    /// Who hears of a resource, in the order in which components were added.
    private mutating func listeners(of resource: GroupResource) -> [Int] {
        if let known = listenersByResource[resource] { return known }
        let found = components.indices.filter { components[$0].interests.contains(resource) || components[$0].interests.contains(.everything) }
        listenersByResource[resource] = found
        return found
    }

    /// Tells all who are interested of a change.
    mutating func dispatch(_ event: StoreEvent, in view: ClusterView) {
        for index in listeners(of: event.key.resource) {
            components[index].observe(event, in: view)
            refresh(index)
        }
    }

    /// The component that is due first, by `limit`; with `onlyWork`, leaving out what is merely periodic.
    func next(by limit: Instant) -> (index: Int, wake: Wake)? {
        var best: (index: Int, wake: Wake)?
        for index in wakes.indices {
            guard let wake = wakes[index], wake.at <= limit, best == nil || wake.at < best!.wake.at else { continue }
            if !stopped.isEmpty, stopped.contains(components[index].name) { continue }
            best = (index, wake)
        }
        return best
    }

    /// Whether some component has work that a settling cluster must wait for, and when the first of it is due.
    func nextWork() -> Instant? {
        var earliest: Instant?
        for index in wakes.indices {
            guard let wake = wakes[index], !wake.isPeriodic, earliest == nil || wake.at < earliest! else { continue }
            if !stopped.isEmpty, stopped.contains(components[index].name) { continue }
            earliest = wake.at
        }
        return earliest
    }

    mutating func refresh(_ index: Int) { wakes[index] = components[index].nextWake() }
}
