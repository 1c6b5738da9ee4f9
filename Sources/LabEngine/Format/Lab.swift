import Autoscaling
import Cluster
import GitReading
import Grading
import KubernetesObjects

/// A lab as it is read from its folder.
package struct Lab: Sendable {
    package var name: String
    /// Everything in the lab's folder.
    package var folder: any FileSource
    package var title = LocalizedText()
    package var summary = LocalizedText()
    package var level = "beginner"
    package var minutes = 0
    package var tags: [String] = []
    package var prerequisites: [String] = []
    package var kubernetesVersion = ""
    package var cluster = ClusterSpec()
    package var submission = SubmissionSpec()
    package var scenario: [ScenarioStep] = []
    package var checks: [Check] = []

    package init(name: String, folder: any FileSource) {
        self.name = name
        self.folder = folder
    }

    package var pointsMax: Int { checks.reduce(0) { $0 + $1.points } }

    /// The task in a language, else in English; nil when there is no README.
    package func task(_ language: String) -> String? {
        let short = String(language.prefix { $0 != "-" })
        for name in ["README.\(language).md", "README.\(short).md", "README.md"] where folder.hasFile(name) {
            return try? folder.readText(name)
        }
        return nil
    }

    /// The languages that its README is there in.
    package var languages: [String] {
        var found = ["en"]
        for entry in (try? folder.entries(of: "")) ?? [] where entry.name.hasPrefix("README.") && entry.name.hasSuffix(".md") {
            let code = String(entry.name.dropFirst(7).dropLast(3))
            if Language.isCode(code), code != "en" { found.append(code) }
        }
        return found
    }

    /// The files that a student begins with.
    package var starter: (any FileSource)? { folder.hasFolder("starter") ? try? folder.folder("starter") : nil }
}

/// The cluster that a lab begins with.
package struct ClusterSpec: Sendable {
    package static let standardProfile = "eks-3x-m5.large"

    package var profile = Self.standardProfile
    /// An eksctl ClusterConfig in the lab's folder.
    package var config: String?
    package var nodes: [Value] = []
    package var setup: [SetupStep] = []
    /// What is installed besides what every cluster has.
    package var addOns: [AddOn] = []
    /// Metrics that a lab declares.
    package var metrics: [DeclaredMetric] = []
}

/// One thing done before the submission is run.
package enum SetupStep: Sendable {
    case apply([String])
    case manifest(Value)
    case run(String)
}

/// What is handed in, and how it is run.
package struct SubmissionSpec: Sendable {
    package struct File: Sendable {
        package var path: String
        package var isRequired: Bool
        package var about: LocalizedText
    }

    package var files: [File] = []
    package var oneOf: [String] = []
    /// Patterns of manifests in order; nil for all YAML files.
    package var apply: [String]?
    package var script: String?
    package var eksctl: String?
    package var isLive = false
    package var settleLimit: Duration = .seconds(600)
}

/// One thing that happens after the submission was run.
package struct ScenarioStep: Sendable {
    package enum Action: Sendable {
        case wait(Duration)
        case settle(Duration)
        case load(LoadSpec)
        case stopLoad(String)
        case kill(labels: [(key: String, value: String)], namespace: String, count: Int)
        case killContainer(labels: [(key: String, value: String)], namespace: String, container: String, count: Int)
        /// Something that happens to the node of a name or number.
        case disturbNode(String, @Sendable (String) -> Disturbance)
        /// Pulls get slow or fail, on the node of a name or number or (nil) on all.
        case disturbPulls(node: String?, @Sendable (String) -> Disturbance)
        case disturb(Disturbance)
        case setImage(kind: String, name: String, namespace: String, container: String, image: String)
        case applyFile(String)
        case applyManifest(Value)
        case run(String)
    }

    /// The name of the moment after it; empty when it has none.
    package var name: String
    package var action: Action
    package var position: FilePosition
}

/// Requests at a rate.
package struct LoadSpec: Sendable {
    package var name: String
    package var url: String
    /// Requests a second.
    package var rate: Double
    package var origin: HTTPAssertion.Origin
    package var length: Duration?
}
