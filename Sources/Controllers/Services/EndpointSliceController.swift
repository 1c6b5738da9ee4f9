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

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .services: return ownKey(event)
        case .pods: return ServiceSelection.services(touchedBy: event, in: view).map { ($0, .zero) }
        case .endpointSlices:
            guard event.object.label(Self.managedByLabel) == Self.managedBy, let service = event.object.label(Self.serviceNameLabel),
                event.change != .added
            else { return [] }
            return [(ObjectKey(.services, namespace: event.key.namespace, name: service), .zero)]
        case .nodes:
            guard event.change == .modified, event.old?.label(Self.zoneLabel) != event.object.label(Self.zoneLabel) else { return [] }
            return view.list(.services).filter(ServiceSelection.hasSelector).map {
                (ObjectKey(.services, namespace: $0.namespace, name: $0.name), .zero)
            }
        default: return []
        }
    }

    static let zoneLabel = "topology.kubernetes.io/zone"

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let service = view.get(key), ServiceSelection.hasSelector(service) else { return .done }
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
            // Each change of the slices comes with word of the hints.
            guard let hinted, plan.actions.count > before else { continue }
            switch hinted {
            case .success:
                plan.event(on: service, reason: "TopologyAwareHintsEnabled", message: "Topology Aware Hints has been enabled, addressType: \(family)")
            case .failure(let refusal):
                plan.event(on: service, type: .warning, reason: "TopologyAwareHintsDisabled", message: "\(refusal.rawValue), addressType: \(family)")
            }
        }
        return plan
    }
}
