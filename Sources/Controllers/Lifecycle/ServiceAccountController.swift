import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Keeps a ServiceAccount `default` in every namespace that is not going away.
///
/// - Source: kube-controller-manager `serviceaccount`.
package struct ServiceAccountController: Controller {
    package let name = "service-account-controller"
    package let interests: [GroupResource] = [.namespaces, .serviceAccounts]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .namespaces { return event.change == .deleted ? [] : ownKey(event) }
        guard event.change == .deleted, event.key.name == "default" else { return [] }
        return [(ObjectKey(.namespaces, name: event.key.namespace), .zero)]
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let namespace = view.get(key), namespace.isActiveNamespace,
            view.get(.serviceAccounts, namespace: key.name, name: "default") == nil
        else { return .done }
        var plan = Plan()
        plan.add(
            .create(
                .serviceAccounts,
                ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default", "namespace": .string(key.name)]]),
            ifRefused: .ignore)
        return plan
    }
}

/// Keeps the cluster's certificate authority in a ConfigMap of every namespace, for pods to trust the API server by.
///
/// - Source: kube-controller-manager `root-ca-cert-publisher`.
package struct RootCAPublisherController: Controller {
    package let name = "root-ca-cert-publisher"
    package let interests: [GroupResource] = [.namespaces, .configMaps]
    static let configMapName = "kube-root-ca.crt"
    static let descriptionKey = "kubernetes.io/description"
    static let description =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."

    private let certificate: String
    /// ConfigMaps that a distribution publishes beside it.
    private let others: [Value]

    package init(certificate: String, others: [Value] = []) {
        self.certificate = certificate
        self.others = others
    }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .namespaces { return event.change == .deleted ? [] : ownKey(event) }
        guard event.key.name == Self.configMapName, event.change != .added else { return [] }
        return [(ObjectKey(.namespaces, name: event.key.namespace), .zero)]
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let namespace = view.get(key), namespace.isActiveNamespace else { return .done }
        var plan = Plan()
        for var other in others where view.get(.configMaps, namespace: key.name, name: other.name) == nil {
            other["metadata", "namespace"] = .string(key.name)
            plan.add(.create(.configMaps, other), ifRefused: .ignore)
        }
        let data: Value = ["ca.crt": .string(certificate)]
        guard var present = view.get(.configMaps, namespace: key.name, name: Self.configMapName) else {
            plan.add(
                .create(
                    .configMaps,
                    [
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": [
                            "name": .string(Self.configMapName), "namespace": .string(key.name),
                            "annotations": [Self.descriptionKey: .string(Self.description)],
                        ],
                        "data": data,
                    ]), ifRefused: .ignore)
            return plan
        }
        if present["data"] == data, present.annotation(Self.descriptionKey) != nil { return plan }
        present["data"] = data
        present["metadata", default: [:]]["annotations", default: [:]][Self.descriptionKey] = .string(Self.description)
        plan.add(.update(.configMaps, present), ifRefused: .continuing)
        return plan
    }
}

extension Value {
    /// Whether a namespace takes new objects.
    var isActiveNamespace: Bool { !isBeingDeleted && self["status"]?["phase"]?.stringValue != "Terminating" }
}
