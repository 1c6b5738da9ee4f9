import KubernetesObjects

/// One thing that a lab wants to be true, and what it is worth.
package struct Check: Sendable {
    /// Unique in its lab; reports and `needs` refer to it.
    package var name: String
    package var title: LocalizedText
    package var points: Int
    package var hint: LocalizedText
    /// Checks without which this one makes no sense: when one of them does not pass, this one is skipped.
    package var needs: [String]
    /// When it is judged: `submission`, `end`, or the name of a step of the scenario.
    package var moment: String
    package var assertion: Assertion
    /// Where it stands in the lab's file.
    package var position: FilePosition

    package init(
        name: String, title: LocalizedText = LocalizedText(), points: Int = 1, hint: LocalizedText = LocalizedText(), needs: [String] = [],
        moment: String = Moment.submission, assertion: Assertion, position: FilePosition = FilePosition(file: "lab.yaml", line: 0)
    ) {
        self.name = name
        self.title = title
        self.points = points
        self.hint = hint
        self.needs = needs
        self.moment = moment
        self.assertion = assertion
        self.position = position
    }
}

/// The moments of a run that have a name in every lab.
package enum Moment {
    /// After the submission was run and the cluster came to rest, before the scenario.
    package static let submission = "submission"
    /// After the last step of the scenario.
    package static let end = "end"
}

/// What a check asserts.
package indirect enum Assertion: Sendable {
    case object(ObjectAssertion)
    case cel(ExpressionAssertion)
    case http(HTTPAssertion)
    case timeline(TimelineAssertion)
    case command(CommandAssertion)
    /// The parsed ClusterConfig of the submission must match this partial tree.
    case eksctl(Value)
    case file(FileAssertion)
    case all([Assertion])
    case any([Assertion])
    case not(Assertion)

    /// Whether it, or one inside it, sends requests through the data plane.
    package var needsLiveCluster: Bool {
        switch self {
        case .http, .command: true
        case .all(let parts), .any(let parts): parts.contains(where: \.needsLiveCluster)
        case .not(let part): part.needsLiveCluster
        case .timeline(let timeline): timeline.assertion.needsLiveCluster
        default: false
        }
    }
}

/// A partial object that must be in the cluster.
package struct ObjectAssertion: Sendable {
    /// `apiVersion`, `kind`, and whatever must match. Without `metadata.name`, any object of the kind may match.
    package var pattern: Value
    /// How many objects must match; nil for at least one.
    package var count: ClosedRange<Int>?

    package init(_ pattern: Value, count: ClosedRange<Int>? = nil) {
        self.pattern = pattern
        self.count = count
    }
}

/// An expression over objects of the cluster.
package struct ExpressionAssertion: Sendable {
    package var expression: String
    /// The variables of the expression: name, and what it stands for.
    package var variables: [(name: String, reference: ObjectReference)]
    /// What the expression means, for reports.
    package var meaning: LocalizedText

    package init(_ expression: String, variables: [(name: String, reference: ObjectReference)] = [], meaning: LocalizedText = LocalizedText()) {
        self.expression = expression
        self.variables = variables
        self.meaning = meaning
    }
}

/// Names one object, or the objects of a kind.
package struct ObjectReference: Sendable {
    package var apiVersion: String
    package var kind: String
    /// Empty for all objects of the kind, which makes the variable a list.
    package var name: String
    /// `*` for all namespaces.
    package var namespace: String
    /// Labels that listed objects must have.
    package var labels: [(key: String, value: String)]

    package init(apiVersion: String, kind: String, name: String = "", namespace: String = "default", labels: [(key: String, value: String)] = []) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.labels = labels
    }
}

