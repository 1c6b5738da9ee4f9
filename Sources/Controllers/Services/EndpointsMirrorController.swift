import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Copies Endpoints that somebody wrote by hand into EndpointSlices.
///
/// - Bounds: `addressesMax` addresses of a subset.
/// - Source: kube-controller-manager `endpointslicemirroring` of Kubernetes 1.36.
package struct EndpointsMirrorController: Controller {
    package let name = "endpointslicemirroring-controller"
    package let interests: [GroupResource] = [.endpoints, .services, .endpointSlices]
    static let managedBy = "endpointslicemirroring-controller.k8s.io"
    static let skipLabel = "endpointslice.kubernetes.io/skip-mirror"
    static let leaderAnnotation = "control-plane.alpha.kubernetes.io/leader"
    static let addressesMax = 1000

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .endpoints: return ownKey(event)
        case .services: return [(ObjectKey(.endpoints, namespace: event.key.namespace, name: event.key.name), .zero)]
        default:
            guard event.change == .deleted, event.object.label(EndpointSliceController.managedByLabel) == Self.managedBy,
                let name = event.object.label(EndpointSliceController.serviceNameLabel)
            else { return [] }
            return [(ObjectKey(.endpoints, namespace: event.key.namespace, name: name), .zero)]
        }
    }

    private func isMirrored(_ endpoints: Value, _ service: Value?) -> Bool {
        // A selector counts also where a Service of type ExternalName leaves it unused.
        guard let service, service["spec"]?["selector"]?.isEmptyValue ?? true else { return false }
        return endpoints.label(Self.skipLabel) != "true" && endpoints.annotation(Self.leaderAnnotation) == nil
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        var present: [Value] = []
        view.store.forEach(.endpointSlices, namespace: key.namespace) { slice in
            if slice.label(EndpointSliceController.managedByLabel) == Self.managedBy,
                slice.label(EndpointSliceController.serviceNameLabel) == key.name, !slice.isBeingDeleted
            {
                present.append(slice)
            }
        }
        present.sort(by: isOlder)
        var wanted: [Value] = []
        if let endpoints = view.get(key), isMirrored(endpoints, view.get(.services, namespace: key.namespace, name: key.name)) {
            for subset in endpoints["subsets"]?.elements ?? [] {
                for family in ["IPv4", "IPv6"] { if let slice = slice(of: subset, family, endpoints) { wanted.append(slice) } }
            }
        }
        for slice in wanted {
            let match = present.firstIndex { $0["addressType"] == slice["addressType"] && $0["ports"] == slice["ports"] }
                ?? present.firstIndex { $0["addressType"] == slice["addressType"] }
            guard let match else {
                plan.add(.create(.endpointSlices, slice))
                continue
            }
            var next = present.remove(at: match)
            let old = next
            for field in ["endpoints", "ports"] { next[field] = slice[field] }
            next["metadata", "labels"] = slice["metadata", "labels"]
            if next != old { plan.add(.update(.endpointSlices, next), ifRefused: .continuing) }
        }
        for slice in present {
            plan.add(.delete(ObjectKey(.endpointSlices, namespace: slice.namespace, name: slice.name)), ifRefused: .continuing)
        }
        return plan
    }

    private func slice(of subset: Value, _ family: String, _ endpoints: Value) -> Value? {
        var list: [Value] = []
        for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
            for address in subset[field]?.elements ?? [] {
                let ip = address["ip"]?.stringValue ?? ""
                guard ip.utf8.contains(UInt8(ascii: ":")) == (family == "IPv6"), list.count < Self.addressesMax else { continue }
                var endpoint: Value = ["addresses": [.string(ip)], "conditions": ["ready": .bool(ready)]]
                for key in ["hostname", "targetRef", "nodeName"] { if let value = address[key] { endpoint[key] = value } }
                list.append(endpoint)
            }
        }
        if list.isEmpty { return nil }
        let ports: [Value] = (subset["ports"]?.elements ?? []).map { port in
            var entry: Value = [
                "name": .string(port["name"]?.stringValue ?? ""), "port": port["port"] ?? 0,
                "protocol": .string(port["protocol"]?.stringValue ?? "TCP"),
            ]
            if let application = port["appProtocol"] { entry["appProtocol"] = application }
            return entry
        }
        var labels = endpoints["metadata"]?["labels"] ?? [:]
        labels[EndpointSliceController.serviceNameLabel] = .string(endpoints.name)
        labels[EndpointSliceController.managedByLabel] = .string(Self.managedBy)
        return [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "generateName": .string(PodCreation.generateName(for: endpoints.name)), "namespace": .string(endpoints.namespace),
                "labels": labels, "ownerReferences": [endpoints.controllerReference(apiVersion: "v1", kind: "Endpoints")],
            ],
            "addressType": .string(family), "endpoints": .array(list), "ports": ports.isEmpty ? .null : .array(ports),
        ]
    }
}
