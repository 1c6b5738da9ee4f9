import APIMachinery
import KubernetesObjects

/// Tells kubelets in an annotation of their node for how many seconds they may use what they know of ConfigMaps and Secrets: the
/// more nodes there are, the longer.
///
/// - Source: kube-controller-manager `pkg/controller/ttl`.
package struct NodeTTLController: Controller {
    package let name = "ttl-controller"
    package let interests: [GroupResource] = [.nodes]

    static let annotation = "node.alpha.kubernetes.io/ttl"

    /// For how many nodes a time holds. The ranges overlap, so that one node more or less does not change all.
    private static let steps: [(least: Int, most: Int, seconds: Int)] = [
        (0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, 10_000, 300), (9000, .max, 600),
    ]

    private var step = 0

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        let count = view.store.count(.nodes)
        while count > Self.steps[step].most { step += 1 }
        while count < Self.steps[step].least { step -= 1 }
        if event.change == .deleted || isTold(event.object) { return [] }
        return ownKey(event)
    }

    private func isTold(_ node: Value) -> Bool { node.annotation(Self.annotation) == String(Self.steps[step].seconds) }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let node = view.get(key), !isTold(node) else { return .done }
        var plan = Plan()
        plan.add(.patch(key, .merge, ["metadata": ["annotations": [Self.annotation: .string(String(Self.steps[step].seconds))]]]), ifRefused: .continuing)
        return plan
    }
}
