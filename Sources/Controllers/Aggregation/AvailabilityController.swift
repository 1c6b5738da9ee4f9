import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Says of each APIService whether what it stands for answers.
///
/// - Source: kube-aggregator `controllers/status/local` and `controllers/status/remote`.
/// - Differs: pods serve no APIs but that of the metrics server, so that a Service with other endpoints refuses the connection; what
///   stands outside of the cluster, behind a Service of the type ExternalName, is asked.
package struct AvailabilityController: Controller {
    package let name = "available-condition-controller"
    package let interests: [GroupResource] = [.apiServices, .services, .endpointSlices, OutwardRequest.resource]
    package var isPeriodic: Bool { true }
    package var user: UserInfo { .apiServer }

    /// How long an answer is waited for.
    static let timeout: Duration = .seconds(5)
    /// After which time an API is asked again.
    static let resync: Duration = .seconds(30)
    static let retry: Duration = .seconds(1)

    /// The APIServices that name each Service.
    private var dependents: [NamespacedName: Set<String>] = [:]

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .apiServices:
            for object in [event.old, event.object] {
                if let target = Self.target(object) { dependents[target]?.remove(event.key.name) }
            }
            if event.change != .deleted, let target = Self.target(event.object) { dependents[target, default: []].insert(event.key.name) }
            // The APIs that the server brings are registered as available.
            let isSettled = event.change == .added && Self.target(event.object) == nil && event.object.isConditionTrue("Available")
            return isSettled ? [] : ownKey(event)
        case .services: return keys(of: event.key.namespace, event.key.name)
        case .endpointSlices:
            guard let service = event.object.labels["kubernetes.io/service-name"]?.stringValue else { return [] }
            return keys(of: event.key.namespace, service)
        default:
            guard event.change != .deleted, view.get(.apiServices, name: event.key.name) != nil else { return [] }
            return [(ObjectKey(.apiServices, name: event.key.name), .zero)]
        }
    }

    private func keys(of namespace: String, _ service: String) -> [(key: ObjectKey, after: Duration)] {
        guard !dependents.isEmpty else { return [] }
        return (dependents[NamespacedName(namespace: namespace, name: service)] ?? []).sorted().map { (ObjectKey(.apiServices, name: $0), .zero) }
    }

    private static func target(_ api: Value?) -> NamespacedName? {
        guard let service = api?["spec", "service"], !service.isNull else { return nil }
        return NamespacedName(namespace: service["namespace"]?.stringValue ?? "", name: service["name"]?.stringValue ?? "")
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        let asked = OutwardRequest(view.get(OutwardRequest.resource, name: key.name))
        var plan = Plan()
        guard let api = view.get(key), !api.isBeingDeleted else {
            if let asked { plan.add(.publish(asked.key, nil)) }
            return plan
        }
        guard let target = Self.target(api) else {
            note((true, "Local", "Local APIServices are always available"), on: api, view.now, in: &plan)
            return plan
        }
        // What the simulator answers itself was registered as available, and nobody was asked.
        if asked == nil, api.isConditionTrue("Available") { return plan }
        let service = view.get(.services, namespace: target.namespace, name: target.name)
        if let problem = Self.problem(with: service, of: target, port: api["spec", "service"]?["port"]?.intValue ?? 443, in: view) {
            note((false, problem.reason, problem.message), on: api, view.now, in: &plan)
        } else if let request = OutwardRequest(key.name, to: api, path: "", in: view) {
            follow(asked, request, of: api, view.now, in: &plan)
        } else if api["spec"]?["group"]?.stringValue == "metrics.k8s.io", view.store.count(.nodeMetrics) > 0 {
            note((true, "Passed", "all checks passed"), on: api, view.now, in: &plan)
        } else {
            let address = "\(service?["spec"]?["clusterIP"]?.stringValue ?? ""):\(api["spec", "service"]?["port"]?.intValue ?? 443)"
            let url = "https://\(address)\(OutwardRequest.root(of: api))"
            let message = "failing or missing response from \(url): Get \"\(url)\": dial tcp \(address): connect: connection refused"
            note((false, "FailedDiscoveryCheck", message), on: api, view.now, in: &plan)
        }
        return plan
    }

    /// Why a Service cannot be asked; nil when it can.
    private static func problem(with service: Value?, of target: NamespacedName, port: Int, in view: ClusterView) -> (reason: String, message: String)? {
        let place = "service/\(target.name) in \(goQuoted(target.namespace))"
        guard let service else { return ("ServiceNotFound", "\(place) is not present") }
        guard service["spec"]?["type"]?.stringValue == "ClusterIP" else { return nil }
        guard let found = (service["spec"]?["ports"]?.elements ?? []).first(where: { $0["port"]?.intValue == port }) else {
            return ("ServicePortError", "\(place) is not listening on port \(port)")
        }
        let slices = view.list(.endpointSlices, namespace: target.namespace).filter { $0.labels["kubernetes.io/service-name"]?.stringValue == target.name }
        if slices.isEmpty { return ("EndpointsNotFound", "cannot find endpointslices for \(place)") }
        let name = found["name"]?.stringValue ?? ""
        let isServed = slices.contains { slice in
            (slice["endpoints"]?.elements ?? []).contains { $0["conditions"]?["ready"]?.boolValue != false }
                && (slice["ports"]?.elements ?? []).contains { $0["name"]?.stringValue ?? "" == name && $0["port"]?.isNull == false }
        }
        return isServed ? nil : ("MissingEndpoints", "endpointslices for \(place) have no addresses with port name \(goQuoted(name))")
    }

    /// Asks what stands outside of the cluster, or takes note of what it answered.
    private func follow(_ asked: OutwardRequest?, _ request: OutwardRequest, of api: Value, _ now: Instant, in plan: inout Plan) {
        guard let asked, asked.asksAs(request) else {
            plan.add(.publish(request.key, request.object))
            plan.requeueAfter = Self.timeout
            return
        }
        func failed(_ problem: String) -> (Bool, String, String) { (false, "FailedDiscoveryCheck", "failing or missing response from \(request.url): \(problem)") }
        let outcome: (isAvailable: Bool, reason: String, message: String)
        switch asked.answer {
        case .response(let code, _) where (200..<300).contains(code): outcome = (true, "Passed", "all checks passed")
        case .response(let code, _): outcome = failed("bad status from \(request.url): \(code)")
        case .failed(let problem): outcome = failed("Get \(goQuoted(request.url)): \(problem)")
        case nil:
            let left = asked.askedAt + Self.timeout - now
            if left > .zero {
                plan.requeueAfter = left
            } else {
                let problem = "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"
                note(failed("Get \(goQuoted(request.url)): \(problem)"), on: api, now, in: &plan)
            }
            return
        }
        note(outcome, on: api, now, in: &plan)
        let left = asked.askedAt + (outcome.isAvailable ? Self.resync : Self.retry) - now
        if left > .zero {
            plan.requeueAfter = left
        } else {
            plan.add(.publish(request.key, request.object))
            plan.requeueAfter = Self.timeout
        }
    }

    /// Writes the condition when it is not what it was; the time tells of a change of the status alone.
    private func note(_ found: (isAvailable: Bool, reason: String, message: String), on api: Value, _ now: Instant, in plan: inout Plan) {
        let status = found.isAvailable ? "True" : "False"
        let old = api.condition("Available")
        if old?["status"]?.stringValue == status, old?["reason"]?.stringValue == found.reason, old?["message"]?.stringValue == found.message { return }
        var api = api
        let since = old?["status"]?.stringValue == status ? old?["lastTransitionTime"]?.stringValue ?? now.rfc3339 : now.rfc3339
        api["status"] = [
            "conditions": [[
                "type": "Available", "status": .string(status), "reason": .string(found.reason), "message": .string(found.message),
                "lastTransitionTime": .string(since),
            ]]
        ]
        plan.add(.updateStatus(.apiServices, api))
    }
}
