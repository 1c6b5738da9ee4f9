import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Says of each HTTPRoute which Gateways took it and whether its backends are there.
///
/// - Source: the Gateway API v1, `RouteParentStatus` and its reasons.
package struct HTTPRouteController: Controller {
    package let name = "httproute-controller"
    package let interests: [GroupResource] = [.httpRoutes, .gateways, .gatewayClasses, .referenceGrants, .services, .namespaces]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .httpRoutes { return event.change == .deleted ? [] : ownKey(event) }
        if event.change == .modified, event.key.resource == .services { return [] }
        if event.change == .modified, event.key.resource == .namespaces, event.old?.labels == event.object.labels { return [] }
        return view.list(.httpRoutes).map { (ObjectKey(.httpRoutes, namespace: $0.namespace, name: $0.name), .zero) }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let route = view.get(key), !route.isBeingDeleted else { return .done }
        let old = route["status"]?["parents"]?.elements ?? []
        var parents: [Value] = []
        for reference in route["spec"]?["parentRefs"]?.elements ?? [] where reference["kind"]?.stringValue ?? "Gateway" == "Gateway" {
            guard let gateway = view.get(.gateways, namespace: reference["namespace"]?.stringValue ?? route.namespace, name: reference["name"]?.stringValue ?? ""),
                let gatewayClass = view.get(.gatewayClasses, name: gateway["spec"]?["gatewayClassName"]?.stringValue ?? ""),
                let controller = gatewayClass["spec"]?["controllerName"]?.stringValue, GatewayImplementation.runs(controller, in: view)
            else { continue }
            let before = old.first { $0["parentRef"] == reference && $0["controllerName"]?.stringValue == controller }
            var conditions = GatewayConditions(before?["conditions"], generation: route.generation, now: view.now)
            let (isAccepted, reason, message) = acceptance(of: route, by: gateway, reference, view)
            conditions.add("Accepted", isAccepted, reason, message)
            let problem = backendProblem(route, view)
            conditions.add("ResolvedRefs", problem == nil, problem?.reason ?? "ResolvedRefs", problem?.message ?? "Resolved all the Object references for the Route")
            parents.append(["conditions": .array(conditions.list), "controllerName": .string(controller), "parentRef": reference])
        }
        var plan = Plan()
        guard parents != old, !(parents.isEmpty && old.isEmpty) else { return plan }
        plan.add(.patch(key, .merge, ["status": ["parents": .array(parents)]], subresource: "status"), ifRefused: .continuing)
        return plan
    }

    // MARK: Parents

    private func acceptance(of route: Value, by gateway: Value, _ reference: Value, _ view: ClusterView) -> (Bool, String, String) {
        let meant = (gateway["spec"]?["listeners"]?.elements ?? []).filter { Self.isMeant($0, by: reference) }
        if meant.isEmpty { return (false, "NoMatchingParent", "No listeners match this parent ref") }
        let open = meant.filter { Self.isAllowed(route, by: $0, of: gateway, view) }
        if open.isEmpty { return (false, "NotAllowedByListeners", "No listeners included by this parent ref allowed this attachment.") }
        if !open.contains(where: { Self.sharesHost(route, $0) }) {
            return (false, "NoMatchingListenerHostname", "There were no hostname intersections between the HTTPRoute and this parent ref's Listener(s).")
        }
        return (true, "Accepted", "Route is accepted")
    }

    /// Whether a route is attached to a listener by one of its references.
    static func verdict(on route: Value, parent: Value?, gateway: Value, listener: Value, _ view: ClusterView) -> Bool {
        let references = parent.map { [$0] } ?? route["spec"]?["parentRefs"]?.elements ?? []
        return references.contains { reference in
            reference["kind"]?.stringValue ?? "Gateway" == "Gateway" && reference["name"]?.stringValue == gateway.name
                && reference["namespace"]?.stringValue ?? route.namespace == gateway.namespace && isMeant(listener, by: reference)
                && isAllowed(route, by: listener, of: gateway, view) && sharesHost(route, listener)
        }
    }

    private static func isMeant(_ listener: Value, by reference: Value) -> Bool {
        if let section = reference["sectionName"]?.stringValue, section != listener["name"]?.stringValue { return false }
        if let port = reference["port"]?.intValue, port != listener["port"]?.intValue { return false }
        return true
    }

    private static func isAllowed(_ route: Value, by listener: Value, of gateway: Value, _ view: ClusterView) -> Bool {
        let kinds = listener["allowedRoutes"]?["kinds"]?.elements ?? []
        if !kinds.isEmpty, !kinds.contains(where: { $0["kind"]?.stringValue == "HTTPRoute" }) { return false }
        let namespaces = listener["allowedRoutes"]?["namespaces"]
        switch namespaces?["from"]?.stringValue ?? "Same" {
        case "All": return true
        case "Selector":
            let labels = view.get(.namespaces, name: route.namespace)?.labels ?? Fields()
            return LabelSelector(object: namespaces?["selector"] ?? [:]).matches(labels)
        case "None": return false
        default: return route.namespace == gateway.namespace
        }
    }

    private static func sharesHost(_ route: Value, _ listener: Value) -> Bool {
        let names = (route["spec"]?["hostnames"]?.elements ?? []).compactMap(\.stringValue)
        let own = listener["hostname"]?.stringValue ?? ""
        return names.isEmpty || names.contains { Value.hostNames(own, meet: $0) }
    }

    // MARK: Backends

    private func backendProblem(_ route: Value, _ view: ClusterView) -> (reason: String, message: String)? {
        for rule in route["spec"]?["rules"]?.elements ?? [] {
            for reference in rule["backendRefs"]?.elements ?? [] {
                let kind = reference["kind"]?.stringValue ?? "Service"
                guard kind == "Service", (reference["group"]?.stringValue ?? "").isEmpty else {
                    return ("InvalidKind", "Group is invalid, only the core API group (specified by omitting the group field or setting it to an empty string) and kind Service are supported")
                }
                let key = NamespacedName(namespace: reference["namespace"]?.stringValue ?? route.namespace, name: reference["name"]?.stringValue ?? "")
                if key.namespace != route.namespace,
                    !ReferenceGrants.allow(from: "HTTPRoute", in: route.namespace, to: "Service", key, grants: view.list(.referenceGrants))
                {
                    return ("RefNotPermitted", "Backend ref to Service \(key) not permitted by any ReferenceGrant.")
                }
                guard let service = view.get(.services, namespace: key.namespace, name: key.name) else { return ("BackendNotFound", "service \(key) not found") }
                guard let port = reference["port"]?.intValue, (service["spec"]?["ports"]?.elements ?? []).contains(where: { $0["port"]?.intValue == port }) else {
                    return ("BackendNotFound", "TCP Port \(reference["port"]?.intValue.map(String.init) ?? "") not found on Service \(key)")
                }
            }
        }
        return nil
    }
}
