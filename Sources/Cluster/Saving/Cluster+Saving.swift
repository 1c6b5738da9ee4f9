import APIMachinery
import Autoscaling
import Kubelet
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// Keeping a cluster and taking it up again.
///
/// What is kept is what outlives the processes of a real cluster: the stored objects, what nodes have on their disks, and the
/// account's machines. Components are started anew and adopt what they find, as after a restart of control plane and kubelets.
///
/// - Invariants: a cluster at rest is at rest again afterwards; nothing is written but heartbeats.
/// - Shape: `{"version": 1, "server": …, "counters": …, "parts": {NAME: …}}`. Parts are `kubelets/…`, `components/NAME`, `traffic`.
extension Cluster {
    package static let stateVersion = 1

    /// Everything that must be kept of this cluster.
    package func encodeState() -> Value {
        let parts = parts
        return [
            "version": Value(Self.stateVersion), "server": api.encodeState(), "counters": counters,
            "parts": .object(Fields(parts.keys.sorted().map { ($0, parts[$0]!) })),
        ]
    }

    /// The numbers that must never be given twice: kept with every change.
    package var counters: Value {
        ["server": api.counters, "kubelets": kubelets?.counters ?? .null]
    }

    /// What is kept beside the objects, by name.
    package var parts: [String: Value] {
        var parts: [String: Value] = ["traffic": traffic.memory]
        if !cutZones.isEmpty { parts["cutZones"] = Value(cutZones.sorted()) }
        if !components.stopped.isEmpty { parts["stopped"] = Value(components.stopped.sorted()) }
        for component in components.components {
            let memory = component.memory
            if !memory.isNull { parts["components/" + component.name] = memory }
        }
        for (name, value) in kubelets?.parts(in: ClusterView(store: store, now: now)) ?? [] { parts["kubelets/" + name] = value }
        return parts
    }

    /// Counts changes of `parts` that somebody relies on: machines, files written by a command that was answered.
    package var lastingChanges: Int { ownLastingChanges &+ (kubelets?.lastingChanges ?? 0) }

    private var kubelets: Kubelets? { components.components[places.kubelets] as? Kubelets }

    /// Whether nothing but periodic work is left, so that a restart would lose nothing.
    package var isAtRest: Bool { components.nextWork() == nil && !traffic.isBusy }

    // MARK: Taking it up again

    /// The cluster whose state was kept.
    ///
    /// - Throws: 500 for a state that is not one of this version.
    package init(profile: ClusterProfile, seed: UInt64, restoring state: Value) throws(APIStatus) {
        guard state["version"]?.intValue == Self.stateVersion, let server = state["server"] else {
            throw .internalError("the saved cluster is not one of this version: expected version \(Self.stateVersion)")
        }
        self.init(composing: profile, seed: seed, startingAt: .simulationStart)
        if profile.hasMetricsServer { api.serveAggregated(MetricsAPI.types) }
        try api.restore(server)
        let parts = state["parts"] ?? [:]
        traffic.recall(parts["traffic"] ?? .null)
        components.stopped = Set((parts["stopped"]?.elements ?? []).compactMap(\.stringValue))
        cutZones = Set((parts["cutZones"]?.elements ?? []).compactMap(\.stringValue))
        if !profile.metrics.isEmpty { traffic.nextDeclared = now }
        let view = ClusterView(store: store, now: now)
        for index in 0..<components.count {
            guard let memory = parts["components/" + components.components[index].name] else { continue }
            components.with(index) { $0.recall(memory) }
        }
        let names = (parts.fields ?? Fields()).compactMap { $0.key.hasPrefix("kubelets/") ? String($0.key.dropFirst("kubelets/".count)) : nil }
        let counters = state["counters"]?["kubelets"] ?? .null
        _ = components.with(Kubelets.self, at: places.kubelets) {
            $0.adopt(counters: counters, parts: { parts["kubelets/" + $0] }, names: names, in: view)
        }
        tellOfObjects(view)
    }

    /// Tells every component of what is stored, in the order in which it was written.
    private mutating func tellOfObjects(_ view: ClusterView) {
        var events: [StoreEvent] = []
        for resource in store.resources {
            store.forEach(resource) { object in
                events.append(
                    StoreEvent(
                        change: .added, key: ObjectKey(resource, namespace: object.namespace, name: object.name), object: object, old: nil,
                        revision: UInt64(object.resourceVersion) ?? 0, cause: TraceID(-1)))
            }
        }
        events.sort { ($0.revision, $0.key) < ($1.revision, $1.key) }
        for var event in events {
            event.isInitial = true
            dataPlane.observe(event, in: view)
            components.dispatch(event, in: view)
        }
    }

    /// The state with every object written anew above a revision, for a cluster that goes back to an earlier state:
    /// revisions never go back, so that no client takes an old object for a newer one.
    package static func rewound(_ state: Value, above revision: UInt64) -> Value {
        var next = max(revision, UInt64(state["server"]?["revision"]?.intValue ?? 0))
        var entries = state["server"]?["objects"]?.elements ?? []
        let order = entries.indices.sorted {
            (UInt64(entries[$0]["object"]?.resourceVersion ?? "") ?? 0, $0) < (UInt64(entries[$1]["object"]?.resourceVersion ?? "") ?? 0, $1)
        }
        for index in order {
            next += 1
            entries[index]["object", default: [:]]["metadata", default: [:]]["resourceVersion"] = .string(String(next))
        }
        var result = state
        result["server", default: [:]]["objects"] = .array(entries)
        result["server", default: [:]]["revision"] = .int(Int64(clamping: next))
        return result
    }
}
