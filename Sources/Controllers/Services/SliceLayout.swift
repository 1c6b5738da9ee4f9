import APIMachinery
import KubernetesObjects

/// How the endpoints of one Service and address family are laid out in slices.
///
/// - Invariants: a slice holds endpoints of one set of ports.
/// - Order: endpoints that are listed already stay in their slice; new ones fill slices that change anyway, then
///   the fullest slice that has room for all, then new slices.
/// - Source: `k8s.io/endpointslice` reconciler, `reconcileByPortMapping`, `finalize`.
struct SliceLayout {
    let service: Value
    let family: String
    /// Wanted endpoints by their ports, in the order in which port sets were met.
    private var groups: [(ports: Value, endpoints: [Value])] = []
    private var creates: [Value] = []
    private var updates: [Value] = []
    private var deletes: [Value] = []

    init(service: Value, family: String) {
        self.service = service
        self.family = family
    }

    mutating func addEndpoints(of pods: [Value], in view: ClusterView) {
        let publishAll = service["spec"]?["publishNotReadyAddresses"]?.boolValue == true
        for pod in pods where ServiceSelection.canServe(pod, includingTerminating: true) {
            let addresses = ServiceSelection.addresses(of: pod, family: family)
            let node = pod.nodeName.isEmpty ? nil : view.get(.nodes, name: pod.nodeName)
            if addresses.isEmpty || (!pod.nodeName.isEmpty && node == nil && !publishAll) { continue }
            let endpoint = endpoint(pod, addresses, node, publishAll)
            let ports = self.ports(of: pod)
            if let index = groups.firstIndex(where: { $0.ports == ports }) {
                groups[index].endpoints.append(endpoint)
            } else {
                groups.append((ports, [endpoint]))
            }
        }
    }

    /// Gives the ready endpoints their zones where the Service asks for it; nil where it does not.
    mutating func addTopologyHints(in view: ClusterView) -> Result<Void, TopologyHints.Refusal>? {
        guard TopologyHints.isWanted(by: service) else { return nil }
        var places: [(group: Int, endpoint: Int)] = []
        var zones: [String] = []
        for (group, entry) in groups.enumerated() {
            for (index, endpoint) in entry.endpoints.enumerated() where endpoint["conditions"]?["ready"]?.boolValue == true {
                places.append((group, index))
                zones.append(endpoint["zone"]?.stringValue ?? "")
            }
        }
        return TopologyHints.allocate(zones: zones, capacity: TopologyHints.capacity(in: view)).map { meant in
            for (place, zone) in zip(places, meant) { groups[place.group].endpoints[place.endpoint]["hints"] = ["forZones": [["name": .string(zone)]]] }
        }
    }

    private func endpoint(_ pod: Value, _ addresses: [String], _ node: Value?, _ publishAll: Bool) -> Value {
        let serving = pod.isPodReady
        let terminating = pod.isBeingDeleted
        let ready = publishAll || (serving && !terminating)
        var endpoint: Value = [
            "addresses": Value(addresses),
            "conditions": ["ready": .bool(ready), "serving": .bool(serving), "terminating": .bool(terminating)],
        ]
        if let hostname = ServiceSelection.hostname(of: pod, for: service) { endpoint["hostname"] = .string(hostname) }
        endpoint["targetRef"] = ServiceSelection.targetReference(pod)
        if !pod.nodeName.isEmpty { endpoint["nodeName"] = .string(pod.nodeName) }
        let zone = node?.label(EndpointSliceController.zoneLabel) ?? ""
        if !zone.isEmpty { endpoint["zone"] = .string(zone) }
        if ready { endpoint["hints"] = hints(zone: zone, node: pod.nodeName) }
        return endpoint
    }

    /// What `trafficDistribution` makes of a ready endpoint; the topology mode goes before it.
    private func hints(zone: String, node: String) -> Value? {
        if TopologyHints.isWanted(by: service) { return nil }
        let distribution = service["spec"]?["trafficDistribution"]?.stringValue ?? ""
        guard ["PreferClose", "PreferSameZone", "PreferSameNode"].contains(distribution) else { return nil }
        var hints: Value = [:]
        if distribution == "PreferSameNode", !node.isEmpty { hints["forNodes"] = [["name": .string(node)]] }
        if !zone.isEmpty { hints["forZones"] = [["name": .string(zone)]] }
        return hints.isEmptyValue ? nil : hints
    }

    private func ports(of pod: Value) -> Value {
        var ports: [Value] = []
        for port in service["spec"]?["ports"]?.elements ?? [] {
            guard let number = ServiceSelection.targetPort(port, in: pod) else { continue }
            var entry: Value = [
                "name": .string(port["name"]?.stringValue ?? ""), "port": Value(number),
                "protocol": .string(port["protocol"]?.stringValue ?? "TCP"),
            ]
            if let application = port["appProtocol"], !application.isNull { entry["appProtocol"] = application }
            ports.append(entry)
        }
        return ports.isEmpty ? .null : .array(ports)
    }

    // MARK: Fitting

    /// What tells one endpoint from another.
    private func identity(_ endpoint: Value) -> Value {
        ["a": endpoint["addresses"] ?? .null, "t": endpoint["targetRef"]?["uid"] ?? .null, "n": endpoint["nodeName"] ?? .null, "h": endpoint["hostname"] ?? .null]
    }

