import KubernetesObjects
import SimulationKernel

/// How a check came out.
package enum Verdict: Sendable {
    case passed
    case failed(Finding)
    /// A check that this one needs did not pass.
    case skipped(because: String)
    /// A fault of the lab or of the program: says nothing about the submission.
    case couldNotJudge(GraderFault)

    package var isPassed: Bool { if case .passed = self { true } else { false } }
    package var isFault: Bool { if case .couldNotJudge = self { true } else { false } }

    /// `passed`, `failed`, `skipped`, `could-not-judge`.
    package var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .skipped: "skipped"
        case .couldNotJudge: "could-not-judge"
        }
    }
}

/// Why a check could not be judged.
package struct GraderFault: Sendable, Hashable {
    package var message: String
    package init(_ message: String) { self.message = message }
}

/// What was wrong: expected, found, the differences that matter, and why.
package struct Finding: Sendable {
    package var expected: String
    package var found: String
    /// `found` in fewer words, as the end of a chain of causes; empty when it is short itself.
    package var effect = ""
    /// `Deployment default/web`; empty when no one object is meant.
    package var subject: String
    package var differences: [Difference]
    /// Chains of causes, the most telling first.
    package var causes: [CauseChain]
    /// When it was so, for a timeline: time since the submission came to rest.
    package var time: Duration?
    /// The objects to look at when explaining it.
    package var involved: [InvolvedObject]

    package init(
        expected: String, found: String, subject: String = "", differences: [Difference] = [], causes: [CauseChain] = [], time: Duration? = nil,
        involved: [InvolvedObject] = []
    ) {
        self.expected = expected
        self.found = found
        self.subject = subject
        self.differences = differences
        self.causes = causes
        self.time = time
        self.involved = involved
    }

    /// The student's line to look at first.
    package var position: FilePosition? { causes.lazy.compactMap(\.position).first ?? differences.lazy.compactMap(\.position).first }
}

/// A field that is not as it must be.
package struct Difference: Sendable, Hashable {
    /// `spec.replicas`, `spec.template.spec.containers[name=web].image`.
    package var path: String
    package var steps: [PathStep]
    package var expected: String
    package var actual: String
    /// Where the submission says so.
    package var position: FilePosition?

    package init(path: String, steps: [PathStep] = [], expected: String, actual: String, position: FilePosition? = nil) {
        self.path = path
        self.steps = steps
        self.expected = expected
        self.actual = actual
        self.position = position
    }
}

/// An object that a finding is about.
package struct InvolvedObject: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var namespace: String
    /// Empty when no object of the kind is meant in particular.
    package var name: String

    package init(apiVersion: String, kind: String, namespace: String, name: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package init(_ object: Value) {
        self.init(apiVersion: object.apiVersion, kind: object.kind, namespace: object.namespace, name: object.name)
    }
}

/// One thing that led to the next.
package struct Cause: Sendable, Hashable {
    package var text: String
    /// The student's own line.
    package var position: FilePosition?

    package init(_ text: String, at position: FilePosition? = nil) {
        self.text = text
        self.position = position
    }
}

/// Causes in order, the root first.
package struct CauseChain: Sendable, Hashable, CustomStringConvertible {
    package var links: [Cause]

    package init(_ links: [Cause]) { self.links = links }

    /// The first place in the submission that it names.
    package var position: FilePosition? { links.lazy.compactMap(\.position).first }

    /// `service.yaml:9: selector app=ngnix matches no pod → no endpoints → 30080 refused`.
    package var description: String {
        links.map { link in (link.position.map { "\($0.short): " } ?? "") + link.text }.joined(separator: " → ")
    }

    package func leading(to text: String) -> CauseChain { CauseChain(links + [Cause(text)]) }
}
