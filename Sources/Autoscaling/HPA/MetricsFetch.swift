import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The metrics of pods that one sync asks of an API outside of the cluster: one request for each entry that needs them, one after the other.
///
/// - Source: kube-controller-manager `podautoscaler/metrics` `resourceMetricsClient`, which asks anew for each metric.
struct MetricsFetch {
    /// How long an answer is waited for.
    private static let timeout: Duration = .seconds(30)

    private let autoscaler: Value
    private let entries: [Int]
    private let api: Value
    private let path: String
    private let view: ClusterView
    private(set) var answers: [Int: Result<Value, MetricsFailure>] = [:]

    /// Nil when nothing has to be asked, or nobody outside of the cluster serves metrics.
    init?(of autoscaler: Value, queries: @autoclosure () -> (entries: [Int], selector: LabelSelector)?, in view: ClusterView) {
        guard let api = view.get(.apiServices, name: "v1beta1.metrics.k8s.io"), api.isConditionTrue("Available"),
            OutwardRequest("", to: api, path: "", in: view) != nil, let queries = queries(), !queries.entries.isEmpty
        else { return nil }
        self.autoscaler = autoscaler
        self.api = api
        self.view = view
        entries = queries.entries
        path = "/namespaces/\(autoscaler.namespace)/pods?labelSelector=\(APIRequest.escaped("\(queries.selector)"))"
    }

    private static func name(_ autoscaler: Value, _ entry: Int) -> String { "\(autoscaler.namespace)/\(autoscaler.name)/\(entry)" }

    /// The autoscaler that a request is for.
    static func autoscaler(of request: ObjectKey) -> ObjectKey? {
        let parts = request.name.split(separator: "/").map(String.init)
        return parts.count == 3 ? ObjectKey(.horizontalPodAutoscalers, namespace: parts[0], name: parts[1]) : nil
    }

    /// Takes in the answers that are there.
    ///
    /// - Returns: what is to be done before the next one is; nil when all are.
    mutating func next() -> Plan? {
        for entry in entries {
            let request = OutwardRequest(Self.name(autoscaler, entry), to: api, path: path, in: view)
            guard let request, let asked = OutwardRequest(view.get(OutwardRequest.resource, name: request.name)), asked.asksAs(request) else {
                var plan = Plan()
                if let request { plan.add(.publish(request.key, request.object)) }
                plan.requeueAfter = Self.timeout
                return plan
            }
            if let outcome = Self.outcome(asked, view.now) {
                answers[entry] = outcome
            } else {
                var plan = Plan()
                plan.requeueAfter = asked.askedAt + Self.timeout - view.now
                return plan
            }
        }
        return nil
    }

    /// What came of a request; nil while it may still be answered.
    private static func outcome(_ request: OutwardRequest, _ now: Instant) -> Result<Value, MetricsFailure>? {
        switch request.answer {
        case .response(200, let body):
            guard let list = try? Value(parsingJSON: Array(body.utf8)) else { return .failure(MetricsFailure("the server's answer cannot be read")) }
            return .success(list)
        case .response(404, _): return .failure(MetricsFailure("the server could not find the requested resource (get pods.metrics.k8s.io)"))
        case .response, .failed: return .failure(MetricsFailure("the server is currently unable to handle the request (get pods.metrics.k8s.io)"))
        case nil:
            return request.askedAt + timeout > now ? nil : .failure(MetricsFailure("the server is currently unable to handle the request (get pods.metrics.k8s.io)"))
        }
    }

    /// Takes away what a deleted autoscaler has asked.
    static func abandoned(by key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        for request in view.list(OutwardRequest.resource) where autoscaler(of: ObjectKey(OutwardRequest.resource, name: request.name)) == key {
            plan.add(.publish(ObjectKey(OutwardRequest.resource, name: request.name), nil))
        }
        return plan
    }

    /// Takes the requests away, so that the next sync asks anew.
    func end(in plan: inout Plan) {
        for entry in entries { plan.add(.publish(ObjectKey(OutwardRequest.resource, name: Self.name(autoscaler, entry)), nil)) }
    }
}