    /// Lays the wanted endpoints over the slices that exist.
    mutating func fit(_ existing: [Value]) {
        for slice in existing where !groups.contains(where: { $0.ports == (slice["ports"] ?? .null) }) {
            if !isPlaceholder(slice) || !groups.isEmpty { deletes.append(slice) }
        }
        for group in groups { fit(group, existing.filter { ($0["ports"] ?? .null) == group.ports }) }
        if groups.isEmpty {
            let placeholder = slice(ports: .null, endpoints: [])
            let present = existing.first { isPlaceholder($0) }
            deletes = existing.filter { $0.name != present?.name }
            if let present {
                if present.labels != placeholder.labels { updates.append(renamed(placeholder, as: present)) }
            } else {
                creates.append(placeholder)
            }
        }
        reuse()
    }

    private func isPlaceholder(_ slice: Value) -> Bool {
        (slice["endpoints"]?.elements ?? []).isEmpty && (slice["ports"]?.elements ?? []).isEmpty
    }

    private mutating func fit(_ group: (ports: Value, endpoints: [Value]), _ existing: [Value]) {
        var wanted: [Value: Value] = [:]
        var order: [Value] = []
        for endpoint in group.endpoints {
            let identity = identity(endpoint)
            if wanted[identity] == nil { order.append(identity) }
            wanted[identity] = endpoint
        }
        var unchanged: [Value] = []
        var changed: [(slice: Value, endpoints: [Value])] = []
        let labels = labels()
        for slice in existing {
            var kept: [Value] = []
            var isSame = true
            for endpoint in slice["endpoints"]?.elements ?? [] {
                guard let present = wanted.removeValue(forKey: identity(endpoint)) else {
                    isSame = false
                    continue
                }
                if present != endpoint { isSame = false }
                kept.append(present)
            }
            if kept.isEmpty { deletes.append(slice) } else if isSame, slice["metadata", "labels"] == labels { unchanged.append(slice) } else { changed.append((slice, kept)) }
        }
        var rest = order.compactMap { wanted[$0] }[...]
        for index in changed.indices where !rest.isEmpty {
            let room = EndpointSliceController.endpointsMax - changed[index].endpoints.count
            changed[index].endpoints += rest.prefix(max(0, room))
            rest = rest.dropFirst(max(0, room))
        }
        if !rest.isEmpty, rest.count < EndpointSliceController.endpointsMax {
            let fitting = unchanged.indices.filter {
                (unchanged[$0]["endpoints"]?.elements.count ?? 0) + rest.count <= EndpointSliceController.endpointsMax
            }
            if let best = fitting.max(by: { (unchanged[$0]["endpoints"]?.elements.count ?? 0) < (unchanged[$1]["endpoints"]?.elements.count ?? 0) }) {
                let slice = unchanged[best]
                changed.append((slice, (slice["endpoints"]?.elements ?? []) + rest))
                rest = []
            }
        }
        while !rest.isEmpty {
            creates.append(slice(ports: group.ports, endpoints: Array(rest.prefix(EndpointSliceController.endpointsMax))))
            rest = rest.dropFirst(EndpointSliceController.endpointsMax)
        }
        for (old, endpoints) in changed {
            var next = old
            next["endpoints"] = .array(endpoints)
            next["metadata", "labels"] = labels
            updates.append(next)
        }
    }

    /// Turns deletions with creations into updates.
    private mutating func reuse() {
        var left: [Value] = []
        for old in deletes {
            if !creates.isEmpty, old.controllerUID == service.uid {
                updates.append(renamed(creates.removeLast(), as: old))
            } else {
                left.append(old)
            }
        }
        deletes = left
    }

    private func renamed(_ slice: Value, as old: Value) -> Value {
        var next = old
        next["endpoints"] = slice["endpoints"]
        next["ports"] = slice["ports"]
        next["metadata", "labels"] = slice["metadata", "labels"]
        return next
    }

    // MARK: Writing

    private func labels() -> Value {
        var labels: Value = [:]
        for (key, value) in service.labels
        where ![EndpointSliceController.serviceNameLabel, EndpointSliceController.managedByLabel, ServiceSelection.headlessLabel].contains(key) {
            labels[key] = value
        }
        if ServiceSelection.isHeadless(service) { labels[ServiceSelection.headlessLabel] = "" }
        labels[EndpointSliceController.serviceNameLabel] = .string(service.name)
        labels[EndpointSliceController.managedByLabel] = .string(EndpointSliceController.managedBy)
        return labels
    }

    private func slice(ports: Value, endpoints: [Value]) -> Value {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "generateName": .string(PodCreation.generateName(for: service.name)), "namespace": .string(service.namespace),
                "labels": labels(), "ownerReferences": [service.controllerReference(apiVersion: "v1", kind: "Service")],
            ],
            "addressType": .string(family), "endpoints": endpoints.isEmpty ? .null : .array(endpoints), "ports": ports,
        ]
    }

    func write(to plan: inout Plan, lastChange: String) {
        func stamped(_ slice: Value) -> Value {
            var slice = slice
            if !lastChange.isEmpty {
                slice["metadata", default: [:]]["annotations", default: [:]][EndpointSliceController.lastChangeAnnotation] = .string(lastChange)
            }
            return slice
        }
        if !service.isBeingDeleted {
            for slice in creates { plan.add(.create(.endpointSlices, stamped(slice))) }
        }
        for slice in updates { plan.add(.update(.endpointSlices, stamped(slice)), ifRefused: .continuing) }
        for slice in deletes {
            plan.add(.delete(ObjectKey(.endpointSlices, namespace: slice.namespace, name: slice.name)), ifRefused: .continuing)
        }
    }
}
