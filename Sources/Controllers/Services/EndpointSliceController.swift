import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Lists the pods behind a Service in EndpointSlices.
///
/// - Bounds: `endpointsMax` endpoints a slice; slices with room are filled before new ones are made.
/// - Source: kube-controller-manager `endpointslice` and `k8s.io/endpointslice` of Kubernetes 1.36.
package struct EndpointSliceController: Controller {
    static let managedBy = "endpointslice-controller.k8s.io"
    static let serviceNameLabel = "kubernetes.io/service-name"
    static let managedByLabel = "endpointslice.kubernetes.io/managed-by"
    static let lastChangeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time"
    static let endpointsMax = 100

    package let name = "endpoint-slice-controller"
    package var user: UserInfo { .controller("endpointslice-controller") }
    package let interests: [GroupResource] = [.services, .pods, .endpointSlices, .nodes]

    /// What was last said of a Service's topology hints, by address type: nothing while it has them, else why it has none.
    private var hints: [ObjectKey: [String: String]] = [:]
    /// Services that were there when this controller started: what holds of them was said before.
    private var adopted: Set<ObjectKey> = []

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .services:
            if event.change == .deleted { hints[event.key] = nil }
            if event.isInitial { adopted.insert(event.key) }
            return ownKey(event)
        case .pods: return ServiceSelection.services(touchedBy: event, in: view).map { ($0, .zero) }
        case .endpointSlices:
            guard event.object.label(Self.managedByLabel) == Self.managedBy, let service = event.object.label(Self.serviceNameLabel),
                event.change != .added
            else { return [] }
            return [(ObjectKey(.services, namespace: event.key.namespace, name: service), .zero)]
        case .nodes:
            let isMoved = event.change == .modified && event.old?.label(Self.zoneLabel) != event.object.label(Self.zoneLabel)
            // What a zone can bear decides on hints.
            let weighs = event.change != .modified || event.old?.isConditionTrue("Ready") != event.object.isConditionTrue("Ready")
                || event.old?["status"]?["allocatable"]?["cpu"] != event.object["status"]?["allocatable"]?["cpu"]
            guard isMoved || weighs else { return [] }
            return view.list(.services).filter { ServiceSelection.hasSelector($0) && (isMoved || TopologyHints.isWanted(by: $0)) }.map {
                (ObjectKey(.services, namespace: $0.namespace, name: $0.name), .zero)
            }
        default: return []
        }
    }

    static let zoneLabel = "topology.kubernetes.io/zone"

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let service = view.get(key), ServiceSelection.hasSelector(service) else { return .done }
        let isAdopted = adopted.remove(key) != nil
        let pods = ServiceSelection.pods(of: service, in: view)
        var existing: [Value] = []
        view.store.forEach(.endpointSlices, namespace: key.namespace) { slice in
            if slice.label(Self.serviceNameLabel) == key.name, slice.label(Self.managedByLabel) == Self.managedBy, !slice.isBeingDeleted {
                existing.append(slice)
            }
        }
        existing.sort(by: isOlder)
        var plan = Plan()
        let families = (service["spec"]?["ipFamilies"]?.elements ?? []).compactMap(\.stringValue)
        let wanted = families.isEmpty ? ["IPv4"] : families
        for slice in existing where !wanted.contains(slice["addressType"]?.stringValue ?? "") {
            plan.add(.delete(ObjectKey(.endpointSlices, namespace: slice.namespace, name: slice.name)), ifRefused: .continuing)
        }
        for family in wanted {
            var layout = SliceLayout(service: service, family: family)
            layout.addEndpoints(of: pods, in: view)
            let hinted = layout.addTopologyHints(in: view)
            layout.fit(existing.filter { $0["addressType"]?.stringValue == family })
            let before = plan.actions.count
            layout.write(to: &plan, lastChange: ServiceSelection.lastChange(service, pods))
            tell(hinted, of: service, key, family, isNews: plan.actions.count > before, isAdopted: isAdopted, &plan)
        }
        return plan
    }

    /// Says when hints come, when they go, and at each change why there are none.
    private mutating func tell(
        _ hinted: Result<Void, TopologyHints.Refusal>?, of service: Value, _ key: ObjectKey, _ family: String, isNews: Bool, isAdopted: Bool,
        _ plan: inout Plan
    ) {
        let last = hints[key]?[family]
        switch hinted {
        case nil:
            guard hints[key]?.removeValue(forKey: family) == "" else { return }
            plan.event(
                on: service, type: .warning, reason: "TopologyAwareHintsDisabled",
                message: "Topology Aware Hints has been disabled, addressType: \(family)")
        case .success:
            hints[key, default: [:]][family] = ""
            guard last != "", !isAdopted else { return }
            plan.event(on: service, reason: "TopologyAwareHintsEnabled", message: "Topology Aware Hints has been enabled, addressType: \(family)")
        case .failure(let refusal):
            hints[key, default: [:]][family] = refusal.message
            guard isNews || (last != refusal.message && !isAdopted) else { return }
            plan.event(
                on: service, type: .warning, reason: "TopologyAwareHintsDisabled", message: "\(refusal.message), addressType: \(family)")
        }
    }
}
