import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The cluster as checks see it at one moment. A value: judging works on copies and disturbs nothing.
package protocol World: Sendable {
    var now: Instant { get }
    var store: Store { get }
    var trace: CausalTrace { get }

    /// Where objects of a kind are stored; nil for a kind that the cluster does not know.
    func resource(apiVersion: String, kind: String) -> GroupResource?

    /// The fields that identify the elements of a list of a kind's objects; nil when none are known.
    ///
    /// - Shape: `path` holds the fields on the way to the list, without indexes.
    func mergeKeys(apiVersion: String, kind: String, path: [String]) -> [String]?

    /// Sends a request through the data plane.
    mutating func request(_ probe: Probe) -> ProbeAnswer

    /// Runs a line of shell with kubectl and eksctl against the cluster.
    mutating func run(_ command: String) -> CommandOutcome
}

/// A request that a check sends.
package struct Probe: Sendable, Hashable {
    package enum Origin: Sendable, Hashable {
        case outside
        case node(String)
        case pod(namespace: String, name: String)
    }

    package var origin: Origin
    package var url: String
    package var method: String
    package var headers: [String: String]

    package init(origin: Origin = .outside, url: String, method: String = "GET", headers: [String: String] = [:]) {
        self.origin = origin
        self.url = url
        self.method = method
        self.headers = headers
    }
}

/// What came back for a probe.
package struct ProbeAnswer: Sendable, Hashable {
    /// 0 when there was no answer.
    package var status: Int
    package var body: String
    /// `namespace/name` of the pod that answered.
    package var pod: String?
    /// The way of the request, hop by hop.
    package var hops: [String]
    /// Where and why it stopped when there was no answer.
    package var reason: String

    package init(status: Int, body: String = "", pod: String? = nil, hops: [String] = [], reason: String = "") {
        self.status = status
        self.body = body
        self.pod = pod
        self.hops = hops
        self.reason = reason
    }
}

/// What a command printed and returned.
package struct CommandOutcome: Sendable, Hashable {
    package var status: Int
    package var output: String
    package var errors: String

    package init(status: Int, output: String, errors: String) {
        self.status = status
        self.output = output
        self.errors = errors
    }
}

/// What happened between the moments of a run, kept so that timelines can be judged afterwards.
package struct History: Sendable {
    package struct Change: Sendable {
        package var time: Instant
        package var key: ObjectKey
        /// nil for a deletion.
        package var object: Value?

        package init(time: Instant, key: ObjectKey, object: Value?) {
            self.time = time
            self.key = key
            self.object = object
        }
    }

    package struct Mark: Sendable {
        package var name: String
        package var time: Instant
        /// How many changes had happened.
        package var changeCount: Int
    }

    /// The store when the submission had come to rest.
    package var first: Store
    package private(set) var start: Instant
    package var changes: [Change] = []
    package private(set) var marks: [Mark]
    /// What checks that need the live cluster found at each time, by check.
    package var samples: [String: [(time: Instant, judgement: Judgement)]] = [:]

    package init(first: Store, start: Instant) {
        self.first = first
        self.start = start
        marks = [Mark(name: Moment.submission, time: start, changeCount: 0)]
    }

    package mutating func mark(_ name: String, at time: Instant) {
        marks.append(Mark(name: name, time: time, changeCount: changes.count))
    }

    package func mark(_ name: String) -> Mark? { marks.first { $0.name == name } }
}

/// How one assertion came out.
package enum Judgement: Sendable {
    case holds
    case fails(Finding)
    case cannot(GraderFault)

    package var isHolding: Bool { if case .holds = self { true } else { false } }
}
