import Shell

/// What is wrong with image pulls: a registry that is slow, or that fails for some images.
package struct PullFaults: Sendable {
    /// By node; under the empty name for all.
    private var factors: [String: Int] = [:]
    private var failing: [(pattern: GlobPattern, node: String)] = []

    static let factorMax = 100_000
    static let failingMax = 100

    package init() {}

    /// Makes pulls take so many times as long; 1 makes them as they were.
    package mutating func slow(by factor: Int, node: String) { factors[node] = factor > 1 ? min(factor, Self.factorMax) : nil }

    /// Makes pulls of images fail whose name matches a pattern, such as `nginx:*`.
    package mutating func fail(_ image: String, node: String) {
        if failing.count < Self.failingMax { failing.append((GlobPattern(image), node)) }
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
