import KubernetesObjects
import Shell

/// What is wrong with image pulls: a registry that is slow, or that fails for some images.
package struct PullFaults: Sendable {
    /// By node; under the empty name for all.
    private var factors: [String: Int] = [:]
    private var failing: [(text: String, pattern: GlobPattern, node: String)] = []

    static let factorMax = 100_000
    static let failingMax = 100

    package init() {}

    /// Makes pulls take so many times as long; 1 makes them as they were.
    package mutating func slow(by factor: Int, node: String) { factors[node] = factor > 1 ? min(factor, Self.factorMax) : nil }

    /// Makes pulls of images fail whose name matches a pattern, such as `nginx:*`.
    package mutating func fail(_ image: String, node: String) {
        if failing.count < Self.failingMax { failing.append((image, GlobPattern(image), node)) }
    }

    /// The faults as they are kept over a restart; nil while there are none.
    var value: Value? {
        if factors.isEmpty, failing.isEmpty { return nil }
        return [
            "slow": .object(Fields(factors.keys.sorted().map { ($0, Value(factors[$0]!)) })),
            "failing": .array(failing.map { ["image": .string($0.text), "node": .string($0.node)] }),
        ]
    }

    init(_ value: Value) {
        for (node, factor) in value["slow"]?.fields ?? Fields() { slow(by: factor.intValue ?? 1, node: node) }
        for entry in value["failing"]?.elements ?? [] { fail(entry["image"]?.stringValue ?? "", node: entry["node"]?.stringValue ?? "") }
    }

    func factor(onNode node: String) -> Int { max(factors[node] ?? 1, factors[""] ?? 1) }

    func fails(_ image: String, onNode node: String) -> Bool {
        failing.contains { ($0.node.isEmpty || $0.node == node) && $0.pattern.matches(image) }
    }

    /// What the runtime says of a pull that got no answer.
    static func message(_ reference: ImageReference) -> String {
        "rpc error: code = Unavailable desc = failed to pull and unpack image \"\(reference.full)\": failed to resolve reference \"\(reference.full)\": failed to do request: Head \"https://\(reference.registry)/v2/\(reference.repository)/manifests/\(reference.tag)\": dial tcp: i/o timeout"
    }
}
