import APIMachinery
import SimulationKernel

/// What came back.
package struct SimulatedResponse: Sendable {
    /// The HTTP status; 0 when no answer came.
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: String
    /// `namespace/name` of the pod that answered; empty when none did.
    package var answeredBy: String
    /// The Service and the pod that the request came to last, whether they answered or not.
    package var service: NamespacedName?
    package var pod: NamespacedName?
    package var failure: DeliveryFailure?
    /// The address that was found for the host; empty for none.
    package var address = ""
    package var hops: [Hop]
    package var latency: Duration

    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: String = "", answeredBy: String = "",
        failure: DeliveryFailure? = nil, hops: [Hop] = [], latency: Duration = .zero
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.answeredBy = answeredBy
        self.failure = failure
        self.hops = hops
        self.latency = latency
    }

    package var isSuccess: Bool { failure == nil && (200..<400).contains(status) }
}
