import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Accepts GatewayClasses and programs Gateways: a Service of type LoadBalancer for each, and what their status says.
///
/// - Source: the Gateway API v1, the conditions and reasons of its conformance; names as common implementations choose them.
package struct GatewayController: Controller {
    package let name = "gateway-controller"
    package let interests: [GroupResource] = [.gatewayClasses, .gateways, .httpRoutes, .referenceGrants, .services, .secrets, .pods]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .gatewayClasses: return (event.change == .deleted ? [] : ownKey(event)) + gateways(in: view)
        case .gateways: return event.change == .deleted ? [] : ownKey(event)
        case .httpRoutes, .referenceGrants: return gateways(in: view)
        case .services: return event.object.label(Self.nameLabel) == nil ? [] : gateways(in: view)
        case .secrets: return event.object["type"]?.stringValue == "kubernetes.io/tls" ? gateways(in: view) : []
        default:
            // Pods change often, and mostly there is no Gateway.
            guard view.store.count(.gatewayClasses) > 0, event.change != .modified || event.old?.isPodReady != event.object.isPodReady,
                GatewayImplementation.mayRun(event.object), event.old?.isPodReady != event.object.isPodReady || event.change == .deleted else { return [] }
            return view.list(.gatewayClasses).map { (ObjectKey(.gatewayClasses, name: $0.name), .zero) } + gateways(in: view)
        }
    }

    static let nameLabel = "gateway.networking.k8s.io/gateway-name"
    static let classLabel = "gateway.networking.k8s.io/gateway-class-name"

    private func gateways(in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        view.list(.gateways).map { (ObjectKey(.gateways, namespace: $0.namespace, name: $0.name), .zero) }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let object = view.get(key), !object.isBeingDeleted else { return .done }
        return key.resource == .gatewayClasses ? accept(object, key, view) : program(object, key, view)
    }

    private func accept(_ gatewayClass: Value, _ key: ObjectKey, _ view: ClusterView) -> Plan {
        guard GatewayImplementation.runs(gatewayClass["spec"]?["controllerName"]?.stringValue ?? "", in: view) else { return .done }
        var conditions = GatewayConditions(gatewayClass["status"]?["conditions"], generation: gatewayClass.generation, now: view.now)
        conditions.add("Accepted", true, "Accepted", "Valid GatewayClass")
        return status(of: gatewayClass, key, ["conditions": .array(conditions.list)])
    }

    private func status(of object: Value, _ key: ObjectKey, _ status: Value) -> Plan {
        var plan = Plan()
        guard object["status"] != status else { return plan }
        plan.add(.patch(key, .merge, ["status": status], subresource: "status"), ifRefused: .continuing)
        return plan
    }

    // MARK: Gateways

    private func program(_ gateway: Value, _ key: ObjectKey, _ view: ClusterView) -> Plan {
        let className = gateway["spec"]?["gatewayClassName"]?.stringValue ?? ""
        guard let gatewayClass = view.get(.gatewayClasses, name: className),
            GatewayImplementation.runs(gatewayClass["spec"]?["controllerName"]?.stringValue ?? "", in: view)
        else { return .done }
        var plan = Plan()
        let serviceName = "\(gateway.name)-\(className)"
        let service = view.get(.services, namespace: gateway.namespace, name: serviceName)
        let wanted = self.service(named: serviceName, for: gateway, className)
        if let service {
            if service["spec"]?["ports"].map(Self.shape) != wanted["spec"]?["ports"].map(Self.shape) {
                plan.add(.patch(ObjectKey(.services, namespace: gateway.namespace, name: serviceName), .merge, ["spec": ["ports": wanted["spec"]?["ports"] ?? []]]), ifRefused: .continuing)
            }
        } else if !(wanted["spec"]?["ports"]?.elements ?? []).isEmpty {
            plan.add(.create(.services, wanted), ifRefused: .continuing)
        }
        let addresses = (service?["status"]?["loadBalancer"]?["ingress"]?.elements ?? []).compactMap { entry -> Value? in
            if let name = entry["hostname"] { return ["type": "Hostname", "value": name] }
            return entry["ip"].map { ["type": "IPAddress", "value": $0] }
        }
        let listeners = listeners(of: gateway, isProgrammed: !addresses.isEmpty, view)
        let areValid = listeners.allSatisfy { $0.isValid }
        var conditions = GatewayConditions(gateway["status"]?["conditions"], generation: gateway.generation, now: view.now)
        conditions.add(
            "Accepted", listeners.contains { $0.isValid }, areValid ? "Accepted" : "ListenersNotValid",
            areValid ? "The Gateway has been scheduled by Gateway Controller" : "There are listeners that are not valid")
        if addresses.isEmpty {
            conditions.add("Programmed", false, "AddressNotAssigned", "No addresses have been assigned to the Gateway")
        } else {
            conditions.add("Programmed", areValid, areValid ? "Programmed" : "Invalid", areValid ? "Address assigned to the Gateway" : "There are listeners that are not valid")
        }
        var status: Value = [:]
        if !addresses.isEmpty { status["addresses"] = .array(addresses) }
        status["conditions"] = .array(conditions.list)
        status["listeners"] = .array(listeners.map(\.status))
        plan.append(self.status(of: gateway, key, status))
        return plan
    }

    private static func shape(_ ports: Value) -> [String] { ports.elements.map { "\($0["name"]?.stringValue ?? "")/\($0["port"]?.intValue ?? 0)" } }

    private func service(named name: String, for gateway: Value, _ className: String) -> Value {
        var ports: [Value] = []
        for listener in gateway["spec"]?["listeners"]?.elements ?? [] {
            guard let port = listener["port"]?.intValue, !ports.contains(where: { $0["port"]?.intValue == port }) else { continue }
            ports.append(["name": .string("port-\(port)"), "port": Value(port), "protocol": "TCP", "targetPort": Value(port)])
        }
        var labels: Value = [:]
        labels[Self.nameLabel] = .string(gateway.name)
        labels[Self.classLabel] = .string(className)
        return [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": .string(name), "namespace": .string(gateway.namespace), "labels": labels,
                "ownerReferences": [gateway.controllerReference(apiVersion: gateway.apiVersion, kind: "Gateway")],
            ],
            "spec": ["type": "LoadBalancer", "ports": .array(ports)],
        ]
    }

    // MARK: Listeners

    private func listeners(of gateway: Value, isProgrammed: Bool, _ view: ClusterView) -> [(status: Value, isValid: Bool)] {
        let all = gateway["spec"]?["listeners"]?.elements ?? []
        let routes = view.list(.httpRoutes)
        return all.enumerated().map { index, listener in
            let name = listener["name"]?.stringValue ?? ""
            let scheme = listener["protocol"]?.stringValue ?? ""
            let old = (gateway["status"]?["listeners"]?.elements ?? []).first { $0["name"]?.stringValue == name }
            var conditions = GatewayConditions(old?["conditions"], generation: gateway.generation, now: view.now)
            let isSupported = scheme == "HTTP" || scheme == "HTTPS"
            conditions.add("Accepted", isSupported, isSupported ? "Accepted" : "UnsupportedProtocol", isSupported ? "No errors found" : "Protocol \(scheme) is unsupported, must be HTTP or HTTPS.")
            let clash = Self.clash(of: listener, at: index, among: all)
            conditions.add("Conflicted", clash != nil, clash?.reason ?? "NoConflicts", clash?.message ?? "No errors found")
            let problem = Self.kindProblem(listener) ?? (scheme == "HTTPS" ? certificateProblem(listener, gateway, view) : nil)
            conditions.add("ResolvedRefs", problem == nil, problem?.reason ?? "ResolvedRefs", problem?.message ?? "No errors found")
            let isValid = isSupported && clash == nil && problem == nil
            conditions.add("Programmed", isValid && isProgrammed, isValid ? (isProgrammed ? "Programmed" : "Pending") : "Invalid", isValid ? (isProgrammed ? "No errors found" : "Waiting for an address") : "Listener is invalid")
            let attached = routes.filter { HTTPRouteController.verdict(on: $0, parent: nil, gateway: gateway, listener: listener, view) }
            let status: Value = [
                "attachedRoutes": Value(attached.count), "conditions": .array(conditions.list), "name": .string(name),
                "supportedKinds": isSupported && Self.kindProblem(listener) == nil ? [["group": .string(GatewayImplementation.group), "kind": "HTTPRoute"]] : [],
            ]
            return (status, isValid)
        }
    }

    /// Why a listener cannot be beside another on its port; nil when it can.
    private static func clash(of listener: Value, at index: Int, among all: [Value]) -> (reason: String, message: String)? {
        let others = all.enumerated().filter { $0.offset != index && $0.element["port"] == listener["port"] }.map(\.element)
        if others.contains(where: { $0["protocol"] != listener["protocol"] }) { return ("ProtocolConflict", "All listeners for a given port must use a compatible protocol") }
        func host(_ listener: Value) -> String { listener["hostname"]?.stringValue ?? "" }
        if others.contains(where: { host($0) == host(listener) }) { return ("HostnameConflict", "All listeners for a given port must use a unique hostname") }
        return nil
    }

    /// What is wrong with the kinds of routes that a listener wants; nil when nothing is.
    private static func kindProblem(_ listener: Value) -> (reason: String, message: String)? {
        for kind in listener["allowedRoutes"]?["kinds"]?.elements ?? [] {
            guard kind["kind"]?.stringValue == "HTTPRoute", kind["group"]?.stringValue ?? GatewayImplementation.group == GatewayImplementation.group else {
                return ("InvalidRouteKinds", "\(kind["kind"]?.stringValue ?? "") is not supported, kind must be one of [HTTPRoute]")
            }
        }
        return nil
    }

    private func certificateProblem(_ listener: Value, _ gateway: Value, _ view: ClusterView) -> (reason: String, message: String)? {
        if listener["tls"]?["mode"]?.stringValue == "Passthrough" { return nil }
        let references = listener["tls"]?["certificateRefs"]?.elements ?? []
        guard !references.isEmpty else { return ("InvalidCertificateRef", "Listener must have at least 1 TLS certificate ref") }
        for reference in references {
            let key = NamespacedName(namespace: reference["namespace"]?.stringValue ?? gateway.namespace, name: reference["name"]?.stringValue ?? "")
            if key.namespace != gateway.namespace,
                !ReferenceGrants.allow(from: "Gateway", in: gateway.namespace, to: "Secret", key, grants: view.list(.referenceGrants))
            {
                return ("RefNotPermitted", "Certificate ref to secret \(key) not permitted by any ReferenceGrant.")
            }
            guard let secret = view.get(.secrets, namespace: key.namespace, name: key.name) else { return ("InvalidCertificateRef", "Secret \(key) does not exist.") }
            guard secret["type"]?.stringValue == "kubernetes.io/tls" else { return ("InvalidCertificateRef", "Secret \(key) must be of type kubernetes.io/tls.") }
        }
        return nil
    }
}