/// Requests through the simulated network and the answers they must get.
package struct HTTPAssertion: Sendable {
    package enum Origin: Sendable, Hashable {
        case outside
        case node(String)
        case pod(namespace: String, name: String)
        /// The first running pod that carries these labels.
        case labelled([String: String], namespace: String)
    }

    package enum Route: String, Sendable {
        case nodePort, clusterIP, loadBalancer, name
    }

    package var origin: Origin
    /// A fixed address; nil when the address follows from `service`.
    package var url: String?
    /// A partial Service: requests go to the first one in the cluster that matches.
    package var service: Value?
    package var route: Route
    /// Name or number of the Service's port; nil for its first one.
    package var port: String?
    /// Ask every node's port instead of the first node's.
    package var everyNode: Bool
    package var path: String
    package var method: String
    package var headers: [(name: String, value: String)]
    /// How many requests are sent to each address.
    package var times: Int
    package var status: Int
    package var body: TextMatch?
    /// From how many different pods answers must come, over all requests.
    package var spread: Int
    /// The requests must not be answered.
    package var isRefused: Bool

    package init(
        origin: Origin = .outside, url: String? = nil, service: Value? = nil, route: Route = .nodePort, port: String? = nil, everyNode: Bool = false,
        path: String = "/", method: String = "GET", headers: [(name: String, value: String)] = [], times: Int = 1, status: Int = 200,
        body: TextMatch? = nil, spread: Int = 0, isRefused: Bool = false
    ) {
        self.origin = origin
        self.url = url
        self.service = service
        self.route = route
        self.port = port
        self.everyNode = everyNode
        self.path = path
        self.method = method
        self.headers = headers
        self.times = times
        self.status = status
        self.body = body
        self.spread = spread
        self.isRefused = isRefused
    }
}

/// What must hold over a stretch of the scenario.
package struct TimelineAssertion: Sendable {
    package enum Rule: Sendable {
        case always
        case never
        /// At some time, at most this long after the beginning; nil for before the end.
        case eventually(within: Duration?)
        /// So long after the beginning.
        case at(Duration)
    }

    package var rule: Rule
    package var assertion: Assertion
    /// The moments between which it counts.
    package var from: String
    package var to: String

    package init(_ rule: Rule, _ assertion: Assertion, from: String = Moment.submission, to: String = Moment.end) {
        self.rule = rule
        self.assertion = assertion
        self.from = from
        self.to = to
    }
}

/// A command and what it must print.
package struct CommandAssertion: Sendable {
    package var command: String
    package var exitStatus: Int
    package var output: TextMatch?
    package var errors: TextMatch?

    package init(_ command: String, exitStatus: Int = 0, output: TextMatch? = nil, errors: TextMatch? = nil) {
        self.command = command
        self.exitStatus = exitStatus
        self.output = output
        self.errors = errors
    }
}

/// A file of the submission: its presence, text, or structure.
package struct FileAssertion: Sendable {
    package var path: String
    package var exists: Bool
    package var text: TextMatch?
    /// A partial tree that a document of the file must match.
    package var document: Value?

    package init(path: String, exists: Bool = true, text: TextMatch? = nil, document: Value? = nil) {
        self.path = path
        self.exists = exists
        self.text = text
        self.document = document
    }
}

/// What a text must be like.
package struct TextMatch: Sendable, Hashable {
    package var equals: String?
    package var contains: [String]
    package var absent: [String]

    package init(equals: String? = nil, contains: [String] = [], absent: [String] = []) {
        self.equals = equals
        self.contains = contains
        self.absent = absent
    }

    /// What is expected and not found; nil when the text is as it must be.
    package func complaint(about text: String, _ say: Speech) -> String? {
        if let equals, Self.trimmed(text) != Self.trimmed(equals) { return say("exactly '\(equals)'", "정확히 '\(equals)'") }
        for part in contains where !Self.holds(text, part) { return say("a text that contains '\(part)'", "'\(part)'을(를) 포함한 텍스트") }
        for part in absent where Self.holds(text, part) { return say("a text without '\(part)'", "'\(part)'이(가) 없는 텍스트") }
        return nil
    }

    private static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest.drop(while: \.isWhitespace)
    }

    /// Whether a text contains another, compared by bytes.
    package static func holds(_ text: String, _ part: String) -> Bool {
        let haystack = Array(text.utf8)
        let needle = Array(part.utf8)
        if needle.isEmpty { return true }
        if needle.count > haystack.count { return false }
        for start in 0...(haystack.count - needle.count) where haystack[start] == needle[0] {
            if haystack[start..<start + needle.count].elementsEqual(needle) { return true }
        }
        return false
    }
}
