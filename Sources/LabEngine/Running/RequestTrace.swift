import APIMachinery
import Cluster
import Grading
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// The way of one request through a cluster, hop by hop, with the reason where it stops.
package struct RequestTrace: Sendable {
    package var request: SimulatedRequest
    package var response: SimulatedResponse
    /// Where the request starts: `outside`, `node/NAME`, `pod/NAMESPACE/NAME`.
    package var origin: String
    /// What in the cluster's objects led to a failure, the root first.
    package var causes: [CauseChain]

    /// Sends the request through a copy of the cluster and explains what came of it.
    ///
    /// - Parameters:
    ///   - submission: what a student handed in, so that causes can name its lines.
    ///   - language: in which the causes are told.
    package init(
        _ request: SimulatedRequest, in cluster: Cluster, submission: SubmissionRecord = SubmissionRecord(), language: String = "en"
    ) {
        self.request = request
        var copy = cluster
        response = copy.request(request)
        origin =
            switch request.origin {
            case .outside: "outside"
            case .node(let name): "node/\(name)"
            case .pod(let namespace, let name): "pod/\(namespace)/\(name)"
            }
        causes = []
        guard response.failure != nil || response.status >= 500 else { return }
        let scene = Scene(
            world: ClusterWorld(cluster: cluster, language: language), submission: submission,
            history: History(first: cluster.store, start: cluster.now), language: language)
        let diagnosis = Diagnosis(scene)
        for (resource, name) in [(GroupResource.services, response.service), (.pods, response.pod)] {
            guard let name, let object = cluster.store.get(resource, namespace: name.namespace, name: name.name) else { continue }
            for chain in diagnosis.explain(object) where !causes.contains(chain) && !chain.links.isEmpty { causes.append(chain) }
            if !causes.isEmpty { break }
        }
    }

    /// Whether an answer came, of whatever status.
    package var isAnswered: Bool { response.failure == nil }

    // MARK: Rendering

    package func text(_ language: String) -> String {
        let words = TraceWords(language)
        let stations = response.hops.map { $0.station.text(language) }
        let width = stations.map(\.displayWidth).max() ?? 0
        var text = "\(request.method) \(request.url)\n\n"
        for (index, hop) in response.hops.enumerated() {
            let number = String(index + 1)
            let pad = String(repeating: " ", count: width - stations[index].displayWidth)
            text += "\(String(repeating: " ", count: max(3 - number.count, 0)))\(number)  \(stations[index])\(pad)  \(hop.note.text(language))\n"
        }
        text += "\n"
        if let failure = response.failure {
            text += words.failed(failure) + "\n"
        } else {
            text += words.answered(response.status, by: response.answeredBy, in: response.latency) + "\n"
            let body = response.body.split(separator: "\n", omittingEmptySubsequences: false).prefix(5)
            for line in body where !line.isEmpty { text += "    \(line.prefix(160))\n" }
        }
        for chain in causes { text += "\(words.why): \(chain)\n" }
        return text
    }

    /// - Shape: `request`, `hops` with a stable `code` and its `values`, `outcome`, `causes`.
    package var value: Value {
        var outcome: Value = ["answered": .bool(isAnswered)]
        if let failure = response.failure {
            outcome["failure"] = .string(failure.kind)
            outcome["code"] = .string(failure.note.code.rawValue)
            outcome["reason"] = .string(failure.reason)
        } else {
            outcome["status"] = Value(response.status)
            outcome["body"] = .string(String(response.body.prefix(4096)))
            outcome["latencyMilliseconds"] = Value(Double(response.latency.nanoseconds / 1000) / 1000)
        }
        if !response.answeredBy.isEmpty { outcome["pod"] = .string(response.answeredBy) }
        return [
            "request": [
                "from": .string(origin), "method": .string(request.method), "url": .string(request.url.description),
                "headers": .array(request.headers.map { ["name": .string($0.name), "value": .string($0.value)] }),
            ],
            "hops": .array(
                response.hops.map { hop in
                    ["station": .string(hop.station.rawValue), "code": .string(hop.note.code.rawValue), "values": Value(hop.note.values), "text": .string(hop.detail)]
                }),
            "outcome": outcome,
            "causes": .array(
                causes.map { chain in
                    .array(
                        chain.links.map { link in
                            var entry: Value = ["text": .string(link.text)]
                            if let position = link.position { entry["position"] = .string(position.description) }
                            return entry
                        })
                }),
        ]
    }
}

extension DeliveryFailure {
    /// A stable name for JSON.
    var kind: String {
        switch self {
        case .unknownHost: "unknownHost"
        case .noNameServer: "noNameServer"
        case .refused: "refused"
        case .timedOut: "timedOut"
        }
    }
}

/// The words around a trace in the languages that the product speaks.
private struct TraceWords {
    private let say: Speech

    init(_ language: String) { say = Speech(language) }

    var why: String { say("why", "원인") }

    func answered(_ status: Int, by pod: String, in latency: Duration) -> String {
        let time = GoDuration(nanoseconds: latency.nanoseconds).description
        if pod.isEmpty { return say("answered \(status)", "응답 \(status)") }
        return say("answered \(status) by pod \(pod) in \(time)", "파드 \(pod) 응답 \(status) (\(time))")
    }

    func failed(_ failure: DeliveryFailure) -> String {
        switch failure {
        case .unknownHost: say("no answer: the name is not known", "응답 없음: 이름을 찾을 수 없음")
        case .noNameServer: say("no answer: the name server does not answer", "응답 없음: DNS가 응답하지 않음")
        case .refused: say("no answer: connection refused", "응답 없음: 연결 거부됨")
        case .timedOut: say("no answer: connection timed out", "응답 없음: 시간 초과")
        }
    }
}

extension String {
    /// Columns on a terminal: Hangul and other wide letters take two.
    fileprivate var displayWidth: Int { unicodeScalars.reduce(0) { $0 + (0x1100...0x115F ~= $1.value || 0x2E80...0xD7A3 ~= $1.value ? 2 : 1) } }
}
